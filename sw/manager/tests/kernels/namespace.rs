//! Hosts without machines: network namespaces, wired with veth pairs.

use hosts::namespace::Namespace;
use hosts::user;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

static NUMBER: AtomicU32 = AtomicU32::new(0);

/// Runs the test of this name here as root; as another user, in a process of its own that is root of its namespaces.
pub(crate) fn as_root(name: &str, test: impl FnOnce()) {
    if user::is_root() {
        return test();
    }
    let status = user::as_root_of_its_own(["--exact", name, "--nocapture"]).unwrap().status().unwrap();
    assert!(status.success(), "{name} in namespaces of this user; where the kernel allows none, run it as root");
}

/// The same of a test that takes root of the host itself, as programs of XDP do: another user gets it by sudo.
pub(crate) fn as_root_of_the_host(name: &str, test: impl FnOnce()) {
    if user::is_root() {
        return test();
    }
    let program = std::env::current_exe().unwrap();
    let status = Command::new("sudo").arg("-n").arg(program).args(["--exact", name, "--nocapture"]).status();
    assert!(status.is_ok_and(|status| status.success()), "{name} takes root of the host, because programs of XDP do: run it as root");
}

/// A host; it goes with this.
pub(crate) struct Host(Namespace);

impl Host {
    /// A host without a link. Without `v6` it has no IPv6, and nobody sends of himself.
    pub(crate) fn new(v6: bool) -> Self {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let host = Namespace::new(format!("tmgr{}-{number}", std::process::id())).unwrap();
        for all in ["all", "default"] {
            host.set(&format!("ipv6/conf/{all}/disable_ipv6"), if v6 { "0" } else { "1" }).unwrap();
        }
        Self(host)
    }

    /// Commands of `ip`, in this host.
    pub(crate) fn ip(&self, commands: &[&str]) {
        self.0.ip(commands).unwrap();
    }

    /// A wire from an interface of this host to one of another, with so many queues each way.
    pub(crate) fn wire(&self, interface: &str, other: &Self, at_other: &str, queues: usize) {
        let queues = format!("numrxqueues {queues} numtxqueues {queues}");
        let name = other.0.name();
        self.ip(&[
            &format!("link add {interface} {queues} type veth peer name {at_other} netns {name} {queues}"),
            &format!("link set {interface} up"),
        ]);
        other.ip(&[&format!("link set {at_other} up")]);
    }

    /// Does something in this host: what is opened there stays there.
    pub(crate) fn within<T: Send>(&self, act: impl FnOnce() -> T + Send) -> T {
        self.0.within(act).unwrap()
    }

    /// A program in this host.
    pub(crate) fn command(&self, program: &str, arguments: &[&str]) -> Command {
        self.0.command(program, arguments)
    }

    /// Segments of TCP that this host has sent once more, as its kernel counts them.
    pub(crate) fn sent_again(&self) -> u64 {
        let output = self.0.run("cat", &["/proc/net/snmp"]).unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let mut lines = text.lines().filter_map(|line| line.strip_prefix("Tcp: "));
        let (names, counts) = (lines.next().unwrap(), lines.next().unwrap());
        let place = names.split(' ').position(|name| name == "RetransSegs").unwrap();
        counts.split(' ').nth(place).unwrap().parse().unwrap()
    }

    /// Frames that have come in by an interface, as the kernel counts them.
    pub(crate) fn received(&self, interface: &str) -> u64 {
        let path = format!("/sys/class/net/{interface}/statistics/rx_packets");
        let output = self.0.run("cat", &[&path]).unwrap();
        String::from_utf8_lossy(&output.stdout).trim().parse().unwrap()
    }
}
