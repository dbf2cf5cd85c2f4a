//! The loop of a running slow path.

use super::ask::{Ask, Asked, Runtime};
use super::follow::{self, Learnt};
use super::report::{Counts, Malformed, Report, Running};
use crate::{Global, card, output};
use anyhow::{Context as _, Result, bail};
use contract::limits::PORTS;
use contract::row::Mac;
use ring::{Interface, InterfaceName, ROOM, Received};
use slowpath::{Output, Settings, SlowPath, Time, To};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

/// Frames that wait to be taken, at most: beyond, they wait in the kernel, which drops what is too much.
const WAITING: usize = 1024;
/// How long nothing happens before the time is looked at again.
const QUIET: Duration = Duration::from_secs(1);

/// Whether it answers questions from its start on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Active,
    Standby,
}

/// Which interfaces it uses, by port.
pub(crate) struct Interfaces {
    /// Those by which the card hands up its frames.
    pub(crate) ports: [InterfaceName; PORTS],
    /// The TAPs of the host's own programs, if there are to be any.
    pub(crate) taps: Option<[InterfaceName; PORTS]>,
    /// The MAC of these TAPs.
    pub(crate) mac: Option<Mac>,
}

/// How it runs.
pub(crate) struct Setup {
    pub(crate) interfaces: Interfaces,
    pub(crate) settings: Settings,
    pub(crate) role: Role,
    /// How often it looks whether the card's tables have changed.
    pub(crate) interval: Duration,
}

/// What happens.
enum Event {
    Frame(u8, Vec<u8>),
    FromTap(u8, Vec<u8>),
    Uncut(u8),
    Learnt(Box<Learnt>),
    Asked(Asked),
    /// A signal ends it.
    End,
    /// An interface ends it.
    Gone(String),
}

/// Runs until a signal ends it, and returns how it was then.
///
/// # Errors
/// If it cannot begin, or an interface is gone.
pub(crate) fn run(global: &Global, runtime: &Runtime, setup: Setup) -> Result<Report> {
    let locator = card::locator(global)?;
    let (send, events) = sync_channel(WAITING);
    // From here on a signal ends it in good order.
    let mut signals = signal_hook::iterator::Signals::new([signal_hook::consts::SIGTERM, signal_hook::consts::SIGINT])?;
    let told = send.clone();
    thread::spawn(move || signals.forever().all(|_| told.send(Event::End).is_ok()));
    let learnt = follow::learn(global)?;
    let open = |name: &InterfaceName, mac| Interface::open_with(name, mac);
    let Interfaces { ports, taps, mac } = setup.interfaces;
    let ports = ports.iter().map(|name| open(name, None)).collect::<Result<Vec<_>, _>>()?;
    let taps = taps.iter().flatten().map(|name| open(name, mac)).collect::<Result<Vec<_>, _>>()?;
    let asked = send.clone();
    let socket = runtime.listen(&locator, move |question| asked.send(Event::Asked(question)).is_ok())?;
    for (port, interface) in (0..).zip(&ports) {
        receive(interface.clone(), port, send.clone(), Event::Frame);
    }
    for (port, interface) in (0..).zip(&taps) {
        receive(interface.clone(), port, send.clone(), Event::FromTap);
    }
    let generation = learnt.generation;
    let followed = send.clone();
    follow::follow(global.clone(), &learnt, setup.interval, move |learnt| followed.send(Event::Learnt(Box::new(learnt))).is_ok());
    let (start, since) = (Instant::now(), SystemTime::now());
    let slow = SlowPath::new(learnt.state, setup.settings);
    let mut host = Host { ports, taps, slow, start, since, generation, is_standby: true, counts: Counts::default(), out: vec![] };
    if setup.role == Role::Active {
        host.take_over();
    }
    output::tell(format_args!("ready: slow path of {locator}, by the tables of generation {generation}"));
    let ended = host.serve(&events);
    drop(socket);
    ended.map(|()| host.report())
}

/// Hands over what comes in by an interface, in a thread of its own.
fn receive(interface: Interface, port: u8, send: SyncSender<Event>, event: fn(u8, Vec<u8>) -> Event) {
    thread::spawn(move || {
        let mut room = vec![0; ROOM];
        loop {
            let event = match interface.receive(&mut room) {
                Ok(Received::Frame(length)) => event(port, room[..length].to_vec()),
                Ok(Received::Uncut(_)) => Event::Uncut(port),
                Err(error) => Event::Gone(format!("the interface of port {port} is gone: {error}")),
            };
            let is_gone = matches!(event, Event::Gone(_));
            if send.send(event).is_err() || is_gone {
                return;
            }
        }
    });
}

/// A running slow path.
struct Host {
    ports: Vec<Interface>,
    taps: Vec<Interface>,
    slow: SlowPath,
    start: Instant,
    since: SystemTime,
    generation: u32,
    is_standby: bool,
    counts: Counts,
    out: Vec<Output>,
}

impl Host {
    fn now(&self) -> Time {
        self.start.elapsed()
    }

    fn take_over(&mut self) {
        self.slow.take_over(self.now());
        self.is_standby = false;
    }

    fn report(&self) -> Report {
        Report::of(&self.slow, self.counts, self.since, self.generation, self.is_standby)
    }

    fn serve(&mut self, events: &Receiver<Event>) -> Result<()> {
        loop {
            let now = self.now();
            self.slow.poll(now, &mut self.out);
            self.send();
            let wait = self.slow.next().map_or(QUIET, |next| next.saturating_sub(now).min(QUIET));
            match events.recv_timeout(wait) {
                Ok(Event::Frame(port, frame)) => self.slow.take(self.now(), port, frame, &mut self.out),
                Ok(Event::FromTap(port, frame)) => self.slow.from_tap(port, frame, &mut self.out),
                Ok(Event::Uncut(port)) => self.counts.uncut[usize::from(port)] += 1,
                Ok(Event::Learnt(learnt)) => {
                    self.generation = learnt.generation;
                    self.slow.follow(learnt.state);
                }
                Ok(Event::Asked(asked)) => self.answer(asked)?,
                Ok(Event::End) => return Ok(()),
                Ok(Event::Gone(why)) => bail!(why),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            }
            self.send();
        }
    }

    /// Sends what the slow path gave. Where no TAP is, nobody of the host wants it.
    fn send(&mut self) {
        for Output { to, frame } in self.out.drain(..) {
            let (port, interface) = match to {
                To::Port(port) => (port, self.ports.get(usize::from(port))),
                To::Tap(port) => (port, self.taps.get(usize::from(port))),
            };
            if interface.is_some_and(|interface| interface.send(&frame).is_err()) {
                self.counts.lost[usize::from(port)] += 1;
            }
        }
    }

    fn answer(&mut self, Asked { ask, reply }: Asked) -> Result<()> {
        match ask {
            Ask::Show => {}
            Ask::TakeOver => self.take_over(),
            Ask::StandBy => {
                self.slow.stand_by();
                self.is_standby = true;
            }
        }
        let running = Running { report: self.report(), malformed: Malformed::all(&self.slow, self.since) };
        // Who asked may be gone.
        let _ = reply.send(serde_json::to_string(&running).context("a report has string keys only")?);
        Ok(())
    }
}
