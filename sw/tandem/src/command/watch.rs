//! `tandem watch`.

use crate::names::Names;
use crate::output::{self, ASIDE, Table, painted, percent, thousands};
use crate::{Finding, Global, card, input, seconds};
use anstyle::Style;
use anyhow::Result;
use driver::{Counted, Dropped, OpenError};
use model::Count;
use serde::Serialize;
use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Shows how many frames go to each manager, and why, as it happens
///
/// The card is locked only while its counters are read, so `apply` can run at the same time; a sample that collides with one is skipped.
/// Counters that do not advance are not shown.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tandem watch                              every second, until Ctrl-C
  tandem watch tandem.toml --interval 5     with names
  tandem watch --count 60 --json            one line of JSON a sample, for a minute")]
pub(crate) struct Arguments {
    /// The configuration, for the managers' names
    file: Option<PathBuf>,
    /// Seconds between two samples
    #[arg(long, default_value = "1", value_parser = seconds::<10>)]
    interval: Duration,
    /// Ends after this many samples
    #[arg(long)]
    count: Option<u64>,
}

/// Everything that was counted.
struct Reading {
    at: Instant,
    counted: Counted,
    dropped: Option<Vec<Dropped>>,
}

/// Rates between two readings.
#[derive(Serialize)]
struct Sample {
    /// Time between the readings.
    seconds: f64,
    frames_per_second: f64,
    managers: Vec<ManagerRate>,
    reasons: Vec<NamedRate>,
    /// Lost by a full host queue, by verdict.
    lost: Vec<NamedRate>,
    /// Dropped whole at the MACs by OpenNIC's 322 MHz box, by port; nothing where there is no such box.
    dropped: Option<Vec<PortRate>>,
}

#[derive(Serialize)]
struct ManagerRate {
    id: u8,
    name: Option<String>,
    /// Of all frames that went to managers.
    share: f64,
    #[serde(flatten)]
    rate: Rate,
}

#[derive(Serialize)]
struct NamedRate {
    name: &'static str,
    #[serde(flatten)]
    rate: Rate,
}

#[derive(Serialize)]
struct PortRate {
    port: usize,
    no_room_per_second: f64,
    faulty_per_second: f64,
}

#[derive(Clone, Copy, Serialize)]
struct Rate {
    frames_per_second: f64,
    bits_per_second: f64,
}

pub(crate) fn run(global: &Global, arguments: &Arguments) -> Result<Finding> {
    let configuration = arguments.file.as_deref().map(input::configuration).transpose()?;
    let names = Names::of(configuration.as_ref());
    let mut last: Option<Reading> = None;
    let mut shown = 0;
    let mut blind = false;
    while arguments.count.is_none_or(|count| shown < count) && output::failure().is_none() {
        let now = read(global)?;
        if now.is_none() && !blind {
            output::tell("watch: another process has locked the card; samples are left out until it lets go");
        }
        blind = now.is_none();
        if let Some(now) = now {
            if let Some(last) = &last {
                show(global, &Sample::between(last, &now, names), names);
                shown += 1;
            }
            last = Some(now);
        }
        if arguments.count != Some(shown) {
            std::thread::sleep(arguments.interval);
        }
    }
    Ok(Finding::Clean)
}

/// The counters and when they were read; none while another process programs the card.
fn read(global: &Global) -> Result<Option<Reading>> {
    match card::open(global) {
        Ok(mut card) => Ok(Some(Reading { at: Instant::now(), counted: driver::read_counters(&mut card)?, dropped: card.dropped()? })),
        Err(OpenError::Busy { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

impl Sample {
    fn between(last: &Reading, now: &Reading, names: Names<'_>) -> Self {
        let seconds = (now.at - last.at).as_secs_f64();
        let per_second = |last: u64, now: u64| since(last, now) as f64 / seconds;
        let rate = |last: Count, now: Count| Rate {
            frames_per_second: per_second(last.frames, now.frames),
            bits_per_second: per_second(last.bytes, now.bytes) * 8.0,
        };
        let counted = |rate: &Rate| rate.frames_per_second > 0.0;
        let managers: Vec<(u8, Rate)> =
            last.counted.managers().zip(now.counted.managers()).map(|((id, last), (_, now))| (id, rate(last, now))).collect();
        let to_managers: f64 = managers.iter().map(|(_, rate)| rate.frames_per_second).sum();
        let reasons = last.counted.reasons().zip(now.counted.reasons()).map(|((reason, last), (_, now))| (reason.name(), rate(last, now)));
        let lost = last.counted.lost().zip(now.counted.lost()).map(|((verdict, last), (_, now))| (verdict.name(), rate(last, now)));
        let named = |(name, rate)| NamedRate { name, rate };
        let at_port = |(port, (last, now)): (usize, (&Dropped, &Dropped))| PortRate {
            port,
            no_room_per_second: per_second(last.no_room, now.no_room),
            faulty_per_second: per_second(last.faulty, now.faulty),
        };
        let drops = |rate: &PortRate| rate.no_room_per_second > 0.0 || rate.faulty_per_second > 0.0;
        let ports = |(last, now): (&Vec<Dropped>, &Vec<Dropped>)| last.iter().zip(now).enumerate().map(at_port).filter(drops).collect();
        let reasons: Vec<NamedRate> = reasons.filter(|(_, rate)| counted(rate)).map(named).collect();
        Self {
            seconds,
            frames_per_second: reasons.iter().map(|reason| reason.rate.frames_per_second).sum(),
            managers: managers
                .into_iter()
                .filter(|(_, rate)| counted(rate))
                .map(|(id, rate)| {
                    let name = names.of_manager(id).map(str::to_owned);
                    ManagerRate { id, name, share: rate.frames_per_second / to_managers, rate }
                })
                .collect(),
            reasons,
            lost: lost.filter(|(_, rate)| counted(rate)).map(named).collect(),
            dropped: last.dropped.as_ref().zip(now.dropped.as_ref()).map(ports),
        }
    }
}

/// What was counted since; a counter that stands lower than before was reset in between.
fn since(last: u64, now: u64) -> u64 {
    now.checked_sub(last).unwrap_or(now)
}

fn show(global: &Global, sample: &Sample, names: Names<'_>) {
    if global.json {
        output::json_line(sample);
        return;
    }
    // On a terminal each sample takes the place of the one before.
    let clear = if std::io::stdout().is_terminal() { "\x1b[H\x1b[J" } else { "" };
    output::print(format_args!("{clear}{}\n", text(sample, names)));
}

fn text(sample: &Sample, names: Names<'_>) -> String {
    let rate = |rate: Rate| [thousands(rate.frames_per_second.round() as u64), bits(rate.bits_per_second)];
    let headline = format!("{} frames/s over {:.2} s", thousands(sample.frames_per_second.round() as u64), sample.seconds);
    let mut text = format!("{}\n", painted(ASIDE, headline));
    if !sample.managers.is_empty() {
        let mut table = Table::new(&["manager", ">frames/s", ">bit/s", ">share"]);
        for manager in &sample.managers {
            let [frames, bits] = rate(manager.rate);
            table.row(Style::new(), [names.manager(manager.id), frames, bits, percent(manager.share)]);
        }
        text += &table.to_string();
    }
    let reasons = (&["reason", ">frames/s", ">bit/s"], &sample.reasons, Style::new());
    let lost = (&["lost to the host", ">frames/s", ">bit/s"], &sample.lost, output::BAD);
    for (headings, list, style) in [reasons, lost].into_iter().filter(|(_, list, _)| !list.is_empty()) {
        let mut table = Table::new(headings);
        for NamedRate { name, rate: per_second } in list {
            let [frames, bits] = rate(*per_second);
            table.row(style, [(*name).to_owned(), frames, bits]);
        }
        text += &table.to_string();
    }
    if let Some(dropped) = sample.dropped.as_deref().filter(|ports| !ports.is_empty()) {
        let mut table = Table::new(&["dropped at the MAC", ">no room/s", ">faulty/s"]);
        for PortRate { port, no_room_per_second, faulty_per_second } in dropped {
            let [no_room, faulty] = [no_room_per_second, faulty_per_second].map(|rate| thousands(rate.round() as u64));
            table.row(output::BAD, [format!("port {port}"), no_room, faulty]);
        }
        text += &table.to_string();
    }
    text
}

/// A rate with the unit's prefix, three digits or more.
fn bits(rate: f64) -> String {
    let (scaled, prefix) = match rate {
        _ if rate >= 1e9 => (rate / 1e9, " G"),
        _ if rate >= 1e6 => (rate / 1e6, " M"),
        _ if rate >= 1e3 => (rate / 1e3, " k"),
        _ => (rate, ""),
    };
    format!("{scaled:.1}{prefix}")
}
