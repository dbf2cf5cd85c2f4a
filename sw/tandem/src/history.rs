//! Who changed a card, and how: told to the state folder and to the journal after every change.

use crate::change::{Change, Who};
use crate::journal;
use crate::output;
use crate::state::{CardFolder, StateFolder};
use control::{CardTables, Digest, Plan, Tables};
use driver::{Held, Locator};
use std::fmt;
use std::path::Path;
use std::time::SystemTime;

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
