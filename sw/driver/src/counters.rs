//! What a card has counted.

use crate::card::{BusError, Card};
use contract::code::{Reason, Verdict};
use contract::limits::MANAGERS;
use contract::register::{COUNTER_DATA, COUNTER_HOST_LOST, COUNTER_INDEX, COUNTER_REASON, COUNTER_WORDS, COUNTERS, GEOMETRY, VIEW};
use model::Count;

/// All counters, summed over the cores.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted([Count; COUNTERS as usize]);

/// Reads every counter of every core, each at one instant. Afterwards VIEW shows core 0 and the active banks.
///
/// # Errors
/// If an access fails.
pub fn read_counters(card: &mut impl Card) -> Result<Counted, BusError> {
    let cores = (card.read(GEOMETRY.at(0))? >> 16) as u8;
    let mut sum = [Count::default(); COUNTERS as usize];
    for core in 0..cores {
        card.write(VIEW.at(0), core.into())?;
        // Every read adds one to the index, so one walk passes all words of all counters.
        card.write(COUNTER_INDEX.at(0), 0)?;
        for count in &mut sum {
            let mut words = [0; COUNTER_WORDS as usize];
            for word in &mut words {
                *word = u64::from(card.read(COUNTER_DATA.at(0))?);
            }
            count.frames = count.frames.wrapping_add(words[1] << 32 | words[0]);
            count.bytes = count.bytes.wrapping_add(words[3] << 32 | words[2]);
        }
    }
    card.write(VIEW.at(0), 0)?;
    Ok(Counted(sum))
}

impl Counted {
    /// What was sent to each manager, from id 1.
    pub fn managers(&self) -> impl Iterator<Item = (u8, Count)> + '_ {
        (1..=MANAGERS as u8).map(|id| (id, self.0[usize::from(id)]))
    }

    /// What was decided for each reason.
    pub fn reasons(&self) -> impl Iterator<Item = (Reason, Count)> + '_ {
        Reason::ALL.iter().map(|&reason| (reason, self.0[COUNTER_REASON as usize + usize::from(reason.code())]))
    }

    /// What a full host queue lost of each verdict.
    pub fn lost(&self) -> impl Iterator<Item = (Verdict, Count)> + '_ {
        Verdict::ALL.iter().map(|&verdict| (verdict, self.0[COUNTER_HOST_LOST as usize + usize::from(verdict.code())]))
    }
}
