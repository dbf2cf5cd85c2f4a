//! Frames written and read by etherparse, which shares no code with what is tested, and a site with keys.
#![allow(dead_code, unreachable_pub, reason = "each test uses some of it")]

use etherparse::{NetSlice, PacketBuilder, SlicedPacket, TransportSlice};
use gateway::client::{ClientSettings, Site};
use gateway::keys::{KeyRing, Trust};
use gateway::tag::{EXID, Subject};
use gateway::{Address, ClientGateway, Frame, Mode, Output, Prefix, Side, Time};
use std::net::IpAddr;

pub const NOW: Time = Time::from_secs(1_700_000_000);
pub const KEY: [u8; 16] = *b"0123456789abcdef";
/// MACs of the client's side and of the WAN's.
pub const MACS: [[u8; 6]; 2] = [[2, 0, 0, 0, 0, 1], [2, 0, 0, 0, 0, 2]];

pub const FIN: u8 = 1;
pub const SYN: u8 = 2;
pub const RST: u8 = 4;
pub const ACK: u8 = 16;

pub fn address(text: &str) -> Address {
    text.parse::<IpAddr>().unwrap().into()
}

/// Addresses of a world: by family.
#[derive(Clone, Copy, Debug)]
pub struct Hosts {
    pub client: IpAddr,
    pub server: IpAddr,
    pub replicas: [IpAddr; 3],
    pub gateway: IpAddr,
}

pub fn hosts(v4: bool) -> Hosts {
    let ip = |v4_text: &str, v6_text: &str| if v4 { v4_text } else { v6_text }.parse().unwrap();
    Hosts {
        client: ip("198.51.100.7", "2001:db8:1::7"),
        server: ip("192.0.2.10", "2001:db8:2::10"),
        replicas: [ip("203.0.113.1", "2001:db8:31::1"), ip("203.0.113.2", "2001:db8:32::1"), ip("203.0.113.3", "2001:db8:33::1")],
        gateway: ip("192.0.2.1", "2001:db8:2::1"),
    }
}

/// A segment of TCP as a test speaks of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tcp {
    pub from: (IpAddr, u16),
    pub to: (IpAddr, u16),
    pub flags: u8,
    pub seq: u32,
    pub ack: u32,
    pub options: Vec<u8>,
    pub payload: Vec<u8>,
}

/// An outer header: source, destination, and the UDP source port.
pub type Outer = (IpAddr, IpAddr, u16);

/// What Linux sends in a SYN: MSS 1460, SACK permitted, timestamps, window scale 7.
pub const LINUX: [u8; 20] = [2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7];

impl Tcp {
    pub fn new(from: (IpAddr, u16), to: (IpAddr, u16), flags: u8, seq: u32, ack: u32) -> Self {
        let options = if flags & SYN != 0 { LINUX.to_vec() } else { Vec::new() };
        Self { from, to, flags, seq, ack, options, payload: Vec::new() }
    }

    pub fn options(self, options: &[u8]) -> Self {
        Self { options: options.to_vec(), ..self }
    }

    pub fn payload(self, payload: &[u8]) -> Self {
        Self { payload: payload.to_vec(), ..self }
    }

    /// The bytes of a frame of Ethernet, from the client's side to the WAN's or back.
    pub fn bytes(&self, side: Side) -> Vec<u8> {
        self.write(side, None)
    }

    /// The same in a tunnel.
    pub fn tunnelled(&self, side: Side, outer: Outer) -> Vec<u8> {
        self.write(side, Some(outer))
    }

    pub fn frame(&self, side: Side) -> Frame {
        Frame::ethernet(&self.bytes(side))
    }

    fn write(&self, side: Side, outer: Option<Outer>) -> Vec<u8> {
        let [inside, wan] = MACS;
        let (source, destination) = if side == Side::Inside { (inside, wan) } else { (wan, inside) };
        let ethernet = PacketBuilder::ethernet2(source, destination);
        let Some((from, to, port)) = outer else { return self.tcp(ip(ethernet, self.from.0, self.to.0)) };
        // The packet inside is that of a frame without its Ethernet header.
        let inner = &self.write(side, None)[14..];
        let builder = ip(ethernet, from, to).udp(port, 6080);
        let mut bytes = Vec::new();
        builder.write(&mut bytes, inner).unwrap();
        if from.is_ipv4() {
            bytes[40..42].fill(0);
        }
        bytes
    }

    fn tcp(&self, builder: etherparse::PacketBuilderStep<etherparse::IpHeaders>) -> Vec<u8> {
        let mut builder = builder.tcp(self.from.1, self.to.1, self.seq, 1000);
        if self.flags & SYN != 0 {
            builder = builder.syn();
        }
        if self.flags & FIN != 0 {
            builder = builder.fin();
        }
        if self.flags & RST != 0 {
            builder = builder.rst();
        }
        if self.flags & ACK != 0 {
            builder = builder.ack(self.ack);
        }
        let mut bytes = Vec::new();
        builder.options_raw(&self.options).unwrap().write(&mut bytes, &self.payload).unwrap();
        bytes
    }
}

fn ip(
    builder: etherparse::PacketBuilderStep<etherparse::Ethernet2Header>,
    from: IpAddr,
    to: IpAddr,
) -> etherparse::PacketBuilderStep<etherparse::IpHeaders> {
    match (from, to) {
        (IpAddr::V4(from), IpAddr::V4(to)) => builder.ipv4(from.octets(), to.octets(), 64),
        (IpAddr::V6(from), IpAddr::V6(to)) => builder.ipv6(from.octets(), to.octets(), 64),
        _ => panic!("two families"),
    }
}

/// Reads a frame, with every checksum and every length in it verified. The outer header is there if the frame is tunnelled.
#[track_caller]
pub fn read(frame: &Frame) -> (Option<Outer>, Tcp) {
    let sliced = SlicedPacket::from_ethernet(frame.bytes()).unwrap();
    match sliced.transport {
        Some(TransportSlice::Udp(udp)) => {
            let (from, to) = ends(&sliced.net);
            match (from, to) {
                (IpAddr::V4(_), _) => assert_eq!(udp.checksum(), 0),
                (IpAddr::V6(from), IpAddr::V6(to)) => {
                    let right = udp.to_header().calc_checksum_ipv6_raw(from.octets(), to.octets(), udp.payload()).unwrap();
                    assert_eq!(udp.checksum(), right, "outer checksum");
                }
                _ => unreachable!(),
            }
            assert_eq!(udp.destination_port(), 6080);
            let inner = SlicedPacket::from_ip(udp.payload()).unwrap();
            (Some((from, to, udp.source_port())), tcp(&inner))
        }
        _ => (None, tcp(&sliced)),
    }
}

fn ends(net: &Option<NetSlice<'_>>) -> (IpAddr, IpAddr) {
    match net {
        Some(NetSlice::Ipv4(ip)) => {
            assert_eq!(ip.header().header_checksum(), ip.header().to_header().calc_header_checksum(), "header checksum");
            (ip.header().source_addr().into(), ip.header().destination_addr().into())
        }
        Some(NetSlice::Ipv6(ip)) => (ip.header().source_addr().into(), ip.header().destination_addr().into()),
        _ => panic!("no IP"),
    }
}

#[track_caller]
fn tcp(sliced: &SlicedPacket<'_>) -> Tcp {
    let (from, to) = ends(&sliced.net);
    let Some(TransportSlice::Tcp(tcp)) = &sliced.transport else { panic!("no TCP") };
    let right = match (from, to) {
        (IpAddr::V4(from), IpAddr::V4(to)) => tcp.calc_checksum_ipv4(from.octets(), to.octets()).unwrap(),
        (IpAddr::V6(from), IpAddr::V6(to)) => tcp.calc_checksum_ipv6(from.octets(), to.octets()).unwrap(),
        _ => panic!("two families"),
    };
    assert_eq!(tcp.checksum(), right, "checksum of TCP");
    let flags = [(tcp.fin(), FIN), (tcp.syn(), SYN), (tcp.rst(), RST), (tcp.ack(), ACK)];
    Tcp {
        from: (from, tcp.source_port()),
        to: (to, tcp.destination_port()),
        flags: flags.iter().map(|(set, flag)| if *set { *flag } else { 0 }).sum(),
        seq: tcp.sequence_number(),
        ack: tcp.acknowledgment_number(),
        options: tcp.options().to_vec(),
        payload: tcp.payload().to_vec(),
    }
}

/// The bytes of our option in a segment, if it is there.
pub fn tag_of(tcp: &Tcp) -> Option<Vec<u8>> {
    let at = tcp.options.windows(4).position(|bytes| bytes == [253, 13, 0x54, 0x44])?;
    Some(tcp.options[at..at + 13].to_vec())
}

pub fn trust() -> Trust {
    Trust::Keys(KeyRing::new(3, KEY))
}

/// A client's gateway with one site: the server, port 80.
pub fn gateway(hosts: &Hosts) -> ClientGateway {
    ClientGateway::new(settings(hosts))
}

pub fn settings(hosts: &Hosts) -> ClientSettings {
    let server = Prefix::new(hosts.server, if hosts.server.is_ipv4() { 32 } else { 128 }).unwrap();
    let site = Site { servers: vec![(server, 80..=80)], trust: trust(), excluded: Vec::new() };
    ClientSettings { sites: vec![site], entries: 16, ..ClientSettings::default() }
}

/// The SYN-ACK of a replica to the client's SYN of this number, in the form of a mode, with a right echo.
pub fn answer(hosts: &Hosts, mode: Mode, replica: IpAddr, client_port: u16, isn: u32, risn: u32, now: Time) -> Frame {
    let subject = Subject {
        client: hosts.client.into(),
        server: hosts.server.into(),
        replica: Some((replica.into(), risn)),
        client_port,
        server_port: 80,
        client_isn: isn,
    };
    let echo = trust().echo(mode, 3, &subject, now).write(EXID);
    let options = [&LINUX[..], &[1, 1, 1], &echo].concat();
    let from = if mode == Mode::C { hosts.server } else { replica };
    let syn_ack = Tcp::new((from, 80), (hosts.client, client_port), SYN | ACK, risn, isn.wrapping_add(1)).options(&options);
    form(&syn_ack, hosts, mode, replica)
}

/// A segment of a replica in the form in which a mode's SYN-ACK comes.
pub fn form(tcp: &Tcp, hosts: &Hosts, mode: Mode, replica: IpAddr) -> Frame {
    Frame::ethernet(&match mode {
        Mode::A => tcp.bytes(Side::Wan),
        Mode::B => tcp.tunnelled(Side::Wan, (hosts.server, hosts.client, 50_000)),
        Mode::C => tcp.tunnelled(Side::Wan, (replica, hosts.client, 50_000)),
    })
}

/// Gives one frame to the gateway, and takes what comes out.
pub fn take(gateway: &mut ClientGateway, now: Time, side: Side, frame: Frame) -> Vec<Output> {
    let mut out = Vec::new();
    gateway.take(now, side, frame, &mut out);
    out
}

/// The only frame that came out, and that by this side.
#[track_caller]
pub fn only(out: Vec<Output>, side: Side) -> Frame {
    assert_eq!(out.iter().map(|output| output.side).collect::<Vec<_>>(), [side]);
    out.into_iter().next().unwrap().frame
}

/// The client's port, its number, and that of the winner.
pub const PORT: u16 = 4000;
pub const ISN: u32 = 0xffff_fff0;
pub const ANSWER: u32 = 0xffff_ffff;

/// A segment of the client.
pub fn to_server(hosts: &Hosts, flags: u8, seq: u32, ack: u32) -> Tcp {
    Tcp::new((hosts.client, PORT), (hosts.server, 80), flags, seq, ack)
}

pub fn syn(hosts: &Hosts) -> Tcp {
    to_server(hosts, SYN, ISN, 0)
}

/// Begins a race; returns the tagged SYN.
pub fn begin(gateway: &mut ClientGateway, hosts: &Hosts) -> Tcp {
    read(&only(take(gateway, NOW, Side::Inside, syn(hosts).frame(Side::Inside)), Side::Wan)).1
}

/// A gateway whose race the first replica has won in this mode.
pub fn bound(hosts: &Hosts, mode: Mode) -> ClientGateway {
    let mut gateway = gateway(hosts);
    begin(&mut gateway, hosts);
    let frame = answer(hosts, mode, hosts.replicas[0], PORT, ISN, ANSWER, NOW);
    only(take(&mut gateway, NOW, Side::Wan, frame), Side::Inside);
    gateway
}

/// Runs a test over IPv4 and IPv6, in each mode.
pub fn everywhere(test: impl Fn(&Hosts, Mode)) {
    for v4 in [true, false] {
        Mode::ALL.iter().for_each(|mode| test(&hosts(v4), *mode));
    }
}
