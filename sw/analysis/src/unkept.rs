//! What was seen of flows that found no room, without room for them: exact sums, and an estimate of how many flows they were.

use crate::entry::Kind;
use serde::Serialize;

/// Registers of the estimate. Its standard error is 1.04 over the square root of their number: 1.6 %.
const REGISTERS: usize = 1 << 12;

/// Frames of flows that were not kept.
#[derive(Clone, Debug, Default)]
pub(crate) struct Unkept {
    frames: u64,
    bytes: u64,
    /// By the lowest bits of a flow's hash: the most trailing zeros of the others, plus one. Empty until it is needed.
    registers: Vec<u8>,
}

/// What was seen of flows that were not kept: nothing else in an analysis but the sums of all frames, and those that are not decided, holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct UnkeptFlows {
    /// About how many flows, within 5 %.
    pub flows: u64,
    /// Their frames that the card decides.
    pub frames: u64,
    /// The bytes of these.
    pub bytes: u64,
}

impl Unkept {
    /// Takes in frames of the flow with this hash. Those that are bridged are counted as that already.
    #[cold]
    pub(crate) fn add(&mut self, hash: u64, kind: Kind, frames: u64, bytes: u64) {
        if kind != Kind::Bridged {
            self.frames += frames;
            self.bytes += bytes;
        }
        self.registers.resize(REGISTERS, 0);
        let register = &mut self.registers[hash as usize % REGISTERS];
        let end = 1 << (u64::BITS - REGISTERS.ilog2());
        let zeros = ((hash / REGISTERS as u64) | end).trailing_zeros() as u8;
        *register = zeros.saturating_add(1).max(*register);
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        self.frames += other.frames;
        self.bytes += other.bytes;
        self.registers.resize(self.registers.len().max(other.registers.len()), 0);
        for (most, other) in self.registers.iter_mut().zip(&other.registers) {
            *most = (*most).max(*other);
        }
    }

    /// The sums; `None` if every flow was kept.
    pub(crate) fn sums(&self) -> Option<UnkeptFlows> {
        (!self.registers.is_empty()).then(|| UnkeptFlows { flows: self.flows(), frames: self.frames, bytes: self.bytes })
    }

    /// Source: Flajolet, Fusy, Gandouet and Meunier, HyperLogLog (2007), FIG. 3, with its correction for few flows. 64 bits of hash need none for
    /// many.
    fn flows(&self) -> u64 {
        let count = REGISTERS as f64;
        let alpha = 0.7213 / (1.0 + 1.079 / count);
        let raw = alpha * count * count / self.registers.iter().map(|most| 2f64.powi(-i32::from(*most))).sum::<f64>();
        let free = self.registers.iter().filter(|most| **most == 0).count();
        let few = count * (count / free as f64).ln();
        if raw <= 2.5 * count && free > 0 { few.round() as u64 } else { raw.round() as u64 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_estimate_is_within_five_percent_of_any_number_of_flows() {
        // Hashes by SplitMix64: as good as the table's.
        let hash = |number: u64| {
            let mixed = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
            mixed ^ mixed >> 31
        };
        let mut unkept = Unkept::default();
        assert_eq!(unkept.sums(), None);
        for number in 0..1_000_000u64 {
            unkept.add(hash(number), Kind::Own, 1, 60);
            unkept.add(hash(number), Kind::Own, 1, 60);
            if [1, 10, 100, 1000, 10_000, 11_000, 100_000, 1_000_000].contains(&(number + 1)) {
                let sums = unkept.sums().unwrap();
                assert_eq!((sums.frames, sums.bytes), (2 * (number + 1), 120 * (number + 1)));
                let part = sums.flows as f64 / (number + 1) as f64;
                assert!((0.95..1.05).contains(&part), "{part} of {}", number + 1);
            }
        }
    }

    #[test]
    fn merged_tables_count_a_flow_once() {
        let (mut one, mut other) = (Unkept::default(), Unkept::default());
        one.add(77, Kind::Errors, 3, 300);
        other.add(77, Kind::Own, 2, 200);
        one.merge(&other);
        assert_eq!(one.sums(), Some(UnkeptFlows { flows: 1, frames: 5, bytes: 500 }));
        one.add(78, Kind::Bridged, 9, 900);
        assert_eq!(one.sums(), Some(UnkeptFlows { flows: 2, frames: 5, bytes: 500 }));
    }
}
