//! Frames of other than the common shapes, one by one, by the stages that [`decide`](crate::decide()) asks.

use super::compiled::number;
use super::{CompactDecision, Compiled, Lanes};
use crate::tuple_select::Subject;
use crate::{ethernet, verdict_logic, walk};
use contract::code::Reason;
use contract::limits::PORTS;

impl Lanes {
    /// Takes in the frames whose bits are set: those with a key by a lane, the others are decided at once.
    pub(super) fn walk(&mut self, tables: &Compiled, frames: &[&[u8]], ingress: u8, mut uncommon: u64, out: &mut [CompactDecision]) {
        while uncommon != 0 {
            let index = uncommon.trailing_zeros() as usize;
            uncommon &= uncommon - 1;
            match subject(tables, frames[index]) {
                Ok(subject) => self.take(tables, index, &tables.choose(&subject), &mut out[index]),
                Err(reason) => {
                    let pair = tables.port_pairs[usize::from(ingress) % PORTS];
                    out[index] = CompactDecision::from(&verdict_logic::early(reason, pair));
                }
            }
        }
    }
}

/// Questions 1 to 6.
#[inline]
fn subject(tables: &Compiled, frame: &[u8]) -> Result<Subject, Reason> {
    ethernet::admit(tables.enabled, tables.neighbours, frame, |destination| tables.is_ours(number(destination)))?;
    walk::subject(frame)
}
