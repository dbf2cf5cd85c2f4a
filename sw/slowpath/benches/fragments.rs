//! How many fragments a core takes to their managers in a second.
//!
//! `cargo bench -p slowpath --bench fragments`. Frames are made before any time is taken; what is timed is one call each, from the frame's bytes to the frame
//! that leaves. Times are the median of many rounds, in CPU time, since other programs share the core. The goal is 500,000 a second in every
//! row; with `--at-least N` the program fails below that.

use contract::register::UNIT_MANAGERS;
use contract::row::{GroupMac, GroupRow, ManagerRow};
use model::State;
use nix::time::{ClockId, clock_gettime};
use slowpath::{Settings, SlowPath, Time};
use std::time::Duration;

/// Datagrams of a round; each has a source of its own.
const DATAGRAMS: u32 = 512;
/// Rounds of a row. Their datagrams fill the table, so that most rounds also forget one for each that is new.
const ROUNDS: u32 = 256;
/// Bytes of a datagram's payload in its fragments: one of 4,000 bytes, as `ping -s 4000` sends it, but UDP.
const PIECES: [(usize, usize, bool); 3] = [(0, 1480, true), (1480, 1480, true), (2960, 1048, false)];

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    // `cargo test --benches` passes no --bench: then there is nothing to measure.
    if !arguments.iter().any(|argument| argument == "--bench") {
        return;
    }
    let goal = arguments.iter().position(|argument| argument == "--at-least").and_then(|at| arguments.get(at + 1)?.parse::<f64>().ok());
    println!("fragments to their managers, one core, {DATAGRAMS} datagrams of {} fragments each", PIECES.len());
    println!("{:<46} {:>12} {:>12}", "", "fragments/s", "ns each");
    let orders: [(&str, &[usize]); 3] = [
        ("in order, one datagram after the other", &[0, 1, 2]),
        ("all first fragments, then the others", &[0, 1, 2]),
        ("last fragment first, held until the first", &[2, 1, 0]),
    ];
    let mut slowest = f64::MAX;
    for (at, (what, order)) in orders.into_iter().enumerate() {
        for v6 in [false, true] {
            let seconds = round_time(order, at == 1, v6).as_secs_f64() / f64::from(DATAGRAMS) / PIECES.len() as f64;
            slowest = slowest.min(1.0 / seconds);
            let what = format!("{what}, IPv{}", if v6 { 6 } else { 4 });
            println!("{what:<46} {:>12.0} {:>12.0}", 1.0 / seconds, seconds * 1e9);
        }
    }
    if let Some(goal) = goal
        && slowest < goal
    {
        eprintln!("{slowest:.0} fragments/s in the slowest row, {goal:.0} wanted: is the machine busy?");
        std::process::exit(1);
    }
}

/// The median time of a round in which every fragment leaves.
fn round_time(order: &[usize], by_piece: bool, v6: bool) -> Duration {
    let mut slow = SlowPath::new(card(), Settings::default());
    let mut out = Vec::new();
    let mut times = vec![];
    for round in 0..ROUNDS {
        let frames: Vec<Vec<u8>> = if by_piece {
            order.iter().flat_map(|&piece| (0..DATAGRAMS).map(move |source| frame(source, round, PIECES[piece], v6))).collect()
        } else {
            (0..DATAGRAMS).flat_map(|source| order.iter().map(move |&piece| frame(source, round, PIECES[piece], v6))).collect()
        };
        let count = frames.len();
        // A million fragments a second.
        let now = Time::from_micros(u64::from(round) * count as u64);
        let start = cpu_time();
        for frame in frames {
            slow.take(now, 0, frame, &mut out);
        }
        times.push(cpu_time() - start);
        assert_eq!(out.len(), count, "every fragment leaves");
        out.clear();
    }
    assert_eq!(slow.fragments().datagrams(), 65_536, "the table is full");
    times.sort();
    times[times.len() / 2]
}

/// The time that this thread has computed.
fn cpu_time() -> Duration {
    clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).expect("Linux has this clock").into()
}

/// A fragment of a UDP datagram from port 40,000 to 443.
fn frame(source: u32, identification: u32, (at, length, more): (usize, usize, bool), v6: bool) -> Vec<u8> {
    let mut frame = vec![2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0x99];
    let (offset, more) = ((at / 8) as u16, u16::from(more));
    if v6 {
        frame.extend([0x86, 0xdd, 0x60, 0, 0, 0]);
        frame.extend((length as u16 + 8).to_be_bytes());
        frame.extend([44, 64, 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0]);
        frame.extend(source.to_be_bytes());
        frame.extend([0x20, 1, 0xd, 0xb8, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 17, 0]);
        frame.extend((offset << 3 | more).to_be_bytes());
        frame.extend(identification.to_be_bytes());
    } else {
        frame.extend([8, 0, 0x45, 0]);
        frame.extend((length as u16 + 20).to_be_bytes());
        frame.extend((identification as u16).to_be_bytes());
        frame.extend((offset | more << 13).to_be_bytes());
        frame.extend([64, 17, 0, 0]);
        frame.extend((0x0a00_0000 | source).to_be_bytes());
        frame.extend([198, 51, 100, 7]);
    }
    let header = frame.len();
    frame.resize(header + length, 0);
    if at == 0 {
        frame[header..header + 4].copy_from_slice(&[0x9c, 0x40, 1, 0xbb]);
    }
    frame
}

/// A card of four managers on one port.
fn card() -> State {
    let mut state = State::new(8);
    state.enabled = true;
    state.group_macs[0] = GroupMac { mac: [2, 0, 0, 0, 0, 1], enabled: true };
    for id in 1..=4 {
        state.idle_manager_rows_mut()[usize::from(id)] = ManagerRow { mac: [2, 0, 0, 0, 1, id], egress: 1 };
        state.managers_enabled[usize::from(id)] = true;
    }
    let group = state.idle_group_mut(0);
    group.row = GroupRow { key: *b"tandem!!", designated: 1, equal_ports_hash: false };
    group.entries = std::array::from_fn(|bucket| (bucket % 4 + 1) as u8);
    state.commit(1 | 1 << UNIT_MANAGERS, 1).expect("the card has group 0");
    state
}
