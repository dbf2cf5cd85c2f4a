//! A change of a card, as the state folder and the journal keep it.

use crate::output;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::os::unix::fs::MetadataExt as _;

/// One change of a card.
#[derive(Serialize, Deserialize)]
pub(crate) struct Change {
    /// When it was done, in UTC.
    pub(crate) time: String,
    pub(crate) card: String,
    /// Who asked for it.
    pub(crate) who: Who,
    /// The command, such as `apply` or `set alpha down`.
    pub(crate) command: String,
    /// The file that it was about.
    pub(crate) file: Option<String>,
    /// The generation in force after it, and the one before; as far as is known.
    pub(crate) generation: Option<u32>,
    pub(crate) left: u32,
    /// Entries that lead to another machine than before.
    pub(crate) moved: usize,
    /// Digests of all that the card holds, and of what it decides by.
    pub(crate) digest: Option<String>,
    pub(crate) decision_digest: Option<String>,
    /// Why it was not done, or not wholly.
    pub(crate) problem: Option<String>,
}

/// A user: the one before `sudo`, if there was one.
#[derive(Serialize, Deserialize)]
pub(crate) struct Who {
    pub(crate) uid: Option<u32>,
    pub(crate) sudo_user: Option<String>,
}

impl Who {
    /// Whoever runs this program. `sudo` tells who called it; anybody else who sets its variable could tell anything.
    pub(crate) fn now() -> Self {
        let uid = std::fs::metadata("/proc/self").ok().map(|process| process.uid());
        Self { uid, sudo_user: std::env::var("SUDO_USER").ok().filter(|name| uid == Some(0) && !name.is_empty()) }
    }
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.sudo_user, self.uid) {
            (Some(name), _) => f.write_str(&output::plain(name)),
            (None, Some(0)) => f.write_str("root"),
            (None, Some(uid)) => write!(f, "uid {uid}"),
            (None, None) => f.write_str("unknown"),
        }
    }
}
