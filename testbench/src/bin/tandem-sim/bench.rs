//! `tandem-sim bench`.

use anyhow::{Result, anyhow};
use clap::Args;
use contract::limits::FRAME_MIN;
use serde_json::json;
use std::io::Write;
use std::process::ExitCode;
use std::time::Instant;
use testbench::measure::{Pass, latencies, passes, udp};
use testbench::program::CardDesign;
use testbench::scoreboard::{Bench, Mismatch};

/// Sizes of Ethernet frames, without frame check sequence.
const SIZES: std::ops::RangeInclusive<usize> = FRAME_MIN..=1518;
/// Frames of each size, one directly after the other.
const FRAMES: usize = 100;
/// Frames by which the simulation's speed is measured.
const SPEED_FRAMES: usize = 200_000;

/// Measures clocks per packet by size, and how fast the simulation is
///
/// Every size from 60 to 1518 bytes goes through both ports of the card without a pause. The least clocks that a packet can take are its
/// beats; the gap is what it took more.
#[derive(Args)]
pub(crate) struct Arguments {
    /// The card that is measured
    #[arg(long, value_enum, default_value = "512x8")]
    design: CardDesign,
    /// Prints one JSON object instead of tables
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let design = arguments.design.distributor();
    let sizes: Vec<usize> = SIZES.collect();
    let measured = passes(&mut Bench::new(design), &sizes, FRAMES).map_err(differ)?;
    let gap = measured.iter().map(gap).max().unwrap_or(0);
    let latency = latencies(&mut Bench::new(design), &[FRAME_MIN, 1518]).map_err(differ)?;
    let (cycles, seconds) = speed(arguments.design)?;
    let (per_second, packets) = (cycles as f64 / seconds, SPEED_FRAMES as f64 / seconds);
    let mut out = std::io::stdout().lock();
    if arguments.json {
        let by_size: Vec<_> =
            measured.iter().map(|pass| json!({"size": pass.size, "beats": pass.beats, "clocks": pass.accepted.max(pass.left)})).collect();
        let object = json!({"design": design.name(), "frames_per_size": FRAMES, "sizes": by_size, "greatest_gap": gap, "latency": latency,
            "clocks_per_second": per_second, "packets_per_second": packets});
        writeln!(out, "{object}")?;
    } else {
        writeln!(out, "{}: {FRAMES} frames of each size, both ports at once\n\n    bytes  beats  clocks a frame  gap", design.name())?;
        measured.chunk_by(|one, other| one.beats == other.beats).try_for_each(|passes| print_row(&mut out, passes))?;
        writeln!(out, "\ngreatest gap of all {} sizes: {gap} clocks in {FRAMES} frames", measured.len())?;
        writeln!(
            out,
            "clocks from first beat in to first beat out, unloaded: {} for {FRAME_MIN} bytes, {} for 1518",
            latency[0], latency[1]
        )?;
        writeln!(
            out,
            "\n{} with checking on: {per_second:.0} clocks/s, {packets:.0} packets/s of 60 bytes",
            arguments.design.core().name()
        )?;
    }
    Ok(if gap == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Clocks that a run took beyond its beats, coming in or going out.
fn gap(pass: &Pass) -> u64 {
    pass.accepted.max(pass.left) - pass.beats
}

/// One row for all sizes of as many beats: the slowest of them.
fn print_row(out: &mut impl Write, passes: &[Pass]) -> std::io::Result<()> {
    let ([first, ..], [.., last]) = (passes, passes) else { return Ok(()) };
    let beats = first.beats / FRAMES as u64;
    let slowest = passes.iter().map(|pass| pass.accepted.max(pass.left)).max().unwrap_or(0);
    let sizes = format!("{}-{}", first.size, last.size);
    writeln!(out, "{sizes:>9} {beats:6} {:15.3} {:4}", slowest as f64 / FRAMES as f64, slowest - first.beats)
}

/// Clocks and seconds of a long run of the shortest frames through one core, checked.
fn speed(card: CardDesign) -> Result<(u64, f64)> {
    let mut bench = Bench::new(card.core());
    let frames = (0..SPEED_FRAMES).map(|number| udp(FRAME_MIN, number, 0)).collect();
    let tables = testbench::measure::straight_through(card.core());
    bench.apply(&driver::script::upload(&tables)).map_err(differ)?;
    let batch = sim::Batch { sources: vec![sim::Source { frames, ..Default::default() }], ..Default::default() };
    let began = Instant::now();
    let checked = bench.run(&batch).map_err(differ)?;
    Ok((checked.run_log.cycles, began.elapsed().as_secs_f64()))
}

fn differ(mismatch: Mismatch) -> anyhow::Error {
    anyhow!("model and RTL differ: {mismatch}")
}
