//! Frames that wait for the MAC of the station that they go to next, and whose MAC is asked for.

use crate::tables::Station;
use std::collections::VecDeque;
use std::time::Duration;

/// Frames that wait for a station, at most.
const FRAMES: usize = 3;
/// Frames that wait in all, and stations that are asked for in a second, at most.
const ALL: usize = 256;
/// How long a frame waits, at most; and how long a station is not asked for again.
const PATIENCE: Duration = Duration::from_secs(1);

/// A frame that waits, as it came.
#[derive(Debug)]
pub(crate) struct Waiter {
    /// By which interface it came.
    pub(crate) interface: u16,
    /// Its bytes.
    pub(crate) frame: Vec<u8>,
    /// Since when it waits.
    pub(crate) since: Duration,
}

/// What waits, in the order in which it came.
#[derive(Debug, Default)]
pub(crate) struct Waiting {
    frames: VecDeque<(Station, Waiter)>,
    asked: Vec<Asked>,
    /// Of the tables by which they wait.
    generation: u32,
}

#[derive(Debug)]
struct Asked {
    station: Station,
    at: Duration,
    is_told: bool,
}

impl Waiting {
    pub(crate) fn len(&self) -> usize {
        self.frames.len()
    }

    /// Whether one more frame may wait for a station.
    pub(crate) fn has_room(&self, station: Station) -> bool {
        self.frames.len() < ALL && self.frames.iter().filter(|(of, _)| *of == station).count() < FRAMES
    }

    pub(crate) fn hold(&mut self, station: Station, waiter: Waiter, generation: u32) {
        self.frames.push_back((station, waiter));
        self.generation = generation;
    }

    /// All that waits, if it does so by other tables than these.
    pub(crate) fn before(&mut self, generation: u32) -> VecDeque<(Station, Waiter)> {
        if self.frames.is_empty() || self.generation == generation { VecDeque::new() } else { std::mem::take(&mut self.frames) }
    }

    /// The next frame that has waited for too long.
    pub(crate) fn late(&mut self, now: Duration) -> Option<Waiter> {
        let is_late = |(_, waiter): &mut (Station, Waiter)| now.saturating_sub(waiter.since) >= PATIENCE;
        self.frames.pop_front_if(is_late).map(|(_, waiter)| waiter)
    }

    /// Asks for a station, unless that was done a short time ago.
    pub(crate) fn ask(&mut self, station: Station, now: Duration) {
        self.asked.retain(|asked| now.saturating_sub(asked.at) < PATIENCE);
        if self.asked.len() < ALL && !self.asked.iter().any(|asked| asked.station == station) {
            self.asked.push(Asked { station, at: now, is_told: false });
        }
    }

    /// The stations that are asked for, each once.
    pub(crate) fn asked(&mut self) -> impl Iterator<Item = Station> {
        self.asked.iter_mut().filter_map(|asked| (!std::mem::replace(&mut asked.is_told, true)).then_some(asked.station))
    }
}
