//! Who changed a card, and how: told to the state folder and to the journal after every change.

use crate::journal;
use crate::output;
use crate::state::{CardFolder, StateFolder};
use control::{CardTables, Digest, Plan, Tables};
use driver::{Held, Locator};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::time::SystemTime;

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
    fn now() -> Self {
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

/// What is asked of a card, before it is known how that ends.
pub(crate) struct Request<'a> {
    pub(crate) folder: &'a StateFolder,
    pub(crate) card: &'a Locator,
    pub(crate) command: String,
    pub(crate) file: Option<&'a Path>,
    /// What the card held before.
    pub(crate) before: &'a Held,
}

impl Request<'_> {
    /// Tells that it was done, and keeps the tables that the card holds now. What cannot be kept is a warning: the change is in force.
    pub(crate) fn done(&self, generation: u32, tables: &Tables) {
        let moved = Plan::copy(&self.before.active, tables).map_or(0, |plan| plan.moved());
        let digest = |digest: Digest| Some(format!("{digest:#}"));
        let (all, decisions) = (digest(tables.digest()), digest(tables.decision_digest()));
        let kept = self.keep(generation, tables);
        let change = Change { generation: Some(generation), moved, digest: all, decision_digest: decisions, ..self.change() };
        // One warning is enough of a folder that takes nothing.
        self.tell(change, kept);
    }

    /// Tells that it failed; nobody knows by now what the card holds.
    pub(crate) fn failed(&self, problem: &impl fmt::Display) {
        self.tell(Change { problem: Some(problem.to_string()), ..self.change() }, true);
    }

    /// Keeps the tables that the card holds, unless they are kept already. Whether they are; if not, a warning tells why.
    pub(crate) fn keep(&self, generation: u32, tables: &Tables) -> bool {
        let held = CardTables { card: self.card.to_string(), generation, tables: tables.clone() };
        let kept = |folder: &CardFolder| std::fs::read(folder.tables()).is_ok_and(|text| text == held.to_json().as_bytes());
        let keep = |folder: CardFolder| if kept(&folder) { Ok(()) } else { folder.keep(&held) };
        let ended = self.folder.of(self.card).and_then(keep);
        if let Err(error) = &ended {
            let lost = "what the card holds is not kept, so `tandem apply --restore` would put older tables back, or none";
            let then = "then `tandem export FILE` and `tandem apply --tables FILE` keep them and change nothing";
            warn(format_args!("{error:#}: {lost}; {REMEDY}; {then}"));
        }
        ended.is_ok()
    }

    fn change(&self) -> Change {
        Change {
            time: humantime::format_rfc3339_seconds(SystemTime::now()).to_string(),
            card: self.card.to_string(),
            who: Who::now(),
            command: self.command.clone(),
            file: self.file.map(|file| std::path::absolute(file).unwrap_or(file.into()).display().to_string()),
            generation: None,
            left: self.before.generation,
            moved: 0,
            digest: None,
            decision_digest: None,
            problem: None,
        }
    }

    fn tell(&self, change: Change, warns: bool) {
        if let Err(error) = self.folder.of(self.card).and_then(|folder| folder.append(&change))
            && warns
        {
            warn(format_args!("{error:#}: this change is not in the card's history; {REMEDY}"));
        }
        if let Err(error) = journal::send(&change) {
            let remedy = "look after systemd-journald, or name another socket with TANDEM_JOURNAL";
            warn(format_args!("{}: {error}: this change is not in the journal; {remedy}", journal::socket().display()));
        }
    }
}

const REMEDY: &str = "make the folder writable for who runs this, or name another one with --state DIR or TANDEM_STATE";

fn warn(text: impl fmt::Display) {
    output::tell(format_args!("warning: {text}"));
}
