//! A bump in the wire: a clients' or a servers' gateway between two interfaces.

use super::Event;
use super::clock::Clock;
use super::endpoint::endpoints;
use super::kept;
use crate::file::{Client, Server, Sides};
use crate::report::{Classes, Interface as Counted, Races, Report, Traced};
use anyhow::{Context as _, Result, bail, ensure};
use gateway::tunnel;
use gateway::{Address, ClientGateway, Frame, Output, ServerGateway, Side, Time};
use operator::output;
use ring::host::{IpInIp, Packets};
use ring::polled::{self, Polled};
use ring::{Leaving, Left, ROOM, Unfinished};
use std::io;
use std::net::UdpSocket;
use std::os::fd::AsFd as _;
use std::path::PathBuf;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// Frames that are taken at once, before what comes of them leaves.
const BURST: u32 = 64;
/// How long nothing happens before the time is looked at again.
const QUIET: Duration = Duration::from_millis(500);

/// What decides.
enum Core {
    Client(Box<ClientGateway>),
    Server(Box<ServerGateway>),
}

impl Core {
    fn take(&mut self, now: Time, side: Side, frame: Frame, out: &mut Vec<Output>) {
        match self {
            Self::Client(client) => client.take(now, side, frame, out),
            Self::Server(server) => server.take(now, side, frame, out),
        }
    }

    fn poll(&mut self, now: Time, out: &mut Vec<Output>) {
        match self {
            Self::Client(client) => client.poll(now, out),
            Self::Server(server) => server.poll(now, out),
        }
    }

    fn next(&self) -> Option<Time> {
        match self {
            Self::Client(client) => client.next(),
            Self::Server(server) => server.next(),
        }
    }
}

/// What only one thread at a time has.
struct State {
    core: Core,
    out: Vec<Output>,
    /// What has not left yet, by side.
    leaving: [Leaving; 2],
    counted: [Counted; 2],
    /// When the timer's thread looks again.
    wakes: Time,
    /// Whether the table has been kept: what would change it afterwards does not go through.
    is_over: bool,
}

/// A gateway with its two interfaces.
pub(super) struct Bump {
    name: String,
    sides: Sides,
    interfaces: [Polled; 2],
    state: Mutex<State>,
    wake: Condvar,
    clock: Clock,
    /// Names of the sites or classes.
    names: Vec<String>,
    probe: Option<(Duration, Packets)>,
    /// Sockets that nobody reads: without them the host's kernel would tell servers and replicas that the port or protocol of the tunnels is unreachable.
    _quiet: (Vec<UdpSocket>, Vec<IpInIp>),
    dry: bool,
    /// Where a clients' gateway keeps its table while it does not run.
    table: Option<PathBuf>,
}

impl Bump {
    pub(super) fn client(name: &str, client: &Client, dry: bool) -> Result<Self> {
        let mut settings = client.settings.clone();
        settings.dry = dry;
        let core = Core::Client(Box::new(ClientGateway::new(settings)));
        let mut bump = Self::open(name, &client.sides, core, client.sites.clone(), None, dry)?;
        bump.table.clone_from(&client.table);
        bump.restore();
        Ok(bump)
    }

    pub(super) fn server(name: &str, server: &Server) -> Result<Self> {
        let core = Core::Server(Box::new(ServerGateway::new(server.settings.clone())));
        let packets = || Packets::open(0).context("no socket for probes; it takes root or CAP_NET_RAW");
        let probe = server.probe.map(|interval| packets().map(|packets| (interval, packets))).transpose()?;
        let mut bump = Self::open(name, &server.sides, core, server.classes.clone(), probe, false)?;
        // Where the address is not the host's, or the port is taken, the kernel does not answer.
        let own = || server.settings.own.iter().map(Address::ip);
        bump._quiet = (
            own().filter_map(|own| UdpSocket::bind((own, tunnel::PORT)).ok()).collect(),
            own().filter_map(|own| IpInIp::open(own).ok()).collect(),
        );
        Ok(bump)
    }

    fn open(name: &str, sides: &Sides, core: Core, names: Vec<String>, probe: Option<(Duration, Packets)>, dry: bool) -> Result<Self> {
        let interfaces = [Polled::open(&sides.inside, None)?, Polled::open(&sides.wan, None)?];
        let counted = [Counted::new("inside", &sides.inside), Counted::new("wan", &sides.wan)];
        let state = Mutex::new(State { core, out: Vec::new(), leaving: Default::default(), counted, wakes: Time::ZERO, is_over: false });
        Ok(Self {
            name: name.into(),
            sides: sides.clone(),
            interfaces,
            state,
            wake: Condvar::new(),
            clock: Clock::start(),
            names,
            probe,
            _quiet: Default::default(),
            dry,
            table: None,
        })
    }

    /// Goes on with the connections of the gateway that ran here before. A table that cannot be read costs them, and nothing else.
    fn restore(&self) {
        let (Some(path), Core::Client(core)) = (&self.table, &mut self.state().core) else { return };
        match kept::read(path, &self.names, core, self.clock.now()) {
            Ok(None) => {}
            Ok(Some(kept::TakenOver { kept, left_out })) => {
                output::tell(format_args!("{}: {kept} connections go on, {left_out} are left out", path.display()));
            }
            Err(error) => output::tell(format_args!("warning: {error:#}\nconnections that replicas serve are reset")),
        }
    }

    /// Keeps the table, if it is to be kept. Nothing goes through afterwards.
    pub(super) fn end(&self) {
        let mut state = self.state();
        self.flush(&mut state);
        state.is_over = true;
        let (Some(path), Core::Client(core)) = (&self.table, &state.core) else { return };
        if let Err(error) = kept::write(path, &self.names, core) {
            output::tell(format_args!("warning: {error:#}"));
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn what(&self) -> String {
        let role = match self.state().core {
            Core::Client(_) if self.dry => "counts what it would tag",
            Core::Client(_) => "the clients' gateway",
            Core::Server(_) => "the servers' gateway",
        };
        format!("{role} between {} and {}", self.sides.inside, self.sides.wan)
    }

    /// Receives by both sides, in a thread of each, and does what is due, in one more.
    pub(super) fn begin(self: &Arc<Self>, events: &Sender<Event>) {
        for side in [Side::Inside, Side::Wan] {
            let (bump, events) = (Arc::clone(self), events.clone());
            thread::spawn(move || {
                let mut room = vec![0; ROOM];
                loop {
                    let received = bump.burst(side, &mut room).and_then(|taken| match taken {
                        0 => polled::wait([bump.interfaces[side as usize].as_fd()], QUIET),
                        _ => Ok(()),
                    });
                    match received {
                        Ok(()) => {}
                        Err(error) => {
                            let _ = events.send(Event::Gone(format!("{}: the interface is gone: {error}", bump.name_of(side))));
                            return;
                        }
                    }
                }
            });
        }
        let bump = Arc::clone(self);
        thread::spawn(move || bump.tick());
        if self.probe.is_some() {
            let bump = Arc::clone(self);
            thread::spawn(move || bump.probe());
        }
    }

    fn name_of(&self, side: Side) -> &ring::InterfaceName {
        match side {
            Side::Inside => &self.sides.inside,
            Side::Wan => &self.sides.wan,
        }
    }

    /// Takes what waits at one side, up to [`BURST`] frames, and lets what comes of it leave; returns how many there were.
    fn burst(&self, side: Side, room: &mut [u8]) -> io::Result<u32> {
        let mut taken = 0;
        while taken < BURST
            && let Some((length, unfinished)) = self.interfaces[side as usize].receive(room)?
        {
            self.take(side, &mut room[..length], unfinished);
            taken += 1;
        }
        if taken > 0 {
            self.flush(&mut self.state());
        }
        Ok(taken)
    }

    fn take(&self, side: Side, bytes: &mut [u8], unfinished: Unfinished) {
        let mut state = self.state();
        if state.is_over {
            return;
        }
        let State { core, out, counted, .. } = &mut *state;
        counted[side as usize].came += 1;
        let frame = match (unfinished.segment(), unfinished.checksum()) {
            (Some(size), Some((transport, _))) => Frame::uncut(bytes, transport, size),
            // Whatever it is, it has no checksum to be finished by its parts.
            (Some(_), None) => {
                counted[side as usize].uncut += 1;
                return;
            }
            (None, _) => {
                unfinished.finish(bytes);
                Frame::ethernet(bytes)
            }
        };
        core.take(self.clock.now(), side, frame, out);
        self.send(&mut state, unfinished);
        if state.core.next().is_some_and(|next| next < state.wakes) {
            self.wake.notify_one();
        }
    }

    /// Sends all, though perhaps not before [`Bump::flush`]; `unfinished` is what was left to do of the frame from which they come, and still is of one that
    /// is uncut.
    fn send(&self, state: &mut State, unfinished: Unfinished) {
        for Output { side, mut frame } in state.out.drain(..) {
            let left = if frame.is_uncut() { unfinished } else { Unfinished::default() };
            self.interfaces[side as usize].send_joined(&mut state.leaving[side as usize], frame.bytes_mut(), left);
        }
    }

    /// Lets leave what has not left yet.
    fn flush(&self, state: &mut State) {
        for ((interface, leaving), counted) in self.interfaces.iter().zip(&mut state.leaving).zip(&mut state.counted) {
            let Left { sent, lost } = interface.flush(leaving);
            counted.left += sent;
            counted.lost += lost;
        }
    }

    fn tick(&self) {
        let mut state = self.state();
        loop {
            let now = self.clock.now();
            let State { core, out, .. } = &mut *state;
            core.poll(now, out);
            self.send(&mut state, Unfinished::default());
            self.flush(&mut state);
            let wait = state.core.next().map_or(QUIET, |next| next.saturating_sub(now).min(QUIET));
            state.wakes = now + wait;
            state = self.wake.wait_timeout(state, wait).map_or_else(|error| error.into_inner().0, |(state, _)| state);
        }
    }

    fn probe(&self) {
        let Some((interval, packets)) = &self.probe else { return };
        let mut out = Vec::new();
        loop {
            let mut state = self.state();
            if let Core::Server(server) = &mut state.core {
                server.probe(self.clock.now(), &mut out);
            }
            drop(state);
            // One that cannot leave is lost, as one that is not answered.
            out.drain(..).for_each(|packet| drop(packets.send(&packet)));
            thread::sleep(*interval);
        }
    }

    /// Goes on by other settings.
    pub(super) fn reload_client(&self, client: &Client) -> Result<()> {
        ensure!(client.sides == self.sides, "the interfaces have changed; restart the gateway");
        let Core::Client(core) = &mut self.state().core else { bail!("the role has changed; restart the gateway") };
        ensure!(client.sites.starts_with(&self.names), "an existing site has moved; add new ones at the end, or restart");
        ensure!(client.sites.len() >= core.settings().sites.len(), "a site was removed; restart the gateway");
        ensure!(client.table == self.table, "`table` has changed; restart the gateway");
        ensure!(client.settings.entries == core.settings().entries, "`entries` has changed; restart the gateway");
        let mut settings = client.settings.clone();
        settings.dry = self.dry;
        core.reconfigure(settings);
        Ok(())
    }

    /// Goes on by other settings.
    pub(super) fn reload_server(&self, server: &Server) -> Result<()> {
        ensure!(server.sides == self.sides, "the interfaces have changed; restart the gateway");
        let Core::Server(core) = &mut self.state().core else { bail!("the role has changed; restart the gateway") };
        ensure!(server.classes == self.names, "the classes have changed; restart the gateway");
        core.reconfigure(server.settings.clone());
        Ok(())
    }

    pub(super) fn report(&self) -> Report {
        let state = self.state();
        let mut report = Report::new(&self.name, &self.clock.since());
        report.interfaces = state.counted.to_vec();
        match &state.core {
            Core::Client(client) => {
                report.role = if self.dry { "client, dry" } else { "client" }.into();
                report.count(client.counters());
                report.races = Some(Races::of(client));
            }
            Core::Server(server) => {
                report.role = "server".into();
                report.count(server.counters());
                report.classes = Classes::of(&self.names, server);
            }
        }
        report
    }

    /// The last race of a connection, or the last races.
    pub(super) fn trace(&self, last: &str, ends: &[&str]) -> Result<Vec<Traced>> {
        let Core::Client(client) = &self.state().core else { bail!("a servers' gateway knows no races; ask the clients' gateway") };
        let (most, wanted) = (last.parse().with_context(|| format!("{last:?} is no number of races"))?, endpoints(ends)?);
        Ok(Traced::of(client.races(), most, |key| wanted.iter().all(|end| end.is_of(key))))
    }
}
