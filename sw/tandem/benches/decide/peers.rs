//! What one would write with a library's parser: ports and addresses, a keyed hash of the endpoint with the greater port, a table.
//!
//! Both do less than a decision: no ICMP errors, no pairs, no reasons, no group addresses, no managers that are down.

use etherparse::{LaxNetSlice, LaxSlicedPacket, TransportSlice};
use smoltcp::wire::{EthernetFrame, EthernetProtocol, IpProtocol, Ipv4Packet, Ipv6Packet, TcpPacket, UdpPacket};
use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;

/// The manager of a flow; 0 for a frame that the parser does not take for TCP or UDP.
fn manager(hasher: &RandomState, table: &[u8; 4096], [source, destination]: [IpAddr; 2], ports: [u16; 2]) -> u8 {
    let end = if ports[0] > ports[1] { (source, ports[0]) } else { (destination, ports[1]) };
    table[hasher.hash_one(end) as usize % 4096]
}

pub(crate) fn by_smoltcp(hasher: &RandomState, table: &[u8; 4096], frame: &[u8]) -> u8 {
    let parse = || {
        let ethernet = EthernetFrame::new_checked(frame).ok()?;
        let (mut ether_type, mut rest) = (ethernet.ethertype(), &frame[14..]);
        while matches!(u16::from(ether_type), 0x8100 | 0x88a8) {
            ether_type = EthernetProtocol::from(u16::from_be_bytes(*rest.get(2..4)?.first_chunk()?));
            rest = &rest[4..];
        }
        let (protocol, addresses, payload): (_, [IpAddr; 2], &[u8]) = match ether_type {
            EthernetProtocol::Ipv4 => {
                let packet = Ipv4Packet::new_unchecked(rest);
                let header = usize::from(packet.header_len());
                let ends = [packet.src_addr().into(), packet.dst_addr().into()];
                (packet.next_header(), ends, rest.get(header..)?)
            }
            EthernetProtocol::Ipv6 => {
                let packet = Ipv6Packet::new_unchecked(rest);
                (packet.next_header(), [packet.src_addr().into(), packet.dst_addr().into()], rest.get(40..)?)
            }
            _ => return None,
        };
        payload.get(..4)?;
        let ports = match protocol {
            IpProtocol::Tcp => {
                let segment = TcpPacket::new_unchecked(payload);
                [segment.src_port(), segment.dst_port()]
            }
            IpProtocol::Udp => {
                let datagram = UdpPacket::new_unchecked(payload);
                [datagram.src_port(), datagram.dst_port()]
            }
            _ => return None,
        };
        Some(manager(hasher, table, addresses, ports))
    };
    parse().unwrap_or(0)
}

pub(crate) fn by_etherparse(hasher: &RandomState, table: &[u8; 4096], frame: &[u8]) -> u8 {
    let parse = || {
        let packet = LaxSlicedPacket::from_ethernet(frame).ok()?;
        let addresses = match packet.net? {
            LaxNetSlice::Ipv4(ip) => [IpAddr::from(ip.header().source_addr()), ip.header().destination_addr().into()],
            LaxNetSlice::Ipv6(ip) => [IpAddr::from(ip.header().source_addr()), ip.header().destination_addr().into()],
            _ => return None,
        };
        let ports = match packet.transport? {
            TransportSlice::Tcp(segment) => [segment.source_port(), segment.destination_port()],
            TransportSlice::Udp(datagram) => [datagram.source_port(), datagram.destination_port()],
            _ => return None,
        };
        Some(manager(hasher, table, addresses, ports))
    };
    parse().unwrap_or(0)
}
