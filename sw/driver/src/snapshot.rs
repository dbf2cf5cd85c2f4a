//! What a card holds, read back from it.

use crate::card::{BusError, Card};
use crate::word::{Banks, Valued, Word, Words, every};
use contract::limits::GROUPS;
use contract::register::{CAPABILITIES, GENERATION, GEOMETRY, NEXT_GENERATION};
use control::Tables;

/// In NEXT_GENERATION: the idle banks are being written. A commit never announces it.
pub const UNFINISHED: u32 = 0xffff_ffff;

/// All that a card holds, of both banks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// What frames are decided by, as core 0 has it.
    pub active: Tables,
    /// What the next commit would bring, as core 0 has it.
    pub idle: Banks,
    /// The generation in force.
    pub generation: u32,
    /// What the idle banks hold.
    pub idle_generation: Idle,
    /// How many cores the card has.
    pub cores: u8,
    /// Words that another core holds differently: none on a sound card.
    pub disagreements: Vec<Disagreement>,
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

/// A word that two cores hold differently, although every write reaches both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disagreement {
    /// The word.
    pub word: Word,
    /// In the idle bank, or else the active one.
    pub idle: bool,
    /// The other core.
    pub core: u8,
    /// What core 0 holds.
    pub first: u32,
    /// What the other core holds.
    pub other: u32,
}

/// Reads everything that a card holds, from every core. Afterwards VIEW shows core 0 and the active banks.
///
/// # Errors
/// If a read fails.
pub fn learn(card: &mut impl Card) -> Result<Snapshot, BusError> {
    let groups = usize::from(card.read(CAPABILITIES.at(0))? as u8).min(GROUPS);
    let cores = (card.read(GEOMETRY.at(0))? >> 16) as u8;
    let mut words = Words::new(card);
    let (active, idle) = core(&mut words, 0, groups)?;
    let mut disagreements = Vec::new();
    for number in 1..cores {
        let (other_active, other_idle) = core(&mut words, number, groups)?;
        disagreements.extend(compare(number, false, every(&active), every(&other_active)));
        disagreements.extend(compare(number, true, idle.words(), other_idle.words()));
    }
    words.view(0, false)?;
    let idle_generation = match words.card.read(NEXT_GENERATION.at(0))? {
        0 => Idle::Nothing,
        UNFINISHED => Idle::Unfinished,
        number => Idle::Generation(number),
    };
    Ok(Snapshot { active, idle, generation: words.card.read(GENERATION.at(0))?, idle_generation, cores, disagreements })
}

/// One core's tables and idle banks.
fn core(words: &mut Words<impl Card>, core: u8, groups: usize) -> Result<(Tables, Banks), BusError> {
    words.view(core, true)?;
    let idle = words.banks(groups)?;
    words.view(core, false)?;
    Ok((words.tables(groups)?, idle))
}

/// Where two cores hold a word differently.
fn compare(
    core: u8,
    idle: bool,
    first: impl IntoIterator<Item = Valued>,
    other: impl IntoIterator<Item = Valued>,
) -> impl Iterator<Item = Disagreement> {
    let differ = first.into_iter().zip(other).filter(|(first, other)| first != other);
    differ.map(move |((word, first), (_, other))| Disagreement { word, idle, core, first, other })
}
