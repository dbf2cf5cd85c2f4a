//! Hosts without machines, in network namespaces: what sites and the wide-area network in a box are made of.
//!
//! | module | |
//! |---|---|
//! | [`namespace`] | a host |
//! | [`process`] | a program on it that goes with its owner |
//! | [`server`] | a server of HTTP and datagrams, in threads of this process |
//! | [`web`] | a server of the web: nginx, or those threads |
//! | [`promises`] | what is promised, and what was seen |
//! | [`cleanup`] | what goes when the process is told to end |
//! | [`user`] | users other than root |

pub mod cleanup;
pub mod namespace;
pub mod process;
pub mod promises;
pub mod server;
pub mod user;
pub mod web;
