//! Compares our bench with cocotb and cocotbext-axi: the same Verilog, Verilator and compiler, the same register writes and frames, both timed
//! as whole processes, one after the other. Run by `just bench`, which emits the Verilog and installs the peer first.
//!
//! The frames are those of the recorded web traffic, over and over. Ours are checked against the golden model to the last counter; the
//! peer's must leave with the bytes with which ours left.

use anyhow::{Context, Result, anyhow};
use control::Configuration;
use driver::script::{self, ScriptStep};
use sim::{Batch, Design, Frames, Source};
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::Instant;
use std::{env, fs};
use testbench::scoreboard::{Bench, Checked, Mismatch};

const CAPTURE: &str = "testbench/data/web.pcap";
const CONFIGURATION: &str = "testbench/data/tandem.toml";
const VERILOG: &str = "out/verilog/tandem_512x8/tandem_core.f";
const WORK: &str = "out/bench";
const PEER: &str = "testbench/bench/peer.py";

/// How many frames each side is given: enough to run for seconds.
const OUR_FRAMES: usize = 1_000_000;
const PEER_FRAMES: usize = 5_000;
/// Frames that ours sends in one piece.
const PIECE: usize = 20_000;

fn main() -> Result<()> {
    if env::args().nth(1).as_deref() == Some("ours") {
        return ours(OUR_FRAMES).map(drop);
    }
    write_stimulus()?;
    let python = tools::pinned("bench", "python")?;
    let verilog = Path::new(WORK).join("tandem_core.v");
    fs::write(&verilog, tools::text_of(Path::new(VERILOG))?)?;
    run(&python, &[PEER, "build", &verilog.to_string_lossy(), WORK])?;

    let (peer, output_text) = run(&python, &[PEER, "run", WORK])?;
    let (us, _) = run(&env::current_exe()?, &["ours"])?;
    let [us, peer] = [OUR_FRAMES as f64 / us, PEER_FRAMES as f64 / peer];
    let traffic = output_text.lines().find_map(|line| line.strip_prefix("traffic: ")?.strip_suffix(" s")?.parse::<f64>().ok());
    let traffic = PEER_FRAMES as f64 / traffic.context("the peer does not say how long its traffic took")?;
    tools::print(format_args!("whole processes, start, programming and checking included:"));
    tools::print(format_args!("  ours         {us:12.0} packets/s  ({OUR_FRAMES} frames)"));
    tools::print(format_args!("  cocotb 2.1   {peer:12.0} packets/s  ({PEER_FRAMES} frames): ours is {:.0} times as fast", us / peer));
    tools::print(format_args!(
        "  its traffic  {traffic:12.0} packets/s  without start and programming: ours, with them, is {:.0} times as fast",
        us / traffic
    ));
    Ok(())
}

/// Runs a program that must succeed; returns its seconds and its output.
fn run(program: &Path, arguments: &[&str]) -> Result<(f64, String)> {
    let began = Instant::now();
    let output_text = tools::run(Command::new(program).args(arguments)).with_context(|| format!("{arguments:?}"))?;
    Ok((began.elapsed().as_secs_f64(), output_text))
}

fn differ(mismatch: Mismatch) -> anyhow::Error {
    anyhow!("model and RTL differ: {mismatch}")
}

fn programming() -> Result<Vec<ScriptStep>> {
    let text = fs::read_to_string(CONFIGURATION).context(CONFIGURATION)?;
    Ok(script::upload(&Configuration::parse(&text, CONFIGURATION)?.tables(Design::Core512.groups())?))
}

/// Sends frames through a programmed core and checks them; the last piece is what it returns.
fn ours(count: usize) -> Result<Checked> {
    let capture = capture::read(Path::new(CAPTURE))?;
    let mut bench = Bench::new(Design::Core512);
    bench.apply(&programming()?).map_err(differ)?;
    let mut frames = capture.frames.iter().map(|frame| &frame.bytes[..]).cycle().take(count).peekable();
    loop {
        let mut piece = Frames::new();
        frames.by_ref().take(PIECE).for_each(|frame| piece.push(frame));
        let batch = Batch { sources: vec![Source { frames: piece, ..Source::default() }], ..Batch::default() };
        let checked = bench.run(&batch).map_err(differ)?;
        if frames.peek().is_none() {
            bench.compare_counters().map_err(differ)?;
            return Ok(checked);
        }
    }
}

/// Leaves for the peer what it is to write and send, and what must leave.
fn write_stimulus() -> Result<()> {
    const _: () = assert!(PEER_FRAMES <= PIECE, "what left is the last piece's");
    fs::create_dir_all(WORK).context(WORK)?;
    let mut writes = String::new();
    for access in programming()? {
        match access {
            ScriptStep::Write { address, value } => writeln!(writes, "{address:x} {value:x}")?,
            ScriptStep::WaitCommit => writeln!(writes, "{:x}", contract::register::STATUS.at(0))?,
        }
    }
    let capture = capture::read(Path::new(CAPTURE))?;
    let frames = capture.frames.iter().map(|frame| &frame.bytes[..]).cycle().take(PEER_FRAMES);
    let checked = ours(PEER_FRAMES)?;
    let left = checked.run_log.sinks[0].iter().map(|frame| frame.bytes);
    fs::write(Path::new(WORK).join("writes.txt"), writes)?;
    fs::write(Path::new(WORK).join("frames.txt"), hex_lines(frames))?;
    fs::write(Path::new(WORK).join("left.txt"), hex_lines(left))?;
    Ok(())
}

fn hex_lines<'a>(frames: impl Iterator<Item = &'a [u8]>) -> String {
    let mut text = String::new();
    for frame in frames {
        frame.iter().for_each(|byte| text += &format!("{byte:02x}"));
        text.push('\n');
    }
    text
}
