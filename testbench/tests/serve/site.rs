//! A client and a manager in namespaces, and a slow path between them and their card.

use crate::common::programs;
use crate::network::{self, Namespace};
use crate::served::Served;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

pub(crate) const GROUP: [u8; 6] = [2, 0, 0x5e, 0x10, 0, 1];

/// The configuration of the site. The group has the addresses that the manager answers pings to.
pub(crate) const FILE: &str = r#"
group_macs = ["02:00:5e:10:00:01"]
neighbours = "host"

[[manager]]
name = "alpha"
id = 1
mac = "02:00:5e:20:00:01"
port = 1

[[group]]
name = "all"
id = 0
key = "5a1f0c77e2943bd8"
addresses = ["10.9.0.1", "fd09::1"]
"#;

/// Gives the client its addresses, and the manager those of the group: it answers no neighbour question, and knows the client.
pub(crate) fn furnish(client: &Namespace, manager: &Namespace) {
    for (namespace, own, mac, other, other_mac) in
        [(client, 7, "02:00:00:00:00:07", 1, "02:00:5e:10:00:01"), (manager, 1, "02:00:5e:20:00:01", 7, "02:00:00:00:00:07")]
    {
        namespace.run("echo 0 > /proc/sys/net/ipv6/conf/all/disable_ipv6; echo 0 > /proc/sys/net/ipv6/conf/eth0/disable_ipv6");
        namespace.run(&format!("ip link set eth0 address {mac} up"));
        namespace.run(&format!("ip addr add 10.9.0.{own}/24 dev eth0; ip addr add fd09::{own}/64 dev eth0 nodad"));
        if own == 1 {
            namespace.run("echo 8 > /proc/sys/net/ipv4/conf/all/arp_ignore; ip link set eth0 multicast off");
            for address in
                ["10.9.0", "fd09:"].map(|net| if net.contains('.') { format!("{net}.{other}") } else { format!("{net}:{other}") })
            {
                namespace.run(&format!("ip neigh replace {address} lladdr {other_mac} dev eth0 nud permanent"));
            }
        }
    }
}

/// As [`network::is_own`], after `tandem` was built: that is not to be done in a network of its own, nor in the test's time.
pub(crate) fn is_own(test: &str) -> bool {
    if !network::is_within() {
        programs();
    }
    network::is_own(test)
}

/// A slow path that is running.
pub(crate) struct SlowPath {
    child: Child,
    card: String,
    runtime: String,
}

/// `tandem` for this card.
fn tandem(card: &str, runtime: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(Path::new(env!("CARGO_BIN_EXE_tandem-card")).with_file_name("tandem"));
    command.args(["--card", card]).args(arguments).env("TANDEM_RUNTIME", runtime).env("TANDEM_STATE", format!("{runtime}/state"));
    command
}

impl SlowPath {
    /// Writes the file, applies it, and starts a slow path of the card on `if:host0` and `if:host1`.
    pub(crate) fn start(served: &Served, more: &[&str]) -> Self {
        let path = |name: &str| served.path(name).display().to_string();
        let (card, runtime, file) = (format!("vfio-user:{}", path("card")), path("run"), path("tandem.toml"));
        std::fs::write(&file, FILE).unwrap();
        let applied = tandem(&card, &runtime, &["apply", &file, "--yes"]).output().unwrap();
        assert!(applied.status.success(), "{}", String::from_utf8_lossy(&applied.stderr));
        let mut command =
            tandem(&card, &runtime, &["slow-path", &file, "--port", "0=if:host0", "--port", "1=if:host1", "--interval", "0.1", "--json"]);
        let mut child = command.args(more).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stderr.as_mut().unwrap()).read_line(&mut line).unwrap();
        assert!(line.starts_with("ready: "), "{line}");
        Self { child, card, runtime }
    }

    /// Another command for the same card.
    pub(crate) fn tandem(&self, arguments: &[&str]) -> Output {
        tandem(&self.card, &self.runtime, arguments).output().unwrap()
    }

    /// What a command for the same card prints in JSON.
    #[track_caller]
    pub(crate) fn json(&self, arguments: &[&str]) -> serde_json::Value {
        let output = self.tandem(&[arguments, &["--json"]].concat());
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Ends it as systemd does, and returns what it printed then.
    pub(crate) fn end(mut self) -> serde_json::Value {
        assert!(Command::new("kill").arg(self.child.id().to_string()).status().unwrap().success());
        assert!(self.child.wait().unwrap().success());
        let mut told = String::new();
        self.child.stdout.take().unwrap().read_to_string(&mut told).unwrap();
        serde_json::from_str(&told).unwrap()
    }
}

impl Drop for SlowPath {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// How many frames a report counts by this name, in any of its lists.
pub(crate) fn count(report: &serde_json::Value, name: &str) -> u64 {
    let lists = ["left", "dropped"].iter().flat_map(|list| report[list].as_array().unwrap());
    lists.filter(|named| named["name"] == name).map(|named| named["frames"].as_u64().unwrap()).sum()
}

/// Frames in are frames out, drops and what is held.
#[track_caller]
pub(crate) fn balances(report: &serde_json::Value) {
    let sum = |list: &str| report[list].as_array().unwrap().iter().map(|named| named["frames"].as_u64().unwrap()).sum::<u64>();
    assert_eq!(report["came"].as_u64().unwrap(), sum("left") + sum("dropped") + report["held"].as_u64().unwrap(), "{report}");
}
