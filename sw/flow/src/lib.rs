//! Connections: the packet filter of the traffic manager, without input or output. `docs/manager.md` is the page that it follows.
//!
//! [`Filter`] is pure: a frame, the time and [`Tables`] go in; the frame comes out rewritten, with what else is to be sent. It opens no interface,
//! reads no clock and no route. The control processor makes the tables; the switching processors each have a filter, and share one [`Table`] of
//! connections.
//!
//! | module | |
//! |---|---|
//! | [`filter`] | the order of the questions, and what is rewritten |
//! | [`table`] | the connection table, in memory of a fixed size |
//! | [`carrier`] | what carries packets of connections past the filter |
//! | [`key`] | what a connection is known by |
//! | [`tcp`] | how far a connection is, and how long it is remembered |
//! | [`ports`] | the ports whose answers come back to this manager |
//! | `source` | which source a packet gets |
//! | [`nat`] | which endpoint the world sees of a server's network |
//! | [`tables`] | interfaces, services, servers, routes |
//! | [`reason`] | what became of every frame |
//! | [`outbox`] | frames that leave and have not come in |
//! | `waiting` | frames that wait for the MAC of their next station |

pub mod carrier;
pub mod filter;
mod frame;
pub mod key;
pub mod nat;
pub mod outbox;
pub mod ports;
pub mod reason;
mod source;
pub mod table;
pub mod tables;
pub mod tcp;
mod waiting;

pub use carrier::{Carrier, Rewriting, Seen};
pub use contract::row::Mac;
pub use filter::{Filter, Offload, OriginationRate, To, Verdict};
pub use frame::address;
pub use key::{Endpoint, Key, Vlans};
pub use outbox::{Outbox, Output};
pub use reason::{Counters, Reason};
pub use table::{Direction, Table};
pub use tables::{Hop, Interface, OnDown, Prefix, Refusal, Server, ServerState, Service, Settings, Station, Tables, Translation, Way};
