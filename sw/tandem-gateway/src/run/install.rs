//! What a replica's host needs so that its own TCP, or that of servers behind it, answers races: addresses, routes, rules, a table of nftables. All of it is put there at the
//! start, and taken away at the end; a gateway that was killed leaves it to the next start, which puts it in order.

use crate::file::Replica;
use anyhow::{Context as _, Result, ensure};
use gateway::{Address, Mode};
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

/// The firewall mark of SYN-ACKs that go to the agent.
const TO_AGENT: u32 = 0x66;
/// The firewall mark of what the agent sends.
pub(super) const OF_AGENT: u32 = 0x77;
/// The table of routes into the TUN, and the preference of the rules that lead to it.
const TABLE: u32 = 6080;
/// Counters of answers to the gateways' probes, and of RSTs from gateways.
const ANSWERS: &str = "answers_to_probes";
const RESETS: &str = "resets_of_gateways";

/// What nftables has counted in mode B: answers to gateways' probes, and RSTs of gateways.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counted {
    pub(super) answers: u64,
    pub(super) resets: u64,
}

/// What is installed, as text for the programs that install it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rules {
    nft: String,
    /// Of IPv4 and of IPv6, for `ip -batch`.
    ip: [Vec<String>; 2],
    /// What takes them away again.
    undo: [Vec<String>; 2],
    table: String,
    /// Settings of the kernel: file and value.
    settings: Vec<(String, &'static str)>,
}

impl Rules {
    /// The rules of a replica.
    pub(crate) fn of(name: &str, replica: &Replica) -> Self {
        // What nft takes without quotes.
        let table = format!("tandem_{}", name.replace('-', "_"));
        let mut rules = Self {
            nft: format!("table inet {table} {{}}\ndelete table inet {table}\n"),
            ip: Default::default(),
            undo: Default::default(),
            settings: vec![(format!("/proc/sys/net/ipv4/conf/{}/rp_filter", replica.tun), "2")],
            table,
        };
        if replica.router {
            rules.settings.extend(["ipv4/ip_forward", "ipv6/conf/all/forwarding"].map(|name| (format!("/proc/sys/net/{name}"), "1")));
        }
        for family in 0..2 {
            rules.family(family, replica);
        }
        let ports = replica.ports.iter().map(u16::to_string).collect::<Vec<_>>().join(", ");
        let Replica { settings, .. } = replica;
        if settings.mode != Mode::C {
            let answers = if settings.mode == Mode::A { settings.own.clone() } else { servers(replica) };
            let gateways = |v4: bool| addresses(settings.gateways.iter().filter(|gateway| gateway.is_v4() == v4));
            let marks: String = answers.iter().fold(String::new(), |mut text, address| {
                let ip = if address.is_v4() { "ip" } else { "ip6" };
                let answer = format!("{ip} saddr {address} tcp sport {{ {ports} }} tcp flags & (syn | ack | rst) == syn | ack");
                if let Some(gateways) = gateways(address.is_v4()).filter(|_| settings.mode == Mode::B) {
                    let _ = writeln!(text, "    {answer} {ip} daddr {{ {gateways} }} counter name {ANSWERS}");
                }
                let _ = writeln!(text, "    {answer} meta mark set {TO_AGENT}");
                text
            });
            // A router's answers come from its servers.
            let hook = if replica.router { "filter hook prerouting" } else { "route hook output" };
            let _ = writeln!(
                rules.nft,
                "table inet {} {{\n{}  chain answers {{\n    type {hook} priority mangle;\n    \
                 meta mark {OF_AGENT} return\n{marks}  }}\n{}}}",
                rules.table,
                if settings.mode == Mode::B { format!("  counter {ANSWERS} {{}}\n  counter {RESETS} {{}}\n") } else { String::new() },
                if settings.mode == Mode::B { towards_servers(replica, &ports) } else { String::new() }
            );
        }
        rules
    }

    fn family(&mut self, family: usize, replica: &Replica) {
        let (v4, mode) = (family == 0, replica.settings.mode);
        if !replica.settings.own.iter().any(|own| own.is_v4() == v4) {
            return;
        }
        let mut add = |add: String, undo: String| {
            self.ip[family].push(add);
            self.undo[family].push(undo);
        };
        // An interface without an address passes no reverse-path filter of IPv4, not even a loose one.
        if let Some(own) = replica.settings.own.iter().find(|own| v4 && own.is_v4()) {
            add(format!("address replace {own}/32 dev {}", replica.tun), format!("address del {own}/32 dev {}", replica.tun));
        }
        let route = format!("default dev {} table {TABLE}", replica.tun);
        add(format!("route replace {route}"), format!("route del {route}"));
        let mut rule = |rule: String| add(format!("rule add {rule}"), format!("rule del {rule}"));
        if mode == Mode::C {
            servers(replica)
                .iter()
                .filter(|server| server.is_v4() == v4)
                .for_each(|server| rule(format!("from {server} ipproto tcp lookup {TABLE} pref {TABLE}")));
        } else {
            rule(format!("fwmark {TO_AGENT} lookup {TABLE} pref {TABLE}"));
        }
        // A router is not the server: it has a route to it.
        if mode != Mode::A && !replica.router {
            for server in servers(replica).iter().filter(|server| server.is_v4() == v4) {
                let (length, option) = if v4 { (32, "") } else { (128, " nodad") };
                let address = format!("{server}/{length} dev lo");
                add(format!("address replace {address}{option}"), format!("address del {address}"));
            }
        }
    }

    /// Puts them in force.
    ///
    /// # Errors
    /// If a program is missing, or refuses.
    pub(crate) fn install(&self) -> Result<()> {
        // Rules of one that was killed would otherwise be there twice.
        self.remove();
        for (path, value) in &self.settings {
            std::fs::write(path, value).with_context(|| format!("{path}: cannot be set to {value}; it takes root"))?;
        }
        feed(Command::new("nft").args(["-f", "-"]), &self.nft)?;
        for (family, commands) in ["-4", "-6"].iter().zip(&self.ip) {
            feed(Command::new("ip").args([family, "-batch", "-"]), &commands.join("\n"))?;
        }
        Ok(())
    }

    /// Takes them away, as far as they are there.
    pub(crate) fn remove(&self) {
        let table = &self.table;
        let _ = feed(Command::new("nft").args(["-f", "-"]), &format!("table inet {table} {{}}\ndelete table inet {table}\n"));
        for (family, commands) in ["-4", "-6"].iter().zip(&self.undo) {
            for command in commands {
                let _ = feed(Command::new("ip").args([family, "-batch", "-"]), command);
            }
        }
    }

    /// Mode B: what is counted of probes. `None` if nothing is.
    pub(super) fn counted(&self) -> Option<Counted> {
        let output = Command::new("nft").args(["-j", "list", "counters", "table", "inet", &self.table]).output().ok()?;
        let told: serde_json::Value = serde_json::from_slice(&output.stdout).ok()?;
        let of = |name: &str| {
            let counters = told["nftables"].as_array()?.iter().map(|object| &object["counter"]);
            counters.clone().find(|counter| counter["name"] == name)?["packets"].as_u64()
        };
        Some(Counted { answers: of(ANSWERS)?, resets: of(RESETS)? })
    }

    /// One line for each thing that is installed.
    pub(crate) fn lines(&self) -> Vec<String> {
        let settings = self.settings.iter().map(|(path, value)| format!("{path} = {value}"));
        let commands = ["-4", "-6"].iter().zip(&self.ip).flat_map(|(family, all)| all.iter().map(move |one| format!("ip {family} {one}")));
        let nft = self.nft.lines().skip(2).map(|line| format!("nft: {line}"));
        settings.chain(commands).chain(nft).collect()
    }
}

/// Addresses, as nft takes them in a set; `None` if there are none.
fn addresses<'a>(all: impl Iterator<Item = &'a Address>) -> Option<String> {
    let all: Vec<_> = all.map(Address::to_string).collect();
    (!all.is_empty()).then(|| all.join(", "))
}

/// The addresses of the servers that the replica stands for.
fn servers(replica: &Replica) -> Vec<Address> {
    let mut servers: Vec<Address> = replica.settings.servers.iter().map(|(server, _)| *server).collect();
    servers.dedup();
    servers
}

/// Mode B: what clients' gateways send to the replica is for the server, whose address the host has, or routes to.
fn towards_servers(replica: &Replica, ports: &str) -> String {
    let mut lines = String::new();
    for own in &replica.settings.own {
        let ip = if own.is_v4() { "ip" } else { "ip6" };
        if let Some(gateways) = addresses(replica.settings.gateways.iter().filter(|gateway| gateway.is_v4() == own.is_v4())) {
            let rst = format!("{ip} saddr {{ {gateways} }} {ip} daddr {own} tcp dport {{ {ports} }} tcp flags & rst == rst");
            let _ = writeln!(lines, "    {rst} counter name {RESETS}");
        }
        if let Some(server) = servers(replica).iter().find(|server| server.is_v4() == own.is_v4()) {
            let _ = writeln!(lines, "    {ip} daddr {own} tcp dport {{ {ports} }} {ip} daddr set {server}");
        }
    }
    format!("  chain towards {{\n    type filter hook prerouting priority raw;\n{lines}  }}\n")
}

fn feed(command: &mut Command, text: &str) -> Result<()> {
    let missing = |program: String| format!("{program} is missing; install it: apt-get install nftables iproute2");
    let name = command.get_program().display().to_string();
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().with_context(|| missing(name.clone()))?;
    let written = child.stdin.take().expect("it is piped").write_all(text.as_bytes());
    let output = child.wait_with_output()?;
    let told = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success() && written.is_ok(), "{name} refuses what the replica needs: {}\n{text}", told.trim_end());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::file::{File, Role};

    const EXAMPLE: &str = include_str!("../../../../docs/examples/gateway-replica.toml");

    fn rules(mode: &str) -> String {
        rules_of(&EXAMPLE.replace("mode = \"C\"", &format!("mode = \"{mode}\"")))
    }

    fn rules_of(text: &str) -> String {
        let Role::Replica(replica) = File::parse(text, "replica").unwrap().role else { panic!("a replica") };
        Rules::of("paris-1", &replica).lines().join("\n")
    }

    #[test]
    fn each_mode_leads_what_it_needs_to_the_agent() {
        let (a, b, c) = (rules("A"), rules("B"), rules("C"));
        assert!(a.contains("ip saddr 198.51.100.10 tcp sport { 80 }") && !a.contains("192.0.2.10"), "{a}");
        assert!(b.contains("ip daddr 198.51.100.10 tcp dport { 80 } ip daddr set 192.0.2.10"), "{b}");
        assert!(b.contains("ip6 saddr 2001:db8:2::10 tcp sport { 80 }") && b.contains("192.0.2.10/32 dev lo"), "{b}");
        assert!(c.contains("ip -6 rule add from 2001:db8:2::10 ipproto tcp lookup 6080") && !c.contains("tcp sport"), "{c}");
        assert!(a.contains("table inet tandem_paris_1 {"), "nft takes no dash: {a}");
    }

    #[test]
    fn a_router_forwards_to_its_servers_and_does_not_have_their_address() {
        let router = EXAMPLE.replace("backlog = 100", "router = true");
        let (b, c) = (rules_of(&router.replace("mode = \"C\"", "mode = \"B\"")), rules_of(&router));
        for rules in [&b, &c] {
            assert!(rules.contains("ipv4/ip_forward = 1") && rules.contains("ipv6/conf/all/forwarding = 1"), "{rules}");
            assert!(!rules.contains("dev lo"), "{rules}");
        }
        assert!(b.contains("hook prerouting priority mangle") && !b.contains("hook output"), "{b}");
    }
}
