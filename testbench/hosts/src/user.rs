//! Users other than root have namespaces of their own, in which they may do what a site needs.

use anyhow::{Context as _, Result};
use std::ffi::OsStr;
use std::fs::File;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, ExitCode};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Where TAPs come from.
const TUN: &str = "/dev/net/tun";

/// A folder for named namespaces that is its own, and then the program.
const BEGIN: &str = r#"mount -t tmpfs none /run && mkdir -p /run/netns && exec "$0" "$@""#;

/// Whether this process is root, of the machine or of a namespace.
pub fn is_root() -> bool {
    nix::unistd::geteuid().is_root()
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
///
/// # Errors
/// If none can.
pub fn need_taps() -> Result<()> {
    let opened = File::options().read(true).write(true).open(TUN);
    opened.map(drop).with_context(|| format!("{TUN}, where TAPs come from; as root: modprobe tun; chmod 666 {TUN}"))
}

/// Runs this program once more as the root of a user namespace, unless it is root; with how that ended.
///
/// # Errors
/// If the kernel lets this user have none.
pub fn again_as_root_of_its_own() -> Result<Option<ExitCode>> {
    if is_root() {
        return Ok(None);
    }
    // Ctrl-C is for the inner one, which takes its site down.
    signal_hook::flag::register(signal_hook::consts::SIGINT, Arc::new(AtomicBool::new(false)))?;
    let status = as_root_of_its_own(std::env::args_os().skip(1))?.status().context("unshare; `./justw setup` installs it")?;
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal)).unwrap_or(2);
    Ok(Some(ExitCode::from(u8::try_from(code).unwrap_or(2))))
}
