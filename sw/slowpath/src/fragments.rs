//! Virtual reassembly: every fragment goes to the manager that its datagram's unfragmented packets go to. Nothing is put together.
//!
//! A datagram is *held* until its first fragment comes, then *receiving*: its manager is remembered. It is *complete* when every byte has
//! come, and *dropped* after a fault. Each state has its time, after which the datagram is forgotten.

pub mod bounds;
mod datagram;
pub mod pieces;
mod queues;

pub use bounds::Bounds;

use crate::fragment::{Fragment, Key, Need};
use crate::tables::Tables;
use crate::{Counters, Fate, Output, Time};
use bounds::{RECEIVES, cost};
use contract::code::Reason;
use datagram::{Datagram, Stage, State};
use model::transport::TCP;
use pieces::{Piece, Pieces};
use queues::Queues;
use std::collections::HashMap;

/// The fragment handler.
#[derive(Clone, Debug)]
pub struct Fragments {
    bounds: Bounds,
    /// By the standard library's keyed hash: nobody can choose datagrams that collide.
    datagrams: HashMap<Key, Datagram>,
    queues: Queues,
    held: usize,
}

/// What a call works with.
#[derive(Debug)]
pub(crate) struct Context<'a> {
    pub(crate) now: Time,
    pub(crate) tables: &'a Tables,
    pub(crate) counters: &'a mut Counters,
    pub(crate) out: &'a mut Vec<Output>,
}

impl Context<'_> {
    fn forward(&mut self, manager: u8, frame: Vec<u8>) {
        match self.tables.fragment_to_manager(manager, frame) {
            Ok(output) => {
                self.out.push(output);
                self.counters.count(Fate::Fragment, 1);
            }
            Err(fate) => self.counters.count(fate, 1),
        }
    }

    fn drop(&mut self, fate: Fate) {
        self.counters.count(fate, 1);
    }
}

impl Fragments {
    /// A handler that remembers nothing yet.
    pub fn new(bounds: Bounds) -> Self {
        Self { bounds, datagrams: HashMap::new(), queues: Queues::default(), held: 0 }
    }

    /// Datagrams that are remembered, in any state.
    pub fn datagrams(&self) -> usize {
        self.datagrams.len()
    }

    /// Frames that are held.
    pub fn held(&self) -> usize {
        self.held
    }

    /// Bytes that are in use for frames that are held.
    pub fn bytes(&self) -> usize {
        self.queues.bytes()
    }

    /// When the next datagram is forgotten.
    pub fn next(&self) -> Option<Time> {
        self.queues.next()
    }

    /// Takes a fragment, after those whose time was up by now have been forgotten.
    pub(crate) fn take(&mut self, context: &mut Context<'_>, frame: Vec<u8>, fragment: &Fragment) {
        if fragment.need() == Need::Nothing {
            let decision = model::decide_subject(context.tables.state(), &fragment.alone());
            return context.forward(decision.manager.unwrap_or(0), frame);
        }
        if !self.datagrams.contains_key(&fragment.key) && !self.make_room(context) {
            return context.drop(Fate::TableFull);
        }
        match self.note(context, &frame, fragment) {
            Ok(Some(manager)) => self.forward(context, frame, fragment, manager),
            Ok(None) => self.hold(context, frame, fragment),
            Err(Fate::Duplicate) => context.drop(Fate::Duplicate),
            Err(fate) => {
                self.abandon(context, fragment.key, fate);
                context.drop(fate);
            }
        }
    }

    /// Forgets the datagrams whose time is up.
    pub(crate) fn expire(&mut self, context: &mut Context<'_>) {
        while let Some(key) = self.queues.due(context.now) {
            self.forget(context, key, Fate::TimeUp);
        }
    }

    /// Takes note of a fragment: the manager that it goes to, or `None` if that is not known yet.
    ///
    /// # Errors
    /// Why its datagram is dropped; or `Duplicate` for a copy of a fragment that is held.
    fn note(&mut self, context: &Context<'_>, frame: &[u8], fragment: &Fragment) -> Result<Option<u8>, Fate> {
        // A datagram of which nothing is known is held, until the first fragment that comes says more.
        let datagram = self.datagrams.entry(fragment.key).or_insert_with(|| {
            let ticket = self.queues.enter(Stage::Held, context.now + self.bounds.until_first, fragment.key);
            Datagram { state: State::Held(vec![], 0), ticket, pieces: Pieces::default() }
        });
        if let State::Dropped(fate) = datagram.state {
            return Err(fate);
        }
        if fragment.key.protocol == TCP && fragment.bytes.start == 8 {
            return Err(Fate::TinyTcp);
        }
        if !fragment.is_whole {
            return Err(Fate::FragmentLength);
        }
        if fragment.headers + fragment.bytes.end > bounds::DATAGRAM {
            return Err(Fate::DatagramTooLong);
        }
        if fragment.bytes.start == 0 {
            let manager = first(context.tables, frame, fragment)?;
            datagram.pieces.add(&fragment.bytes, fragment.more)?;
            return Ok(Some(manager));
        }
        match (datagram.pieces.add(&fragment.bytes, fragment.more)?, &datagram.state) {
            (_, State::Receiving(manager) | State::Complete(manager)) => Ok(Some(*manager)),
            (Piece::Copy, _) => Err(Fate::Duplicate),
            (Piece::New, _) => Ok(None),
        }
    }

    /// Sends a fragment to its manager, and after a first one those that were held for it.
    fn forward(&mut self, context: &mut Context<'_>, frame: Vec<u8>, fragment: &Fragment, manager: u8) {
        context.forward(manager, frame);
        let datagram = self.datagrams.get_mut(&fragment.key).expect("the fragment was noted");
        for frame in datagram.free(&mut self.queues, fragment.key) {
            self.held -= 1;
            context.forward(manager, frame.into_vec());
        }
        let is_complete = datagram.pieces.is_complete();
        if is_complete && matches!(datagram.state, State::Complete(_)) {
            // A copy of a fragment does not keep the datagram in mind for longer.
            datagram.state = State::Complete(manager);
            return;
        }
        let (state, stage, time) = if is_complete {
            (State::Complete(manager), Stage::Complete, self.bounds.after_complete)
        } else {
            (State::Receiving(manager), Stage::Receiving, self.bounds.after_last)
        };
        datagram.state = state;
        datagram.ticket = self.queues.move_to(datagram.ticket, stage, context.now + time, fragment.key);
    }

    /// Holds a fragment, in the place of the oldest ones where a bound is met.
    fn hold(&mut self, context: &mut Context<'_>, frame: Vec<u8>, fragment: &Fragment) {
        let (key, cost) = (fragment.key, cost(&frame));
        let datagram = &self.datagrams[&key];
        let State::Held(frames, weight) = &datagram.state else { unreachable!("a fragment is held only until its manager is known") };
        if frames.len() >= self.bounds.fragments || weight + fragment.weight() > self.bounds.datagram_bytes {
            self.abandon(context, key, Fate::DatagramBound);
            return context.drop(Fate::DatagramBound);
        }
        while self.queues.bytes_of(key.source) + cost > self.bounds.bytes_of_source() {
            let oldest = self.queues.oldest_of(key.source).unwrap_or(key);
            self.abandon(context, oldest, Fate::SourceShare);
            if oldest == key {
                return context.drop(Fate::SourceShare);
            }
        }
        while self.queues.bytes() + cost > self.bounds.bytes {
            let oldest = self.queues.oldest_holding().unwrap_or(key);
            self.abandon(context, oldest, Fate::BytesBound);
            if oldest == key {
                return context.drop(Fate::BytesBound);
            }
        }
        let datagram = self.datagrams.get_mut(&key).expect("nobody has abandoned it");
        if let State::Held(frames, weight) = &mut datagram.state {
            frames.push(frame.into_boxed_slice());
            *weight += fragment.weight();
            self.held += 1;
            self.queues.charge(datagram.ticket, key, cost);
        }
    }

    /// Drops what is held of a datagram, and remembers to drop what follows.
    fn abandon(&mut self, context: &mut Context<'_>, key: Key, fate: Fate) {
        let Some(datagram) = self.datagrams.get_mut(&key) else { return };
        let dropped = datagram.free(&mut self.queues, key).len();
        datagram.state = State::Dropped(fate);
        datagram.pieces = Pieces::default();
        datagram.ticket = self.queues.move_to(datagram.ticket, Stage::Dropped, context.now + self.bounds.after_last, key);
        self.held -= dropped;
        context.counters.count(fate, dropped);
    }

    /// Drops what is held of a datagram, and forgets it.
    fn forget(&mut self, context: &mut Context<'_>, key: Key, fate: Fate) {
        let Some(mut datagram) = self.datagrams.remove(&key) else { return };
        let dropped = datagram.free(&mut self.queues, key).len();
        self.queues.leave(datagram.ticket);
        self.held -= dropped;
        context.counters.count(fate, dropped);
    }

    /// Makes room for one more datagram: the oldest that is held goes, else one of which nothing more is expected.
    fn make_room(&mut self, context: &mut Context<'_>) -> bool {
        if self.datagrams.len() < self.bounds.datagrams {
            return true;
        }
        // The deadline of a datagram whose last packet came that long ago.
        let silent = (context.now + self.bounds.after_last).saturating_sub(RECEIVES);
        let oldest = [Stage::Held, Stage::Dropped, Stage::Complete].into_iter().find_map(|stage| self.queues.oldest(stage, Time::MAX));
        let Some(key) = oldest.or_else(|| self.queues.oldest(Stage::Receiving, silent)) else { return false };
        self.forget(context, key, Fate::DatagramsBound);
        true
    }
}

/// The manager of a datagram, by its first fragment; 0 if there is none.
fn first(tables: &Tables, frame: &[u8], fragment: &Fragment) -> Result<u8, Fate> {
    let subject = fragment.unfragmented(frame).map_err(|reason| match reason {
        Reason::TooDeep => Fate::ChainTooLong,
        _ => Fate::FirstWithoutPorts,
    })?;
    Ok(model::decide_subject(tables.state(), &subject).manager.unwrap_or(0))
}
