//! What the card hands to its host: neighbour questions, frames that are not IP, headers that lie too deep, and fragments.
//! `docs/slow-path.md` is the page that it follows.
//!
//! [`SlowPath`] is pure: frames and the time go in, frames come out. It reads no clock, no interface and no register. A program gives it what
//! it read from the interfaces and the tables that the card holds, and sends what comes out.
//!
//! | module | |
//! |---|---|
//! | [`walk`] | a frame with its whole header chain |
//! | [`slow_path`] | a frame's way through: which of the parts below it is for |
//! | [`responder`] | answers to ARP requests and neighbour solicitations, announcements, and how many a source gets |
//! | [`malformed`] | what is wrong with a malformed frame, and the last ones |
//! | [`fragment`] | the fields of one fragment |
//! | [`fragments`] | virtual reassembly: fragments to the manager of their datagram, within bounds |
//! | [`tables`] | what the card holds, and how a frame leaves by it |
//! | [`counters`] | what became of every frame |

pub mod counters;
pub mod fragment;
pub mod fragments;
pub mod malformed;
pub mod responder;
pub mod slow_path;
pub mod tables;
pub mod walk;

pub use counters::{Counters, Fate};
pub use fragments::Bounds;
pub use responder::Rate;
pub use slow_path::{Settings, SlowPath};

use std::time::Duration;

/// A moment, as the time since any start that the caller picks. It never goes back.
pub type Time = Duration;

/// Where a frame goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To {
    /// Out by this packet port of the card.
    Port(u8),
    /// To the host's own interface for this port.
    Tap(u8),
}

/// A frame to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// Where it goes.
    pub to: To,
    /// Its bytes.
    pub frame: Vec<u8>,
}
