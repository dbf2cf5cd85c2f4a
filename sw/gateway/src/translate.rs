//! Addresses exchanged under mended checksums, and the RST that ends a loser's connection.

use crate::Address;
use crate::frame::{Frame, TCP, UDP, View};
use crate::segment::{CHECKSUM, RST, mend};
use packet::Delta;
use packet::ip::Addresses;
use smoltcp::wire::{TcpPacket, TcpSeqNumber};

/// Which address of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Where it comes from.
    Source,
    /// Where it goes.
    Destination,
}

/// What it changes in a checksum to have `new` in the place of `old`: the same for IPv4's and for TCP's.
#[inline]
pub fn delta(old: &Address, new: &Address) -> Delta {
    Delta::NONE.bytes(old.wire(), new.wire())
}

/// Puts an address of the same family into a packet that starts the slice, and mends its checksums by `delta`. A later fragment has none of TCP.
#[inline]
pub(crate) fn set_address(packet: &mut [u8], view: &View, end: End, new: &Address, delta: Delta) {
    let wire = new.wire();
    let v4 = wire.len() == 4;
    let at = if v4 { 12 } else { 8 } + if end == End::Source { 0 } else { wire.len() };
    // Fixed lengths: a copy of 4 or 16 bytes is one instruction.
    if v4 {
        packet[at..at + 4].copy_from_slice(&wire[..4]);
        mend(packet, 10, delta);
    } else {
        packet[at..at + 16].copy_from_slice(&wire[..16]);
    }
    if view.fragment.is_some_and(|fragment| !fragment.first) {
        return;
    }
    let checksum = view.transport + CHECKSUM;
    if view.protocol == TCP && checksum + 2 <= packet.len() {
        mend(packet, checksum, delta);
    }
    debug_assert_ne!(view.protocol, UDP, "no UDP is translated");
}

/// The same of a frame, whose checksum of TCP may not be finished.
#[inline]
pub(crate) fn rewrite(frame: &mut Frame, view: &View, end: End, new: &Address, delta: Delta) {
    // Unfinished it is a sum, and not yet the complement of one.
    let complement = |frame: &mut Frame| {
        let checksum = view.transport + CHECKSUM;
        let bytes = frame.packet_mut().get_mut(checksum..checksum + 2);
        bytes.into_iter().flatten().for_each(|byte| *byte = !*byte);
    };
    let unfinished = frame.is_uncut() && view.protocol == TCP;
    if unfinished {
        complement(frame);
    }
    set_address(frame.packet_mut(), view, end, new, delta);
    if unfinished {
        complement(frame);
    }
}

/// A bare RST, as an answer to a frame: by the link that it came from.
pub(crate) fn rst(to: &Frame, (source, source_port): (Address, u16), (destination, destination_port): (Address, u16), seq: u32) -> Frame {
    to.answer(&rst_packet((source, source_port), (destination, destination_port), seq))
}

/// An IP packet with a bare RST: no other flag, this sequence number.
///
/// # Panics
/// If the addresses are of two families.
pub fn rst_packet((source, source_port): (Address, u16), (destination, destination_port): (Address, u16), seq: u32) -> Vec<u8> {
    let addresses = Addresses::new(source.ip(), destination.ip()).expect("both ends of a connection are of one family");
    let mut packet = Vec::with_capacity(60);
    addresses.header(TCP, 20, &mut packet);
    let start = packet.len();
    packet.resize(start + 20, 0);
    let mut tcp = TcpPacket::new_unchecked(&mut packet[start..]);
    tcp.set_src_port(source_port);
    tcp.set_dst_port(destination_port);
    tcp.set_seq_number(TcpSeqNumber(seq as i32));
    tcp.set_header_len(20);
    tcp.set_rst(true);
    debug_assert_eq!(packet[start + 13], RST);
    let checksum = addresses.pseudo_header(TCP, 20).bytes(&packet[start..]).checksum();
    packet[start + CHECKSUM..start + CHECKSUM + 2].copy_from_slice(&checksum.to_be_bytes());
    packet
}
