//! Users other than root have namespaces of their own, in which they may do what a site needs.

use super::TUN;
use anyhow::{Context as _, Result};
use std::ffi::OsStr;
use std::fs::File;
use std::process::Command;

/// A folder for named namespaces that is its own, and then the program.
const BEGIN: &str = r#"mount -t tmpfs none /run && mkdir -p /run/netns && exec "$0" "$@""#;

/// Whether this process is root, of the machine or of a namespace.
pub fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// This program with other arguments, as the root of a user namespace with a network and mounts of its own.
///
/// # Errors
/// If nobody knows where this program is.
pub fn as_root_of_its_own<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> Result<Command> {
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--net", "--mount", "sh", "-c", BEGIN]);
    command.arg(std::env::current_exe()?).args(arguments);
    Ok(command)
}

/// Refuses to begin where no TAP can be made.
pub(super) fn need_taps() -> Result<()> {
    let opened = File::options().read(true).write(true).open(TUN);
    opened.map(drop).with_context(|| format!("{TUN}, where TAPs come from; as root: modprobe tun; chmod 666 {TUN}"))
}
