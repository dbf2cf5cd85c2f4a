//! A frame's walk through the slow path.

use crate::fragment::Fragment;
use crate::fragments::{Bounds, Context, Fragments};
use crate::malformed::{Fault, Kept, Ring};
use crate::responder::{Question, Rate, Responder, arp, discovery};
use crate::tables::Tables;
use crate::walk::deep;
use crate::{Counters, Fate, Output, Time, To};
use contract::code::Reason;
use contract::row::{Mac, Neighbours};
use model::ethernet::{self, Ethernet};
use model::{State, Subject, Walk};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// What an operator sets.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// The groups' addresses, each with its group's MAC.
    pub addresses: BTreeMap<IpAddr, Mac>,
    /// How many answers a source gets.
    pub rate: Rate,
    /// What fragments may cost.
    pub bounds: Bounds,
    /// How many malformed frames are kept.
    pub kept: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self { addresses: BTreeMap::new(), rate: Rate::default(), bounds: Bounds::default(), kept: 256 }
    }
}

/// The slow path of a card: frames and the time go in, frames come out.
#[derive(Clone, Debug)]
pub struct SlowPath {
    tables: Tables,
    responder: Responder,
    fragments: Fragments<u8>,
    malformed: Ring,
    counters: Counters,
}

/// What the walk found a frame to be.
enum Case {
    /// A question for a group's address; `None` if it breaks the rules for questions.
    Question(Ethernet, Option<Question>),
    PassOn,
    ToTap,
    Bridge,
    Malformed(Fault),
    ChainTooLong,
    Fragment(Fragment),
    /// For this manager; 0 if there is none.
    Decided(u8),
}

/// Fragments go to managers by the tables of the card; 0 is none.
struct ByTables<'a> {
    now: Time,
    tables: &'a Tables,
    counters: &'a mut Counters,
    out: &'a mut Vec<Output>,
}

impl ByTables<'_> {
    fn manager(&self, subject: &Subject) -> u8 {
        model::decide_subject(self.tables.state(), subject).manager.unwrap_or(0)
    }
}

impl Context for ByTables<'_> {
    type Target = u8;

    fn now(&self) -> Time {
        self.now
    }

    fn alone(&mut self, _frame: &[u8], fragment: &Fragment) -> u8 {
        self.manager(&fragment.alone())
    }

    fn first(&mut self, frame: &[u8], fragment: &Fragment) -> Result<u8, Fate> {
        Ok(self.manager(&fragment.unfragmented(frame).map_err(Fate::of_first)?))
    }

    fn forward(&mut self, manager: u8, frame: Vec<u8>) {
        match self.tables.fragment_to_manager(manager, frame) {
            Ok(output) => {
                self.out.push(output);
                self.counters.count(Fate::Fragment, 1);
            }
            Err(fate) => self.drop(fate, 1),
        }
    }

    fn drop(&mut self, fate: Fate, frames: usize) {
        self.counters.count(fate, frames);
    }
}

impl SlowPath {
    /// A slow path with the tables of a card. It is silent until [`SlowPath::take_over`].
    pub fn new(state: State, settings: Settings) -> Self {
        let mut responder = Responder::new(settings.addresses, settings.rate);
        responder.stand_by();
        Self {
            tables: Tables::new(state),
            responder,
            fragments: Fragments::new(settings.bounds),
            malformed: Ring::new(settings.kept),
            counters: Counters::default(),
        }
    }

    /// Decides by these tables from now on, because the card does. Managers of remembered datagrams stay what they are.
    pub fn follow(&mut self, state: State) {
        self.tables = Tables::new(state);
    }

    /// Answers questions from now on, and announces the groups' addresses: at start, and when the other distributor of a pair is gone.
    pub fn take_over(&mut self, now: Time) {
        self.responder.take_over(now);
    }

    /// Answers no question from now on: the other distributor of a pair does.
    pub fn stand_by(&mut self) {
        self.responder.stand_by();
    }

    /// Takes a frame of any length and content that the card handed to its host, and the port by which it had come in. Appends what leaves.
    pub fn take(&mut self, now: Time, port: u8, frame: Vec<u8>, out: &mut Vec<Output>) {
        self.counters.take();
        self.forget(now, out);
        match self.sort(&frame) {
            Case::Question(ethernet, Some(question)) => match self.responder.answer(now, port, &frame, &ethernet, &question) {
                Ok((fate, output)) => self.send(fate, output, out),
                Err(fate) => self.drop(fate),
            },
            Case::Question(_, None) => self.drop(Fate::InvalidQuestion),
            Case::PassOn => self.send(Fate::PassedOn, Output { to: To::Port(self.tables.pair(port)), frame }, out),
            Case::Bridge => self.send(Fate::Bridged, Output { to: To::Port(self.tables.pair(port)), frame }, out),
            Case::ToTap => self.send(Fate::ToTap, Output { to: To::Tap(port), frame }, out),
            Case::Malformed(fault) => {
                self.drop(Fate::Malformed(fault));
                self.malformed.keep(Kept { time: now, port, fault, frame: frame.into() });
            }
            Case::ChainTooLong => self.drop(Fate::ChainTooLong),
            Case::Fragment(fragment) => {
                let mut context = ByTables { now, tables: &self.tables, counters: &mut self.counters, out };
                self.fragments.take(&mut context, frame, &fragment);
            }
            Case::Decided(manager) => match self.tables.to_manager(manager, frame) {
                Ok(output) => self.send(Fate::Decided, output, out),
                Err(fate) => self.drop(fate),
            },
        }
    }

    /// Takes a frame that a program of the host sent into the interface of a port: it leaves by that port.
    pub fn from_tap(&mut self, port: u8, frame: Vec<u8>, out: &mut Vec<Output>) {
        self.counters.take();
        self.send(Fate::FromTap, Output { to: To::Port(port), frame }, out);
    }

    /// Does what is due by now: announcements, and datagrams that are forgotten.
    pub fn poll(&mut self, now: Time, out: &mut Vec<Output>) {
        self.forget(now, out);
        for output in self.responder.announce(now) {
            self.counters.announce();
            out.push(output);
        }
    }

    /// When [`SlowPath::poll`] has something to do next.
    pub fn next(&self) -> Option<Time> {
        [self.responder.next(), self.fragments.next()].into_iter().flatten().min()
    }

    /// What became of every frame.
    pub fn counters(&self) -> &Counters {
        &self.counters
    }

    /// The fragment handler, for whoever shows what it holds.
    pub fn fragments(&self) -> &Fragments<u8> {
        &self.fragments
    }

    /// The last malformed frames.
    pub fn malformed(&self) -> &Ring {
        &self.malformed
    }

    fn forget(&mut self, now: Time, out: &mut Vec<Output>) {
        self.fragments.expire(&mut ByTables { now, tables: &self.tables, counters: &mut self.counters, out });
    }

    fn send(&mut self, fate: Fate, output: Output, out: &mut Vec<Output>) {
        self.counters.count(fate, 1);
        out.push(output);
    }

    fn drop(&mut self, fate: Fate) {
        self.counters.count(fate, 1);
    }

    /// What a frame is: a neighbour question, or what the card would make of it, had it looked further.
    fn sort(&self, frame: &[u8]) -> Case {
        let state = self.tables.state();
        let walk = deep(frame);
        // They come from a card whose `neighbours` is `host`, whatever it is by now.
        let is_ours = |destination| ethernet::is_for_group(&state.group_macs, destination);
        let admitted = ethernet::admit(state.enabled, Neighbours::Host, frame, is_ours);
        let to_everybody = admitted == Err(Reason::Neighbour);
        let (Some(ethernet), true) = (walk.ethernet, admitted.is_ok() || to_everybody) else { return Case::Bridge };
        match self.question(frame, &walk, &ethernet) {
            Some(Neighbour::ForGroup(question)) => return Case::Question(ethernet, question),
            _ if to_everybody => return Case::PassOn,
            Some(Neighbour::Other) => return Case::ToTap,
            None => {}
        }
        match walk.subject {
            Ok(subject) => Case::Decided(model::decide_subject(state, &subject).manager.unwrap_or(0)),
            Err(Reason::Fragment) => Fragment::of(frame, &walk).map_or(Case::ToTap, Case::Fragment),
            Err(Reason::Malformed) => Case::Malformed(Fault::of(frame, &walk)),
            Err(Reason::TooDeep) => Case::ChainTooLong,
            Err(_) => Case::ToTap,
        }
    }

    /// What a frame of ARP or neighbour discovery asks; `None` for every other frame.
    fn question(&self, frame: &[u8], walk: &Walk, ethernet: &Ethernet) -> Option<Neighbour> {
        if ethernet.ether_type == ethernet::ARP {
            let question = arp::question(&frame[ethernet.network_at..]).filter(|question| self.responder.has(question.target));
            return Some(question.map_or(Neighbour::Other, |question| Neighbour::ForGroup(Some(question))));
        }
        let message = discovery::message(frame, walk)?;
        let is_for_group = discovery::target(message).is_some_and(|target| self.responder.has(target));
        let question = || walk.network.and_then(|network| discovery::question(frame, &network, message));
        Some(if is_for_group { Neighbour::ForGroup(question()) } else { Neighbour::Other })
    }
}

/// A frame of ARP or neighbour discovery.
enum Neighbour {
    /// A question for a group's address; `None` if it breaks the rules for questions.
    ForGroup(Option<Question>),
    Other,
}
