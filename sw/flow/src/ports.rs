//! Ports whose answers come back to this manager. `docs/self-source-ports.md` is the page that it follows.
//!
//! The property comes first: a port is taken only if the distributor's decision for the answer names this manager. For the addresses of a pool
//! all such ports are found when the tables are made.

use crate::key::Endpoint;
use model::batch::{self, CompactDecision, Compiled, Lanes};
use model::network::Address;
use model::transport::Ports;
use model::{State, Subject};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How long a port of a pool rests before it is used again, at least. It rests at most twice as long.
pub const REST: Duration = Duration::from_secs(60);
/// The ports of pools. Source: RFC 6335: those below are of the system.
const LOWEST: u16 = 1024;

/// The distributor in front of the manager.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Distributor {
    /// What it has been programmed with.
    pub state: Arc<State>,
    /// Which of its managers this is.
    pub manager: u8,
}

impl Distributor {
    /// How many managers it serves.
    pub(crate) fn managers(&self) -> usize {
        self.state.managers_enabled.iter().filter(|enabled| **enabled).count()
    }
}

/// Whether the answer from `server` to `source` comes to this manager. Without a distributor, all do.
pub fn comes_back(distributor: Option<&Distributor>, protocol: u8, server: Endpoint, source: Endpoint) -> bool {
    let answer = answer(protocol, server, source);
    distributor.is_none_or(|distributor| model::decide_subject(&distributor.state, &answer).taken_by() == Some(distributor.manager))
}

/// What the distributor decides of a server's answer.
fn answer(protocol: u8, server: Endpoint, source: Endpoint) -> Subject {
    let ports = Some(Ports { source: server.port, destination: source.port });
    Subject { protocol, source: server.address, destination: source.address, ports, embedded: false }
}

/// Those of the ports by which the answer comes back, decided together.
fn own_ports(distributor: Option<&Distributor>, protocol: u8, address: Address, server: Endpoint, ports: Vec<u16>) -> Vec<u16> {
    let Some(Distributor { state, manager }) = distributor else { return ports };
    let compiled = Compiled::new(state);
    let choices: Vec<_> = ports.iter().map(|&port| compiled.choose(&answer(protocol, server, Endpoint { address, port }))).collect();
    let mut decisions = vec![CompactDecision::EMPTY; choices.len()];
    batch::decide_choices(&compiled, &mut Lanes::default(), &choices, &mut decisions);
    let own = ports.into_iter().zip(decisions).filter(|(_, decision)| decision.taken_by() == Some(*manager));
    own.map(|(port, _)| port).collect()
}

/// The ports of one pool address towards one server.
#[derive(Debug)]
pub struct Pool {
    /// The ports that are this manager's, in ascending order.
    own: Box<[u16]>,
    server: Endpoint,
    /// Held for as long as one port is looked for.
    bits: Mutex<Bits>,
}

/// A bit for each port.
#[derive(Debug)]
struct Bits {
    /// Where the search goes on. What was given last comes up last.
    cursor: usize,
    used: Box<[u64]>,
    /// Ports given back since `turned`, and in the rest before it.
    resting: [Box<[u64]>; 2],
    turned: Duration,
}

impl Pool {
    /// All ports of an address that come back from this server.
    pub(crate) fn new(distributor: Option<&Distributor>, protocol: u8, address: Address, server: Endpoint) -> Self {
        let lowest = server.port.checked_add(1).map(|lowest| lowest.max(LOWEST));
        let ports = lowest.into_iter().flat_map(|lowest| lowest..=u16::MAX).collect();
        let own: Box<[u16]> = own_ports(distributor, protocol, address, server, ports).into();
        let bits = || vec![0; own.len().div_ceil(64)].into();
        let bits = Bits { cursor: 0, used: bits(), resting: [bits(), bits()], turned: Duration::ZERO };
        Self { own, server, bits: Mutex::new(bits) }
    }

    /// Whether these are the ports towards this endpoint.
    pub(crate) fn is_for(&self, server: Endpoint) -> bool {
        self.server == server
    }

    pub(crate) fn is_like(&self, other: &Self) -> bool {
        self.own == other.own && self.server == other.server
    }

    /// How many ports there are.
    pub fn len(&self) -> usize {
        self.own.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.own.is_empty()
    }

    /// A port that nobody uses and that has rested. `is_free` has the last word.
    pub fn take(&self, now: Duration, is_free: impl Fn(u16) -> bool) -> Option<u16> {
        self.take_from(now, 0, is_free)
    }

    /// The same of the ports from `lowest` on. Where that leaves some out, the cursor stays: those above are few, and not to be used up by others.
    pub(crate) fn take_from(&self, now: Duration, lowest: u16, is_free: impl Fn(u16) -> bool) -> Option<u16> {
        let first = self.own.partition_point(|port| *port < lowest);
        let mut bits = self.bits.lock().unwrap_or_else(PoisonError::into_inner);
        bits.turn(now);
        let words = bits.used.len();
        let start = if first == 0 { bits.cursor } else { first };
        // The word of the cursor comes twice: its later bits first, its earlier ones last.
        for step in 0..=words {
            let word = (start / 64 + step) % words.max(1);
            let from = if step == 0 { u64::MAX << (start % 64) } else { u64::MAX };
            let mut free = !(bits.used.get(word)? | bits.resting[0][word] | bits.resting[1][word]) & from;
            while free != 0 {
                let at = word * 64 + free.trailing_zeros() as usize;
                free &= free - 1;
                let Some(&port) = self.own.get(at) else { break };
                if port >= lowest && is_free(port) {
                    bits.used[word] |= 1 << (at % 64);
                    if first == 0 {
                        bits.cursor = (at + 1) % self.own.len();
                    }
                    return Some(port);
                }
            }
        }
        None
    }

    /// Gives a port back. It rests.
    pub fn give_back(&self, now: Duration, port: u16) {
        let Ok(at) = self.own.binary_search(&port) else { return };
        let mut bits = self.bits.lock().unwrap_or_else(PoisonError::into_inner);
        bits.turn(now);
        let (word, bit) = (at / 64, 1 << (at % 64));
        bits.used[word] &= !bit;
        bits.resting[0][word] |= bit;
    }
}

impl Bits {
    /// Ends the rest of the ports that were given back two turns ago.
    fn turn(&mut self, now: Duration) {
        while now.saturating_sub(self.turned) >= REST {
            let both = now.saturating_sub(self.turned) >= 2 * REST;
            self.resting.swap(0, 1);
            self.resting[0].fill(0);
            if both {
                self.resting[1].fill(0);
            }
            self.turned = if both { now } else { self.turned + REST };
        }
    }
}
