//! A program on a host; it ends with its owner.

use crate::cleanup::{self, Trace};
use anyhow::{Context as _, Result, bail};
use std::io::{BufRead as _, BufReader, Lines};
use std::process::{Child, ChildStderr, Command, Stdio};

/// A running program.
pub struct Process {
    child: Child,
    what: String,
}

impl Process {
    /// Starts a program that runs until it is told to end.
    ///
    /// # Errors
    /// If it cannot be started.
    pub fn start(command: &mut Command, what: &str) -> Result<Self> {
        let child = command.stdin(Stdio::null()).spawn().with_context(|| format!("{what}: {}", command.get_program().display()))?;
        cleanup::remember(Trace::Process(child.id()));
        Ok(Self { child, what: what.into() })
    }

    /// The same of one that tells on standard error that it is ready, by a line that begins so.
    ///
    /// # Errors
    /// If it ends before, with what it said.
    pub fn start_ready(command: &mut Command, what: &str) -> Result<Self> {
        let mut process = Self::start(command.stdout(Stdio::null()).stderr(Stdio::piped()), what)?;
        let errors = process.child.stderr.take().expect("it is piped");
        let mut lines: Lines<BufReader<ChildStderr>> = BufReader::new(errors).lines();
        let mut told = Vec::new();
        for line in lines.by_ref() {
            let line = line?;
            if line.starts_with("ready: ") {
                // What it has to say later is read, lest it waits for a reader.
                std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
                return Ok(process);
            }
            told.push(line);
        }
        bail!("{what} did not start: {}", told.join("\n"))
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to end in order, and waits until it has.
    pub fn end(mut self) {
        let _ = Command::new("kill").arg(self.child.id().to_string()).stderr(Stdio::null()).status();
        let _ = self.child.wait();
    }

    /// What it is.
    pub fn what(&self) -> &str {
        &self.what
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        cleanup::forget(&Trace::Process(self.child.id()));
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
