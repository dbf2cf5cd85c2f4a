//! How stations are reached, by what the kernel knows of the network.

use super::INSIDE_MAC;
use crate::configuration::Configuration;
use crate::network::Network;
use flow::tables::{Hop, Interface, Prefix, Way};
use std::collections::HashSet;
use std::net::IpAddr;

/// An interface by what the kernel knows of it; `own` are the host's own addresses.
pub(super) fn interface(name: &str, wanted: &Configuration, network: &Network, own: &[IpAddr]) -> Interface {
    let link = network.link(name);
    let on_link = |v6: bool| {
        let mut addresses = network.addresses.iter().filter(|(on, address)| {
            let is_global = !matches!(address, IpAddr::V6(address) if address.is_unicast_link_local());
            link.is_some_and(|link| link.index == *on) && address.is_ipv6() == v6 && is_global && own.contains(address)
        });
        addresses.next().map(|(_, address)| *address)
    };
    let is_control = wanted.start.control.as_ref().is_some_and(|control| control.name == name);
    let mac = if is_control { Some(INSIDE_MAC) } else { link.and_then(|link| link.mac) };
    let mtu = link.map_or(0, |link| link.mtu.min(u16::MAX.into()) as u16);
    Interface { mac: mac.unwrap_or_default(), mtu, addresses: [on_link(false), on_link(true)] }
}

/// How a station is reached, by way of a router if need be.
pub(super) fn hop(network: &Network, names: &[&str], wanted: &Configuration, to: IpAddr) -> Option<Hop> {
    if let Some(control) = wanted.start.control.as_ref().filter(|control| control.address == to) {
        let mac = network.link(&control.name)?.mac?;
        return Some(Hop { interface: names.iter().position(|name| *name == control.name)? as u16, mac });
    }
    let (link, station) = network.next(to)?;
    Some(Hop { interface: numbered(network, names, link)?, mac: network.mac(link, station)? })
}

/// Whether a station is reached without a router.
pub(super) fn is_on_link(network: &Network, to: IpAddr) -> bool {
    network.next(to).is_some_and(|(_, station)| station == to)
}

/// Stations whose MAC the tables need: those of the servers, or of the routers to them, and all routers on the manager's interfaces.
pub fn stations(wanted: &Configuration, network: &Network) -> HashSet<(u32, IpAddr)> {
    let servers = wanted.servers.iter().filter_map(|server| network.next(server.address));
    let is_own = |link: u32| wanted.start.interfaces.iter().any(|name| network.link(name).is_some_and(|own| own.index == link));
    let routers = network.routes.iter().filter(|route| is_own(route.link)).filter_map(|route| Some((route.link, route.gateway?)));
    servers.chain(routers).collect()
}

fn numbered(network: &Network, names: &[&str], link: u32) -> Option<u16> {
    let link = network.links.iter().find(|other| other.index == link)?;
    names.iter().position(|name| *name == link.name).map(|number| number as u16)
}

/// Routes for what servers send to others: to routers, and to stations on the links themselves. Nothing is sent on from link to link by an address
/// that is known on its own link alone.
pub(super) fn routes(network: &Network, names: &[&str]) -> Vec<(Prefix, Way)> {
    let is_local = |address: IpAddr| matches!(address, IpAddr::V6(address) if address.is_unicast_link_local());
    let routers = network.routes.iter().filter(|route| !is_local(route.network.0)).filter_map(|route| {
        let interface = numbered(network, names, route.link)?;
        let mac = route.gateway.and_then(|router| network.mac(route.link, router));
        let unresolved = Way::Unresolved { interface, router: route.gateway.map(flow::address) };
        Some((prefix(route.network), mac.map_or(unresolved, |mac| Way::Hop(Hop { interface, mac }))))
    });
    let stations = network.neighbours.iter().filter_map(|(link, address, mac)| {
        let hop = Hop { interface: numbered(network, names, *link)?, mac: *mac };
        Some((host(*address), Way::Hop(hop)))
    });
    let mut routes: Vec<_> = routers.chain(stations).collect();
    routes.sort_by_key(|(prefix, _)| (std::cmp::Reverse(prefix.length), prefix.address));
    routes
}

/// Who may send to what is no service.
pub(super) fn from_servers(wanted: &Configuration) -> Vec<Prefix> {
    let servers = wanted.servers.iter().map(|server| host(server.address));
    servers.chain(wanted.server_networks.iter().copied().map(prefix)).collect()
}

fn host(address: IpAddr) -> Prefix {
    Prefix { address: flow::address(address), length: 128 }
}

fn prefix((network, length): (IpAddr, u8)) -> Prefix {
    Prefix { address: flow::address(network), length: if network.is_ipv4() { length + 96 } else { length } }
}
