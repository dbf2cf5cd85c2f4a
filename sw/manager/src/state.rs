//! What a process that ends hands over to its successor.

use crate::master::{Master, Member};
use crate::resource::Shares;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// What goes over besides descriptors.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct State {
    /// Numbers and entries.
    pub master: Master,
    /// Members that failed their checks.
    pub ill: HashSet<Member>,
    /// Shares that follow the load, by service and server.
    pub shares: Shares,
}
