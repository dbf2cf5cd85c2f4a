//! The keys of a `tandem.toml` as they are written, before they mean anything.

use crate::configuration::ManagerState;
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use std::fmt;
use toml::{Spanned, Value};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    #[serde(default = "yes")]
    pub(crate) enabled: bool,
    pub(crate) group_macs: Spanned<Vec<Spanned<String>>>,
    pub(crate) pairs: Option<Spanned<Vec<Spanned<i64>>>>,
    #[serde(default)]
    pub(crate) manager: Vec<Manager>,
    #[serde(default)]
    pub(crate) group: Vec<Group>,
    #[serde(default)]
    pub(crate) rule: Vec<Spanned<Rule>>,
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Manager {
    pub(crate) name: Spanned<String>,
    pub(crate) id: Spanned<i64>,
    pub(crate) mac: Spanned<String>,
    pub(crate) port: Spanned<i64>,
    pub(crate) weight: Option<Spanned<Value>>,
    #[serde(default)]
    pub(crate) state: ManagerState,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Group {
    pub(crate) name: Spanned<String>,
    pub(crate) id: Option<Spanned<i64>>,
    pub(crate) key: Spanned<String>,
    #[serde(default)]
    pub(crate) profile: Profile,
    pub(crate) members: Option<Vec<Spanned<Member>>>,
    pub(crate) designated: Option<Spanned<String>>,
    #[serde(default)]
    pub(crate) equal_ports: EqualPorts,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Profile {
    #[default]
    Uniform,
    Weighted,
}

#[derive(Default, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum EqualPorts {
    #[default]
    Designated,
    Hash,
}

/// A manager's name, or a table of its name and its weight in this group.
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) weight: Option<Spanned<Value>>,
}

impl<'de> Deserialize<'de> for Member {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Table {
            name: String,
            weight: Option<Spanned<Value>>,
        }
        // By hand, because an untagged enum forgets where its parts stand.
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Member;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a manager's name, or { name = \"...\", weight = ... }")
            }
            fn visit_str<E>(self, name: &str) -> Result<Member, E> {
                Ok(Member { name: name.to_owned(), weight: None })
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Member, A::Error> {
                let Table { name, weight } = Table::deserialize(MapAccessDeserializer::new(map))?;
                Ok(Member { name, weight })
            }
        }
        deserializer.deserialize_any(Either)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    pub(crate) protocol: Option<Spanned<Value>>,
    pub(crate) ports: Option<Spanned<Value>>,
    pub(crate) group: Spanned<String>,
    #[serde(default)]
    pub(crate) key_on: KeyOn,
}

#[derive(Default, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum KeyOn {
    #[default]
    Greater,
    Peer,
}
