//! A manager with services and servers, frames that `etherparse` builds, and its opinion on what comes out.
#![allow(dead_code, reason = "each test file uses its own part")]

use contract::register::UNIT_MANAGERS;
use contract::row::{GroupMac, GroupRow, ManagerRow, RuleRow};
use etherparse::{NetSlice, PacketBuilder, SlicedPacket, TransportSlice};
use flow::filter::OriginationRate;
use flow::reason::{Counters, Reason};
use flow::table::{self, Table};
use flow::tables::{Hop, Interface, OnDown, Prefix, Refusal, Server, ServerState, Service, Settings, Tables, Translation, Way};
use flow::{Filter, Outbox, To, Verdict, address};
use model::State;
use slowpath::Bounds;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

pub(crate) const OUTER: [u8; 6] = [2, 0, 0, 0, 1, 0];
pub(crate) const INNER: [u8; 6] = [2, 0, 0, 0, 1, 1];
/// What stands in front of the manager: every client's packets come from it.
pub(crate) const FRONT: [u8; 6] = [2, 0, 0, 0, 2, 0];
pub(crate) const SERVERS: [[u8; 6]; 2] = [[2, 0, 0, 0, 3, 0], [2, 0, 0, 0, 3, 1]];
pub(crate) const TCP: u8 = 6;
pub(crate) const UDP: u8 = 17;

pub(crate) const SYN: u8 = 2;
pub(crate) const FIN: u8 = 1;
pub(crate) const RST: u8 = 4;
pub(crate) const ACK: u8 = 16;

pub(crate) fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

pub(crate) fn at(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

/// The two servers of a family, each with its port.
pub(crate) fn servers(v6: bool) -> [SocketAddr; 2] {
    if v6 { [at("[2001:db8:a::1]:8080"), at("[2001:db8:a::2]:8081")] } else { [at("10.0.0.1:8080"), at("10.0.0.2:8081")] }
}

pub(crate) fn virtual_address(v6: bool) -> IpAddr {
    ip(if v6 { "2001:db8:1::7" } else { "198.51.100.7" })
}

pub(crate) fn pool_address(v6: bool) -> IpAddr {
    ip(if v6 { "2001:db8:a::ff" } else { "10.0.0.254" })
}

pub(crate) fn client(v6: bool) -> SocketAddr {
    at(if v6 { "[2001:db8:c::1]:40000" } else { "192.0.2.1:40000" })
}

/// Ports of the services: of each protocol, one for each translation.
pub(crate) const DESTINATION: u16 = 80;
pub(crate) const FULL: u16 = 443;
pub(crate) const DIRECT: u16 = 8443;

pub(crate) fn settings() -> Settings {
    let mut settings = Settings {
        interfaces: vec![
            Interface { mac: OUTER, mtu: 1500, addresses: [Some(ip("192.0.2.254")), Some(ip("2001:db8:c::fe"))] },
            Interface { mac: INNER, mtu: 1500, addresses: [Some(ip("10.0.0.253")), Some(ip("2001:db8:a::fd"))] },
        ],
        own: vec![address(ip("192.0.2.254"))],
        control_protocols: vec![112],
        from_servers: vec![Prefix { address: address(ip("10.0.0.0")), length: 96 + 24 }],
        routes: vec![(Prefix { address: address(ip("203.0.113.0")), length: 96 + 24 }, Way::Hop(Hop { interface: 0, mac: FRONT }))],
        ..Settings::default()
    };
    for v6 in [false, true] {
        let first = settings.servers.len() as u16;
        for (server, mac) in servers(v6).into_iter().zip(SERVERS) {
            let hop = Some(Hop { interface: 1, mac });
            settings.servers.push(Server { address: address(server.ip()), port: server.port(), hop, state: ServerState::Enabled });
        }
        for protocol in [TCP, UDP] {
            let translations = [
                (DESTINATION, Translation::Destination),
                (FULL, Translation::Full(vec![address(pool_address(v6))])),
                (DIRECT, Translation::Direct),
            ];
            for (port, translation) in translations {
                settings.services.push(Service {
                    address: address(virtual_address(v6)),
                    protocol,
                    ports: port..=port,
                    translation,
                    affinity: false,
                    entries: [first, first + 1].into(),
                    refusal: Refusal::Reset,
                    on_down: OnDown::Keep,
                });
            }
        }
    }
    settings
}

/// A filter, its tables and the time. Every call looks whether each frame is counted once.
pub(crate) struct Rig {
    pub(crate) filter: Filter<'static>,
    pub(crate) table: Table<'static>,
    pub(crate) tables: Tables,
    pub(crate) now: Duration,
    pub(crate) out: Outbox,
}

impl Rig {
    pub(crate) fn new() -> Self {
        Self::with(settings(), 1024)
    }

    pub(crate) fn with(settings: Settings, connections: u32) -> Self {
        let table = Table::new(Box::leak(table::memory(connections)), connections, [1, 2]);
        let filter = Filter::new(table, 0, OriginationRate::default(), Bounds::default());
        Self { filter, table, tables: Tables::new(settings, None), now: Duration::from_secs(1000), out: Outbox::default() }
    }

    /// A frame by an interface: the verdict, what it was rewritten to, and what else is to be sent. All that leaves is checked.
    pub(crate) fn take(&mut self, interface: u16, frame: &[u8]) -> Taken {
        let mut frame = frame.to_vec();
        self.out.clear();
        let verdict = self.filter.take(&self.tables, self.now, interface, &mut frame, &mut self.out);
        let Counters { taken, .. } = *self.filter.counters();
        assert_eq!(taken, self.filter.counters().counted() + self.filter.held() as u64, "{verdict:?}");
        let sent = match verdict.to {
            Some(To::Hop(hop)) => Some((hop.interface, frame)),
            _ => None,
        };
        Taken { verdict, sent, others: self.outputs() }
    }

    pub(crate) fn reason(&mut self, interface: u16, frame: &[u8]) -> Reason {
        self.take(interface, frame).verdict.reason
    }

    /// Lets time pass, and all records be looked at; what is sent meanwhile.
    pub(crate) fn pass(&mut self, seconds: u64) -> Vec<(u16, Vec<u8>)> {
        self.now += Duration::from_secs(seconds);
        self.out.clear();
        self.filter.sweep(&self.tables, self.now, self.table.connections(), &mut self.out);
        self.outputs()
    }

    /// Other tables come into force; what has waited for them and leaves.
    pub(crate) fn change(&mut self, settings: Settings) -> Vec<(u16, Vec<u8>)> {
        let generation = self.tables.generation() + 1;
        self.tables = Tables::new(settings, Some(&self.tables)).with_generation(generation);
        self.out.clear();
        self.filter.resume(&self.tables, self.now, &mut self.out);
        let counters = self.filter.counters();
        assert_eq!(counters.taken, counters.counted() + self.filter.held() as u64);
        self.outputs()
    }

    fn outputs(&self) -> Vec<(u16, Vec<u8>)> {
        self.out.outputs().iter().map(|output| (output.interface, output.frame.clone())).collect()
    }

    pub(crate) fn of(&self, reason: Reason) -> u64 {
        self.filter.counters().of(reason)
    }
}

/// What became of a frame.
pub(crate) struct Taken {
    pub(crate) verdict: Verdict,
    pub(crate) sent: Option<(u16, Vec<u8>)>,
    pub(crate) others: Vec<(u16, Vec<u8>)>,
}

impl Taken {
    /// It went on rewritten, and nothing else was sent.
    pub(crate) fn on(self, interface: u16, reason: Reason) -> Vec<u8> {
        let Some((by, frame)) = self.sent else { panic!("{:?}", self.verdict) };
        assert_eq!((self.verdict.reason, by, self.others.len()), (reason, interface, 0));
        frame
    }

    /// It was dropped, and nothing was sent.
    pub(crate) fn nothing(self) -> Reason {
        assert!(self.verdict.to.is_none() && self.others.is_empty(), "{:?}", self.verdict);
        self.verdict.reason
    }

    /// It was dropped, and this was sent in its place.
    pub(crate) fn answer(self, interface: u16, reason: Reason) -> Vec<u8> {
        assert_eq!((self.verdict, self.others.len()), (Verdict { to: None, reason }, 1));
        assert_eq!(self.others[0].0, interface);
        self.others[0].1.clone()
    }
}

/// What a frame of TCP or UDP says, once etherparse has found its checksums right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Read {
    pub(crate) macs: [[u8; 6]; 2],
    pub(crate) source: SocketAddr,
    pub(crate) destination: SocketAddr,
    pub(crate) ttl: u8,
    pub(crate) flags: u8,
    pub(crate) sequence: u32,
    pub(crate) acknowledged: u32,
    pub(crate) payload: Vec<u8>,
}

/// Reads a frame, with every checksum in it computed from nothing.
pub(crate) fn read(frame: &[u8]) -> Read {
    let packet = SlicedPacket::from_ethernet(frame).unwrap();
    let (source, destination, ttl) = match packet.net.as_ref().unwrap() {
        NetSlice::Ipv4(ip) => {
            let header = ip.header().to_header();
            assert_eq!(header.header_checksum, header.calc_header_checksum(), "IPv4");
            (IpAddr::from(header.source), IpAddr::from(header.destination), header.time_to_live)
        }
        NetSlice::Ipv6(ip) => {
            let header = ip.header().to_header();
            (IpAddr::from(header.source), IpAddr::from(header.destination), header.hop_limit)
        }
        NetSlice::Arp(_) => panic!("ARP"),
    };
    let macs = [frame[..6].try_into().unwrap(), frame[6..12].try_into().unwrap()];
    match packet.transport.as_ref().unwrap() {
        TransportSlice::Tcp(tcp) => {
            let header = tcp.to_header();
            let right = match (source, destination) {
                (IpAddr::V4(source), IpAddr::V4(destination)) => tcp.calc_checksum_ipv4(source.octets(), destination.octets()),
                (IpAddr::V6(source), IpAddr::V6(destination)) => tcp.calc_checksum_ipv6(source.octets(), destination.octets()),
                _ => panic!("two families"),
            };
            assert_eq!(header.checksum, right.unwrap(), "TCP");
            Read {
                macs,
                source: SocketAddr::new(source, header.source_port),
                destination: SocketAddr::new(destination, header.destination_port),
                ttl,
                flags: tcp.slice()[13],
                sequence: header.sequence_number,
                acknowledged: header.acknowledgment_number,
                payload: tcp.payload().to_vec(),
            }
        }
        TransportSlice::Udp(udp) => {
            let header = udp.to_header();
            let payload = udp.payload();
            let right = match (source, destination) {
                (IpAddr::V4(source), IpAddr::V4(destination)) => {
                    header.calc_checksum_ipv4_raw(source.octets(), destination.octets(), payload)
                }
                (IpAddr::V6(source), IpAddr::V6(destination)) => {
                    header.calc_checksum_ipv6_raw(source.octets(), destination.octets(), payload)
                }
                _ => panic!("two families"),
            };
            assert!(header.checksum == 0 && source.is_ipv4() || header.checksum == right.unwrap(), "UDP {:04x}", header.checksum);
            Read {
                macs,
                source: SocketAddr::new(source, header.source_port),
                destination: SocketAddr::new(destination, header.destination_port),
                ttl,
                flags: 0,
                sequence: 0,
                acknowledged: 0,
                payload: payload.to_vec(),
            }
        }
        _ => panic!("neither TCP nor UDP"),
    }
}

/// A segment of TCP in a frame to the manager.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Segment<'a> {
    pub(crate) flags: u8,
    pub(crate) sequence: u32,
    pub(crate) acknowledged: u32,
    pub(crate) payload: &'a [u8],
}

pub(crate) const fn segment(flags: u8, sequence: u32, acknowledged: u32) -> Segment<'static> {
    Segment { flags, sequence, acknowledged, payload: &[] }
}

pub(crate) fn tcp(macs: [[u8; 6]; 2], source: SocketAddr, destination: SocketAddr, segment: Segment<'_>) -> Vec<u8> {
    let Segment { flags, sequence, acknowledged, payload } = segment;
    let mut step = headers(macs, source.ip(), destination.ip(), 64).tcp(source.port(), destination.port(), sequence, 1000);
    if flags & SYN != 0 {
        step = step.syn();
    }
    if flags & FIN != 0 {
        step = step.fin();
    }
    if flags & RST != 0 {
        step = step.rst();
    }
    if flags & ACK != 0 {
        step = step.ack(acknowledged);
    }
    let mut frame = vec![];
    step.write(&mut frame, payload).unwrap();
    frame
}

pub(crate) fn udp(macs: [[u8; 6]; 2], source: SocketAddr, destination: SocketAddr, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![];
    headers(macs, source.ip(), destination.ip(), 64).udp(source.port(), destination.port()).write(&mut frame, payload).unwrap();
    frame
}

pub(crate) fn headers(
    macs: [[u8; 6]; 2],
    source: IpAddr,
    destination: IpAddr,
    ttl: u8,
) -> etherparse::PacketBuilderStep<etherparse::IpHeaders> {
    let link = PacketBuilder::ethernet2(macs[1], macs[0]);
    match (source, destination) {
        (IpAddr::V4(source), IpAddr::V4(destination)) => link.ipv4(source.octets(), destination.octets(), ttl),
        (IpAddr::V6(source), IpAddr::V6(destination)) => link.ipv6(source.octets(), destination.octets(), ttl),
        _ => panic!("two families"),
    }
}

/// From a client to the manager, by interface 0.
pub(crate) const TO_MANAGER: [[u8; 6]; 2] = [OUTER, FRONT];

/// From a server to the manager, by interface 1.
pub(crate) fn from_server(server: usize) -> [[u8; 6]; 2] {
    [INNER, SERVERS[server]]
}

/// The same frame with another TTL, or hop limit.
pub(crate) fn with_ttl(mut frame: Vec<u8>, ttl: u8) -> Vec<u8> {
    if frame[12] == 8 {
        frame[22] = ttl;
        put_ipv4_checksum(&mut frame);
    } else {
        frame[21] = ttl;
    }
    frame
}

pub(crate) fn put_ipv4_checksum(frame: &mut [u8]) {
    let length = usize::from(frame[14] & 0xf) * 4;
    let header = etherparse::Ipv4HeaderSlice::from_slice(&frame[14..14 + length]).unwrap().to_header();
    frame[24..26].copy_from_slice(&header.calc_header_checksum().to_be_bytes());
}

/// The fragments of a frame without options, of so many bytes each, written by hand.
pub(crate) fn fragments(frame: &[u8], step: usize) -> Vec<Vec<u8>> {
    let v6 = frame[12] == 0x86;
    let header = if v6 { 40 } else { 20 };
    let message = &frame[14 + header..];
    let piece = |(number, part): (usize, &[u8])| {
        let at = number * step;
        let is_last = at + part.len() == message.len();
        let mut piece = frame[..14 + header].to_vec();
        if v6 {
            let length = (8 + part.len()) as u16;
            piece[18..20].copy_from_slice(&length.to_be_bytes());
            piece[20] = 44;
            piece.extend([frame[20], 0]);
            piece.extend((at as u16 | u16::from(!is_last)).to_be_bytes());
            piece.extend([0, 0, 0x77, 0x88]);
        } else {
            let length = (20 + part.len()) as u16;
            piece[16..18].copy_from_slice(&length.to_be_bytes());
            piece[18..20].copy_from_slice(&[0x77, 0x88]);
            piece[20..22].copy_from_slice(&((at / 8) as u16 | if is_last { 0 } else { 0x2000 }).to_be_bytes());
            put_ipv4_checksum(&mut piece);
        }
        piece.extend(part);
        piece
    };
    message.chunks(step).enumerate().map(piece).collect()
}

/// What a connection looks like from its server, after its first packet has been passed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Opened {
    pub(crate) server: usize,
    pub(crate) server_at: SocketAddr,
    pub(crate) source: SocketAddr,
}

/// Sends a client's SYN; where it went.
pub(crate) fn open(rig: &mut Rig, client: SocketAddr, port: u16, sequence: u32) -> Opened {
    let virtual_at = SocketAddr::new(virtual_address(client.is_ipv6()), port);
    let frame = rig.take(0, &tcp(TO_MANAGER, client, virtual_at, segment(SYN, sequence, 0))).on(1, Reason::NewConnection);
    opened(&frame)
}

pub(crate) fn opened(frame: &[u8]) -> Opened {
    let read = read(frame);
    let server = SERVERS.iter().position(|mac| *mac == read.macs[0]).unwrap();
    Opened { server, server_at: read.destination, source: read.source }
}

/// Opens a connection with its three segments; numbers begin at 100 and 500.
pub(crate) fn established(rig: &mut Rig, client: SocketAddr, port: u16) -> Opened {
    let opened = open(rig, client, port, 100);
    let virtual_at = SocketAddr::new(virtual_address(client.is_ipv6()), port);
    if port != DIRECT {
        let answer = tcp(from_server(opened.server), opened.server_at, opened.source, segment(SYN | ACK, 500, 101));
        rig.take(1, &answer).on(0, Reason::Connection);
    }
    rig.take(0, &tcp(TO_MANAGER, client, virtual_at, segment(ACK, 101, 501))).on(1, Reason::Connection);
    opened
}

/// The distributor's side of the manager.
pub(crate) const GROUP: [u8; 6] = [2, 0, 0, 0, 7, 7];
/// Which of its four managers this is.
pub(crate) const MANAGER: u8 = 2;

/// A distributor: group 0 is four managers', and group 1, by the peer, managers 2's and 3's, takes what has to do with port 443.
pub(crate) fn distributor() -> State {
    let mut state = State::new(8);
    state.enabled = true;
    state.group_macs[0] = GroupMac { mac: GROUP, enabled: true };
    for id in 1..=4 {
        state.idle_manager_rows_mut()[usize::from(id)] = ManagerRow { mac: [2, 0, 0, 0, 1, id], egress: 0 };
        state.managers_enabled[usize::from(id)] = true;
    }
    let group = state.idle_group_mut(0);
    group.row = GroupRow { key: *b"tandem!!", designated: 1, equal_ports_hash: false };
    group.entries = std::array::from_fn(|bucket| (bucket % 4 + 1) as u8);
    let group = state.idle_group_mut(1);
    group.row = GroupRow { key: [0, 1, 2, 3, 4, 5, 6, 7], designated: 2, equal_ports_hash: true };
    group.entries = std::array::from_fn(|bucket| (bucket % 2 + 2) as u8);
    state.idle_rules_mut()[0] = RuleRow { lowest: 443, highest: 443, protocol: None, group: 1, key_on_peer: true, in_use: true };
    state.commit(0b11 | 1 << 8 | 1 << UNIT_MANAGERS, 1).unwrap();
    state
}

/// The manager that a frame goes to.
pub(crate) fn manager(state: &State, mut frame: Vec<u8>) -> Option<u8> {
    frame[..6].copy_from_slice(&GROUP);
    model::decide(state, &frame, 0).taken_by()
}
