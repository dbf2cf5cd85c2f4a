//! A design whose clock runs on its own.

use std::error::Error;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender, SyncSender};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use std::{fmt, io};

use crate::{Access, Accessed, Action, Batch, Egress, Fault, Frames, Outstanding, Sim, Source, When};

/// How long the clock rests when there is nothing to do: it then runs some hundred clocks every so often, and leaves the processor to
/// others. An order wakes it at once.
const REST: Duration = Duration::from_millis(10);
/// Orders that are done in one batch at most, so that the first of them is not answered late.
const TOGETHER: usize = 64;

/// What somebody wants of the design.
enum Order {
    Access(Action, Sender<Accessed>),
    Frame { source: usize, bytes: Vec<u8> },
    Reset(Sender<u64>),
    Settle(Sender<u64>),
    Stop,
}

/// A design that runs in a thread of its own.
#[derive(Debug)]
pub struct Live {
    reach: Reach,
    thread: JoinHandle<Result<(), LiveError>>,
}

/// The way to a design that is live, for any thread.
#[derive(Clone, Debug)]
pub struct Reach(SyncSender<Order>);

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
        let (orders, inbox) = mpsc::sync_channel(TOGETHER);
        let thread = thread::spawn(move || run(Clock { sim, leave }, &inbox));
        Self { reach: Reach(orders), thread }
    }

    /// A way to it.
    pub fn reach(&self) -> Reach {
        self.reach.clone()
    }

    /// Whether it came to a stop on its own.
    pub fn is_halted(&self) -> bool {
        self.thread.is_finished()
    }

    /// Ends it when everything has left that came in.
    ///
    /// # Errors
    /// If it came to a stop before.
    pub fn stop(self) -> Result<(), LiveError> {
        // If nobody takes the order, the thread has ended, and says why.
        let _ = self.reach.0.send(Order::Stop);
        self.thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

impl Reach {
    /// Accesses a register and waits for the answer.
    ///
    /// # Errors
    /// If the design is no longer live.
    pub fn access(&self, action: Action) -> Result<Accessed, Halted> {
        self.ask(|answer| Order::Access(action, answer))
    }

    /// Sends a frame into a source, behind all that were sent before; waits only while many orders wait.
    ///
    /// # Errors
    /// If the design is no longer live.
    ///
    /// # Panics
    /// In the design's thread, if it does not have the source or the frame is empty.
    pub fn send(&self, source: usize, bytes: Vec<u8>) -> Result<(), Halted> {
        self.0.send(Order::Frame { source, bytes }).map_err(|_| Halted)
    }

    /// Resets the design, and returns the clock behind it. Frames inside are forgotten.
    ///
    /// # Errors
    /// If the design is no longer live.
    pub fn reset(&self) -> Result<u64, Halted> {
        self.ask(Order::Reset)
    }

    /// Waits until everything has left that was sent in before, and returns the clock.
    ///
    /// # Errors
    /// If the design is no longer live.
    pub fn settle(&self) -> Result<u64, Halted> {
        self.ask(Order::Settle)
    }

    fn ask<T>(&self, order: impl FnOnce(Sender<T>) -> Order) -> Result<T, Halted> {
        let (answer, answered) = mpsc::channel();
        self.0.send(order(answer)).map_err(|_| Halted)?;
        answered.recv().map_err(|_| Halted)
    }
}

/// Does orders as they come, and lets the clock run on when none does.
fn run<L: FnMut(usize, Egress<'_>) -> io::Result<()>>(mut clock: Clock<L>, inbox: &Receiver<Order>) -> Result<(), LiveError> {
    // After frames there is no rest until they have left.
    let mut under_way = false;
    loop {
        let rest = if under_way { Duration::ZERO } else { REST };
        match inbox.recv_timeout(rest) {
            Err(RecvTimeoutError::Timeout) => {
                clock.settle()?;
                under_way = false;
            }
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
            Ok(first) => {
                let (work, last) = Work::gather(first, inbox, clock.sim.design().sources());
                under_way = work.has_frames();
                clock.work(work)?;
                // Nobody need be there any more to hear the answer.
                match last {
                    None => {}
                    Some(Last::Reset(answer)) => drop(answer.send(clock.reset())),
                    Some(Last::Settle(answer)) => drop(answer.send(clock.settle()?)),
                    Some(Last::Stop) => return clock.settle().map(drop),
                }
            }
        }
    }
}

/// What one batch is made of.
#[derive(Default)]
struct Work {
    sources: Vec<Source>,
    script: Vec<Access>,
    answers: Vec<Sender<Accessed>>,
}

/// An order that is done alone, behind a batch.
enum Last {
    Reset(Sender<u64>),
    Settle(Sender<u64>),
    Stop,
}

impl Work {
    /// The first order and those that wait behind it, up to one that is done alone.
    fn gather(first: Order, inbox: &Receiver<Order>, sources: usize) -> (Self, Option<Last>) {
        let mut work = Self { sources: vec![Source { frames: Frames::new(), ..Source::default() }; sources], ..Self::default() };
        for order in std::iter::once(first).chain(inbox.try_iter().take(TOGETHER - 1)) {
            match order {
                Order::Access(action, answer) => {
                    work.script.push(Access { when: When::Now, action });
                    work.answers.push(answer);
                }
                Order::Frame { source, bytes } => work.sources[source].frames.push(&bytes),
                Order::Reset(answer) => return (work, Some(Last::Reset(answer))),
                Order::Settle(answer) => return (work, Some(Last::Settle(answer))),
                Order::Stop => return (work, Some(Last::Stop)),
            }
        }
        (work, None)
    }

    fn has_frames(&self) -> bool {
        self.sources.iter().any(|source| !source.frames.is_empty())
    }
}

/// The design, and where its frames go.
struct Clock<L> {
    sim: Sim,
    leave: L,
}

impl<L: FnMut(usize, Egress<'_>) -> io::Result<()>> Clock<L> {
    /// Runs until all of it is taken and answered; frames may still be inside.
    fn work(&mut self, work: Work) -> Result<(), LiveError> {
        let Work { sources, script, answers } = work;
        let accesses = self.run(&Batch { sources, script, quiet: 0, ..Batch::default() })?;
        for (answer, accessed) in answers.into_iter().zip(accesses) {
            let _ = answer.send(accessed);
        }
        Ok(())
    }

    /// Runs until nothing has moved for a while: everything has left that came in. Returns the clock.
    fn settle(&mut self) -> Result<u64, LiveError> {
        self.run(&Batch::default())?;
        Ok(self.sim.cycle())
    }

    fn reset(&mut self) -> u64 {
        self.sim.reset();
        self.sim.cycle()
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
