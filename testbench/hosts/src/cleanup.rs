//! Removes what a process leaves behind when a signal ends it. In every other case everything is removed by its owner.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};

/// Something of hosts that outlives its process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trace {
    /// A program, by its process id.
    Process(u32),
    /// A network namespace, by its name.
    Namespace(String),
    /// A folder.
    Folder(PathBuf),
}

static TRACES: Mutex<Vec<Trace>> = Mutex::new(Vec::new());

fn traces(change: impl FnOnce(&mut Vec<Trace>)) {
    change(&mut TRACES.lock().unwrap_or_else(PoisonError::into_inner));
}

/// Remembers a trace until it has gone.
pub fn remember(trace: Trace) {
    traces(|traces| traces.push(trace));
}

/// Forgets a trace that has gone.
pub fn forget(trace: &Trace) {
    traces(|traces| traces.retain(|other| other != trace));
}

/// Removes every trace of this process, whatever its threads do meanwhile.
pub fn remove_all() {
    traces(|traces| {
        // Programs first: they were made last.
        for trace in traces.drain(..).rev() {
            match trace {
                Trace::Process(id) => drop(Command::new("kill").arg(id.to_string()).stderr(Stdio::null()).status()),
                Trace::Namespace(name) => drop(Command::new("ip").args(["netns", "del", &name]).stderr(Stdio::null()).status()),
                Trace::Folder(path) => drop(std::fs::remove_dir_all(path)),
            }
        }
    });
}
