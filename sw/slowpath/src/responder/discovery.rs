//! Neighbour discovery of IPv6: solicitations, and the advertisements that answer them. Source: RFC 4861, RFC 4862.

use super::Question;
use crate::Fate;
use contract::row::Mac;
use model::Walk;
use model::icmp::ICMPV6;
use model::network::{Network, Version};
use smoltcp::phy::ChecksumCapabilities;
use smoltcp::wire::{EthernetAddress, Icmpv6Packet, Icmpv6Repr, IpProtocol, Ipv6Packet, Ipv6Repr, NdiscNeighborFlags, NdiscRepr};
use std::net::{IpAddr, Ipv6Addr};

/// EtherType of IPv6.
const ETHER_TYPE: [u8; 2] = [0x86, 0xdd];
/// Hop limit that no router lets through: the sender is on the link.
const ON_LINK: u8 = 255;
/// ICMPv6 type of a neighbour solicitation.
const SOLICITATION: u8 = 135;
/// Byte of a solicitation at which its target starts.
const TARGET: usize = 8;
/// To all nodes, as an address and as a MAC.
const ALL_NODES: (Ipv6Addr, Mac) = (Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 1), [0x33, 0x33, 0, 0, 0, 1]);

/// The ICMPv6 message of neighbour discovery (types 133 to 137) in a frame, as the walk found it.
pub fn message<'a>(frame: &'a [u8], walk: &Walk) -> Option<&'a [u8]> {
    // A walk that ended in front of the message has another protocol here: that of the header that it did not get past.
    let network = walk.network.filter(|network| (network.version, network.protocol) == (Version::V6, ICMPV6))?;
    let message = frame.get(network.transport_at..network.end.min(frame.len()))?;
    matches!(message.first(), Some(133..=137)).then_some(message)
}

/// The address that a message asks for, whether or not the message is valid; `None` if it is no solicitation.
pub fn target(message: &[u8]) -> Option<IpAddr> {
    let target: [u8; 16] = message.get(TARGET..TARGET + 16)?.try_into().ok()?;
    (message[0] == SOLICITATION).then(|| IpAddr::V6(target.into()))
}

/// The question that a solicitation asks, if it passes every check of RFC 4861, section 7.1.1.
pub fn question(frame: &[u8], network: &Network, message: &[u8]) -> Option<Question> {
    let [source, destination] = [Ipv6Addr::from(network.source), Ipv6Addr::from(network.destination)];
    let is_whole = network.end <= frame.len();
    let hop_limit = frame[network.at + 7];
    let packet = Icmpv6Packet::new_checked(message).ok()?;
    if !is_whole || hop_limit != ON_LINK || packet.msg_code() != 0 || !packet.verify_checksum(&source, &destination) {
        return None;
    }
    let NdiscRepr::NeighborSolicit { target_addr: target, lladdr } = NdiscRepr::parse(&packet).ok()? else { return None };
    let given = lladdr.and_then(|address| address.as_bytes().try_into().ok());
    let by_ethernet = std::array::from_fn(|i| frame[6 + i]);
    let is_probe = source.is_unspecified();
    if target.is_multicast() || source.is_multicast() || is_probe && (lladdr.is_some() || !is_solicited_node(destination)) {
        return None;
    }
    Some(Question { target: IpAddr::V6(target), asker: given.unwrap_or(by_ethernet), asker_address: IpAddr::V6(source) })
}

/// Whether an address is ff02::1:ff00:0/104.
fn is_solicited_node(address: Ipv6Addr) -> bool {
    address.octets().starts_with(&[0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff])
}

/// The advertisement that answers a question, with the MAC that it goes to: solicited and overriding; to all nodes, and not solicited, where
/// the question is a probe and its sender has no address yet.
pub(super) fn advertisement(question: &Question, mac: Mac) -> (Fate, Mac, Vec<u8>) {
    let asker = v6(question.asker_address);
    let packet = if asker.is_unspecified() {
        (ALL_NODES.1, packet(v6(question.target), ALL_NODES.0, mac, NdiscNeighborFlags::OVERRIDE))
    } else {
        let flags = NdiscNeighborFlags::SOLICITED | NdiscNeighborFlags::OVERRIDE;
        (question.asker, packet(v6(question.target), asker, mac, flags))
    };
    (Fate::Advertisement, packet.0, packet.1)
}

/// An unsolicited advertisement: MAC, EtherType and packet.
pub(super) fn announcement(address: Ipv6Addr, mac: Mac) -> (Mac, [u8; 2], Vec<u8>) {
    (ALL_NODES.1, ETHER_TYPE, packet(address, ALL_NODES.0, mac, NdiscNeighborFlags::OVERRIDE))
}

fn packet(target: Ipv6Addr, to: Ipv6Addr, mac: Mac, flags: NdiscNeighborFlags) -> Vec<u8> {
    let message = Icmpv6Repr::Ndisc(NdiscRepr::NeighborAdvert { flags, target_addr: target, lladdr: Some(EthernetAddress(mac).into()) });
    let header =
        Ipv6Repr { src_addr: target, dst_addr: to, next_header: IpProtocol::Icmpv6, payload_len: message.buffer_len(), hop_limit: ON_LINK };
    let mut packet = vec![0; header.buffer_len() + message.buffer_len()];
    header.emit(&mut Ipv6Packet::new_unchecked(&mut packet[..]));
    let mut body = Icmpv6Packet::new_unchecked(&mut packet[header.buffer_len()..]);
    message.emit(&target, &to, &mut body, &ChecksumCapabilities::default());
    packet
}

fn v6(address: IpAddr) -> Ipv6Addr {
    match address {
        IpAddr::V6(address) => address,
        IpAddr::V4(address) => address.to_ipv6_mapped(),
    }
}
