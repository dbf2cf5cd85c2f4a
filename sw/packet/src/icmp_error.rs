//! ICMP and ICMPv6 errors. Source: RFC 792, RFC 1191, RFC 1812 section 4.3.2, RFC 4443.

use crate::ip::Addresses;

/// Protocol number of ICMP for IPv4.
const ICMP: u8 = 1;
/// Next header of ICMP for IPv6.
const ICMPV6: u8 = 58;
/// Bytes of an error in front of the packet that it quotes.
const LENGTH: usize = 8;
/// Bytes of the longest error, its IP header included: a packet that every host of IPv4 takes, the least MTU of IPv6.
const LONGEST: [usize; 2] = [576, 1280];

/// What an error says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IcmpError {
    /// TTL or hop limit was used up on the way.
    TimeExceeded,
    /// Longer than the way out, of this MTU, and not to be fragmented.
    TooBig(u16),
}

impl IcmpError {
    /// Appends an IP packet with this error about `packet`, which it quotes from its IP header on, as much as goes.
    pub fn write(self, addresses: &Addresses, packet: &[u8], out: &mut Vec<u8>) {
        let v6 = matches!(addresses, Addresses::V6(..));
        let room = LONGEST[usize::from(v6)] - addresses.header_length() - LENGTH;
        let quoted = &packet[..packet.len().min(room)];
        let protocol = if v6 { ICMPV6 } else { ICMP };
        addresses.header(protocol, LENGTH + quoted.len(), out);
        let start = out.len();
        let (kind, code, word) = match (self, v6) {
            (Self::TimeExceeded, false) => (11, 0, 0),
            (Self::TimeExceeded, true) => (3, 0, 0),
            (Self::TooBig(mtu), false) => (3, 4, u32::from(mtu)),
            (Self::TooBig(mtu), true) => (2, 0, u32::from(mtu)),
        };
        out.extend([kind, code, 0, 0]);
        out.extend(word.to_be_bytes());
        out.extend(quoted);
        finish(addresses, out, start);
    }
}

/// Puts the checksum into the ICMP or ICMPv6 message that starts at byte `start`, whose checksum field is 0.
pub fn finish(addresses: &Addresses, out: &mut [u8], start: usize) {
    let sum = match addresses {
        Addresses::V4(..) => crate::Sum::default(),
        Addresses::V6(..) => addresses.pseudo_header(ICMPV6, out.len() - start),
    };
    let checksum = sum.bytes(&out[start..]).checksum();
    out[start + 2..start + 4].copy_from_slice(&checksum.to_be_bytes());
}
