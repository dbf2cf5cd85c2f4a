//! `formal`: see `--help`. Run by `just formal`, which installs the tools first.

use anyhow::Result;
use clap::Parser;
use formal::claims::{CLAIMS, OF_SHARED_SIDE};
use formal::equal;
use formal::prove::{HEAD, Proved, prove};
use formal::text;
use formal::wrappers::WRAPPERS;
use rayon::prelude::*;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;
use synth::verilog::{DESIGNS, modules, short};

/// The design that has every block: that of 512 bit whose ports share a decision side.
const WHOLE: &str = DESIGNS[2];

/// Proves, for all inputs, what the emitted hardware and the shells' modules promise, and prints each proof; exits with 1 if one fails.
#[derive(Parser)]
struct Arguments {
    /// The folder that `just emit` has written.
    #[arg(long, default_value = "out/verilog")]
    verilog: PathBuf,
    /// The design; that of 512 bit with a shared decision side has every block of the other, and more.
    #[arg(long, value_parser = DESIGNS, default_value = WHOLE)]
    design: String,
    /// Only these blocks, by the names of their modules.
    blocks: Vec<String>,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("formal: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Returns whether everything was proved.
fn run(Arguments { verilog, design, blocks }: &Arguments) -> Result<bool> {
    let start = Instant::now();
    let text = text::design(verilog, design)?;
    let modules = modules(&text)?;
    let named = |block: &str| blocks.is_empty() || blocks.iter().any(|wanted| short(wanted) == short(block));

    let mut work: Vec<Box<dyn Fn() -> Result<Proved> + Sync + Send>> = vec![];
    for claim in CLAIMS.iter().chain(&WRAPPERS) {
        let all = claim.blocks(&modules);
        let lacks_it = design == DESIGNS[0] && OF_SHARED_SIDE.contains(&claim.block);
        anyhow::ensure!(lacks_it || !all.is_empty(), "no module is called {}; remedy: give hw/formal/src its new name", claim.block);
        for block in all.into_iter().filter(|block| named(block) || named(claim.block.trim_end_matches('_'))) {
            let text = &text;
            work.push(Box::new(move || prove(&format!("formal/{design}_{block}"), claim, block, text)));
        }
    }
    if named("hash") {
        work.push(Box::new(|| equal::prove(&format!("formal/{design}_hash"), &text)));
    }

    tools::print(format_args!("{HEAD}"));
    let done = work.par_iter().with_max_len(1).map(|prove| match prove() {
        Ok(proved) => {
            tools::print(format_args!("{proved}"));
            true
        }
        Err(error) => {
            eprintln!("formal: {error:#}");
            false
        }
    });
    let done: Vec<bool> = done.collect();
    let failed = done.iter().filter(|done| !**done).count();
    tools::print(format_args!("{design}: {} proved, {failed} not, in {:.0} seconds", done.len() - failed, start.elapsed().as_secs_f64()));
    Ok(failed == 0)
}
