//! Mutated frames: whatever comes in, nothing panics and nothing grows. `FLOW_MUTANTS=10000000` in `just nightly`.

mod common;

use common::*;
use flow::Reason;
use flow::tables::{OnDown, Prefix, ServerState, Tables, Way};
use std::net::SocketAddr;

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }
}

/// Frames of every kind that the filter knows, both ways.
fn seeds(rig: &mut Rig) -> Vec<(u16, Vec<u8>)> {
    let mut seeds = vec![];
    for v6 in [false, true] {
        let client = client(v6);
        for port in [DESTINATION, FULL, DIRECT, 81] {
            let virtual_at = SocketAddr::new(virtual_address(v6), port);
            for flags in [SYN, ACK, FIN | ACK, RST] {
                seeds.push((0, tcp(TO_MANAGER, client, virtual_at, Segment { payload: b"data", ..segment(flags, 101, 501) })));
            }
            seeds.push((0, udp(TO_MANAGER, client, virtual_at, &[5; 600])));
        }
        let opened = established(rig, client, FULL);
        let answer = tcp(from_server(opened.server), opened.server_at, opened.source, segment(ACK, 501, 101));
        let sent = rig.take(1, &answer).on(0, Reason::Connection);
        seeds.push((1, answer));
        seeds.push((1, tcp(from_server(opened.server), opened.server_at, opened.source, segment(SYN, 7, 0))));
        let mut error = vec![];
        let step = headers(TO_MANAGER, if v6 { ip("2001:db8:c::9") } else { ip("192.0.2.9") }, virtual_address(v6), 64);
        if v6 {
            step.icmpv6_raw(2, 0, [0; 4]).write(&mut error, &sent[14..])
        } else {
            step.icmpv4_raw(3, 4, [0; 4]).write(&mut error, &sent[14..])
        }
        .unwrap();
        seeds.push((0, error));
        let mut echo = vec![];
        let step = headers(TO_MANAGER, client.ip(), virtual_address(v6), 64);
        if v6 {
            step.icmpv6_echo_request(1, 2).write(&mut echo, b"ping")
        } else {
            step.icmpv4_echo_request(1, 2).write(&mut echo, b"ping")
        }
        .unwrap();
        seeds.extend(fragments(&echo, 8).into_iter().map(|piece| (0, piece)));
        seeds.push((0, echo));
    }
    seeds.push((1, udp(from_server(0), at("10.0.0.1:99"), at("203.0.113.9:53"), b"?")));
    seeds.push((1, udp(from_server(0), at("10.0.0.1:99"), at("203.0.114.9:53"), b"?")));
    seeds.push((1, tcp(from_server(0), at("10.0.0.1:98"), at("203.0.113.9:80"), segment(SYN, 100, 0))));
    seeds.push((0, tcp(TO_MANAGER, at("203.0.113.9:80"), at("198.51.100.21:16384"), segment(SYN | ACK, 500, 101))));
    // A first and a later fragment, and the same of IPv6.
    let whole = udp(TO_MANAGER, client(false), SocketAddr::new(virtual_address(false), DESTINATION), &[3; 64]);
    for field in [[0x20, 0], [0, 9]] {
        let mut fragment = whole.clone();
        fragment[20..22].copy_from_slice(&field);
        put_ipv4_checksum(&mut fragment);
        seeds.push((0, fragment));
    }
    let whole = udp(TO_MANAGER, client(true), SocketAddr::new(virtual_address(true), DESTINATION), &[3; 64]);
    for field in [[0, 1], [0, 72]] {
        let mut fragment = whole.clone();
        fragment[20] = 44;
        fragment[19] += 8;
        fragment.splice(54..54, [17, 0, field[0], field[1], 1, 2, 3, 4]);
        seeds.push((0, fragment));
    }
    seeds
}

#[test]
fn no_mutated_frame_panics_or_makes_anything_grow() {
    let count = std::env::var("FLOW_MUTANTS").map_or(200_000, |count| count.parse().expect("FLOW_MUTANTS is a number"));
    let mut settings = settings();
    settings.interfaces[1].mtu = 500;
    settings.services.iter_mut().for_each(|service| service.on_down = OnDown::Reset);
    settings.nat = vec![flow::address(ip("198.51.100.21"))];
    let mut other = settings.clone();
    other.servers.iter_mut().skip(1).step_by(2).for_each(|server| server.state = ServerState::Down);
    // The MACs of the others are lost.
    other.servers.iter_mut().step_by(2).for_each(|server| server.hop = None);
    let unresolved = Way::Unresolved { interface: 1, router: None };
    other.routes = settings.servers.iter().map(|server| (Prefix { address: server.address, length: 128 }, unresolved)).collect();
    let mut other = Tables::new(other, None).with_generation(1);
    let mut rig = Rig::with(settings, 256);
    let seeds = seeds(&mut rig);
    let mut random = Random(0x7a4d);
    let mut met = std::collections::HashSet::new();
    let mut warm = 0;
    for number in 0..count {
        let (interface, mut frame) = seeds[random.below(seeds.len())].clone();
        for _ in 0..random.below(4) {
            match random.below(6) {
                0 => frame.truncate(random.below(frame.len() + 1)),
                1 => frame.extend((0..random.below(40)).map(|byte| byte as u8)),
                2 if frame.len() > 54 => drop(frame.drain(random.below(40) + 14..54)),
                _ if !frame.is_empty() => {
                    // Headers more often than what follows.
                    let at = if random.below(4) == 0 { random.below(frame.len()) } else { random.below(frame.len().min(80)) };
                    frame[at] = if random.below(2) == 0 { random.next() as u8 } else { frame[at] ^ 1 << random.below(8) };
                }
                _ => {}
            }
        }
        // Half of them with the right IPv4 checksum, or the filter looks no further.
        if random.below(2) == 0 && frame.len() >= 34 && frame[12..14] == [8, 0] && frame[14] == 0x45 {
            put_ipv4_checksum(&mut frame);
        }
        let taken = rig.take(interface, &frame);
        assert!(taken.others.len() <= 70, "{} frames out of one", taken.others.len());
        met.insert(taken.verdict.reason);
        if number % 1000 == 0 {
            rig.pass(random.below(3) as u64);
            // Servers go down and come back.
            std::mem::swap(&mut rig.tables, &mut other);
            rig.out.clear();
            rig.filter.resume(&rig.tables, rig.now, &mut rig.out);
            assert!(rig.table.live() <= 256 && rig.table.half_open() <= 64 && rig.filter.held() <= 65_536);
        }
        if number == count / 2 {
            warm = resident();
        }
    }
    let grown = resident().saturating_sub(warm);
    assert!(grown < 32 << 20, "{} KiB more than halfway", grown >> 10);
    let unmet: Vec<_> = Reason::ALL.iter().filter(|reason| !met.contains(reason) && rig.of(**reason) == 0).collect();
    assert!(unmet.iter().all(|reason| matches!(reason, Reason::NoServer | Reason::TableFull | Reason::NoPort)), "{unmet:?}");
}

fn resident() -> usize {
    let pages: usize = std::fs::read_to_string("/proc/self/statm").unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    pages * 4096
}
