//! A replica's agent: copies come by GUE, and through a TUN the host's own TCP answers, or that of servers behind the host.

use super::Event;
use super::backlog::Listeners;
use super::clock::Clock;
use super::install::{OF_AGENT, Rules};
use super::spoofing::Spoofing;
use crate::file::Replica as File;
use crate::report::{Report, Standing};
use anyhow::{Context as _, Result, ensure};
use gateway::frame::{UDP, View};
use gateway::replica::{Load, To};
use gateway::tunnel::{self, Outer};
use gateway::{Address, Agent, Frame, Mode};
use ring::ROOM;
use ring::host::{IpInIp, Packets, Tun, path_mtu, whole_datagrams};
use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// Sockets from which datagrams leave, so that networks can spread connections.
const SOCKETS: u16 = 16;
/// Between two looks at the queue of connections, off the path of SYNs.
const LOOK: Duration = Duration::from_millis(20);
/// What the kernel says of a datagram that its path does not take.
const TOO_LONG: i32 = 90;

/// Sockets of one family.
struct Family {
    own: Address,
    tunnels: Tunnels,
}

/// Sockets of tunnels.
enum Tunnels {
    /// What comes, and what leaves by different ports.
    Gue {
        copies: UdpSocket,
        out: Vec<UdpSocket>,
    },
    IpInIp(IpInIp),
}

impl Tunnels {
    /// Waits for a packet: where it lies in the room, from which address, and from which port if by GUE.
    fn receive(&self, room: &mut [u8]) -> io::Result<(Range<usize>, IpAddr, Option<u16>)> {
        match self {
            Self::Gue { copies, .. } => copies.recv_from(room).map(|(length, from)| (0..length, from.ip(), Some(from.port()))),
            Self::IpInIp(socket) => socket.receive(room).map(|(range, from)| (range, from, None)),
        }
    }

    /// Sends what is in a tunnel's packet, of GUE with this source port.
    fn send(&self, packet: &[u8], port: Option<u16>, to: IpAddr) -> io::Result<()> {
        match self {
            Self::Gue { out, .. } => {
                out[usize::from(port.unwrap_or_default() % SOCKETS)].send_to(packet, SocketAddr::new(to, tunnel::PORT)).map(drop)
            }
            Self::IpInIp(socket) => socket.send(packet, to),
        }
    }
}

/// The agent with its TUN and its sockets.
pub(super) struct ReplicaAgent {
    name: String,
    file: File,
    agent: Mutex<Agent>,
    tun: Tun,
    families: Vec<Family>,
    packets: Packets,
    rules: Rules,
    clock: Clock,
    draining: AtomicBool,
    queue: AtomicU32,
    lost: AtomicU32,
    spoofing: Spoofing,
}

impl ReplicaAgent {
    pub(super) fn new(name: &str, file: &File, _events: &Sender<Event>) -> Result<Self> {
        let least = file.settings.own.iter().map(|own| tunnel::overhead(own.is_v4())).max().unwrap_or_default();
        let tun = Tun::open(&file.tun, file.mtu - least)
            .with_context(|| format!("{}: no TUN; it takes root or CAP_NET_ADMIN, and /dev/net/tun", file.tun))?;
        let family = |own: &Address| {
            let at = |port| {
                let address = SocketAddr::new(own.ip(), port);
                whole_datagrams(address)
                    .with_context(|| format!("{address}: cannot be used; it must be an address of this host, and of no other agent"))
            };
            let tunnels = if file.settings.ip_in_ip {
                let failed = || format!("{own}: no socket for IP in IP; it must be an address of this host, and takes root or CAP_NET_RAW");
                Tunnels::IpInIp(IpInIp::open(own.ip()).with_context(failed)?)
            } else {
                Tunnels::Gue { copies: at(tunnel::PORT)?, out: (0..SOCKETS).map(|_| at(0)).collect::<Result<_>>()? }
            };
            Ok(Family { own: *own, tunnels })
        };
        let families = file.settings.own.iter().map(family).collect::<Result<_>>()?;
        let packets = Packets::open(OF_AGENT).context("no socket for whole packets; it takes root or CAP_NET_RAW and CAP_NET_ADMIN")?;
        let rules = Rules::of(name, file);
        rules.install().inspect_err(|_| rules.remove())?;
        let agent = Mutex::new(Agent::new(file.settings.clone()));
        let (draining, queue, lost, spoofing) = Default::default();
        Ok(Self {
            name: name.into(),
            file: file.clone(),
            agent,
            tun,
            families,
            packets,
            rules,
            clock: Clock::start(),
            draining,
            queue,
            lost,
            spoofing,
        })
    }

    fn agent(&self) -> MutexGuard<'_, Agent> {
        self.agent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn what(&self) -> String {
        let router = if self.file.router { " for servers behind this router" } else { "" };
        format!("a replica in mode {:?}{router}, with the TUN {}", self.file.settings.mode, self.file.tun)
    }

    pub(super) fn begin(self: &Arc<Self>, events: &Sender<Event>) {
        for place in 0..self.families.len() {
            self.thread(events, move |replica, room| replica.take_datagram(place, room));
        }
        self.thread(events, |replica, room| replica.take_answer(room));
        let replica = Arc::clone(self);
        thread::spawn(move || replica.look_after_load());
        if self.spoofs() {
            let replica = Arc::clone(self);
            thread::spawn(move || replica.spoofing.look(&replica.rules));
        }
    }

    /// Whether it sends in its servers' name.
    fn spoofs(&self) -> bool {
        self.file.settings.mode == Mode::B
    }

    /// A thread that takes one thing after the other, until that fails.
    fn thread(self: &Arc<Self>, events: &Sender<Event>, take: impl Fn(&Self, &mut [u8]) -> io::Result<()> + Send + 'static) {
        let (replica, events) = (Arc::clone(self), events.clone());
        thread::spawn(move || {
            let mut room = vec![0; ROOM];
            loop {
                if let Err(error) = take(&replica, &mut room) {
                    let _ = events.send(Event::Gone(format!("the agent's {} is gone: {error}", replica.file.tun)));
                    return;
                }
            }
        });
    }

    /// A packet of a tunnel. The kernel has taken off its headers: the agent wants them back.
    fn take_datagram(&self, place: usize, room: &mut [u8]) -> io::Result<()> {
        let Family { own, tunnels } = &self.families[place];
        let (packet, from, port) = match tunnels.receive(room) {
            Ok(received) => received,
            // What an earlier datagram met on its path.
            Err(error) if error.kind() != io::ErrorKind::Interrupted && error.raw_os_error().is_some() => return Ok(()),
            Err(error) => return Err(error),
        };
        let mut frame = Frame::ip(&room[packet]);
        let outer = Outer { source: from.into(), destination: *own, port };
        if !frame.view().is_some_and(|view| tunnel::wrap(&mut frame, &view, &outer)) {
            return Ok(());
        }
        let mut out = Vec::new();
        self.agent().from_network(self.clock.now(), frame, &mut out);
        self.send(out);
        Ok(())
    }

    fn take_answer(&self, room: &mut [u8]) -> io::Result<()> {
        let length = self.tun.receive(room)?;
        let mut out = Vec::new();
        self.agent().from_host(self.clock.now(), Frame::ip(&room[..length]), &mut out);
        self.send(out);
        Ok(())
    }

    fn send(&self, out: Vec<(To, Frame)>) {
        for (to, frame) in out {
            let sent = match to {
                To::Host => self.tun.send(frame.packet()),
                To::Network => self.to_network(&frame),
            };
            let sent = sent.or_else(|error| if error.raw_os_error() == Some(TOO_LONG) { self.refused(&frame) } else { Err(error) });
            if sent.is_err() {
                self.lost.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// A tunnelled packet from our own address leaves by a socket, which learns of the path; everything else as it is.
    fn to_network(&self, frame: &Frame) -> io::Result<()> {
        let view = frame.view().ok_or(io::ErrorKind::InvalidData)?;
        let family = self.families.iter().find(|family| family.own == view.source);
        let (Some(family), Some((inside, port))) = (family, inside(frame.packet(), &view)) else {
            return self.packets.send(frame.packet());
        };
        family.tunnels.send(inside, port, view.destination.ip())
    }

    /// The network refuses a packet for its length: of a tunnel, the host learns what fits.
    fn refused(&self, frame: &Frame) -> io::Result<()> {
        let view = frame.view().ok_or(io::ErrorKind::InvalidData)?;
        let (inside, _) = inside(frame.packet(), &view).ok_or(io::ErrorKind::InvalidData)?;
        let (own, to) = (view.source.ip(), SocketAddr::new(view.destination.ip(), tunnel::PORT));
        let left = path_mtu(own, to)?.saturating_sub(tunnel::overhead(own.is_ipv4()));
        let mut out = Vec::new();
        self.agent().refused(inside, left, &mut out);
        self.send(out);
        Ok(())
    }

    /// Busy by the queue of its listeners, by the file of a load agent, or drained by the operator.
    fn look_after_load(&self) {
        let mut listeners = if self.file.backlog > 0 { Listeners::open().ok() } else { None };
        loop {
            let queue = listeners.as_mut().and_then(|listeners| listeners.longest(&self.file.ports).ok()).unwrap_or(0);
            self.queue.store(queue, Ordering::Relaxed);
            let told = self.file.load_file.as_ref().and_then(|path| std::fs::read_to_string(path).ok()).unwrap_or_default();
            let load = match told.trim() {
                _ if self.draining.load(Ordering::Relaxed) => Load::Draining,
                "drain" => Load::Draining,
                "busy" => Load::Busy,
                _ if self.file.backlog > 0 && queue >= self.file.backlog => Load::Busy,
                _ => Load::Ready,
            };
            self.agent().set_load(load);
            thread::sleep(LOOK);
        }
    }

    /// Takes the host out of service, or back into it.
    pub(super) fn set_draining(&self, draining: bool) {
        self.draining.store(draining, Ordering::Relaxed);
        self.agent().set_load(if draining { Load::Draining } else { Load::Ready });
    }

    /// Goes on by other keys and gateways.
    pub(super) fn reload(&self, file: &File) -> Result<()> {
        // Gateways are in the rules only to be counted.
        let mut with_gateways = file.clone();
        with_gateways.settings.gateways.clone_from(&self.file.settings.gateways);
        let same =
            Rules::of(&self.name, &with_gateways) == self.rules && file.mtu == self.file.mtu && file.settings.own == self.file.settings.own;
        let load = file.backlog == self.file.backlog && file.load_file == self.file.load_file;
        ensure!(same && load, "only gateways and clients can change while the agent runs; restart it");
        self.agent().reconfigure(file.settings.clone());
        Ok(())
    }

    pub(super) fn report(&self) -> Report {
        let agent = self.agent();
        let mut report = Report::new(&self.name, &self.clock.since());
        report.role = "replica".into();
        report.count(agent.counters());
        report.replica = Some(Standing {
            mode: format!("{:?}", self.file.settings.mode),
            load: format!("{:?}", agent.load()).to_lowercase(),
            queue: self.queue.load(Ordering::Relaxed),
            lost: self.lost.load(Ordering::Relaxed),
            spoofing: self.spoofs().then(|| self.spoofing.known().name().to_owned()),
            installed: self.rules.lines(),
        });
        report
    }

    /// Takes back what it has installed.
    pub(super) fn end(&self) {
        self.rules.remove();
    }
}

/// What is in a packet of a tunnel, and its source port if it is GUE.
fn inside<'p>(packet: &'p [u8], view: &View) -> Option<(&'p [u8], Option<u16>)> {
    let content = &packet[view.transport..view.length];
    match view.protocol {
        UDP => Some((content.get(8..)?, Some(u16::from_be_bytes([content[0], content[1]])))),
        _ => tunnel::is_ip_in_ip(view).then_some((content, None)),
    }
}
