//! The router between the sites: it knows every host, and carries each packet by the path between two sites, with all that paths do.

use crate::segment::GUE;
use crate::spoil;
use anyhow::Result;
use etherparse::{NetSlice, SlicedPacket, TransportSlice};
use packet::icmp_error::IcmpError;
use packet::ip::Addresses;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use ring::{Interface, ROOM};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// A MAC.
pub type Mac = [u8; 6];

/// In whose name the router refuses packets.
const ROUTER: (Ipv4Addr, Ipv6Addr) = (Ipv4Addr::new(203, 0, 113, 1), Ipv6Addr::new(0x2001, 0xdb8, 0xff, 0, 0, 0, 0, 1));

/// What happens to a packet between two sites.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Path {
    /// How long it takes.
    pub delay: Duration,
    /// By up to how much it takes longer or shorter.
    pub jitter: Duration,
    /// The share that is lost.
    pub loss: f64,
    /// Whether packets overtake each other, if jitter has it so.
    pub reorders: bool,
    /// The longest packet.
    pub mtu: usize,
    /// Whether a middlebox takes experiments' options out of TCP.
    pub strips: bool,
    /// Whether one drops RSTs.
    pub eats_resets: bool,
    /// Whether the site's network drops what comes from addresses that are not its own. Source: BCP 38.
    pub filters_sources: bool,
}

impl Default for Path {
    fn default() -> Self {
        let (delay, jitter, loss, reorders, strips, eats_resets, filters_sources) = Default::default();
        Self { delay, jitter, loss, reorders, mtu: 1500, strips, eats_resets, filters_sources }
    }
}

/// A SYN-ACK that reached the client's site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// When it was sent into the site.
    pub time: Instant,
    /// To whom.
    pub client: SocketAddr,
    /// Who gave it: the server's address, or a replica's, whatever form the answer has.
    pub from: IpAddr,
}

/// A router that carries packets until it is dropped.
pub struct Router(Arc<Inner>);

struct Inner {
    ports: Vec<(Interface, Mac)>,
    server: [IpAddr; 2],
    state: Mutex<State>,
    wake: Condvar,
}

/// When a frame leaves, a number of its own, by which port, and its bytes.
type Due = (Instant, u64, usize, Vec<u8>);

struct State {
    /// By which port each address is reached, and with which MAC.
    hosts: HashMap<IpAddr, (usize, Mac)>,
    paths: HashMap<(usize, usize), Path>,
    last: HashMap<(usize, usize), Instant>,
    due: BinaryHeap<Reverse<Due>>,
    serial: u64,
    chance: ChaCha8Rng,
    answers: Vec<Answer>,
    lost: u64,
    refused: u64,
    is_over: bool,
}

impl Router {
    /// Carries packets between these ports, each with its MAC; `hosts` says by which port each address is reached, and with which MAC. Port 0 is the
    /// client's. `server` has the server's two addresses.
    ///
    /// # Errors
    /// If no thread can be had.
    pub fn start(ports: Vec<(Interface, Mac)>, hosts: HashMap<IpAddr, (usize, Mac)>, server: [IpAddr; 2], seed: u64) -> Result<Self> {
        let state = State {
            hosts,
            paths: HashMap::new(),
            last: HashMap::new(),
            due: BinaryHeap::new(),
            serial: 0,
            chance: ChaCha8Rng::seed_from_u64(seed),
            answers: Vec::new(),
            lost: 0,
            refused: 0,
            is_over: false,
        };
        let inner = Arc::new(Inner { ports, server, state: Mutex::new(state), wake: Condvar::new() });
        for port in 0..inner.ports.len() {
            let inner = Arc::clone(&inner);
            thread::Builder::new().spawn(move || {
                let mut room = vec![0; ROOM];
                while !inner.state().is_over && inner.ports[port].0.receive_cut(&mut room, |frame| inner.take(port, frame)).is_ok() {}
            })?;
        }
        let sender = Arc::clone(&inner);
        thread::Builder::new().spawn(move || sender.send())?;
        Ok(Self(inner))
    }

    /// Sets the path from one port to another.
    pub fn set(&self, from: usize, to: usize, path: Path) {
        self.0.state().paths.insert((from, to), path);
    }

    /// Has another host of the same site in the place of that with an address.
    pub fn replace_host(&self, address: IpAddr, mac: Mac) {
        if let Some((_, old)) = self.0.state().hosts.get_mut(&address) {
            *old = mac;
        }
    }

    /// The SYN-ACKs that reached the client's site, in their order, since they were asked for.
    pub fn answers(&self) -> Vec<Answer> {
        std::mem::take(&mut self.0.state().answers)
    }

    /// Packets that were lost, and that were refused for their length, so far.
    pub fn lost_and_refused(&self) -> (u64, u64) {
        let state = self.0.state();
        (state.lost, state.refused)
    }
}

impl Drop for Router {
    fn drop(&mut self) {
        self.0.state().is_over = true;
        self.0.wake.notify_one();
    }
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn host(&self, address: IpAddr) -> Option<(usize, Mac)> {
        self.state().hosts.get(&address).copied()
    }

    fn take(&self, port: usize, frame: &[u8]) {
        // What is not for the router, neighbour questions among them, stays on its segment.
        if frame.len() < 34 || frame[..6] != self.ports[port].1 || !matches!(frame[12..14], [8, 0] | [0x86, 0xdd]) {
            return;
        }
        let mut packet = frame[14..].to_vec();
        let Some((source, destination)) = addresses(&packet) else { return };
        let Some((to, _)) = self.host(destination) else { return };
        if !spoil::age(&mut packet) {
            return;
        }
        let path = self.state().paths.get(&(port, to)).copied().unwrap_or_default();
        if packet.len() > path.mtu {
            self.state().refused += 1;
            let router = if source.is_ipv4() { ROUTER.0.into() } else { ROUTER.1.into() };
            // To where the source lives, which may be elsewhere than who has sent the packet in its name.
            if let (Some(ends), Some((home, _))) = (Addresses::new(router, source), self.host(source)) {
                let mut error = Vec::new();
                IcmpError::TooBig(path.mtu as u16).write(&ends, &packet, &mut error);
                self.carry(to, home, source, &error);
            }
            return;
        }
        let is_foreign = || self.host(source).is_none_or(|(home, _)| home != port);
        if path.eats_resets && spoil::is_reset(&packet) || path.filters_sources && is_foreign() {
            self.state().lost += 1;
            return;
        }
        if path.strips {
            spoil::strip(&mut packet);
        }
        self.carry(port, to, destination, &packet);
    }

    /// Carries a packet by the path between two ports.
    fn carry(&self, from: usize, to: usize, destination: IpAddr, packet: &[u8]) {
        let Some((_, mac)) = self.host(destination) else { return };
        let mut frame = [&mac[..], &self.ports[to].1, if destination.is_ipv4() { &[8, 0] } else { &[0x86, 0xdd] }].concat();
        frame.extend_from_slice(packet);
        let mut state = self.state();
        let path = state.paths.get(&(from, to)).copied().unwrap_or_default();
        if state.chance.random_bool(path.loss) {
            state.lost += 1;
            return;
        }
        let jitter = path.jitter.as_secs_f64();
        let shift = if jitter > 0.0 { state.chance.random_range(-jitter..=jitter) } else { 0.0 };
        let delay = Duration::try_from_secs_f64(path.delay.as_secs_f64() + shift).unwrap_or_default();
        let mut due = Instant::now() + delay;
        let last = state.last.entry((from, to)).or_insert(due);
        if !path.reorders {
            due = due.max(*last);
        }
        *last = due;
        state.serial += 1;
        let serial = state.serial;
        let is_first = state.due.peek().is_none_or(|Reverse((first, ..))| due < *first);
        state.due.push(Reverse((due, serial, to, frame)));
        if is_first {
            self.wake.notify_one();
        }
    }

    fn send(&self) {
        let mut state = self.state();
        while !state.is_over {
            let now = Instant::now();
            match state.due.peek().map(|Reverse((due, ..))| *due) {
                Some(due) if due <= now => {
                    let Some(Reverse((_, _, port, frame))) = state.due.pop() else { continue };
                    if port == 0
                        && let Some((client, from)) = answer(&frame[14..], &self.server)
                    {
                        state.answers.push(Answer { time: now, client, from });
                    }
                    // A site that is gone takes nothing.
                    let _ = self.ports[port].0.send(&frame);
                }
                Some(due) => state = self.wake.wait_timeout(state, due - now).map_or_else(|error| error.into_inner().0, |(state, _)| state),
                None => state = self.wake.wait(state).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }
}

fn addresses(packet: &[u8]) -> Option<(IpAddr, IpAddr)> {
    match packet.first()? >> 4 {
        4 => {
            let at = |at: usize| Some(IpAddr::from(<[u8; 4]>::try_from(packet.get(at..at + 4)?).ok()?));
            Some((at(12)?, at(16)?))
        }
        6 => {
            let at = |at: usize| Some(IpAddr::from(<[u8; 16]>::try_from(packet.get(at..at + 16)?).ok()?));
            Some((at(8)?, at(24)?))
        }
        _ => None,
    }
}

/// The client and who answers it, of a SYN-ACK, plain or in a tunnel.
fn answer(packet: &[u8], server: &[IpAddr; 2]) -> Option<(SocketAddr, IpAddr)> {
    let (outer, client) = addresses(packet)?;
    let sliced = SlicedPacket::from_ip(packet).ok()?;
    let (inner, from) = match sliced.transport? {
        TransportSlice::Udp(udp) if udp.destination_port() == GUE => {
            let (inside, _) = addresses(udp.payload())?;
            // The server's address is outside in mode B, and inside in mode C.
            (udp.payload().to_vec(), if server.contains(&outer) { inside } else { outer })
        }
        TransportSlice::Tcp(_) => (packet.to_vec(), outer),
        _ => return None,
    };
    let sliced = SlicedPacket::from_ip(&inner).ok()?;
    let is_ip = matches!(sliced.net, Some(NetSlice::Ipv4(_) | NetSlice::Ipv6(_)));
    match sliced.transport? {
        TransportSlice::Tcp(tcp) if is_ip && tcp.syn() && tcp.ack() => Some((SocketAddr::new(client, tcp.destination_port()), from)),
        _ => None,
    }
}
