//! What an operator wants of a card: the configuration, and the tables that follow from it. Pure: no card, no file, no clock.
//!
//! [`Configuration::parse`] reads a `tandem.toml`; [`Configuration::tables`] says what a card has to hold for it, with the
//! allocation tables by [`allocate::canonical`]. `docs/configuration.md` describes every key.

pub mod allocate;
pub mod configuration;
mod digest;
pub mod error;
mod file;
pub mod lint;
pub mod plan;
pub mod self_source;
pub mod tables;
pub mod weight;

pub use configuration::{Configuration, Group, Manager, ManagerState, Profile};
pub use digest::Digest;
pub use error::{ConfigError, Faults};
pub use plan::Plan;
pub use self_source::{PortTables, SelfSource};
pub use tables::Tables;
pub use weight::Weight;
