//! A design under Verilator.

use std::error::Error;
use std::ffi::{CString, c_void};
use std::mem::MaybeUninit;
use std::path::PathBuf;
use std::ptr::NonNull;
use std::{fmt, fs, io};

use crate::run_log::{Broken, CompletedAccess, Fault, Interface, Outstanding, RunLog, SinkLog, SourceLog};
use crate::{Batch, Clock, Design, Pace, RegisterAccess, Waves, When, ffi};

/// Clocks that a register access may take.
const ACCESS_BUDGET: u64 = 100_000;

/// A register access that did not succeed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessError {
    /// The card answered SLVERR.
    Slverr {
        /// Byte offset of the register.
        address: u32,
    },
    /// The card did not answer within 100,000 clocks; only a reset leads back to a known state.
    NoAnswer {
        /// Byte offset of the register.
        address: u32,
    },
}

impl fmt::Display for AccessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Slverr { address } => write!(f, "the card answers SLVERR at register offset {address:#05x}"),
            Self::NoAnswer { address } => write!(f, "the card does not answer at register offset {address:#05x}"),
        }
    }
}

impl Error for AccessError {}

/// Waves that cannot be had.
#[derive(Debug)]
pub enum WavesError {
    /// The file cannot be written.
    File(PathBuf, io::Error),
    /// The design has no such source.
    NoSource(usize),
}

impl fmt::Display for WavesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path, error) => write!(f, "cannot write waves to {}: {error}", path.display()),
            Self::NoSource(source) => write!(f, "cannot begin waves at a frame of source {source}: the design has none"),
        }
    }
}

impl Error for WavesError {}

/// A design under Verilator, with a clock that runs only inside its methods.
#[derive(Debug)]
pub struct Sim {
    design: Design,
    bench: NonNull<ffi::Bench>,
}

// SAFETY: a bench owns its model and the model's Verilator context, shares nothing with other benches, and is tied to no thread.
unsafe impl Send for Sim {}

impl Sim {
    /// A design after reset.
    pub fn new(design: Design) -> Self {
        let model = match design {
            Design::Core512 => ffi::model_core512(),
            Design::Core256 => ffi::model_core256(),
            Design::Distributor512 => ffi::model_distributor512(),
            Design::Shared512 => ffi::model_shared512(),
            Design::Distributor256 => ffi::model_distributor256(),
            Design::Box250 => ffi::model_box250(),
            Design::Box322 => ffi::model_box322(),
            Design::Lookup512 => ffi::model_lookup512(),
            Design::Lookup256 => ffi::model_lookup256(),
        };
        // SAFETY: the model is new, is given away here, and is of this design.
        unsafe { Self::of_model(design, model) }
    }

    /// # Safety
    /// The model must come from C++, be given to nobody else, and have the ports of the design.
    pub(crate) unsafe fn of_model(design: Design, model: *mut c_void) -> Self {
        // SAFETY: as the caller promises.
        let bench = NonNull::new(unsafe { ffi::bench_new(model) }).expect("C++'s new never gives null");
        let mut sim = Self { design, bench };
        sim.set_clocks(design.clocks());
        sim.reset();
        sim
    }

    /// A design after reset that will write waves.
    ///
    /// # Errors
    /// If the file cannot be written, or the waves are to begin at a source that the design does not have.
    pub fn with_waves(design: Design, waves: &Waves) -> Result<Self, WavesError> {
        if waves.source >= design.sources() {
            return Err(WavesError::NoSource(waves.source));
        }
        let failed = |error| WavesError::File(waves.path.clone(), error);
        fs::File::create(&waves.path).map_err(failed)?;
        let path = CString::new(waves.path.as_os_str().as_encoded_bytes()).map_err(|error| failed(error.into()))?;
        let sim = Self::new(design);
        // SAFETY: the bench is ours alone, and the path a C string that C++ does not keep.
        let open = unsafe { ffi::bench_waves(sim.bench.as_ptr(), path.as_ptr(), waves.source as u32, waves.frame, waves.cycles) };
        if open { Ok(sim) } else { Err(failed(io::Error::other("Verilator cannot open it"))) }
    }

    /// Lets its clocks rise otherwise from now on, in the order of [`Design::clocks`]. Only a reset leads to a known state then.
    ///
    /// # Panics
    /// If there are not as many as the design has.
    pub fn set_clocks(&mut self, clocks: &[Clock]) {
        assert_eq!(clocks.len(), self.design.clocks().len(), "{} has another number of clocks", self.design.name());
        // SAFETY: the bench is ours alone, and C++ copies the clocks.
        unsafe { ffi::bench_clocks(self.bench.as_ptr(), clocks.as_ptr(), clocks.len()) }
    }

    /// Which design it is.
    pub fn design(&self) -> Design {
        self.design
    }

    /// Clocks since construction.
    pub fn cycle(&self) -> u64 {
        // SAFETY: the bench lives as long as `self`.
        unsafe { ffi::bench_cycle(self.bench.as_ptr()) }
    }

    /// Four clocks of reset, as [`Sim::reset_for`].
    ///
    /// # Panics
    /// If it is not done within a million clocks.
    pub fn reset(&mut self) {
        self.reset_for(4);
    }

    /// So many clocks of reset, of the slowest clock. Frames that were half out are forgotten. A design in a shell is waited for until it is done,
    /// and what is around it is not reset with it: a frame that is half in comes to an end meanwhile.
    ///
    /// # Panics
    /// If it is not done within a million clocks.
    pub fn reset_for(&mut self, clocks: u8) {
        // SAFETY: the bench is ours alone.
        let done = unsafe { ffi::bench_reset(self.bench.as_ptr(), clocks.into()) };
        assert!(done, "{} does not come out of its reset", self.design.name());
    }

    /// Writes a register. No sink is ready meanwhile; what the trace shows is in the next [`RunLog`].
    ///
    /// # Errors
    /// What the card answered, or that it did not.
    pub fn write(&mut self, address: u32, data: u32) -> Result<(), AccessError> {
        self.access(address, RegisterAccess::write(When::Now, address, data)).map(drop)
    }

    /// Reads a register. No sink is ready meanwhile; what the trace shows is in the next [`RunLog`].
    ///
    /// # Errors
    /// What the card answered, or that it did not.
    pub fn read(&mut self, address: u32) -> Result<u32, AccessError> {
        self.access(address, RegisterAccess::read(When::Now, address))
    }

    fn access(&mut self, address: u32, access: RegisterAccess) -> Result<u32, AccessError> {
        let batch = Batch {
            script: vec![access],
            sinks: vec![Pace::NEVER; self.design.sinks()],
            budget: ACCESS_BUDGET,
            quiet: 0,
            ..Batch::default()
        };
        self.call(&batch, |run_log| match run_log.accesses.get() {
            [accessed] if accessed.slverr => Err(AccessError::Slverr { address }),
            [accessed] => Ok(accessed.data),
            _ => Err(AccessError::NoAnswer { address }),
        })
    }

    /// Runs a batch to its end.
    ///
    /// # Panics
    /// If the batch names sources or sinks that the design does not have, or gives some but not all frames an ingress port.
    pub fn run(&mut self, batch: &Batch) -> RunLog {
        assert!(batch.sources.len() <= self.design.sources(), "{} has {} sources", self.design.name(), self.design.sources());
        assert!(batch.sinks.len() <= self.design.sinks(), "{} has {} sinks", self.design.name(), self.design.sinks());
        for source in &batch.sources {
            assert!(source.tuser.is_empty() || source.tuser.len() == source.frames.len(), "one ingress port per frame, or none");
        }
        let (design, began) = (self.design, self.cycle());
        let mut run_log = self.call(batch, |seen| collect(design, batch, seen));
        run_log.began = began;
        run_log.cycles = self.cycle() - began;
        // SAFETY: the bench is ours alone, and nothing of its memory is borrowed any more.
        unsafe { ffi::bench_clear(self.bench.as_ptr()) };
        run_log
    }

    /// Runs a batch in C++ and looks at what was recorded while that stands.
    fn call<T>(&mut self, batch: &Batch, look: impl FnOnce(&ffi::RawLog<'_>) -> T) -> T {
        let sources: Vec<_> = batch.sources.iter().map(|source| source.to_ffi()).collect();
        let sinks: Vec<_> = batch.sinks.iter().map(|pace| pace.to_ffi()).collect();
        let script: Vec<_> = batch.script.iter().map(|access| access.to_ffi()).collect();
        let batch = ffi::Batch {
            sources: ffi::Slice::new(&sources),
            sinks: ffi::Slice::new(&sinks),
            script: ffi::Slice::new(&script),
            scramble: batch.scramble.unwrap_or(0),
            budget: batch.budget,
            quiet: batch.quiet,
            scrambled: batch.scramble.is_some(),
        };
        // SAFETY: nothing but slices, numbers and flags, for all of which zeros are a value.
        let mut run_log = unsafe { MaybeUninit::<ffi::RawLog<'_>>::zeroed().assume_init() };
        // SAFETY: the bench is ours alone; C++ reads the batch during the call only and writes nothing but the run_log, whose slices
        // stand until the bench is called again, which the borrow of `self` excludes while `look` looks.
        unsafe { ffi::bench_run(self.bench.as_ptr(), &batch, &mut run_log) };
        look(&run_log)
    }
}

impl Drop for Sim {
    fn drop(&mut self) {
        // SAFETY: made by `bench_new`, and this is the end of it.
        unsafe { ffi::bench_delete(self.bench.as_ptr()) }
    }
}

/// Copies what C++ recorded.
fn collect(design: Design, batch: &Batch, seen: &ffi::RawLog<'_>) -> RunLog {
    let sources = seen.sources[..design.sources()].iter();
    let sources = sources.map(|log| SourceLog { first: log.first.get().to_vec(), last: log.last.get().to_vec(), beats: log.beats });
    let sources: Vec<_> = sources.collect();
    let sinks = &seen.sinks[..design.sinks()];
    let cores = &seen.cores[..design.cores()];
    let stalled = seen.stalled.then(|| Outstanding {
        frames: batch.sources.iter().zip(&sources).map(|(source, log)| source.frames.len() - log.last.len()).collect(),
        sinks: sinks.iter().map(|sink| sink.open).collect(),
        accesses: batch.script.len() - seen.accesses.get().len(),
    });
    RunLog {
        began: 0,
        cycles: 0,
        stalled,
        sources,
        sinks: sinks.iter().map(|sink| SinkLog { bytes: sink.bytes.get().to_vec(), frames: sink.frames.get().to_vec() }).collect(),
        decisions: cores.iter().map(|core| core.decisions.get().to_vec()).collect(),
        counts: cores.iter().map(|core| core.counts.get().to_vec()).collect(),
        lost: cores.iter().map(|core| core.lost.get().to_vec()).collect(),
        accesses: seen.accesses.get().iter().zip(&batch.script).map(|(accessed, access)| answered(accessed, *access)).collect(),
        faults: seen.faults.get().iter().map(fault).collect(),
    }
}

fn answered(accessed: &ffi::RawAccess, access: RegisterAccess) -> CompletedAccess {
    let address = access.action.address();
    let response = if accessed.slverr { Err(AccessError::Slverr { address }) } else { Ok(accessed.data) };
    CompletedAccess { started: accessed.started, finished: accessed.finished, response }
}

fn fault(fault: &ffi::Fault) -> Fault {
    let interface = match fault.place {
        ffi::REGISTERS => Interface::Registers,
        ffi::INSIDE => Interface::Inside,
        place @ ffi::SOURCE.. => Interface::Source((place - ffi::SOURCE) as usize),
        sink => Interface::Sink(sink as usize),
    };
    Fault { cycle: fault.cycle, interface, broken: Broken::ALL[fault.broken as usize] }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is found in a model that breaks this rule in the 12th clock after its reset, with a sink that is ready in these clocks.
    fn faults(rule: i32, ready: u64) -> Vec<(i64, Broken)> {
        // SAFETY: a new model in the shape of a 512-bit core.
        let mut sim = unsafe { Sim::of_model(Design::Core512, ffi::model_broken(rule)) };
        let script = vec![RegisterAccess::read(When::Now, 0); 20]; // the response is taken late now and then
        let sinks = vec![Pace::Pattern { bits: ready, length: 64 }];
        let run_log = sim.run(&Batch { sinks, script, scramble: Some(1), quiet: 20, ..Batch::default() });
        run_log.faults.iter().map(|fault| (fault.cycle as i64 - run_log.began as i64, fault.broken)).collect()
    }

    #[test]
    fn every_broken_rule_is_found_in_its_clock() {
        let always = u64::MAX;
        let late = always << 11; // the first beat is to wait for one clock
        let found = |broken: Broken, ready| faults(broken as i32, ready);
        assert_eq!(faults(-1, always), [], "no rule broken, none found");
        assert_eq!(found(Broken::UserChanged, always), [(11, Broken::UserChanged)]);
        assert_eq!(found(Broken::KeepHoles, always), [(11, Broken::KeepHoles)]);
        assert_eq!(found(Broken::KeepPartial, always), [(11, Broken::KeepPartial)]);
        assert_eq!(found(Broken::EarlyResponse, always), [(11, Broken::EarlyResponse)]);
        assert_eq!(found(Broken::ValidDropped, late), [(11, Broken::ValidDropped)]);
        assert_eq!(found(Broken::PayloadChanged, late), [(11, Broken::PayloadChanged)]);
        assert!(found(Broken::ResponseChanged, always).iter().all(|fault| fault.1 == Broken::ResponseChanged));
        assert!(!found(Broken::ResponseChanged, always).is_empty());
        assert_eq!(found(Broken::Assertion, always), [(11, Broken::Assertion)]);
        let refused = found(Broken::RefusedData, always);
        assert!(!refused.is_empty() && refused.iter().all(|fault| fault.1 == Broken::RefusedData));
        // At the source and at the register port, in each of the four clocks before the first.
        let in_reset = [-4, -4, -3, -3, -2, -2, -1, -1].map(|clock| (clock, Broken::ReadyInReset));
        assert_eq!(found(Broken::ReadyInReset, always), in_reset);
    }
}
