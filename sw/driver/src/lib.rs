//! Finds, opens and programs a card, by register accesses over any transport.
//!
//! [`discover`] lists the cards of a host and [`open`] opens one: behind a BAR, or a simulated one behind its socket. [`snapshot::learn`]
//! reads back what it holds, [`deploy::apply`] brings it into another state while it works, and [`deploy::rollback`] brings it back.
//!
//! [`Card`] is whatever takes register accesses: an [`OpenCard`], a recording, or `modelcard::ModelCard`, the golden model behind the same
//! registers. [`script`] lists which accesses program a card from reset.

#![deny(unsafe_code)]

mod bar;
pub mod card;
pub mod counters;
pub mod deploy;
pub mod dropped;
pub mod error;
pub mod locator;
mod mapped;
pub mod meter;
pub mod open;
mod remedy;
pub mod script;
pub mod shell;
mod sigbus;
pub mod snapshot;
mod socket;
pub mod sysfs;
pub mod word;
pub mod write_back;

pub use card::{BusError, Card, CardAccess, Fault, read_counter};
pub use counters::{Counted, read_counters};
pub use deploy::{Applied, DeployError, RolledBack};
pub use dropped::{Dropped, read_dropped};
pub use error::OpenError;
pub use locator::{Locator, NotALocator};
pub use meter::{AccessCounts, Meter};
pub use open::{Info, OpenCard, open, open_at};
pub use script::{ScriptStep, apply};
pub use shell::{NotALocation, WindowLocation};
pub use snapshot::{Held, Idle, InForce, Snapshot};
pub use sysfs::{Found, Link, discover, only};
pub use word::{Banks, Word};
pub use write_back::{WrittenBack, write_back};
