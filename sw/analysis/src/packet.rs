//! Which flow a frame belongs to. Most frames have one of a few shapes, and are read at fixed places; the model walks the others.

use crate::flow::{Direction, End, Flow};
use contract::code::Reason;
use contract::limits::VLAN_TAGS;
use model::Walk;
use model::transport::{TCP, UDP};

/// A packet that the model's walk understands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packet {
    /// Its flow; for an ICMP error, that of the packet which it reports.
    pub flow: Flow,
    /// The direction in which it, or the packet which it reports, travels.
    pub direction: Direction,
    /// Whether it is such an ICMP error.
    pub embedded: bool,
}

impl Packet {
    /// What [`Walk::of`] finds in a frame.
    ///
    /// # Errors
    /// What ended the walk.
    #[inline]
    pub fn of(frame: &[u8]) -> Result<Self, Reason> {
        match common(frame) {
            Some((flow, direction)) => Ok(Self { flow, direction, embedded: false }),
            None => Self::walk(frame),
        }
    }

    #[cold]
    fn walk(frame: &[u8]) -> Result<Self, Reason> {
        let subject = Walk::of(frame).subject?;
        let (flow, direction) = Flow::of(&subject);
        Ok(Self { flow, direction, embedded: subject.embedded })
    }
}

/// The flow of a frame with TCP or UDP right after an IPv4 header without options or an IPv6 header, whole and unfragmented, after at
/// most two VLAN tags: all of this lies in the window. `None` says nothing about a frame.
#[inline]
fn common(frame: &[u8]) -> Option<(Flow, Direction)> {
    let mut at = 12;
    let mut ether_type = word(frame.get(at..)?)?;
    for _ in 0..VLAN_TAGS {
        if matches!(ether_type, 0x8100 | 0x88a8) {
            at += 4;
            ether_type = word(frame.get(at..)?)?;
        }
    }
    let packet = &frame[at + 2..];
    match ether_type {
        0x0800 => {
            let header: &[u8; 24] = packet.first_chunk()?;
            let (total, part) = (word(&header[2..])?, word(&header[6..])? & 0x3fff);
            let usual = header[0] == 0x45 && total >= 24 && part == 0;
            usual.then(|| transport(header[9], [v4(header, 12), v4(header, 16)], header, 20))?
        }
        0x86dd => {
            let header: &[u8; 44] = packet.first_chunk()?;
            let usual = header[0] >> 4 == 6 && word(&header[4..])? >= 4;
            usual.then(|| transport(header[6], [v6(header, 8), v6(header, 24)], header, 40))?
        }
        _ => None,
    }
}

#[inline]
fn transport(protocol: u8, [source, destination]: [u128; 2], header: &[u8], at: usize) -> Option<(Flow, Direction)> {
    let port = |at: usize| u16::from_be_bytes([header[at], header[at + 1]]);
    let (source, destination) = (End { address: source, port: port(at) }, End { address: destination, port: port(at + 2) });
    matches!(protocol, TCP | UDP).then(|| Flow::new(protocol, source, destination))
}

#[inline]
fn word(bytes: &[u8]) -> Option<u16> {
    bytes.first_chunk().map(|word| u16::from_be_bytes(*word))
}

/// The IPv4 address at a byte, as keys carry it.
#[inline]
fn v4(header: &[u8; 24], at: usize) -> u128 {
    0xffff_0000_0000 | header[at..].first_chunk().map_or(0, |address| u128::from(u32::from_be_bytes(*address)))
}

#[inline]
fn v6(header: &[u8; 44], at: usize) -> u128 {
    header[at..].first_chunk().map_or(0, |address| u128::from_be_bytes(*address))
}
