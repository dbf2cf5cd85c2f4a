//! `tandem-sim replay`.

use crate::stall;
use analysis::picture;
use anyhow::{Context, Result, anyhow};
use capture::Writer;
use clap::{Args, ValueEnum};
use contract::limits::PORTS;
use control::Configuration;
use driver::script;
use indicatif::ProgressBar;
use sim::{Pace, Sim, Waves};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use testbench::decision_line::DecisionLine;
use testbench::program::CardDesign;
use testbench::replay::{IngressPorts, Played, Replay, plan};
use testbench::report::Report;
use testbench::scoreboard::{Bench, Mismatch, model_card};

/// Plays a capture through the simulated card and compares every packet with the model
///
/// Ends with 0 if model and RTL agree on every packet, with 1 if they do not, with 2 if the input cannot be used.
#[derive(Args)]
pub(crate) struct Arguments {
    /// The capture: pcap or pcapng, Ethernet, plain or packed with gzip or zstd
    capture: PathBuf,
    /// The card's configuration; docs/configuration.md describes it
    #[arg(long, value_name = "FILE", default_value = "tandem.toml")]
    config: PathBuf,
    /// The card that is simulated
    #[arg(long, value_enum, default_value = "512x8")]
    design: CardDesign,
    /// Writes what left by each port as a capture, report.json and shares.svg into this folder
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    /// Prints one JSON line per frame, in the order of the capture, instead of the table
    #[arg(long)]
    json: bool,
    /// Whose decisions the JSON lines are; `model` simulates nothing
    #[arg(long, value_enum, default_value = "rtl", requires = "json")]
    from: Witness,
    /// Port by which frames come in
    #[arg(long, value_enum, default_value = "interface")]
    ports: PortChoice,
    /// Sends every frame to the card's first group MAC, so that a foreign capture is not merely bridged
    #[arg(long)]
    to_group: bool,
    /// When the card's sinks are ready: a share such as 70%, bursts such as 8/24, or bits such as 1101; for one sink: host=10%
    #[arg(long, value_name = "PATTERN", value_parser = stall::parse)]
    stall: Option<std::vec::Vec<Pace>>,
    /// Writes waves (FST) of every signal to this file; simulation is slow meanwhile
    #[arg(long, value_name = "FILE")]
    wave: Option<PathBuf>,
    /// The waves begin with this frame of the capture
    #[arg(long, value_name = "N", default_value_t = 0, requires = "wave")]
    wave_from: usize,
    /// The waves last this many clocks
    #[arg(long, value_name = "N", default_value_t = 1000, requires = "wave")]
    wave_clocks: u64,
}

/// Whose decision is printed.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Witness {
    /// The emitted hardware, as it traced its decisions
    Rtl,
    /// The golden model
    Model,
}

/// Which port each frame comes in by.
#[derive(Clone, Copy, ValueEnum)]
enum PortChoice {
    /// The number of the interface in a pcapng file; of a pcap file, port 0
    Interface,
    /// All by port 0
    #[value(name = "0")]
    Zero,
    /// All by port 1
    #[value(name = "1")]
    One,
    /// By each port in turn
    Alternate,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let configuration = read_configuration(&arguments.config)?;
    let design = arguments.design.distributor();
    let tables = configuration.tables(design.groups())?;
    let capture = capture::read(&arguments.capture)?;
    let remarks = capture.remarks();
    remarks.iter().for_each(|remark| eprintln!("warning: {}: {remark}", arguments.capture.display()));
    let ports = match arguments.ports {
        PortChoice::Interface => IngressPorts::Interface,
        PortChoice::Zero => IngressPorts::One(0),
        PortChoice::One => IngressPorts::One(1),
        PortChoice::Alternate => IngressPorts::Alternate,
    };
    let readdress = arguments.to_group.then(|| configuration.group_macs[0]);
    let played = plan(capture, ports, readdress).with_context(|| arguments.capture.display().to_string())?;

    if arguments.from == Witness::Model {
        let mut card = model_card(design);
        driver::apply(&mut card, &script::upload(&tables))?;
        return print_lines(&played, &Replay::by_model(card.state(), &played)).map(|()| ExitCode::SUCCESS);
    }

    let mut bench = Bench::with_sim(simulate(arguments, &played)?);
    if let Err(mismatch) = bench.apply(&script::upload(&tables)) {
        return Ok(tell(&mismatch));
    }
    let paces = arguments.stall.clone().unwrap_or_default();
    let progress = ProgressBar::new(played.len() as u64);
    let (replay, verdict) = Replay::run(&mut bench, &played, &paces, |done| progress.set_position(done as u64));
    progress.finish_and_clear();
    if arguments.json {
        print_lines(&played, &replay.decisions)?;
    }
    if let Err(mismatch) = verdict {
        return Ok(tell(&mismatch));
    }

    let name = arguments.capture.file_name().unwrap_or_default().to_string_lossy();
    let mut report = Report::new(&name, design.name(), &played, &replay, &configuration, bench.card.state());
    report.remarks = remarks;
    if let Some(folder) = &arguments.out {
        write_files(folder, &report, &played, &replay)?;
    }
    if arguments.json {
        eprintln!("{}", report.agreement());
    } else {
        writeln!(std::io::stdout().lock(), "{report}")?;
    }
    Ok(ExitCode::SUCCESS)
}

fn read_configuration(path: &Path) -> Result<Configuration> {
    let text = std::fs::read_to_string(path).with_context(|| {
        format!("{}: no readable configuration; --config names another, and docs/configuration.md has one to start from", path.display())
    })?;
    Ok(Configuration::parse(&text, &path.display().to_string())?)
}

fn simulate(arguments: &Arguments, played: &[Played]) -> Result<Sim> {
    let design = arguments.design.distributor();
    let Some(path) = &arguments.wave else { return Ok(Sim::new(design)) };
    let last = played.len().saturating_sub(1);
    let start = played
        .get(arguments.wave_from)
        .ok_or_else(|| anyhow!("--wave-from {}: the last frame of the capture is {last}", arguments.wave_from))?;
    let source = usize::from(start.port);
    let frame = played[..arguments.wave_from].iter().filter(|other| other.port == start.port).count() as u64;
    Ok(Sim::with_waves(design, &Waves { path: path.clone(), source, frame, cycles: arguments.wave_clocks })?)
}

fn tell(mismatch: &Mismatch) -> ExitCode {
    eprintln!("model and RTL differ: {mismatch}");
    ExitCode::FAILURE
}

fn print_lines(played: &[Played], decisions: &[model::Decision]) -> Result<()> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for (Played { frame, port }, decision) in played.iter().zip(decisions) {
        serde_json::to_writer(&mut out, &DecisionLine::new(frame.record, *port, decision)).map_err(std::io::Error::from)?;
        out.write_all(b"\n")?;
    }
    Ok(out.flush()?)
}

fn write_files(folder: &Path, report: &Report, played: &[Played], replay: &Replay) -> Result<()> {
    let context = |path: &Path| format!("{}: cannot be written; --out names another folder", path.display());
    std::fs::create_dir_all(folder).with_context(|| context(folder))?;
    let names = (0..PORTS).map(|port| format!("port{port}.pcap")).chain(["host.pcap".into()]);
    for (name, left) in names.zip(&replay.left) {
        let mut writer = Writer::create(&folder.join(name))?;
        left.iter().try_for_each(|(number, bytes)| writer.write(&played[*number].frame, bytes))?;
        writer.finish()?;
    }
    let title = format!("{}: {} frames on {}", report.capture, report.frames, report.design);
    let files = [("report.json", serde_json::to_string_pretty(report)? + "\n"), ("shares.svg", picture::draw(&title, &report.groups))];
    files
        .iter()
        .try_for_each(|(name, text)| capture::replace(&folder.join(name), text.as_bytes()).with_context(|| context(&folder.join(name))))
}
