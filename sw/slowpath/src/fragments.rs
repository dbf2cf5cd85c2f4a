//! Virtual reassembly: every fragment goes where its datagram's unfragmented packets go, such as to a manager. Nothing is put together.
//! What its [`Context`] itself answers is *gathered*: held until every byte has come, within the same bounds, and handed over at once.
//!
//! A datagram is *held* until its first fragment comes, then *receiving*: where it goes is remembered. It is *complete* when every byte has
//! come, and *dropped* after a fault. Each state has its time, after which the datagram is forgotten.

pub mod bounds;
mod datagram;
pub mod pieces;
mod queues;

pub use bounds::Bounds;

use crate::fragment::{Fragment, Key, Need};
use crate::{Fate, Time};
use bounds::{RECEIVES, cost};
use datagram::{Datagram, State};
use model::transport::TCP;
use pieces::{Piece, Pieces};
use queues::{Queues, Stage};
use std::collections::HashMap;

/// Who says where fragments go, and sends or drops them: the tables of a card, or the connections of a traffic manager.
pub trait Context {
    /// Where the fragments of a datagram go.
    type Target: Copy;

    /// What time it is.
    fn now(&self) -> Time;

    /// Where a fragment goes that needs no ports.
    fn alone(&mut self, frame: &[u8], fragment: &Fragment) -> Self::Target;

    /// Where the datagram of a first fragment goes.
    ///
    /// # Errors
    /// Why the datagram is dropped.
    fn first(&mut self, frame: &[u8], fragment: &Fragment) -> Result<Self::Target, Fate>;

    /// Sends a fragment there.
    fn forward(&mut self, target: Self::Target, frame: Vec<u8>);

    /// Counts fragments that were dropped.
    fn drop(&mut self, fate: Fate, frames: usize);

    /// Whether the datagram of this fragment, which needs no ports, is held until all of it has come.
    fn gathers(&self, _fragment: &Fragment) -> bool {
        false
    }

    /// Takes all fragments of a datagram that it gathers, in the order in which they came. They are no longer held, and counted by nobody else.
    fn gathered(&mut self, _frames: Vec<Box<[u8]>>) {}
}

/// The fragment handler.
#[derive(Clone, Debug)]
pub struct Fragments<T> {
    bounds: Bounds,
    /// By the standard library's keyed hash: nobody can choose datagrams that collide.
    datagrams: HashMap<Key, Datagram<T>>,
    queues: Queues,
    held: usize,
}

impl<T: Copy> Fragments<T> {
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
    pub fn take(&mut self, context: &mut impl Context<Target = T>, frame: Vec<u8>, fragment: &Fragment) {
        let gathers = fragment.need() == Need::Nothing && context.gathers(fragment);
        if fragment.need() == Need::Nothing && !gathers {
            let target = context.alone(&frame, fragment);
            return context.forward(target, frame);
        }
        if !self.datagrams.contains_key(&fragment.key) && !self.make_room(context) {
            return context.drop(Fate::TableFull, 1);
        }
        match self.note(context, &frame, fragment, gathers) {
            Ok(Some(target)) => self.forward(context, frame, fragment, target),
            Ok(None) => {
                self.hold(context, frame, fragment);
                if gathers {
                    self.hand_over(context, fragment.key);
                }
            }
            Err(Fate::Duplicate) => context.drop(Fate::Duplicate, 1),
            Err(fate) => {
                self.abandon(context, fragment.key, fate);
                context.drop(fate, 1);
            }
        }
    }

    /// Forgets the datagrams whose time is up.
    pub fn expire(&mut self, context: &mut impl Context<Target = T>) {
        while let Some(key) = self.queues.due(context.now()) {
            self.forget(context, key, Fate::TimeUp);
        }
    }

    /// Takes note of a fragment: where it goes, or `None` if that is not known yet.
    ///
    /// # Errors
    /// Why its datagram is dropped; or `Duplicate` for a copy of a fragment that is held.
    fn note(
        &mut self,
        context: &mut impl Context<Target = T>,
        frame: &[u8],
        fragment: &Fragment,
        gathers: bool,
    ) -> Result<Option<T>, Fate> {
        // A datagram of which nothing is known is held, until the first fragment that comes says more.
        let datagram = self.datagrams.entry(fragment.key).or_insert_with(|| {
            let ticket = self.queues.enter(Stage::Held, context.now() + self.bounds.until_first, fragment.key);
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
        if fragment.bytes.start == 0 && !gathers {
            let target = context.first(frame, fragment)?;
            datagram.pieces.add(&fragment.bytes, fragment.more)?;
            return Ok(Some(target));
        }
        match (datagram.pieces.add(&fragment.bytes, fragment.more)?, &datagram.state) {
            (_, State::Receiving(target) | State::Complete(target)) => Ok(Some(*target)),
            (Piece::Copy, _) => Err(Fate::Duplicate),
            (Piece::New, _) => Ok(None),
        }
    }

    /// Sends a fragment on, and after a first one those that were held for it.
    fn forward(&mut self, context: &mut impl Context<Target = T>, frame: Vec<u8>, fragment: &Fragment, target: T) {
        context.forward(target, frame);
        let datagram = self.datagrams.get_mut(&fragment.key).expect("the fragment was noted");
        for frame in datagram.free(&mut self.queues, fragment.key) {
            self.held -= 1;
            context.forward(target, frame.into_vec());
        }
        let is_complete = datagram.pieces.is_complete();
        if is_complete && matches!(datagram.state, State::Complete(_)) {
            // A copy of a fragment does not keep the datagram in mind for longer.
            datagram.state = State::Complete(target);
            return;
        }
        let (state, stage, time) = if is_complete {
            (State::Complete(target), Stage::Complete, self.bounds.after_complete)
        } else {
            (State::Receiving(target), Stage::Receiving, self.bounds.after_last)
        };
        datagram.state = state;
        datagram.ticket = self.queues.move_to(datagram.ticket, stage, context.now() + time, fragment.key);
    }

    /// Holds a fragment, in the place of the oldest ones where a bound is met.
    fn hold(&mut self, context: &mut impl Context<Target = T>, frame: Vec<u8>, fragment: &Fragment) {
        let (key, cost) = (fragment.key, cost(&frame));
        let datagram = &self.datagrams[&key];
        let State::Held(frames, weight) = &datagram.state else { unreachable!("a fragment is held only until it is known where it goes") };
        if frames.len() >= self.bounds.fragments || weight + fragment.weight() > self.bounds.datagram_bytes {
            self.abandon(context, key, Fate::DatagramBound);
            return context.drop(Fate::DatagramBound, 1);
        }
        while self.queues.bytes_of(key.source) + cost > self.bounds.bytes_of_source() {
            let oldest = self.queues.oldest_of(key.source).unwrap_or(key);
            self.abandon(context, oldest, Fate::SourceShare);
            if oldest == key {
                return context.drop(Fate::SourceShare, 1);
            }
        }
        while self.queues.bytes() + cost > self.bounds.bytes {
            let oldest = self.queues.oldest_holding().unwrap_or(key);
            self.abandon(context, oldest, Fate::BytesBound);
            if oldest == key {
                return context.drop(Fate::BytesBound, 1);
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

    /// Hands over a datagram that is gathered, once every byte of it has come. Copies of its fragments that come later are dropped.
    fn hand_over(&mut self, context: &mut impl Context<Target = T>, key: Key) {
        let Some(datagram) = self.datagrams.get_mut(&key).filter(|datagram| datagram.pieces.is_complete()) else { return };
        let frames = datagram.free(&mut self.queues, key);
        (datagram.state, datagram.pieces) = (State::Dropped(Fate::Duplicate), Pieces::default());
        datagram.ticket = self.queues.move_to(datagram.ticket, Stage::Complete, context.now() + self.bounds.after_complete, key);
        self.held -= frames.len();
        context.gathered(frames);
    }

    /// Drops what is held of a datagram, and remembers to drop what follows.
    fn abandon(&mut self, context: &mut impl Context<Target = T>, key: Key, fate: Fate) {
        let Some(datagram) = self.datagrams.get_mut(&key) else { return };
        let dropped = datagram.free(&mut self.queues, key).len();
        datagram.state = State::Dropped(fate);
        datagram.pieces = Pieces::default();
        datagram.ticket = self.queues.move_to(datagram.ticket, Stage::Dropped, context.now() + self.bounds.after_last, key);
        self.held -= dropped;
        context.drop(fate, dropped);
    }

    /// Drops what is held of a datagram, and forgets it.
    fn forget(&mut self, context: &mut impl Context<Target = T>, key: Key, fate: Fate) {
        let Some(mut datagram) = self.datagrams.remove(&key) else { return };
        let dropped = datagram.free(&mut self.queues, key).len();
        self.queues.leave(datagram.ticket);
        self.held -= dropped;
        context.drop(fate, dropped);
    }

    /// Makes room for one more datagram: the oldest that is held goes, else one of which nothing more is expected.
    fn make_room(&mut self, context: &mut impl Context<Target = T>) -> bool {
        if self.datagrams.len() < self.bounds.datagrams {
            return true;
        }
        // The deadline of a datagram whose last packet came that long ago.
        let silent = (context.now() + self.bounds.after_last).saturating_sub(RECEIVES);
        let oldest = [Stage::Held, Stage::Dropped, Stage::Complete].into_iter().find_map(|stage| self.queues.oldest(stage, Time::MAX));
        let Some(key) = oldest.or_else(|| self.queues.oldest(Stage::Receiving, silent)) else { return false };
        self.forget(context, key, Fate::DatagramsBound);
        true
    }
}
