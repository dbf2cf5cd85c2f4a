//! FIG. 3 and FIG. 5: cards on both sides of the managers; one on each side, or several as parallel links.
//!
//! Client and servers spread their flows over the links by their ports, and so do the managers. Which card a direction of a flow crosses is thus
//! anybody's guess; that every card of both sides sends it to the same manager is what is tested.

use super::namespace::Namespace;
use super::wiring::manager_mac;
use super::{Card, SERVERS, Site};
use anyhow::Result;

/// The group's MAC on each side.
const GROUPS: [&str; 2] = ["02:00:5e:10:00:01", "02:00:5e:10:00:02"];

/// Next hops over all links of a side.
fn hops(links: usize, side: u8, host: usize, interface: impl Fn(usize) -> String) -> String {
    (1..=links).map(|link| format!(" nexthop via 10.{side}.{link}.{host} dev {}", interface(link))).collect()
}

impl Site {
    pub(super) fn build_parallel(&mut self, links: usize) -> Result<()> {
        for side in [1, 2] {
            self.segment(&format!("inside{side}"))?;
        }
        for (side, group) in [(1, GROUPS[0]), (2, GROUPS[1])] {
            for link in 1..=links {
                self.segment(&format!("outside{side}{link}"))?;
                let [outside, inside] = ["out", "in"].map(|port| format!("{port}{side}{link}"));
                self.card_port(&outside, &format!("outside{side}{link}"))?;
                self.card_port(&inside, &format!("inside{side}"))?;
                self.pin(group, &outside)?;
                let name = format!("card{side}{link}");
                let card = Card::start(&self.options, &self.wires, self.folder.path(), &name, side, group, [&outside, &inside])?;
                self.cards.push(card);
            }
        }
        self.spread(&self.client, links, 1, 11)?;
        (1..=SERVERS).try_for_each(|number| self.spread(&self.servers[number - 1], links, 2, 20 + number))
    }

    /// A client or server, with a leg on every link and an address of its own.
    fn spread(&self, host: &Namespace, links: usize, side: u8, number: usize) -> Result<()> {
        // Each leg answers for its own address only.
        host.set("ipv4/conf/all/arp_ignore", "1")?;
        host.set("ipv4/conf/all/arp_announce", "2")?;
        host.set("ipv4/fib_multipath_hash_policy", "1")?;
        host.ip(&[format!("addr add 10.{side}.99.{number}/32 dev lo")])?;
        for link in 1..=links {
            self.attach(host, &format!("eth{link}"), &format!("02:00:00:0{side}:0{link}:{number:02x}"), &format!("outside{side}{link}"))?;
            host.ip(&[format!("addr add 10.{side}.{link}.{number}/24 dev eth{link}")])?;
            self.neighbour(host, &format!("10.{side}.{link}.1"), GROUPS[usize::from(side) - 1], &format!("eth{link}"))?;
        }
        let hops = hops(links, side, 1, |link| format!("eth{link}"));
        host.ip(&[format!("route add default src 10.{side}.99.{number}{hops}")])
    }

    pub(super) fn connect_parallel(&self, manager: &Namespace, number: usize, links: usize) -> Result<()> {
        for side in [1, 2] {
            let leg = format!("eth{side}");
            self.attach(manager, &leg, &manager_mac(side, number), &format!("inside{side}"))?;
            for link in 1..=links {
                manager.ip(&[format!("addr add 10.{side}.{link}.5{number}/24 dev {leg}")])?;
            }
        }
        manager.set("ipv4/fib_multipath_hash_policy", "1")?;
        let mut commands = vec![format!("route add 10.1.99.11{}", hops(links, 1, 11, |_| "eth1".into()))];
        commands.extend((1..=SERVERS).map(|s| format!("route add 10.2.99.2{s}{}", hops(links, 2, 20 + s, |_| "eth2".into()))));
        manager.ip(&commands)
    }
}
