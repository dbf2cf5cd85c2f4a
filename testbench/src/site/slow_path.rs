//! The slow path of a card: a program on its host, which here is the namespace of the wires.

use super::{Card, Figure, Site};
use anyhow::Result;
use hosts::process::Process;

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
            self.slow_paths.push(Process::start_ready(&mut command, &format!("the slow path of {}", card.name()))?);
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
