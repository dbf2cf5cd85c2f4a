//! `tandem analyze`.

mod text;

use crate::{Finding, Global, input, output, progress};
use analysis::{Analysis, Options, Scope, Survey, histogram, picture};
use anyhow::{Context, Result};
use contract::limits::GROUPS;
use control::Configuration;
use std::path::{Path, PathBuf};

/// Shows what a configuration does to a capture: flows, each manager's share, how even the buckets are, and hazards
///
/// Needs no card, and reads captures of any length on all cores. Ends with 2 if there are hazards.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tandem analyze web.pcap --config tandem.toml               shares, buckets, directions and hazards
  tandem analyze web.pcap --config tandem.toml --to-group    the same for a capture that was taken elsewhere
  tandem analyze web.pcap --config tandem.toml --out out     and pictures: out/shares.svg and out/buckets.svg")]
pub(crate) struct Arguments {
    /// The capture: pcap or pcapng, Ethernet, plain or packed with gzip or zstd
    capture: PathBuf,
    /// The configuration; docs/configuration.md describes it
    #[arg(long, value_name = "FILE", default_value = "tandem.toml")]
    config: PathBuf,
    /// Replaces the destination MAC of every frame with the card's group MAC, so that a capture from another network is decided and not just bridged
    #[arg(long)]
    to_group: bool,
    /// How many flows to keep at most, each in 128 bytes or less; packets of others are counted separately
    #[arg(long, value_name = "FLOWS", default_value_t = Options::MOST_FLOWS)]
    max_flows: usize,
    /// Writes analysis.json, shares.svg and buckets.svg into this folder
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
}

pub(crate) fn run(global: &Global, arguments: &Arguments) -> Result<Finding> {
    let configuration = input::configuration(&arguments.config)?;
    let analysis = analyze(arguments, &configuration)?;
    if let Some(folder) = &arguments.out {
        write(folder, &analysis)?;
    }
    if global.json {
        output::json(&analysis);
    } else {
        output::print(text::Text(&analysis));
    }
    Ok(if analysis.hazards.is_empty() { Finding::Clean } else { Finding::Something })
}

fn analyze(arguments: &Arguments, configuration: &Configuration) -> Result<Analysis> {
    // The file's ids say which groups there are; a card has at most these.
    let tables = configuration.tables(GROUPS)?;
    let scope = match (configuration.enabled, arguments.to_group) {
        (false, _) => Scope::Nothing,
        (true, true) => Scope::Everything,
        (true, false) => Scope::To(configuration.group_macs.clone(), configuration.neighbours),
    };
    let options = Options { most_flows: arguments.max_flows, ..Options::new(scope) };
    let size = std::fs::metadata(&arguments.capture).map_or(0, |metadata| metadata.len());
    let bar = progress::bytes(size, "reading");
    let (survey, condition) = Survey::read(&arguments.capture, &options, |bytes| bar.inc(bytes))?;
    bar.finish_and_clear();
    let name = arguments.capture.file_name().unwrap_or_default().to_string_lossy();
    Ok(Analysis::new(&name, survey, condition.remarks(), configuration, &tables))
}

fn write(folder: &Path, analysis: &Analysis) -> Result<()> {
    let context = |path: &Path| format!("{}: cannot be written; --out names another folder", path.display());
    std::fs::create_dir_all(folder).with_context(|| context(folder))?;
    let title = format!("{}: {} frames", analysis.capture, analysis.frames);
    let files = [
        ("analysis.json", serde_json::to_string_pretty(analysis)? + "\n"),
        ("shares.svg", picture::draw(&title, analysis.groups.iter().map(|group| &group.shares))),
        ("buckets.svg", histogram::draw(&title, &analysis.groups)),
    ];
    files
        .iter()
        .try_for_each(|(name, text)| output::replace(&folder.join(name), text.as_bytes()).with_context(|| context(&folder.join(name))))
}
