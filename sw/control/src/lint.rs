//! Hazards of a configuration: what will load managers unevenly, how unevenly, and the lines that mend it.
//!
//! The greater port decides a flow, and that is the client's as long as servers listen below their clients' ports. Where they do not, or
//! where both ports are equal, all flows of a service meet in few keys. Every figure here is counted, over all ports that a client may
//! have, with the rules and keys of the golden model: once with the configuration as it is, once with the remedy in it.

mod catch;
mod equal;
mod load;
mod service;
mod warning;
mod weights;

pub use load::Load;
pub use service::{NotAService, Service};
pub use warning::{Warning, warnings};

use crate::Configuration;
use crate::hazard::HazardKind;
use serde::Serialize;
use std::ops::RangeInclusive;

/// Ports that Linux gives to clients, unless `net.ipv4.ip_local_port_range` says otherwise.
pub const LINUX_CLIENTS: RangeInclusive<u16> = 32768..=60999;

/// Deviation from the share that a manager is meant to have, above which it counts as a hazard.
pub const TOLERANCE: f64 = 0.01;

/// Something that will load managers unevenly.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Hazard {
    /// What kind.
    pub kind: HazardKind,
    /// What it is about, such as `tcp/50051`.
    pub subject: String,
    /// What happens, and why, in a sentence.
    pub problem: String,
    /// What to expect as it is.
    pub before: Load,
    /// What to expect with the remedy; `None` if there is none.
    pub after: Option<Load>,
    /// What to do about it, and where.
    pub remedy: String,
    /// The lines of TOML to add there; empty if there is no remedy.
    pub lines: String,
}

/// Finds the hazards for the services that the rules name, the equal-port services that everybody has, and these.
pub fn lint(configuration: &Configuration, services: &[Service], clients: &RangeInclusive<u16>) -> Vec<Hazard> {
    let mut hazards = service::hazards(configuration, services, clients);
    hazards.extend(equal::hazards(configuration));
    hazards.extend(catch::hazards(configuration, clients));
    hazards.extend(weights::hazards(configuration));
    hazards
}
