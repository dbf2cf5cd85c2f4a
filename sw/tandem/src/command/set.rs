//! `tandem set`.

use super::apply::{Consent, carry_out};
use crate::goal::Goal;
use crate::{Finding, Global, input};
use anyhow::{Result, bail};
use clap::ValueEnum as _;
use control::ManagerState;
use std::path::PathBuf;

/// Takes a manager out of service, or back into it, without an edit of the file
///
/// Plans and applies the configuration with another state for this manager. The file stays as it is: `tandem show` and `tandem plan` with it
/// show the difference, until the file says the same or is applied again.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tandem set tandem.toml alpha down --yes   at once: what still reaches alpha is dropped
  tandem set tandem.toml alpha draining     alpha's entries go to the others; it stays reachable
  tandem set tandem.toml alpha up           back again

A change of entries moves the flows in them with the commit, those that are under way as well.")]
pub(crate) struct Arguments {
    /// The configuration that the card serves
    file: PathBuf,
    /// The manager's name
    manager: String,
    /// Its new state
    state: State,
    #[command(flatten)]
    consent: Consent,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum State {
    /// It takes its share of the traffic
    Up,
    /// It gets no entries; what still names it, such as `designated`, reaches it
    Draining,
    /// It gets no entries; what still names it is dropped
    Down,
}

pub(crate) fn run(global: &Global, arguments: &Arguments) -> Result<Finding> {
    let Arguments { file, manager, state, consent } = arguments;
    let text = input::text(file)?;
    let configured = match state {
        State::Up => ManagerState::Enabled,
        State::Draining => ManagerState::Draining,
        State::Down => ManagerState::Down,
    };
    let configuration = Box::new(input::parse_with(file, &text, &[(manager, configured)])?);
    let names: Vec<&str> = configuration.managers.iter().map(|manager| manager.name.as_str()).collect();
    if !names.contains(&manager.as_str()) {
        bail!("{}: no manager is named {manager:?}; its managers are: {}", file.display(), names.join(", "));
    }
    let word = state.to_possible_value().expect("no state is hidden");
    let goal = Goal::Configured { file: file.clone(), text, configuration, canonical: consent.canonical(), saved: None };
    carry_out(global, &goal, format!("set {manager} {}", word.get_name()), consent)
}
