//! `[[group]]`: managers that share one kind of traffic.

use super::manager::Managers;
use super::{Section, Source, Value, address, every, value};
use crate::configuration::{Group, Manager, ManagerState};
use crate::profile::Profile;
use crate::weight::Weight;
use contract::limits::GROUPS;
use contract::row::{GroupRow, Mac};
use document::DeValue;
use std::net::IpAddr;
use std::ops::{Range, RangeInclusive};

const KEYS: [&str; 9] = ["name", "id", "key", "profile", "members", "designated", "equal_ports", "addresses", "mac"];
/// Means and sigmas that a profile takes, in units of the list of members.
const MEAN: RangeInclusive<f64> = 0.0..=1.0;
const SIGMA: RangeInclusive<f64> = 0.001..=100.0;

/// The groups of the file, as far as they can be read.
pub(super) struct Groups<'t> {
    source: &'t Source<'t>,
    names: Vec<&'t str>,
    ids: Vec<u8>,
    addresses: Vec<IpAddr>,
    listed: Vec<Option<Group>>,
}

impl<'t> Groups<'t> {
    pub(super) fn read(top: &Section<'t>, managers: &Managers<'_>, enabled: Option<bool>, group_macs: Option<&[Mac]>) -> Self {
        let source = top.source;
        let mut groups = Self { source, names: Vec::new(), ids: Vec::new(), addresses: Vec::new(), listed: Vec::new() };
        let written = top.tables("group");
        // As many as there are ids, and one more, which has a fault.
        let written = &written[..written.len().min(GROUPS + 1)];
        for (place, value) in written.iter().enumerate() {
            let group = groups.group(place, value, managers, group_macs);
            groups.listed.push(group);
        }
        let all_ids_known = groups.ids.len() == written.len();
        if enabled == Some(true) && all_ids_known && !groups.ids.contains(&0) {
            let first = written.first().and_then(|value| Some(id_span(value.get_ref().as_table()?, value.span())));
            let remedy = "add a [[group]] with id 0, which takes every packet that no rule matches, or set enabled = false";
            source.report(first.unwrap_or(0..0), "no group has id 0", remedy);
        }
        groups
    }

    fn group(&mut self, place: usize, written: &'t Value<'t>, managers: &Managers<'_>, group_macs: Option<&[Mac]>) -> Option<Group> {
        let source = self.source;
        let section = Section::of(source, written, &KEYS)?;
        let name = section.required("name", |value| {
            source.unique(value.span(), "group name", source.name(value)?, &mut self.names, |name| (*name).to_owned())
        });
        let span = id_span(section.table, section.span.clone());
        let id = self.id(&section, place, span.clone());
        let key = section.required("key", |value| source.key(value, "hash key"));
        let profile = section.or("profile", Profile::Uniform, |value| self.profile(value));
        let members = match section.get("members") {
            Some(value) => source.list(value).and_then(|list| self.members(list, managers, profile)),
            None => managers.if_all_readable().map(|mut all| {
                all.sort_unstable_by_key(|manager| manager.id);
                all.into_iter().map(|manager| (manager, manager.weight)).collect()
            }),
        };
        let policies = [("designated", false), ("hash", true)];
        let equal_ports_hash = section.or("equal_ports", false, |value| source.choice(value, "policy for equal ports", &policies));
        let designated =
            section.or("designated", None, |value| managers.find(value, source.string(value)?).map(|manager| Some(manager.id)));
        let addresses = address::read(&section, &mut self.addresses);
        let mac = address::mac(&section, group_macs);
        let all = members?;
        let members = all.iter().map(|(manager, _)| manager.id).collect();
        let enabled: Vec<_> = all.into_iter().filter(|(manager, _)| manager.state == ManagerState::Enabled).collect();
        let first = enabled.iter().map(|(manager, _)| manager.id).min().unwrap_or(0);
        let mut targets = profile?.targets(enabled.iter().map(|(manager, weight)| (manager.id, *weight)));
        // Ties break by place: by id, so that the order of lines moves no entry.
        targets.sort_unstable_by_key(|target| target.manager);
        if !targets.is_empty() && targets.iter().all(|target| target.weight == Weight::ZERO) {
            let at = section.get("name").map_or(section.span.clone(), Value::span);
            let problem = format!("every enabled member of group {:?} has weight 0", name?);
            source.report(at, problem, "give at least one of them a greater weight");
        }
        let row = GroupRow { key: key?, designated: designated?.unwrap_or(first), equal_ports_hash: equal_ports_hash? };
        let (has_id, position) = (section.get("id").is_some(), source.position(span.start));
        let (addresses, mac) = (addresses?, mac?);
        Some(Group { name: name?.to_owned(), id: id?, row, profile: profile?, members, targets, addresses, mac, has_id, position })
    }

    /// The id as it is written, or else the place in the file.
    fn id(&mut self, section: &Section<'t>, place: usize, span: Range<usize>) -> Option<u8> {
        let source = self.source;
        let highest = GROUPS as u8 - 1;
        let by_place = || u8::try_from(place).ok().filter(|id| *id <= highest);
        let too_many = || source.fault(span.clone(), "too many groups", format!("a card has at most {GROUPS}"));
        let id = section.get("id").map_or_else(|| by_place().or_else(too_many), |value| source.number(value, 0..=highest, "group id"))?;
        source.unique(span.clone(), "group id", id, &mut self.ids, u8::to_string)
    }

    fn profile(&self, value: &'t Value<'t>) -> Option<Profile> {
        let source = self.source;
        if !value.get_ref().is_table() {
            return source.choice(value, "profile", &[("uniform", Profile::Uniform), ("weighted", Profile::Weighted)]);
        }
        let section = Section::of(source, value, &["gaussian", "rayleigh"])?;
        let sigma = |section: &Section<'t>| section.required("sigma", |value| source.real(value, SIGMA, "sigma"));
        match (section.get("gaussian"), section.get("rayleigh")) {
            (Some(written), None) => {
                let section = Section::of(source, written, &["mean", "sigma"])?;
                let mean = section.required("mean", |value| source.real(value, MEAN, "mean"));
                let sigma = sigma(&section);
                Some(Profile::Gaussian { mean: mean?, sigma: sigma? })
            }
            (None, Some(written)) => Some(Profile::Rayleigh { sigma: sigma(&Section::of(source, written, &["sigma"])?)? }),
            _ => {
                let remedy = "write { gaussian = { mean = 0.5, sigma = 0.2 } } or { rayleigh = { sigma = 0.3 } }";
                source.fault(value.span(), "a profile is one of gaussian and rayleigh", remedy)
            }
        }
    }

    /// The members that a group lists, each with its weight.
    fn members<'m>(
        &self,
        list: &'t [Value<'t>],
        managers: &'m Managers<'_>,
        profile: Option<Profile>,
    ) -> Option<Vec<(&'m Manager, Weight)>> {
        let mut seen = Vec::new();
        every(list.iter().map(|written| {
            let (manager, weight) = self.member(written, managers, profile)?;
            self.source.unique(written.span(), "member", manager.name.as_str(), &mut seen, |name| (*name).to_owned())?;
            Some((manager, weight))
        }))
    }

    /// A manager's name, or a table of its name and its weight in this group.
    fn member<'m>(&self, written: &'t Value<'t>, managers: &'m Managers<'_>, profile: Option<Profile>) -> Option<(&'m Manager, Weight)> {
        let source = self.source;
        let find = |value: &'t Value<'t>| managers.find(value, source.string(value)?);
        if let DeValue::String(_) = written.get_ref() {
            return find(written).map(|manager| (manager, manager.weight));
        }
        let section = Section::of(source, written, &["name", "weight"])?;
        let manager = section.required("name", find);
        let weight = section.or("weight", None, |value| {
            if profile.is_some_and(|profile| profile != Profile::Weighted) {
                let remedy = "set profile = \"weighted\" for this group, or remove the weight";
                return source.fault(value.span(), "a weight has no effect in a group that is not weighted", remedy);
            }
            value::weight(source, value).map(Some)
        });
        Some((manager?, weight?.unwrap_or(manager?.weight)))
    }

    /// The group that a value names. One that is listed but cannot be read has its own faults; its name is none.
    pub(super) fn find(&self, value: &Value<'_>) -> Option<&Group> {
        let name = self.source.string(value)?;
        let found = self.listed.iter().flatten().find(|group| group.name == name);
        if found.is_none() && !self.names.contains(&name) {
            self.source.report_unknown(value, "group", name, &self.names);
        }
        found
    }

    /// All of them, if all can be read.
    pub(super) fn all(self) -> Option<Vec<Group>> {
        every(self.listed.into_iter())
    }
}

/// Where a group gets its id: at its `id`, or else by its place, for which its name stands.
fn id_span(table: &document::DeTable<'_>, otherwise: Range<usize>) -> Range<usize> {
    table.get("id").or_else(|| table.get("name")).map_or(otherwise, Value::span)
}
