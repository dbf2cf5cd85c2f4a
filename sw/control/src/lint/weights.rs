//! Weights that a table of 4096 entries cannot express.

use super::{Hazard, Load, TOLERANCE};
use crate::allocate::{self, Target};
use crate::hazard::HazardKind;
use crate::{Configuration, Group, Weight};
use contract::limits::BUCKETS;

pub(super) fn hazards(configuration: &Configuration) -> Vec<Hazard> {
    configuration.groups.iter().filter_map(|group| hazard(configuration, group)).collect()
}

fn hazard(configuration: &Configuration, group: &Group) -> Option<Hazard> {
    let counts = allocate::counts(&group.targets);
    let exact = exact(&group.targets);
    let deviation = |i: &usize| (counts[*i] as f64 / exact[*i] - 1.0).abs();
    let off: Vec<usize> = (0..counts.len()).filter(|&i| exact[i] > 0.0 && deviation(&i) > TOLERANCE).collect();
    let worst = *off.iter().max_by(|one, other| deviation(one).total_cmp(&deviation(other)))?;
    let name = |i: usize| configuration.manager(group.targets[i].manager).map_or("", |manager| &manager.name);
    let expressible = expressible(&counts, &exact);
    let members: Vec<String> = (0..counts.len()).map(|i| format!("{{ name = {:?}, weight = {} }}", name(i), expressible[i])).collect();
    let mended: Vec<Target> = group.targets.iter().zip(&expressible).map(|(target, &count)| target_of(target.manager, count)).collect();
    Some(Hazard {
        kind: HazardKind::CoarseWeights,
        subject: format!("group {}", group.name),
        problem: format!(
            "the table's {BUCKETS} entries miss the share of {} of {} managers by more than {}%: {} should have {:.3} entries, and gets {}",
            off.len(),
            counts.len(),
            TOLERANCE * 100.0,
            name(worst),
            exact[worst],
            counts[worst],
        ),
        before: load(&group.targets),
        after: Some(load(&mended)),
        remedy: format!("in group {:?} use the nearest weights that whole entries express:", group.name),
        lines: format!("profile = \"weighted\"\nmembers = [{}]\n", members.join(", ")),
    })
}

/// Entries that each target should have, fractions and all.
fn exact(targets: &[Target]) -> Vec<f64> {
    let weights = || targets.iter().map(|target| target.weight.billionths() as f64);
    let total: f64 = weights().sum();
    weights().map(|weight| weight / total * BUCKETS as f64).collect()
}

fn load(targets: &[Target]) -> Load {
    let counts = allocate::counts(targets);
    let ratios = counts.iter().zip(exact(targets)).filter(|(_, exact)| *exact > 0.0).map(|(&count, exact)| count as f64 / exact);
    Load { max_over_mean: ratios.fold(0.0, f64::max), ..Load::EVEN }
}

/// Whole entries for everyone who has a weight: the counts as they are, and one for whoever got none, from whoever has most.
fn expressible(counts: &[usize], exact: &[f64]) -> Vec<usize> {
    let mut entries = counts.to_vec();
    for i in 0..entries.len() {
        if entries[i] == 0
            && exact[i] > 0.0
            && let Some(most) = (0..entries.len()).max_by_key(|&j| entries[j])
        {
            entries[most] -= 1;
            entries[i] = 1;
        }
    }
    entries
}

fn target_of(manager: u8, entries: usize) -> Target {
    Target { manager, weight: entries.to_string().parse().unwrap_or(Weight::ONE) }
}
