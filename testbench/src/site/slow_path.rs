//! The slow path of a card: a program on its host, which here is the namespace of the wires.

use super::cleanup::{self, Trace};
use super::{Card, Figure, Site};
use anyhow::{Result, ensure};
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};

/// A slow path that is running; it ends with this.
pub(super) struct SlowPath(Child);

impl Site {
    /// Starts the slow path of every card.
    pub(super) fn start_slow_paths(&mut self) -> Result<()> {
        for card in &self.cards {
            let file = self.file(card, &self.configuration(card, self.options.managers, ""))?;
            let mut command =
                self.wires.command(&self.options.programs.tandem, ["--card", &card.locator(), "--wait", "30", "slow-path", &file]);
            let [outside, inside] = card.host_interfaces();
            command.args(["--taps", "none", "--port", &format!("0=if:{outside}"), "--port", &format!("1=if:{inside}")]);
            command.env("TANDEM_RUNTIME", self.path("run")).env("TANDEM_STATE", self.path("state"));
            let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
            cleanup::remember(Trace::Card(child.id()));
            let errors = child.stderr.take().expect("it is piped");
            self.slow_paths.push(SlowPath(child));
            let mut line = String::new();
            let mut errors = BufReader::new(errors);
            errors.read_line(&mut line)?;
            ensure!(line.starts_with("ready: "), "the slow path of {}: {line}", card.name());
            // What it has to say later is read, lest it waits for a reader.
            std::thread::spawn(move || std::io::copy(&mut errors, &mut std::io::sink()));
        }
        Ok(())
    }

    /// The addresses for which a card's slow path answers, as its configuration lists them.
    pub(super) fn group_addresses(&self, card: &Card) -> String {
        let addresses: Vec<String> = match self.options.figure {
            Figure::Combined => ["10.1.0.1", "10.2.0.1", "fd01::1", "fd02::1"].map(str::to_owned).into(),
            Figure::TwoSided { links } => (1..=links).map(|link| format!("10.{}.{link}.1", card.side())).collect(),
        };
        format!("{addresses:?}")
    }
}

impl Drop for SlowPath {
    fn drop(&mut self) {
        cleanup::forget(&Trace::Card(self.0.id()));
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
