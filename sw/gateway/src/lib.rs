//! The wide-area gateway's core: tag, translation table and encapsulation. `docs/gateway.md` is the page that it follows.
//!
//! Everything is pure: the time, a side and a frame go in, frames come out. Nothing reads a clock, an interface or a file.
//!
//! | module | |
//! |---|---|
//! | [`client`] | the client's gateway: tags SYNs, lets the first SYN-ACK win, carries the connection |
//! | [`server`] | the server's gateway: copies tagged SYNs to the replicas, and holds them |
//! | [`replica`] | the agent on a replica: cracks copies, adds the echo, wraps and cracks |
//! | [`machine`] | the states of an entry, event by event |
//! | [`table`], [`entry`] | the translation table |
//! | [`tag`], [`keys`], [`options`] | the TCP option, its MAC, and segments with and without it |
//! | [`tunnel`] | GUE: an IP packet right behind UDP |
//! | [`translate`], [`icmp`] | addresses and quotes rewritten, checksums mended; segments of our own |
//! | [`hold`], [`forecast`] | when what is sent, and what it costs and gains |
//! | [`frame`], [`segment`], [`address`] | wire formats |

pub mod address;
pub mod client;
pub mod counters;
pub mod entry;
pub mod forecast;
pub mod frame;
pub mod hold;
pub mod icmp;
pub mod keys;
pub mod machine;
pub mod options;
pub mod rate;
pub mod replica;
pub mod segment;
pub mod server;
pub mod table;
pub mod tag;
pub mod translate;
pub mod tunnel;

pub use address::{Address, Prefix};
pub use client::ClientGateway;
pub use frame::Frame;
pub use replica::Agent;
pub use server::ServerGateway;

use std::time::Duration;

/// A moment, as the time since 1970. It never goes back: a program counts on from the clock's value at its start.
pub type Time = Duration;

/// How a replica is reached. FIG. 4A to 6C of the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[repr(u8)]
pub enum Mode {
    /// Addresses are rewritten in both directions.
    A,
    /// The replica sends from the server's address; addresses are rewritten towards it only.
    B,
    /// Both directions are tunnelled.
    C,
}

impl Mode {
    /// All three.
    pub const ALL: [Self; 3] = [Self::A, Self::B, Self::C];
}

/// The two sides of a gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// The network that the gateway serves: clients, or servers.
    Inside,
    /// The wide-area network.
    Wan,
}

impl Side {
    /// Where what passes leaves.
    pub fn other(self) -> Self {
        match self {
            Self::Inside => Self::Wan,
            Self::Wan => Self::Inside,
        }
    }
}

/// A frame to send, and by which side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// Where it leaves.
    pub side: Side,
    /// What leaves.
    pub frame: Frame,
}
