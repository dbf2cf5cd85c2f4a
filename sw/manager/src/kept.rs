//! What outlives a process that is killed: the connection table, and whose number is whose. Who has started the process keeps both for the next one.

use crate::configuration::Configuration;
use crate::master::{Master, interface_names};
use crate::resource::Shares;
use crate::state::State;
use anyhow::{Context as _, Result, ensure};
use flow::table::{Connection, Table, words};
use nix::sys::memfd::{MFdFlags, memfd_create};
use operator::output::tell;
use ring::{Keeper, Memory};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{self, Read as _, Seek as _, Write as _};
use std::os::fd::AsFd as _;

/// The name of the connection table.
const TABLE: &str = "tandem-table";
/// How names of what goes with it begin. A number follows: the greatest is the last.
const NUMBERS: &str = "tandem-numbers-";

/// What goes with the table.
#[derive(Serialize, Deserialize)]
struct Numbers {
    /// The names of the interfaces, by their numbers.
    interfaces: Vec<String>,
    state: State,
}

/// What a process keeps for the one that comes after it, should it be killed. If it ends otherwise, nothing is kept.
pub struct Kept {
    keeper: Keeper,
    interfaces: Vec<String>,
    /// Numbers of services and members that are kept.
    count: [usize; 2],
    /// Of what is kept last.
    turn: u64,
    /// Names of what is kept.
    names: Vec<String>,
}

/// What has been kept for this process.
pub(crate) struct Found {
    files: Vec<(String, File)>,
}

impl Found {
    /// To be called before anything is opened.
    pub(crate) fn new() -> Self {
        Self { files: ring::keeper::kept() }
    }

    /// What a process that was killed has left, if this one can go on with it.
    pub(crate) fn left(&mut self, wanted: &Configuration) -> Option<(State, Memory)> {
        let (mut table, mut numbers) = (None, None);
        for (name, file) in &self.files {
            if name == TABLE {
                table = Some(file);
            } else if let Some(turn) = turn(name).filter(|turn| numbers.is_none_or(|(last, _)| *turn > last)) {
                numbers = Some((turn, file));
            }
        }
        let left = open(table?, numbers?.1, wanted);
        left.inspect_err(|error| tell(format_args!("warning: the connections of the process before are lost: {error:#}"))).ok()
    }
}

fn turn(name: &str) -> Option<u64> {
    name.strip_prefix(NUMBERS)?.parse().ok()
}

fn open(table: &File, mut numbers: &File, wanted: &Configuration) -> Result<(State, Memory)> {
    let mut text = Vec::new();
    numbers.rewind().and_then(|()| numbers.read_to_end(&mut text))?;
    let Numbers { interfaces, state } = serde_json::from_slice(&text).context("another release has left them")?;
    ensure!(interfaces == interface_names(wanted), "they are of other interfaces, {}", interfaces.join(", "));
    let memory = Memory::of(table.try_clone()?.into())?;
    let connections = wanted.start.connections;
    let fits = memory.words().len() == words(connections) && Table::of(memory.words(), connections).is_ok();
    ensure!(fits, "their table is another release's, or there is not room for {connections} in it");
    Ok((state, memory))
}

impl Kept {
    /// Has the table kept, and whose number is whose, if there is somebody to keep it. `goes_on` says that the table is the one that was found.
    pub(crate) fn new(found: Found, memory: &Memory, goes_on: bool, wanted: &Configuration, master: &Master) -> Option<Self> {
        let keeper = Keeper::of_this_process()?;
        let mut names: Vec<String> = found.files.into_iter().map(|(name, _)| name).collect();
        let turn = names.iter().filter_map(|name| turn(name)).max().unwrap_or(0);
        if !goes_on {
            names.drain(..).for_each(|name| drop(keeper.forget(&name)));
            keeper.keep(TABLE, memory.as_fd()).inspect_err(warn).ok()?;
            names.push(TABLE.to_owned());
        }
        let interfaces = interface_names(wanted).into_iter().map(str::to_owned).collect();
        let mut kept = Self { keeper, interfaces, count: [0; 2], turn, names };
        kept.follow(master);
        Some(kept)
    }

    /// Keeps whose number is whose, if there are new numbers. To be called before a connection has one of them; those that nobody knows are dropped.
    pub(crate) fn follow(&mut self, master: &Master) {
        let count = [master.services().len(), master.members().len()];
        if count != self.count
            && let Err(error) = self.keep(master)
        {
            warn(&error);
        }
        self.count = count;
    }

    fn keep(&mut self, master: &Master) -> io::Result<()> {
        let state = State { master: master.clone(), ill: Default::default(), shares: Shares::default() };
        let text = serde_json::to_vec(&Numbers { interfaces: self.interfaces.clone(), state })?;
        let mut file = File::from(memfd_create("tandem-numbers", MFdFlags::MFD_CLOEXEC)?);
        file.write_all(&text)?;
        self.turn += 1;
        let name = format!("{NUMBERS}{}", self.turn);
        self.keeper.keep(&name, file.as_fd())?;
        // The last ones go when the new ones are there.
        for old in self.names.extract_if(.., |name| turn(name).is_some()) {
            let _ = self.keeper.forget(&old);
        }
        self.names.push(name);
        Ok(())
    }
}

fn warn(error: &io::Error) {
    tell(format_args!("warning: nobody keeps the connections for the next process ({error}): they are lost if this one is killed"));
}

impl Drop for Kept {
    fn drop(&mut self) {
        // Without its ingress filter the kernel resets the connections.
        self.names.iter().for_each(|name| drop(self.keeper.forget(name)));
    }
}

/// Whether a connection's numbers are those of services, servers and interfaces.
pub(crate) fn knows(master: &Master, interfaces: usize, connection: &Connection) -> bool {
    let is_served = connection.service == flow::nat::NAT
        || usize::from(connection.service) < master.services().len() && usize::from(connection.server_number) < master.members().len();
    is_served && usize::from(connection.client_link.0) < interfaces
}
