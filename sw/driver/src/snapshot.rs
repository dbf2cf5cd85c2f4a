//! What a card holds, read back from it.

use crate::card::{BusError, Card};
use crate::word::{Banks, Valued, Word, Words, every};
use contract::limits::GROUPS;
use contract::register::{CAPABILITIES, DECISION_SIDES, GENERATION, NEXT_GENERATION};
use control::Tables;
use model::classifier::Rules;
use std::collections::BTreeSet;
use std::ops::Deref;

/// In NEXT_GENERATION: the idle banks are being written. A commit never announces it.
pub const UNFINISHED: u32 = 0xffff_ffff;

/// What a card decides frames by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InForce {
    /// The tables.
    pub active: Tables,
    /// Their generation.
    pub generation: u32,
}

/// What every decision side of a card decides frames by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The tables in force, as core 0 has them.
    pub active: Tables,
    /// Their generation.
    pub generation: u32,
    /// What the idle banks hold.
    pub idle_generation: Idle,
    /// How many decision sides the card has. Each has tables of its own, which reads of the core with its number show.
    pub sides: u8,
    /// Words in force that another side holds differently: none on a sound card.
    pub disagreements: Vec<Disagreement>,
}

/// All that a card holds, of both banks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// What is in force.
    pub held: Held,
    /// What the next commit would bring, as core 0 has it.
    pub idle: Banks,
    /// Words of the idle banks that another side holds differently: none on a sound card.
    pub idle_disagreements: Vec<Disagreement>,
}

/// A snapshot can be asked what is in force as [`Held`] can.
impl Deref for Snapshot {
    type Target = Held;

    fn deref(&self) -> &Held {
        &self.held
    }
}

/// What the idle banks hold, as NEXT_GENERATION says it: the driver keeps their number there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Idle {
    /// Nothing of ours: they were not written since reset.
    Nothing,
    /// Parts of two states: an `apply` did not come to its commit.
    Unfinished,
    /// All of this generation.
    Generation(u32),
}

/// A word that the decision sides of two cores hold differently, although every write reaches both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disagreement {
    /// The word.
    pub word: Word,
    /// The other core.
    pub core: u8,
    /// What core 0 holds.
    pub first: u32,
    /// What the other core holds.
    pub other: u32,
}

/// Reads what core 0 decides by: enough for whoever only looks, and a quarter of what a card with two decision sides holds.
///
/// # Errors
/// If a read fails.
pub fn in_force(card: &mut impl Card) -> Result<InForce, BusError> {
    let groups = usize::from(card.read(CAPABILITIES.at(0))? as u8).min(GROUPS);
    let mut words = Words::new(card);
    words.view(0, false)?;
    Ok(InForce { active: words.tables(groups)?, generation: words.card.read(GENERATION.at(0))? })
}

/// Reads of what core 0 decides by only the rules, the groups that `needed` picks by them, and which managers take traffic. All else of the
/// tables is as on an empty card: enough for [`control::self_source::ports`], and an eighth of [`in_force`] where it needs one group.
///
/// # Errors
/// If a read fails.
pub fn in_force_of(card: &mut impl Card, needed: impl FnOnce(&Rules) -> BTreeSet<u8>) -> Result<InForce, BusError> {
    let groups = usize::from(card.read(CAPABILITIES.at(0))? as u8).min(GROUPS);
    let mut words = Words::new(card);
    words.view(0, false)?;
    let mut active = Tables { rules: words.rules()?, ..Tables::empty(groups) };
    for number in needed(&active.rules) {
        if let Some(group) = active.groups.get_mut(usize::from(number)) {
            *group = words.group(number)?;
        }
    }
    words.enables(&mut active.managers)?;
    Ok(InForce { active, generation: words.card.read(GENERATION.at(0))? })
}

/// Reads what every decision side decides by. Afterwards VIEW shows core 0 and the active banks.
///
/// # Errors
/// If a read fails.
pub fn held(card: &mut impl Card) -> Result<Held, BusError> {
    let InForce { active, generation } = in_force(card)?;
    let groups = active.groups.len();
    let sides = card.read(DECISION_SIDES.at(0))? as u8;
    let mut words = Words::new(card);
    let mut disagreements = Vec::new();
    for core in 1..sides {
        words.view(core, false)?;
        disagreements.extend(compare(core, every(&active), every(&words.tables(groups)?)));
    }
    words.view(0, false)?;
    let idle_generation = match words.card.read(NEXT_GENERATION.at(0))? {
        0 => Idle::Nothing,
        UNFINISHED => Idle::Unfinished,
        number => Idle::Generation(number),
    };
    Ok(Held { active, generation, idle_generation, sides, disagreements })
}

/// Reads everything that a card holds, from every decision side. Afterwards VIEW shows core 0 and the active banks.
///
/// # Errors
/// If a read fails.
pub fn learn(card: &mut impl Card) -> Result<Snapshot, BusError> {
    let held = held(card)?;
    let groups = held.active.groups.len();
    let mut words = Words::new(card);
    words.view(0, true)?;
    let idle = words.banks(groups)?;
    let mut idle_disagreements = Vec::new();
    for core in 1..held.sides {
        words.view(core, true)?;
        idle_disagreements.extend(compare(core, idle.words(), words.banks(groups)?.words()));
    }
    words.view(0, false)?;
    Ok(Snapshot { held, idle, idle_disagreements })
}

/// Where another core holds a word differently than the first.
fn compare(core: u8, first: impl IntoIterator<Item = Valued>, other: impl IntoIterator<Item = Valued>) -> Vec<Disagreement> {
    let differ = first.into_iter().zip(other).filter(|(first, other)| first != other);
    differ.map(|((word, first), (_, other))| Disagreement { word, core, first, other }).collect()
}
