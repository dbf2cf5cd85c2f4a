//! The emitted hardware, checked by the scoreboard: one program, so that the models are linked once.

mod box322;
mod captures;
mod faults;
mod headers;
mod million;
mod mutants;
mod rate;
mod registers;
mod resets;
mod sharing;
mod shells;
mod sizes;
mod stages;
mod stalls;
mod switching;
mod vector;

use testbench::scoreboard::Mismatch;

/// Seed of all that is drawn here: fixed, so that a red run is red again. `tandem-sim soak` draws others.
const SEED: u64 = 0x7a4d_0001;

/// What two cards that agree give.
#[track_caller]
fn agreed<T>(result: Result<T, Mismatch>) -> T {
    result.unwrap_or_else(|mismatch| panic!("seed {SEED:#x}: {mismatch}"))
}
