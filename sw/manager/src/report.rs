//! The state of a running manager, as it reports it.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::net::{IpAddr, SocketAddr};

/// Everything that a running manager tells.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Report {
    /// `serving`, or `draining` before its end.
    pub state: String,
    /// When it was started.
    pub since: String,
    /// The file that its configuration was read from.
    pub file: String,
    /// How many sets of tables there have been.
    pub generation: u64,
    /// Switching processors.
    pub workers: usize,
    /// Of each, the processor of the host that it has to itself, by the kernel's number; `None`: it has none.
    pub processors: Vec<Option<usize>>,
    /// The connection table.
    pub connections: Connections,
    /// What became of every frame.
    pub frames: Frames,
    /// Load reports of servers that were taken, and those that were not: none came, or what it told cannot be.
    pub load_reports: [u64; 2],
    /// What passed by each interface.
    pub interfaces: Vec<Interface>,
    /// The services and their servers.
    pub services: Vec<ServiceReport>,
}

/// The connection table.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Connections {
    /// How many there are.
    pub live: u32,
    /// How many of them are half open.
    pub half_open: u32,
    /// How many there is room for.
    pub room: u32,
}

/// What became of every frame: `received` is `passed`, `dropped` and `held` together.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Frames {
    /// Frames that came.
    pub received: u64,
    /// Frames that went on.
    pub passed: u64,
    /// Frames that did not.
    pub dropped: u64,
    /// Fragments that wait for the first of their datagram; of an echo request, for all others.
    pub held: u64,
    /// Frames by the reason of their way; what stands at 0 is left out.
    pub reasons: BTreeMap<String, u64>,
    /// Frames of RSTs, ICMP errors and echo replies that the manager sent.
    pub originated: u64,
    /// RSTs, ICMP errors and echo replies that it did not send, because it had sent too many.
    pub suppressed: u64,
    /// Half-open connections that had to go for newer ones.
    pub evicted: u64,
    /// Connections whose time was up.
    pub expired: u64,
    /// Connections that were reset because their server had gone down.
    pub reset: u64,
    /// Frames that had to wait for the MAC of their next station.
    #[serde(default)]
    pub waited: u64,
    /// Those of them that left once it was known.
    #[serde(default)]
    pub resumed: u64,
}

/// What passed by an interface.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Interface {
    /// Its name.
    pub name: String,
    /// Bytes of the longest packet that it carries, by the tables in force.
    pub mtu: u16,
    /// Frames that came.
    pub received: u64,
    /// Frames that left.
    pub sent: u64,
    /// Frames that were to leave, and that the interface did not take.
    pub not_sent: u64,
    /// Frames for which the kernel had no room.
    pub overflowed: u64,
    /// What there is to tell of rings; nothing of a packet socket.
    pub rings: Option<Rings>,
}

/// What became of frames of an interface by AF_XDP besides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rings {
    /// Frames that the driver gave to the kernel, because they are its own. They did not come to a worker.
    pub to_kernel: u64,
    /// Frames of a queue that nobody polls, which were dropped.
    pub unpolled: u64,
    /// Frames that came by it and that the drivers' programs carried: they are among those that were received.
    #[serde(default)]
    pub carried: u64,
    /// Frames that left by it and that the drivers' programs carried: they are among those that were sent.
    #[serde(default)]
    pub carried_out: u64,
    /// Frames of the kernel's own that came to a worker all the same, and were dropped.
    pub astray: u64,
    /// Of those that overflowed: there was no frame of memory.
    pub no_frame: u64,
    /// Of those that overflowed: the ring was full.
    pub ring_full: u64,
    /// Frames that were sent, and that the interface did not take from the kernel.
    pub discarded: u64,
    /// Descriptors that the kernel refused, and frames that it gave back and did not have.
    pub faults: u64,
}

/// A service.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ServiceReport {
    /// Its name.
    pub name: String,
    /// Its virtual address.
    pub address: IpAddr,
    /// `tcp` or `udp`.
    pub protocol: String,
    /// Its lowest and its highest port.
    pub ports: [u16; 2],
    /// Its servers.
    pub servers: Vec<ServerReport>,
}

/// A server of a service.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ServerReport {
    /// Its name.
    pub name: String,
    /// Its address.
    pub address: IpAddr,
    /// What it is there for: `enabled`, `draining` or `down`.
    pub state: String,
    /// Whether its checks find it well.
    pub well: bool,
    /// Whether its MAC is known.
    pub reachable: bool,
    /// Entries of the service's table that it holds.
    pub entries: usize,
    /// Its connections.
    pub connections: usize,
    /// What it reports of its load; nothing if it does not, or has not begun to.
    pub load: Option<ServerLoad>,
}

/// What a server reports of its load.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ServerLoad {
    /// `known`, `stale` or `gone`: whether its share follows, stays, or becomes even.
    pub state: String,
    /// The utilisation that it reported last, if it did.
    pub utilisation: Option<f64>,
    /// Seconds since its last report, if there was one.
    pub age: Option<u64>,
    /// Why the last thing that came was no report; nothing if it was one.
    pub why: Option<String>,
}

impl ServerLoad {
    /// For people.
    fn text(&self) -> String {
        let utilisation = self.utilisation.map_or_else(String::new, |utilisation| format!(" {utilisation:.2}"));
        let age = self.age.map_or_else(|| "never reported".to_owned(), |age| format!("{age} s ago"));
        let why = self.why.as_ref().map_or_else(String::new, |why| format!(", now no report: {why}"));
        format!("load{utilisation} {}, {age}{why}", self.state)
    }
}

/// What becomes of a packet of a client.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Explanation {
    /// The service that it is for.
    pub service: Option<String>,
    /// The connection that it belongs to.
    pub connection: Option<Connection>,
    /// Who may take it if it opens a connection, with the share of new connections, in per cent.
    pub takes: BTreeMap<String, f64>,
    /// Servers that take none, as long as their MAC is not known: a packet that opens a connection asks for it, and waits.
    #[serde(default)]
    pub without_mac: BTreeSet<String>,
    /// The reason under which it is counted.
    pub reason: String,
}

/// A connection.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Connection {
    /// The server's name.
    pub server: String,
    /// How far it is.
    pub stage: String,
    /// Seconds since its last packet.
    pub idle: u64,
    /// Frames of it that the drivers' programs carry now have carried, both ways, and their bytes; 0 where none do.
    #[serde(default)]
    pub carried: [u64; 2],
    /// The source that the server sees, and where the server is; nothing where the server answers directly.
    pub seen_as: Option<[SocketAddr; 2]>,
}

impl Report {
    /// For people.
    pub fn text(&self) -> String {
        let Self { state, since, file, generation, workers, connections, frames, .. } = self;
        let bound: Vec<String> = self.processors.iter().flatten().map(ToString::to_string).collect();
        let processors = if bound.is_empty() { String::new() } else { format!(" on processors {}", bound.join(", ")) };
        let mut text = format!(
            "{state} since {since}, by {file}, tables {generation}, workers {workers}{processors}\n\
             connections: {} of {}, {} half open\n\
             frames: {} received, {} passed, {} dropped, {} held; {} originated, {} suppressed\n",
            connections.live,
            connections.room,
            connections.half_open,
            frames.received,
            frames.passed,
            frames.dropped,
            frames.held,
            frames.originated,
            frames.suppressed
        );
        for (reason, count) in &frames.reasons {
            let _ = writeln!(text, "  {reason:<18} {count:>12}");
        }
        for Interface { name, mtu, received, sent, not_sent, overflowed, rings } in &self.interfaces {
            let _ = writeln!(text, "{name}: MTU {mtu}, {received} received, {sent} sent, {not_sent} not sent, {overflowed} overflowed");
            if let Some(Rings { to_kernel, unpolled, carried, carried_out, astray, no_frame, ring_full, discarded, faults }) = rings {
                let _ = writeln!(
                    text,
                    "  xdp: {carried} carried in, {carried_out} carried out, {to_kernel} to the kernel, {unpolled} unpolled, {astray} astray, {no_frame} without a frame, {ring_full} with a full \
                     ring, {discarded} discarded, {faults} faults"
                );
            }
        }
        for service in &self.services {
            let [lowest, highest] = service.ports;
            let _ = writeln!(text, "{}: {} {} {lowest}-{highest}", service.name, service.address, service.protocol);
            for server in &service.servers {
                let health = if server.well { "well" } else { "ill" };
                let reach = if server.reachable { "reachable" } else { "MAC unknown" };
                let ServerReport { name, address, state, entries, connections, .. } = server;
                let load = server.load.as_ref().map_or_else(String::new, |load| format!("; {}", load.text()));
                let _ = writeln!(
                    text,
                    "  {name:<16} {address:<24} {state}, {health}, {reach}: {entries} entries, {connections} connections{load}"
                );
            }
        }
        text
    }
}

impl Explanation {
    /// For people.
    pub fn text(&self) -> String {
        let mut text = format!("{}\n", self.reason);
        if let Some(service) = &self.service {
            let _ = writeln!(text, "  service {service}");
        }
        if let Some(Connection { server, stage, idle, carried: [packets, bytes], seen_as }) = &self.connection {
            let _ = writeln!(text, "  connection to {server}: {stage}, last packet {idle} s ago");
            if *packets > 0 {
                let _ = writeln!(text, "  carried by XDP programs: {packets} frames, {bytes} bytes");
            }
            if let Some([source, at]) = seen_as {
                let _ = writeln!(text, "  the server at {at} sees {source}");
            }
        }
        for (server, share) in &self.takes {
            let _ = writeln!(text, "  {server} takes {share:.2}% of new connections");
        }
        for server in &self.without_mac {
            let _ = writeln!(
                text,
                "  {server} takes none: its MAC is not known; a new connection's packet asks for it, and waits for up to a second"
            );
        }
        text
    }
}
