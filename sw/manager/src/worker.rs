//! A switching processor: polls its queues in a loop, and filters what came. Source: WO 00/30322, FIG. 5, packet engine 72.

use crate::buffers::Buffers;
use flow::filter::BATCH;
use flow::{Counters, Filter, Offload, Outbox, Tables, To, Verdict};
use ring::{Polled, ROOM, Unfinished};
use std::io;
use std::os::fd::AsFd as _;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long it looks again and again, after the last frame, before it sleeps.
const SPIN: Duration = Duration::from_micros(20);
/// The longest sleep: after it, it sweeps.
const SLEEP: Duration = Duration::from_millis(50);
/// Between two looks at connections whose time is up.
const SWEEP: Duration = Duration::from_millis(100);
/// Looks until every record of the table was looked at.
const SWEEPS: u32 = 80;
/// Bytes of an Ethernet header with two VLAN tags.
const LINK: usize = 22;

/// An interface, as one of the workers has it.
#[derive(Clone)]
pub struct Port {
    /// The interface.
    pub polled: Arc<Polled>,
    /// Whether this worker receives from it; it may send by each.
    pub receives: bool,
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
}

/// What a worker has done so far.
#[derive(Clone, Debug, Default)]
pub struct Account {
    /// What became of every frame.
    pub counters: Counters,
    /// Fragments that wait for the first of their datagram.
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
    filter: Filter<'m>,
    buffers: &'m Buffers,
    told: &'m Mutex<Account>,
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
    /// The worker of this number. What it does is told in `told`, now and then.
    pub fn new(number: usize, ports: Vec<Port>, filter: Filter<'m>, buffers: &'m Buffers, told: &'m Mutex<Account>) -> Self {
        let account = Account { passed: vec![Passed::default(); ports.len()], ..Account::default() };
        let (room, out) = (vec![0; ROOM], Outbox::default());
        Self { number, ports, filter, buffers, told, account, room, out, swept: Instant::now() }
    }

    /// Works until it is to end, or cannot.
    pub fn run(mut self, ends: &AtomicBool) {
        let ended = self.work(ends);
        self.buffers.idle(self.number);
        self.account.failed = ended.err().map(|error| error.to_string());
        self.tell();
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
                ring::polled::wait(self.ports.iter().filter(|port| port.receives).map(|port| port.polled.as_fd()), SLEEP)?;
            }
        }
        Ok(())
    }

    /// Up to 64 frames of each interface.
    fn batch(&mut self, tables: &Tables) -> io::Result<usize> {
        let now = now();
        let mut taken = 0;
        for number in 0..self.ports.len() {
            if !self.ports[number].receives {
                continue;
            }
            for _ in 0..BATCH {
                let Some((length, unfinished)) = self.ports[number].polled.receive(&mut self.room)? else { break };
                self.account.passed[number].received += 1;
                taken += 1;
                self.take(tables, now, number, length, unfinished);
            }
        }
        Ok(taken)
    }

    fn take(&mut self, tables: &Tables, now: Duration, number: usize, length: usize, mut unfinished: Unfinished) {
        let frame = &mut self.room[..length];
        // What may have to be cut into fragments must be whole.
        let least = tables.settings().interfaces.iter().map(|interface| interface.mtu).min().unwrap_or(0);
        if unfinished.segment().is_none() && length > usize::from(least) + LINK {
            unfinished.finish(frame);
            unfinished = Unfinished::default();
        }
        let offload = Offload { unfinished: unfinished.checksum().is_some(), segment: unfinished.segment() };
        let Verdict { to, .. } = self.filter.take_offloaded(tables, now, number as u16, frame, offload, &mut self.out);
        // What is for the control processor has reached it already: the kernel has its own copy, and the ingress filter lets that pass.
        if let Some(To::Hop(hop)) = to {
            send(&self.ports, &mut self.account.passed, hop.interface, &mut self.room[..length], unfinished);
        }
        self.empty_outbox();
    }

    fn empty_outbox(&mut self) {
        for output in self.out.outputs_mut() {
            send(&self.ports, &mut self.account.passed, output.interface, &mut output.frame, Unfinished::default());
        }
        self.out.clear();
    }

    fn sweep(&mut self, tables: &Tables) -> io::Result<()> {
        self.swept = Instant::now();
        self.filter.sweep(tables, now(), self.filter.connections().div_ceil(SWEEPS));
        for (port, passed) in self.ports.iter().zip(&mut self.account.passed).filter(|(port, _)| port.receives) {
            passed.overflowed += port.polled.lost()?;
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

fn send(ports: &[Port], passed: &mut [Passed], interface: u16, frame: &mut [u8], unfinished: Unfinished) {
    let number = usize::from(interface);
    let (Some(port), Some(passed)) = (ports.get(number), passed.get_mut(number)) else { return };
    match port.polled.send(frame, unfinished) {
        Ok(()) => passed.sent += 1,
        Err(_) => passed.not_sent += 1,
    }
}
