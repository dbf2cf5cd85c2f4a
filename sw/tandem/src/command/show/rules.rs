//! `tandem show rules`.

use super::{Drift, Held, View};
use crate::output::Table;
use anstyle::Style;
use control::plan::{Rule, RuleChange};
use serde::Serialize;

/// A rule on the card, or in the file only.
#[derive(Serialize)]
pub(super) struct Listed {
    /// Its place, from 0: on the card, or for one that is missing there, in the file.
    place: usize,
    #[serde(flatten)]
    rule: Rule,
    drift: Option<Drift>,
    /// What the file has instead.
    file: Option<Rule>,
}

pub(super) fn view(held: &Held) -> View<Vec<Listed>> {
    let rules = held.active.rules.iter().filter(|row| row.in_use).map(|row| held.names().rule(row)).enumerate();
    let mut listed: Vec<Listed> = rules.map(|(place, rule)| Listed { place, rule, drift: None, file: None }).collect();
    let mut missing = Vec::new();
    for change in held.plan.iter().flat_map(|plan| &plan.rules) {
        match change {
            RuleChange::Added { place, rule } => {
                missing.push(Listed { place: *place, rule: rule.clone(), drift: Some(Drift::Missing), file: Some(rule.clone()) });
            }
            RuleChange::Removed { rule, .. } => mark(&mut listed, rule, Drift::Extra, None),
            RuleChange::Changed { from, to, .. } => mark(&mut listed, from, Drift::Differs, Some(to.clone())),
        }
    }
    listed.extend(missing);
    View { text: text(&listed), drift: listed.iter().any(|rule| rule.drift.is_some()), document: listed }
}

/// Marks the first rule like this one that has no mark yet.
fn mark(listed: &mut [Listed], rule: &Rule, drift: Drift, file: Option<Rule>) {
    if let Some(entry) = listed.iter_mut().find(|entry| entry.rule == *rule && entry.drift.is_none()) {
        (entry.drift, entry.file) = (Some(drift), file);
    }
}

fn text(listed: &[Listed]) -> String {
    let mut table = Table::new(&["", ">rule", "matches", "file"]);
    for Listed { place, rule, drift, file } in listed {
        let (style, mark) = Drift::mark(*drift);
        let wanted = match (drift, file) {
            (Some(Drift::Extra), _) => "not there".into(),
            (Some(Drift::Missing), _) => "not on the card".into(),
            (_, Some(rule)) => rule.to_string(),
            (_, None) => String::new(),
        };
        table.row(style, [mark, place.to_string(), rule.to_string(), wanted]);
    }
    table.row(Style::new(), ["", "", "what no rule matches goes to group 0, by the greater port", ""].map(str::to_owned));
    table.to_string()
}
