//! What a plan does to the flows of a capture.

use crate::names;
use crate::progress;
use analysis::flow::{End, Flow};
use anyhow::Result;
use control::{Configuration, Machine, Tables};
use model::{State, Walk};
use serde::Serialize;
use std::collections::HashMap;
use std::path::Path;

/// The flows of a capture, by the tables before and after.
#[derive(Serialize)]
pub(super) struct TrafficForecast {
    pub(super) capture: String,
    /// Flows that meet a manager before or after.
    pub(super) flows: usize,
    pub(super) packets: u64,
    /// Flows whose machine changes, those with the most packets first.
    pub(super) moved: Vec<Moved>,
    /// What to know before the numbers are trusted.
    pub(super) remarks: Vec<String>,
}

/// A flow whose machine changes; no manager where it is dropped or not decided.
#[derive(Serialize)]
pub(super) struct Moved {
    pub(super) protocol: String,
    pub(super) ends: [String; 2],
    pub(super) packets: u64,
    pub(super) from: Option<String>,
    pub(super) to: Option<String>,
}

#[derive(Clone, Copy)]
struct Met {
    packets: u64,
    from: Option<(u8, Machine)>,
    to: Option<(u8, Machine)>,
}

impl Met {
    /// Whether another machine gets the flow, whatever its number.
    fn moves(&self) -> bool {
        self.from.map(|(_, machine)| machine) != self.to.map(|(_, machine)| machine)
    }
}

/// Decides every packet of a capture by both tables.
///
/// # Errors
/// If the capture cannot be read.
pub(super) fn compare(
    path: &Path,
    to_group: bool,
    now: &Tables,
    next: &Tables,
    configuration: Option<&Configuration>,
) -> Result<TrafficForecast> {
    let mut capture = capture::read(path)?;
    let (before, after) = (now.state(), next.state());
    let group_mac = after.group_macs.iter().find(|row| row.enabled).filter(|_| to_group);
    let mut flows: HashMap<Flow, Met> = HashMap::new();
    for frame in progress::bar(capture.frames.len(), "deciding").wrap_iter(capture.frames.iter_mut()) {
        if let Some(row) = group_mac {
            frame.bytes.iter_mut().zip(row.mac).for_each(|(byte, new)| *byte = new);
        }
        let Ok(subject) = Walk::of(&frame.bytes).subject else { continue };
        let (from, to) = (met(now, &before, &frame.bytes), met(next, &after, &frame.bytes));
        if from.is_some() || to.is_some() {
            flows.entry(Flow::of(&subject).0).or_insert(Met { packets: 0, from, to }).packets += 1;
        }
    }
    let mut remarks = capture.remarks();
    if flows.is_empty() {
        remarks.push("none of its frames meets a manager: were they sent to a group MAC? --to-group takes them as if".into());
    }
    Ok(TrafficForecast {
        capture: path.display().to_string(),
        flows: flows.len(),
        packets: flows.values().map(|met| met.packets).sum(),
        moved: moved(&flows, configuration),
        remarks,
    })
}

fn met(tables: &Tables, state: &State, frame: &[u8]) -> Option<(u8, Machine)> {
    // Of the port by which it came in, only bridging depends.
    let id = model::decide(state, frame, 0).taken_by()?;
    Some((id, tables.machine(id)?))
}

fn moved(flows: &HashMap<Flow, Met>, configuration: Option<&Configuration>) -> Vec<Moved> {
    let mut moved: Vec<(&Flow, &Met)> = flows.iter().filter(|(_, met)| met.moves()).collect();
    moved.sort_by_key(|(flow, met)| (std::cmp::Reverse(met.packets), **flow));
    // The card's numbers may be others than the file's: a machine is called what the file calls it.
    let name = |met: Option<(u8, Machine)>| {
        let (id, machine) = met?;
        let named = configuration.and_then(|file| file.managers.iter().find(|manager| manager.row.mac == machine.mac));
        Some(named.map_or_else(|| format!("manager {id}"), |manager| format!("{} ({id})", manager.name)))
    };
    let list = moved.into_iter().map(|(flow, met)| Moved {
        protocol: names::protocol(flow.protocol()),
        ends: flow.ends().map(|end| written(end, flow.has_ports())),
        packets: met.packets,
        from: name(met.from),
        to: name(met.to),
    });
    list.collect()
}

fn written(end: End, has_port: bool) -> String {
    let address = end.ip();
    if has_port { std::net::SocketAddr::new(address, end.port).to_string() } else { address.to_string() }
}
