//! What people call the things that tables know by number.

use crate::configuration::{Configuration, Manager};
use serde::Serialize;
use std::fmt;

/// A manager or a group: its id on the card, and what it is called.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Named {
    /// Its id on the card.
    pub id: u8,
    /// Its name in the configuration, or such as "manager 7" where that does not know it.
    pub name: String,
}

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.name)
    }
}

/// The names that a configuration gives, if there is one.
#[derive(Clone, Copy)]
pub(super) struct Names<'c>(pub(super) Option<&'c Configuration>);

impl<'c> Names<'c> {
    /// The manager of the configuration with this id.
    pub(super) fn configured(self, id: u8) -> Option<&'c Manager> {
        self.0?.manager(id)
    }

    pub(super) fn manager(self, id: u8) -> Named {
        Named { id, name: self.configured(id).map_or_else(|| format!("manager {id}"), |manager| manager.name.clone()) }
    }

    pub(super) fn group(self, id: u8) -> Named {
        let known = self.0.and_then(|configuration| configuration.group(id));
        Named { id, name: known.map_or_else(|| format!("group {id}"), |group| group.name.clone()) }
    }
}
