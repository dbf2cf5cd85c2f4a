//! How a card in service is brought from one state to another, and back.
//!
//! Everything that must change together is written into the idle banks, read back, and put in force in one commit. Whoever is killed on
//! the way leaves a card that serves the old state or the new one; NEXT_GENERATION tells what its idle banks hold, and the next [`apply`]
//! writes what is wrong in them.

mod error;

pub use error::DeployError;

use crate::card::{BusError, Card, wait_for_commit};
use crate::meter::{AccessCounts, Meter};
use crate::snapshot::{Disagreement, Idle, Snapshot, UNFINISHED, held};
use crate::word::{Banks, SWITCH, Valued, Word, Words, every, rows};
use contract::register::{COMMIT, GENERATION, NEXT_GENERATION, every_unit};
use contract::row::ManagerRow;
use control::{Digest, Tables};
use model::manager_table::Manager;
use serde::Serialize;

/// Accesses of an [`apply`] that do not depend on how much changes, on a card with two decision sides.
pub const OVERHEAD: u64 = 20;

/// What [`apply`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Applied {
    /// The generation in force.
    pub generation: u32,
    /// Whether banks changed places. If only what is not banked differed, they did not, and the generation is the one from before.
    pub committed: bool,
    /// The digest of everything that the card holds now, as read back from it.
    pub digest: Digest,
    /// How many words of the tables were written.
    pub words: usize,
    /// What the change took: for each word at most two accesses and two more for each decision side, and [`OVERHEAD`].
    pub change: AccessCounts,
    /// What it took to read back everything in force at the end, whatever the change.
    pub audit: AccessCounts,
}

/// What [`rollback`] did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RolledBack {
    /// The generation in force again.
    pub generation: u32,
    /// The one that was left; it lies in the idle banks now, and a later `apply` gets a greater number.
    pub left: u32,
    /// Managers that were enabled again for it. Group MACs, port pairs, `neighbours` and the enable switch are not banked: they stay as the generation
    /// that was left had them.
    pub enabled: Vec<u8>,
    /// What it took.
    pub change: AccessCounts,
    /// What the card holds now, as read back from it.
    #[serde(skip)]
    pub tables: Tables,
}

/// Brings a card from what it was found to hold into another state.
///
/// Frames are decided by the old tables until the one commit, and by the new ones after it. Managers that come are enabled before it, and those
/// that leave are disabled after it. Group MACs, port pairs and `neighbours` that differ change one by one after it, and a card is enabled last, but disabled
/// just before the commit. Every word written is read back from every decision side before the commit, and at the end everything in force is.
///
/// # Errors
/// At the first access that fails or reads back wrong. What was not committed by then has no effect.
pub fn apply(card: &mut impl Card, now: &Snapshot, next: &Tables) -> Result<Applied, DeployError> {
    let has = now.active.groups.len();
    if next.groups.len() != has {
        return Err(DeployError::Groups { wanted: next.groups.len(), has });
    }
    let mut change = Change::new(card, now);
    wait_for_commit(&mut change.words.card)?;
    let committed = Banks::of(&now.active) != Banks::of(next) || !now.disagreements.is_empty();
    let mut generation = now.generation;
    if committed {
        change.tag(UNFINISHED)?;
        change.enable_newcomers(next)?;
        change.write_banks(next)?;
        if now.active.enabled && !next.enabled {
            change.words.write((SWITCH, 0))?;
        }
        generation = successor(now);
        change.commit(generation)?;
    }
    change.write_rows(next, committed)?;
    if committed {
        change.tag(now.generation)?;
    }
    let (words, spent) = (change.written, change.words.card.traffic);
    let meter = &mut change.words.card;
    let digest = audit(meter, next)?;
    Ok(Applied { generation, committed, digest, words, change: spent, audit: meter.traffic - spent })
}

/// Puts the previous generation in force again, which the idle banks hold.
///
/// # Errors
/// If they do not hold it, or an access fails.
pub fn rollback(card: &mut impl Card, now: &Snapshot) -> Result<RolledBack, DeployError> {
    let generation = match now.idle_generation {
        Idle::Nothing => return Err(DeployError::NothingBefore),
        Idle::Unfinished => return Err(DeployError::Interrupted),
        // Between a commit and the moment when the idle banks get their number again.
        Idle::Generation(idle) if idle == now.generation => return Err(DeployError::Interrupted),
        Idle::Generation(idle) if idle > now.generation => return Err(DeployError::NotOlder { active: now.generation, idle }),
        Idle::Generation(number) => number,
    };
    if let Some(&Disagreement { word, core, first, other }) = now.idle_disagreements.first() {
        return Err(DeployError::CoresDiffer { word, core, first, other });
    }
    let Banks { groups, rules, managers } = now.idle.clone();
    let managers = std::array::from_fn(|id| Manager::new(managers[id], now.active.managers[id].enabled));
    let mut target = Tables { groups, rules, managers, ..now.active.clone() };
    let mut enabled = Vec::new();
    for (id, &named) in (0..=u8::MAX).zip(&now.idle.named()) {
        let manager = &mut target.managers[usize::from(id)];
        if named && !manager.enabled {
            if manager.mac == [0; 6] {
                return Err(DeployError::RowLost { manager: id });
            }
            manager.enabled = true;
            enabled.push(id);
        }
        // It came with the generation that is left.
        manager.enabled &= manager.row() != ManagerRow::default();
    }
    let mut change = Change::new(card, now);
    wait_for_commit(&mut change.words.card)?;
    change.enable_newcomers(&target)?;
    change.commit(generation)?;
    change.write_rows(&target, true)?;
    change.tag(now.generation)?;
    let spent = change.words.card.traffic;
    audit(&mut change.words.card, &target)?;
    Ok(RolledBack { generation, left: now.generation, enabled, change: spent, tables: target })
}

/// A number greater than those that the card holds, or 1 when they are used up: a rollback is then refused, not misled.
fn successor(now: &Snapshot) -> u32 {
    let idle = if let Idle::Generation(number) = now.idle_generation { number } else { 0 };
    now.generation.max(idle).checked_add(1).filter(|&number| number != UNFINISHED).unwrap_or(1)
}

/// A change on its way.
struct Change<'a, C> {
    words: Words<Meter<C>>,
    now: &'a Snapshot,
    /// What the card holds by now of what is not banked.
    present: Tables,
    written: usize,
}

impl<'a, C: Card> Change<'a, C> {
    fn new(card: C, now: &'a Snapshot) -> Self {
        Self { words: Words::new(Meter::new(card)), now, present: now.active.clone(), written: 0 }
    }

    /// Says what the idle banks hold.
    fn tag(&mut self, generation: u32) -> Result<(), BusError> {
        self.words.write((Word::Register(NEXT_GENERATION.at(0)), generation))
    }

    /// Enables those managers that no active entry leads to: they get their first frames with the commit.
    fn enable_newcomers(&mut self, target: &Tables) -> Result<(), DeployError> {
        let named = Banks::of(&self.now.active).named();
        let mut wanted = self.present.clone();
        for (id, manager) in wanted.managers.iter_mut().enumerate() {
            manager.enabled |= target.managers[id].enabled && !named[id];
        }
        let changed = rows(&self.present).zip(rows(&wanted)).filter(|(present, wanted)| present != wanted);
        let changed: Vec<Valued> = changed.flat_map(|(_, wanted)| wanted).collect();
        self.present = wanted;
        self.write_and_verify(&changed, false, false)
    }

    /// Writes what is not banked, as far as it differs or the decision sides do not agree about it.
    fn write_rows(&mut self, target: &Tables, committed: bool) -> Result<(), DeployError> {
        let changed = rows(&self.present)
            .zip(rows(target))
            .filter(|(present, wanted)| present != wanted || wanted.iter().any(|(word, _)| self.is_doubtful(*word, false)));
        let changed: Vec<Valued> = changed.flat_map(|(_, wanted)| wanted).collect();
        self.write_and_verify(&changed, false, committed)
    }

    /// Writes what differs in the idle banks.
    fn write_banks(&mut self, target: &Tables) -> Result<(), DeployError> {
        let wanted = Banks::of(target);
        let changed = self.now.idle.words().zip(wanted.words());
        let changed = changed.filter(|(present, wanted)| present != wanted || self.is_doubtful(wanted.0, true));
        let changed: Vec<Valued> = changed.map(|(_, wanted)| wanted).collect();
        self.write_and_verify(&changed, true, false)
    }

    fn is_doubtful(&self, word: Word, idle: bool) -> bool {
        let disagreements = if idle { &self.now.idle_disagreements } else { &self.now.disagreements };
        disagreements.iter().any(|found| found.word == word)
    }

    /// Exchanges all banks, waits until that is complete, and asks every decision side whether it has the generation.
    fn commit(&mut self, wanted: u32) -> Result<(), DeployError> {
        let units = every_unit(self.now.active.groups.len());
        self.tag(wanted)?;
        self.words.write((Word::Register(COMMIT.at(0)), units))?;
        wait_for_commit(&mut self.words.card)?;
        for core in 0..self.now.sides {
            self.words.view(core, false)?;
            let read = self.words.read(Word::Register(GENERATION.at(0)))?;
            if read != wanted {
                return Err(DeployError::Generation { core, wanted, read });
            }
        }
        Ok(())
    }

    /// Writes words, and reads them back from every decision side.
    fn write_and_verify(&mut self, words: &[Valued], idle: bool, committed: bool) -> Result<(), DeployError> {
        if words.is_empty() {
            return Ok(());
        }
        self.written += words.len();
        self.words.write_all(words)?;
        for core in 0..self.now.sides {
            self.words.view(core, idle)?;
            let held = self.words.read_all(words.iter().map(|&(word, _)| word))?;
            for (&(word, wanted), read) in words.iter().zip(held) {
                if read != wanted {
                    return Err(DeployError::Readback { word, core, wanted, read, committed });
                }
            }
        }
        Ok(())
    }
}

/// Reads back what every decision side decides by, and holds it against what the card shall hold.
fn audit(card: &mut impl Card, target: &Tables) -> Result<Digest, DeployError> {
    let found = held(card)?;
    let digest = found.active.digest();
    let wrong = every(target).into_iter().zip(every(&found.active)).find(|(wanted, read)| wanted != read);
    let wrong = wrong.map(|((word, wanted), (_, read))| (word, 0, wanted, read));
    let odd = found.disagreements.first().map(|odd| (odd.word, odd.core, odd.first, odd.other));
    match wrong.or(odd) {
        None => Ok(digest),
        Some((word, core, wanted, read)) => Err(DeployError::Readback { word, core, wanted, read, committed: true }),
    }
}
