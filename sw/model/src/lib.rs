//! What a packet's fate is: the golden model of the distributor.
//!
//! The model has no clock, no input or output and no registers. It is the thing to read first: every stage of the walk
//! has a file here, the gates have a file of the same name, and where the two disagree a test fails.
//!
//! A frame goes through the files in this order:
//!
//! 1. [`ethernet`]: is it long enough, is it for us, and is there IP behind at most two VLAN tags?
//! 2. [`network`]: the IPv4 or IPv6 header, its options or extension headers; is it a fragment?
//! 3. [`transport`]: the two ports of TCP or UDP.
//! 4. [`icmp`]: for an ICMP error, the packet that it complains about.
//! 5. [`rule`]: which group of managers takes the packet.
//! 6. [`key`]: which endpoint, or which pair of addresses, it is known by. Both directions of a flow have one key.
//! 7. [`hash`]: the key becomes 32 bits under the group's secret.
//! 8. [`entry`]: the hash names a bucket, and the group's table the bucket's manager.
//! 9. [`manager`]: is that manager enabled, by which port and MAC is it reached?
//! 10. [`count`]: every frame is counted once.
//!
//! [`Walk`] is what 1 to 4 saw, [`State`] what the host programmed, and [`decide`] puts the questions in their order.

pub mod count;
pub mod decision;
pub mod entry;
pub mod ethernet;
pub mod field;
pub mod hash;
pub mod icmp;
pub mod key;
pub mod manager;
pub mod network;
pub mod rule;
pub mod state;
pub mod transport;
pub mod walk;

pub use count::{Count, Counters};
pub use decision::{Decision, Egress, decide, decide_subject, outgoing, process};
pub use state::State;
pub use walk::{Subject, Walk};
