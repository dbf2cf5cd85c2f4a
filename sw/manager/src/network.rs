//! What the kernel knows of the network: links, addresses, routes, neighbours. Source: WO 00/30322, FIG. 4, routing table 62.

use crate::configuration::Configuration;
use anyhow::{Result, ensure};
use contract::row::Mac;
use std::cmp::Reverse;
use std::net::IpAddr;

/// A link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Its number.
    pub index: u32,
    /// Its name.
    pub name: String,
    /// Its MAC; `None` if it has none.
    pub mac: Option<Mac>,
    /// Bytes of the longest IP packet.
    pub mtu: u32,
}

/// A route to other networks, or to the stations of a link. One with several next hops is a route for each of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The network, with the length of its prefix.
    pub network: (IpAddr, u8),
    /// The next station; `None`: the destination itself.
    pub gateway: Option<IpAddr>,
    /// The number of the link.
    pub link: u32,
    /// The least wins, of routes to the same network.
    pub metric: u32,
}

/// What the kernel knows, at one time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Network {
    /// The links.
    pub links: Vec<Link>,
    /// The host's own addresses, with the numbers of their links.
    pub addresses: Vec<(u32, IpAddr)>,
    /// Routes, of the main table.
    pub routes: Vec<Route>,
    /// Stations whose MAC is known, with the numbers of their links.
    pub neighbours: Vec<(u32, IpAddr, Mac)>,
}

impl Network {
    /// The link of this name.
    pub fn link(&self, name: &str) -> Option<&Link> {
        self.links.iter().find(|link| link.name == name)
    }

    /// By which link a packet to this address leaves, and to which station. Of several next hops the address selects one.
    pub fn next(&self, to: IpAddr) -> Option<(u32, IpAddr)> {
        let rank = |route: &Route| (route.network.1, Reverse(route.metric));
        let routes = || self.routes.iter().filter(|route| has(route.network, to));
        let highest = routes().map(rank).max()?;
        let best = || routes().filter(|route| rank(route) == highest);
        let number = match to {
            IpAddr::V4(to) => u128::from(to.to_bits()),
            IpAddr::V6(to) => to.to_bits(),
        };
        let taken = best().nth((number % best().count() as u128) as usize)?;
        Some((taken.link, taken.gateway.unwrap_or(to)))
    }

    /// The MAC of a station on a link, if it is known.
    pub fn mac(&self, link: u32, station: IpAddr) -> Option<Mac> {
        self.neighbours.iter().find(|(on, address, _)| (*on, *address) == (link, station)).map(|(.., mac)| *mac)
    }
}

/// Refuses a configuration with an interface that the host does not have.
pub(crate) fn missing_interface(wanted: &Configuration, network: &Network) -> Result<()> {
    for name in &wanted.start.interfaces {
        ensure!(
            network.link(name).is_some(),
            "interface {name}: there is none of this name; `ip link` lists them, and {} names them",
            wanted.file
        );
    }
    Ok(())
}

fn has((network, length): (IpAddr, u8), address: IpAddr) -> bool {
    let differs = match (network, address) {
        (IpAddr::V4(network), IpAddr::V4(address)) => u128::from(network.to_bits() ^ address.to_bits()) << 96,
        (IpAddr::V6(network), IpAddr::V6(address)) => network.to_bits() ^ address.to_bits(),
        _ => return false,
    };
    differs.leading_zeros() >= u32::from(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn route(network: &str, length: u8, gateway: Option<&str>, link: u32, metric: u32) -> Route {
        Route { network: (ip(network), length), gateway: gateway.map(ip), link, metric }
    }

    #[test]
    fn the_longest_prefix_wins_and_then_the_least_metric() {
        let routes = vec![
            route("0.0.0.0", 0, Some("192.0.2.1"), 1, 0),
            route("10.0.0.0", 24, None, 2, 100),
            route("10.0.0.0", 24, None, 3, 50),
            route("10.0.0.128", 25, Some("10.0.0.9"), 2, 900),
            route("2001:db8::", 32, None, 4, 0),
        ];
        let network = Network { routes, ..Network::default() };
        for (to, link, station) in [
            ("198.51.100.9", 1, "192.0.2.1"),
            ("10.0.0.7", 3, "10.0.0.7"),
            ("10.0.0.200", 2, "10.0.0.9"),
            ("2001:db8::7", 4, "2001:db8::7"),
        ] {
            assert_eq!(network.next(ip(to)), Some((link, ip(station))), "{to}");
        }
        assert_eq!(network.next(ip("2001:db9::7")), None);
    }

    #[test]
    fn addresses_are_spread_over_several_next_hops() {
        let hops = [("192.0.2.1", 1), ("192.0.2.129", 2)];
        let routes = hops.map(|(gateway, link)| route("10.0.0.0", 8, Some(gateway), link, 0)).into();
        let network = Network { routes, ..Network::default() };
        for (to, taken) in [("10.0.0.8", 0), ("10.0.0.9", 1), ("10.0.0.10", 0)] {
            let (gateway, link) = hops[taken];
            assert_eq!(network.next(ip(to)), Some((link, ip(gateway))), "{to}");
        }
    }
}
