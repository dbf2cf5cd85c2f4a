//! `tandem-sim soak`.

use anyhow::Result;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::Write;
use std::process::ExitCode;
use std::time::{Duration, Instant};
use testbench::soak::{Round, Soak};

/// Plays random traffic through all designs and compares every packet with the model
///
/// Every round has a card state, frames, pacing and changes in flight of its own. Ends at the first mismatch, with 1.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Ends after this many frames
    #[arg(long, value_name = "N", default_value_t = 1_000_000, conflicts_with = "minutes")]
    frames: u64,
    /// Goes on for so long instead
    #[arg(long, value_name = "N")]
    minutes: Option<u64>,
    /// Draws everything from this number (0x for hexadecimal); without it, from one that differs each time
    #[arg(long, value_name = "SEED", value_parser = number)]
    seed: Option<u64>,
    /// Plays only this round
    #[arg(long, value_name = "N")]
    round: Option<u64>,
    /// Frames of a round; a round is the same again only with the same number
    #[arg(long, value_name = "N", default_value_t = 25_000, value_parser = clap::value_parser!(u32).range(2..=1_000_000))]
    round_frames: u32,
}

fn number(text: &str) -> Result<u64, String> {
    let parsed = text.strip_prefix("0x").map_or_else(|| text.parse(), |digits| u64::from_str_radix(digits, 16));
    parsed.map_err(|error| format!("{error}; write a number such as 7 or 0x7a4d"))
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    // The clock is random enough to differ, and the number is printed.
    let fresh = || std::time::UNIX_EPOCH.elapsed().map_or(0, |elapsed| elapsed.as_nanos() as u64);
    let soak = Soak { seed: arguments.seed.unwrap_or_else(fresh), frames: arguments.round_frames as usize };
    let mut out = std::io::stdout().lock();
    writeln!(out, "seed {:#x}", soak.seed)?;
    let began = Instant::now();
    let mut sum = Round::default();
    let mut rounds = 0u64;
    let mut add = |round: Round| {
        rounds += 1;
        sum.frames += round.frames;
        sum.lost += round.lost;
        sum.cycles += round.cycles;
        sum.states += round.states - 1;
        sum.frames as u64
    };
    let result = match arguments.round {
        Some(number) => soak.round(number).map(|round| {
            add(round);
        }),
        None => {
            let progress = bar(arguments);
            let minutes = arguments.minutes.map(|minutes| Duration::from_secs(60 * minutes));
            let threads = std::thread::available_parallelism().map_or(1, usize::from);
            let result = soak.run(threads, |round| {
                let frames = add(round);
                progress.set_position(minutes.map_or(frames, |_| began.elapsed().as_secs()));
                minutes.map_or(frames >= arguments.frames, |minutes| began.elapsed() >= minutes)
            });
            progress.finish_and_clear();
            result
        }
    };
    if let Err(failure) = result {
        eprintln!("model and RTL differ: {failure}");
        return Ok(ExitCode::FAILURE);
    }
    let seconds = began.elapsed().as_secs_f64();
    let Round { frames, lost, cycles, states, .. } = sum;
    writeln!(
        out,
        "{rounds} rounds in {seconds:.1} s: {cycles} clocks, {states} changes of state in flight, {lost} frames lost by host queues"
    )?;
    writeln!(out, "model and RTL agree on {frames} of {frames} packets")?;
    Ok(ExitCode::SUCCESS)
}

fn bar(arguments: &Arguments) -> ProgressBar {
    let (length, unit) = arguments.minutes.map_or((arguments.frames, "frames"), |minutes| (60 * minutes, "seconds"));
    let style = ProgressStyle::with_template(&format!("{{wide_bar}} {{human_pos}} of {{human_len}} {unit}, {{eta}} to go"));
    // The template is fixed; were it wrong, a plain bar would do.
    ProgressBar::new(length).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
