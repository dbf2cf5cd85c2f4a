//! `tandem show groups`.

use super::{Drift, Held, View};
use crate::names::Names;
use crate::output::{CHANGED, HEADING, Table, painted, percent};
use contract::limits::BUCKETS;
use control::ManagerState;
use model::entry_table::Group as Bank;
use serde::Serialize;

/// A group of managers.
#[derive(Serialize)]
pub(super) struct Group {
    id: u8,
    name: Option<String>,
    designated: Option<u8>,
    equal_ports: &'static str,
    members: Vec<Member>,
    /// Entries that belong to no manager.
    empty: usize,
    /// What differs from the file besides shares, in words.
    drift: Vec<String>,
}

/// A manager's part of a group.
#[derive(Serialize)]
struct Member {
    manager: u8,
    name: Option<String>,
    entries: usize,
    share: f64,
    /// Its state by the file: enabled, draining or down.
    state: Option<ManagerState>,
    drift: Option<Drift>,
    /// The entries that the file asks for, where those are others.
    file: Option<usize>,
}

pub(super) fn view(held: &Held) -> View<Vec<Group>> {
    let banks = (0..=u8::MAX).zip(held.active.groups.iter().zip(&held.wanted().groups));
    let used = banks.filter(|(_, (bank, wanted))| **bank != Bank::default() || **wanted != Bank::default());
    let groups: Vec<Group> = used.map(|(id, (bank, wanted))| group(id, bank, wanted, held)).collect();
    let drift = groups.iter().any(|group| !group.drift.is_empty() || group.members.iter().any(|member| member.drift.is_some()));
    View { text: text(&groups, held.names()), document: groups, drift }
}

fn group(id: u8, bank: &Bank, wanted: &Bank, held: &Held) -> Group {
    let (names, configuration) = (held.names(), held.configuration.as_ref());
    let listed = |manager: u8| configuration.and_then(|it| it.group(id)).is_some_and(|group| group.members.contains(&manager));
    let count = |bank: &Bank, id: u8| bank.entries.iter().filter(|&&entry| entry == id).count();
    let members = (1..=u8::MAX)
        .map(|id| (id, count(bank, id), count(wanted, id)))
        .filter(|(id, entries, wanted)| entries + wanted > 0 || listed(*id));
    let members = members.map(|(manager, entries, wanted)| {
        let drift = match (entries, wanted) {
            _ if entries == wanted => None,
            (0, _) => Some(Drift::Missing),
            (_, 0) => Some(Drift::Extra),
            _ => Some(Drift::Differs),
        };
        let name = names.of_manager(manager).map(str::to_owned);
        let state = configuration.and_then(|it| it.manager(manager)).map(|manager| manager.state);
        Member { manager, name, entries, share: entries as f64 / BUCKETS as f64, state, drift, file: drift.map(|_| wanted) }
    });
    let (row, other) = (bank.row, wanted.row);
    let differences = [
        (row.key != other.key, "the key differs".to_owned()),
        (row.designated != other.designated, format!("designated is {}", designated(other.designated, names))),
        (row.equal_ports_hash != other.equal_ports_hash, format!("equal ports go {}", equal_ports(other.equal_ports_hash))),
    ];
    Group {
        id,
        name: names.of_group(id).map(str::to_owned),
        designated: (row.designated != 0).then_some(row.designated),
        equal_ports: if row.equal_ports_hash { "hash" } else { "designated" },
        members: members.collect(),
        empty: count(bank, 0),
        drift: differences.into_iter().filter(|(differs, _)| *differs).map(|(_, what)| what).collect(),
    }
}

fn text(groups: &[Group], names: Names<'_>) -> String {
    if groups.is_empty() {
        return "the card uses no group\n".into();
    }
    let texts = groups.iter().map(|group| {
        let policy = format!(
            "designated {}, equal ports go {}",
            designated(group.designated.unwrap_or(0), names),
            equal_ports(group.equal_ports == "hash")
        );
        let mut text = format!("{}: {policy}\n", painted(HEADING, names.group(group.id)));
        group.drift.iter().for_each(|what| text += &format!("{}\n", painted(CHANGED, format_args!("~ in the file {what}"))));
        let mut table = Table::new(&["", "manager", ">entries", ">share", ">file", "state"]);
        for Member { manager, entries, share, state, drift, file, .. } in &group.members {
            let (style, mark) = Drift::mark(*drift);
            let file = file.map_or(String::new(), |entries| entries.to_string());
            let state = match state {
                Some(ManagerState::Draining) => "draining",
                Some(ManagerState::Down) => "down",
                Some(ManagerState::Enabled) | None => "",
            };
            table.row(style, [mark, names.manager(*manager), entries.to_string(), percent(*share), file, state.into()]);
        }
        text += &table.to_string();
        if group.empty > 0 {
            text += &format!("{}\n", painted(CHANGED, format_args!("{} entries have no manager: their packets are dropped", group.empty)));
        }
        text
    });
    texts.collect::<Vec<_>>().join("\n")
}

fn designated(id: u8, names: Names<'_>) -> String {
    if id == 0 { "none".into() } else { names.manager(id) }
}

fn equal_ports(hash: bool) -> &'static str {
    if hash { "by the hash of their addresses" } else { "to the designated manager" }
}
