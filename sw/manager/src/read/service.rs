//! `[[service]]`: what clients ask for.

use super::server::words;
use super::{address, address_like, check, is_reserved};
use crate::configuration::{Control, Distribution, Server, Service, Translation};
use contract::limits::MANAGERS;
use document::{Section, Source, Value, every};
use flow::{OnDown, Refusal};
use model::transport::{TCP, UDP};
use std::net::IpAddr;

const KEYS: [&str; 13] = [
    "name",
    "address",
    "protocol",
    "ports",
    "servers",
    "translation",
    "pool",
    "distribution",
    "needs",
    "affinity",
    "refusal",
    "on_down",
    "check",
];

/// What the services of a file may name.
struct Services<'s> {
    servers: &'s [Option<Server>],
    server_names: &'s [&'s str],
    control: Option<&'s Control>,
    has_affinity_key: bool,
    names: Vec<String>,
    endpoints: Vec<(IpAddr, u8, u16, u16)>,
}

pub(super) fn read(
    top: &Section<'_>,
    servers: &[Option<Server>],
    server_names: &[&str],
    control: Option<&Control>,
    has_affinity_key: bool,
) -> Option<Vec<Service>> {
    let mut services = Services { servers, server_names, control, has_affinity_key, names: vec![], endpoints: vec![] };
    every(top.tables("service").iter().map(|written| services.service(top.source, written)))
}

impl Services<'_> {
    fn service(&mut self, source: &Source<'_>, written: &Value<'_>) -> Option<Service> {
        let section = Section::of(source, written, &KEYS)?;
        let name = section.required("name", |value| {
            source.unique(value.span(), "service name", source.name(value)?.to_owned(), &mut self.names, String::clone)
        });
        let at = section.required("address", |value| address(source, value));
        let protocol = section.or("protocol", TCP, |value| source.choice(value, "protocol", &[("tcp", TCP), ("udp", UDP)]));
        let ports = section.required("ports", |value| {
            source
                .ports(value)
                .filter(|(lowest, _)| *lowest > 0)
                .or_else(|| source.fault(value.span(), "port 0 cannot be used", "write ports from 1 to 65535"))
        });
        self.endpoint(source, &section, at, protocol, ports);
        let servers = section.required("servers", |value| self.members(source, value, at));
        let translation = self.translation(source, &section, at, servers.as_deref());
        let kinds = [
            ("even", Distribution::Even),
            ("weighted", Distribution::Weighted),
            ("capability", Distribution::Capability),
            ("load", Distribution::Load),
        ];
        let distribution = section.or("distribution", Distribution::Weighted, |value| source.choice(value, "distribution", &kinds));
        let needs = section.or("needs", Vec::new(), |value| words(source, value));
        let affinity = section.or("affinity", false, |value| {
            let affinity = source.choice(value, "affinity", &[("none", false), ("client", true)])?;
            if affinity && !self.has_affinity_key {
                let remedy = "add affinity_key at the top of the file, the same in every manager";
                return source.fault(value.span(), "affinity without a key", remedy);
            }
            Some(affinity)
        });
        self.load(source, &section, distribution, affinity, servers.as_deref());
        let refusals = [("reset", Refusal::Reset), ("discard", Refusal::Discard)];
        let refusal = section.or("refusal", Refusal::Reset, |value| source.choice(value, "refusal", &refusals));
        let on_down = section.or("on_down", OnDown::Keep, |value| on_down(source, value, protocol?));
        let check = section.or("check", None, |value| check::read(source, value).map(Some));
        let (lowest, highest) = ports?;
        Some(Service {
            name: name?,
            address: at?,
            protocol: protocol?,
            ports: lowest..=highest,
            translation: translation?,
            distribution: distribution?,
            affinity: affinity?,
            refusal: refusal?,
            on_down: on_down?,
            servers: servers?,
            needs: needs?,
            check: check?,
        })
    }

    /// Shares that follow the load need reports, and differ from manager to manager.
    fn load(
        &self,
        source: &Source<'_>,
        section: &Section<'_>,
        kind: Option<Distribution>,
        affinity: Option<bool>,
        servers: Option<&[String]>,
    ) {
        let (Some(Distribution::Load), Some(value)) = (kind, section.get("distribution")) else { return };
        if affinity == Some(true) {
            let remedy = "leave affinity out, or share connections out by weight";
            source.report(value.span(), "distribution \"load\" with affinity: every manager would choose another server", remedy);
        }
        let has_none = |server: &&Server| {
            server.agent.is_none() && server.orca.is_none() && servers.is_some_and(|servers| servers.contains(&server.name))
        };
        if let Some(server) = self.servers.iter().flatten().find(has_none) {
            let problem = format!("distribution \"load\", but server {:?} does not report its load", server.name);
            source.report(value.span(), problem, "add agent = PORT or orca = PORT to the server, at which it reports");
        }
    }

    /// No two services share an endpoint.
    fn endpoint(
        &mut self,
        source: &Source<'_>,
        section: &Section<'_>,
        at: Option<IpAddr>,
        protocol: Option<u8>,
        ports: Option<(u16, u16)>,
    ) {
        let (Some(at), Some(protocol), Some((lowest, highest))) = (at, protocol, ports) else { return };
        let meets = |other: &&(IpAddr, u8, u16, u16)| (other.0, other.1) == (at, protocol) && other.2 <= highest && lowest <= other.3;
        if let Some((_, _, from, to)) = self.endpoints.iter().find(meets) {
            let problem = format!("the ports meet those of another service at {at}, {from}-{to}");
            source.report(section.span.clone(), problem, "give each port of an address to one service");
        }
        self.endpoints.push((at, protocol, lowest, highest));
    }

    fn members(&self, source: &Source<'_>, value: &Value<'_>, at: Option<IpAddr>) -> Option<Vec<String>> {
        let list = source.list(value)?;
        if list.is_empty() || list.len() > MANAGERS {
            return source.fault(value.span(), format!("{} servers", list.len()), format!("name 1 to {MANAGERS} servers"));
        }
        let mut seen = Vec::new();
        let names = every(list.iter().map(|written| {
            let name = source.unique(written.span(), "server", source.string(written)?.to_owned(), &mut seen, String::clone)?;
            if is_reserved(&name) {
                let remedy = "add a [control] with an address and a pool, or name other servers";
                return self.control.map(|_| name).or_else(|| source.fault(written.span(), "there is no [control]", remedy));
            }
            if !self.server_names.contains(&name.as_str()) {
                source.report_unknown(written, "server", &name, self.server_names);
                return None;
            }
            let server = self.servers.iter().flatten().find(|server| server.name == name)?;
            if at.is_some_and(|at| at.is_ipv4() != server.address.is_ipv4()) {
                let remedy = "name servers of the family of the service's address";
                return source.fault(written.span(), format!("{name:?} has the address {}, of another family", server.address), remedy);
            }
            Some(name)
        }))?;
        if names.len() > 1 && names.iter().any(|name| is_reserved(name)) {
            let remedy = "make a service of its own for the manager's own host";
            return source.fault(value.span(), "the manager's own host is one of several servers", remedy);
        }
        Some(names)
    }

    fn translation(
        &self,
        source: &Source<'_>,
        section: &Section<'_>,
        at: Option<IpAddr>,
        servers: Option<&[String]>,
    ) -> Option<Translation> {
        let kinds = [("destination", 0), ("direct", 1), ("full", 2)];
        let is_control = servers.is_some_and(|servers| servers.iter().any(|name| is_reserved(name)));
        if is_control && let Some(control) = self.control {
            for key in ["translation", "pool"] {
                if let Some(value) = section.get(key) {
                    source.report(
                        value.span(),
                        format!("`{key}` of a service of the manager's own host"),
                        "leave it out: [control] has the addresses",
                    );
                }
            }
            return Some(Translation::Full(vec![control.pool]));
        }
        let kind = section.or("translation", 0, |value| source.choice(value, "translation", &kinds));
        let pool = section.or("pool", Vec::new(), |value| {
            every(source.list(value)?.iter().map(|written| address_like(source, written, at?, "the service")))
        });
        match (kind?, pool?) {
            (2, pool) if pool.is_empty() => source.fault(
                section.span.clone(),
                "translation \"full\" without a pool",
                "add pool = [...], addresses that reach this manager",
            ),
            (2, pool) => Some(Translation::Full(pool)),
            (_, pool) if !pool.is_empty() => {
                source.fault(section.span.clone(), "a pool without translation \"full\"", "leave pool out, or write translation = \"full\"")
            }
            (1, _) => Some(Translation::Direct),
            _ => Some(Translation::Destination),
        }
    }
}

fn on_down(source: &Source<'_>, value: &Value<'_>, protocol: u8) -> Option<OnDown> {
    let on_down = source.choice(value, "choice of what becomes of connections", &[("keep", OnDown::Keep), ("reset", OnDown::Reset)])?;
    if on_down == OnDown::Reset && protocol == UDP {
        return source.fault(value.span(), "on_down \"reset\" of a service of UDP, which has no RST", "leave on_down out");
    }
    Some(on_down)
}
