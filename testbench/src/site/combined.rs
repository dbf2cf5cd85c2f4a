//! FIG. 4: one card. Clients and servers are on the segment of its port 0, the managers on that of port 1.

use super::namespace::Namespace;
use super::wiring::manager_mac;
use super::{Card, SERVERS, Site, VIRTUAL, VIRTUAL_8080};
use anyhow::Result;

/// The group's MAC.
pub(super) const GROUP: &str = "02:00:5e:10:00:01";

impl Site {
    pub(super) fn build_combined(&mut self) -> Result<()> {
        self.segment("outside")?;
        self.segment("inside")?;
        self.card_port("card0", "outside")?;
        self.card_port("card1", "inside")?;
        self.pin(GROUP, "card0")?;
        self.station(&self.client, "02:00:00:01:00:11", 1, 11)?;
        for number in 1..=SERVERS {
            self.station(&self.servers[number - 1], &format!("02:00:00:02:00:2{number}"), 2, 20 + number)?;
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

    pub(super) fn connect_combined(&self, manager: &Namespace, number: usize) -> Result<()> {
        self.attach(manager, "eth0", &manager_mac(1, number), "inside")?;
        // It has one leg, and would tell everybody of a shorter way past itself.
        manager.set("ipv4/conf/all/send_redirects", "0")?;
        manager.set("ipv4/conf/eth0/send_redirects", "0")?;
        let mut commands = Vec::new();
        for side in [1, 2] {
            commands.push(format!("addr add 10.{side}.0.5{number}/24 dev eth0"));
            commands.push(format!("addr add fd0{side}::5{number}/64 dev eth0 nodad"));
        }
        // A ping to a virtual address is the manager's to answer.
        commands.extend([VIRTUAL[0], VIRTUAL_8080].map(|address| format!("addr add {address}/32 dev lo")));
        commands.push(format!("addr add {}/128 dev lo nodad", VIRTUAL[1]));
        manager.ip(&commands)
    }
}
