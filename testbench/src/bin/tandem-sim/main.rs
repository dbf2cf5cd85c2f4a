//! `tandem-sim`: the simulated card as a program. It replays captures, soaks in random traffic and measures clocks, and in all of it
//! compares the hardware with the golden model.

mod bench;
mod replay;
mod serve;
mod soak;
mod stall;

use anyhow::Result;
use clap::{Parser, Subcommand, ValueEnum};
use sim::Design;
use std::process::ExitCode;

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
    Serve(serve::Arguments),
}

/// A card, by the width of its streams in bits and its groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Card {
    /// 512 bit, 8 groups
    #[value(name = "512x8")]
    Wide,
    /// 256 bit, 4 groups, as for NetFPGA
    #[value(name = "256x4")]
    Narrow,
}

impl Card {
    /// The design with both of the card's ports.
    fn distributor(self) -> Design {
        match self {
            Self::Wide => Design::Distributor512,
            Self::Narrow => Design::Distributor256,
        }
    }

    /// One core alone.
    fn core(self) -> Design {
        match self {
            Self::Wide => Design::Core512,
            Self::Narrow => Design::Core256,
        }
    }
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(code) => code,
        // Whoever reads our output, `head` for example, has enough.
        Err(error) if error.chain().any(is_broken_pipe) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: Arguments) -> Result<ExitCode> {
    match arguments.command {
        Command::Replay(arguments) => replay::run(&arguments),
        Command::Soak(arguments) => soak::run(&arguments),
        Command::Bench(arguments) => bench::run(&arguments),
        Command::Serve(arguments) => serve::run(&arguments),
    }
}

fn is_broken_pipe(error: &(dyn std::error::Error + 'static)) -> bool {
    error.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}
