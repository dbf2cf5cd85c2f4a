//! A design whose clock runs on its own.

use std::error::Error;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use std::{fmt, io};

use crate::{Access, Accessed, Action, Batch, Egress, Fault, Outstanding, Sim, Source, When};

/// How long the clock rests when there is nothing to do: it then runs some hundred clocks every so often, and leaves the processor to
/// others. A frame wakes it at once, and an access does not wait for it.
const REST: Duration = Duration::from_millis(10);
/// Frames that wait to be sent at most, so that whoever sends them feels how fast the card is.
const WAITING: usize = 64;

/// A design that runs in a thread of its own, until this is dropped.
#[derive(Debug)]
pub struct Live {
    reach: Reach,
    thread: Option<JoinHandle<()>>,
}

/// The way to a design that is live, for any thread.
#[derive(Clone, Debug)]
pub struct Reach(Arc<Shared>);

/// The design is no longer live: [`Live::stop`] says why.
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
        let clock = Clock { sim, leave: Box::new(leave), waiting: Vec::new(), inside: false, stop: Stop::No };
        let reach = Reach(Arc::new(Shared { clock: Mutex::new(clock), wake: Condvar::new(), room: Condvar::new() }));
        let running = reach.clone();
        Self { reach, thread: Some(thread::spawn(move || running.0.run())) }
    }

    /// A way to it.
    pub fn reach(&self) -> Reach {
        self.reach.clone()
    }

    /// Whether it came to a stop on its own.
    pub fn is_halted(&self) -> bool {
        self.reach.0.clock().is_halted()
    }

    /// Ends it when everything has left that came in.
    ///
    /// # Errors
    /// If it came to a stop before.
    pub fn stop(self) -> Result<(), LiveError> {
        let _ = self.reach.settle();
        let mut clock = self.reach.0.clock();
        match std::mem::replace(&mut clock.stop, Stop::Asked) {
            Stop::Halted(error) => Err(error),
            Stop::No | Stop::Asked => Ok(()),
        }
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.reach.0.clock().stop = Stop::Asked;
        self.reach.0.wake.notify_all();
        self.reach.0.room.notify_all();
        if let Some(thread) = self.thread.take() {
            // A panic there has been told already.
            let _ = thread.join();
        }
    }
}

impl Reach {
    /// Accesses a register and waits for the answer.
    ///
    /// # Errors
    /// If the design is no longer live.
    pub fn access(&self, action: Action) -> Result<Accessed, Halted> {
        self.with(|clock| clock.work(vec![Access { when: When::Now, action }])).map(|accesses| accesses[0])
    }

    /// Sends a frame into a source, behind all that were sent before; waits while many others do.
    ///
    /// # Errors
    /// If the design is no longer live.
    ///
    /// # Panics
    /// If the frame is empty or the design does not have the source.
    pub fn send(&self, source: usize, frame: Vec<u8>) -> Result<(), Halted> {
        assert!(!frame.is_empty(), "a stream cannot carry an empty frame");
        let clock = self.0.clock();
        assert!(source < clock.sim.design().sources(), "{} has no source {source}", clock.sim.design().name());
        let full = |clock: &mut Clock| clock.waiting.len() >= WAITING && matches!(clock.stop, Stop::No);
        let mut clock = self.0.room.wait_while(clock, full).expect(UNHARMED);
        if !matches!(clock.stop, Stop::No) {
            return Err(Halted);
        }
        clock.waiting.push((source, frame));
        self.0.wake.notify_one();
        Ok(())
    }

    /// Resets the design, and returns the clock behind it. Frames inside are forgotten.
    ///
    /// # Errors
    /// If the design is no longer live.
    pub fn reset(&self) -> Result<u64, Halted> {
        self.with(|clock| {
            clock.work(Vec::new())?;
            clock.sim.reset();
            Ok(clock.sim.cycle())
        })
    }

    /// Waits until everything has left that was sent in before, and returns the clock.
    ///
    /// # Errors
    /// If the design is no longer live.
    pub fn settle(&self) -> Result<u64, Halted> {
        self.with(|clock| {
            clock.work(Vec::new())?;
            clock.settle()?;
            Ok(clock.sim.cycle())
        })
    }

    /// Does something with the design between two runs of its clock.
    fn with<T>(&self, act: impl FnOnce(&mut Clock) -> Result<T, LiveError>) -> Result<T, Halted> {
        let mut clock = self.0.clock();
        if !matches!(clock.stop, Stop::No) {
            return Err(Halted);
        }
        let done = act(&mut clock).map_err(|error| {
            clock.stop = Stop::Halted(error);
            Halted
        });
        // The clock is woken only where there is more to do: an access is answered, and waking costs more than it.
        if clock.inside || clock.is_halted() {
            self.0.wake.notify_one();
        }
        drop(clock);
        self.0.room.notify_all();
        done
    }
}

/// A design that several threads reach.
#[derive(Debug)]
struct Shared {
    clock: Mutex<Clock>,
    /// There is something to do, or an end.
    wake: Condvar,
    /// Fewer frames wait, or there is an end.
    room: Condvar,
}

const UNHARMED: &str = "no thread panics while it runs the design";

impl Shared {
    fn clock(&self) -> MutexGuard<'_, Clock> {
        self.clock.lock().expect(UNHARMED)
    }

    /// Sends what waits to be sent, and lets the clock run on when nothing does.
    fn run(&self) {
        loop {
            let idle = |clock: &mut Clock| clock.waiting.is_empty() && !clock.inside && matches!(clock.stop, Stop::No);
            let (mut clock, _) = self.wake.wait_timeout_while(self.clock(), REST, idle).expect(UNHARMED);
            if !matches!(clock.stop, Stop::No) {
                return;
            }
            let ran = if clock.waiting.is_empty() { clock.settle() } else { clock.work(Vec::new()).map(drop) };
            if let Err(error) = ran {
                clock.stop = Stop::Halted(error);
            }
            drop(clock);
            self.room.notify_all();
        }
    }
}

/// What is given each frame that leaves, with the number of its sink.
type Leave = Box<dyn FnMut(usize, Egress<'_>) -> io::Result<()> + Send>;

/// The design, what is to go in and where its frames go.
struct Clock {
    sim: Sim,
    leave: Leave,
    /// Frames that are not yet sent, with their sources.
    waiting: Vec<(usize, Vec<u8>)>,
    /// Whether frames may be inside.
    inside: bool,
    stop: Stop,
}

/// Whether the clock is to go on.
#[derive(Debug)]
enum Stop {
    No,
    Asked,
    Halted(LiveError),
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Clock").field("sim", &self.sim).field("stop", &self.stop).finish_non_exhaustive()
    }
}

impl Clock {
    fn is_halted(&self) -> bool {
        matches!(self.stop, Stop::Halted(_))
    }

    /// Runs until all that waits is sent, and the accesses are answered; frames may still be inside.
    fn work(&mut self, script: Vec<Access>) -> Result<Vec<Accessed>, LiveError> {
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

    fn run(&mut self, batch: &Batch) -> Result<Vec<Accessed>, LiveError> {
        let outcome = self.sim.run(batch);
        for (sink, log) in outcome.sinks.iter().enumerate() {
            log.iter().try_for_each(|frame| (self.leave)(sink, frame)).map_err(LiveError::Leave)?;
        }
        match (outcome.stalled, outcome.faults.first()) {
            (_, Some(fault)) => Err(LiveError::Fault(*fault)),
            (Some(outstanding), None) => Err(LiveError::Stalled(outstanding)),
            (None, None) => Ok(outcome.accesses),
        }
    }
}
