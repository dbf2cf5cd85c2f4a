//! Packets as routers and middleboxes change them.

use crate::segment::{GUE, RST, Segment};
use etherparse::{SlicedPacket, TransportSlice};
use packet::{Delta, Sum};

/// Kind of the option that is taken out: experiments.
const EXPERIMENT: u8 = 253;
const NOP: u8 = 1;

/// Takes one off the time to live; `false` if it is over.
pub(crate) fn age(packet: &mut [u8]) -> bool {
    let (at, v4) = if packet[0] >> 4 == 4 { (8, true) } else { (7, false) };
    if packet[at] < 2 {
        return false;
    }
    packet[at] -= 1;
    if v4 {
        packet[10..12].fill(0);
        let header = usize::from(packet[0] & 15) * 4;
        let checksum = Sum::default().bytes(&packet[..header]).checksum();
        packet[10..12].copy_from_slice(&checksum.to_be_bytes());
    }
    true
}

/// Where TCP starts in a plain packet; `None` if there is none.
pub(crate) fn tcp(packet: &[u8]) -> Option<usize> {
    let (protocol, at) = if packet.first()? >> 4 == 4 { (packet.get(9)?, usize::from(packet[0] & 15) * 4) } else { (packet.get(6)?, 40) };
    (*protocol == 6 && packet.len() >= at + 20).then_some(at)
}

/// Whether a packet is a RST of TCP, plain or in a tunnel.
pub(crate) fn is_reset(packet: &[u8]) -> bool {
    let inner = SlicedPacket::from_ip(packet).ok().and_then(|sliced| match sliced.transport {
        Some(TransportSlice::Udp(udp)) if udp.destination_port() == GUE => Some(udp.payload().to_vec()),
        _ => None,
    });
    Segment::of(inner.as_deref().unwrap_or(packet)).is_some_and(|segment| segment.flags & RST != 0)
}

/// Fills experiments' options of TCP with NOPs, as some middleboxes do; returns whether there was one.
pub(crate) fn strip(packet: &mut [u8]) -> bool {
    let Some(at) = tcp(packet) else { return false };
    let end = (at + usize::from(packet[at + 12] >> 4) * 4).min(packet.len());
    let (mut next, old) = (at + 20, packet[at..end].to_vec());
    let mut stripped = false;
    while next + 1 < end && packet[next] != 0 {
        let length = if packet[next] == NOP { 1 } else { usize::from(packet[next + 1]).max(2) };
        if packet[next] == EXPERIMENT && next + length <= end {
            packet[next..next + length].fill(NOP);
            stripped = true;
        }
        next += length;
    }
    let delta = Delta::NONE.bytes(&old, &packet[at..end]);
    let checksum = delta.apply(u16::from_be_bytes([packet[at + 16], packet[at + 17]]));
    packet[at + 16..at + 18].copy_from_slice(&checksum.to_be_bytes());
    stripped
}

#[cfg(test)]
mod tests {
    use super::*;
    use etherparse::{Ipv4Slice, PacketBuilder, TcpSlice};

    fn syn(options: &[u8]) -> Vec<u8> {
        let mut packet = vec![];
        let builder = PacketBuilder::ipv4([10, 0, 0, 2], [192, 0, 2, 10], 64).tcp(4000, 80, 7, 512).syn().options_raw(options).unwrap();
        builder.write(&mut packet, &[]).unwrap();
        packet
    }

    #[test]
    fn an_option_is_taken_out_and_the_checksum_fits() {
        let mut packet = syn(&[2, 4, 5, 180, 1, 1, 1, 253, 13, 0x54, 0x44, 1, 1, 2, 3, 4, 5, 6, 7, 8]);
        assert!(strip(&mut packet));
        let ip = Ipv4Slice::from_slice(&packet).unwrap();
        let tcp = TcpSlice::from_slice(ip.payload().payload).unwrap();
        assert_eq!(tcp.options(), [&[2, 4, 5, 180][..], &[1; 16]].concat());
        assert_eq!(tcp.checksum(), tcp.calc_checksum_ipv4(ip.header().source(), ip.header().destination()).unwrap());
        assert!(!strip(&mut packet), "there is none any more");
    }

    #[test]
    fn a_reset_is_found_in_a_tunnel_too() {
        let ends = ("10.0.0.2:4000".parse().unwrap(), "192.0.2.10:80".parse().unwrap());
        let is = |flags| {
            let packet = Segment::new(ends.0, ends.1, flags, (1, 2)).packet();
            [is_reset(&packet), is_reset(&crate::segment::tunnelled(&packet, ends.0.ip(), ends.1.ip()))]
        };
        assert_eq!([is(RST), is(crate::segment::ACK)], [[true; 2], [false; 2]]);
    }

    #[test]
    fn a_packet_ages_and_dies() {
        let mut packet = syn(&[]);
        packet[8] = 2;
        assert!(age(&mut packet));
        let header = Ipv4Slice::from_slice(&packet).unwrap().header().to_header();
        assert_eq!((header.time_to_live, header.header_checksum), (1, header.calc_header_checksum()));
        assert!(!age(&mut packet));
    }
}
