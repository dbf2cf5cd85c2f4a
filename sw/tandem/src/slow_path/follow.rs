//! The tables that the card decides by, learnt anew whenever they change.

use crate::{Global, card, output};
use anyhow::Result;
use contract::register::{CONTROL, GENERATION, GROUP_MAC_HI, GROUP_MAC_LO, MANAGER_ENABLE, NEIGHBOURS, PORT_PAIR, Register};
use driver::{BusError, Card, InForce, OpenError};
use model::State;
use std::thread;
use std::time::Duration;

/// What tells whether a card decides otherwise than before: its generation, which every commit changes, and what takes effect without a commit.
const WATCHED: [&Register; 7] = [&GENERATION, &CONTROL, &MANAGER_ENABLE, &PORT_PAIR, &GROUP_MAC_LO, &GROUP_MAC_HI, &NEIGHBOURS];

/// What a card decides by.
pub(crate) struct Learnt {
    pub(crate) state: State,
    pub(crate) generation: u32,
    watched: Vec<u32>,
}

fn watched(card: &mut impl Card) -> Result<Vec<u32>, BusError> {
    let words = WATCHED.iter().flat_map(|register| (0..register.count as usize).map(|place| register.at(place)));
    words.map(|address| card.read(address)).collect()
}

/// Learns what the card decides by.
///
/// # Errors
/// If it cannot be read.
pub(crate) fn learn(global: &Global) -> Result<Learnt> {
    let mut card = card::open(global)?;
    // Before the tables: what changes meanwhile is seen the next time.
    let watched = watched(&mut card)?;
    let InForce { active, generation } = card::in_force(&mut card)?;
    Ok(Learnt { state: active.state_at(generation), generation, watched })
}

/// Looks after the card each time that `interval` has passed, in a thread of its own, and hands over what it decides by when that has changed.
pub(crate) fn follow(global: Global, learnt: &Learnt, interval: Duration, hand_over: impl Fn(Learnt) -> bool + Send + 'static) {
    let mut last = learnt.watched.clone();
    let mut generation = learnt.generation;
    thread::spawn(move || {
        let mut is_blind = false;
        loop {
            thread::sleep(interval);
            match changed(&global, &last) {
                Ok(None) if is_blind => output::tell("slow-path: the card can be read again"),
                Ok(None) => {}
                Ok(Some(learnt)) => {
                    (last, generation) = (learnt.watched.clone(), learnt.generation);
                    if !hand_over(learnt) {
                        return;
                    }
                }
                // Somebody changes it, and will be done soon.
                Err(error) if error.downcast_ref().is_some_and(|error| matches!(error, OpenError::Busy { .. })) => continue,
                Err(error) => {
                    if !is_blind {
                        output::tell(format_args!("warning: slow-path: {error:#}; it goes on by the tables of generation {generation}"));
                    }
                    is_blind = true;
                    continue;
                }
            }
            is_blind = false;
        }
    });
}

fn changed(global: &Global, last: &[u32]) -> Result<Option<Learnt>> {
    let now = watched(&mut card::open(global)?)?;
    if now == last { Ok(None) } else { learn(global).map(Some) }
}
