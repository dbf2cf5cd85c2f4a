//! `synth area` and `synth place`: see `--help`. Run by `just synth` and `just pnr`, which install the tools first.

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use rayon::prelude::*;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use synth::blocks::{self, CORE, QUICK};
use synth::groups::{GROUPS, Group};
use synth::verilog::{DESIGNS, TOP, distributor, module_name, modules, short};
use synth::{area, place, rate, record};

/// Where the areas are recorded.
const RECORD: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/area.txt");

/// Where the clock rates are recorded.
const RATES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/rates.txt");

/// The family each design is for: Alveo and NetFPGA-PLUS cards have an UltraScale+, the NetFPGA-SUME a Virtex-7.
const HOMES: [&str; DESIGNS.len()] = ["xcup", "xc7", "xcup"];

/// What open tools measure of the hardware. As many runs at once as RAYON_NUM_THREADS gives, or as there are cores.
#[derive(Parser)]
struct Arguments {
    /// The folder that `just emit` wrote.
    #[arg(long, default_value = "out/verilog", global = true)]
    verilog: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Synthesises the distributors with Yosys and compares area and depth of every block with the record; ends with 1 where they differ.
    Area {
        /// Only this design.
        #[arg(long, value_parser = DESIGNS)]
        design: Option<String>,
        /// For this family, UltraScale+ or 7 series; otherwise those of 512 bit for xcup and 256x4 for xc7.
        #[arg(long, value_parser = area::FAMILIES)]
        family: Option<String>,
        /// Record what was measured.
        #[arg(long)]
        accept: bool,
    },
    /// Places and routes blocks, and groups of neighbours, for an ECP5 with nextpnr: MHz of the worst, the median and the best seed, and the
    /// longest path; ends with 1 where the worst seed is a tenth slower than the record.
    Place {
        /// The blocks by their modules' names, and frame_side, icmp_to_rules, key_to_hash; without any, these and every block but the pipeline
        /// and the core.
        blocks: Vec<String>,
        /// The design they are of.
        #[arg(long, value_parser = DESIGNS, default_value = DESIGNS[0])]
        design: String,
        /// Seeds a block, from 1.
        #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..))]
        seeds: u8,
        /// End with 1, too, where a block's worst seed is slower than this.
        #[arg(long, value_name = "MHZ")]
        at_least: Option<f64>,
        /// Only the few blocks that stand for all, and the groups, one seed each: minutes.
        #[arg(long, conflicts_with_all = ["blocks", "seeds"])]
        quick: bool,
        /// With `--quick`, leave out the groups: a minute, as CI has it.
        #[arg(long, requires = "quick")]
        blocks_only: bool,
        /// Record what was measured.
        #[arg(long, conflicts_with = "quick")]
        accept: bool,
    },
}

fn main() -> ExitCode {
    let Arguments { verilog, command } = Arguments::parse();
    let done = match command {
        Command::Area { design, family, accept } => areas(&verilog, design.as_deref(), family.as_deref(), accept),
        Command::Place { design, at_least, quick: true, blocks_only, .. } => {
            let groups = GROUPS.iter().map(|group| group.name).filter(|_| !blocks_only);
            let quick: Vec<String> = QUICK.into_iter().chain(groups).map(String::from).collect();
            places(&verilog, &quick, &design, 1, at_least, false)
        }
        Command::Place { blocks, design, seeds, at_least, accept, .. } => {
            places(&verilog, &blocks, &design, seeds.into(), at_least, accept)
        }
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("synth: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Whether every area is as recorded, or is now.
fn areas(verilog: &Path, design: Option<&str>, family: Option<&str>, accept: bool) -> Result<bool> {
    let mut runs = vec![];
    for (name, home) in DESIGNS.into_iter().zip(HOMES).filter(|(name, _)| design.is_none_or(|design| design == *name)) {
        runs.push((family.unwrap_or(home), name, distributor(verilog, name)?));
    }
    let measured: Vec<_> = runs.par_iter().map(|(family, name, text)| area::measure(name, TOP, family, text)).collect::<Result<_>>()?;
    measured.iter().for_each(|measured| tools::print(format_args!("{measured}")));

    let rows: Vec<_> = measured.into_iter().flat_map(|measured| measured.rows).collect();
    let recorded = record::parse(&fs::read_to_string(RECORD).context(RECORD)?).context(RECORD)?;
    if accept {
        fs::write(RECORD, record::print(&record::updated(recorded, rows))).context(RECORD)?;
        return Ok(true);
    }
    let differences = record::differences(&recorded, &rows);
    differences.iter().for_each(|difference| eprintln!("synth: {difference}"));
    if !differences.is_empty() {
        eprintln!("synth: remedy: where it was meant, just synth --accept, and commit hw/synth/area.txt with the change");
    }
    Ok(differences.is_empty())
}

/// Whether every block is as fast as asked and nearly as fast as recorded, or its rate is recorded now.
fn places(verilog: &Path, wanted: &[String], design: &str, seeds: usize, at_least: Option<f64>, accept: bool) -> Result<bool> {
    let text = distributor(verilog, design)?;
    let modules = modules(&text)?;
    let stages = blocks::of(&modules)?.into_iter().filter(|block| !["tandem_pipeline", CORE].contains(block));
    let everything = GROUPS.iter().map(|group| group.name).chain(stages).map(String::from);
    let blocks: Vec<String> = if wanted.is_empty() { everything.collect() } else { wanted.to_vec() };
    let mut recorded = rate::parse(&fs::read_to_string(RATES).context(RATES)?).context(RATES)?;

    tools::print(format_args!("{}", place::HEAD));
    let placed = |block: &String| -> Result<place::Placed> {
        let placed = match Group::named(block) {
            Some(group) => group.module(design, &modules).and_then(|module| {
                let all: Vec<_> = modules.iter().cloned().chain([module.as_module()]).collect();
                place::place(design, group.name, &all, seeds)
            }),
            None => place::place(design, &module_name(block), &modules, seeds),
        };
        let placed = placed.with_context(|| block.clone())?;
        tools::print(format_args!("{placed}"));
        Ok(placed)
    };
    let placed: Vec<_> = blocks.par_iter().map(placed).collect::<Result<_>>()?;
    let rates = placed.iter().map(|placed| (format!("{design} {}", short(placed.block())), placed.worst()));
    if accept {
        recorded.extend(rates);
        fs::write(RATES, rate::print(&recorded)).context(RATES)?;
        return Ok(true);
    }
    let slow: Vec<String> = rates.filter_map(|(name, rate)| rate::too_low(&recorded, &name, rate, at_least)).collect();
    slow.iter().for_each(|slow| eprintln!("synth: {slow}"));
    Ok(slow.is_empty())
}
