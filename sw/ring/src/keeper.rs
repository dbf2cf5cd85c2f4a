//! Descriptors that outlive their process: who has started it keeps them, and gives them to the next one.
//!
//! Source: systemd's file descriptor store, as sd_notify(3) and sd_listen_fds(3) describe it.

use crate::descriptors;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io;
use std::os::fd::{BorrowedFd, RawFd};
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::time::Duration;

/// The first descriptor that a new process is given.
const FIRST: RawFd = 3;
/// How long it may take to take a descriptor.
const PATIENCE: Duration = Duration::from_secs(1);

/// Who has started this process, and keeps descriptors for the next one.
#[derive(Debug)]
pub struct Keeper(UnixDatagram);

impl Keeper {
    /// The one that this process was told of; `None`: there is none. It may keep nothing all the same, and does not tell.
    pub fn of_this_process() -> Option<Self> {
        Self::at(&std::env::var_os("NOTIFY_SOCKET")?).ok()
    }

    fn at(place: &OsStr) -> io::Result<Self> {
        let address = match place.as_bytes() {
            [b'@', name @ ..] => SocketAddr::from_abstract_name(name)?,
            path => SocketAddr::from_pathname(OsStr::from_bytes(path))?,
        };
        let socket = UnixDatagram::unbound()?;
        socket.connect_addr(&address)?;
        socket.set_write_timeout(Some(PATIENCE))?;
        Ok(Self(socket))
    }

    /// Has a descriptor kept under a name without colons.
    ///
    /// # Errors
    /// If the keeper does not take messages.
    pub fn keep(&self, name: &str, descriptor: BorrowedFd<'_>) -> io::Result<()> {
        descriptors::send_with(&self.0, format!("FDSTORE=1\nFDNAME={name}").as_bytes(), &[descriptor])
    }

    /// Has everything of this name kept no longer.
    ///
    /// # Errors
    /// As [`Keeper::keep`].
    pub fn forget(&self, name: &str) -> io::Result<()> {
        self.0.send(format!("FDSTOREREMOVE=1\nFDNAME={name}").as_bytes()).map(drop)
    }
}

/// The files in memory that were kept for this process, with their names. To be called once, before anything else is opened.
pub fn kept() -> Vec<(String, File)> {
    let variable = |name| std::env::var(name).unwrap_or_default();
    if variable("LISTEN_PID") != std::process::id().to_string() {
        return vec![];
    }
    let (count, names) = (variable("LISTEN_FDS").parse().unwrap_or(0), variable("LISTEN_FDNAMES"));
    let mut names = names.split(':');
    let given = (FIRST..).take(count).filter_map(|number| {
        let name = names.next().unwrap_or_default().to_owned();
        let file = File::options().read(true).write(true).open(OsString::from(format!("/proc/self/fd/{number}"))).ok();
        // What the process was given is open in the programs that it starts, too; the file that was opened just now is not.
        let _ = nix::unistd::close(number);
        Some((name, file?))
    });
    given.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read as _, Write as _};
    use std::os::fd::AsFd as _;

    #[test]
    fn a_descriptor_is_kept_under_its_name_and_forgotten() {
        let folder = std::env::temp_dir().join(format!("tandem-keeper-{}", std::process::id()));
        let name = format!("tandem-keeper-{}", std::process::id());
        let other = UnixDatagram::bind_addr(&SocketAddr::from_abstract_name(&name).unwrap()).unwrap();
        let by_path = UnixDatagram::bind(&folder).unwrap();
        for (place, socket) in [(OsString::from(format!("@{name}")), other), (folder.clone().into(), by_path)] {
            let keeper = Keeper::at(&place).unwrap();
            let mut file = File::from(nix::sys::memfd::memfd_create("x", nix::sys::memfd::MFdFlags::MFD_CLOEXEC).unwrap());
            file.write_all(b"what it holds").unwrap();
            keeper.keep("one", file.as_fd()).unwrap();
            keeper.forget("one").unwrap();
            let mut room = [0; 64];
            let (length, mut descriptors) = descriptors::receive_with(&socket, &mut room).unwrap();
            assert_eq!((&room[..length], descriptors.len()), (&b"FDSTORE=1\nFDNAME=one"[..], 1));
            let mut text = String::new();
            let mut again = File::from(descriptors.remove(0));
            std::io::Seek::rewind(&mut again).unwrap();
            again.read_to_string(&mut text).unwrap();
            assert_eq!(text, "what it holds");
            let (length, descriptors) = descriptors::receive_with(&socket, &mut room).unwrap();
            assert_eq!((&room[..length], descriptors.len()), (&b"FDSTOREREMOVE=1\nFDNAME=one"[..], 0));
        }
        std::fs::remove_file(folder).unwrap();
        assert!(Keeper::at(OsStr::new("/nowhere/at/all")).is_err());
    }
}
