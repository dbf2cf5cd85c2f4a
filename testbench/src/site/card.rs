//! Simulated cards as processes, and the operator's program on them.

use super::Options;
use super::cleanup::{self, Trace};
use super::namespace::{Namespace, run, text};
use anyhow::{Context as _, Result, bail, ensure};
use clap::ValueEnum as _;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

/// Where the programs are that a site runs.
#[derive(Clone, Debug)]
pub struct Programs {
    /// The operator's.
    pub tandem: PathBuf,
    /// The simulated card.
    pub card: PathBuf,
    /// The traffic manager.
    pub manager: PathBuf,
}

impl Programs {
    /// Those in this folder.
    ///
    /// # Errors
    /// If one is missing.
    pub fn in_folder(folder: &Path) -> Result<Self> {
        let [tandem, card, manager] = ["tandem", "tandem-card", "tandem-manager"].map(|name| folder.join(name));
        for program in [&tandem, &card, &manager] {
            ensure!(program.exists(), "{} is missing; build it: cargo build --release --workspace --bins", program.display());
        }
        Ok(Self { tandem, card, manager })
    }
}

/// A simulated card; it ends with this.
pub struct Card {
    name: String,
    side: u8,
    group_mac: &'static str,
    ports: [String; 2],
    folder: PathBuf,
    tandem: PathBuf,
    child: Child,
}

impl Card {
    /// Starts one on the TAPs of its ports, of which the second leads to the managers, and waits until it is there.
    pub(super) fn start(
        options: &Options,
        wires: &Namespace,
        folder: &Path,
        name: &str,
        side: u8,
        group_mac: &'static str,
        ports: [&str; 2],
    ) -> Result<Self> {
        let [outside, inside] = ports.map(|port| format!("tap:{port}"));
        let design = options.design.to_possible_value().expect("every card has a name");
        let mut command = wires.command(&options.programs.card, ["--design", design.get_name()]);
        command.args(["--port", &format!("0={outside}"), "--port", &format!("1={inside}")]).arg("--socket").arg(folder.join(name));
        command.stdout(Stdio::piped());
        if options.model {
            command.args(["--from", "model"]);
        }
        if options.slow_path {
            let [outside, inside] = host_interfaces(name);
            command.args(["--host", &format!("0=tap:{outside}"), "--host", &format!("1=tap:{inside}")]);
        } else {
            command.arg("--host").arg(folder.join(format!("{name}.host.pcap")));
        }
        let mut child = command.spawn().with_context(|| options.programs.card.display().to_string())?;
        cleanup::remember(Trace::Process(child.id()));
        let output = child.stdout.take().expect("it is piped");
        let card = Self {
            name: name.into(),
            side,
            group_mac,
            ports: ports.map(str::to_owned),
            folder: folder.into(),
            tandem: options.programs.tandem.clone(),
            child,
        };
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        ensure!(line.starts_with("ready: "), "{name} did not start; its errors are above");
        Ok(card)
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The interfaces that are its ports.
    pub fn ports(&self) -> &[String; 2] {
        &self.ports
    }

    /// The interfaces of its host, by which it hands up what came in by each port.
    pub(super) fn host_interfaces(&self) -> [String; 2] {
        host_interfaces(&self.name)
    }

    pub(super) fn side(&self) -> u8 {
        self.side
    }

    /// The MAC to which it answers.
    pub fn group_mac(&self) -> &'static str {
        self.group_mac
    }

    /// The port that leads to the managers.
    pub(super) fn managers_port(&self) -> usize {
        1
    }

    /// How `tandem` is told of it.
    pub fn locator(&self) -> String {
        format!("vfio-user:{}", self.folder.join(&self.name).display())
    }

    /// Runs `tandem` on it, whatever comes of it.
    ///
    /// # Errors
    /// If it cannot be started.
    pub fn try_tandem(&self, arguments: &[&str]) -> Result<Output> {
        let mut command = Command::new(&self.tandem);
        command.args(["--card", &self.locator(), "--wait", "30"]).args(arguments).stdin(Stdio::null());
        // Of the machine, neither the state folder nor the journal is touched.
        run(command.env("TANDEM_STATE", self.folder.join("state")).env("TANDEM_JOURNAL", self.folder.join("journal")))
    }

    /// Runs it to a good end; 2, which says that something was found, is one. Its standard output.
    ///
    /// # Errors
    /// If it fails.
    pub fn tandem(&self, arguments: &[&str]) -> Result<String> {
        let output = self.try_tandem(arguments)?;
        if !matches!(output.status.code(), Some(0 | 2)) {
            bail!("tandem {}: {}", arguments.join(" "), text(&output.stderr));
        }
        Ok(String::from_utf8(output.stdout)?)
    }
}

fn host_interfaces(card: &str) -> [String; 2] {
    [0, 1].map(|port| format!("{card}.h{port}"))
}

impl Drop for Card {
    fn drop(&mut self) {
        cleanup::forget(&Trace::Process(self.child.id()));
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
