//! `tandem-gateway lint`.

use crate::file::{Client, File, Replica, Role, Server};
use crate::{Finding, Global};
use anstyle::Style;
use anyhow::Result;
use gateway::hold::Hold;
use gateway::keys::Trust;
use gateway::{Mode, Time};
use operator::output::{self, CHANGED, GOOD, painted, some};
use operator::wrap::{columns, wrapped};
use serde::Serialize;
use std::path::PathBuf;

/// A hold from which on a client's first retransmission, after a second, is near.
const LONG: Time = Time::from_millis(500);
/// The least MTU of IPv6, and a tunnel of it.
const NARROW: u16 = 1280 + 48;

/// Finds what is valid but most likely a mistake
///
/// Holds that wait for nobody, replicas that cannot be probed or reached, keys that are missing.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tandem-gateway lint gateway.toml

Ends with 2 if something is found.")]
pub(crate) struct Arguments {
    /// The configuration; docs/gateway.md describes it
    file: PathBuf,
}

/// Something valid that is most likely a mistake.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Warning {
    pub(crate) subject: String,
    pub(crate) problem: String,
    pub(crate) remedy: String,
}

impl Warning {
    pub(crate) fn text(&self, style: Style) -> String {
        let Self { subject, problem, remedy } = self;
        wrapped(&format!("{} {subject}: {problem}\n  {remedy}\n", painted(style, "warning:")), columns())
    }
}

pub(crate) fn run(global: &Global, arguments: &Arguments) -> Result<Finding> {
    let file = File::read(&arguments.file)?;
    let warnings = warnings(&file);
    if global.json {
        output::json(&serde_json::json!({ "file": arguments.file.display().to_string(), "warnings": warnings }));
    } else {
        warnings.iter().for_each(|warning| output::print(warning.text(CHANGED)));
        let found = if warnings.is_empty() { painted(GOOD, "no hazards") } else { painted(CHANGED, some(warnings.len(), "hazard")) };
        output::print(format!("{found}: {}\n", arguments.file.display()));
    }
    Ok(if warnings.is_empty() { Finding::Clean } else { Finding::Something })
}

/// Everything that is found.
pub(crate) fn warnings(file: &File) -> Vec<Warning> {
    let mut found = Vec::new();
    let mut warn = |subject: &str, problem: &str, remedy: &str| {
        found.push(Warning { subject: subject.into(), problem: problem.into(), remedy: remedy.into() });
    };
    match &file.role {
        Role::Client(client) => of_client(client, &mut warn),
        Role::Server(server) => of_server(server, &mut warn),
        Role::Replica(replica) => of_replica(replica, &mut warn),
    }
    found
}

const OPEN: &str = "no keys: whoever sees a copy of a SYN can answer it, and win";
const KEYS: &str = "open mode is for the laboratory; write keys = [{ id = 1, key = \"...\" }] at all three";

fn of_client(client: &Client, warn: &mut impl FnMut(&str, &str, &str)) {
    for (site, name) in client.settings.sites.iter().zip(&client.sites) {
        if matches!(site.trust, Trust::Open(_)) {
            warn(&format!("site {name:?}"), OPEN, KEYS);
        }
    }
    if client.settings.modes.contains(&Mode::C) && client.settings.mtu < NARROW {
        warn("mtu", "a tunnel over IPv6 needs 1,328 bytes", "leave \"C\" out of modes, or widen the path");
    }
}

fn of_server(server: &Server, warn: &mut impl FnMut(&str, &str, &str)) {
    let settings = &server.settings;
    let own = |address: &gateway::Address| settings.gateways.iter().any(|(clients, _)| clients.contains(address));
    for address in settings.own.iter().filter(|address| !own(address)) {
        let problem = format!("no [[client]] has the gateway's own address {address}, so no replica of its family can be probed");
        warn(
            "probes",
            &problem,
            "add a [[client]] with this prefix and a key, here and at the replicas; without delays `equal` waits for nobody",
        );
    }
    for (class, name) in settings.classes.iter().zip(&server.classes) {
        let subject = format!("class {name:?}");
        match class.hold {
            _ if class.replicas.is_empty() => warn(&subject, "it has no replicas, so nothing is copied", "name some, or remove the class"),
            Hold::Off => {
                let problem = "without a hold the server wins wherever distances obey the triangle inequality";
                warn(&subject, problem, "set hold = \"equal\", or a head start in milliseconds; `explain` forecasts both");
            }
            Hold::Equal if server.probe.is_none() => {
                warn(&subject, "hold = \"equal\" without probes waits for nobody", "remove probe_ms = 0");
            }
            Hold::HeadStart(time) if time >= LONG => {
                warn(&subject, "the hold is near a client's first retransmission, after a second", "keep it below 500 ms");
            }
            _ => {}
        }
        for address in class.replicas.iter().chain(&settings.own) {
            if class.servers.iter().any(|(servers, _)| servers.contains(address)) {
                let problem = format!("{address} is one of its servers, and a replica's or the gateway's own address");
                warn(&subject, &problem, "replicas and the gateway need addresses of their own: copies with the server's would be dropped");
            }
        }
    }
    open_clients(&settings.gateways, warn);
}

fn of_replica(replica: &Replica, warn: &mut impl FnMut(&str, &str, &str)) {
    let settings = &replica.settings;
    for (server, _) in settings.servers.iter().filter(|(server, _)| settings.own.contains(server)) {
        let problem = format!("{server} is the server's address and the replica's own");
        warn("own", &problem, "give the replica an address of its own: copies and answers carry it");
    }
    if replica.backlog == 0 && replica.load_file.is_none() {
        warn("load", "the replica is never busy: it answers as long as its host does", "set backlog, or load_file");
    }
    open_clients(&settings.clients, warn);
}

fn open_clients(clients: &[(gateway::Prefix, Trust)], warn: &mut impl FnMut(&str, &str, &str)) {
    if clients.iter().any(|(_, trust)| matches!(trust, Trust::Open(_))) {
        warn("client", OPEN, KEYS);
    }
}
