//! A configuration that holds together: every name is known, every number in range, nothing twice.

use crate::allocate::Target;
use crate::error::{ConfigError, Faults, Source};
use crate::file::{self, EqualPorts, File, KeyOn};
use crate::weight::Weight;
use contract::limits::{GROUP_MACS, GROUPS, MANAGERS, PORTS, RULES};
use contract::row::{GroupRow, Mac, ManagerRow, RuleRow};
use model::icmp::{ICMP, ICMPV6};
use model::transport::{TCP, UDP};
use serde::{Deserialize, Serialize};
use std::ops::{Range, RangeInclusive};
use toml::{Spanned, Value};

type Result<T> = std::result::Result<T, ConfigError>;

/// What an operator wants of a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Configuration {
    /// Whether frames are decided at all; if not, every frame is bridged.
    pub enabled: bool,
    /// The addresses that the card answers for.
    pub group_macs: Vec<Mac>,
    /// Egress port of bridged frames, by ingress port.
    pub port_pairs: [u8; PORTS],
    /// The traffic managers, as they are listed.
    pub managers: Vec<Manager>,
    /// The groups, as they are listed.
    pub groups: Vec<Group>,
    /// The rules, as they are asked.
    pub rules: Vec<RuleRow>,
    /// Name of the file that it was read from.
    pub file: String,
}

/// A traffic manager.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manager {
    /// Its name.
    pub name: String,
    /// Its id on the card, from 1.
    pub id: u8,
    /// Where it is reached, and whether it takes traffic.
    pub row: ManagerRow,
    /// What its operator has it do.
    pub state: ManagerState,
    /// Its weight in groups that give it no other.
    pub weight: Weight,
}

/// What a traffic manager is there for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ManagerState {
    /// It takes its share of the traffic.
    #[default]
    Enabled,
    /// It gets no entries; what still names it, such as a group's `designated`, reaches it.
    Draining,
    /// It gets no entries; what still names it is dropped.
    Down,
}

/// How a group shares its traffic out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// To all enabled members alike.
    Uniform,
    /// By the members' weights.
    Weighted,
}

/// A group of managers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// Its id on the card.
    pub id: u8,
    /// Hash key, designated manager and equal-ports policy.
    pub row: GroupRow,
    /// How its traffic is shared out.
    pub profile: Profile,
    /// The share that each of its enabled members is meant to have.
    pub targets: Vec<Target>,
    /// Line and column of the file at which the group gets its id.
    pub(crate) position: (usize, usize),
}

impl Configuration {
    /// Reads the text of a `tandem.toml`; `file` is its name in errors.
    ///
    /// # Errors
    /// What is wrong, each with its line and column and what to do about it.
    pub fn parse(text: &str, file: &str) -> std::result::Result<Self, Faults> {
        let source = Source { file, text };
        let raw: File = toml::from_str(text).map_err(|error| {
            let help = "docs/configuration.md describes every key and the values that it takes";
            source.error(error.span().unwrap_or(0..0), error.message().trim_end(), help)
        })?;
        let group_macs = source.group_macs(&raw)?;
        let managers = source.managers(&raw, &group_macs)?;
        let groups = source.groups(&raw, &managers)?;
        Ok(Self {
            enabled: raw.enabled,
            port_pairs: source.port_pairs(&raw)?,
            rules: source.rules(&raw, &groups)?,
            group_macs,
            managers,
            groups,
            file: file.to_owned(),
        })
    }

    /// The group with this id.
    pub fn group(&self, id: u8) -> Option<&Group> {
        self.groups.iter().find(|group| group.id == id)
    }

    /// The manager with this id.
    pub fn manager(&self, id: u8) -> Option<&Manager> {
        self.managers.iter().find(|manager| manager.id == id)
    }
}

impl Source<'_> {
    fn group_macs(self, raw: &File) -> Result<Vec<Mac>> {
        let list = raw.group_macs.get_ref();
        if list.is_empty() || list.len() > GROUP_MACS {
            let remedy = format!("a card answers for 1 to {GROUP_MACS} addresses; managers and hosts send to them");
            return Err(self.error(raw.group_macs.span(), format!("{} group MACs", list.len()), remedy));
        }
        let mut macs = Vec::new();
        for written in list {
            let mac = self.mac(written)?;
            if macs.contains(&mac) {
                return Err(self.twice(written.span(), "group MAC", written.get_ref()));
            }
            macs.push(mac);
        }
        Ok(macs)
    }

    fn port_pairs(self, raw: &File) -> Result<[u8; PORTS]> {
        let Some(written) = &raw.pairs else {
            return Ok([1, 0]);
        };
        let ports = written.get_ref().iter().map(|port| self.port(port)).collect::<Result<Vec<u8>>>()?;
        ports.try_into().map_err(|_| {
            let remedy = format!("name {PORTS} egress ports: the first for frames bridged from port 0, the second from port 1");
            self.error(written.span(), "pairs has the wrong length", remedy)
        })
    }

    fn managers(self, raw: &File, group_macs: &[Mac]) -> Result<Vec<Manager>> {
        let mut managers: Vec<Manager> = Vec::new();
        for written in &raw.manager {
            let name = self.name(&written.name)?;
            let id = self.number(&written.id, 1..=MANAGERS as i64, "manager id")? as u8;
            let mac = self.mac(&written.mac)?;
            if managers.iter().any(|other| other.name == name) {
                return Err(self.twice(written.name.span(), "manager name", &name));
            }
            if managers.iter().any(|other| other.id == id) {
                return Err(self.twice(written.id.span(), "manager id", &id.to_string()));
            }
            if managers.iter().any(|other| other.row.mac == mac) {
                return Err(self.twice(written.mac.span(), "manager MAC", written.mac.get_ref()));
            }
            if group_macs.contains(&mac) {
                let problem = format!("manager {name:?} has a group MAC of the card");
                return Err(self.error(written.mac.span(), problem, "frames sent there would come back; give the manager's own MAC"));
            }
            let row = ManagerRow { mac, egress: self.port(&written.port)?, enabled: written.state != ManagerState::Down };
            managers.push(Manager {
                name,
                id,
                row,
                state: written.state,
                weight: self.weight(written.weight.as_ref())?.unwrap_or(Weight::ONE),
            });
        }
        Ok(managers)
    }

    fn groups(self, raw: &File, managers: &[Manager]) -> Result<Vec<Group>> {
        let mut groups: Vec<Group> = Vec::new();
        for (place, written) in raw.group.iter().enumerate() {
            let group = self.group(place, written, managers)?;
            if groups.iter().any(|other| other.name == group.name) {
                return Err(self.twice(written.name.span(), "group name", &group.name));
            }
            if groups.iter().any(|other| other.id == group.id) {
                return Err(self.twice(id_span(written), "group id", &group.id.to_string()));
            }
            groups.push(group);
        }
        if raw.enabled && !groups.iter().any(|group| group.id == 0) {
            let span = raw.group.first().map_or(0..0, id_span);
            let remedy = "add a [[group]] with id 0, which takes every packet that no rule matches, or set enabled = false";
            return Err(self.error(span, "no group has id 0", remedy));
        }
        Ok(groups)
    }

    fn group(self, place: usize, written: &file::Group, managers: &[Manager]) -> Result<Group> {
        let ids = 0..=GROUPS as i64 - 1;
        let id = match &written.id {
            Some(id) => self.number(id, ids, "group id")?,
            None if ids.contains(&(place as i64)) => place as i64,
            None => return Err(self.error(written.name.span(), "too many groups", format!("a card has at most {GROUPS}"))),
        };
        let members = self.members(written, managers)?;
        let designated = match &written.designated {
            Some(name) => find(self, name.span(), name.get_ref(), "manager", managers, |manager| &manager.name)?.id,
            None => members.iter().find(|(manager, _)| manager.state == ManagerState::Enabled).map_or(0, |(manager, _)| manager.id),
        };
        let enabled = members.iter().filter(|(manager, _)| manager.state == ManagerState::Enabled);
        let targets: Vec<Target> = enabled.map(|(manager, weight)| Target { manager: manager.id, weight: *weight }).collect();
        if !targets.is_empty() && targets.iter().all(|target| target.weight == Weight::ZERO) {
            let problem = format!("every enabled member of group {:?} has weight 0", written.name.get_ref());
            return Err(self.error(written.name.span(), problem, "give at least one of them a greater weight"));
        }
        let at = self.error(id_span(written), "", "");
        Ok(Group {
            name: self.name(&written.name)?,
            id: id as u8,
            row: GroupRow { key: self.key(&written.key)?, designated, equal_ports_hash: written.equal_ports == EqualPorts::Hash },
            profile: profile(written),
            targets,
            position: (at.line, at.column),
        })
    }

    /// The members of a group with their weights; all managers if it lists none.
    fn members<'m>(self, written: &file::Group, managers: &'m [Manager]) -> Result<Vec<(&'m Manager, Weight)>> {
        let uniform = profile(written) == Profile::Uniform;
        let weight_of = |manager: &Manager| if uniform { Weight::ONE } else { manager.weight };
        let Some(list) = &written.members else {
            return Ok(managers.iter().map(|manager| (manager, weight_of(manager))).collect());
        };
        let mut members: Vec<(&Manager, Weight)> = Vec::new();
        for member in list {
            let file::Member { name, weight } = member.get_ref();
            let manager = find(self, member.span(), name, "manager", managers, |manager| &manager.name)?;
            if members.iter().any(|(other, _)| other.id == manager.id) {
                return Err(self.twice(member.span(), "member", name));
            }
            if let (true, Some(weight)) = (uniform, weight) {
                let remedy = "set profile = \"weighted\" for this group, or leave the weight out";
                return Err(self.error(weight.span(), "a weight in a uniform group has no effect", remedy));
            }
            members.push((manager, self.weight(weight.as_ref())?.unwrap_or(weight_of(manager))));
        }
        Ok(members)
    }

    fn rules(self, raw: &File, groups: &[Group]) -> Result<Vec<RuleRow>> {
        if let Some(extra) = raw.rule.get(RULES) {
            return Err(self.error(
                extra.span(),
                "too many rules",
                format!("a card has {RULES}; join ranges, or let group 0 take the rest"),
            ));
        }
        raw.rule.iter().map(|rule| self.rule(rule.get_ref(), groups)).collect()
    }

    fn rule(self, written: &file::Rule, groups: &[Group]) -> Result<RuleRow> {
        let (lowest, highest) = self.ports(written.ports.as_ref())?;
        Ok(RuleRow {
            lowest,
            highest,
            protocol: self.protocol(written.protocol.as_ref())?,
            group: find(self, written.group.span(), written.group.get_ref(), "group", groups, |group| &group.name)?.id,
            key_on_peer: written.key_on == KeyOn::Peer,
            in_use: true,
        })
    }

    fn protocol(self, written: Option<&Spanned<Value>>) -> Result<Option<u8>> {
        let Some(written) = written else {
            return Ok(None);
        };
        let number = match written.get_ref() {
            Value::String(name) => match name.as_str() {
                "any" => return Ok(None),
                "tcp" => Some(TCP),
                "udp" => Some(UDP),
                "icmp" => Some(ICMP),
                "icmpv6" => Some(ICMPV6),
                _ => None,
            },
            Value::Integer(number) => u8::try_from(*number).ok(),
            _ => None,
        };
        let remedy = "write \"tcp\", \"udp\", \"icmp\", \"icmpv6\", \"any\" or a number from 0 to 255";
        number.map(Some).ok_or_else(|| self.error(written.span(), "not a protocol", remedy))
    }

    fn ports(self, written: Option<&Spanned<Value>>) -> Result<(u16, u16)> {
        let Some(written) = written else {
            return Ok((0, u16::MAX));
        };
        let range = match written.get_ref() {
            Value::Integer(port) => u16::try_from(*port).ok().map(|port| (port, port)),
            Value::String(text) => {
                let (lowest, highest) = text.split_once('-').unwrap_or((text, text));
                lowest.trim().parse().ok().zip(highest.trim().parse().ok())
            }
            _ => None,
        };
        let help = "write a port such as 53 or a range such as \"8000-8999\", the lower port first, up to 65535";
        match range {
            Some((lowest, highest)) if lowest <= highest => Ok((lowest, highest)),
            Some(_) => Err(self.error(written.span(), "the port range is upside down", help)),
            None => Err(self.error(written.span(), "not a port range", help)),
        }
    }

    fn name(self, written: &Spanned<String>) -> Result<String> {
        if written.get_ref().trim().is_empty() {
            return Err(self.error(written.span(), "the name is empty", "give it a name that others can be told from"));
        }
        Ok(written.get_ref().clone())
    }

    fn number(self, written: &Spanned<i64>, range: RangeInclusive<i64>, what: &str) -> Result<i64> {
        let number = *written.get_ref();
        if range.contains(&number) {
            return Ok(number);
        }
        let remedy = format!("use a number from {} to {}", range.start(), range.end());
        Err(self.error(written.span(), format!("{what} {number} is out of range"), remedy))
    }

    fn port(self, written: &Spanned<i64>) -> Result<u8> {
        Ok(self.number(written, 0..=PORTS as i64 - 1, "port")? as u8)
    }

    /// A unicast MAC address: six pairs of hexadecimal digits with colons or dashes.
    fn mac(self, written: &Spanned<String>) -> Result<Mac> {
        let text = written.get_ref();
        let byte = |pair: &str| if pair.len() == 2 { hex(pair) } else { None };
        let bytes: Option<Vec<u8>> = text.split([':', '-']).map(byte).collect();
        let Some(mac) = bytes.and_then(|bytes| Mac::try_from(bytes).ok()) else {
            return Err(self.error(written.span(), format!("{text:?} is not a MAC address"), "write it as \"02:00:5e:10:00:01\""));
        };
        if mac[0] & 1 == 1 || mac == [0; 6] {
            let problem = format!("{text} is not the address of one station");
            return Err(self.error(written.span(), problem, "use a unicast address: the first byte even, not all zero"));
        }
        Ok(mac)
    }

    fn key(self, written: &Spanned<String>) -> Result<[u8; 8]> {
        let text = written.get_ref();
        let number =
            if text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) { u64::from_str_radix(text, 16).ok() } else { None };
        let remedy = "write 16 hexadecimal digits that nobody can guess; `openssl rand -hex 8` makes some";
        number.map(u64::to_be_bytes).ok_or_else(|| self.error(written.span(), "not a hash key of 8 bytes", remedy))
    }

    /// A weight, from its digits in the file: a binary fraction would not be the number that was written.
    fn weight(self, written: Option<&Spanned<Value>>) -> Result<Option<Weight>> {
        let Some(written) = written else {
            return Ok(None);
        };
        let digits = self.text.get(written.span()).unwrap_or_default();
        let weight = digits.parse();
        weight
            .map(Some)
            .map_err(|error: crate::weight::NotAWeight| self.error(written.span(), format!("{digits} is not a weight"), error.to_string()))
    }

    fn twice(self, span: Range<usize>, what: &str, value: &str) -> ConfigError {
        self.error(span, format!("{what} {value} is there twice"), "keep one of the two, or give this one a value of its own")
    }
}

fn profile(written: &file::Group) -> Profile {
    match written.profile {
        file::Profile::Uniform => Profile::Uniform,
        file::Profile::Weighted => Profile::Weighted,
    }
}

/// Where a group gets its id: at its `id`, or else by its place, for which its name stands.
fn id_span(written: &file::Group) -> Range<usize> {
    written.id.as_ref().map_or(written.name.span(), Spanned::span)
}

fn hex(pair: &str) -> Option<u8> {
    pair.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u8::from_str_radix(pair, 16).ok()).flatten()
}

/// The item with this name; the error lists the names that there are.
fn find<'i, T>(
    source: Source<'_>,
    span: Range<usize>,
    name: &str,
    what: &str,
    items: &'i [T],
    name_of: impl Fn(&T) -> &str,
) -> Result<&'i T> {
    items.iter().find(|item| name_of(item) == name).ok_or_else(|| {
        let names: Vec<&str> = items.iter().map(name_of).collect();
        let remedy = match names.as_slice() {
            [] => format!("there is no [[{what}]] yet; add one with this name"),
            names => format!("add a [[{what}]] with this name, or use one of: {}", names.join(", ")),
        };
        source.error(span, format!("no {what} is named {name:?}"), remedy)
    })
}
