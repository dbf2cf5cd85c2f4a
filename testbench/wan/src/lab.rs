//! The lab: a client behind its gateway, an origin behind the servers' gateway, and replicas, all on one router.

use crate::config::{self, CLIENT, GATEWAY, REPLICAS, SERVER, ip, replica};
use crate::network::{Mac, Path, Router};
use crate::visit::Visit;
use crate::wire::{Watch, Wire};
use anyhow::{Context as _, Result, anyhow, ensure};
use hosts::cleanup::{self, Trace};
use hosts::namespace::{Namespace, need, text};
use hosts::process::Process;
use hosts::user;
use hosts::web::Web;
use ring::{Interface, InterfaceName};
use serde_json::Value;
use std::collections::HashMap;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Programs that the lab runs.
pub const NEEDED: [&str; 3] = ["ip", "nft", "curl"];
/// One-way delays to the core in milliseconds: of the client, the origin, and the replicas.
pub const DELAYS: [u64; 2 + REPLICAS] = [1, 40, 5, 20, 60];
/// Time for what takes milliseconds where nothing else runs.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the lab is made of.
#[derive(Clone, Debug)]
pub struct Options {
    /// The gateway's program.
    pub program: PathBuf,
    /// The servers.
    pub web: Web,
    /// The hold, as the file has it.
    pub hold: String,
    /// The mode of each replica.
    pub modes: [char; REPLICAS],
    /// Seed of what happens by chance.
    pub seed: u64,
    /// Whether the kernel forwards between the sites, at once and with segments as long as their senders leave them, in the router's place.
    pub direct: bool,
}

/// A lab that is up; it is taken down with this.
pub struct Lab {
    options: Options,
    agents: Vec<Option<Process>>,
    modes: [char; REPLICAS],
    /// Replicas that are routers before their servers.
    routers: [bool; REPLICAS],
    clients_gateway: Option<Process>,
    _servers_gateway: Option<Process>,
    /// Whether the client's key has been exchanged.
    exchanged: bool,
    /// Replicas, from 1, whose tunnels are IP in IP.
    ipip: Vec<usize>,
    /// Only to be kept until the end.
    _webs: Vec<Process>,
    /// The router.
    pub router: Router,
    /// The client.
    pub client: Namespace,
    /// The server itself.
    pub origin: Namespace,
    /// The replicas, `r1` first.
    pub replicas: Vec<Namespace>,
    /// The clients' and the servers' gateway.
    pub gates: [Namespace; 2],
    /// Where the router's interfaces are.
    core: Namespace,
    folder: TempDir,
}

/// The MAC of a host, and that of the router at a port.
fn host_mac(number: usize) -> Mac {
    [2, 0, 0, 0, 0, number as u8]
}

fn router_mac(port: usize) -> Mac {
    [2, 0, 0, 0, 0xff, port as u8]
}

fn mac(mac: Mac) -> String {
    mac.map(|byte| format!("{byte:02x}")).join(":")
}

/// Numbers of hosts: the client, the origin, the servers' gateway, and the first replica.
const HOSTS: [usize; 4] = [1, 2, 3, 0x10];

impl Lab {
    /// Builds one: gateways, agents and servers run, and each replica's distance is known.
    ///
    /// # Errors
    /// If a program is missing or fails. What was built until then is taken down.
    pub fn up(options: Options) -> Result<Self> {
        need(&NEEDED)?;
        user::need_taps()?;
        let prefix = format!("tandem-wan-{}-", std::process::id());
        let make = |name: &str| Namespace::new(format!("{prefix}{name}"));
        let folder = TempDir::new().context("no folder for the lab's files")?;
        cleanup::remember(Trace::Folder(folder.path().into()));
        let (core, client, origin) = (make("core")?, make("client")?, make("origin")?);
        let gates = [make("cg")?, make("sg")?];
        let replicas: Vec<Namespace> = (1..=REPLICAS).map(|number| make(&format!("r{number}"))).collect::<Result<_>>()?;
        for quiet in [&core, &gates[0]] {
            quiet.set("ipv6/conf/all/disable_ipv6", "1")?;
            quiet.set("ipv6/conf/default/disable_ipv6", "1")?;
        }
        link(&client, "eth0", host_mac(HOSTS[0]), &gates[0], "inside")?;
        link(&origin, "eth0", host_mac(HOSTS[1]), &gates[1], "inside")?;
        gates[1].set("ipv6/conf/inside/disable_ipv6", "1")?;
        uplink(&gates[0], "wan", host_mac(9), &core, 0)?;
        uplink(&gates[1], "wan", host_mac(HOSTS[2]), &core, 1)?;
        settle(&client, "eth0", &CLIENT.map(str::to_owned), 0)?;
        settle(&origin, "eth0", &SERVER.map(str::to_owned), 1)?;
        settle(&gates[1], "wan", &GATEWAY.map(str::to_owned), 1)?;
        let mut hosts: HashMap<IpAddr, (usize, Mac)> = HashMap::new();
        for (addresses, host) in [(CLIENT, (0, HOSTS[0])), (SERVER, (1, HOSTS[1])), (GATEWAY, (1, HOSTS[2]))] {
            hosts.extend(addresses.map(|address| (ip(address), (host.0, host_mac(host.1)))));
        }
        for (number, namespace) in (1..).zip(&replicas) {
            uplink(namespace, "eth0", host_mac(HOSTS[3] + number), &core, 1 + number)?;
            settle(namespace, "eth0", &replica(number), 1 + number)?;
            hosts.extend(replica(number).map(|address| (ip(&address), (1 + number, host_mac(HOSTS[3] + number)))));
        }
        let open = |port: usize| {
            let name = format!("if:p{port}@{}", core.name());
            let name: InterfaceName = name.parse().map_err(|error| anyhow!("{name}: {error}"))?;
            Ok((Interface::open(&name)?, router_mac(port)))
        };
        let ports = if options.direct { Vec::new() } else { (0..2 + REPLICAS).map(open).collect::<Result<_>>()? };
        if options.direct {
            forward(&core, &hosts)?;
        }
        let router = Router::start(ports, hosts, SERVER.map(ip), options.seed)?;
        let mut webs = Vec::new();
        for (name, namespace) in [("origin".to_owned(), &origin)].into_iter().chain((1..).map(|n| format!("r{n}")).zip(&replicas)) {
            webs.extend(options.web.start(namespace, folder.path(), &name)?);
        }
        let agents = (0..REPLICAS).map(|_| None).collect();
        let (modes, clients_gateway, _servers_gateway, exchanged, _webs) = (options.modes, None, None, false, webs);
        let mut lab = Self {
            options,
            agents,
            modes,
            routers: [false; REPLICAS],
            clients_gateway,
            _servers_gateway,
            exchanged,
            ipip: Vec::new(),
            _webs,
            router,
            client,
            origin,
            replicas,
            gates,
            core,
            folder,
        };
        lab.set_paths(|_, path| path);
        for (place, mode) in lab.options.modes.into_iter().enumerate() {
            lab.start_agent(place + 1, mode)?;
        }
        lab.start_clients_gateway()?;
        lab._servers_gateway = Some(lab.run(&lab.gates[1], "server", &lab.servers_file(""))?);
        lab.wait_for_delays()?;
        Ok(lab)
    }

    fn run(&self, namespace: &Namespace, name: &str, file: &str) -> Result<Process> {
        let path = self.file(name);
        std::fs::write(&path, file)?;
        let mut command = namespace.command(&self.options.program, ["--runtime", &self.runtime(name), "run", &path]);
        Process::start_ready(&mut command, &format!("the gateway {name}"))
    }

    fn runtime(&self, name: &str) -> String {
        self.folder.path().join(format!("run-{name}")).display().to_string()
    }

    fn clients_file(&self, more: &str) -> String {
        config::client(self.exchanged, &self.table(), more)
    }

    fn servers_file(&self, more: &str) -> String {
        config::server(&self.options.hold, self.exchanged, more, &self.ipip)
    }

    fn agents_file(&self, number: usize) -> String {
        let place = number - 1;
        let more = if self.ipip.contains(&number) { "encapsulation = \"ipip\"" } else { "" };
        config::agent(number, self.modes[place], self.routers[place], self.exchanged, &self.load_file(number), more)
    }

    /// Where the clients' gateway keeps its table.
    fn table(&self) -> PathBuf {
        self.folder.path().join("client.table")
    }

    /// Has another program in the place of the clients' gateway, between its interfaces `inside` and `wan`; it tells that it is `ready: `.
    ///
    /// # Errors
    /// If it does not start.
    pub fn replace_clients_gateway(&mut self, program: &std::path::Path, arguments: &[&str]) -> Result<()> {
        self.end_clients_gateway();
        let mut command = self.gates[0].command(program, arguments);
        self.clients_gateway = Some(Process::start_ready(&mut command, "what takes the place of the clients' gateway")?);
        Ok(())
    }

    /// CPU time that the clients' gateway has taken.
    ///
    /// # Errors
    /// If it does not run.
    pub fn cpu_of_clients_gateway(&self) -> Result<Duration> {
        let id = self.clients_gateway.as_ref().context("no clients' gateway runs")?.id();
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat"))?;
        // After the name in brackets; the kernel counts in hundredths, whatever its own clock. Source: proc(5), fields 14 and 15.
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        let ticks = |field: usize| fields.get(field - 3).and_then(|ticks| ticks.parse::<u64>().ok()).context("no such field");
        Ok(Duration::from_millis((ticks(14)? + ticks(15)?) * 10))
    }

    fn end_clients_gateway(&mut self) {
        if let Some(gateway) = self.clients_gateway.take() {
            gateway.end();
        }
    }

    fn start_clients_gateway(&mut self) -> Result<()> {
        self.clients_gateway = Some(self.run(&self.gates[0], "client", &self.clients_file(""))?);
        Ok(())
    }

    /// Ends the clients' gateway in order, and starts it again, with the table that it has kept or without it.
    ///
    /// # Errors
    /// If it does not start, or has kept no table.
    pub fn restart_clients_gateway(&mut self, with_table: bool) -> Result<()> {
        self.end_clients_gateway();
        if !with_table {
            std::fs::remove_file(self.table()).context("the clients' gateway has kept no table")?;
        }
        self.start_clients_gateway()
    }

    /// Starts the agent of a replica, from 1, in this mode; one that runs is ended first.
    ///
    /// # Errors
    /// If it does not start.
    pub fn start_agent(&mut self, number: usize, mode: char) -> Result<()> {
        self.end_agent(number);
        self.modes[number - 1] = mode;
        let process = self.run(&self.replicas[number - 1], &format!("r{number}"), &self.agents_file(number))?;
        self.agents[number - 1] = Some(process);
        Ok(())
    }

    /// Has the tunnels of these replicas, from 1, be IP in IP, and those of all others GUE; for agents that start from now on.
    ///
    /// # Errors
    /// If the servers' gateway refuses.
    pub fn set_ipip(&mut self, replicas: &[usize]) -> Result<()> {
        self.ipip = replicas.to_vec();
        self.reload_server("")
    }

    /// The mode of a replica, from 1.
    pub fn mode(&self, number: usize) -> char {
        self.modes[number - 1]
    }

    /// Makes a replica, from 1, a router before its servers, by this device and with the MAC that its next hop has there, and starts its agent anew.
    ///
    /// # Errors
    /// If a program is missing or fails.
    pub fn make_router(&mut self, number: usize, mode: char, device: &str, next_hop: &str) -> Result<()> {
        self.end_agent(number);
        let commands = SERVER.iter().zip(["169.254.0.2", "fe80::2"]).flat_map(|(server, hop)| {
            [
                format!("neigh replace {hop} lladdr {next_hop} dev {device} nud permanent"),
                format!("route replace {server} via {hop} dev {device} onlink"),
            ]
        });
        self.replicas[number - 1].ip(&commands.collect::<Vec<_>>())?;
        self.routers[number - 1] = true;
        self.start_agent(number, mode)
    }

    /// Bridges the origin's place to this device, whose other end is elsewhere, and sends what is for the server to this MAC. The origin itself
    /// gets nothing any more.
    ///
    /// # Errors
    /// If a program is missing or fails.
    pub fn replace_origin(&self, device: &str, next_hop: Mac) -> Result<()> {
        self.origin.set("ipv6/conf/all/disable_ipv6", "1")?;
        self.origin.ip(&[
            "addr flush dev eth0".into(),
            "link add place type bridge mcast_snooping 0 forward_delay 0".into(),
            "link set eth0 master place".into(),
            format!("link set {device} master place up"),
            "link set place up".to_owned(),
        ])?;
        SERVER.iter().for_each(|server| self.router.replace_host(ip(server), next_hop));
        Ok(())
    }

    /// Exchanges the client's key while everything runs: the new one counts everywhere before it is used.
    ///
    /// # Errors
    /// If a gateway or an agent refuses.
    pub fn exchange_keys(&mut self) -> Result<()> {
        self.exchanged = true;
        for number in 1..=REPLICAS {
            self.reload(&format!("r{number}"), &self.agents_file(number))?;
        }
        self.reload_server("")?;
        self.reload("client", &self.clients_file(""))
    }

    fn reload(&self, name: &str, file: &str) -> Result<()> {
        std::fs::write(self.file(name), file)?;
        self.ask(name, &["tell", "reload"]).map(drop)
    }

    /// Gives the servers' gateway more lines for its file, while it runs.
    ///
    /// # Errors
    /// If it refuses.
    pub fn reload_server(&self, more: &str) -> Result<()> {
        self.reload("server", &self.servers_file(more))
    }

    /// The same for the clients' gateway.
    ///
    /// # Errors
    /// If it refuses.
    pub fn reload_client(&self, more: &str) -> Result<()> {
        self.reload("client", &self.clients_file(more))
    }

    /// The file that tells a replica's agent its load.
    pub fn load_file(&self, number: usize) -> PathBuf {
        self.folder.path().join(format!("r{number}.load"))
    }

    /// How often something has happened, by its name in `show`.
    ///
    /// # Errors
    /// If the gateway or agent does not answer.
    pub fn count(&self, name: &str, counter: &str) -> Result<u64> {
        Ok(self.ask(name, &["show"])?["counters"][counter].as_u64().unwrap_or(0))
    }

    /// A visit of the client.
    ///
    /// # Errors
    /// If nobody answers.
    pub fn visit(&self, server: &str) -> Result<Visit> {
        Visit::begin(&self.client, ip(server), None)
    }

    /// The wire by which the network reaches the client's gateway.
    ///
    /// # Errors
    /// If it cannot be opened.
    pub fn towards_client(&self) -> Result<Wire> {
        Wire::open(&format!("if:p0@{}", self.core.name()), host_mac(HOSTS[0]), router_mac(0))
    }

    /// That by which it reaches the servers' gateway.
    ///
    /// # Errors
    /// If it cannot be opened.
    pub fn towards_server(&self) -> Result<Wire> {
        Wire::open(&format!("if:p1@{}", self.core.name()), host_mac(HOSTS[1]), router_mac(1))
    }

    /// The server's own.
    ///
    /// # Errors
    /// If it cannot be opened.
    pub fn of_server(&self) -> Result<Wire> {
        Wire::open(&format!("if:eth0@{}", self.origin.name()), router_mac(1), host_mac(HOSTS[1]))
    }

    /// A look at what the client sends.
    ///
    /// # Errors
    /// If it cannot begin.
    pub fn watch_client_s<T: Default + Send + 'static>(&self, each: impl FnMut(&mut T, &[u8]) + Send + 'static) -> Result<Watch<T>> {
        Watch::begin(&format!("if:inside@{}", self.gates[0].name()), each)
    }

    /// A look at what reaches the client.
    ///
    /// # Errors
    /// If it cannot begin.
    pub fn watch_to_client<T: Default + Send + 'static>(&self, each: impl FnMut(&mut T, &[u8]) + Send + 'static) -> Result<Watch<T>> {
        Watch::begin(&format!("if:eth0@{}", self.client.name()), each)
    }

    /// A look at what a replica sends, as its kernel gives it to the network.
    ///
    /// # Errors
    /// If it cannot begin.
    pub fn watch_replica_s<T: Default + Send + 'static>(
        &self,
        number: usize,
        each: impl FnMut(&mut T, &[u8]) + Send + 'static,
    ) -> Result<Watch<T>> {
        Watch::begin(&format!("if:p{}@{}", 1 + number, self.core.name()), each)
    }

    /// Sets all paths anew: what they are with nothing but their delays, changed.
    pub fn set_paths(&self, change: impl Fn(usize, Path) -> Path) {
        for (from, one) in DELAYS.iter().enumerate() {
            for (to, other) in DELAYS.iter().enumerate() {
                let path = Path { delay: Duration::from_millis(one + other), ..Path::default() };
                self.router.set(from, to, change(from, path));
            }
        }
    }

    /// Ends the agent of a replica in order.
    pub fn end_agent(&mut self, number: usize) {
        if let Some(agent) = self.agents[number - 1].take() {
            agent.end();
        }
    }

    /// Asks a gateway or an agent by its program.
    ///
    /// # Errors
    /// If it does not answer.
    pub fn ask(&self, name: &str, arguments: &[&str]) -> Result<Value> {
        let mut command = std::process::Command::new(&self.options.program);
        command.args(["--json", "--runtime", &self.runtime(name)]).args(arguments);
        let output = hosts::namespace::run(&mut command)?;
        ensure!(!output.stdout.is_empty(), "{name}, {arguments:?}: {}", text(&output.stderr));
        Ok(serde_json::from_slice(&output.stdout)?)
    }

    /// Waits until the servers' gateway knows how far each replica is.
    ///
    /// # Errors
    /// If one is not known in time.
    pub fn wait_for_delays(&self) -> Result<Vec<f64>> {
        let begun = Instant::now();
        loop {
            let report = self.ask("server", &["show"])?;
            let replicas = report["classes"][0]["replicas"].as_array().cloned().unwrap_or_default();
            let delays: Vec<f64> = replicas.iter().filter_map(|replica| replica["delay_ms"].as_f64()).collect();
            if delays.len() == 2 * REPLICAS {
                return Ok(delays);
            }
            ensure!(begun.elapsed() < PATIENCE, "probes were not answered: {report}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Sends a request by curl: who answered, or what curl says.
    ///
    /// # Errors
    /// If curl cannot be started.
    pub fn curl(&self, address: &str) -> Result<String> {
        let output = self.client.run("curl", &["-sS", "-m", "20", &url(address, "/")])?;
        let told = text(&output.stdout);
        Ok(told.split_once(" saw ").map_or_else(|| text(&output.stderr), |(name, _)| name.to_owned()))
    }

    /// Bytes of `/big` that come.
    ///
    /// # Errors
    /// If curl cannot be started.
    pub fn download(&self, address: &str) -> Result<String> {
        let output = self.client.run("curl", &["-sS", "-m", "30", "-o", "/dev/null", "-w", "%{size_download}", &url(address, "/big")])?;
        Ok(text(&output.stdout))
    }

    /// Connections of the client in SYN-RECV at the origin and the replicas.
    ///
    /// # Errors
    /// If the kernel's table cannot be read.
    pub fn half_open(&self) -> Result<usize> {
        let mut open = 0;
        let clients = CLIENT.map(|client| hexadecimal(ip(client)));
        for host in self.replicas.iter().chain([&self.origin]) {
            for table in ["/proc/thread-self/net/tcp", "/proc/thread-self/net/tcp6"] {
                let table = host.within(|| std::fs::read_to_string(table))??;
                let is_open = |line: &&str| {
                    let words: Vec<&str> = line.split_whitespace().collect();
                    words.get(3) == Some(&"03") && clients.iter().any(|client| words[2].contains(client))
                };
                open += table.lines().skip(1).filter(is_open).count();
            }
        }
        Ok(open)
    }

    /// The file of a gateway or an agent.
    pub fn file(&self, name: &str) -> String {
        self.folder.path().join(format!("{name}.toml")).display().to_string()
    }

    /// What the host with an address is called.
    pub fn name_of(&self, address: IpAddr) -> String {
        let number = (1..=REPLICAS).find(|number| replica(*number).iter().any(|own| ip(own) == address));
        number.map_or_else(
            || if SERVER.map(ip).contains(&address) { "origin".into() } else { address.to_string() },
            |number| format!("r{number}"),
        )
    }

    /// The command that asks a gateway or an agent, for people.
    pub fn command(&self, name: &str) -> String {
        format!("{} --runtime {}", self.options.program.display(), self.runtime(name))
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        (1..=REPLICAS).for_each(|number| self.end_agent(number));
        cleanup::forget(&Trace::Folder(self.folder.path().into()));
    }
}

/// An address as the kernel's tables have it: words of four bytes, each from its last byte on.
fn hexadecimal(address: IpAddr) -> String {
    let bytes = match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    };
    bytes.chunks(4).flat_map(|word| word.iter().rev().map(|byte| format!("{byte:02X}"))).collect()
}

/// The address of a page.
pub fn url(address: &str, page: &str) -> String {
    if address.contains(':') { format!("http://[{address}]{page}") } else { format!("http://{address}{page}") }
}

/// A wire between two hosts.
fn link(host: &Namespace, interface: &str, own: Mac, peer: &Namespace, other: &str) -> Result<()> {
    host.ip(&[
        format!("link add {interface} address {} type veth peer name {other} netns {}", mac(own), peer.name()),
        format!("link set {interface} up"),
    ])?;
    peer.ip(&[format!("link set {other} up")])
}

/// A wire to a port of the router.
fn uplink(host: &Namespace, interface: &str, own: Mac, core: &Namespace, port: usize) -> Result<()> {
    link(host, interface, own, core, &format!("p{port}"))?;
    core.ip(&[format!("link set p{port} address {}", mac(router_mac(port)))])
}

/// Lets the kernel forward between all ports.
fn forward(core: &Namespace, hosts: &HashMap<IpAddr, (usize, Mac)>) -> Result<()> {
    for of in ["all", "default"].into_iter().map(str::to_owned).chain((0..2 + REPLICAS).map(|port| format!("p{port}"))) {
        core.set(&format!("ipv6/conf/{of}/disable_ipv6"), "0")?;
    }
    core.set("ipv4/ip_forward", "1")?;
    core.set("ipv6/conf/all/forwarding", "1")?;
    let commands = hosts.iter().flat_map(|(address, (port, own))| {
        let neighbour = format!("neigh add {address} lladdr {} dev p{port} nud permanent", mac(*own));
        [format!("route add {address} dev p{port}"), neighbour]
    });
    core.ip(&commands.collect::<Vec<_>>())
}

/// Gives a host its addresses, and the router as its way out.
fn settle(host: &Namespace, interface: &str, addresses: &[String; 2], port: usize) -> Result<()> {
    let router = mac(router_mac(port));
    host.ip(&[
        format!("addr add {}/32 dev {interface}", addresses[0]),
        format!("addr add {}/128 dev {interface} nodad", addresses[1]),
        format!("neigh add 169.254.0.1 lladdr {router} dev {interface} nud permanent"),
        format!("route add default via 169.254.0.1 dev {interface} onlink src {}", addresses[0]),
        format!("neigh add fe80::1 lladdr {router} dev {interface} nud permanent"),
        format!("route add default via fe80::1 dev {interface} onlink src {}", addresses[1]),
    ])
}
