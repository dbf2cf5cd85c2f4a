//! `role = "client"`: the gateway of a client's network.

use super::{Sides, value};
use document::{Section, Value, every};
use gateway::Mode;
use gateway::client::{ClientSettings, Site};
use gateway::machine::Rules;
use std::path::PathBuf;

pub(super) const KEYS: [&str; 11] =
    ["inside", "wan", "modes", "mtu", "entries", "table", "tag_syns", "fail_after", "grace_ms", "resets", "site"];

/// A client's gateway.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    pub(crate) sides: Sides,
    pub(crate) settings: ClientSettings,
    /// Names of the sites, in their order.
    pub(crate) sites: Vec<String>,
    /// The file by which the table outlives a restart, if it does.
    pub(crate) table: Option<PathBuf>,
}

pub(super) fn read(section: &Section<'_>, exid: Option<u16>) -> Option<Client> {
    let (source, default) = (section.source, ClientSettings::default());
    let sides = Sides::read(section);
    let modes = section.or("modes", Mode::ALL.to_vec(), |value| value::modes(source, value));
    let mtu = value::mtu(section);
    let entries = section.or("entries", default.entries, |value| source.number(value, 1..=1 << 26, "number of entries"));
    let table = section.or("table", None, |value| source.string(value).map(|path| Some(PathBuf::from(path))));
    let tag_syns = section.or("tag_syns", default.rules.tag_syns, |value| source.number(value, 1..=10, "number of SYNs"));
    let fail_after = section.or("fail_after", default.rules.fail_after, |value| {
        source.number(value, 0..=15_u8, "number of retransmissions").map(|number| Some(number).filter(|number| *number > 0))
    });
    let grace = section.or("grace_ms", default.grace, |value| value::milliseconds(source, value, 0.0..=10_000.0));
    let resets = section.or("resets", default.resets, |value| value::rate(source, value));
    let sites = sites(section);
    let (sites, named) = sites?.into_iter().unzip();
    let settings = ClientSettings {
        sites,
        entries: entries?,
        rules: Rules { tag_syns: tag_syns?, fail_after: fail_after? },
        grace: grace?,
        modes: modes?,
        exid: exid?,
        mtu: mtu?,
        resets: resets?,
        dry: false,
    };
    Some(Client { sides: sides?, settings, sites: named, table: table? })
}

fn sites(section: &Section<'_>) -> Option<Vec<(Site, String)>> {
    let source = section.source;
    let mut names = Vec::new();
    let mut site = |written| {
        let section = Section::of(source, written, &["name", "servers", "ports", "exclude", "keys", "open"])?;
        let name = section.required("name", |value: &Value<'_>| {
            source.unique(value.span(), "site", source.name(value)?.to_owned(), &mut names, String::clone)
        });
        let servers = value::servers(&section);
        let excluded = section.or("exclude", Vec::new(), |value| value::prefixes(source, value));
        let trust = value::trust(&section, true);
        Some((Site { servers: servers?, trust: trust?, excluded: excluded? }, name?))
    };
    let tables = section.tables("site");
    if tables.is_empty() {
        return source.fault(0..0, "no site", "add a [[site]] with the servers that have replicas, and the keys that it shares with you");
    }
    every(tables.iter().map(&mut site))
}
