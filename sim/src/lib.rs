//! Runs the emitted Verilog: it has a clock and makes no judgement.
//!
//! A [`Sim`] is one design under Verilator. It is given work by the [`Batch`]: frames for every source, a [`Pace`] for every source and
//! sink, and a script of register accesses. All that happens per clock happens in C++ (`harness/bench.cpp`); one foreign call runs a
//! batch, and its [`RunLog`] is everything that was seen at the ports, with the clock at which it was seen. Whether that is
//! right is for others to check; only what breaks the rules of AXI is called a [`Fault`].
//!
//! ```
//! use sim::{Batch, Design, Frames, Sim, Source};
//!
//! let mut sim = Sim::new(Design::Core512);
//! let frames = Frames::from_iter([[0; 60], [1; 60]]);
//! let run_log = sim.run(&Batch { sources: vec![Source { frames, ..Source::default() }], ..Batch::default() });
//! assert_eq!(run_log.sinks[0].get(1).bytes, [1; 60]);
//! ```

mod batch;
mod design;
mod ffi;
mod frames;
mod live;
mod mutant;
mod pace;
mod run_log;
mod simulation;

pub use batch::{Action, Batch, RegisterAccess, Source, Waves, When};
pub use design::Design;
pub use ffi::Clock;
pub use frames::Frames;
pub use live::{Halted, Live, LiveError, LiveHandle};
pub use pace::Pace;
pub use run_log::{
    Broken, CompletedAccess, CountEvent, Decision, DropEvent, Egress, Fault, Interface, Outstanding, RunLog, SinkLog, SourceLog,
};
pub use simulation::{AccessError, Sim, WavesError};
