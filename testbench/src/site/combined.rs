//! FIG. 4: one card. Clients and servers are on the segment of its port 0, the managers on that of port 1.

use super::namespace::Namespace;
use super::wiring::manager_mac;
use super::{Card, SERVERS, Site, VIRTUAL_DIRECT};
use anyhow::Result;

/// The group's MAC.
pub(super) const GROUP: &str = "02:00:5e:10:00:01";

const CLIENT_MAC: &str = "02:00:00:01:00:11";

impl Site {
    pub(super) fn build_combined(&mut self) -> Result<()> {
        self.segment("outside")?;
        self.segment("inside")?;
        self.card_port("card0", "outside")?;
        self.card_port("card1", "inside")?;
        self.pin(GROUP, "card0")?;
        self.station(&self.client, CLIENT_MAC, 1, 11)?;
        for number in 1..=SERVERS {
            let server = &self.servers[number - 1];
            self.station(server, &format!("02:00:00:02:00:2{number}"), 2, 20 + number)?;
            server.set("ipv4/conf/all/arp_announce", "2")?;
            // What it answers itself goes to the client without a manager.
            server.ip(&[
                format!("addr add {VIRTUAL_DIRECT}/32 dev lo"),
                format!("rule add from {VIRTUAL_DIRECT} lookup 82"),
                "route add 10.1.0.0/24 dev eth0 table 82".into(),
            ])?;
        }
        let card = Card::start(&self.options, &self.wires, self.folder.path(), "card", 1, GROUP, ["card0", "card1"])?;
        self.cards.push(card);
        Ok(())
    }

    /// A client or server: its gateway is the group's MAC.
    fn station(&self, host: &Namespace, mac: &str, side: u8, number: usize) -> Result<()> {
        self.attach(host, "eth0", mac, "outside")?;
        host.ip(&[
            format!("addr add 10.{side}.0.{number}/24 dev eth0"),
            format!("addr add fd0{side}::{number}/64 dev eth0 nodad"),
            format!("route add default via 10.{side}.0.1"),
            format!("route add default via fd0{side}::1 dev eth0"),
        ])?;
        ["10.{side}.0.1", "fd0{side}::1"]
            .iter()
            .try_for_each(|gateway| self.neighbour(host, &gateway.replace("{side}", &side.to_string()), GROUP, "eth0"))
    }

    /// Tells a traffic manager's host where the client is. Fragments come to it in the name of the card's host, and it cannot see it from them.
    pub(super) fn tell_of_client(&self, manager: &Namespace) -> Result<()> {
        let tell = |client| format!("neigh add {client} lladdr {CLIENT_MAC} dev eth0 nud permanent");
        manager.ip(&["10.1.0.11", "fd01::11"].map(tell))
    }

    pub(super) fn connect_combined(&self, manager: &Namespace, number: usize) -> Result<()> {
        self.attach(manager, "eth0", &manager_mac(1, number), "inside")?;
        let mut commands = Vec::new();
        for side in [1, 2] {
            commands.push(format!("addr add 10.{side}.0.5{number}/24 dev eth0"));
            commands.push(format!("addr add fd0{side}::5{number}/64 dev eth0 nodad"));
        }
        manager.ip(&commands)
    }
}
