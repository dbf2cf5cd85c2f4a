//! Answers to neighbour questions for the groups' addresses, and announcements of them.

pub mod announcement;
pub mod arp;
pub mod bucket;
pub mod discovery;

pub use bucket::Rate;

use crate::{Fate, Output, Time, To};
use announcement::Schedule;
use bucket::Buckets;
use contract::limits::{FRAME_MIN, PORTS};
use contract::row::Mac;
use model::ethernet::Ethernet;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// A question for a group's address that may be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Which address is asked for.
    pub target: IpAddr,
    /// The MAC address that the asker gives as its own.
    pub asker: Mac,
    /// The address that the asker gives as its own; the unspecified one for a probe.
    pub asker_address: IpAddr,
}

/// Answers for the groups' addresses.
#[derive(Clone, Debug)]
pub struct Responder {
    /// The groups' addresses, each with its group's MAC.
    addresses: BTreeMap<IpAddr, Mac>,
    buckets: Buckets,
    schedule: Schedule,
    /// Whether the distributor is the standby of a pair, and so says nothing.
    standby: bool,
}

impl Responder {
    /// A responder for these addresses that answers each source at this rate.
    pub fn new(addresses: BTreeMap<IpAddr, Mac>, rate: Rate) -> Self {
        Self { addresses, buckets: Buckets::new(rate), schedule: Schedule::default(), standby: false }
    }

    /// Whether an address is a group's.
    pub fn has(&self, address: IpAddr) -> bool {
        self.addresses.contains_key(&address)
    }

    /// Says nothing from now on.
    pub fn stand_by(&mut self) {
        (self.standby, self.schedule) = (true, Schedule::default());
    }

    /// Answers from now on, and announces every address: at start, and after a take-over.
    pub fn take_over(&mut self, now: Time) {
        self.standby = false;
        self.schedule = Schedule::starting(now);
    }

    /// The answer to a question for one of the addresses that came in by a port, under this Ethernet header.
    ///
    /// # Errors
    /// Why there is none.
    pub fn answer(&mut self, now: Time, port: u8, frame: &[u8], ethernet: &Ethernet, question: &Question) -> Result<(Fate, Output), Fate> {
        let mac = *self.addresses.get(&question.target).ok_or(Fate::InvalidQuestion)?;
        if self.standby {
            return Err(Fate::Standby);
        }
        if question.asker == mac {
            return Err(Fate::OwnAnnouncement);
        }
        if question.asker[0] & 1 == 1 || question.asker == Mac::default() {
            return Err(Fate::InvalidQuestion);
        }
        // A probe has no address yet, so all that is known of its source is the MAC.
        if !self.buckets.take(now, (question.asker, question.asker_address)) {
            return Err(Fate::RateLimited);
        }
        let tags_and_type = &frame[12..ethernet.network_at];
        let (fate, to, packet) = match question.target {
            IpAddr::V4(_) => (Fate::ArpReply, question.asker, arp::reply(question, mac)),
            IpAddr::V6(_) => discovery::advertisement(question, mac),
        };
        Ok((fate, Output { to: To::Port(port), frame: framed(to, mac, tags_and_type, &packet) }))
    }

    /// The announcements that are due by now: of every address, by every port.
    pub fn announce(&mut self, now: Time) -> Vec<Output> {
        let mut outputs = vec![];
        while self.schedule.is_due(now) {
            for (&address, &mac) in &self.addresses {
                let (to, ether_type, packet) = announcement::of(address, mac);
                let frame = framed(to, mac, &ether_type, &packet);
                outputs.extend((0..PORTS as u8).map(|port| Output { to: To::Port(port), frame: frame.clone() }));
            }
        }
        outputs
    }

    /// When the next announcement is due.
    pub fn next(&self) -> Option<Time> {
        self.schedule.next()
    }
}

/// A frame of at least the shortest length. Shape: destination, source, tags and EtherType, packet, padding.
fn framed(to: Mac, from: Mac, tags_and_type: &[u8], packet: &[u8]) -> Vec<u8> {
    let mut frame = [&to[..], &from, tags_and_type, packet].concat();
    frame.resize(frame.len().max(FRAME_MIN), 0);
    frame
}
