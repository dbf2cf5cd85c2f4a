//! The ingress filter: what the switching processors take, the kernel must not take as well. A packet socket gets copies, and the kernel would
//! answer a service's packets with a RST, or route them past the manager. It keeps what question 2 of the packet filter gives it.

use flow::tables::Settings;
use ring::xdp::{Steered, Steering};
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::net::{IpAddr, Ipv6Addr};
use std::process::{Command, Stdio};

/// The rules of the manager of some interfaces. They go with it; those that a killed one has left are replaced. By AF_XDP, the driver's program keeps
/// the same from the kernel before; the rules are for when that is not there.
pub struct Ingress {
    steering: Option<Steering>,
    table: String,
    interfaces: Vec<String>,
    loaded: String,
}

/// The kernel does not let go of what is not its own.
#[derive(Debug, thiserror::Error)]
pub enum IngressError {
    /// It is not there.
    #[error(
        "nft cannot be run ({0}): without it the kernel would answer the services' packets, too; `apt-get install nftables` installs it"
    )]
    Missing(io::Error),
    /// It refuses.
    #[error("nft refuses the ingress filter ({0}); it takes root, and a kernel with nf_tables and its netdev family")]
    Refused(String),
    /// The map of a program is full.
    #[error("the XDP program does not take the host's addresses ({0})")]
    Own(io::Error),
}

impl Ingress {
    /// For these interfaces. Nothing is filtered yet.
    pub fn new(interfaces: &[String], steering: Option<Steering>) -> Self {
        let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '-' };
        let table = format!("tandem-manager-{}", interfaces.join("-")).chars().map(plain).collect();
        Self { steering, table, interfaces: interfaces.to_vec(), loaded: String::new() }
    }

    /// Lets the kernel have what is its own by these settings, and nothing else. It changes at once, or not at all.
    ///
    /// # Errors
    /// If the rules cannot be loaded.
    pub fn follow(&mut self, settings: &Settings) -> Result<(), IngressError> {
        if let Some(steering) = &self.steering {
            steering.follow(&settings.own, &settings.control_protocols).map_err(IngressError::Own)?;
        }
        let rules = rules(&self.table, &self.interfaces, settings);
        if rules != self.loaded {
            load(&rules)?;
            self.loaded = rules;
        }
        Ok(())
    }
}

impl Ingress {
    /// What the program of an interface has counted; `None` if it has none.
    pub fn steered(&self, interface: usize) -> Option<Steered> {
        let steering = self.steering.as_ref().filter(|_| interface < self.interfaces.len())?;
        steering.steered(interface).ok()
    }

    /// Leaves the rules to who comes after.
    pub fn leave(mut self) {
        self.loaded.clear();
    }
}

impl Drop for Ingress {
    fn drop(&mut self) {
        if !self.loaded.is_empty() {
            // Nobody is left to tell.
            let _ = load(&format!("delete table netdev {}\n", self.table));
        }
    }
}

fn rules(table: &str, interfaces: &[String], settings: &Settings) -> String {
    let own = settings.own.iter().map(|own| Ipv6Addr::from(*own).to_canonical());
    let (v4, v6): (Vec<IpAddr>, Vec<IpAddr>) = own.partition(IpAddr::is_ipv4);
    let protocols: Vec<String> = settings.control_protocols.iter().map(u8::to_string).collect();
    let set = |words: Vec<String>| format!("{{ {} }}", words.join(", "));
    let mut accepts = String::new();
    for (family, addresses) in [("ip", v4), ("ip6", v6)].into_iter().filter(|(_, addresses)| !addresses.is_empty()) {
        let _ = writeln!(accepts, "    {family} daddr {} accept", set(addresses.iter().map(IpAddr::to_string).collect()));
    }
    if !protocols.is_empty() {
        let _ = writeln!(accepts, "    meta l4proto {} accept", set(protocols));
    }
    let mut text = format!("add table netdev {table}\ndelete table netdev {table}\ntable netdev {table} {{\n");
    for (number, interface) in interfaces.iter().enumerate() {
        let _ = write!(
            text,
            "  chain ingress{number} {{\n    type filter hook ingress device \"{interface}\" priority -500; policy accept;\n    \
             meta pkttype != host accept\n    meta protocol != {{ ip, ip6 }} accept\n    icmpv6 type {{ 133, 134, 135, 136, 137 }} accept\n\
             {accepts}    counter drop\n  }}\n"
        );
    }
    text + "}\n"
}

fn load(rules: &str) -> Result<(), IngressError> {
    let mut nft = Command::new("nft").args(["-f", "-"]).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
    let nft = nft.as_mut().map_err(|error| IngressError::Missing(io::Error::new(error.kind(), error.to_string())))?;
    let written = nft.stdin.take().expect("it is piped").write_all(rules.as_bytes());
    let mut told = String::new();
    let read = nft.stderr.take().map(|mut errors| io::Read::read_to_string(&mut errors, &mut told));
    let status = nft.wait().map_err(IngressError::Missing)?;
    match (status.success(), written, read) {
        (true, Ok(()), _) => Ok(()),
        _ => Err(IngressError::Refused(told.lines().next().unwrap_or("it told nothing").to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_the_hosts_own_passes_and_the_rest_is_dropped() {
        let own = ["192.0.2.254", "2001:db8::fe"].map(|own| flow::address(own.parse().unwrap())).to_vec();
        let settings = Settings { own, control_protocols: vec![89, 112], ..Settings::default() };
        let rules = rules("t", &["eth0".into(), "eth1".into()], &settings);
        for line in ["ip daddr { 192.0.2.254 } accept", "ip6 daddr { 2001:db8::fe } accept", "meta l4proto { 89, 112 } accept"] {
            assert_eq!(rules.matches(line).count(), 2, "{line} in\n{rules}");
        }
        assert_eq!(rules.matches("counter drop").count(), 2);
        assert!(rules.starts_with("add table netdev t\ndelete table netdev t\n"), "it replaces itself in one transaction");
    }
}
