//! A decision in software: `model::batch` beside `model::decide`, and beside what one would write with a library's parser or with DPDK.
//!
//! `cargo bench -p tandem --bench decide`. Before any time is taken, all decisions of the batch must be the model's. Every row runs in turns with
//! the others, so that whatever else the machine does meets all; each time is the shortest of its turns. Frames are 128 bytes of a snaplen, and
//! lie close enough to stay in the second cache, in the last one, or in none.

mod dpdk;
mod peers;
mod traffic;

use contract::row::{GroupMac, GroupRow, ManagerRow, RuleRow};
use dpdk::Dpdk;
use model::State;
use model::batch::{self, CompactDecision, Compiled, Lanes};
use nix::time::{ClockId, clock_gettime};
use std::hash::RandomState;
use std::hint::black_box;
use std::time::Duration;
use traffic::{Frames, KEPT};

/// Turns of each row, and packets that a turn decides: few, so that some turn meets a quiet machine.
const TURNS: usize = 200;
const PACKETS: usize = 1 << 14;
/// What a decision may cost: in the second cache, as a part of the model's, and of DPDK's in the last cache and in memory.
const GOAL: [f64; 4] = [20.0, 0.2, 1.2, 1.3];

/// A name, the number of the row that it is compared with, and what is timed.
type Row<'a> = (&'static str, usize, Box<dyn FnMut(&[&[u8]]) + 'a>);

fn main() -> nix::Result<()> {
    // `cargo test --benches` passes no --bench: then there is nothing to measure.
    if !std::env::args().any(|argument| argument == "--bench") {
        return Ok(());
    }
    let (plain, ruled) = (state(false), state(true));
    let [cached, model, last, memory] = GOAL;
    println!("goal: {cached} ns in the second cache, {model} of model::decide; of DPDK {last} in the last cache, {memory} in memory\n");
    for (where_, count, stride) in [("second cache", 2048, KEPT), ("last cache", 1 << 16, KEPT), ("memory", 1 << 19, 640)] {
        let frames = Frames::new(count, stride);
        let slices = frames.slices();
        [&plain, &ruled].into_iter().for_each(|state| prove(state, &slices));
        let mut rows = rows(&plain, &ruled);
        let (mut peer, mut peers) = (Dpdk::new(&frames), f64::MAX);
        let mut times = vec![f64::MAX; rows.len()];
        // Of many frames, a row takes those that the rows before have left longest.
        let mut starts = (0..count).step_by(PACKETS).cycle();
        for _ in 0..TURNS {
            for (((.., run), time), from) in rows.iter_mut().zip(&mut times).zip(&mut starts) {
                *time = time.min(each(&slices[from..count.min(from + PACKETS)], run)?);
            }
            let from = starts.next().expect("they go round");
            peers = peers.min(peer.turn(from, count.min(from + PACKETS), (PACKETS / count).max(1), stride == KEPT));
        }
        println!("{:<52} {:>10} {:>14}", format!("{count} frames, {stride} bytes apart: {where_}"), "ns each", "of the model");
        for ((name, model, _), time) in rows.iter().zip(&times) {
            println!("{name:<52} {time:>10.1} {:>14.2}", time / times[*model]);
        }
        println!("{:<52} {peers:>10.1} {:>14.2}", "DPDK's parser and CRC, unkeyed, prefetched, table", peers / times[0]);
        println!("model::batch is {:.2} of DPDK", times[1] / peers);
        println!();
    }
    Ok(())
}

/// The CPU time of a frame in nanoseconds, in a turn over all of them, as often as they are few.
fn each(frames: &[&[u8]], run: &mut dyn FnMut(&[&[u8]])) -> nix::Result<f64> {
    let rounds = (PACKETS / frames.len()).max(1);
    let start = Duration::from(clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID)?);
    (0..rounds).for_each(|_| run(black_box(frames)));
    let time = Duration::from(clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID)?) - start;
    Ok(time.as_secs_f64() * 1e9 / (rounds * frames.len()) as f64)
}

fn rows<'a>(plain: &'a State, ruled: &'a State) -> Vec<Row<'a>> {
    let batch_row = |state: &State| {
        let (tables, mut lanes, mut out) = (Compiled::new(state), Lanes::default(), [CompactDecision::EMPTY; 256]);
        move |frames: &[&[u8]]| {
            for frames in frames.chunks(out.len()) {
                batch::decide(&tables, &mut lanes, frames, 0, &mut out[..frames.len()]);
                black_box(&out);
            }
        }
    };
    let judge = |state: &'a State| {
        move |frames: &[&[u8]]| {
            for frame in frames {
                black_box(model::decide(state, frame, 0));
            }
        }
    };
    let library = |by: fn(&RandomState, &[u8; 4096], &[u8]) -> u8| {
        let (hasher, table) = (RandomState::new(), plain.group(0).entries);
        move |frames: &[&[u8]]| {
            for frame in frames {
                black_box(by(&hasher, &table, frame));
            }
        }
    };
    vec![
        ("model::decide", 0, Box::new(judge(plain))),
        ("model::batch", 0, Box::new(batch_row(plain))),
        ("model::decide, two groups and four rules", 2, Box::new(judge(ruled))),
        ("model::batch, two groups and four rules", 2, Box::new(batch_row(ruled))),
        ("smoltcp's parser, SipHash-1-3, table", 0, Box::new(library(peers::by_smoltcp))),
        ("etherparse's parser, SipHash-1-3, table", 0, Box::new(library(peers::by_etherparse))),
    ]
}

/// Demands of the batch what the model decides.
fn prove(state: &State, frames: &[&[u8]]) {
    let mut out = vec![CompactDecision::EMPTY; frames.len()];
    batch::decide(&Compiled::new(state), &mut Lanes::default(), frames, 0, &mut out);
    for (frame, decided) in frames.iter().zip(out) {
        assert_eq!(decided, CompactDecision::from(&model::decide(state, frame, 0)), "{}", model::field::dump(frame));
    }
}

/// A card with sixteen managers that take turns; with rules of every kind, and a second group, or without.
fn state(with_rules: bool) -> State {
    let mut state = State::new(2);
    state.enabled = true;
    state.group_macs[0] = GroupMac { mac: [0x02, 0, 0x5e, 0x10, 0, 1], enabled: true };
    for id in 1..=16 {
        state.managers_enabled[id] = true;
        state.idle_manager_rows_mut()[id] = ManagerRow { mac: [2, 0, 0x5e, 0x20, 0, id as u8], egress: id as u8 % 2 };
    }
    for number in 0..2 {
        let group = state.idle_group_mut(number);
        group.row = GroupRow { key: [*b"tandem!!", *b"second!!"][usize::from(number)], designated: 1, equal_ports_hash: number == 1 };
        group.entries = std::array::from_fn(|bucket| (bucket % 16) as u8 + 1);
    }
    let rule = |lowest, highest, protocol, group, key_on_peer| RuleRow { lowest, highest, protocol, group, key_on_peer, in_use: true };
    if with_rules {
        state.idle_rules_mut()[..4].copy_from_slice(&[
            rule(50_000, 50_100, Some(6), 0, true),
            rule(8080, 8080, None, 1, false),
            rule(53, 53, Some(17), 1, true),
            rule(5000, 5999, None, 0, true),
        ]);
    }
    state.commit(0b11 | 1 << contract::register::UNIT_RULES | 1 << contract::register::UNIT_MANAGERS, 1).expect("the card has both groups");
    state
}
