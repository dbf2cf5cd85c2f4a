//! A design whose clock runs on its own.

use std::error::Error;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use std::{fmt, io};

use crate::{Action, Batch, CompletedAccess, Egress, Fault, Outstanding, RegisterAccess, Sim, Source, When};

/// How long the clock rests when there is nothing to do: it then runs some hundred clocks every so often, and leaves the processor to
/// others. A frame wakes it at once, and an access does not wait for it.
const REST: Duration = Duration::from_millis(10);
/// Frames that wait to be sent at most, so that whoever sends them feels how fast the card is.
const WAITING: usize = 64;

/// A design that runs in a thread of its own, until this is dropped.
#[derive(Debug)]
pub struct Live {
    handle: LiveHandle,
    thread: Option<JoinHandle<()>>,
}

/// A handle to a running design, for any thread.
#[derive(Clone, Debug)]
pub struct LiveHandle(Arc<Shared>);

/// The design is no longer live: [`Live::stop`] gives the reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Halted;

impl fmt::Display for Halted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the card has halted")
    }
}

impl Error for Halted {}

/// Why a design came to a stop on its own.
#[derive(Debug)]
pub enum LiveError {
    /// It did not take what it was given.
    Stalled(Outstanding),
    /// It broke a rule of AXI.
    Fault(Fault),
    /// A frame that left could not be passed on.
    Leave(io::Error),
}

impl fmt::Display for LiveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stalled(outstanding) => write!(f, "the card is stuck: {outstanding}"),
            Self::Fault(fault) => write!(f, "the card breaks a rule of AXI: {fault}"),
            Self::Leave(error) => write!(f, "a frame that left the card is lost: {error}"),
        }
    }
}

impl Error for LiveError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Leave(error) => Some(error),
            Self::Stalled(_) | Self::Fault(_) => None,
        }
    }
}

impl Live {
    /// Lets a design run. Its sinks are always ready, and `leave` is given every frame that leaves, with the number of its sink.
    pub fn start(sim: Sim, leave: impl FnMut(usize, Egress<'_>) -> io::Result<()> + Send + 'static) -> Self {
        let runner = Runner { sim, leave: Box::new(leave), waiting: Vec::new(), inside: false, stop: Stop::No };
        let handle = LiveHandle(Arc::new(Shared { runner: Mutex::new(runner), wake: Condvar::new(), room: Condvar::new() }));
        let running = handle.clone();
        Self { handle, thread: Some(thread::spawn(move || running.0.run())) }
    }

    /// A handle to it.
    pub fn handle(&self) -> LiveHandle {
        self.handle.clone()
    }

    /// Whether it came to a stop on its own.
    pub fn is_halted(&self) -> bool {
        self.handle.0.runner().is_halted()
    }

    /// Ends it when everything has left that came in.
    ///
    /// # Errors
    /// If it came to a stop before.
    pub fn stop(self) -> Result<(), LiveError> {
        let _ = self.handle.settle();
        let mut runner = self.handle.0.runner();
        match std::mem::replace(&mut runner.stop, Stop::Asked) {
            Stop::Halted(error) => Err(error),
            Stop::No | Stop::Asked => Ok(()),
        }
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.handle.0.runner().stop = Stop::Asked;
        self.handle.0.wake.notify_all();
        self.handle.0.room.notify_all();
        if let Some(thread) = self.thread.take() {
            // A panic there has been told already.
            let _ = thread.join();
        }
    }
}

impl LiveHandle {
    /// Accesses a register and waits for the answer.
    ///
    /// # Errors
    /// If the design is no longer live.
    pub fn access(&self, action: Action) -> Result<CompletedAccess, Halted> {
        self.with(|runner| runner.work(vec![RegisterAccess { when: When::Now, action }])).map(|accesses| accesses[0])
    }

    /// Sends a frame into a source, after all that were sent before; waits while many others do.
    ///
    /// # Errors
    /// If the design is no longer live.
    ///
    /// # Panics
    /// If the frame is empty or the design does not have the source.
    pub fn send(&self, source: usize, frame: Vec<u8>) -> Result<(), Halted> {
        assert!(!frame.is_empty(), "a stream cannot carry an empty frame");
        let runner = self.0.runner();
        assert!(source < runner.sim.design().sources(), "{} has no source {source}", runner.sim.design().name());
        let full = |runner: &mut Runner| runner.waiting.len() >= WAITING && matches!(runner.stop, Stop::No);
        let mut runner = self.0.room.wait_while(runner, full).expect(UNHARMED);
        if !matches!(runner.stop, Stop::No) {
            return Err(Halted);
        }
        runner.waiting.push((source, frame));
        self.0.wake.notify_one();
        Ok(())
    }

    /// Resets the design, and returns the clock after it. Frames inside are forgotten.
    ///
    /// # Errors
    /// If the design is no longer live.
    pub fn reset(&self) -> Result<u64, Halted> {
        self.with(|runner| {
            runner.work(Vec::new())?;
            runner.sim.reset();
            Ok(runner.sim.cycle())
        })
    }

    /// Waits until everything has left that was sent in before, and returns the clock.
    ///
    /// # Errors
    /// If the design is no longer live.
    pub fn settle(&self) -> Result<u64, Halted> {
        self.with(|runner| {
            runner.work(Vec::new())?;
            runner.settle()?;
            Ok(runner.sim.cycle())
        })
    }

    /// Does something with the design between two runs of its clock.
    fn with<T>(&self, act: impl FnOnce(&mut Runner) -> Result<T, LiveError>) -> Result<T, Halted> {
        let mut runner = self.0.runner();
        if !matches!(runner.stop, Stop::No) {
            return Err(Halted);
        }
        let done = act(&mut runner).map_err(|error| {
            runner.stop = Stop::Halted(error);
            Halted
        });
        // The clock is woken only where there is more to do: an access is answered, and waking costs more than it.
        if runner.inside || runner.is_halted() {
            self.0.wake.notify_one();
        }
        drop(runner);
        self.0.room.notify_all();
        done
    }
}

/// A design that several threads handle.
#[derive(Debug)]
struct Shared {
    runner: Mutex<Runner>,
    /// There is something to do, or an end.
    wake: Condvar,
    /// Fewer frames wait, or there is an end.
    room: Condvar,
}

const UNHARMED: &str = "no thread panics while it runs the design";

impl Shared {
    fn runner(&self) -> MutexGuard<'_, Runner> {
        self.runner.lock().expect(UNHARMED)
    }

    /// Sends what waits to be sent, and lets the clock run on when nothing does.
    fn run(&self) {
        loop {
            let idle = |runner: &mut Runner| runner.waiting.is_empty() && !runner.inside && matches!(runner.stop, Stop::No);
            let (mut runner, _) = self.wake.wait_timeout_while(self.runner(), REST, idle).expect(UNHARMED);
            if !matches!(runner.stop, Stop::No) {
                return;
            }
            let ran = if runner.waiting.is_empty() { runner.settle() } else { runner.work(Vec::new()).map(drop) };
            if let Err(error) = ran {
                runner.stop = Stop::Halted(error);
            }
            drop(runner);
            self.room.notify_all();
        }
    }
}

/// What is given each frame that leaves, with the number of its sink.
type Leave = Box<dyn FnMut(usize, Egress<'_>) -> io::Result<()> + Send>;

/// The design, what is to go in and where its frames go.
struct Runner {
    sim: Sim,
    leave: Leave,
    /// Frames that are not yet sent, with their sources.
    waiting: Vec<(usize, Vec<u8>)>,
    /// Whether frames may be inside.
    inside: bool,
    stop: Stop,
}

/// Whether the clock goes on.
#[derive(Debug)]
enum Stop {
    No,
    Asked,
    Halted(LiveError),
}

impl fmt::Debug for Runner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Runner").field("sim", &self.sim).field("stop", &self.stop).finish_non_exhaustive()
    }
}

impl Runner {
    fn is_halted(&self) -> bool {
        matches!(self.stop, Stop::Halted(_))
    }

    /// Runs until all that waits is sent, and the accesses are answered; frames may still be inside.
    fn work(&mut self, script: Vec<RegisterAccess>) -> Result<Vec<CompletedAccess>, LiveError> {
        if self.waiting.is_empty() && script.is_empty() {
            return Ok(Vec::new());
        }
        let mut sources = vec![Source::default(); self.sim.design().sources()];
        for (source, frame) in self.waiting.drain(..) {
            sources[source].frames.push(&frame);
            self.inside = true;
        }
        self.run(&Batch { sources, script, quiet: 0, ..Batch::default() })
    }

    /// Runs until nothing has moved for some hundred clocks: everything has left that came in.
    fn settle(&mut self) -> Result<(), LiveError> {
        self.run(&Batch::default())?;
        self.inside = false;
        Ok(())
    }

    fn run(&mut self, batch: &Batch) -> Result<Vec<CompletedAccess>, LiveError> {
        let run_log = self.sim.run(batch);
        for (sink, log) in run_log.sinks.iter().enumerate() {
            log.iter().try_for_each(|frame| (self.leave)(sink, frame)).map_err(LiveError::Leave)?;
        }
        match (run_log.stalled, run_log.faults.first()) {
            (_, Some(fault)) => Err(LiveError::Fault(*fault)),
            (Some(outstanding), None) => Err(LiveError::Stalled(outstanding)),
            (None, None) => Ok(run_log.accesses),
        }
    }
}
