//! The state folder: the tables that each card held last, and the history of its changes.

use crate::change::Change;
use crate::output;
use anyhow::{Context as _, Result};
use control::CardTables;
use driver::Locator;
use std::fs::{DirBuilder, OpenOptions};
use std::io::{ErrorKind, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::PathBuf;

/// Where what outlives a card's reset is kept.
#[derive(clap::Args)]
pub(crate) struct StateFolder {
    /// The folder that keeps the tables of each card, for --restore, and the history of its changes
    #[arg(long = "state", value_name = "DIR", env = "TANDEM_STATE", hide_env_values = true, default_value = "/var/lib/tandem")]
    folder: PathBuf,
}

/// One card's part of it.
pub(crate) struct CardFolder(PathBuf);

impl StateFolder {
    /// The part of this card.
    ///
    /// # Errors
    /// If the path of a card's socket depends on a current folder that is gone.
    pub(crate) fn of(&self, card: &Locator) -> Result<CardFolder> {
        Ok(CardFolder(self.folder.join(folder_name(card)?)))
    }
}

/// The name of a card's own folder.
///
/// # Errors
/// If the path of its socket depends on a current folder that is gone.
pub(crate) fn folder_name(card: &Locator) -> Result<String> {
    Ok(match card {
        Locator::Pci(address) => address.clone(),
        Locator::VfioUser(socket) => {
            // However the socket is called: a file's name has no slashes.
            let socket = socket.canonicalize().or_else(|_| std::path::absolute(socket))?;
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
            let letters = socket.as_os_str().as_bytes().iter();
            let name: String =
                letters.map(|&byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect();
            format!("vfio-user:{name}")
        }
    })
}

impl CardFolder {
    /// The file of the tables that the card held last.
    pub(crate) fn tables(&self) -> PathBuf {
        self.0.join("tables.json")
    }

    /// The file of its history, a line for each change.
    pub(crate) fn history(&self) -> PathBuf {
        self.0.join("history.jsonl")
    }

    fn make(&self) -> Result<()> {
        let made = DirBuilder::new().recursive(true).mode(0o700).create(&self.0);
        made.with_context(|| format!("{}: cannot make this folder", self.0.display()))
    }

    /// Keeps the tables that the card holds, whole or not at all.
    ///
    /// # Errors
    /// If the folder takes no file.
    pub(crate) fn keep(&self, held: &CardTables) -> Result<()> {
        self.make()?;
        let file = self.tables();
        output::replace_secret(&file, held.to_json().as_bytes()).with_context(|| format!("{}: cannot be written", file.display()))
    }

    /// Adds a line to the history. One that broke off before stays a line of its own.
    ///
    /// # Errors
    /// If the folder or the file takes nothing.
    pub(crate) fn append(&self, change: &Change) -> Result<()> {
        self.make()?;
        let path = self.history();
        let written = || -> std::io::Result<()> {
            let mut file = OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(&path)?;
            let mut line = serde_json::to_string(change)? + "\n";
            let mut last = [b'\n'];
            if file.seek(SeekFrom::End(0))? > 0 {
                file.seek(SeekFrom::End(-1))?;
                file.read_exact(&mut last)?;
            }
            if last != [b'\n'] {
                line.insert(0, '\n');
            }
            file.write_all(line.as_bytes())?;
            file.sync_all()
        };
        written().with_context(|| format!("{}: cannot be written", path.display()))
    }

    /// The history, oldest first, and a remark for each line that is none.
    ///
    /// # Errors
    /// If the file is there and cannot be read.
    pub(crate) fn read_history(&self) -> Result<(Vec<Change>, Vec<String>)> {
        let path = self.history();
        let bytes = match std::fs::read(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Default::default()),
            read => read.with_context(|| format!("{}: cannot be read; read it as the user who changes the card", path.display()))?,
        };
        let (mut changes, mut remarks) = (Vec::new(), Vec::new());
        for (number, line) in (1..).zip(bytes.split(|byte| *byte == b'\n')).filter(|(_, line)| !line.is_empty()) {
            match serde_json::from_slice(line) {
                Ok(change) => changes.push(change),
                Err(error) => remarks.push(format!("{}:{number}: this line is damaged and was left out: {error}", path.display())),
            }
        }
        Ok((changes, remarks))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(card: &str) -> PathBuf {
        StateFolder { folder: "/var/lib/tandem".into() }.of(&card.parse().unwrap()).unwrap().0
    }

    #[test]
    fn every_card_has_a_folder_of_its_own() {
        assert_eq!(folder("0000:01:00.0"), PathBuf::from("/var/lib/tandem/0000:01:00.0"));
        assert_eq!(folder("vfio-user:/nowhere/a b"), PathBuf::from("/var/lib/tandem/vfio-user:%2Fnowhere%2Fa%20b"));
    }

    #[test]
    fn the_unit_looks_where_tables_are_kept() {
        let unit = include_str!("../systemd/tandem-restore@.service").replace("%i", "0000:01:00.0");
        let tables = StateFolder { folder: "/var/lib/tandem".into() }.of(&Locator::Pci("0000:01:00.0".into())).unwrap().tables();
        assert!(unit.contains(&format!("ConditionPathExists={}\n", tables.display())));
    }
}
