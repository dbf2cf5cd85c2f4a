//! What people call the things that tables know by number.

use crate::configuration::Configuration;
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

/// The names that a configuration gives.
#[derive(Clone, Copy)]
pub(super) struct Names<'c>(pub(super) &'c Configuration);

impl Names<'_> {
    pub(super) fn manager(self, id: u8) -> Named {
        Named { id, name: self.0.manager(id).map_or_else(|| format!("manager {id}"), |manager| manager.name.clone()) }
    }

    pub(super) fn group(self, id: u8) -> Named {
        let known = self.0.group(id);
        Named { id, name: known.map_or_else(|| format!("group {id}"), |group| group.name.clone()) }
    }
}
