//! The agent on a replica: cracks the copies of SYNs for the host's own TCP, and makes its SYN-ACK an answer of the race. FIG. 4A to 4C.

use crate::counters::{Count, Counters};
use crate::frame::{Frame, View};
use crate::keys::Trust;
use crate::options::{self, Options};
use crate::segment::Segment;
use crate::table::Ends;
use crate::tag::{self, Subject};
use crate::translate::{End, delta, rst_packet, set_address};
use crate::tunnel::{self, Outer, Tunnelled};
use crate::{Address, Mode, Prefix, Time, icmp};
use std::collections::{BTreeMap, HashMap};

/// As long the host may repeat its SYN-ACK.
const ASKED: Time = Time::from_secs(130);

/// What an operator sets of a replica.
#[derive(Clone, Debug, PartialEq)]
pub struct ReplicaSettings {
    /// The replica's own addresses, at most one of each family.
    pub own: Vec<Address>,
    /// How its connections are carried.
    pub mode: Mode,
    /// The servers' gateways from which copies come.
    pub gateways: Vec<Address>,
    /// The servers that it stands for, and their ports.
    pub servers: Vec<(Address, u16)>,
    /// Clients' gateways: their clients, and the keys that they share with this site.
    pub clients: Vec<(Prefix, Trust)>,
    /// The identifier of our option.
    pub exid: u16,
    /// SYNs that are remembered for their SYN-ACKs.
    pub asked: usize,
    /// Whether its tunnels are IP in IP, and not GUE.
    pub ip_in_ip: bool,
}

/// Whether the host takes connections.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Load {
    /// It does.
    #[default]
    Ready,
    /// It has too much to do.
    Busy,
    /// The operator takes it out of service.
    Draining,
}

/// Where a packet goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To {
    /// Into the TUN, to the host's own TCP.
    Host,
    /// Out to the network.
    Network,
}

/// A SYN that the host has been given.
#[derive(Clone, Copy, Debug)]
struct Asked {
    server: Address,
    key: u8,
    until: Time,
}

/// The agent: the time and an IP packet go in, IP packets come out.
#[derive(Clone, Debug)]
pub struct Agent {
    settings: ReplicaSettings,
    load: Load,
    /// By the client's end and its initial sequence number.
    asked: HashMap<(Ends, u32), Asked>,
    /// The same in the order in which they are forgotten.
    turns: BTreeMap<(Time, u64), (Ends, u32)>,
    serial: u64,
    counters: Counters,
}

impl Agent {
    /// An agent that is ready.
    pub fn new(settings: ReplicaSettings) -> Self {
        let (asked, turns) = (HashMap::new(), BTreeMap::new());
        Self { settings, load: Load::Ready, asked, turns, serial: 0, counters: Counters::default() }
    }

    /// Says whether the host takes connections from now on.
    pub fn set_load(&mut self, load: Load) {
        self.load = load;
    }

    /// Goes on by other settings, with the SYNs that it remembers.
    pub fn reconfigure(&mut self, settings: ReplicaSettings) {
        self.settings = settings;
    }

    /// Whether the host takes connections.
    pub fn load(&self) -> Load {
        self.load
    }

    /// What an operator has set.
    pub fn settings(&self) -> &ReplicaSettings {
        &self.settings
    }

    /// What has been counted.
    pub fn counters(&self) -> &Counters {
        &self.counters
    }

    fn own(&self, v4: bool) -> Option<Address> {
        self.settings.own.iter().copied().find(|own| own.is_v4() == v4)
    }

    fn trust(&self, client: &Address) -> Option<&Trust> {
        self.settings.clients.iter().find(|(clients, _)| clients.contains(client)).map(|(_, trust)| trust)
    }

    /// Takes a packet of a tunnel: a copy, in mode C a client's segment, in mode B an ICMP error.
    pub fn from_network(&mut self, now: Time, mut frame: Frame, out: &mut Vec<(To, Frame)>) {
        self.forget(now);
        let Some(view) = frame.view().filter(|view| tunnel::is_tunnel(frame.packet(), view)) else {
            return self.counters.count(Count::GueMalformed);
        };
        let Some(tunnelled) = tunnel::read(frame.packet(), &view) else { return self.counters.count(Count::GueMalformed) };
        let inner = &frame.packet()[tunnelled.at..];
        let taken = match Segment::of(inner, &tunnelled.inner) {
            Some(segment) if segment.is_syn() => return self.copy(now, frame, &tunnelled, &segment, out),
            Some(segment) => self.carries(&tunnelled, segment.destination_port),
            None => self.concerns(inner, &tunnelled),
        };
        if !taken {
            return self.counters.count(Count::NotServed);
        }
        tunnel::crack(&mut frame, &tunnelled);
        out.push((To::Host, frame));
    }

    /// Whether a segment has come through a tunnel of mode C, from the client inside.
    fn carries(&self, tunnelled: &Tunnelled, port: u16) -> bool {
        let Tunnelled { outer, inner, .. } = tunnelled;
        self.settings.mode == Mode::C && outer.source == inner.source && self.settings.servers.contains(&(inner.destination, port))
    }

    /// Whether an ICMP error is about a segment in the name of a server: in mode B it comes from a server's gateway, in mode C from the client's. The
    /// host's TCP knows whether the segment is its own.
    fn concerns(&self, inner: &[u8], tunnelled: &Tunnelled) -> bool {
        let from = &tunnelled.outer.source;
        let Some(quote) = icmp::quote(inner, &tunnelled.inner) else { return false };
        let is_heard = match self.settings.mode {
            Mode::A => false,
            Mode::B => self.settings.gateways.contains(from),
            Mode::C => quote.destination == *from,
        };
        is_heard && self.settings.servers.contains(&(quote.client, quote.ports.0))
    }

    /// Gives the SYN of a copy to the host, if its tag is right and the host takes it.
    fn copy(&mut self, now: Time, mut frame: Frame, tunnelled: &Tunnelled, segment: &Segment, out: &mut Vec<(To, Frame)>) {
        match self.may_take(now, &frame, tunnelled, segment) {
            Err(count) => self.counters.count(count),
            Ok((options, key, own)) => {
                let inner = tunnelled.inner;
                tunnel::crack(&mut frame, tunnelled);
                let after = options::remove(&mut frame, &inner, segment, &options);
                if self.settings.mode == Mode::A {
                    let change = delta(&inner.destination, &own);
                    set_address(frame.packet_mut(), &after, End::Destination, &own, change);
                }
                let ends = Ends { client: inner.source, client_port: segment.source_port, server_port: segment.destination_port };
                self.remember(now, (ends, segment.seq), Asked { server: inner.destination, key, until: now + ASKED });
                self.counters.count(Count::SynDelivered);
                out.push((To::Host, frame));
            }
        }
    }

    /// Whether the host is given a copy's SYN: its options, the key of its tag, and the address that answers.
    fn may_take(&self, now: Time, frame: &Frame, tunnelled: &Tunnelled, segment: &Segment) -> Result<(Options, u8, Address), Count> {
        let (packet, inner) = (&frame.packet()[tunnelled.at..], &tunnelled.inner);
        let (client, server, client_port, server_port) = (inner.source, inner.destination, segment.source_port, segment.destination_port);
        if !self.settings.gateways.contains(&tunnelled.outer.source) || !self.settings.servers.contains(&(server, server_port)) {
            return Err(Count::NotServed);
        }
        let own = self.own(client.is_v4()).ok_or(Count::NotServed)?;
        let options = Options::read(segment.options(packet, inner), self.settings.exid).ok_or(Count::BadMac)?;
        let (tag, _) = options.tag.as_ref().ok_or(Count::BadMac)?;
        let subject = Subject { client, server, replica: None, client_port, server_port, client_isn: segment.seq };
        let right = tag.state.permits() && self.trust(&client).is_some_and(|trust| trust.holds(tag, &subject, now));
        let (accepted, key) = (tag.state.has(self.settings.mode), tag.state.key());
        match self.load {
            _ if !right => Err(Count::BadMac),
            _ if !accepted => Err(Count::ModeNotAccepted),
            Load::Busy | Load::Draining => Err(Count::Busy),
            Load::Ready => Ok((options, key, own)),
        }
    }

    fn remember(&mut self, now: Time, syn: (Ends, u32), asked: Asked) {
        while self.asked.len() >= self.settings.asked.max(1)
            && let Some((_, oldest)) = self.turns.pop_first()
        {
            self.asked.remove(&oldest);
        }
        if self.asked.insert(syn, asked).is_none() {
            self.serial += 1;
            self.turns.insert((now, self.serial), syn);
        }
    }

    fn forget(&mut self, now: Time) {
        while let Some(first) = self.turns.first_entry().filter(|first| first.key().0 + ASKED <= now) {
            let (_, syn) = first.remove_entry();
            match self.asked.get(&syn) {
                // Asked again since: its turn comes later.
                Some(asked) if asked.until > now => {
                    self.serial += 1;
                    self.turns.insert((asked.until - ASKED, self.serial), syn);
                }
                _ => drop(self.asked.remove(&syn)),
            }
        }
    }

    /// Takes a packet that the host sends: in all modes its SYN-ACKs, in mode C everything.
    pub fn from_host(&mut self, now: Time, mut frame: Frame, out: &mut Vec<(To, Frame)>) {
        self.forget(now);
        let Some(view) = frame.view() else { return };
        let Some(segment) = Segment::of(frame.packet(), &view).filter(Segment::is_syn_ack) else {
            if self.settings.mode == Mode::C && !self.wrap(&mut frame, &view) {
                return self.counters.count(Count::TooLong);
            }
            return out.push((To::Network, frame));
        };
        let ends = Ends { client: view.destination, client_port: segment.destination_port, server_port: segment.source_port };
        let Some(asked) = self.asked.get(&(ends, segment.ack.wrapping_sub(1))).copied() else {
            self.counters.count(Count::NotAsked);
            // A visitor of the replica itself.
            if self.settings.mode == Mode::A {
                out.push((To::Network, frame));
            }
            return;
        };
        match self.echo(now, &mut frame, &view, &segment, &ends, &asked) {
            Ok(()) => {
                self.counters.count(Count::Echoed);
                out.push((To::Network, frame));
            }
            Err(count) => {
                self.counters.count(count);
                let (client, host) = ((ends.client, ends.client_port), (view.source, ends.server_port));
                out.push((To::Host, Frame::ip(&rst_packet(client, host, segment.ack))));
            }
        }
    }

    /// Mode C: the network refuses the tunnel of this packet of the host for its length, and would take one of `left` bytes inside. The host is told so
    /// in the client's name. A path of IPv6 that leaves less than a host ever sends carries no connection: both ends are reset, so that the client
    /// begins anew at once, and its gateway is told, which then asks for other modes.
    pub fn refused(&mut self, packet: &[u8], left: u16, out: &mut Vec<(To, Frame)>) {
        let frame = Frame::ip(packet);
        let Some(view) = frame.view() else { return };
        let is_narrow = !view.source.is_v4() && usize::from(left) < icmp::LEAST;
        let (Some(segment), Some(own)) = (Segment::of(packet, &view).filter(|_| is_narrow), self.own(view.source.is_v4())) else {
            return out.extend(icmp::too_big_packet(packet, left).map(|told| (To::Host, Frame::ip(&told))));
        };
        self.counters.count(Count::PathNarrow);
        let (host, client) = ((view.source, segment.source_port), (view.destination, segment.destination_port));
        let to_host = Frame::ip(&rst_packet(client, host, segment.ack));
        let mut to_client = Frame::ip(&rst_packet(host, client, segment.seq));
        // The error is about the client's side of the tunnel, which alone its gateway knows.
        let mut tunnelled = to_host.clone();
        let outer = Outer { source: client.0, destination: own, port: (!self.settings.ip_in_ip).then_some(tunnel::PORT) };
        let is_wrapped = to_host.view().is_some_and(|view| tunnel::wrap(&mut tunnelled, &view, &outer));
        let error = icmp::too_big_packet(tunnelled.packet(), left + tunnel::overhead(false)).filter(|_| is_wrapped);
        out.extend(error.map(|error| (To::Network, Frame::ip(&error))));
        if to_client.view().is_some_and(|view| self.wrap(&mut to_client, &view)) {
            out.push((To::Network, to_client));
        }
        out.push((To::Host, to_host));
    }

    /// Makes the host's SYN-ACK the replica's answer.
    fn echo(&self, now: Time, frame: &mut Frame, view: &View, segment: &Segment, ends: &Ends, asked: &Asked) -> Result<(), Count> {
        if self.load == Load::Draining {
            return Err(Count::Busy);
        }
        let own = self.own(view.source.is_v4()).ok_or(Count::NotServed)?;
        let subject = Subject {
            client: ends.client,
            server: asked.server,
            replica: Some((own, segment.seq)),
            client_port: ends.client_port,
            server_port: ends.server_port,
            client_isn: segment.ack.wrapping_sub(1),
        };
        let trust = self.trust(&ends.client).ok_or(Count::BadMac)?;
        let echo = trust.echo(self.settings.mode, asked.key, &subject, now);
        options::insert(frame, view, segment, &echo, self.settings.exid).map_err(|_| Count::EchoFull)?;
        let view = frame.view().ok_or(Count::GueMalformed)?;
        let wrapped = match self.settings.mode {
            Mode::A => true,
            Mode::B => {
                set_address(frame.packet_mut(), &view, End::Source, &own, delta(&view.source, &own));
                let inner = View { source: own, ..view };
                let outer = Outer { source: asked.server, destination: ends.client, port: self.port(ends) };
                tunnel::wrap(frame, &inner, &outer)
            }
            Mode::C => self.wrap(frame, &view),
        };
        if wrapped { Ok(()) } else { Err(Count::TooLong) }
    }

    /// The UDP source port of a connection's tunnel; `None`: IP in IP.
    fn port(&self, ends: &Ends) -> Option<u16> {
        (!self.settings.ip_in_ip).then(|| tunnel::source_port(ends))
    }

    /// Mode C: wraps a packet for its client. A network that refuses it for its length is answered by [`icmp::too_big_packet`], into the TUN.
    fn wrap(&self, frame: &mut Frame, view: &View) -> bool {
        let ports = frame.packet().get(view.transport..view.transport + 4).map(|ports| [ports[0], ports[1], ports[2], ports[3]]);
        let [source_high, source_low, high, low] = ports.unwrap_or_default();
        let (server_port, client_port) = (u16::from_be_bytes([source_high, source_low]), u16::from_be_bytes([high, low]));
        let ends = Ends { client: view.destination, client_port, server_port };
        self.own(view.source.is_v4())
            .is_some_and(|own| tunnel::wrap(frame, view, &Outer { source: own, destination: view.destination, port: self.port(&ends) }))
    }
}

/// ReplicaSettings of a replica with nothing yet to stand for.
impl Default for ReplicaSettings {
    fn default() -> Self {
        let (own, gateways, servers, clients) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self { own, mode: Mode::A, gateways, servers, clients, exid: tag::EXID, asked: 65_536, ip_in_ip: false }
    }
}
