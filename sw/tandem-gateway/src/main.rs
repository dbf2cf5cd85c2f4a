//! `tandem-gateway`: the wide-area gateway as a program, in its three roles. What it does with a frame is decided in the package `gateway`.
//!
//! Ends with 0 when all is well, with 1 when something went wrong, and with 2 when the answer is that there is something to look at.

mod command;
mod file;
mod metrics;
mod report;
mod run;

use anyhow::Result;
use clap::{Parser, Subcommand};
use operator::program::{self, Finding};
use std::path::PathBuf;
use std::process::ExitCode;

/// Lets the nearest replica of a server win each connection: the gateway of the clients, that of the servers, and the replica's agent.
#[derive(Parser)]
#[command(version, about, disable_help_subcommand = true)]
struct Arguments {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// What every command understands.
#[derive(Clone, Debug, clap::Args)]
struct Global {
    /// The folder with the sockets of running gateways
    #[arg(
        long = "runtime",
        global = true,
        value_name = "DIR",
        env = "TANDEM_RUNTIME",
        hide_env_values = true,
        default_value = "/run/tandem",
        help_heading = "Options of every command"
    )]
    runtime: PathBuf,
    /// The name of the running gateway to ask. Optional if only one runs
    #[arg(long, global = true, value_name = "NAME", help_heading = "Options of every command")]
    name: Option<String>,
    /// Prints JSON for programs instead of text for people
    #[arg(long, global = true, help_heading = "Options of every command")]
    json: bool,
}

#[derive(Subcommand)]
enum Command {
    Run(command::run::Arguments),
    Check(command::check::Arguments),
    Lint(command::lint::Arguments),
    Show(command::show::Arguments),
    Watch(command::watch::Arguments),
    Explain(command::explain::Arguments),
    Trace(command::trace::Arguments),
    Tell(command::tell::Arguments),
}

fn main() -> ExitCode {
    let arguments: Arguments = program::arguments();
    program::exit_code(&execute(&arguments), false)
}

fn execute(arguments: &Arguments) -> Result<Finding> {
    let global = &arguments.global;
    match &arguments.command {
        Command::Run(arguments) => command::run::run(global, arguments),
        Command::Check(arguments) => command::check::run(global, arguments),
        Command::Lint(arguments) => command::lint::run(global, arguments),
        Command::Show(arguments) => command::show::run(global, arguments),
        Command::Watch(arguments) => command::watch::run(global, arguments),
        Command::Explain(arguments) => command::explain::run(global, arguments),
        Command::Trace(arguments) => command::trace::run(global, arguments),
        Command::Tell(arguments) => command::tell::run(global, arguments),
    }
}
