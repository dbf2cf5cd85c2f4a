//! Segments of TCP that no kernel of the lab has sent, written and read by etherparse.

use etherparse::{IpHeaders, NetSlice, PacketBuilder, PacketBuilderStep, SlicedPacket, TransportSlice};
use std::net::{IpAddr, SocketAddr};

/// Flag FIN.
pub const FIN: u8 = 1;
/// Flag SYN.
pub const SYN: u8 = 2;
/// Flag RST.
pub const RST: u8 = 4;
/// Flag ACK.
pub const ACK: u8 = 16;
/// Kind of the gateways' option.
const EXPERIMENT: u8 = 253;
/// UDP port of the tunnels.
pub(crate) const GUE: u16 = 6080;

/// A segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Who sends it.
    pub from: SocketAddr,
    /// To whom.
    pub to: SocketAddr,
    /// Its flags.
    pub flags: u8,
    /// Sequence and acknowledgement number.
    pub numbers: (u32, u32),
    /// Options.
    pub options: Vec<u8>,
    /// Content.
    pub payload: Vec<u8>,
}

impl Segment {
    /// One without options and content.
    pub fn new(from: SocketAddr, to: SocketAddr, flags: u8, numbers: (u32, u32)) -> Self {
        Self { from, to, flags, numbers, options: Vec::new(), payload: Vec::new() }
    }

    /// Its IP packet.
    ///
    /// # Panics
    /// If its ends are of two families, or its options no multiple of four bytes.
    pub fn packet(&self) -> Vec<u8> {
        let mut tcp = ip(self.from.ip(), self.to.ip()).tcp(self.from.port(), self.to.port(), self.numbers.0, 1000);
        if self.flags & FIN != 0 {
            tcp = tcp.fin();
        }
        if self.flags & SYN != 0 {
            tcp = tcp.syn();
        }
        if self.flags & RST != 0 {
            tcp = tcp.rst();
        }
        if self.flags & ACK != 0 {
            tcp = tcp.ack(self.numbers.1);
        }
        let mut packet = Vec::new();
        let written = tcp.options_raw(&self.options).map(|tcp| tcp.write(&mut packet, &self.payload));
        written.expect("at most 40 bytes of options").expect("memory takes what is written");
        packet
    }

    /// The plain segment of an IP packet.
    pub fn of(packet: &[u8]) -> Option<Self> {
        let sliced = SlicedPacket::from_ip(packet).ok()?;
        let (from, to) = ends(&sliced)?;
        let TransportSlice::Tcp(tcp) = sliced.transport? else { return None };
        let flags = [(tcp.fin(), FIN), (tcp.syn(), SYN), (tcp.rst(), RST), (tcp.ack(), ACK)];
        Some(Self {
            from: (from, tcp.source_port()).into(),
            to: (to, tcp.destination_port()).into(),
            flags: flags.iter().map(|(set, flag)| if *set { *flag } else { 0 }).sum(),
            numbers: (tcp.sequence_number(), tcp.acknowledgment_number()),
            options: tcp.options().to_vec(),
            payload: tcp.payload().to_vec(),
        })
    }

    /// Whether it opens a connection.
    pub fn is_syn(&self) -> bool {
        self.flags == SYN
    }
}

/// A packet in a tunnel between these two.
///
/// # Panics
/// If they are of two families.
pub fn tunnelled(packet: &[u8], from: IpAddr, to: IpAddr) -> Vec<u8> {
    let mut outer = Vec::new();
    ip(from, to).udp(50_000, GUE).write(&mut outer, packet).expect("memory takes what is written");
    outer
}

/// Whether a frame shows a client more than its servers: a packet of somebody else, or an option of the gateways.
pub fn is_foreign(frame: &[u8], servers: &[IpAddr]) -> bool {
    let Ok(sliced) = SlicedPacket::from_ethernet(frame) else { return false };
    let Some((source, _)) = ends(&sliced) else { return false };
    let tag = |options: &[u8]| {
        let mut rest = options;
        while let [kind, ..] = rest {
            let length = if *kind <= 1 { 1 } else { rest.get(1).map_or(2, |length| usize::from(*length).max(2)) };
            match *kind {
                EXPERIMENT => return true,
                0 => return false,
                _ => rest = rest.get(length..).unwrap_or_default(),
            }
        }
        false
    };
    !servers.contains(&source) || matches!(&sliced.transport, Some(TransportSlice::Tcp(tcp)) if tag(tcp.options()))
}

fn ends(sliced: &SlicedPacket<'_>) -> Option<(IpAddr, IpAddr)> {
    match sliced.net.as_ref()? {
        NetSlice::Ipv4(ip) => Some((ip.header().source_addr().into(), ip.header().destination_addr().into())),
        NetSlice::Ipv6(ip) => Some((ip.header().source_addr().into(), ip.header().destination_addr().into())),
        _ => None,
    }
}

fn ip(from: IpAddr, to: IpAddr) -> PacketBuilderStep<IpHeaders> {
    match (from, to) {
        (IpAddr::V4(from), IpAddr::V4(to)) => PacketBuilder::ipv4(from.octets(), to.octets(), 64),
        (IpAddr::V6(from), IpAddr::V6(to)) => PacketBuilder::ipv6(from.octets(), to.octets(), 64),
        _ => panic!("{from} and {to} are of two families"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(from: &str, options: &[u8]) -> Segment {
        let to = if from.contains('.') { "10.0.0.2:4000" } else { "[2001:db8::2]:4000" };
        let segment = Segment::new(from.parse().unwrap(), to.parse().unwrap(), SYN | ACK, (7, 9));
        Segment { options: options.to_vec(), ..segment }
    }

    fn frame(packet: &[u8]) -> Vec<u8> {
        let kind = if packet[0] >> 4 == 4 { [8, 0] } else { [0x86, 0xdd] };
        [&[2; 12][..], &kind, packet].concat()
    }

    #[test]
    fn what_is_written_is_read() {
        for from in ["192.0.2.10:80", "[2001:db8::10]:80"] {
            let mut written = segment(from, &[2, 4, 5, 180]);
            written.payload = vec![1, 2, 3];
            assert_eq!(Segment::of(&written.packet()), Some(written));
        }
    }

    #[test]
    fn a_client_is_shown_more_by_another_s_packet_a_tunnel_or_our_option() {
        for (server, replica) in [("192.0.2.10:80", "198.51.100.10:80"), ("[2001:db8::10]:80", "[2001:db8:11::10]:80")] {
            let ip = |text: &str| text.parse::<SocketAddr>().unwrap().ip();
            let plain = segment(server, &[2, 4, 5, 180, 1, 1, 1, 0]);
            let option = [&[2, 4, 5, 180, 1, 1, 1, 253, 13, 0x54, 0x44][..], &[9; 9]].concat();
            let foreign = |packet: &[u8]| is_foreign(&frame(packet), &[ip(server)]);
            assert!(!foreign(&plain.packet()));
            assert!(foreign(&segment(server, &option).packet()), "the option");
            assert!(foreign(&segment(replica, &[]).packet()), "a replica");
            assert!(foreign(&tunnelled(&plain.packet(), ip(replica), plain.to.ip())), "a tunnel");
        }
    }
}
