//! A design whose clock runs on its own.

use std::collections::VecDeque;
use std::error::Error;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use std::{fmt, io};

use crate::{Action, Batch, CompletedAccess, Egress, Fault, Outstanding, RegisterAccess, RunLog, Sim, Source, When};

/// How long nobody asks for anything before the clock runs on for what accesses and resets have left behind: a commit that drains, tables that
/// are cleared. After that it stands still. A frame wakes it at once, and an access does not wait for it.
const REST: Duration = Duration::from_millis(10);
/// Frames that wait to be sent at most, so that whoever sends them feels how fast the card is.
const WAITING: usize = 64;
/// Frames that are sent in one run, at most: while it runs, accesses wait.
const AT_ONCE: usize = 16;
/// How long no frame came, after which one that comes is alone.
const LULL: Duration = Duration::from_micros(100);
/// Clocks after which what left is passed on.
const PIECE: u64 = 4;
/// Pieces in a row in which nothing moved, after which nothing is inside: a frame is inside for fewer clocks than these without being seen.
/// What has not left by then was dropped.
const CALM: u32 = 16;

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
        let sources = sim.design().sources();
        let runner = Runner { sim, leave: Box::new(leave), waiting: Vec::new(), sent: 0, inside: 0, stop: Stop::No };
        let (runner, queue) = (Mutex::new(runner), Mutex::new(Queue { accesses: 1, ..Queue::default() }));
        let handle = LiveHandle(Arc::new(Shared { runner, queue, sources, wake: Condvar::new(), room: Condvar::new() }));
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
        self.handle.0.end();
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
        if self.queue(source, frame)?.first {
            self.0.wake.notify_one();
        }
        Ok(())
    }

    /// The same for a frame behind which no other waits. If none came for a while and the design is at rest, the caller's own thread lets the
    /// clock run until the frame has left: waking the clock's thread takes as long as many clocks.
    ///
    /// # Errors
    /// As [`LiveHandle::send`].
    ///
    /// # Panics
    /// As [`LiveHandle::send`].
    pub fn send_alone(&self, source: usize, frame: Vec<u8>) -> Result<(), Halted> {
        let Queued { first, at_rest } = self.queue(source, frame)?;
        match at_rest.then(|| self.0.runner.try_lock()) {
            Some(Ok(mut runner)) => self.0.carry(&mut runner),
            _ if first => self.0.wake.notify_one(),
            _ => {}
        }
        Ok(())
    }

    fn queue(&self, source: usize, frame: Vec<u8>) -> Result<Queued, Halted> {
        assert!(!frame.is_empty(), "a stream cannot carry an empty frame");
        assert!(source < self.0.sources, "the design has no source {source}");
        let full = |queue: &mut Queue| queue.frames.len() >= WAITING && !queue.ended;
        let mut queue = self.0.room.wait_while(self.0.queue(), full).expect(UNHARMED);
        if queue.ended {
            return Err(Halted);
        }
        queue.frames.push_back((source, frame));
        let first = queue.frames.len() == 1;
        let now = Instant::now();
        let lull = queue.last.replace(now).is_none_or(|last| now - last > LULL);
        Ok(Queued { first, at_rest: first && lull && !queue.inside && queue.callers == 0 })
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

    /// Does something with the design between two runs of its clock, after all frames that wait to be sent.
    fn with<T>(&self, act: impl FnOnce(&mut Runner) -> Result<T, LiveError>) -> Result<T, Halted> {
        self.0.queue().callers += 1;
        let mut runner = self.0.runner();
        let done = if matches!(runner.stop, Stop::No) {
            runner.waiting.extend(self.0.queue().frames.drain(..));
            act(&mut runner).map_err(|error| {
                runner.stop = Stop::Halted(error);
                Halted
            })
        } else {
            Err(Halted)
        };
        let mut queue = self.0.queue();
        queue.callers -= 1;
        queue.ended |= done.is_err();
        queue.inside = runner.inside > 0;
        // The clock is woken only where it has to do: an access is answered, and waking costs more than it.
        let wake = queue.accesses == 0 || queue.inside || !queue.frames.is_empty() || queue.ended;
        queue.accesses += 1;
        drop(queue);
        drop(runner);
        if wake {
            self.0.wake.notify_one();
        }
        self.0.room.notify_all();
        done
    }
}

/// How a frame was queued.
struct Queued {
    /// None waited before it.
    first: bool,
    /// Nobody does anything with the design, nor did for a while.
    at_rest: bool,
}

/// A design that several threads handle. Who needs both locks takes the runner's first.
#[derive(Debug)]
struct Shared {
    runner: Mutex<Runner>,
    queue: Mutex<Queue>,
    /// How many sources the design has.
    sources: usize,
    /// There is something to do, or an end.
    wake: Condvar,
    /// Fewer frames wait, or there is an end.
    room: Condvar,
}

/// What is to be done, which nobody has to wait for the design to say.
#[derive(Debug, Default)]
struct Queue {
    /// Frames to send, with their sources. They are taken with the runner's lock held, so that they keep their order.
    frames: VecDeque<(usize, Vec<u8>)>,
    /// When the last of them came.
    last: Option<Instant>,
    /// Who waits for the runner's lock: they come before the next frames.
    callers: usize,
    /// Frames may be inside the design.
    inside: bool,
    /// Accesses and resets after which the clock has not run on yet.
    accesses: u64,
    /// The design is no longer live.
    ended: bool,
}

const UNHARMED: &str = "no thread panics while it runs the design";

impl Shared {
    fn runner(&self) -> MutexGuard<'_, Runner> {
        self.runner.lock().expect(UNHARMED)
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().expect(UNHARMED)
    }

    /// No clock runs, and nothing is taken, from now on.
    fn end(&self) {
        let mut runner = self.runner();
        if matches!(runner.stop, Stop::No) {
            runner.stop = Stop::Asked;
        }
        self.queue().ended = true;
        self.wake.notify_all();
        self.room.notify_all();
    }

    /// Sends what waits to be sent, lets the clock run on while anything is inside, and rests.
    fn run(&self) {
        while let Some(quiet) = self.wait() {
            if !self.step(&mut self.runner(), quiet) {
                break;
            }
        }
        self.room.notify_all();
    }

    /// Sends what waits, or else runs a piece on; what accesses have left behind if there is `quiet`. Returns whether the design is live.
    fn step(&self, runner: &mut Runner, quiet: bool) -> bool {
        if !matches!(runner.stop, Stop::No) {
            return false;
        }
        let mut queue = self.queue();
        let count = queue.frames.len().min(AT_ONCE);
        runner.waiting.extend(queue.frames.drain(..count));
        if quiet {
            queue.accesses = 0;
        }
        drop(queue);
        self.room.notify_all();
        let ran = match (count, quiet) {
            (0, true) => runner.settle(),
            (0, false) => runner.run_on(),
            _ => runner.work(Vec::new()).map(drop),
        };
        let mut queue = self.queue();
        queue.inside = runner.inside > 0;
        if let Err(error) = ran {
            runner.stop = Stop::Halted(error);
            queue.ended = true;
        }
        !queue.ended
    }

    /// Sends what waits and lets the clock run on until all has left. Whatever else comes meanwhile is the clock's thread's.
    fn carry(&self, runner: &mut Runner) {
        while self.step(runner, false) {
            let queue = self.queue();
            if !queue.frames.is_empty() || queue.callers > 0 || !queue.inside {
                break;
            }
        }
        let queue = self.queue();
        if !queue.frames.is_empty() || queue.inside {
            self.wake.notify_one();
        }
    }

    /// Waits until there is something to do. Returns whether it is what accesses have left behind, or nothing if there is an end.
    fn wait(&self) -> Option<bool> {
        let mut queue = self.queue();
        loop {
            let accesses = queue.accesses;
            let idle = |queue: &mut Queue| {
                !queue.ended && (queue.callers > 0 || queue.frames.is_empty() && !queue.inside && queue.accesses == accesses)
            };
            let timed_out;
            (queue, timed_out) = if accesses == 0 {
                (self.wake.wait_while(queue, idle).expect(UNHARMED), false)
            } else {
                let (queue, result) = self.wake.wait_timeout_while(queue, REST, idle).expect(UNHARMED);
                (queue, result.timed_out())
            };
            if queue.ended {
                return None;
            }
            let works = queue.inside || !queue.frames.is_empty();
            if works || timed_out {
                return Some(!works);
            }
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
    /// Frames that were sent and have not left: they are inside, or were dropped.
    sent: usize,
    /// Frames may be inside until so many more pieces were calm, or all have left.
    inside: u32,
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
            self.sent += 1;
            self.inside = CALM;
        }
        self.run(&Batch { sources, script, quiet: 0, ..Batch::default() })
    }

    /// Runs until nothing has moved for some hundred clocks: everything has left that came in.
    fn settle(&mut self) -> Result<(), LiveError> {
        self.run(&Batch::default())?;
        (self.sent, self.inside) = (0, 0);
        Ok(())
    }

    /// Runs a few clocks on.
    fn run_on(&mut self) -> Result<(), LiveError> {
        let run_log = self.sim.run(&Batch { quiet: PIECE, budget: PIECE, ..Batch::default() });
        // A piece that moves to its end is told as stalled.
        self.inside = if run_log.stalled.is_some() { CALM } else { self.inside.saturating_sub(1) };
        self.pass_on(&run_log)?;
        if self.sent == 0 {
            self.inside = 0;
        }
        if self.inside == 0 {
            self.sent = 0;
        }
        Ok(())
    }

    fn run(&mut self, batch: &Batch) -> Result<Vec<CompletedAccess>, LiveError> {
        let run_log = self.sim.run(batch);
        self.pass_on(&run_log)?;
        match run_log.stalled {
            Some(outstanding) => Err(LiveError::Stalled(outstanding)),
            None => Ok(run_log.accesses),
        }
    }

    /// Passes on what has left.
    fn pass_on(&mut self, run_log: &RunLog) -> Result<(), LiveError> {
        for (sink, log) in run_log.sinks.iter().enumerate() {
            self.sent = self.sent.saturating_sub(log.len());
            log.iter().try_for_each(|frame| (self.leave)(sink, frame)).map_err(LiveError::Leave)?;
        }
        run_log.faults.first().map_or(Ok(()), |fault| Err(LiveError::Fault(*fault)))
    }
}
