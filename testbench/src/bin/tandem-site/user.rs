//! The program once more, for users other than root.

use anyhow::{Context as _, Result};
use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use testbench::site::user;

/// Runs this program once more as the root of a user namespace, unless it is root; with how that ended.
///
/// # Errors
/// If the kernel lets this user have none.
pub(crate) fn again_as_root_of_its_own() -> Result<Option<ExitCode>> {
    if user::is_root() {
        return Ok(None);
    }
    // Ctrl-C is for the inner one, which takes its site down.
    signal_hook::flag::register(signal_hook::consts::SIGINT, Arc::new(AtomicBool::new(false)))?;
    let status = user::as_root_of_its_own(std::env::args_os().skip(1))?.status().context("unshare; `./justw setup` installs it")?;
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal)).unwrap_or(2);
    Ok(Some(ExitCode::from(u8::try_from(code).unwrap_or(2))))
}
