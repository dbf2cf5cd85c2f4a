//! One register written and read back: PCIe carries writes without an answer, so only a read tells what the card took.

use crate::card::{BusError, Card};
use contract::field::Effect;
use contract::register::{MAP, Register, VIEW, VIEW_IDLE_BANK, decode};

/// What a card holds after a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WrittenBack {
    /// What the register reads, of banked state in the idle bank; `None` if it cannot be read.
    pub reads: Option<u32>,
    /// The register whose write puts the word in force, if a read shows what is in force until then.
    pub held_until: Option<&'static str>,
    /// Whether the word is in an idle bank, and decides nothing before a commit.
    pub idle: bool,
}

/// Writes a word and reads it back. VIEW, and the index of a register that is reached by one, are afterwards as the write alone leaves them.
///
/// # Errors
/// If an access does not take place; that the register cannot be read is none.
pub fn write_back(card: &mut impl Card, address: u32, value: u32) -> Result<WrittenBack, BusError> {
    let Some((register, _)) = decode(address) else {
        card.write(address, value)?;
        return Ok(WrittenBack { reads: readable(card.read(address))?, held_until: None, idle: false });
    };
    let index = index_of(register);
    let place = index.map(|index| card.read(index.at(0))).transpose()?;
    card.write(address, value)?;
    let next = index.map(|index| card.read(index.at(0))).transpose()?;
    let (idle, view) = (has(register, Effect::OnCommit), card.read(VIEW.at(0))?);
    if idle {
        card.write(VIEW.at(0), view | VIEW_IDLE_BANK)?;
    }
    point(card, index, place)?;
    let reads = readable(card.read(address))?;
    point(card, index, next)?;
    if idle {
        card.write(VIEW.at(0), view)?;
    }
    // Where a row has several words, the index tells which of them this is.
    let words = register.fields.iter().map(|field| field.word).max().map_or(1, |last| u32::from(last) + 1);
    let word = place.map_or(0, |place| place % words);
    let held_until = register.fields.iter().find_map(|field| match field.effect {
        Effect::HeldUntil(name) if u32::from(field.word) == word && reads != Some(value) => Some(name),
        _ => None,
    });
    Ok(WrittenBack { reads, held_until, idle })
}

fn has(register: &Register, effect: Effect) -> bool {
    register.fields.iter().any(|field| field.effect == effect)
}

/// The register that tells which word this one reaches, if it reaches more than one. Every access moves it on.
fn index_of(register: &Register) -> Option<&'static Register> {
    let rows = register.name.strip_suffix("_DATA")?;
    MAP.iter().find(|other| other.name.strip_suffix("_INDEX") == Some(rows))
}

fn point(card: &mut impl Card, index: Option<&Register>, place: Option<u32>) -> Result<(), BusError> {
    index.zip(place).map_or(Ok(()), |(index, place)| card.write(index.at(0), place))
}

fn readable(read: Result<u32, BusError>) -> Result<Option<u32>, BusError> {
    match read {
        Ok(word) => Ok(Some(word)),
        Err(BusError::Read { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}
