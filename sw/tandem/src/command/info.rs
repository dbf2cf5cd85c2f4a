//! `tandem info`.

use crate::output::{self, ASIDE, painted, some};
use crate::{Finding, Global, card};
use anyhow::Result;
use control::Digest;
use driver::{InForce, Info};
use serde::Serialize;

/// Describes a card: shell, versions, capabilities, link
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tandem info
  tandem info --card 0000:01:00.0 --json")]
pub(crate) struct Arguments {}

#[derive(Serialize)]
struct Report<'a> {
    #[serde(flatten)]
    info: &'a Info,
    enabled: bool,
    generation: u32,
    /// Of all that the card's tables hold.
    digest: Digest,
    /// Of what decides where packets go: cards with the same send every flow to the same machine.
    decision_digest: Digest,
}

pub(crate) fn run(global: &Global) -> Result<Finding> {
    let mut card = card::open(global)?;
    let InForce { active, generation } = card::in_force(&mut card)?;
    let (digest, decision_digest) = (active.digest(), active.decision_digest());
    let report = Report { info: card.info(), enabled: active.enabled, generation, digest, decision_digest };
    if global.json {
        output::json(&report);
    } else {
        output::print(text(&report));
    }
    Ok(Finding::Clean)
}

fn text(report: &Report<'_>) -> String {
    let Info { vendor, device, bar, offset, shell, place, contract, build, ports, cores, decision_sides, beat_bytes, .. } = report.info;
    let link = report
        .info
        .link
        .as_ref()
        .map_or("none: simulated".into(), |link| format!("{} x{}, of {} x{}", link.speed, link.width, link.max_speed, link.max_width));
    let lines = [
        ("card", report.info.locator.to_string()),
        ("shell", format!("{shell} ({vendor:04x}:{device:04x}), {place}: BAR {bar} + {offset:#x}")),
        ("release", format!("{}.{}.{}, register contract {}.{}", build.0, build.1, build.2, contract.0, contract.1)),
        (
            "ports",
            format!(
                "{}, with {} and {}, {beat_bytes} bytes a beat",
                ports,
                some(usize::from(*cores), "core"),
                some(usize::from(*decision_sides), "decision side")
            ),
        ),
        ("groups", report.info.groups.to_string()),
        ("link", link),
        ("NUMA node", report.info.numa_node.map_or("-".into(), |node| node.to_string())),
        ("state", format!("{}, generation {}", if report.enabled { "enabled" } else { "disabled" }, report.generation)),
        ("digest", format!("{} of its tables, {} of its decisions", report.digest, report.decision_digest)),
    ];
    lines.iter().map(|(name, value)| format!("{}  {value}\n", painted(ASIDE, format_args!("{name:<10}")))).collect()
}
