//! Network namespaces: hosts without machines.

use crate::cleanup::{self, Trace};
use anyhow::{Context as _, Result, bail, ensure};
use nix::sched::{CloneFlags, setns};
use std::ffi::OsStr;
use std::fs::File;
use std::io::Write as _;
use std::process::{Command, Output, Stdio};
use std::thread;

/// A network namespace with a name of its own; it goes with this.
#[derive(Debug)]
pub struct Namespace {
    name: String,
}

impl Namespace {
    /// Makes one, quiet and with nothing in it: the machine's settings for new interfaces reach none of its own.
    ///
    /// # Errors
    /// If `ip` is missing, or may not.
    pub fn new(name: String) -> Result<Self> {
        let output = run(Command::new("ip").args(["netns", "add", &name]))?;
        ensure!(
            output.status.success(),
            "no namespace {name}: {}; it takes root, or a kernel that lets users have namespaces of their own",
            text(&output.stderr)
        );
        let namespace = Self { name };
        cleanup::remember(Trace::Namespace(namespace.name.clone()));
        for setting in ["all", "default"] {
            namespace.set(&format!("ipv4/conf/{setting}/rp_filter"), "0")?;
            // No address of a link that nobody gave, and no router that nobody named.
            namespace.set(&format!("ipv6/conf/{setting}/accept_ra"), "0")?;
            namespace.set(&format!("ipv6/conf/{setting}/accept_dad"), "0")?;
            namespace.set(&format!("ipv6/conf/{setting}/router_solicitations"), "0")?;
            // A manager with one leg knows a shorter way past itself, which must not be taken.
            namespace.set(&format!("ipv4/conf/{setting}/accept_redirects"), "0")?;
            namespace.set(&format!("ipv6/conf/{setting}/accept_redirects"), "0")?;
        }
        namespace.ip(&["link set lo up"])?;
        Ok(namespace)
    }

    /// Its name, for `ip netns exec`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Runs commands of `ip` in it, all or up to the first that fails.
    ///
    /// # Errors
    /// If one fails.
    pub fn ip(&self, commands: &[impl AsRef<str>]) -> Result<()> {
        self.batch("ip", commands)
    }

    /// The same for `bridge`.
    ///
    /// # Errors
    /// If one fails.
    pub fn bridge(&self, commands: &[impl AsRef<str>]) -> Result<()> {
        self.batch("bridge", commands)
    }

    fn batch(&self, program: &str, commands: &[impl AsRef<str>]) -> Result<()> {
        let script = commands.iter().map(|command| format!("{}\n", command.as_ref())).collect::<String>();
        self.feed(Command::new(program).args(["-n", &self.name, "-batch", "-"]), &script)
    }

    /// Loads a ruleset of nftables.
    ///
    /// # Errors
    /// If `nft` is missing, or refuses it.
    pub fn nft(&self, ruleset: &str) -> Result<()> {
        self.feed(&mut self.command("nft", ["-f", "-"]), ruleset)
    }

    fn feed(&self, command: &mut Command, text_in: &str) -> Result<()> {
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().map_err(|e| missing(command, &e))?;
        let written = child.stdin.take().expect("it is piped").write_all(text_in.as_bytes());
        let output = child.wait_with_output()?;
        ensure!(output.status.success() && written.is_ok(), "{}: {command:?}: {}", self.name, text(&output.stderr));
        Ok(())
    }

    /// Writes a setting of the kernel's network: `ipv4/ip_forward`, for example.
    ///
    /// # Errors
    /// If there is none, or it may not be written.
    pub fn set(&self, setting: &str, value: &str) -> Result<()> {
        let path = format!("/proc/sys/net/{setting}");
        self.within(|| std::fs::write(&path, value).with_context(|| format!("{path}: cannot be set to {value}")))?
    }

    /// A program that runs in it.
    pub fn command<A: AsRef<OsStr>>(&self, program: impl AsRef<OsStr>, arguments: impl IntoIterator<Item = A>) -> Command {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.name]).arg(program).args(arguments).stdin(Stdio::null());
        command
    }

    /// Runs a program in it to its end.
    ///
    /// # Errors
    /// If it cannot be started.
    pub fn run(&self, program: &str, arguments: &[&str]) -> Result<Output> {
        run(&mut self.command(program, arguments))
    }

    /// Does something in it, in a thread of its own: sockets made there, and threads started there, are of this namespace.
    ///
    /// # Errors
    /// If it cannot be entered.
    pub fn within<T: Send>(&self, work: impl FnOnce() -> T + Send) -> Result<T> {
        let path = format!("/run/netns/{}", self.name);
        thread::scope(|scope| {
            let entered = scope.spawn(|| {
                let namespace = File::open(&path).with_context(|| path.clone())?;
                setns(namespace, CloneFlags::CLONE_NEWNET).with_context(|| path.clone())?;
                Ok(work())
            });
            entered.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        let _ = Command::new("ip").args(["netns", "del", &self.name]).stderr(Stdio::null()).status();
        cleanup::forget(&Trace::Namespace(self.name.clone()));
    }
}

/// Runs a command to its end.
///
/// # Errors
/// If it cannot be started: with what installs it.
pub fn run(command: &mut Command) -> Result<Output> {
    command.output().map_err(|error| missing(command, &error))
}

fn missing(command: &Command, error: &std::io::Error) -> anyhow::Error {
    anyhow::anyhow!("{}: {error}; `./justw setup` installs what a site needs", command.get_program().display())
}

/// What a program wrote.
pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim_end().to_owned()
}

/// Refuses to begin where a program that a site needs is missing.
///
/// # Errors
/// If one is.
pub fn need(programs: &[&str]) -> Result<()> {
    for program in programs {
        let found = std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).any(|folder| folder.join(program).exists());
        if !found {
            bail!("{program} is missing; `./justw setup` installs what a site needs");
        }
    }
    Ok(())
}
