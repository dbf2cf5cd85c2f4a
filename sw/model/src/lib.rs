//! What becomes of a packet: the golden model of the distributor. `docs/decision.md` is the page that it follows.
//!
//! The model has no clock, no input or output and no registers. It is the thing to read first: every stage of the walk
//! has a file here, the hardware has a file of the same name, and where the two disagree a test fails.
//!
//! A frame goes through the files in this order; the numbers are the questions of `docs/decision.md`, section 2:
//!
//! | stage | questions | |
//! |---|---|---|
//! | [`header_window`] | | which bytes a header may lie in |
//! | [`ethernet`] | 1 to 3 | is the card enabled, the frame long enough, for us, and is there IP after at most two VLAN tags? |
//! | [`network`] | 4, 5 | the IPv4 header with its options, or the IPv6 header; is it a fragment? |
//! | [`extension`] | 4, 5 | the extension headers of IPv6 |
//! | [`transport`] | 4 | the two ports of TCP or UDP |
//! | [`icmp`] | 6 | for an ICMP error, the packet that it reports |
//! | [`tuple_select`] | 6, 7 | whose protocol, addresses and ports decide |
//! | [`classifier`] | 8 | which rule matches, and so which group of managers takes the packet |
//! | [`key`] | 7, 9 to 12 | which endpoint, or which pair of addresses, it is known by; both directions of a flow have one key |
//! | [`hash`] | | the key becomes 32 bits under the group's secret |
//! | [`entry_table`] | | the hash names a bucket, and the group's table the bucket's manager |
//! | [`manager_table`] | | is that manager enabled, by which port and MAC is it reached? |
//! | [`verdict_logic`] | | verdict, reason and egress |
//! | [`counters`] | | every frame is counted once |
//!
//! [`Walk`] is what the stages up to `tuple_select` saw, [`Choice`] what `classifier` and `key` make of it, [`State`] what the host
//! programmed. [`decide`](decide()) asks the questions in their order, and [`batch`] decides many packets at a time: frames of the [`common`]
//! shapes without a walk.

pub mod batch;
pub mod choice;
pub mod classifier;
pub mod common;
pub mod counters;
pub mod decide;
pub mod decision;
pub mod entry_table;
pub mod ethernet;
pub mod extension;
pub mod field;
pub mod hash;
pub mod header_window;
pub mod icmp;
pub mod key;
pub mod manager_table;
pub mod network;
pub mod state;
pub mod transport;
pub mod tuple_select;
pub mod verdict_logic;
pub mod walk;

pub use choice::Choice;
pub use counters::{Count, Counters};
pub use decide::{decide, decide_subject, outgoing, process};
pub use decision::{Decision, Egress};
pub use state::State;
pub use tuple_select::Subject;
pub use walk::Walk;
