//! How a slow path is: what it tells who asks, and at its end.

use crate::output::{self, ASIDE, BAD, Table, painted, some, thousands};
use anstyle::Style;
use contract::limits::PORTS;
use serde::{Deserialize, Serialize};
use slowpath::{Fate, SlowPath};
use std::time::SystemTime;

/// Everything that a running slow path tells.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Running {
    pub(crate) report: Report,
    /// The last malformed frames, the oldest first.
    pub(crate) malformed: Vec<Malformed>,
}

/// What became of every frame since its start.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Report {
    /// `active`, or `standby` of a pair.
    pub(crate) state: String,
    /// When it was started.
    pub(crate) since: String,
    /// Generation of the tables that it decides by.
    pub(crate) generation: u32,
    /// Frames that came in.
    pub(crate) came: u64,
    /// Frames that are held, until their datagram's first fragment comes.
    pub(crate) held: u64,
    /// Announcements that were sent, which nobody had asked for.
    pub(crate) announced: u64,
    /// Frames that left, or answers in their place, by what became of them.
    pub(crate) left: Vec<Named>,
    /// Frames that were dropped, by the reason.
    pub(crate) dropped: Vec<Named>,
    /// Of what left, and of announcements, frames that an interface did not take, by port.
    pub(crate) lost: [u64; PORTS],
    /// Bytes in one, instead of frames, that came in by each port: segmentation offload is on. They are in no other count.
    pub(crate) uncut: [u64; PORTS],
}

/// A count of frames; what stands at 0 is left out.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) frames: u64,
}

/// A malformed frame.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Malformed {
    /// When it came: nanoseconds since 1970.
    pub(crate) nanoseconds: u64,
    pub(crate) port: u8,
    /// What is wrong with it.
    pub(crate) fault: String,
    /// Its bytes, as hexadecimal digits.
    pub(crate) frame: String,
}

/// What the program counts besides.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) lost: [u64; PORTS],
    pub(crate) uncut: [u64; PORTS],
}

impl Report {
    pub(crate) fn of(slow: &SlowPath, counts: Counts, since: SystemTime, generation: u32, is_standby: bool) -> Self {
        let counters = slow.counters();
        let named = |leaves: bool| {
            let fates = Fate::all().filter(|fate| fate.leaves() == leaves && counters.of(*fate) > 0);
            fates.map(|fate| Named { name: fate.name().into(), frames: counters.of(fate) }).collect()
        };
        Self {
            state: if is_standby { "standby" } else { "active" }.into(),
            since: humantime::format_rfc3339_seconds(since).to_string(),
            generation,
            came: counters.taken(),
            held: slow.fragments().held() as u64,
            announced: counters.announced(),
            left: named(true),
            dropped: named(false),
            lost: counts.lost,
            uncut: counts.uncut,
        }
    }

    /// The same for people.
    pub(crate) fn text(&self) -> String {
        let Self { state, since, generation, came, held, announced, .. } = self;
        let mut text = format!(
            "{state} since {since}, by the tables of generation {generation}\n{} in, {} held, {} sent\n",
            some(*came as usize, "frame"),
            thousands(*held),
            some(*announced as usize, "announcement")
        );
        let tables: [(&'static [&'static str], _, _); 2] =
            [(&["left", ">frames"], &self.left, Style::new()), (&["dropped", ">frames"], &self.dropped, BAD)];
        for (headings, counts, style) in tables.into_iter().filter(|(_, counts, _)| !counts.is_empty()) {
            let mut table = Table::new(headings);
            counts.iter().for_each(|Named { name, frames }| table.row(style, [name.clone(), thousands(*frames)]));
            text += &format!("\n{table}");
        }
        for (port, lost) in self.lost.iter().enumerate().filter(|(_, lost)| **lost > 0) {
            let told = format!("port {port}: {} not taken by its interface; is it up?", some(*lost as usize, "frame"));
            text += &format!("\n{}\n", painted(BAD, told));
        }
        for (port, uncut) in self.uncut.iter().enumerate().filter(|(_, uncut)| **uncut > 0) {
            let told = format!("port {port}: {} left out that were to be cut into segments", some(*uncut as usize, "packet"));
            text += &format!("\n{}\n", painted(BAD, told + "; `ethtool -K NAME tso off gso off gro off` at the other end"));
        }
        if *came == 0 {
            text += &(painted(ASIDE, "Nothing has come in yet.") + "\n");
        }
        text
    }
}

impl Malformed {
    /// The last ones.
    pub(crate) fn all(slow: &SlowPath, since: SystemTime) -> Vec<Self> {
        let since = since.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let kept = slow.malformed().iter().map(|kept| Self {
            nanoseconds: u64::try_from((since + kept.time).as_nanos()).unwrap_or(u64::MAX),
            port: kept.port,
            fault: kept.fault.name().into(),
            frame: output::hex(&kept.frame),
        });
        kept.collect()
    }

    /// Its bytes; `None` if these are no hexadecimal digits.
    pub(crate) fn bytes(&self) -> Option<Vec<u8>> {
        let digit = |digit: u8| char::from(digit).to_digit(16);
        let (pairs, rest) = self.frame.as_bytes().as_chunks();
        let bytes = pairs.iter().map(|[high, low]| Some((digit(*high)? << 4 | digit(*low)?) as u8)).collect();
        if rest.is_empty() { bytes } else { None }
    }
}
