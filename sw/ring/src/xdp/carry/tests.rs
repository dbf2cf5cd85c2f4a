//! What the program makes of frames, beside what another implementation builds. The kernel runs it without a driver, for root of the host.

use crate::xdp::tests::as_root;
use crate::xdp::{FlowChange, FlowKey, Flows, Steering};
use etherparse::PacketBuilder;
use packet::Delta;
use std::net::SocketAddr;
use std::time::Duration;

const COMES: [[u8; 6]; 2] = [[2, 0, 0, 0, 0, 1], [2, 0, 0, 0, 0, 2]];
const LEAVES: [[u8; 6]; 2] = [[2, 0, 0, 0, 0, 3], [2, 0, 0, 0, 0, 4]];
const LOOPBACK: u32 = 1;
const GENERATION: u32 = 7;
const LONGEST: u16 = 1400;

/// The endpoints of a frame, source and destination.
type Ends = [SocketAddr; 2];

fn ends(v6: bool) -> [Ends; 2] {
    let ends = if v6 {
        [["[2001:db8::1]:40000", "[2001:db8:1::7]:80"], ["[2001:db8:2::9]:50001", "[2001:db8:3::1]:8080"]]
    } else {
        [["192.0.2.1:40000", "198.51.100.7:80"], ["203.0.113.9:50001", "10.0.0.1:8080"]]
    };
    ends.map(|ends| ends.map(|end| end.parse().unwrap()))
}

fn mapped(ends: Ends) -> [[u8; 16]; 2] {
    ends.map(|end| match end.ip() {
        std::net::IpAddr::V4(own) => own.to_ipv6_mapped().octets(),
        std::net::IpAddr::V6(own) => own.octets(),
    })
}

/// How a segment differs from any other.
#[derive(Clone, Copy, Default)]
struct Kind {
    tcp: bool,
    syn: bool,
    fin: bool,
    rst: bool,
    no_ack: bool,
    tagged: bool,
}

const SEGMENT: Kind = Kind { tcp: true, syn: false, fin: false, rst: false, no_ack: false, tagged: false };
const DATAGRAM: Kind = Kind { tcp: false, ..SEGMENT };

fn frame(macs: [[u8; 6]; 2], [from, to]: Ends, ttl: u8, kind: Kind, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![];
    macro_rules! finish {
        ($network:expr) => {{
            let network = $network;
            if !kind.tcp {
                network.udp(from.port(), to.port()).write(&mut frame, payload).unwrap();
            } else {
                let mut tcp = network.tcp(from.port(), to.port(), 0x1234_5678, 0x4321);
                tcp = if kind.no_ack { tcp } else { tcp.ack(0x9abc_def0) };
                tcp = if kind.syn { tcp.syn() } else { tcp };
                tcp = if kind.fin { tcp.fin() } else { tcp };
                tcp = if kind.rst { tcp.rst() } else { tcp };
                tcp.write(&mut frame, payload).unwrap();
            }
        }};
    }
    macro_rules! network {
        ($link:expr) => {
            match (from, to) {
                (SocketAddr::V4(from), SocketAddr::V4(to)) => finish!($link.ipv4(from.ip().octets(), to.ip().octets(), ttl)),
                (SocketAddr::V6(from), SocketAddr::V6(to)) => finish!($link.ipv6(from.ip().octets(), to.ip().octets(), ttl)),
                _ => unreachable!("both are of one family"),
            }
        };
    }
    let link = PacketBuilder::ethernet2(macs[1], macs[0]);
    if kind.tagged {
        network!(link.single_vlan(7.try_into().unwrap()))
    } else {
        network!(link)
    }
    frame
}

/// What comes, and what another implementation builds for what leaves.
fn pair(v6: bool, kind: Kind, payload: &[u8]) -> [Vec<u8>; 2] {
    let [old, new] = ends(v6);
    [frame(COMES, old, 64, kind, payload), frame(LEAVES, new, 63, kind, payload)]
}

fn key(v6: bool, tcp: bool) -> FlowKey {
    let [old, _] = ends(v6);
    FlowKey { addresses: mapped(old), ports: old.map(|end| end.port()), protocol: if tcp { 6 } else { 17 } }
}

fn change(v6: bool) -> FlowChange {
    let [old, new] = ends(v6);
    let addresses = Delta::NONE.bytes(mapped(old).as_flattened(), mapped(new).as_flattened());
    let ports = (0..2).fold(addresses, |delta, end| delta.word(old[end].port(), new[end].port()));
    FlowChange {
        generation: GENERATION,
        interfaces: [0, 0],
        old_macs: COMES,
        new_macs: LEAVES,
        addresses: mapped(new),
        ports: new.map(|end| end.port()),
        deltas: [addresses, ports],
        since: Duration::ZERO,
        longest: LONGEST,
    }
}

/// A program that carries a flow of each family and protocol.
fn steering() -> (Flows, Steering) {
    let flows = Flows::new().unwrap();
    let steering = Steering::carrying(&["lo".to_owned()], 1, Some(&flows)).unwrap();
    flows.set_generation(GENERATION).unwrap();
    flows.let_leave(0, Some(LOOPBACK)).unwrap();
    for (v6, tcp) in [(false, false), (false, true), (true, false), (true, true)] {
        flows.put(&key(v6, tcp), &change(v6)).unwrap();
    }
    (flows, steering)
}

#[test]
fn a_carried_frame_is_what_another_implementation_builds() {
    as_root("xdp::carry::tests::a_carried_frame_is_what_another_implementation_builds", || {
        let (flows, steering) = steering();
        for (v6, kind) in [(false, SEGMENT), (false, DATAGRAM), (true, SEGMENT), (true, DATAGRAM)] {
            let (mut packets, mut bytes) = (0, 0);
            for length in [12, 13, 100, 999, 1300] {
                let payload: Vec<u8> = (0..length).map(|at| (at * 31 + length) as u8).collect();
                let [comes, leaves] = pair(v6, kind, &payload);
                assert_eq!(steering.rehearse(0, &comes).unwrap(), (true, leaves), "v6 {v6}, tcp {}, {length} bytes", kind.tcp);
                (packets, bytes) = (packets + 1, bytes + comes.len() as u64);
            }
            let carried = flows.get(&key(v6, kind.tcp)).unwrap().unwrap();
            assert_eq!((carried.generation, carried.packets, carried.bytes), (GENERATION, packets, bytes));
            assert_eq!(carried.acknowledged, if kind.tcp { (0x9abc_def0, 0x4321) } else { (0, 0) });
            let now = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
            assert!((1..=now.tv_sec as u64).contains(&carried.seen.as_secs()), "{carried:?} at {now:?}");
        }
        assert_eq!((steering.steered(0).unwrap().carried, flows.sent(0).unwrap()), (20, 20));
        // A flow that is taken out leaves what was carried, and is carried no longer.
        assert_eq!(flows.take(&key(false, true)).unwrap().unwrap().packets, 5);
        assert_eq!(flows.take(&key(false, true)).unwrap(), None);
        let [comes, _] = pair(false, SEGMENT, b"no longer carried");
        assert_eq!(steering.rehearse(0, &comes).unwrap(), (false, comes));
        assert_eq!(flows.keys().unwrap().len(), 3);
    });
}

#[test]
fn a_datagrams_checksum_of_0_stays_and_one_that_becomes_0_is_sent_as_ffff() {
    as_root("xdp::carry::tests::a_datagrams_checksum_of_0_stays_and_one_that_becomes_0_is_sent_as_ffff", || {
        let (_flows, steering) = steering();
        let mut found = 0;
        for v6 in [false, true] {
            let at = if v6 { 54 } else { 34 } + 6;
            for word in 0..=u16::MAX {
                let payload = [&word.to_be_bytes()[..], &[0; 12]].concat();
                let [comes, leaves] = pair(v6, DATAGRAM, &payload);
                if leaves[at..at + 2] == [0xff, 0xff] {
                    assert_eq!(steering.rehearse(0, &comes).unwrap(), (true, leaves));
                    found += 1;
                }
            }
        }
        assert!(found >= 2, "one of each family at least: {found}");
        let [mut comes, mut leaves] = pair(false, DATAGRAM, b"without a checksum");
        [&mut comes, &mut leaves].into_iter().for_each(|frame| frame[40..42].copy_from_slice(&[0, 0]));
        assert_eq!(steering.rehearse(0, &comes).unwrap(), (true, leaves));
        let [mut comes, _] = pair(true, DATAGRAM, b"which IPv6 must have");
        comes[60..62].copy_from_slice(&[0, 0]);
        assert_eq!(steering.rehearse(0, &comes).unwrap(), (false, comes));
    });
}

/// Gives the header of IPv4 the checksum of its bytes.
fn repair(frame: &mut [u8]) {
    frame[24..26].copy_from_slice(&[0, 0]);
    let checksum = packet::Sum::default().bytes(&frame[14..34]).checksum();
    frame[24..26].copy_from_slice(&checksum.to_be_bytes());
}

#[test]
fn what_is_unusual_is_left_to_the_worker_unchanged() {
    as_root("xdp::carry::tests::what_is_unusual_is_left_to_the_worker_unchanged", || {
        let (flows, steering) = steering();
        let payload = b"twenty bytes of data";
        let is_left = |what: &str, frame: &[u8]| {
            assert_eq!(steering.rehearse(0, frame).unwrap(), (false, frame.to_vec()), "{what}");
        };
        for v6 in [false, true] {
            for (what, kind) in [
                ("SYN", Kind { syn: true, ..SEGMENT }),
                ("FIN", Kind { fin: true, ..SEGMENT }),
                ("RST", Kind { rst: true, ..SEGMENT }),
                ("no ACK", Kind { no_ack: true, ..SEGMENT }),
                ("a tag", Kind { tagged: true, ..SEGMENT }),
            ] {
                is_left(what, &pair(v6, kind, payload)[0]);
            }
            let [old, _] = ends(v6);
            is_left("TTL 1", &frame(COMES, old, 1, SEGMENT, payload));
            is_left("another client's MAC", &frame([COMES[0], LEAVES[1]], old, 64, SEGMENT, payload));
            is_left("another MAC of the manager", &frame([LEAVES[0], COMES[1]], old, 64, SEGMENT, payload));
            is_left("another port", &frame(COMES, [old[0], SocketAddr::new(old[1].ip(), 81)], 64, SEGMENT, payload));
            let header = if v6 { 40 } else { 20 } + 20;
            assert!(steering.rehearse(0, &pair(v6, SEGMENT, &vec![1; usize::from(LONGEST) - header])[0]).unwrap().0, "as long as may be");
            is_left("too long", &pair(v6, SEGMENT, &vec![1; usize::from(LONGEST) - header + 1])[0]);
            let [comes, leaves] = pair(v6, SEGMENT, payload);
            is_left("cut short", &comes[..comes.len() - 1]);
            // Ethernet's padding belongs to no packet, and passes as it is.
            let padded = |frame: &[u8]| [frame, &[0; 6]].concat();
            assert_eq!(steering.rehearse(0, &padded(&comes)).unwrap(), (true, padded(&leaves)));
            let transport = if v6 { 54 } else { 34 };
            for offset in [4, 15] {
                let mut wrong = comes.clone();
                wrong[transport + 12] = offset << 4;
                is_left("a header of TCP that cannot be", &wrong);
            }
            let [datagram, _] = pair(v6, DATAGRAM, payload);
            for length in [7, 8 + payload.len() as u16 + 1] {
                let mut wrong = datagram.clone();
                wrong[transport + 4..transport + 6].copy_from_slice(&length.to_be_bytes());
                is_left("a length of UDP that cannot be", &wrong);
            }
            for (kind, at) in [(SEGMENT, 16), (DATAGRAM, 6)] {
                let [mut unfinished, _] = pair(v6, kind, payload);
                // As Linux leaves it: RFC 1071's sum of addresses, protocol and length, by plain arithmetic.
                let addresses = if v6 { &unfinished[22..54] } else { &unfinished[26..34] };
                let words = addresses.chunks(2).map(|word| u32::from(word[0]) << 8 | u32::from(word[1]));
                let length = (unfinished.len() - transport) as u32;
                let sum = words.sum::<u32>() + if kind.tcp { 6 } else { 17 } + length;
                let folded = (sum & 0xffff) + (sum >> 16);
                assert!(folded <= 0xffff);
                unfinished[transport + at..transport + at + 2].copy_from_slice(&(folded as u16).to_be_bytes());
                is_left("an unfinished checksum", &unfinished);
            }
        }
        let [comes, leaves] = pair(false, SEGMENT, payload);
        let changed = |act: fn(&mut [u8])| {
            let mut frame = comes.clone();
            act(&mut frame);
            repair(&mut frame);
            frame
        };
        is_left("a fragment", &changed(|frame| frame[20] |= 0x20));
        is_left("a later fragment", &changed(|frame| frame[21] = 1));
        is_left("options", &changed(|frame| frame[14] = 0x46));
        is_left("a packet shorter than its headers", &changed(|frame| frame[16..18].copy_from_slice(&[0, 27])));
        let mut wrong = comes.clone();
        wrong[24] ^= 1;
        is_left("a wrong checksum of the header", &wrong);
        // It may be fragmented, or not: that is not unusual.
        let may = changed(|frame| frame[20] ^= 0x40);
        assert!(steering.rehearse(0, &may).unwrap().0);

        for generation in [0, GENERATION + 1] {
            flows.set_generation(generation).unwrap();
            is_left("another generation", &comes);
        }
        flows.set_generation(GENERATION).unwrap();
        flows.let_leave(0, None).unwrap();
        flows.let_leave(0, None).unwrap();
        is_left("by where nothing may leave", &comes);
        flows.let_leave(0, Some(LOOPBACK)).unwrap();
        assert_eq!(steering.rehearse(0, &comes).unwrap(), (true, leaves));
        flows.put(&key(false, true), &FlowChange { interfaces: [1, 0], ..change(false) }).unwrap();
        is_left("from another interface", &comes);
    });
}
