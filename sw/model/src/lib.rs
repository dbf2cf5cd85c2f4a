//! The golden model of the distributor: what becomes of a packet.
//!
//! The model has no clock, no input or output and no registers. Read it first: every stage of the walk has a file here, the
//! hardware has a file of the same name, and where the two disagree a test fails. `docs/decision.md` is what both follow.
//!
//! A frame goes through the files in this order, with the questions of `docs/decision.md`, section 2:
//!
//! 1. [`ethernet`] (1 to 3): is it long enough, is it for us, and does IP follow after at most two VLAN tags?
//! 2. [`network`] (4, 5): the IPv4 or IPv6 header with its options; is it a fragment?
//! 3. [`extension`] (4, 5): the extension headers of IPv6.
//! 4. [`transport`] (4): the two ports of TCP or UDP.
//! 5. [`icmp`] (6): for an ICMP error, the packet that it reports.
//! 6. [`tuple_select`] (6, 7): whose protocol, addresses and ports decide.
//! 7. [`classifier`] (8): which rule, and so which group of managers takes the packet.
//! 8. [`key`] (7, 9 to 12): which endpoint, or which pair of addresses, is hashed. Both directions of a flow have one key.
//! 9. [`hash`]: the key becomes 32 bits under the group's secret.
//! 10. [`entry_table`]: the hash names a bucket, and the group's table the bucket's manager.
//! 11. [`manager_table`]: is that manager enabled, and by which port and MAC is it reached?
//! 12. [`verdict_logic`]: asks the questions in their order and gives the verdict.
//! 13. [`count`]: counts every frame once.
//!
//! [`Walk`] is what 1 to 6 found, [`State`] what the host programmed, and [`decide`] the whole decision. [`batch`] decides many packets at a time.

pub mod batch;
pub mod classifier;
pub mod count;
pub mod decision;
pub mod entry_table;
pub mod ethernet;
pub mod extension;
pub mod field;
pub mod hash;
pub mod icmp;
pub mod key;
pub mod manager_table;
pub mod network;
pub mod reach;
pub mod state;
pub mod transport;
pub mod tuple_select;
pub mod verdict_logic;
pub mod walk;

pub use count::{Count, Counters};
pub use decision::{Decision, Egress};
pub use state::{Active, State};
pub use tuple_select::Subject;
pub use verdict_logic::{Choice, Decided, decide, decide_subject, outgoing, process};
pub use walk::Walk;
