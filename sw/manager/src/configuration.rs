//! What an operator wants of a traffic manager: the content of a valid `manager.toml`.

use contract::row::{Mac, mac_text};
use control::Weight;
use flow::{OnDown, Refusal, ServerState};
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

/// The server that is the manager's own host: what a service sends there reaches programs of the control processor. Source: WO 00/30322, FIG. 7.
pub const CONTROL: &str = "control";

/// A configuration.
#[derive(Clone, Debug, Serialize)]
pub struct Configuration {
    /// Name of the file that it was read from.
    #[serde(skip)]
    pub file: String,
    /// What takes effect at a start only.
    pub start: Start,
    /// MACs that the manager takes frames for, besides its interfaces' own: those of groups.
    #[serde(serialize_with = "macs")]
    pub group_macs: Vec<Mac>,
    /// Networks from which servers may send to what is no service, besides the servers' own addresses.
    pub server_networks: Vec<(IpAddr, u8)>,
    /// The secret of affinity, the same in every manager.
    #[serde(skip)]
    pub affinity_key: [u64; 2],
    /// The distributor in front; `None`: there is none.
    pub distributor: Option<Distributor>,
    /// How addresses are translated of what servers' networks send to others; `None`: they are not.
    pub nat: Option<Nat>,
    /// How long connections are remembered, in seconds, by the names of the file.
    pub timeouts: BTreeMap<&'static str, u64>,
    /// Time between two looks at the servers' load.
    pub load_interval: Duration,
    /// How long a manager that is told to end waits for its connections, in seconds.
    pub drain: u64,
    /// The servers, as they are listed.
    #[serde(serialize_with = "by_name")]
    pub servers: Vec<Server>,
    /// The services, as they are listed.
    #[serde(serialize_with = "by_name")]
    pub services: Vec<Service>,
}

/// How frames come from interfaces, and go to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Io {
    /// By packet sockets: the kernel copies each, and leaves long segments uncut.
    Packet,
    /// By AF_XDP: the driver hands them over.
    Xdp,
}

/// What takes effect at a start only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Start {
    /// Names of the interfaces.
    pub interfaces: Vec<String>,
    /// How frames come and go.
    pub io: Io,
    /// Whether the drivers' programs carry long flows alone. Left out where it is not, so that a release without it takes over.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub bulk: bool,
    /// How many switching processors; `None`: one less than the host has, at least 1.
    pub workers: Option<u16>,
    /// Whether each has a processor to itself, as far as there are enough.
    pub bind_workers: bool,
    /// How many connections there is room for.
    pub connections: u32,
    /// The pseudo-interface, if there is one.
    pub control: Option<Control>,
    /// Where the metrics page is.
    pub metrics: Option<SocketAddr>,
}

/// The pseudo-interface by which services reach the manager's own host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Control {
    /// The interface's name.
    pub name: String,
    /// The host's address on it.
    pub address: IpAddr,
    /// The address from which packets of services come there.
    pub pool: IpAddr,
}

/// The distributor in front of the manager.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Distributor {
    /// Its `tandem.toml`.
    pub configuration: PathBuf,
    /// What its card holds, as `tandem export` writes it; `None`: what follows from its `tandem.toml` alone.
    pub tables: Option<PathBuf>,
    /// Which of its managers this is.
    pub manager: String,
}

/// Address translation of what servers' networks send to others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Nat {
    /// The addresses that the world sees.
    pub pool: Vec<IpAddr>,
}

/// A server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Server {
    /// Its name.
    pub name: String,
    /// Its address.
    pub address: IpAddr,
    /// Its port; `None` is the port that the client asked for.
    pub port: Option<u16>,
    /// Its weight, in billionths.
    #[serde(serialize_with = "billionths")]
    pub weight: Weight,
    /// Whether it takes connections.
    #[serde(serialize_with = "state")]
    pub state: ServerState,
    /// At which port its agent tells its load; `None`: it has none.
    pub agent: Option<u16>,
    /// At which port it reports its load by ORCA; `None`: it does not.
    pub orca: Option<u16>,
    /// The file with the token that is shown there; `None`: none is.
    pub token: Option<PathBuf>,
    /// What it can do, for services that need it.
    pub capabilities: Vec<String>,
}

/// How connections are shared out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Distribution {
    /// To each server as many.
    Even,
    /// By weight.
    Weighted,
    /// Even among the servers that can do what the service needs.
    Capability,
    /// By what the servers report of their load, from their weights on.
    Load,
}

/// What is put into the packets of a service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Translation {
    /// The server's address, port and MAC.
    Destination,
    /// Its MAC alone.
    Direct,
    /// The source, too: one of these addresses.
    Full(Vec<IpAddr>),
}

/// A service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Service {
    /// Its name.
    pub name: String,
    /// Its virtual address.
    pub address: IpAddr,
    /// TCP or UDP, by its number.
    pub protocol: u8,
    /// Its ports.
    pub ports: RangeInclusive<u16>,
    /// What is put into its packets.
    pub translation: Translation,
    /// How its connections are shared out.
    pub distribution: Distribution,
    /// Whether a client's connections all go to one server.
    pub affinity: bool,
    /// What a client is told that cannot be served.
    #[serde(serialize_with = "refusal")]
    pub refusal: Refusal,
    /// What becomes of the connections of a server that goes down.
    #[serde(serialize_with = "on_down")]
    pub on_down: OnDown,
    /// Names of its servers.
    pub servers: Vec<String>,
    /// What its servers must be able to do.
    pub needs: Vec<String>,
    /// How its servers are checked.
    pub check: Option<Check>,
}

/// How a server is found to be well.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What is asked.
    pub kind: CheckKind,
    /// At which port; `None` is the one at which it serves.
    pub port: Option<u16>,
    /// Time between two checks.
    pub interval: Duration,
    /// How long an answer may take.
    pub timeout: Duration,
    /// So many good answers in a row make it well.
    pub rise: u8,
    /// So many bad ones make it ill.
    pub fall: u8,
}

/// What is asked of a server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckKind {
    /// A connection.
    Tcp,
    /// This path, with an answer from 200 to 399.
    Http(String),
}

impl Configuration {
    /// The server of this name, unless it is [`CONTROL`].
    pub fn server(&self, name: &str) -> Option<&Server> {
        self.servers.iter().find(|server| server.name == name)
    }

    /// The servers that a service may use, with their weights in it: those that can do what it needs.
    pub fn members<'c>(&'c self, service: &'c Service) -> impl Iterator<Item = (&'c Server, Weight)> {
        let able = |server: &&Server| {
            service.distribution != Distribution::Capability || service.needs.iter().all(|need| server.capabilities.contains(need))
        };
        let servers = service.servers.iter().filter_map(|name| self.server(name)).filter(able);
        servers.map(|server| {
            (server, if matches!(service.distribution, Distribution::Weighted | Distribution::Load) { server.weight } else { Weight::ONE })
        })
    }
}

/// The name of a server's state, in files and reports.
pub fn state_name(state: ServerState) -> &'static str {
    match state {
        ServerState::Enabled => "enabled",
        ServerState::Draining => "draining",
        ServerState::Down => "down",
    }
}

fn state<S: Serializer>(state: &ServerState, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(state_name(*state))
}

fn refusal<S: Serializer>(refusal: &Refusal, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(match refusal {
        Refusal::Reset => "reset",
        Refusal::Discard => "discard",
    })
}

fn on_down<S: Serializer>(on_down: &OnDown, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(match on_down {
        OnDown::Keep => "keep",
        OnDown::Reset => "reset",
    })
}

fn billionths<S: Serializer>(weight: &Weight, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(weight.billionths())
}

fn macs<S: Serializer>(macs: &[Mac], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(macs.iter().map(|mac| mac_text(*mac)))
}

/// What has a name of its own.
trait Named {
    fn name(&self) -> &str;
}

impl Named for Server {
    fn name(&self) -> &str {
        &self.name
    }
}

impl Named for Service {
    fn name(&self) -> &str {
        &self.name
    }
}

fn by_name<T: Named + Serialize, S: Serializer>(all: &[T], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(all.iter().map(|one| (one.name(), one)))
}
