//! What `tandem-sim` and `tandem-card` have in common: the choice of a card, and how they end.

use anyhow::Result;
use clap::ValueEnum;
use sim::Design;
use std::error::Error;
use std::io;
use std::process::ExitCode;

/// A card, by the width of its streams in bits and its groups, as its Verilog's folder names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CardDesign {
    /// 512 bit, 8 groups, a decision side for each port
    #[value(name = "512x8")]
    Wide,
    /// the same with one decision side for both ports: it is simulated faster
    #[value(name = "512x8_shared")]
    Shared,
    /// 256 bit, 4 groups, as for NetFPGA
    #[value(name = "256x4")]
    Narrow,
}

impl CardDesign {
    /// The design with both of the card's ports.
    pub const fn distributor(self) -> Design {
        match self {
            Self::Wide => Design::Distributor512,
            Self::Shared => Design::Shared512,
            Self::Narrow => Design::Distributor256,
        }
    }

    /// One core alone.
    pub const fn core(self) -> Design {
        match self {
            // A core alone shares with nobody.
            Self::Wide | Self::Shared => Design::Core512,
            Self::Narrow => Design::Core256,
        }
    }
}

/// The exit code of a program that has ended so; an error is printed, and ends it with 2.
pub fn exit_code(result: Result<ExitCode>) -> ExitCode {
    match result {
        Ok(code) => code,
        // Whoever reads our output, `head` for example, has enough.
        Err(error) if error.chain().any(is_broken_pipe) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn is_broken_pipe(error: &(dyn Error + 'static)) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
