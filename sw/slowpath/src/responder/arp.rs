//! ARP over Ethernet: requests and probes, and what answers them. Source: RFC 826, RFC 5227.

use super::Question;
use contract::row::Mac;
use smoltcp::wire::{ArpOperation, ArpPacket, ArpRepr, EthernetAddress};
use std::net::{IpAddr, Ipv4Addr};

/// The question that an ARP packet asks; `None` if it is not a request for an IPv4 address on Ethernet. A probe's sender is 0.0.0.0.
pub fn question(packet: &[u8]) -> Option<Question> {
    let packet = ArpPacket::new_checked(packet).ok()?;
    let ArpRepr::EthernetIpv4 {
        operation: ArpOperation::Request, source_hardware_addr, source_protocol_addr, target_protocol_addr, ..
    } = ArpRepr::parse(&packet).ok()?
    else {
        return None;
    };
    Some(Question {
        target: IpAddr::V4(target_protocol_addr),
        asker: source_hardware_addr.0,
        asker_address: IpAddr::V4(source_protocol_addr),
    })
}

/// The reply to a question: its target has this MAC.
pub(super) fn reply(question: &Question, mac: Mac) -> Vec<u8> {
    packet(ArpOperation::Reply, (mac, v4(question.target)), (question.asker, v4(question.asker_address)))
}

/// A gratuitous ARP: the announcement of RFC 5227, a request for the sender's own address.
pub(super) fn announcement(address: Ipv4Addr, mac: Mac) -> Vec<u8> {
    packet(ArpOperation::Request, (mac, address), (Mac::default(), address))
}

fn packet(operation: ArpOperation, source: (Mac, Ipv4Addr), target: (Mac, Ipv4Addr)) -> Vec<u8> {
    let arp = ArpRepr::EthernetIpv4 {
        operation,
        source_hardware_addr: EthernetAddress(source.0),
        source_protocol_addr: source.1,
        target_hardware_addr: EthernetAddress(target.0),
        target_protocol_addr: target.1,
    };
    let mut packet = vec![0; arp.buffer_len()];
    arp.emit(&mut ArpPacket::new_unchecked(&mut packet));
    packet
}

fn v4(address: IpAddr) -> Ipv4Addr {
    match address {
        IpAddr::V4(address) => address,
        IpAddr::V6(_) => Ipv4Addr::UNSPECIFIED,
    }
}
