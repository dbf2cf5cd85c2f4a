//! How a card is programmed: by register accesses, whoever carries them.
//!
//! [`script`] says which accesses put a state in force, [`Card`] is whatever takes them: a simulated card, a recording, or
//! [`ModelCard`], which is the golden model behind the same registers.

pub mod card;
pub mod locator;
pub mod model_card;
pub mod script;

pub use card::{BusError, Card, Fault, apply, read_counter};
pub use locator::{Locator, NotALocator};
pub use model_card::ModelCard;
pub use script::Access;
