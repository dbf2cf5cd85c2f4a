//! What differs between two configurations, key by key.

use crate::configuration::Configuration;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A change of one key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Where it is, such as `services.web.servers`.
    pub key: String,
    /// What it was; `None`: it was not there.
    pub from: Option<Value>,
    /// What it is to be; `None`: it goes.
    pub to: Option<Value>,
}

impl Change {
    /// For people: one line.
    pub fn text(&self) -> String {
        match (&self.from, &self.to) {
            (None, Some(to)) => format!("+ {} {to}", self.key),
            (Some(from), None) => format!("- {} {from}", self.key),
            (Some(from), Some(to)) => format!("~ {} {from} -> {to}", self.key),
            (None, None) => self.key.clone(),
        }
    }

    /// Whether it takes effect at a start only.
    pub fn needs_restart(&self) -> bool {
        self.key.starts_with("start.")
    }
}

/// A configuration as a document. The secret of affinity is not in it.
pub fn document(configuration: &Configuration) -> Value {
    serde_json::to_value(configuration).expect("a configuration has string keys only")
}

/// The changes that lead from one document to another, in the order of their keys.
pub fn changes(from: &Value, to: &Value) -> Vec<Change> {
    let mut changes = vec![];
    compare("", Some(from), Some(to), &mut changes);
    changes
}

fn compare(key: &str, from: Option<&Value>, to: Option<&Value>, changes: &mut Vec<Change>) {
    if let (Some(Value::Object(from)), Some(Value::Object(to))) = (from, to) {
        let mut names: Vec<&String> = from.keys().chain(to.keys().filter(|name| !from.contains_key(*name))).collect();
        names.sort();
        for name in names {
            let key = if key.is_empty() { name.clone() } else { format!("{key}.{name}") };
            compare(&key, from.get(name), to.get(name), changes);
        }
    } else if from != to {
        changes.push(Change { key: key.to_owned(), from: from.cloned(), to: to.cloned() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_key_that_differs_is_one_change() {
        let from = json!({"drain": 10, "servers": {"a": {"port": 80}, "b": {"port": 81}}});
        let to = json!({"drain": 10, "servers": {"a": {"port": 8080}, "c": {"port": 82}}});
        let text: Vec<String> = changes(&from, &to).iter().map(Change::text).collect();
        assert_eq!(text, ["~ servers.a.port 80 -> 8080", "- servers.b {\"port\":81}", "+ servers.c {\"port\":82}"]);
        assert!(changes(&from, &from).is_empty());
    }
}
