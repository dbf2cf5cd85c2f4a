//! `role = "server"`: the gateway of the servers' site.

use super::{Sides, value};
use document::{Section, Source, Value, every};
use gateway::Address;
use gateway::Prefix;
use gateway::hold::Hold;
use gateway::keys::Trust;
use gateway::server::{Class, ServerSettings};
use std::time::Duration;

pub(super) const KEYS: [&str; 14] = [
    "inside",
    "wan",
    "own",
    "cap_ms",
    "holds",
    "copies",
    "copies_per_network",
    "errors",
    "mtu",
    "copy_port",
    "probe_ms",
    "replica",
    "class",
    "client",
];

/// A servers' gateway.
#[derive(Clone, Debug)]
pub(crate) struct Server {
    pub(crate) sides: Sides,
    pub(crate) settings: ServerSettings,
    /// Names of the classes, in their order.
    pub(crate) classes: Vec<String>,
    pub(crate) replicas: Vec<Named>,
    /// Between two probes of each replica; `None`: none are sent.
    pub(crate) probe: Option<Duration>,
}

/// A replica by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) addresses: Vec<Address>,
    /// Whether copies go to it as IP in IP.
    ip_in_ip: bool,
}

pub(super) fn read(section: &Section<'_>, exid: Option<u16>) -> Option<Server> {
    let (source, default) = (section.source, ServerSettings::default());
    let sides = Sides::read(section);
    let own = section.required("own", |value| value::own(source, value));
    let cap = section.or("cap_ms", default.cap, |value| value::milliseconds(source, value, 1.0..=900.0));
    let holds = section.or("holds", default.holds, |value| source.number(value, 1..=1 << 22, "number of holds"));
    let rate = |key, place: usize| section.or(key, default.rates[place], |value| value::rate(source, value));
    let rates = [rate("copies", 0), rate("copies_per_network", 1), rate("errors", 2)];
    let mtu = value::mtu(section);
    let copy_port = section.or("copy_port", default.copy_port, |value| source.number(value, 1..=u16::MAX, "port"));
    let probe = section.or("probe_ms", Duration::from_secs(1), |value| value::milliseconds(source, value, 0.0..=60_000.0));
    let replicas = replicas(section);
    let classes = classes(section, replicas.as_deref());
    let gateways = clients(section);
    let (classes, named) = classes?.into_iter().unzip();
    let replicas = replicas?;
    let [all, network, errors] = rates;
    let settings = ServerSettings {
        own: own?,
        classes,
        gateways: gateways?,
        cap: cap?,
        holds: holds?,
        rates: [all?, network?, errors?],
        exid: exid?,
        mtu: mtu?,
        copy_port: copy_port?,
        ip_in_ip: replicas.iter().filter(|replica| replica.ip_in_ip).flat_map(|replica| replica.addresses.clone()).collect(),
    };
    Some(Server {
        sides: sides?,
        settings,
        classes: named,
        replicas,
        probe: probe.map(|probe| Some(probe).filter(|probe| !probe.is_zero()))?,
    })
}

fn name(source: &Source<'_>, section: &Section<'_>, what: &str, names: &mut Vec<String>) -> Option<String> {
    section.required("name", |value| source.unique(value.span(), what, source.name(value)?.to_owned(), names, String::clone))
}

fn replicas(section: &Section<'_>) -> Option<Vec<Named>> {
    let (source, mut names) = (section.source, Vec::new());
    every(section.tables("replica").iter().map(|written| {
        let section = Section::of(source, written, &["name", "addresses", "encapsulation"])?;
        let name = name(source, &section, "replica", &mut names);
        let addresses = section.required("addresses", |value| value::own(source, value));
        let ip_in_ip = value::encapsulation(&section);
        Some(Named { name: name?, addresses: addresses?, ip_in_ip: ip_in_ip? })
    }))
}

fn classes(section: &Section<'_>, replicas: Option<&[Named]>) -> Option<Vec<(Class, String)>> {
    let (source, mut names) = (section.source, Vec::new());
    every(section.tables("class").iter().map(|written| {
        let section = Section::of(source, written, &["name", "servers", "ports", "replicas", "hold", "except"])?;
        let name = name(source, &section, "class", &mut names);
        let servers = value::servers(&section);
        let replicas =
            section.or("replicas", Vec::new(), |value| every(source.list(value)?.iter().map(|written| find(source, written, replicas))));
        let hold = section.or("hold", Hold::Equal, |value| value::hold(source, value));
        let exceptions = section.or("except", Vec::new(), |value| exceptions(source, value));
        Some((Class { servers: servers?, replicas: replicas?.concat(), hold: hold?, exceptions: exceptions? }, name?))
    }))
}

/// `except`: clients with another hold than the class's, or `never` raced for.
fn exceptions(source: &Source<'_>, value: &Value<'_>) -> Option<Vec<(Prefix, Option<Hold>)>> {
    let read = |written| {
        let section = Section::of(source, written, &["clients", "hold"])?;
        let clients = section.required("clients", |value| value::prefixes(source, value));
        let hold = section.required("hold", |value| match value.get_ref().as_str() {
            Some("never") => Some(None),
            _ => value::hold(source, value).map(Some),
        });
        let hold = hold?;
        Some(clients?.into_iter().map(|clients| (clients, hold)).collect::<Vec<_>>())
    };
    every(source.list(value)?.iter().map(read)).map(|exceptions| exceptions.concat())
}

/// The addresses of the replica that a value names.
fn find(source: &Source<'_>, value: &Value<'_>, replicas: Option<&[Named]>) -> Option<Vec<Address>> {
    let name = source.string(value)?;
    // Without all of them nobody knows which is missing.
    let replicas = replicas?;
    let found = replicas.iter().find(|replica| replica.name == name);
    if found.is_none() {
        let names: Vec<&str> = replicas.iter().map(|replica| replica.name.as_str()).collect();
        source.report_unknown(value, "replica", name, &names);
    }
    found.map(|replica| replica.addresses.clone())
}

/// `[[client]]`: gateways of clients, and the keys that they share with the site.
pub(super) fn clients(section: &Section<'_>) -> Option<Vec<(Prefix, Trust)>> {
    let (source, mut names) = (section.source, Vec::new());
    let clients = every(section.tables("client").iter().map(|written| {
        let section = Section::of(source, written, &["name", "prefixes", "keys", "open"])?;
        let name = name(source, &section, "client", &mut names);
        let prefixes = section.required("prefixes", |value| value::prefixes(source, value));
        let trust = value::trust(&section, false);
        name?;
        let trust = trust?;
        Some(prefixes?.into_iter().map(|prefix| (prefix, trust.clone())).collect::<Vec<_>>())
    }));
    clients.map(|clients| clients.concat())
}
