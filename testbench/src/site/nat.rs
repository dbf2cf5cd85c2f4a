//! Managers that are Linux hosts: they route, and translate by nftables.

use super::{SOURCE, Site, VIRTUAL, VIRTUAL_8080, server};
use anyhow::Result;
use std::fmt::Write as _;

/// How managers translate: the branches of FIG. 9.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nat {
    /// The destination only (904 to 910 and 914).
    Destination,
    /// The destination, and the client's port where it is below the server's: its address stays (916 to 920).
    ClientPort,
    /// Both addresses (902, 912).
    Both(SourcePorts),
}

/// Who chooses the ports of translated sources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourcePorts {
    /// The list of `tandem ports`: each leads the reply back.
    SelfSource,
    /// Linux as it likes: they lead anywhere.
    Linux,
}

/// Ports of a list that a manager loads: more than connections at once, and few enough for a namespace of an ordinary user.
const LISTED: &str = "500";

impl Site {
    /// Lets a manager route, and translate the destination.
    pub(super) fn route(&self, number: usize) -> Result<()> {
        let manager = &self.managers[number - 1];
        manager.set("ipv4/ip_forward", "1")?;
        manager.set("ipv6/conf/all/forwarding", "1")?;
        // It has one leg, and would tell everybody of a shorter way past itself.
        for interface in ["all", "default"].into_iter().chain(self.legs().iter().copied()) {
            manager.set(&format!("ipv4/conf/{interface}/send_redirects"), "0")?;
        }
        // A connection in whose middle a manager is put is one that it does not know.
        manager.set("netfilter/nf_conntrack_tcp_loose", "0")?;
        // A ping to a virtual address is the manager's to answer.
        let (four, six) = ([VIRTUAL[0], VIRTUAL_8080].map(|address| format!("{address}/32")), format!("{}/128", VIRTUAL[1]));
        manager.ip(&four.map(|address| format!("addr add {address} dev lo")))?;
        manager.ip(&[format!("addr add {six} dev lo nodad")])?;
        self.translate(number, &Nat::Destination)
    }

    /// Lets a manager translate so, and forget all connections.
    ///
    /// # Errors
    /// If `nft` or `tandem` refuses.
    pub fn translate(&self, number: usize, nat: &Nat) -> Result<()> {
        let manager = &self.managers[number - 1];
        let mut rules = format!("flush ruleset\n{}", destination(&self.server_addresses()));
        let forwarded = format!("ct status dnat ip saddr {} ", self.client_address());
        let post = |rule: &str| format!("table ip tandem {{ chain post {{ type nat hook postrouting priority srcnat; {rule}; }}; }}\n");
        let chain = |port: u16| format!("m{number}_tcp_{port}");
        match nat {
            Nat::Destination => {}
            Nat::ClientPort => {
                rules += &self.listed(number, self.client_address(), server::HTTP[1])?;
                rules += &post(&format!("{forwarded} tcp dport 8080 tcp sport < 8080 jump {}", chain(8080)));
            }
            Nat::Both(SourcePorts::Linux) => rules += &post(&format!("{forwarded} meta l4proto tcp snat to {SOURCE}")),
            Nat::Both(SourcePorts::SelfSource) => {
                rules += &self.listed(number, SOURCE, server::HTTP[1])?;
                rules += &post(&format!("{forwarded} meta l4proto tcp jump {}", chain(8080)));
            }
        }
        manager.nft(&rules)
    }

    /// What `tandem ports` lists for a manager, as nftables takes it.
    fn listed(&self, number: usize, address: &str, above: u16) -> Result<String> {
        let (number, above) = (number.to_string(), above.to_string());
        let options = ["--manager", &number, "--address", address, "--above", &above, "--at-most", LISTED, "--format", "nft"];
        self.cards[0].tandem(&[&["ports"], &options[..]].concat())
    }
}

/// The rules of a manager that translates virtual addresses to servers'. It counts flows, and packets of servers to which it has no flow.
fn destination(servers: &[String]) -> String {
    let turns = |servers: &[String]| {
        let turns: Vec<String> = servers.iter().enumerate().map(|(turn, server)| format!("{turn} : {server}")).collect();
        format!("numgen inc mod {} map {{ {} }}", servers.len(), turns.join(", "))
    };
    let sisters: Vec<String> = (1..=servers.len()).map(|number| format!("fd02::{}", 20 + number)).collect();
    let ([four, six], echo, first) = (VIRTUAL, server::ECHO, &servers[0]);
    let mut rules = String::from("table inet site {\n  counter flows { }\n  counter misses { }\n");
    write!(
        rules,
        "  chain translate {{
    type nat hook prerouting priority dstnat
    tcp flags syn counter name flows
    ip daddr {four} tcp dport 80 dnat ip to {}
    ip daddr {VIRTUAL_8080} tcp dport 80 dnat ip to {first}:8080
    ip daddr {four} udp dport {echo} dnat ip to {first}
    ip6 daddr {six} tcp dport 80 dnat ip6 to {}
    ip6 daddr {six} udp dport {echo} dnat ip6 to {}
  }}
  chain strange {{
    type filter hook prerouting priority filter
    ct state invalid counter name misses
    ip saddr 10.2.0.0/16 ct direction original meta l4proto {{ tcp, udp }} counter name misses
    ip6 saddr fd02::/64 ct direction original meta l4proto {{ tcp, udp }} counter name misses
  }}
  chain quiet {{
    type filter hook output priority filter
    icmpv6 type nd-redirect drop
  }}\n}}\n",
        turns(servers),
        turns(&sisters),
        sisters[0]
    )
    .expect("text takes all");
    rules
}
