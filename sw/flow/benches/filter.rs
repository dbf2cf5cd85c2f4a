//! What the filter costs for a packet, without input or output.
//!
//! `cargo bench -p flow --bench filter`. 65,536 established connections, of which every packet takes another, in an order without pattern, 64 frames
//! after each receive. Times are CPU times of the thread, the least of eleven rounds, since other programs share the core. With `--at-most NS` the program fails above that.

#[path = "../tests/common/mod.rs"]
mod common;

use common::*;
use flow::filter::BATCH;
use flow::{Outbox, Reason, To};
use nix::time::{ClockId, clock_gettime};
use std::net::SocketAddr;
use std::time::Duration;

const CONNECTIONS: usize = 65_536;
const ROUNDS: usize = 11;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    // `cargo test --benches` passes no --bench: then there is nothing to measure.
    if !arguments.iter().any(|argument| argument == "--bench") {
        return;
    }
    let goal = arguments.iter().position(|argument| argument == "--at-most").and_then(|at| arguments.get(at + 1)?.parse::<f64>().ok());
    println!("{:<44} {:>10}", format!("filter, {CONNECTIONS} connections"), "ns/packet");
    let mut slowest = 0.0_f64;
    for v6 in [false, true] {
        for (protocol, port) in [(TCP, DESTINATION), (TCP, FULL), (TCP, DIRECT), (UDP, DESTINATION)] {
            let (mut rig, frames) = connections(v6, protocol, port);
            let ns = time(&mut rig, &frames);
            slowest = slowest.max(ns);
            let translation = match port {
                DESTINATION => "destination",
                FULL => "full",
                _ => "direct",
            };
            println!(
                "{:<44} {ns:>10.0}",
                format!("IPv{}, {}, {translation}", if v6 { 6 } else { 4 }, if protocol == TCP { "TCP" } else { "UDP" })
            );
        }
    }
    if let Some(goal) = goal
        && slowest > goal
    {
        eprintln!("{slowest:.0} ns a packet in the slowest row, {goal:.0} wanted: is the machine busy?");
        std::process::exit(1);
    }
}

/// A table of connections, and a packet of each: half of them of clients, half of servers.
fn connections(v6: bool, protocol: u8, port: u16) -> (Rig, Vec<(u16, Vec<u8>)>) {
    let mut rig = Rig::with(settings(), if port == DIRECT { 4 } else { 1 } * CONNECTIONS as u32);
    let virtual_at = SocketAddr::new(virtual_address(v6), port);
    let mut frames = vec![];
    for number in 0..CONNECTIONS {
        let [high, low] = (number as u16).to_be_bytes();
        let address = if v6 { ip(&format!("2001:db8:c::{number:x}")) } else { [100, 64, high, low].into() };
        let client = SocketAddr::new(address, 20_000 + (number % 40_000) as u16);
        let payload = [0; 10];
        let data = Segment { payload: &payload, ..segment(ACK, 101, 501) };
        let (client_frame, server_frame) = if protocol == TCP {
            let opened = established(&mut rig, client, port);
            let answer =
                tcp(from_server(opened.server), opened.server_at, opened.source, Segment { payload: &payload, ..segment(ACK, 501, 101) });
            (tcp(TO_MANAGER, client, virtual_at, data), answer)
        } else {
            let frame = udp(TO_MANAGER, client, virtual_at, &payload);
            let opened = opened(&rig.take(0, &frame).on(1, Reason::NewConnection));
            let answer = udp(from_server(opened.server), opened.server_at, opened.source, &payload);
            rig.take(1, &answer).on(0, Reason::Connection);
            (frame, answer)
        };
        frames.push(if number % 2 == 0 || port == DIRECT { (0, client_frame) } else { (1, server_frame) });
    }
    // An order without pattern: a step that has no divisor in common with the number.
    let frames = (0..CONNECTIONS).map(|turn| frames[turn * 25_173 % CONNECTIONS].clone()).collect();
    (rig, frames)
}

fn time(rig: &mut Rig, frames: &[(u16, Vec<u8>)]) -> f64 {
    let mut out = Outbox::default();
    let mut best = f64::MAX;
    for _ in 0..ROUNDS {
        let mut spent = Duration::ZERO;
        for batch in frames.chunks(BATCH) {
            // As after a receive: the frames lie in the cache, the table does not.
            let mut copies = batch.to_vec();
            let start = cpu();
            rig.filter.prefetch(copies.iter().map(|(_, frame)| &frame[..]));
            for (interface, frame) in &mut copies {
                let verdict = rig.filter.take(&rig.tables, rig.now, *interface, frame, &mut out);
                assert!(matches!(verdict.to, Some(To::Hop(_))) && verdict.reason == Reason::Connection);
            }
            spent += cpu() - start;
        }
        best = best.min(spent.as_nanos() as f64 / frames.len() as f64);
    }
    best
}

fn cpu() -> Duration {
    let time = clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).expect("Linux has a clock of each thread");
    Duration::new(time.tv_sec().cast_unsigned(), time.tv_nsec() as u32)
}
