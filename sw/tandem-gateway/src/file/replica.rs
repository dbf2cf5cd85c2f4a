//! `role = "replica"`: the agent next to a server program.

use super::{server, value};
use document::{Section, every};
use gateway::Mode;
use gateway::replica::ReplicaSettings;
use gateway::tag;
use std::path::PathBuf;

pub(super) const KEYS: [&str; 12] =
    ["own", "mode", "encapsulation", "router", "gateways", "servers", "ports", "client", "tun", "mtu", "backlog", "load_file"];

/// A replica's agent.
#[derive(Clone, Debug)]
pub(crate) struct Replica {
    pub(crate) settings: ReplicaSettings,
    /// The ports that its servers have.
    pub(crate) ports: Vec<u16>,
    /// Whether the servers are behind this host, which routes to them.
    pub(crate) router: bool,
    /// Name of the TUN.
    pub(crate) tun: String,
    /// The longest packet that the network takes.
    pub(crate) mtu: u16,
    /// Connections that wait to be accepted, from which on the host is busy; 0: it never is by them.
    pub(crate) backlog: u32,
    /// A file that holds `busy` or `drain` where the host should get no connection.
    pub(crate) load_file: Option<PathBuf>,
}

pub(super) fn read(section: &Section<'_>, exid: Option<u16>) -> Option<Replica> {
    let source = section.source;
    let own = section.required("own", |value| value::own(source, value));
    let mode = section.required("mode", |value| value::mode(source, value));
    let ip_in_ip = value::encapsulation(section);
    let router = section.or("router", false, |value| {
        let router = source.boolean(value)?;
        if router && mode == Some(Mode::A) {
            return source.fault(
                value.span(),
                "a router's servers answer as the server itself, and in mode A a replica answers as its own address",
                "use mode B or C, or run an agent on each server",
            );
        }
        Some(router)
    });
    let gateways = section.required("gateways", |value| value::addresses(source, value));
    let servers = section.required("servers", |value| value::addresses(source, value));
    let ports =
        section.or("ports", vec![80], |value| every(source.list(value)?.iter().map(|port| source.number(port, 1..=u16::MAX, "port"))));
    let clients = server::clients(section);
    let tun = section.or("tun", "tandem-tun".to_owned(), |value| {
        let name = source.name(value)?;
        let sound = name.len() <= 15 && !name.contains(['/', ':', ' ', '"']);
        if sound { Some(name.to_owned()) } else { source.fault(value.span(), format!("{name:?} names no TUN"), "use up to 15 letters") }
    });
    let mtu = value::mtu(section);
    let backlog = section.or("backlog", 0, |value| {
        let backlog = source.number(value, 0..=u32::MAX, "number of connections")?;
        if backlog > 0 && router == Some(true) {
            return source.fault(value.span(), "a router accepts no connections itself", "remove backlog, and use load_file");
        }
        Some(backlog)
    });
    let load_file = section.or("load_file", None, |value| source.string(value).map(|path| Some(PathBuf::from(path))));
    let (servers, ports) = (servers?, ports?);
    let settings = ReplicaSettings {
        own: own?,
        mode: mode?,
        gateways: gateways?,
        servers: servers.iter().flat_map(|server| ports.iter().map(|port| (*server, *port))).collect(),
        clients: clients?,
        exid: exid.unwrap_or(tag::EXID),
        ip_in_ip: ip_in_ip?,
        ..ReplicaSettings::default()
    };
    Some(Replica { settings, ports, router: router?, tun: tun?, mtu: mtu?, backlog: backlog?, load_file: load_file? })
}
