//! Segments, and what is plugged into them.

use super::Site;
use super::namespace::Namespace;
use anyhow::Result;
use std::path::Path;

/// Clients are on side 1 of the managers, servers on side 2.
pub(super) fn manager_mac(side: u8, number: usize) -> String {
    format!("02:00:5e:2{side}:00:{number:02x}")
}

impl Site {
    /// The wires carry what others send, and have nothing to say.
    pub(super) fn quiet_wires(&self) -> Result<()> {
        for setting in ["all", "default"] {
            self.wires.set(&format!("ipv6/conf/{setting}/disable_ipv6"), "1")?;
        }
        for filter in ["iptables", "ip6tables", "arptables"] {
            if Path::new(&format!("/proc/sys/net/bridge/bridge-nf-call-{filter}")).exists() {
                self.wires.set(&format!("bridge/bridge-nf-call-{filter}"), "0")?;
            }
        }
        Ok(())
    }

    /// An Ethernet segment.
    pub(super) fn segment(&self, name: &str) -> Result<()> {
        self.wires.ip(&[&format!("link add {name} type bridge mcast_snooping 0 forward_delay 0"), &format!("link set {name} up")])
    }

    /// A port of a card, on a segment.
    pub(super) fn card_port(&self, name: &str, segment: &str) -> Result<()> {
        self.wires.ip(&[&format!("tuntap add dev {name} mode tap"), &format!("link set {name} master {segment} up")])
    }

    /// Tells the segment of hosts where the group's MAC is: no frame that comes from there has it as its source, so it cannot learn that.
    pub(super) fn pin(&self, mac: &str, port: &str) -> Result<()> {
        self.wires.bridge(&[&format!("fdb add {mac} dev {port} master static sticky")])
    }

    /// A host's interface, on a segment. Its other end is called by both.
    pub(super) fn attach(&self, host: &Namespace, interface: &str, mac: &str, segment: &str) -> Result<()> {
        let short = host.name().rsplit('-').next().expect("a name has parts");
        let peer = format!("{short}.{interface}");
        let wires = self.wires.name();
        host.ip(&[format!("link add {interface} address {mac} type veth peer name {peer} netns {wires}")])?;
        self.wires.ip(&[format!("link set {peer} master {segment} up")])?;
        host.ip(&[format!("link set {interface} up")])
    }

    /// Tells a host where its gateway is, where nobody answers that question.
    pub(super) fn neighbour(&self, host: &Namespace, gateway: &str, mac: &str, interface: &str) -> Result<()> {
        if self.options.slow_path {
            return Ok(());
        }
        host.ip(&[format!("neigh add {gateway} lladdr {mac} dev {interface} nud permanent")])
    }
}
