//! The traffic manager: switching processors that only handle packets, and one control processor for everything else. `docs/manager.md` is the page that it follows.
//!
//! | module | |
//! |---|---|
//! | [`configuration`], `read` | what an operator wants, from a `manager.toml` |
//! | `distributor` | what the distributor in front is programmed with |
//! | [`network`], [`netlink`] | what the kernel knows of the network |
//! | [`master`] | the tables that follow from both: pure |
//! | [`buffers`] | two buffers for the tables, and which is in force |
//! | [`worker`] | a switching processor |
//! | [`processor`] | the control processor |
//! | [`bulk`], `redirect` | what the drivers' programs carry alone, and by which interfaces they can |
//! | [`binding`] | which processor each worker has to itself |
//! | [`health`] | whether servers are well |
//! | [`resource`], [`reporter`], [`load`] | what they report of their load, and the shares that follow |
//! | [`agent`], [`orca`], [`sources`] | how it is reported, and what a server's own agent reads it from |
//! | [`handover`], [`state`] | a new process takes over from the old one, and what it gets |
//! | [`kept`] | what a process that is killed leaves to the next one |
//! | [`ingress`] | what the kernel must not take as well |
//! | [`ask`], [`report`], [`changes`] | the control socket and its documents |
//! | [`metrics`] | the metrics page |

pub mod agent;
pub mod ask;
pub mod binding;
pub mod buffers;
pub mod bulk;
pub mod changes;
pub mod configuration;
mod distributor;
pub mod handover;
pub mod health;
pub mod ingress;
pub mod kept;
pub mod load;
pub mod master;
pub mod metrics;
pub mod netlink;
pub mod network;
pub mod orca;
pub mod processor;
mod read;
mod redirect;
pub mod report;
pub mod reporter;
pub mod resource;
pub mod sources;
mod start;
pub mod state;
pub mod worker;

pub use configuration::Configuration;
pub use start::run;
