//! What an operator wants of a card: the configuration, and the tables that follow from it. Pure: no card, no file, no clock.
//!
//! [`Configuration::parse`] reads a `tandem.toml`, which `docs/configuration.md` describes. [`Configuration::tables`] says what a fresh
//! card has to hold for it, with the allocation tables by [`allocate::canonical`]; [`Plan::new`] says what a card that holds something
//! has to change, with the fewest entries moved by [`allocate::adjust`].

pub mod allocate;
pub mod configuration;
mod digest;
pub mod hazard;
pub mod lint;
mod machine;
pub mod plan;
pub mod profile;
mod reach;
pub mod read;
pub mod self_source;
pub mod tables;
pub mod weight;

pub use configuration::{Configuration, Group, Manager, ManagerState};
pub use digest::Digest;
pub use document::{ConfigError, Faults};
pub use machine::Machine;
pub use plan::Plan;
pub use profile::Profile;
pub use self_source::{PortTables, SelfSource};
pub use tables::{CardTables, Tables};
pub use weight::Weight;
