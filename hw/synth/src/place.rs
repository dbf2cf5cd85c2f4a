//! Clock rates by placing and routing for an ECP5 (LFE5U-85F, speed grade 8), a chip that open tools know to its delays.
//!
//! It is a stand-in: an UltraScale+ has tables of six inputs and is faster, so these figures rank blocks and show which way is the longest;
//! they promise no clock on another chip. Its memories are measured with their output registers, as [`memory`](crate::memory) makes them.

use crate::harness;
use crate::netlist::Netlist;
use crate::tool;
use crate::verilog::ModuleText;
use anyhow::{Context, Result};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

/// The heads of the columns of [`Placed`]'s line.
pub const HEAD: &str = "block                     LUT4    FF carry  RAM  MHz worst  median    best  longest path of the worst seed";

/// What placing and routing a block by itself has shown.
pub struct Placed {
    block: String,
    /// Lookup tables, flip-flops, carry blocks of two bits, memories; the harness's are not among them.
    cells: [usize; 4],
    /// MHz by seed, the slowest first.
    rates: Vec<f64>,
    critical: CriticalPath,
}

/// The longest path from register to register.
#[derive(Clone)]
struct CriticalPath {
    from: String,
    to: String,
    /// Cells of logic it passes.
    passes: usize,
    /// Nanoseconds in cells, and between them.
    logic: f64,
    routing: f64,
}

impl Placed {
    /// The block.
    pub fn block(&self) -> &str {
        &self.block
    }

    /// The slowest seed's rate in MHz.
    pub fn worst(&self) -> f64 {
        self.rates[0]
    }
}

/// Places and routes the block `top` once for each seed from 1 to `seeds`.
///
/// # Errors
/// A block that does not fit, and whatever keeps a tool from running.
pub fn place(variant: &str, top: &str, modules: &[ModuleText], seeds: usize) -> Result<Placed> {
    let harness = harness::around(top, modules)?;
    let folder = tool::folder(&format!("ecp5_{variant}_{top}"))?;
    std::fs::write(folder.join("harness.v"), &harness)?;
    // The block stays apart until it is mapped, so that it is counted, and made, without the harness.
    let script = format!(
        "\
read_verilog harness.v
setattr -mod -set keep_hierarchy 1 {top}
synth_ecp5 -abc9 -top harness
write_json -selected apart.json
setattr -mod -unset keep_hierarchy {top}
flatten
opt_clean
write_json -selected mapped.json
"
    );
    tool::yosys(&folder, &script)?;
    let netlist = Netlist::read(&folder.join("apart.json"))?;
    let kinds = netlist.module(top)?.kinds();
    let count = |kind: &str| kinds.get(kind).copied().unwrap_or(0);

    let mut seeded = (1..=seeds).map(|seed| route(&folder, seed)).collect::<Result<Vec<_>>>()?;
    seeded.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    let critical = seeded.first().context("no seed")?.1.clone();
    Ok(Placed {
        block: top.to_string(),
        // A small memory takes four tables, and two more to write them.
        cells: [count("LUT4") + 6 * count("TRELLIS_DPR16X4"), count("TRELLIS_FF"), count("CCU2C"), count("DP16KD")],
        rates: seeded.into_iter().map(|(rate, _)| rate).collect(),
        critical,
    })
}

/// One seed's rate in MHz and its longest path.
fn route(folder: &Path, seed: usize) -> Result<(f64, CriticalPath)> {
    let report = format!("seed_{seed}.json");
    let seed = seed.to_string();
    let chip = ["--85k", "--speed", "8", "--package", "CABGA756"];
    let run = ["--json", "mapped.json", "--seed", &seed, "--freq", "300", "--timing-allow-fail", "--report", &report, "--quiet"];
    tool::nextpnr(folder, &[&chip[..], &run[..]].concat())?;
    let report: Report = serde_json::from_slice(&std::fs::read(folder.join(&report))?).with_context(|| report.clone())?;
    let rate = report.fmax.values().map(|rate| rate.achieved).next().context("nextpnr reports no clock")?;
    let own = report.critical_paths.iter().find(|path| path.from == path.to).context("nextpnr reports no path between registers")?;
    Ok((rate, critical_path(&own.path)?))
}

fn critical_path(steps: &[Step]) -> Result<CriticalPath> {
    let (first, last) = (steps.first().context("an empty path")?, steps.last().context("an empty way")?);
    let delay = |routing: bool| steps.iter().filter(|step| (step.kind == "routing") == routing).map(|step| step.delay).sum();
    Ok(CriticalPath {
        from: plain(&first.from.cell),
        to: plain(&last.to.cell),
        passes: steps.iter().filter(|step| step.kind == "logic").count(),
        logic: delay(false),
        routing: delay(true),
    })
}

/// The register in the source from which a cell got its name.
fn plain(cell: &str) -> String {
    let end = ["_TRELLIS", "_LUT4", "_CCU2C", "_PFUMX", "_L6MUX"].iter().filter_map(|mark| cell.find(mark)).min();
    cell[..end.unwrap_or(cell.len())].trim_start_matches("block.").to_string()
}

#[derive(Deserialize)]
struct Report {
    fmax: BTreeMap<String, Rate>,
    critical_paths: Vec<Critical>,
}

#[derive(Deserialize)]
struct Rate {
    achieved: f64,
}

#[derive(Deserialize)]
struct Critical {
    from: String,
    to: String,
    path: Vec<Step>,
}

#[derive(Deserialize)]
struct Step {
    delay: f64,
    #[serde(rename = "type")]
    kind: String,
    from: End,
    to: End,
}

#[derive(Deserialize)]
struct End {
    cell: String,
}

impl fmt::Display for Placed {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let [lut, ff, carry, ram] = self.cells;
        let [worst, median, best] = [self.rates[0], self.rates[self.rates.len() / 2], self.rates[self.rates.len() - 1]];
        let CriticalPath { from, to, passes, logic, routing } = &self.critical;
        write!(f, "{:24}{lut:6}{ff:6}{carry:6}{ram:5}{worst:11.1}{median:8.1}{best:8.1}  ", self.block)?;
        write!(f, "{from} -> {to}: {passes} cells {logic:.2} ns, routing {routing:.2} ns")
    }
}
