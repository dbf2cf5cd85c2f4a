//! Frames of a common shape, put into lanes.

use super::compiled::number;
use super::lanes::KEY_LENGTH;
use super::{Compiled, LANES, Lanes};
use crate::common::Common;
use crate::network::Version;
use contract::code::Reason;
use prefetch_index::prefetch_index;

/// Bytes of a cache's line: most frames have their headers in two.
const LINE: usize = 64;

impl Lanes {
    /// Puts frames of a common shape into lanes. Gives a bit for each of the others, by its number in the batch.
    ///
    /// `coming` are those that memory is asked for meanwhile. With rules, keys are left to [`Lanes::classify`]. Not inlined: the loop needs every
    /// register that there is.
    #[inline(never)]
    pub(super) fn parse<const RULED: bool>(&mut self, tables: &Compiled, frames: &[&[u8]], coming: &[&[u8]]) -> u64 {
        let mut uncommon = 0;
        let (mut front, mut back) = (0, LANES);
        for (index, frame) in frames.iter().take(LANES).enumerate() {
            uncommon |= 1 << index;
            if let Some(next) = coming.get(index) {
                prefetch_index(next, 0);
                prefetch_index(next, LINE);
            }
            let Some(common) = Common::of(frame) else { continue };
            // Equal ports have a key of another kind, or none.
            let destination = frame.first_chunk().map_or(0, |mac| number(*mac));
            if common.ports.source == common.ports.destination || !tables.is_ours(destination) {
                continue;
            }
            uncommon ^= 1 << index;
            // IPv4 from the front, IPv6 from the back, without a branch.
            let v6 = common.version == Version::V6;
            let lane = (if v6 { back - 1 } else { front }) % LANES;
            back -= usize::from(v6);
            front += usize::from(!v6);
            self.index[lane] = index as u8;
            if RULED {
                self.ruled.ask(lane, &common);
            } else {
                let by_source = common.ports.source > common.ports.destination;
                self.reason[lane] = if by_source { Reason::SourceSide } else { Reason::DestinationSide };
                self.group.as_flattened_mut()[lane] = 0;
                self.fill(lane, frame, &common, by_source);
            }
        }
        (self.front, self.back) = (front, back);
        uncommon
    }

    /// Puts the words of an endpoint key into a lane: the source's, or the destination's.
    ///
    /// The 16 bytes that are read end with the address: of IPv4 only the last word is the key's.
    #[inline(always)]
    pub(super) fn fill(&mut self, lane: usize, frame: &[u8], common: &Common, by_source: bool) {
        let v6 = common.version == Version::V6;
        let (source, step) = if v6 { (8, 16) } else { (0, 4) };
        let at = common.at + source + if by_source { 0 } else { step };
        let port = if by_source { common.ports.source } else { common.ports.destination };
        let address: &[u8; 16] = frame[at..at + 16].first_chunk().unwrap_or(&[0; 16]);
        let (words, _) = address.as_chunks();
        for (column, word) in self.words.iter_mut().zip(words) {
            column.as_flattened_mut()[lane] = u32::from_le_bytes(*word);
        }
        self.last.as_flattened_mut()[lane] = KEY_LENGTH | u32::from(port.swap_bytes());
    }
}
