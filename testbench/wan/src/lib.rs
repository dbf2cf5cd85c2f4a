//! The wide-area network in a box: sites in network namespaces, and between them a router in user space that delays, loses, reorders and spoils.
//!
//! | module | |
//! |---|---|
//! | [`network`] | the router, and what it does to packets between two sites |
//! | [`lab`] | client, gateways, origin and replicas, as programs and kernels |
//! | [`config`] | the files of the three roles |
//! | [`visit`] | a visit of the client: one connection |
//! | [`segment`], [`wire`] | segments that no kernel has sent, and a hand on the wires |

pub mod config;
pub mod lab;
pub mod network;
pub mod segment;
mod spoil;
pub mod visit;
pub mod wire;
