//! Many decisions at a time: what [`decide`](crate::decide()) says of each packet, at a fraction of its cost.
//!
//! [`Compiled`] is a card's state, laid out for this. Frames are taken in batches of [`LANES`], one lane for each:
//!
//! 1. `parse`: frames of a [common](crate::common) shape put the words of their keys into lanes, IPv4 from the front and IPv6 from the back.
//! 2. `rules`: where there are rules, they choose group and side of all lanes at once.
//! 3. `uncommon`: frames of other shapes are walked one by one by the model's own stages, and take a lane of the back if they have a key.
//! 4. `hash`: all lanes at once. Keys of IPv4 begin with three words that are the same in all of them, taken in when the state is compiled.
//! 5. Each lane's bucket names the manager.
//!
//! No file, clock or register is needed: a software distributor can decide with it. `decide` is the judge; the tests hold both equal.

mod compact;
mod compiled;
mod hash;
mod lanes;
mod parse;
mod ports;
mod rules;
mod uncommon;

pub use compact::CompactDecision;
pub use compiled::Compiled;
pub use lanes::Lanes;
pub use ports::managers_of_ports;

use crate::choice::Choice;

/// Packets that are decided together: several vectors full, few enough to stay in the nearest cache.
pub const LANES: usize = 64;

/// How many frames ahead memory is asked for the next: about as long as it takes to answer. Beyond the end of a batch, too.
const AHEAD: usize = 8;

/// Decides frames that came in by port `ingress`, in their order. `lanes` is room to work in; keep it for the next call.
///
/// # Panics
/// If `out` is not as long as `frames`.
pub fn decide(tables: &Compiled, lanes: &mut Lanes, frames: &[&[u8]], ingress: u8, out: &mut [CompactDecision]) {
    assert_eq!(frames.len(), out.len(), "a decision for every frame");
    for (number, out) in out.chunks_mut(LANES).enumerate() {
        let frames = &frames[number * LANES..];
        let (batch, coming) = (&frames[..out.len()], frames.get(AHEAD..).unwrap_or_default());
        lanes.clear();
        let uncommon = if !tables.enabled {
            u64::MAX >> (LANES - batch.len())
        } else if tables.has_rules() {
            let uncommon = lanes.parse::<true>(tables, batch, coming);
            lanes.classify(tables, batch);
            uncommon
        } else {
            lanes.parse::<false>(tables, batch, coming)
        };
        lanes.walk(tables, batch, ingress, uncommon, out);
        lanes.conclude(tables, out);
    }
}

/// Decides packets by their choices, made by the same tables with [`Compiled::choose`]; in their order.
///
/// # Panics
/// If `out` is not as long as `choices`.
pub fn decide_choices(tables: &Compiled, lanes: &mut Lanes, choices: &[Choice], out: &mut [CompactDecision]) {
    assert_eq!(choices.len(), out.len(), "a decision for every choice");
    for (choices, out) in choices.chunks(LANES).zip(out.chunks_mut(LANES)) {
        lanes.clear();
        for (index, (choice, out)) in choices.iter().zip(&mut *out).enumerate() {
            lanes.take(tables, index, choice, out);
        }
        lanes.conclude(tables, out);
    }
}
