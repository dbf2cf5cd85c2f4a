//! The tables of a card as a file: for another card, or for the same one after a reset.
//!
//! A JSON document. `tandem_tables` is the version of the format, 1; `card` and `generation` tell where the tables come from. Then comes all that
//! [`Tables`] hold: every group MAC and rule that a card has room for, every manager's row that is not empty, and every group in the order
//! of ids, its `entries` as two hexadecimal digits a bucket. `digest` is their [digest](Tables::digest). Hash keys are in it, so the file is a
//! secret.

use super::Tables;
use contract::limits::{BUCKETS, GROUP_MACS, GROUPS, MANAGERS, PORTS, RULES};
use contract::row::{self, GroupRow, Mac, mac_text};
use model::entry_table::Group;
use model::manager_table;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The version of the format.
const VERSION: u32 = 1;

/// Tables, and the card that they come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardTables {
    /// The card.
    pub card: String,
    /// The generation in which it held them.
    pub generation: u32,
    /// What it held.
    pub tables: Tables,
}

/// A text that is no file of tables.
#[derive(Debug, thiserror::Error)]
pub enum TablesError {
    /// Another document, or none.
    #[error("{0}; `tandem export` writes a file of tables")]
    Document(#[from] serde_json::Error),
    /// Another version of the format.
    #[error("version {0} of the format of tables, and this program reads version {VERSION}; export the tables anew with this program")]
    Version(u32),
    /// A value that no card can hold.
    #[error("{place}: {problem}; export the tables anew")]
    Value {
        /// Where in the document.
        place: String,
        /// What is wrong.
        problem: String,
    },
    /// Tables with another digest than the file tells.
    #[error("the file is damaged or was changed by hand: its digest is {written}, and that of its tables {read}; export the tables anew")]
    Digest {
        /// What the file tells.
        written: String,
        /// What its tables have.
        read: String,
    },
}

/// What tells whether the rest is worth a look.
#[derive(Deserialize)]
struct Head {
    tandem_tables: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    tandem_tables: u32,
    card: String,
    generation: u32,
    digest: String,
    enabled: bool,
    /// Left out where it is `bridge`, as older files leave it.
    #[serde(default, with = "Neighbours", skip_serializing_if = "is_bridge")]
    neighbours: row::Neighbours,
    group_macs: Vec<GroupMac>,
    pairs: Vec<u8>,
    managers: Vec<Manager>,
    groups: Vec<GroupTable>,
    rules: Vec<RuleRow>,
}

/// How the file writes it.
#[derive(Serialize, Deserialize)]
#[serde(remote = "row::Neighbours", rename_all = "snake_case")]
enum Neighbours {
    Bridge,
    Host,
}

fn is_bridge(neighbours: &row::Neighbours) -> bool {
    *neighbours == row::Neighbours::Bridge
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct GroupMac {
    #[serde(serialize_with = "write_mac", deserialize_with = "read_mac")]
    mac: Mac,
    enabled: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Manager {
    id: u8,
    #[serde(serialize_with = "write_mac", deserialize_with = "read_mac")]
    mac: Mac,
    port: u8,
    enabled: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct GroupTable {
    #[serde(serialize_with = "write_hex", deserialize_with = "read_hex")]
    key: [u8; 8],
    designated: u8,
    equal_ports_hash: bool,
    #[serde(serialize_with = "write_hex", deserialize_with = "read_hex")]
    entries: [u8; BUCKETS],
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleRow {
    protocol: Option<u8>,
    lowest: u16,
    highest: u16,
    group: u8,
    key_on_peer: bool,
    in_use: bool,
}

impl CardTables {
    /// The text of a file.
    pub fn to_json(&self) -> String {
        let Self { card, generation, tables } = self;
        let managers = (0..=u8::MAX).zip(tables.managers).filter(|(_, row)| *row != manager_table::Manager::default());
        let document = Document {
            tandem_tables: VERSION,
            card: card.clone(),
            generation: *generation,
            digest: format!("{:#}", tables.digest()),
            enabled: tables.enabled,
            neighbours: tables.neighbours,
            group_macs: tables.group_macs.map(|row::GroupMac { mac, enabled }| GroupMac { mac, enabled }).into(),
            pairs: tables.port_pairs.into(),
            managers: managers.map(|(id, row)| Manager { id, mac: row.mac, port: row.egress, enabled: row.enabled }).collect(),
            groups: tables.groups.iter().map(GroupTable::of).collect(),
            rules: tables.rules.map(RuleRow::of).into(),
        };
        serde_json::to_string_pretty(&document).expect("a document has string keys only") + "\n"
    }

    /// Reads the text of a file, and checks all of it.
    ///
    /// # Errors
    /// If it is something else, or a card could not hold it, or it is not what was written.
    pub fn from_json(text: &str) -> Result<Self, TablesError> {
        let Head { tandem_tables } = serde_json::from_str(text)?;
        if tandem_tables != VERSION {
            return Err(TablesError::Version(tandem_tables));
        }
        let document: Document = serde_json::from_str(text)?;
        if document.card.chars().any(char::is_control) {
            return wrong("card", "it has control characters".into());
        }
        let tables = document.tables()?;
        let read = format!("{:#}", tables.digest());
        if read != document.digest {
            return Err(TablesError::Digest { written: document.digest, read });
        }
        Ok(Self { card: document.card, generation: document.generation, tables })
    }
}

impl Document {
    fn tables(&self) -> Result<Tables, TablesError> {
        if !(1..=GROUPS).contains(&self.groups.len()) {
            return wrong("groups", format!("there are {}, and a card has 1 to {GROUPS}", self.groups.len()));
        }
        let mut tables = Tables {
            enabled: self.enabled,
            neighbours: self.neighbours,
            group_macs: exactly("group_macs", &self.group_macs, |row| row::GroupMac { mac: row.mac, enabled: row.enabled })?,
            port_pairs: exactly("pairs", &self.pairs, |port| *port)?,
            groups: self.groups.iter().map(GroupTable::group).collect(),
            rules: exactly::<_, _, RULES>("rules", &self.rules, RuleRow::row)?,
            ..Tables::empty(self.groups.len())
        };
        const { assert!(GROUP_MACS == 8 && PORTS == 2, "version 1 of the format has these lengths") };
        port_exists("pairs", &self.pairs)?;
        for (place, manager) in self.managers.iter().enumerate() {
            let (place, id) = (format!("managers[{place}]"), manager.id);
            port_exists(&place, &[manager.port])?;
            let row = &mut tables.managers[usize::from(id)];
            if id == 0 || *row != manager_table::Manager::default() {
                return wrong(&place, format!("its id is {id}; ids are from 1 to {MANAGERS}, and each is there once"));
            }
            *row = manager_table::Manager { mac: manager.mac, egress: manager.port, enabled: manager.enabled };
        }
        match self.rules.iter().position(|rule| usize::from(rule.group) >= GROUPS) {
            Some(place) => wrong(&format!("rules[{place}]"), format!("there is no group {}", self.rules[place].group)),
            None => Ok(tables),
        }
    }
}

fn wrong<T>(place: &str, problem: String) -> Result<T, TablesError> {
    Err(TablesError::Value { place: place.to_owned(), problem })
}

fn port_exists(place: &str, ports: &[u8]) -> Result<(), TablesError> {
    match ports.iter().find(|port| usize::from(**port) >= PORTS) {
        Some(port) => wrong(place, format!("there is no port {port}, only 0 to {}", PORTS - 1)),
        None => Ok(()),
    }
}

/// A list that has as many places on every card.
fn exactly<From, To, const N: usize>(place: &str, list: &[From], row: impl Fn(&From) -> To) -> Result<[To; N], TablesError> {
    let rows: Vec<To> = list.iter().map(row).collect();
    let count = rows.len();
    rows.try_into().or_else(|_| wrong(place, format!("there are {count}, and a card has {N}")))
}

impl GroupTable {
    fn of(Group { row, entries }: &Group) -> Self {
        let GroupRow { key, designated, equal_ports_hash } = *row;
        Self { key, designated, equal_ports_hash, entries: *entries }
    }

    fn group(&self) -> Group {
        let Self { key, designated, equal_ports_hash, entries } = *self;
        Group { row: GroupRow { key, designated, equal_ports_hash }, entries }
    }
}

impl RuleRow {
    fn of(row: row::RuleRow) -> Self {
        let row::RuleRow { lowest, highest, protocol, group, key_on_peer, in_use } = row;
        Self { protocol, lowest, highest, group, key_on_peer, in_use }
    }

    fn row(&self) -> row::RuleRow {
        let Self { protocol, lowest, highest, group, key_on_peer, in_use } = *self;
        row::RuleRow { lowest, highest, protocol, group, key_on_peer, in_use }
    }
}

fn write_mac<S: Serializer>(mac: &Mac, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&mac_text(*mac))
}

fn read_mac<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Mac, D::Error> {
    let text = String::deserialize(deserializer)?;
    let mac = bytes(&text.replace(':', ""));
    mac.filter(|mac| mac_text(*mac) == text).ok_or_else(|| D::Error::custom(format!("{text:?} is not a MAC address")))
}

fn write_hex<S: Serializer, const N: usize>(bytes: &[u8; N], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
}

fn read_hex<'de, D: Deserializer<'de>, const N: usize>(deserializer: D) -> Result<[u8; N], D::Error> {
    // A wrong one is not shown: it may be a key.
    bytes(&String::deserialize(deserializer)?).ok_or_else(|| D::Error::custom(format!("not {} hexadecimal digits", 2 * N)))
}

/// As many bytes, two digits each.
fn bytes<const N: usize>(digits: &str) -> Option<[u8; N]> {
    let digits: Vec<u8> = digits.chars().map(|digit| digit.to_digit(16).map(|value| value as u8)).collect::<Option<_>>()?;
    let (pairs, rest) = digits.as_chunks();
    let bytes: Vec<u8> = pairs.iter().map(|[high, low]| high << 4 | low).collect();
    if rest.is_empty() { bytes.try_into().ok() } else { None }
}
