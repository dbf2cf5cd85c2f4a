//! A picture of the site, with the frames a second that pass each interface; in a terminal it lives, elsewhere it is plain text.

use anyhow::{Context as _, Result};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use operator::output;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{IsTerminal as _, Read as _, Seek as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use testbench::site::{Figure, Site};

/// Between two looks at the counters.
const INTERVAL: Duration = Duration::from_millis(500);

/// Frames by interface: into the namespace of the wires, and out of it.
type Frames = BTreeMap<String, [u64; 2]>;

/// The picture, until it ends.
pub(crate) struct Shown {
    bar: ProgressBar,
    over: Arc<AtomicBool>,
}

/// What is in the picture.
struct Picture {
    figure: Figure,
    /// Each card with the interfaces of its ports.
    cards: Vec<(String, [String; 2])>,
    managers: usize,
}

impl Shown {
    /// Shows a site; the first picture at once, without rates.
    pub(crate) fn start(site: &Site, figure: Figure) -> Result<Self> {
        let cards = site.cards.iter().map(|card| (card.name().to_owned(), card.ports().clone())).collect();
        let picture = Picture { figure, cards, managers: site.managers.len() };
        let over = Arc::new(AtomicBool::new(false));
        if !std::io::stdout().is_terminal() {
            output::print(format_args!("\n{}\n", picture.text(&|_| None)));
            return Ok(Self { bar: ProgressBar::hidden(), over });
        }
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stdout());
        bar.set_style(ProgressStyle::with_template("{msg}").expect("a template"));
        // The file is of the namespace in which it was opened.
        let counters = site.wires.within(|| File::open("/proc/thread-self/net/dev"))?.context("the kernel's interface counters")?;
        let (shown, told) = (bar.clone(), Arc::clone(&over));
        std::thread::spawn(move || watch(&picture, counters, &shown, &told));
        Ok(Self { bar, over })
    }

    /// Prints a line above the picture.
    pub(crate) fn tell(&self, line: &str) {
        if self.bar.is_hidden() { output::print(format_args!("{line}\n")) } else { self.bar.println(line) }
    }

    /// Leaves the last picture where it is.
    pub(crate) fn end(self) {
        self.over.store(true, Ordering::Release);
        self.bar.abandon();
    }
}

fn watch(picture: &Picture, mut counters: File, bar: &ProgressBar, over: &AtomicBool) {
    let mut before = (Instant::now(), Frames::new());
    while !over.load(Ordering::Acquire) {
        let mut table = String::new();
        if counters.rewind().and_then(|()| counters.read_to_string(&mut table)).is_err() {
            return;
        }
        let now = (Instant::now(), frames(&table));
        let seconds = (now.0 - before.0).as_secs_f64().max(0.001);
        let rate = |name: &str| {
            let (was, is) = (before.1.get(name)?, now.1.get(name)?);
            Some([0, 1].map(|way| (is[way].saturating_sub(was[way]) as f64 / seconds) as u64))
        };
        bar.set_message(picture.text(&rate));
        before = now;
        std::thread::sleep(INTERVAL);
    }
}

/// The kernel's table of interfaces: after the name eight numbers of what came in, and eight of what went out.
fn frames(table: &str) -> Frames {
    let row = |line: &str| {
        let (name, numbers) = line.split_once(':')?;
        let numbers: Vec<u64> = numbers.split_whitespace().filter_map(|number| number.parse().ok()).collect();
        Some((name.trim().to_owned(), [*numbers.get(1)?, *numbers.get(9)?]))
    };
    table.lines().filter_map(row).collect()
}

impl Picture {
    /// The picture, with what `rate` knows of each interface.
    fn text(&self, rate: &impl Fn(&str) -> Option<[u64; 2]>) -> String {
        // Of a host: what it sends and what it gets. Of a card's port: what comes into the card, and what leaves it.
        let host = |name: &str, interface: &str| match rate(&format!("{name}.{interface}")) {
            Some([sent, got]) => format!("{name} {:<5}", sent + got),
            None => format!("{name}      "),
        };
        let hosts = |letter: char, count: usize, interface: &str| {
            (1..=count).map(|number| host(&format!("{letter}{number}"), interface)).collect::<Vec<_>>().join(" ")
        };
        let port = |name: &str| rate(name).map_or(String::from("        "), |[left, came]| format!("{came:>3} {left:<3}"));
        let unit = if self.cards.iter().any(|(_, [outer, _])| rate(outer).is_some()) { "   frames/s; at a port: in, out" } else { "" };
        let mut text = String::new();
        match self.figure {
            Figure::Combined => {
                let (outside, inside) = (hosts('s', 3, "eth0"), hosts('m', self.managers, "eth0"));
                let outside = format!("{} {outside}", host("c1", "eth0"));
                writeln!(text, "  {outside}  {inside}{unit}").expect("text takes all");
                writeln!(text, "  {}  {}", "=".repeat(outside.len() - 2), "=".repeat(inside.len())).expect("text takes all");
                let (card, [outer, inner]) = &self.cards[0];
                let gap = " ".repeat(outside.len().saturating_sub(22));
                writeln!(text, "{gap}   |___ {} [ {card} ] {} ___|", port(outer), port(inner)).expect("text takes all");
            }
            Figure::TwoSided { links } => {
                let managers = hosts('m', self.managers, "eth1");
                let servers = hosts('s', 3, "eth1");
                writeln!(text, "  {} {} {managers}    {servers}{unit}", host("c1", "eth1"), " ".repeat(20)).expect("text takes all");
                for link in 0..links {
                    let [client, server] = [&self.cards[link], &self.cards[links + link]];
                    let side = |(card, [outer, inner]): &(String, [String; 2]), left: bool| {
                        let (first, second) = if left { (outer, inner) } else { (inner, outer) };
                        format!("|___ {} [ {card} ] {} ___|", port(first), port(second))
                    };
                    let gap = " ".repeat(4);
                    writeln!(text, "   {}{gap}managers{gap}{}", side(client, true), side(server, false)).expect("text takes all");
                }
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_read_from_the_kernels_table() {
        let table = "Inter-|   Receive\n face |bytes    packets\n  c1.eth0: 840 10 0 0 0 0 0 0 1200 12 0 0 0 0 0 0\n";
        assert_eq!(frames(table), Frames::from([("c1.eth0".into(), [10, 12])]));
    }
}
