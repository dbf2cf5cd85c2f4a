//! Nothing is allocated for a packet, whichever way it goes.

mod common;

use common::*;
use flow::{Outbox, Reason};
use std::net::SocketAddr;

/// Allocations while these frames are taken, 100 times, once all has been seen once; and the reasons that they met.
fn allocations(rig: &mut Rig, frames: &[(u16, Vec<u8>)]) -> (u64, Vec<Reason>) {
    let mut out = Outbox::default();
    let mut frame = vec![0; 2048];
    let mut reasons = Vec::with_capacity(frames.len() * 101);
    let mut all = |rig: &mut Rig, reasons: &mut Vec<Reason>| {
        for (interface, bytes) in frames {
            frame[..bytes.len()].copy_from_slice(bytes);
            out.clear();
            reasons.push(rig.filter.take(&rig.tables, rig.now, *interface, &mut frame[..bytes.len()], &mut out).reason);
        }
    };
    all(rig, &mut reasons);
    let info = allocation_counter::measure(|| (0..100).for_each(|_| all(rig, &mut reasons)));
    (info.count_total, reasons)
}

#[test]
fn nothing_is_allocated_for_a_packet() {
    for v6 in [false, true] {
        let mut settings = settings();
        settings.nat = vec![flow::address(ip("198.51.100.21"))];
        let mut rig = Rig::with(settings, 256);
        let at = |port| SocketAddr::new(virtual_address(v6), port);
        let mut frames = vec![];
        for port in [DESTINATION, FULL, DIRECT] {
            let opened = established(&mut rig, client(v6), port);
            frames.push((0, tcp(TO_MANAGER, client(v6), at(port), segment(ACK, 101, 501))));
            if port != DIRECT {
                frames.push((1, tcp(from_server(opened.server), opened.server_at, opened.source, segment(ACK, 501, 101))));
            }
            // A new connection each time, and its end.
            let other = SocketAddr::new(client(v6).ip(), 50_000);
            frames.push((0, tcp(TO_MANAGER, other, at(port), segment(SYN, 7, 0))));
            frames.push((0, tcp(TO_MANAGER, other, at(port), segment(RST, 8, 0))));
            frames.push((0, tcp(TO_MANAGER, other, at(port), segment(SYN, 9000, 0))));
            frames.push((0, tcp(TO_MANAGER, other, at(port), segment(RST, 9001, 0))));
        }
        // More clients than there is room for, so that half-open connections go.
        frames.extend(
            (0..200).map(|port| (0, tcp(TO_MANAGER, SocketAddr::new(client(v6).ip(), 10_000 + port), at(DESTINATION), segment(SYN, 7, 0)))),
        );
        frames.push((0, tcp(TO_MANAGER, client(v6), at(81), segment(SYN, 7, 0))));
        frames.push((0, with_ttl(tcp(TO_MANAGER, client(v6), at(DESTINATION), segment(ACK, 101, 501)), 1)));
        frames.push((0, vec![0; 60]));
        // To others, translated: a connection that ends and is opened anew.
        let (inside, world) = (common::at("10.0.0.1:5000"), common::at("203.0.113.9:80"));
        frames.push((1, tcp(from_server(0), inside, world, segment(SYN, 7, 0))));
        frames.push((1, tcp(from_server(0), inside, world, segment(RST, 8, 0))));
        frames.push((1, tcp(from_server(0), inside, world, segment(SYN, 9000, 0))));
        frames.push((1, tcp(from_server(0), inside, world, segment(RST, 9001, 0))));
        let (count, reasons) = allocations(&mut rig, &frames);
        let wanted = [Reason::Connection, Reason::NewConnection, Reason::NoService, Reason::Ttl, Reason::NotMine, Reason::Outbound];
        assert!(wanted.iter().all(|reason| reasons.contains(reason)));
        assert!(rig.filter.counters().evicted > 10_000, "{:?}", rig.filter.counters());
        assert_eq!(count, 0);
    }
}

#[test]
fn the_counter_counts() {
    assert_eq!(allocation_counter::measure(|| drop(std::hint::black_box(vec![1_u8; 9]))).count_total, 1);
}
