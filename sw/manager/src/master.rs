//! The master module: from what the operator wants, what the kernel knows and which servers are well to the tables of the switching processors.
//! Source: WO 00/30322, FIG. 4, master module 54.

mod reach;

use crate::configuration::{CONTROL, Check, Configuration, Distribution, Service, Translation};
use crate::network::Network;
use crate::resource::Resources;
use contract::limits::BUCKETS;
use contract::row::Mac;
use control::allocate::{apportion, rearrange};
use flow::ports::Distributor;
use flow::tables::{Server, ServerState, Settings};
use flow::tcp::Timeouts;
use reach::{from_servers, hop, interface, is_on_link, routes};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

pub use reach::stations;

/// The MAC of the workers' end of the pseudo-interface.
pub const INSIDE_MAC: Mac = [0x02, b't', b'n', b'd', b'm', 0];
/// Protocols that the host's own programs speak with routers and other managers: OSPF and VRRP.
const CONTROL_PROTOCOLS: [u8; 2] = [89, 112];

/// A server as a service's member.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Member {
    /// The service's name.
    pub service: String,
    /// The server's name.
    pub server: String,
    /// Its address.
    pub address: IpAddr,
    /// Its port; 0 is the one that the client asked for.
    pub port: u16,
}

impl Member {
    /// Where it is checked: the port of the check, or else its own, or else the service's first.
    pub fn checked_at(&self, check: &Check, service: &Service) -> SocketAddr {
        let own = if self.port == 0 { *service.ports.start() } else { self.port };
        SocketAddr::new(self.address, check.port.unwrap_or(own))
    }
}

/// Which number is whose, and which entry holds whom: what must stay as it is from one set of tables to the next.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Master {
    services: Vec<String>,
    members: Vec<Member>,
    /// Of each service, the holder of each entry: the member's number, and 1; 0 for nobody.
    entries: HashMap<String, Vec<u16>>,
}

impl Master {
    /// The numbers of services, by their names.
    pub fn services(&self) -> &[String] {
        &self.services
    }

    /// The members, by their numbers. Some are of the past.
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// The settings of the tables. `ill` are members that failed their checks; with `drains`, no server takes new connections.
    pub fn settings(
        &mut self,
        wanted: &Configuration,
        network: &Network,
        (ill, resources): (&HashSet<Member>, &Resources),
        distributor: Option<&Distributor>,
        drains: bool,
    ) -> Settings {
        let names: Vec<&str> = interface_names(wanted);
        let nat: &[IpAddr] = wanted.nat.as_ref().map_or(&[], |nat| &nat.pool);
        let virtual_addresses: HashSet<IpAddr> = wanted.services.iter().flat_map(reserved).chain(nat.iter().copied()).collect();
        let own: Vec<IpAddr> =
            network.addresses.iter().map(|(_, address)| *address).filter(|own| !virtual_addresses.contains(own)).collect();
        let mut services = vec![nobody(); self.services.len()];
        let mut states = HashMap::new();
        for service in &wanted.services {
            let number = number(&mut self.services, &service.name, String::clone);
            services.resize(self.services.len(), nobody());
            let mut takes = vec![];
            for (member, weight, state) in members(wanted, service) {
                let state = if ill.contains(&member) { ServerState::Down } else { resources.state(&member.server, state) };
                let state = if drains && state == ServerState::Enabled { ServerState::Draining } else { state };
                let number = self::number(&mut self.members, &member, Member::clone);
                states.insert(number, state);
                if state == ServerState::Enabled {
                    let follows = service.distribution == Distribution::Load;
                    let share = if follows { resources.weight(&service.name, &member.server) } else { None };
                    takes.push((number, share.unwrap_or(weight)));
                }
            }
            services[number] = flow::Service { entries: self.entries(service, takes), ..unserved(service) };
        }
        // A router would send on a packet whose address is the virtual one, to wherever that is.
        let directly = |member: &Member| {
            wanted.services.iter().any(|service| service.name == member.service && service.translation == Translation::Direct)
        };
        // A member of the past keeps its connections.
        let server = |(number, member): (usize, &Member)| Server {
            address: flow::address(member.address),
            port: member.port,
            hop: hop(network, &names, wanted, member.address).filter(|_| !directly(member) || is_on_link(network, member.address)),
            state: states.get(&number).copied().unwrap_or(ServerState::Draining),
        };
        Settings {
            interfaces: names.iter().map(|name| interface(name, wanted, network, &own)).collect(),
            macs: wanted.group_macs.clone(),
            own: own.iter().map(|own| flow::address(*own)).collect(),
            control_protocols: CONTROL_PROTOCOLS.to_vec(),
            services,
            servers: self.members.iter().enumerate().map(server).collect(),
            routes: routes(network, &names),
            from_servers: from_servers(wanted),
            nat: nat.iter().map(|address| flow::address(*address)).collect(),
            affinity_key: wanted.affinity_key,
            distributor: distributor.cloned(),
            timeouts: timeouts(wanted),
        }
    }

    /// The entries of a service for these members and weights. With affinity they follow from names and weights alone, so that all managers
    /// have the same; else as few as can be have another holder than before.
    fn entries(&mut self, service: &Service, mut takes: Vec<(usize, control::Weight)>) -> Box<[u16]> {
        if service.affinity {
            takes.sort_by(|(one, _), (other, _)| self.members[*one].server.cmp(&self.members[*other].server));
        }
        let before = self.entries.entry(service.name.clone()).or_insert_with(|| vec![0; BUCKETS]);
        let weights: Vec<_> = takes.iter().map(|(_, weight)| *weight).collect();
        // Owners are places in `owners`, so that they come in the order of the members.
        let mut owners = vec![0];
        owners.extend(takes.iter().map(|(number, _)| *number as u16 + 1));
        let mut wanted = vec![0];
        wanted.extend(apportion(&weights, BUCKETS));
        wanted[0] = BUCKETS - wanted.iter().sum::<usize>();
        if service.affinity {
            before.fill(0);
        }
        let gone: BTreeSet<u16> = before.iter().copied().filter(|owner| !owners.contains(owner)).collect();
        owners.extend(gone);
        wanted.resize(owners.len(), 0);
        let place: HashMap<u16, u16> = (0..).zip(&owners).map(|(place, owner)| (*owner, place)).collect();
        let mut table: Vec<u16> = before.iter().map(|owner| place[owner]).collect();
        rearrange(&mut table, &wanted);
        *before = table.iter().map(|place| owners[usize::from(*place)]).collect();
        before.iter().filter_map(|owner| owner.checked_sub(1)).collect()
    }
}

/// The place of something in a list, at whose end it is put if it is not there.
fn number<T: PartialEq<U>, U: ?Sized>(all: &mut Vec<T>, one: &U, own: impl Fn(&U) -> T) -> usize {
    all.iter().position(|other| other == one).unwrap_or_else(|| {
        all.push(own(one));
        all.len() - 1
    })
}

/// The interfaces by their numbers: those of the network, then the pseudo-interface.
pub fn interface_names(wanted: &Configuration) -> Vec<&str> {
    let control = wanted.start.control.iter().map(|control| control.name.as_str());
    wanted.start.interfaces.iter().map(String::as_str).chain(control).collect()
}

/// The members of a service, with their weights and what the operator has them do.
pub fn members<'c>(wanted: &'c Configuration, service: &'c Service) -> impl Iterator<Item = (Member, control::Weight, ServerState)> {
    let member = |server: &str, address, port| Member { service: service.name.clone(), server: server.to_owned(), address, port };
    let servers = wanted.members(service).map(move |(server, weight)| {
        let port = match service.translation {
            // Its port is the one that the client asks for.
            Translation::Direct => 0,
            _ => server.port.unwrap_or(0),
        };
        (member(&server.name, server.address, port), weight, server.state)
    });
    let control = wanted.start.control.iter().filter(|_| service.servers.iter().any(|name| name == CONTROL));
    let control = control.map(move |control| (member(CONTROL, control.address, 0), control::Weight::ONE, ServerState::Enabled));
    servers.chain(control)
}

/// The addresses that are not the host's, even if it holds them: where a service is, and from where its packets go on.
fn reserved(service: &Service) -> Vec<IpAddr> {
    let pool = if let Translation::Full(pool) = &service.translation { pool.as_slice() } else { &[] };
    [&[service.address], pool].concat()
}

/// A service that is no more.
fn nobody() -> flow::Service {
    #[expect(clippy::reversed_empty_ranges, reason = "it has no port")]
    let ports = 1..=0;
    let translation = flow::Translation::Destination;
    flow::Service {
        address: [0; 16],
        protocol: 0,
        ports,
        translation,
        affinity: false,
        entries: [].into(),
        refusal: flow::Refusal::Discard,
        on_down: flow::OnDown::Keep,
    }
}

/// A service without its entries.
fn unserved(service: &Service) -> flow::Service {
    flow::Service {
        address: flow::address(service.address),
        protocol: service.protocol,
        ports: service.ports.clone(),
        translation: match &service.translation {
            Translation::Destination => flow::Translation::Destination,
            Translation::Direct => flow::Translation::Direct,
            Translation::Full(pool) => flow::Translation::Full(pool.iter().map(|address| flow::address(*address)).collect()),
        },
        affinity: service.affinity,
        entries: [].into(),
        refusal: service.refusal,
        on_down: service.on_down,
    }
}

fn timeouts(wanted: &Configuration) -> Timeouts {
    let of = |name| Duration::from_secs(wanted.timeouts[name]);
    Timeouts {
        half_open: of("half_open"),
        established: of("established"),
        closing: of("closing"),
        closed: of("closed"),
        reset: of("reset"),
        udp_new: of("udp_new"),
        udp: of("udp"),
        direct_idle: of("direct_idle"),
    }
}
