//! What the filter reads and never writes: interfaces, services, servers, routes. The control processor makes one and hands it over whole.
//! Source: WO 00/30322, FIG. 4, routing table 62 and configuration table 64.

use crate::Mac;
use crate::frame::Headers;
use crate::key::Endpoint;
use crate::nat::Nat;
use crate::ports::{Distributor, Pool};
use crate::table::{Connection, Table};
use crate::tcp::Timeouts;
use model::network::Address;
use std::collections::HashMap;
use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::sync::Arc;

/// Where a frame leaves: by which interface, and to which MAC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hop {
    /// The number of the interface.
    pub interface: u16,
    /// The MAC that it is sent to.
    pub mac: Mac,
}

/// A station on a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Station {
    /// The number of the interface that the link is at.
    pub interface: u16,
    /// Its address.
    pub address: Address,
}

/// Where a route leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// By this hop.
    Hop(Hop),
    /// By this interface, to a station whose MAC is not known: this router, or else the destination itself.
    Unresolved {
        /// The number of the interface.
        interface: u16,
        /// The router.
        router: Option<Address>,
    },
}

/// An interface of the manager.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    /// Its MAC.
    pub mac: Mac,
    /// Bytes of the longest IP packet.
    pub mtu: u16,
    /// The addresses from which ICMP errors come: of IPv4 and of IPv6. Without one, none are sent.
    pub addresses: [Option<IpAddr>; 2],
}

/// Whether a server takes connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServerState {
    /// It takes new ones.
    Enabled,
    /// It keeps those that it has.
    Draining,
    /// It takes none.
    Down,
}

/// A server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// Its address.
    pub address: Address,
    /// Its port; 0 is the port that the client asked for.
    pub port: u16,
    /// How it is reached; `None` while that is not known. Where the routes lead to a station whose MAC is not known, packets wait for that.
    pub hop: Option<Hop>,
    /// Whether it takes connections.
    pub state: ServerState,
}

/// What is put into the packets of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Translation {
    /// The server's address, port and MAC; into the answer, the virtual endpoint.
    Destination,
    /// The MAC alone: the server holds the virtual address and answers the client itself.
    Direct,
    /// The source, too: one of these addresses, with a port by which the answer comes back to this manager.
    Full(Vec<Address>),
}

/// What a client of TCP is told where no connection can be had. UDP is discarded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Refusal {
    /// A RST.
    #[default]
    Reset,
    /// Nothing.
    Discard,
}

/// What becomes of the TCP connections of a server that goes down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnDown {
    /// They stay: the ends find out by themselves, or the server comes back.
    #[default]
    Keep,
    /// Both ends get a RST.
    Reset,
}

/// A service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// Its virtual address.
    pub address: Address,
    /// TCP or UDP.
    pub protocol: u8,
    /// Its ports.
    pub ports: RangeInclusive<u16>,
    /// What is put into its packets.
    pub translation: Translation,
    /// Whether a client's connections all go to one server.
    pub affinity: bool,
    /// The numbers of servers, each as often as its share is. Empty: nobody serves.
    pub entries: Box<[u16]>,
    /// What a client is told that cannot be served.
    pub refusal: Refusal,
    /// What becomes of the connections of a server that goes down.
    pub on_down: OnDown,
}

/// The addresses whose first bits are those of `address`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prefix {
    /// An address; of IPv4 as `::ffff:a.b.c.d`.
    pub address: Address,
    /// How many of its 128 bits count.
    pub length: u8,
}

impl Prefix {
    /// Whether an address is one of them.
    pub fn has(&self, address: &Address) -> bool {
        let differs = u128::from_be_bytes(self.address) ^ u128::from_be_bytes(*address);
        differs.leading_zeros() >= u32::from(self.length.min(128))
    }
}

/// What the control processor makes [`Tables`] of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The interfaces, by their numbers.
    pub interfaces: Vec<Interface>,
    /// MACs that are the manager's on every interface, besides each one's own: those of groups.
    pub macs: Vec<Mac>,
    /// The manager's own addresses: what is for them goes to the control processor.
    pub own: Vec<Address>,
    /// Protocols that go to the control processor whatever their address.
    pub control_protocols: Vec<u8>,
    /// The services. A number is one service's as long as a connection names it.
    pub services: Vec<Service>,
    /// The servers. A number is one server's as long as a connection names it.
    pub servers: Vec<Server>,
    /// Where packets leave that go neither to a server nor to a client. The longest prefix wins.
    pub routes: Vec<(Prefix, Way)>,
    /// Who may send to what is no service.
    pub from_servers: Vec<Prefix>,
    /// From which addresses they do: endpoints of server networks are translated to theirs. Empty: they are not.
    pub nat: Vec<Address>,
    /// The secret of affinity, the same in every manager.
    pub affinity_key: [u64; 2],
    /// The distributor in front, and which of its managers this is. `None`: there is none.
    pub distributor: Option<Distributor>,
    /// How long connections are remembered.
    pub timeouts: Timeouts,
}

/// The tables of a filter.
#[derive(Clone, Debug)]
pub struct Tables {
    pub(crate) settings: Settings,
    /// The services of each virtual address, by number.
    virtual_addresses: HashMap<Address, Vec<u16>>,
    /// Whether a server is down, and a service resets the connections of such a server.
    has_resets: bool,
    pub(crate) nat: Nat,
    /// Ports of pool addresses, by service, server and address.
    pools: HashMap<(u16, u16, Address), Arc<Pool>>,
    /// Which of the tables these are.
    generation: u32,
}

impl Tables {
    /// The tables of these settings. Ports of pool addresses that `before` had stay as they are, so that those at rest rest on.
    pub fn new(mut settings: Settings, before: Option<&Self>) -> Self {
        // Of equal ones, those with a MAC come first.
        settings.routes.sort_by_key(|(prefix, way)| (std::cmp::Reverse(prefix.length), !matches!(way, Way::Hop(_))));
        let mut virtual_addresses: HashMap<Address, Vec<u16>> = HashMap::new();
        let mut pools = HashMap::new();
        let same = before.filter(|before| before.settings.distributor == settings.distributor);
        for (number, service) in (0..).zip(&settings.services) {
            virtual_addresses.entry(service.address).or_default().push(number);
            let Translation::Full(addresses) = &service.translation else { continue };
            let mut servers = service.entries.to_vec();
            servers.sort_unstable();
            servers.dedup();
            // Ports are found by up to 64,512 decisions each.
            let is_same =
                same.and_then(|same| same.settings.services.get(usize::from(number))).is_some_and(|old| old.protocol == service.protocol);
            for (server, &address) in servers.iter().flat_map(|server| addresses.iter().map(move |address| (*server, address))) {
                let Some(at) = settings.servers.get(usize::from(server)) else { continue };
                let port = if at.port == 0 { *service.ports.start() } else { at.port };
                let endpoint = Endpoint { address: at.address, port };
                let old = before.and_then(|before| before.pools.get(&(number, server, address)));
                let kept = old.filter(|old| is_same && old.is_for(endpoint)).cloned();
                let pool = kept.unwrap_or_else(|| {
                    let new = Pool::new(settings.distributor.as_ref(), service.protocol, address, endpoint);
                    old.filter(|old| old.is_like(&new)).cloned().unwrap_or_else(|| Arc::new(new))
                });
                pools.insert((number, server, address), pool);
            }
        }
        let has_down = settings.servers.iter().any(|server| server.state == ServerState::Down);
        let has_resets = has_down && settings.services.iter().any(|service| service.on_down == OnDown::Reset);
        let nat = Nat::new(&settings.nat, settings.distributor.as_ref(), before.map(|before| &before.nat), same.is_some());
        Self { settings, virtual_addresses, has_resets, nat, pools, generation: 0 }
    }

    /// The same, of this generation: no two tables that are in force one after the other have the same. Of generation 0, nothing is offered to a
    /// carrier.
    #[must_use]
    pub fn with_generation(self, generation: u32) -> Self {
        Self { generation, ..self }
    }

    /// Their generation.
    pub fn generation(&self) -> u32 {
        self.generation
    }

    /// Takes note of the connections that another process has opened and this one goes on with.
    pub fn adopt(&self, table: &Table<'_>) {
        self.nat.adopt(table.all().map(|(connection, _)| connection));
    }

    /// The settings that these are the tables of.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The service of an endpoint.
    pub(crate) fn service(&self, protocol: u8, endpoint: Endpoint) -> Option<(u16, &Service)> {
        let numbers = self.virtual_addresses.get(&endpoint.address)?;
        let all = numbers.iter().map(|&number| (number, &self.settings.services[usize::from(number)]));
        all.into_iter().find(|(_, service)| service.protocol == protocol && service.ports.contains(&endpoint.port))
    }

    /// Whether an address may send to what is no service.
    pub(crate) fn is_from_server(&self, address: &Address) -> bool {
        self.settings.from_servers.iter().any(|prefix| prefix.has(address))
    }

    /// Whether a packet of a server's network gets another source: it leaves these networks, and is no answer of a server that holds a virtual address.
    pub(crate) fn is_translated(&self, headers: &Headers) -> bool {
        self.nat.has_version(headers.version) && !self.is_from_server(&headers.destination) && !self.is_virtual(&headers.source)
    }

    /// Whether there may be connections that are to be reset.
    pub(crate) fn has_resets(&self) -> bool {
        self.has_resets
    }

    /// Whether a connection is to be reset: its server is down, and its service wants that.
    pub(crate) fn resets(&self, connection: &Connection) -> bool {
        self.settings.services.get(usize::from(connection.service)).is_some_and(|service| service.on_down == OnDown::Reset)
            && self.server(connection.server_number).is_some_and(|server| server.state == ServerState::Down)
    }

    pub(crate) fn is_virtual(&self, address: &Address) -> bool {
        self.virtual_addresses.contains_key(address)
    }

    pub(crate) fn pool(&self, service: u16, server: u16, address: Address) -> Option<&Pool> {
        self.pools.get(&(service, server, address)).map(|pool| &**pool)
    }

    pub(crate) fn server(&self, number: u16) -> Option<&Server> {
        self.settings.servers.get(usize::from(number))
    }

    pub(crate) fn interface(&self, number: u16) -> Option<&Interface> {
        self.settings.interfaces.get(usize::from(number))
    }

    /// Whether a MAC is one of the distributor's groups.
    pub(crate) fn is_distributor(&self, mac: &Mac) -> bool {
        let of_group = |distributor: &Distributor| distributor.state.group_macs.iter().any(|group| group.enabled && group.mac == *mac);
        self.settings.macs.contains(mac) || self.settings.distributor.as_ref().is_some_and(of_group)
    }

    /// How an address is reached, or whose MAC that takes; `None` if no route leads there.
    pub(crate) fn route(&self, address: &Address) -> Option<Result<Hop, Station>> {
        let (_, way) = self.settings.routes.iter().find(|(prefix, _)| prefix.has(address))?;
        Some(match *way {
            Way::Hop(hop) => Ok(hop),
            Way::Unresolved { interface, router } => Err(Station { interface, address: router.unwrap_or(*address) }),
        })
    }

    /// The same of a server.
    #[inline]
    pub(crate) fn to_server(&self, server: &Server) -> Option<Result<Hop, Station>> {
        // A route with a hop is no way to a server without one: who answers directly must be on the link.
        server.hop.map(Ok).or_else(|| self.route(&server.address).filter(Result::is_err))
    }
}
