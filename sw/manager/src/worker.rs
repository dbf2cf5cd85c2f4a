//! A switching processor: polls its queues in a loop, and filters what came. Source: WO 00/30322, FIG. 5, packet engine 72.

use crate::binding::keep_to;
use crate::buffers::Buffers;
use flow::filter::BATCH;
use flow::{Counters, Filter, Offload, Outbox, Station, Tables, To, Verdict};
use ring::xdp::{Held, Rings, Statistics};
use ring::{Leaving, Left, Polled, ROOM, Unfinished};
use std::io;
use std::os::fd::AsFd as _;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long it looks again and again, after the last frame, before it sleeps: about as long as it takes to sleep and to be woken.
const SPIN: Duration = Duration::from_micros(5);
/// The longest sleep: after it, it sweeps.
const SLEEP: Duration = Duration::from_millis(50);
/// The same while frames wait: for an interface, or for the MAC of a station.
const SLEEP_WAITING: Duration = Duration::from_millis(1);
/// Between two looks at connections whose time is up.
const SWEEP: Duration = Duration::from_millis(100);
/// Looks until every record of the table was looked at.
const SWEEPS: u32 = 80;
/// Bytes of an Ethernet header with two VLAN tags.
const LINK: usize = 22;

/// An interface, as one of the workers has it.
#[derive(Clone)]
pub enum Port {
    /// One with a socket.
    Polled {
        /// The interface.
        polled: Arc<Polled>,
        /// Whether this worker receives from it; it may send by each.
        receives: bool,
    },
    /// The one of this number among the worker's rings.
    Ring(usize),
}

/// A frame that has come, where it lies.
enum Frame {
    /// At the front of the worker's room, with this length.
    Room(usize),
    /// In the memory of its rings.
    Held(Held),
}

/// What passed by an interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Passed {
    /// Frames that came.
    pub received: u64,
    /// Frames that left.
    pub sent: u64,
    /// Frames that were to leave, and that the interface did not take.
    pub not_sent: u64,
    /// Frames for which the kernel had no room before they came.
    pub overflowed: u64,
    /// Frames of the kernel's own that have come by a ring, which has no way back.
    pub astray: u64,
    /// What went wrong at a ring.
    pub rings: Statistics,
}

/// What a worker has done so far.
#[derive(Clone, Debug, Default)]
pub struct Account {
    /// The processor that it has to itself; `None`: it runs wherever the kernel lets it.
    pub processor: Option<usize>,
    /// What became of every frame.
    pub counters: Counters,
    /// Fragments that wait for the first of their datagram; of an echo request, for all others; and frames that wait for a MAC.
    pub held: u64,
    /// By interface.
    pub passed: Vec<Passed>,
    /// Why it ended, if it has.
    pub failed: Option<String>,
}

/// A switching processor.
pub struct Worker<'m> {
    number: usize,
    ports: Vec<Port>,
    /// By interface, what has not left yet.
    leaving: Vec<Leaving>,
    rings: Option<Rings>,
    filter: Filter<'m>,
    buffers: &'m Buffers,
    told: &'m Mutex<Account>,
    /// Has the MAC of a station found out.
    resolve: &'m (dyn Fn(Station) + Sync),
    account: Account,
    room: Vec<u8>,
    out: Outbox,
    swept: Instant,
}

/// The time since the host was started: the same for every process.
pub fn now() -> Duration {
    nix::time::ClockId::CLOCK_MONOTONIC.now().map_or(Duration::ZERO, Into::into)
}

impl<'m> Worker<'m> {
    /// The worker of this number. What it does is told in `told`, now and then. `resolve` has the MAC of a station found out; it does not wait.
    pub fn new(
        number: usize,
        (ports, rings): (Vec<Port>, Option<Rings>),
        filter: Filter<'m>,
        buffers: &'m Buffers,
        told: &'m Mutex<Account>,
        resolve: &'m (dyn Fn(Station) + Sync),
    ) -> Self {
        let account = Account { passed: vec![Passed::default(); ports.len()], ..Account::default() };
        let (room, out) = (vec![0; ROOM], Outbox::default());
        let leaving = ports.iter().map(|_| Leaving::default()).collect();
        Self { number, ports, leaving, rings, filter, buffers, told, resolve, account, room, out, swept: Instant::now() }
    }

    /// Works until it is to end, or cannot, on this processor if there is one for it.
    pub fn run(mut self, processor: Option<usize>, ends: &AtomicBool) {
        self.account.processor = processor.filter(|processor| self.may_keep_to(*processor));
        let ended = self.work(ends);
        self.buffers.idle(self.number);
        self.account.failed = ended.err().map(|error| error.to_string());
        self.tell();
    }

    fn may_keep_to(&self, processor: usize) -> bool {
        let kept = keep_to(&[processor]);
        if let Err(error) = &kept {
            let number = self.number;
            operator::output::tell(format_args!(
                "warning: worker {number} is not bound to processor {processor} ({error}): write bind_workers = false, or let the manager use it"
            ));
        }
        kept.is_ok()
    }

    fn work(&mut self, ends: &AtomicBool) -> io::Result<()> {
        let mut last = Instant::now();
        while !ends.load(Relaxed) {
            let buffers = self.buffers;
            let tables = buffers.read(self.number);
            let taken = self.batch(&tables)?;
            if self.swept.elapsed() >= SWEEP {
                self.sweep(&tables)?;
            }
            drop(tables);
            if taken > 0 {
                last = Instant::now();
            } else if last.elapsed() >= SPIN {
                buffers.idle(self.number);
                self.tell();
                self.sleep()?;
            }
        }
        Ok(())
    }

    /// Until a frame comes, or it is time to sweep.
    fn sleep(&self) -> io::Result<()> {
        let polled = self.ports.iter().filter_map(|port| match port {
            Port::Polled { polled, receives: true } => Some(polled.as_fd()),
            _ => None,
        });
        // What an interface had no room for waits in its ring, and nobody tells when there is room; nor when there are other tables.
        let is_waiting = self.filter.is_waiting() || self.rings.as_ref().is_some_and(Rings::is_sending);
        let time = if is_waiting { SLEEP_WAITING } else { SLEEP };
        ring::polled::wait(polled.chain(self.rings.iter().flat_map(Rings::descriptors)), time)
    }

    /// Up to 64 frames of each interface.
    fn batch(&mut self, tables: &Tables) -> io::Result<usize> {
        let now = now();
        let mut taken = 0;
        self.filter.resume(tables, now, &mut self.out);
        self.empty_outbox();
        for number in 0..self.ports.len() {
            for _ in 0..BATCH {
                let Some((frame, unfinished)) = self.receive(number)? else { break };
                self.account.passed[number].received += 1;
                taken += 1;
                self.take(tables, now, number, frame, unfinished);
            }
            self.flush();
        }
        self.filter.lacking().for_each(self.resolve);
        if let Some(rings) = &mut self.rings {
            rings.turn();
        }
        Ok(taken)
    }

    fn receive(&mut self, number: usize) -> io::Result<Option<(Frame, Unfinished)>> {
        Ok(match &self.ports[number] {
            Port::Polled { polled, receives: true } => {
                polled.receive(&mut self.room)?.map(|(length, unfinished)| (Frame::Room(length), unfinished))
            }
            Port::Polled { receives: false, .. } => None,
            Port::Ring(ring) => {
                let rings = self.rings.as_mut().and_then(|rings| rings.receive(*ring));
                rings.map(|(held, unfinished)| (Frame::Held(held), unfinished))
            }
        })
    }

    fn take(&mut self, tables: &Tables, now: Duration, number: usize, mut frame: Frame, mut unfinished: Unfinished) {
        let bytes = match (&mut frame, &mut self.rings) {
            (Frame::Held(held), Some(rings)) => rings.bytes(held),
            (Frame::Room(length), _) => &mut self.room[..*length],
            (Frame::Held(_), None) => unreachable!("it has come by a ring"),
        };
        // What may have to be cut into fragments must be whole.
        let least = tables.settings().interfaces.iter().map(|interface| interface.mtu).min().unwrap_or(0);
        if unfinished.segment().is_none() && bytes.len() > usize::from(least) + LINK {
            unfinished.finish(bytes);
            unfinished = Unfinished::default();
        }
        let offload = Offload { unfinished: unfinished.checksum().is_some(), segment: unfinished.segment() };
        let Verdict { to, .. } = self.filter.take_offloaded(tables, now, number as u16, bytes, offload, &mut self.out);
        match to {
            Some(To::Hop(hop)) => self.send(hop.interface, frame, unfinished),
            Some(To::Control) => {
                // By a socket it has reached the kernel already: that has its own copy, and the ingress filter lets it pass. By a ring it has not:
                // the driver's program sees less than the filter, or the host has just got the address.
                self.account.passed[number].astray += u64::from(matches!(frame, Frame::Held(_)));
                self.release(frame);
            }
            None => self.release(frame),
        }
        self.empty_outbox();
    }

    fn send(&mut self, interface: u16, frame: Frame, unfinished: Unfinished) {
        let number = usize::from(interface);
        let (Some(port), Some(passed)) = (self.ports.get(number), self.account.passed.get_mut(number)) else {
            return self.release(frame);
        };
        let leaving = &mut self.leaving[number];
        let is_sent = match (port, frame, &mut self.rings) {
            (Port::Polled { polled, .. }, Frame::Room(length), _) => {
                return polled.send_joined(leaving, &mut self.room[..length], unfinished);
            }
            (Port::Polled { polled, .. }, Frame::Held(mut held), Some(rings)) => {
                polled.send_joined(leaving, rings.bytes(&mut held), unfinished);
                return rings.release(held);
            }
            (Port::Ring(ring), Frame::Room(length), Some(rings)) => {
                let bytes = &mut self.room[..length];
                unfinished.finish(bytes);
                rings.send_copy(*ring, bytes)
            }
            (Port::Ring(ring), Frame::Held(held), Some(rings)) => rings.send(*ring, held, unfinished),
            (Port::Ring(_), _, None) | (_, Frame::Held(_), None) => unreachable!("there are rings"),
        };
        count(passed, is_sent);
    }

    /// Lets all frames leave that have not left yet.
    fn flush(&mut self) {
        for ((port, leaving), passed) in self.ports.iter().zip(&mut self.leaving).zip(&mut self.account.passed) {
            if let Port::Polled { polled, .. } = port {
                let Left { sent, lost } = polled.flush(leaving);
                passed.sent += sent;
                passed.not_sent += lost;
            }
        }
    }

    /// Does nothing more with a frame.
    fn release(&mut self, frame: Frame) {
        if let (Frame::Held(held), Some(rings)) = (frame, &mut self.rings) {
            rings.release(held);
        }
    }

    fn empty_outbox(&mut self) {
        for output in self.out.outputs_mut() {
            let number = usize::from(output.interface);
            let (Some(port), Some(passed)) = (self.ports.get(number), self.account.passed.get_mut(number)) else { continue };
            match (port, &mut self.rings) {
                (Port::Polled { polled, .. }, _) => polled.send_joined(&mut self.leaving[number], &mut output.frame, Unfinished::default()),
                (Port::Ring(ring), Some(rings)) => count(passed, rings.send_copy(*ring, &output.frame)),
                (Port::Ring(_), None) => unreachable!("there are rings"),
            }
        }
        self.out.clear();
    }

    fn sweep(&mut self, tables: &Tables) -> io::Result<()> {
        self.swept = Instant::now();
        self.filter.sweep(tables, now(), self.filter.connections().div_ceil(SWEEPS), &mut self.out);
        self.empty_outbox();
        self.flush();
        for (port, passed) in self.ports.iter().zip(&mut self.account.passed) {
            match (port, &self.rings) {
                (Port::Polled { polled, receives: true }, _) => passed.overflowed += polled.lost()?,
                (Port::Ring(ring), Some(rings)) => {
                    passed.rings = rings.statistics(*ring)?;
                    passed.overflowed = passed.rings.overflowed;
                }
                _ => {}
            }
        }
        self.tell();
        Ok(())
    }

    fn tell(&mut self) {
        self.account.counters = self.filter.counters().clone();
        self.account.held = self.filter.held() as u64;
        self.told.lock().unwrap_or_else(PoisonError::into_inner).clone_from(&self.account);
    }
}

fn count(passed: &mut Passed, is_sent: bool) {
    if is_sent {
        passed.sent += 1;
    } else {
        passed.not_sent += 1;
    }
}
