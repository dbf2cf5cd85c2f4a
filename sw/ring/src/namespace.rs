//! Opening something in another network namespace.

use nix::sched::{CloneFlags, setns};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// Where `ip netns` keeps its namespaces.
const NAMED: &str = "/run/netns";

/// Does something in a network namespace, named as `ip netns` does or by its path. What is opened there stays there.
///
/// # Errors
/// If the namespace cannot be entered.
pub(crate) fn within<T: Send>(namespace: Option<&str>, act: impl FnOnce() -> T + Send) -> io::Result<T> {
    let Some(name) = namespace else { return Ok(act()) };
    let path = if name.contains('/') { PathBuf::from(name) } else { Path::new(NAMED).join(name) };
    // A namespace is a thread's: this thread ends in it, and the others never see it.
    std::thread::scope(|scope| {
        let entered = scope.spawn(|| {
            setns(File::open(path)?, CloneFlags::CLONE_NEWNET)?;
            Ok(act())
        });
        entered.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}
