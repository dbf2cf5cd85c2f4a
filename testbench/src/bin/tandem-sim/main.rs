//! `tandem-sim`: the test bench as a program. It replays captures, soaks in random traffic and measures clocks, and in all of it
//! compares the hardware with the golden model.

mod bench;
mod replay;
mod soak;
mod stall;

use clap::{Parser, Subcommand};
use std::process::ExitCode;
use testbench::program::exit_code;

/// Replays captures through the simulated card and checks every packet against the model
#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Replay(replay::Arguments),
    Soak(soak::Arguments),
    Bench(bench::Arguments),
}

fn main() -> ExitCode {
    exit_code(match Arguments::parse().command {
        Command::Replay(arguments) => replay::run(&arguments),
        Command::Soak(arguments) => soak::run(&arguments),
        Command::Bench(arguments) => bench::run(&arguments),
    })
}
