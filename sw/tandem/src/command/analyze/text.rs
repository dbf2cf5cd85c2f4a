//! An analysis as a person reads it.

use crate::output::{ASIDE, BAD, CHANGED, GOOD, HEADING, Table, painted, percent, thousands};
use analysis::analysis::{Bucket, Group};
use analysis::evenness::Evenness;
use analysis::hazard::Hazard;
use analysis::{Analysis, UnkeptFlows};
use anstyle::Style;
use std::fmt::{self, Display, Formatter};

/// Below this probability an even hash is not to be believed in.
const DOUBTFUL: f64 = 0.001;

pub(crate) struct Text<'a>(pub(crate) &'a Analysis);

impl Display for Text<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Analysis { capture, frames, bytes, remarks, fates, flows, unkept, groups, hazards } = self.0;
        writeln!(f, "{}", painted(HEADING, format!("{capture}: {} frames, {} bytes", thousands(*frames), thousands(*bytes))))?;
        remarks.iter().try_for_each(|remark| writeln!(f, "  note: {remark}"))?;
        if let Some(UnkeptFlows { flows, frames, bytes }) = unkept {
            let [flows, frames, bytes] = [flows, frames, bytes].map(|number| thousands(*number));
            writeln!(f, "  note: about {flows} flows with {frames} frames and {bytes} bytes found no room: what follows leaves them out")?;
            writeln!(f, "        --max-flows keeps more")?;
        }

        let mut table = Table::new(&["verdict", "reason", ">frames", ">share"]);
        for fate in fates {
            let share = percent(fate.frames as f64 / *frames as f64);
            table.row(Style::new(), [fate.verdict.into(), fate.reason.into(), thousands(fate.frames), share]);
        }
        write!(f, "\n{table}")?;
        groups.iter().filter(|group| !group.shares.managers.is_empty()).try_for_each(|group| group_text(f, group))?;

        writeln!(f, "\n{}", painted(HEADING, format!("{} flows", thousands(flows.all))))?;
        writeln!(f, "  seen in one direction {}, in both {}", thousands(flows.one_way), thousands(flows.both_ways))?;
        if hazards.is_empty() {
            return writeln!(f, "\n{}", painted(GOOD, "no hazard in this traffic"));
        }
        hazards.iter().try_for_each(|hazard| hazard_text(f, hazard))
    }
}

fn group_text(f: &mut Formatter<'_>, group: &Group) -> fmt::Result {
    writeln!(f, "\n{}", painted(HEADING, format!("group {} {}", group.shares.id, group.shares.name)))?;
    let mut table = Table::new(&[">id", "manager", ">packets", ">bytes", ">flows", ">share", ">target"]);
    for manager in &group.shares.managers {
        let counts = [manager.packets, manager.bytes, manager.flows].map(thousands);
        let [packets, bytes, flows] = counts;
        let (share, target) = (percent(manager.share), percent(manager.target));
        table.row(Style::new(), [manager.id.to_string(), manager.name.clone(), packets, bytes, flows, share, target]);
    }
    write!(f, "{table}")?;
    if let (Some(peak), Some(packet_peak)) = (group.peak, group.packet_peak) {
        writeln!(f, "  greatest load {peak:.2} of its target by flows, {packet_peak:.2} by packets")?;
    }
    if let Some(Evenness { cells, chi_square, p_value }) = group.evenness {
        let style = if p_value < DOUBTFUL { BAD } else { GOOD };
        let word = if p_value < DOUBTFUL { "uneven" } else { "even" };
        let keys = thousands(group.keys);
        let p_value = painted(style, format!("p {p_value:.3}, {word}"));
        writeln!(f, "  {keys} keys over {cells} cells of buckets: chi-square {chi_square:.1}, {p_value}")?;
    }
    if let Some(Bucket { bucket, manager, packets, share, keys, busiest, busiest_share }) = &group.worst_bucket {
        let (packets, share, most) = (thousands(*packets), percent(*share), percent(*busiest_share));
        writeln!(f, "  fullest bucket {bucket}, manager {manager}: {packets} packets ({share}) of {keys} keys; {most} by {busiest}")?;
    }
    Ok(())
}

fn hazard_text(f: &mut Formatter<'_>, hazard: &Hazard) -> fmt::Result {
    let Hazard { problem, remedy, lines, load, load_after, packet_load, packet_load_after, .. } = hazard;
    writeln!(f, "\n{} {problem}", painted(CHANGED, "hazard:"))?;
    writeln!(f, "  remedy: {remedy}")?;
    for line in lines.iter().flat_map(|lines| lines.lines()) {
        writeln!(f, "    {}", painted(GOOD, line))?;
    }
    // Loads of a remedy that does not help only confuse.
    if lines.is_none() {
        return Ok(());
    }
    for (by, loads) in [("flows", load.zip(*load_after)), ("packets", packet_load.zip(*packet_load_after))] {
        if let Some((load, after)) = loads {
            let loads = format!("  greatest load in the group by these {by}: {load:.2} of its target, with the remedy {after:.2}");
            writeln!(f, "{}", painted(ASIDE, loads))?;
        }
    }
    Ok(())
}
