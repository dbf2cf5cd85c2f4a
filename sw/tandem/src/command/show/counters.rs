//! `tandem show counters`.

use super::View;
use crate::names::Names;
use crate::output::{ASIDE, Table, painted, thousands};
use crate::{Global, card, input};
use anstyle::Style;
use anyhow::Result;
use driver::Dropped;
use model::Count;
use serde::Serialize;
use std::path::Path;

/// All counters of a card, summed over its cores. Counters that stand at 0 are left out.
#[derive(Serialize)]
pub(super) struct Counters {
    managers: Vec<Manager>,
    reasons: Vec<Named>,
    /// Lost by a full host queue, by verdict.
    lost: Vec<Named>,
    /// Dropped whole at the MACs by OpenNIC's 322 MHz box, by port; nothing where there is no such box.
    dropped: Option<Vec<AtPort>>,
}

#[derive(Serialize)]
struct Manager {
    id: u8,
    name: Option<String>,
    frames: u64,
    bytes: u64,
}

#[derive(Serialize)]
struct Named {
    name: &'static str,
    frames: u64,
    bytes: u64,
}

#[derive(Serialize)]
struct AtPort {
    port: usize,
    /// Frames for which there was no room.
    no_room: u64,
    /// Frames that the MAC had marked as faulty.
    faulty: u64,
}

impl AtPort {
    fn new((port, Dropped { no_room, faulty }): (usize, Dropped)) -> Option<Self> {
        (no_room != 0 || faulty != 0).then_some(Self { port, no_room, faulty })
    }
}

impl Named {
    fn new(name: &'static str, Count { frames, bytes }: Count) -> Option<Self> {
        (frames != 0).then_some(Self { name, frames, bytes })
    }
}

pub(super) fn view(global: &Global, file: Option<&Path>) -> Result<View<Counters>> {
    let configuration = file.map(input::configuration).transpose()?;
    let names = Names::of(configuration.as_ref());
    let mut card = card::open(global)?;
    let (counted, dropped) = (driver::read_counters(&mut card)?, card.dropped()?);
    let managers = counted.managers().filter(|(_, count)| count.frames != 0).map(|(id, Count { frames, bytes })| Manager {
        id,
        name: names.of_manager(id).map(str::to_owned),
        frames,
        bytes,
    });
    let document = Counters {
        managers: managers.collect(),
        reasons: counted.reasons().filter_map(|(reason, count)| Named::new(reason.name(), count)).collect(),
        lost: counted.lost().filter_map(|(verdict, count)| Named::new(verdict.name(), count)).collect(),
        dropped: dropped.map(|ports| ports.into_iter().enumerate().filter_map(AtPort::new).collect()),
    };
    Ok(View { text: text(&document, names), document, drift: false })
}

fn text(counters: &Counters, names: Names<'_>) -> String {
    let Counters { managers, reasons, lost, .. } = counters;
    let dropped = counters.dropped.as_deref().unwrap_or_default();
    if reasons.is_empty() && dropped.is_empty() {
        return "the card has counted no frames since its reset\n".into();
    }
    let mut tables = Vec::new();
    if !managers.is_empty() {
        let mut table = Table::new(&["manager", ">frames", ">bytes"]);
        managers.iter().for_each(|row| table.row(Style::new(), [names.manager(row.id), thousands(row.frames), thousands(row.bytes)]));
        tables.push(table.to_string());
    }
    if !reasons.is_empty() {
        let mut table = Table::new(&["reason", ">frames", ">bytes"]);
        reasons.iter().for_each(|row| table.row(Style::new(), [row.name.to_owned(), thousands(row.frames), thousands(row.bytes)]));
        tables.push(table.to_string());
    }
    if !lost.is_empty() {
        let mut table = Table::new(&["lost to the host", ">frames", ">bytes"]);
        lost.iter().for_each(|row| table.row(crate::output::BAD, [row.name.to_owned(), thousands(row.frames), thousands(row.bytes)]));
        tables.push(table.to_string());
    }
    if !dropped.is_empty() {
        let mut table = Table::new(&["dropped at the MAC", ">no room", ">faulty"]);
        dropped
            .iter()
            .for_each(|row| table.row(crate::output::BAD, [format!("port {}", row.port), thousands(row.no_room), thousands(row.faulty)]));
        tables.push(table.to_string());
    }
    if !managers.is_empty() {
        tables.push(painted(ASIDE, "Since the card's reset; a manager's counts are those of its id, whatever machine had it.") + "\n");
    }
    tables.join("\n")
}
