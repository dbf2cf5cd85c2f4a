//! The rules over all lanes at once: question 8, and question 10 for those who key on the peer.

use super::{Compiled, LANES, Lanes};
use crate::classifier::Rules;
use crate::common::Common;
use crate::network::Version;
use crate::transport::Ports;
use contract::code::Reason;
use multiversion::multiversion;

/// A rule in use, as lanes are compared with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct VectorRule {
    lowest: u16,
    /// How far the range goes beyond its lowest port.
    span: u16,
    /// The protocol, and which of its bits count: none for a rule of any protocol.
    protocol: u16,
    protocol_bits: u16,
    group: u16,
    /// All ones if it keys on the peer.
    peer: u16,
}

impl VectorRule {
    /// The rules that can match. One without a port in its range cannot.
    pub(super) fn list(rules: &Rules) -> Vec<Self> {
        let can_match = rules.iter().filter(|rule| rule.in_use && rule.lowest <= rule.highest);
        let vector = can_match.map(|rule| Self {
            lowest: rule.lowest,
            span: rule.highest - rule.lowest,
            protocol: rule.protocol.map_or(0, u16::from),
            protocol_bits: mask(rule.protocol.is_some()),
            group: rule.group.into(),
            peer: mask(rule.key_on_peer),
        });
        vector.collect()
    }
}

/// Which end a rule that keys on the peer has found; none is the greater port's.
const NONE: u16 = 0;
const SOURCE: u16 = 1;
const DESTINATION: u16 = 2;

/// What rules ask of the lanes, and what they answer.
#[derive(Clone, Debug)]
#[repr(align(64))]
pub(super) struct Columns {
    source: [u16; LANES],
    destination: [u16; LANES],
    protocol: [u16; LANES],
    /// Byte at which the IP header starts.
    at: [u8; LANES],
    group: [u16; LANES],
    peer: [u16; LANES],
}

impl Default for Columns {
    fn default() -> Self {
        Self { source: [0; _], destination: [0; _], protocol: [0; _], at: [0; _], group: [0; _], peer: [0; _] }
    }
}

impl Columns {
    #[inline(always)]
    pub(super) fn ask(&mut self, lane: usize, common: &Common) {
        (self.source[lane], self.destination[lane]) = (common.ports.source, common.ports.destination);
        (self.protocol[lane], self.at[lane]) = (common.protocol.into(), common.at as u8);
    }

    #[inline(always)]
    fn asked(&self, lane: usize, version: Version) -> Common {
        let ports = Ports { source: self.source[lane], destination: self.destination[lane] };
        Common { version, at: self.at[lane].into(), protocol: self.protocol[lane] as u8, ports }
    }
}

impl Lanes {
    /// Chooses group and side of the lanes that [`Lanes::parse`] has filled, and puts the words of their keys in.
    pub(super) fn classify(&mut self, tables: &Compiled, frames: &[&[u8]]) {
        match_rules(&tables.rules, &mut self.ruled);
        for lane in self.used() {
            let version = if lane < self.front { Version::V4 } else { Version::V6 };
            let (common, peer) = (self.ruled.asked(lane, version), self.ruled.peer[lane]);
            let greater = common.ports.source > common.ports.destination;
            let by_source = (peer == SOURCE) | ((peer == NONE) & greater);
            let side = if by_source { Reason::SourceSide } else { Reason::DestinationSide };
            self.reason[lane] = if peer == NONE { side } else { Reason::PeerSide };
            self.group.as_flattened_mut()[lane] = self.ruled.group[lane].into();
            self.fill(lane, frames[usize::from(self.index[lane])], &common, by_source);
        }
    }
}

/// The first rule that matches wins: so the last is asked first, and overruled by those in front of it. Answers are masks, all ones for yes,
/// as vectors have them.
#[multiversion(targets("x86_64+avx512f+avx512vl+avx512bw", "x86_64+avx2"))]
fn match_rules(rules: &[VectorRule], columns: &mut Columns) {
    let Columns { source, destination, protocol, group, peer, .. } = columns;
    (*group, *peer) = ([0; LANES], [NONE; LANES]);
    for rule in rules.iter().rev() {
        let covers = |port: u16| mask(port.wrapping_sub(rule.lowest) <= rule.span);
        for lane in 0..LANES {
            let (source, destination) = (covers(source[lane]), covers(destination[lane]));
            let matches = (source | destination) & mask((protocol[lane] ^ rule.protocol) & rule.protocol_bits == 0);
            let side = (destination & !source & SOURCE | source & !destination & DESTINATION) & rule.peer;
            group[lane] = group[lane] & !matches | rule.group & matches;
            peer[lane] = peer[lane] & !matches | side & matches;
        }
    }
}

#[inline(always)]
fn mask(is: bool) -> u16 {
    u16::from(is).wrapping_neg()
}
