//! `tandem`: the operator's program. Every command is a file in `command/`.
//!
//! Ends with 0 when all is well, with 1 when something went wrong, and with 2 when the answer is that there is something to do: changes to
//! apply, drift, hazards.

mod card;
mod change;
mod command;
mod confirm;
mod goal;
mod history;
mod input;
mod journal;
mod names;
mod output;
mod progress;
mod saved;
mod slow_path;
mod state;

use anyhow::{Result, ensure};
use clap::{Parser, Subcommand};
use driver::{Locator, WindowLocation};
use operator::program::{self, Finding};
use std::process::ExitCode;
use std::time::Duration;

/// Plans, applies and explains what a Tandem card does with packets.
#[derive(Parser)]
#[command(version, about, disable_help_subcommand = true)]
struct Arguments {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// What every command understands.
#[derive(Clone, clap::Args)]
struct Global {
    /// The card: a PCI address such as 0000:01:00.0, or vfio-user:SOCKET for a simulated one. Optional if the host has only one
    #[arg(long, global = true, value_name = "CARD", help_heading = "Options of every command")]
    card: Option<Locator>,
    /// Where the card shows its registers: a BAR and a byte offset, such as 2:0x100000. Needed only where the shell does not determine it
    #[arg(long, global = true, value_name = "BAR:OFFSET", help_heading = "Options of every command")]
    window: Option<WindowLocation>,
    /// Waits this long for a card that another process has locked [default: 2]
    #[arg(long, global = true, value_name = "SECONDS", value_parser = seconds::<0>, help_heading = "Options of every command")]
    wait: Option<Duration>,
    /// Prints JSON for programs instead of text for people
    #[arg(long, global = true, help_heading = "Options of every command")]
    json: bool,
}

/// Reads seconds, from as few as `LEAST_MS` milliseconds to a day.
fn seconds<const LEAST_MS: u64>(text: &str) -> Result<Duration, String> {
    let least = Duration::from_millis(LEAST_MS).as_secs_f64();
    let seconds: Option<f64> = text.parse().ok().filter(|seconds| (least..=86_400.0).contains(seconds));
    seconds.map(Duration::from_secs_f64).ok_or_else(|| format!("write seconds from {least} to 86400"))
}

#[derive(Subcommand)]
enum Command {
    List(command::list::Arguments),
    Info(command::info::Arguments),
    Check(command::check::Arguments),
    Lint(command::lint::Arguments),
    Plan(command::plan::Arguments),
    Apply(command::apply::Arguments),
    Set(command::set::Arguments),
    Rollback(command::rollback::Arguments),
    Export(command::export::Arguments),
    History(command::history::Arguments),
    Show(command::show::Arguments),
    SlowPath(command::slow_path::Arguments),
    Watch(command::watch::Arguments),
    Explain(command::explain::Arguments),
    Ports(command::ports::Arguments),
    Analyze(command::analyze::Arguments),
    Register(command::register::Arguments),
    Completions(command::completions::Arguments),
    Man(command::man::Arguments),
}

fn main() -> ExitCode {
    let arguments: Arguments = program::arguments();
    let ended = arguments.command.speaks_json(&arguments.global).and_then(|()| run(&arguments));
    // What was done is done, whether or not it could be told; but an answer that nobody got is none.
    program::exit_code(&ended, arguments.command.changes_the_card())
}

impl Command {
    /// Refuses `--json` where there is no document to print.
    fn speaks_json(&self, global: &Global) -> Result<()> {
        ensure!(!global.json || !matches!(self, Self::Completions(_) | Self::Man(_)), "this command prints no JSON; leave --json out");
        Ok(())
    }

    /// Whether the command is there to change a card, and not to say something.
    fn changes_the_card(&self) -> bool {
        matches!(self, Self::Apply(_) | Self::Set(_) | Self::Rollback(_) | Self::Register(_))
    }
}

fn run(arguments: &Arguments) -> Result<Finding> {
    let global = &arguments.global;
    match &arguments.command {
        Command::List(_) => command::list::run(global),
        Command::Info(_) => command::info::run(global),
        Command::Check(arguments) => command::check::run(global, arguments),
        Command::Lint(arguments) => command::lint::run(global, arguments),
        Command::Plan(arguments) => command::plan::run(global, arguments),
        Command::Apply(arguments) => command::apply::run(global, arguments),
        Command::Set(arguments) => command::set::run(global, arguments),
        Command::Rollback(arguments) => command::rollback::run(global, arguments),
        Command::Export(arguments) => command::export::run(global, arguments),
        Command::History(arguments) => command::history::run(global, arguments),
        Command::Show(arguments) => command::show::run(global, arguments),
        Command::SlowPath(arguments) => command::slow_path::run(global, arguments),
        Command::Watch(arguments) => command::watch::run(global, arguments),
        Command::Explain(arguments) => command::explain::run(global, arguments),
        Command::Ports(arguments) => command::ports::run(global, arguments),
        Command::Analyze(arguments) => command::analyze::run(global, arguments),
        Command::Register(arguments) => command::register::run(global, arguments),
        Command::Completions(arguments) => command::completions::run(arguments),
        Command::Man(arguments) => command::man::run(arguments),
    }
}
