//! `tandem show entries`.

use super::{Held, View};
use crate::output::{ASIDE, CHANGED, HEADING, painted, some};
use anyhow::{Result, ensure};
use contract::limits::BUCKETS;
use model::entry_table::Group as Bank;
use serde::Serialize;

/// Buckets on a line.
const LINE: usize = 32;

/// The allocation table of a group: manager ids by bucket, 0 for none.
#[derive(Serialize)]
pub(super) struct Entries {
    group: u8,
    name: Option<String>,
    entries: Vec<u8>,
    /// What `apply` of the file would write, where that is something else.
    file: Option<Vec<u8>>,
}

pub(super) fn view(held: &Held, only: Option<u8>) -> Result<View<Vec<Entries>>> {
    let count = held.active.groups.len();
    ensure!(only.is_none_or(|id| usize::from(id) < count), "the card has groups 0 to {}; name one of them with --group", count - 1);
    let banks = (0..=u8::MAX).zip(held.active.groups.iter().zip(&held.wanted().groups));
    let shown = banks.filter(|(id, (bank, wanted))| match only {
        Some(only) => *id == only,
        None => **bank != Bank::default() || **wanted != Bank::default(),
    });
    let groups: Vec<Entries> = shown
        .map(|(group, (bank, wanted))| Entries {
            group,
            name: held.names().of_group(group).map(str::to_owned),
            entries: bank.entries.to_vec(),
            file: (bank.entries != wanted.entries).then(|| wanted.entries.to_vec()),
        })
        .collect();
    if groups.is_empty() {
        return Ok(View { text: "the card uses no group\n".into(), document: groups, drift: false });
    }
    let text = groups.iter().map(|group| text(group, &held.names().group(group.group))).collect::<Vec<_>>().join("\n");
    Ok(View { text, drift: groups.iter().any(|group| group.file.is_some()), document: groups })
}

fn text(group: &Entries, name: &str) -> String {
    let wanted = group.file.as_ref().unwrap_or(&group.entries);
    let mut text = format!("{}\n", painted(HEADING, name));
    for start in (0..BUCKETS).step_by(LINE) {
        text += &painted(ASIDE, format_args!("{start:>4}:"));
        for bucket in start..start + LINE {
            let (entry, wanted) = (group.entries[bucket], wanted[bucket]);
            text += &if entry == wanted { format!(" {entry:>3} ") } else { painted(CHANGED, format_args!(" {entry:>3}~")) };
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
    }
    let drifted = group.entries.iter().zip(wanted).filter(|(entry, wanted)| entry != wanted).count();
    if drifted > 0 {
        text += &format!("{}\n", painted(CHANGED, format_args!("~ {} that apply would move", some(drifted, "bucket"))));
    }
    text
}
