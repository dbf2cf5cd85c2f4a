//! What a connection and a gigabyte cost through a traffic manager, beside the kernel's own translation and two proxies.
//!
//! `cargo bench -p manager --bench manager`, or `./justw manager-bench`; as root, with nft, nginx (and its module stream) and haproxy. `--rounds N`.
//!
//! A client, a host between, a server, each a network namespace. In each round every contender has a turn, with a new site. What is counted is the CPU
//! time of client, server, contender and the kernel's softirq threads, less that of the same with plain routing in the same round: a contender's own
//! time would tell little, because what it sends is received in its name, and a kernel's translation has no process at all.

use anyhow::{Context as _, Result, bail, ensure};
use hosts::namespace::Namespace;
use nix::time::ClockId;
use ring::xdp::features::{Feature, switch};
use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::{Duration, Instant};

/// Connections of a turn, and how many at once.
const CONNECTIONS: usize = 3000;
const AT_ONCE: usize = 16;
/// Bytes of an answer to a short question.
const SHORT: u64 = 100;
/// Questions of a turn that follow each other on one connection, of each who asks.
const KEPT_ALIVE: usize = 2000;
/// Bytes of a turn's long answer.
const LONG: u64 = 300_000_000;
/// After so long, a manager has noticed that its hosts have changed.
const NOTICED: Duration = Duration::from_millis(2500);
/// How long anything may take.
const BUDGET: Duration = Duration::from_secs(60);

/// Debian's nginx: the module that passes streams on goes with no other.
const NGINX: &str = "/usr/sbin/nginx";
const NGINX_STREAM: &str = "/usr/lib/nginx/modules/ngx_stream_module.so";

const SERVER: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 1);
const VIRTUAL: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 7);
const PORT: u16 = 80;

/// What stands between client and server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Contender {
    Direct,
    Nft,
    Nginx,
    Haproxy,
    ManagerByPacketSockets,
    ManagerByXdp,
    ManagerInBulk,
}

use Contender::{Direct, Haproxy, ManagerByPacketSockets, ManagerByXdp, ManagerInBulk, Nft, Nginx};

impl Contender {
    fn name(self) -> &'static str {
        match self {
            Direct => "routing",
            Nft => "nft, DNAT",
            Nginx => "nginx, stream",
            Haproxy => "haproxy, tcp",
            ManagerByPacketSockets => "tandem-manager, packet",
            ManagerByXdp => "tandem-manager, xdp",
            ManagerInBulk => "tandem-manager, bulk",
        }
    }
}

/// How many things are measured.
const MEASURED: usize = 5;
/// What is measured, in seconds of CPU time: of a connection, of a question on a connection that stays, of a gigabyte as hosts send it, of a gigabyte in
/// packets whose checksums are left to the card, and of one as it comes from a wire, with its checksums, to hosts that put packets together.
const MEASURES: [(&str, f64, &str); MEASURED] = [
    ("a connection", 1e6, "us"),
    ("a kept-alive request", 1e6, "us"),
    ("a GB", 1.0, "s"),
    ("a GB in single packets", 1.0, "s"),
    ("a GB as from a wire", 1.0, "s"),
];

struct Site {
    client: Namespace,
    between: Namespace,
    server: Namespace,
    folder: tempfile::TempDir,
}

impl Site {
    fn new(number: usize) -> Result<Self> {
        let host = |role: &str| Namespace::new(format!("tbench{}-{number}{role}", std::process::id()));
        let site = Self { client: host("c")?, between: host("m")?, server: host("s")?, folder: tempfile::tempdir()? };
        for host in [&site.client, &site.between, &site.server] {
            host.set("ipv6/conf/default/disable_ipv6", "1")?;
        }
        for (inner, host, network, last) in [("outer", &site.client, "192.0.2", 1), ("inner", &site.server, "10.0.0", 1)] {
            site.between.ip(&[
                format!("link add {inner} type veth peer name wire netns {}", host.name()),
                format!("link set {inner} up"),
                format!("address add {network}.254/24 dev {inner}"),
            ])?;
            host.ip(&[
                "link set wire up".to_owned(),
                format!("address add {network}.{last}/24 dev wire"),
                format!("route add default via {network}.254"),
            ])?;
        }
        Ok(site)
    }

    /// Writes a file, and returns its path.
    fn file(&self, name: &str, text: &str) -> Result<String> {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text)?;
        Ok(path.display().to_string())
    }

    fn start(&self, contender: Contender) -> Result<Option<Running>> {
        let folder = self.folder.path().display();
        let (program, arguments) = match contender {
            Direct | Nft => {
                self.between.set("ipv4/ip_forward", "1")?;
                if contender == Nft {
                    let rule = format!("ip daddr {VIRTUAL} tcp dport {PORT} dnat to {SERVER}:{PORT}");
                    self.between
                        .nft(&format!("table ip bench {{ chain before {{ type nat hook prerouting priority -100; {rule}\n}}\n}}\n"))?;
                }
                return Ok(None);
            }
            Nginx => {
                self.between.ip(&[format!("address add {VIRTUAL}/32 dev lo")])?;
                let text = format!(
                    "load_module {NGINX_STREAM};\ndaemon off; master_process off; pid {folder}/pid; error_log stderr;\n\
                     events {{ worker_connections 4096; }}\nstream {{ server {{ listen {VIRTUAL}:{PORT}; proxy_pass {SERVER}:{PORT}; }} }}\n"
                );
                (NGINX, vec!["-c".to_owned(), self.file("nginx.conf", &text)?])
            }
            Haproxy => {
                self.between.ip(&[format!("address add {VIRTUAL}/32 dev lo")])?;
                let text = format!(
                    "global\n nbthread 1\ndefaults\n mode tcp\n timeout connect 5s\n timeout client 60s\n timeout server 60s\n\
                     listen web\n bind {VIRTUAL}:{PORT}\n server one {SERVER}:{PORT}\n"
                );
                ("haproxy", vec!["-db".to_owned(), "-f".to_owned(), self.file("haproxy.cfg", &text)?])
            }
            ManagerByPacketSockets | ManagerByXdp | ManagerInBulk => {
                let io = match contender {
                    ManagerByPacketSockets => "io = \"packet\"",
                    ManagerByXdp => "io = \"xdp\"",
                    _ => "io = \"xdp\"\nbulk = true",
                };
                let text = format!(
                    "interfaces = [\"outer\", \"inner\"]\n{io}\nworkers = 1\nbind_workers = false\nconnections = 65536\ndrain = 0\n\
                     [[server]]\nname = \"one\"\naddress = \"{SERVER}\"\n\
                     [[service]]\nname = \"web\"\naddress = \"{VIRTUAL}\"\nports = {PORT}\nservers = [\"one\"]\n"
                );
                let file = self.file("manager.toml", &text)?;
                (env!("CARGO_BIN_EXE_tandem-manager"), vec!["run".to_owned(), file, "--socket".to_owned(), format!("{folder}/socket")])
            }
        };
        let mut command = self.between.command(program, arguments);
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().with_context(|| program.to_owned())?;
        Ok(Some(Running(child)))
    }
}

/// A program between; it ends with this.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// CPU time of the threads of a process, in seconds.
fn of_process(process: u32) -> f64 {
    let Ok(threads) = std::fs::read_dir(format!("/proc/{process}/task")) else { return 0.0 };
    let of_thread = |path: std::path::PathBuf| {
        let text = std::fs::read_to_string(path.join("schedstat")).unwrap_or_default();
        text.split(' ').next().and_then(|nanoseconds| nanoseconds.parse::<f64>().ok()).unwrap_or(0.0) / 1e9
    };
    threads.flatten().map(|thread| of_thread(thread.path())).sum()
}

/// The kernel's threads for what no process waits for.
fn softirq_threads() -> Result<Vec<u32>> {
    let mut all = vec![];
    for entry in std::fs::read_dir("/proc")?.flatten() {
        let name = std::fs::read_to_string(entry.path().join("comm")).unwrap_or_default();
        if name.starts_with("ksoftirqd/") {
            all.extend(entry.file_name().to_str().and_then(|number| number.parse::<u32>().ok()));
        }
    }
    ensure!(!all.is_empty(), "/proc shows no ksoftirqd: run it outside of a container");
    Ok(all)
}

/// CPU time so far of all who take part: client and server are threads of this process.
fn spent(running: Option<&Running>, softirqs: &[u32]) -> f64 {
    let own = ClockId::CLOCK_PROCESS_CPUTIME_ID.now().map_or(0.0, |time| Duration::from(time).as_secs_f64());
    own + running.map_or(0.0, |running| of_process(running.0.id())) + softirqs.iter().map(|thread| of_process(*thread)).sum::<f64>()
}

/// Answers each question, of eight bytes, with as many bytes as it asks for, until the client has no more.
fn serve(listener: TcpListener) {
    let listener = Arc::new(listener);
    for _ in 0..AT_ONCE {
        let listener = listener.clone();
        std::thread::spawn(move || {
            let block = vec![7; 1 << 18];
            while let Ok((mut stream, _)) = listener.accept() {
                let _ = stream.set_nodelay(true);
                let mut question = [0; 8];
                while let Ok(()) = stream.read_exact(&mut question) {
                    let mut rest = u64::from_be_bytes(question) as usize;
                    while rest > 0 {
                        let Ok(sent) = stream.write(&block[..rest.min(block.len())]) else { break };
                        rest -= sent;
                    }
                }
            }
        });
    }
}

/// Asks on one connection, so many times, for so many bytes, and gets them.
fn ask(to: SocketAddr, times: usize, bytes: u64, room: &mut [u8]) -> Result<()> {
    let mut stream = TcpStream::connect_timeout(&to, BUDGET)?;
    stream.set_read_timeout(Some(BUDGET))?;
    stream.set_nodelay(true)?;
    for _ in 0..times {
        stream.write_all(&bytes.to_be_bytes())?;
        let mut got = 0;
        while got < bytes {
            match stream.read(room)? {
                0 => bail!("{got} of {bytes} bytes have come"),
                more => got += more as u64,
            }
        }
    }
    Ok(())
}

/// A turn of a contender: each measure.
fn turn(number: usize, contender: Contender, softirqs: &[u32]) -> Result<[f64; MEASURED]> {
    let site = Site::new(number)?;
    let to = SocketAddr::new(IpAddr::V4(if contender == Direct { SERVER } else { VIRTUAL }), PORT);
    serve(site.server.within(|| TcpListener::bind((SERVER, PORT)))??);
    let running = site.start(contender)?;
    let within = |work: &(dyn Fn() -> Result<()> + Sync)| site.client.within(work)?;
    let begun = Instant::now();
    while within(&|| ask(to, 1, SHORT, &mut [0; 256])).is_err() {
        ensure!(begun.elapsed() < BUDGET, "{} does not serve", contender.name());
        std::thread::sleep(Duration::from_millis(20));
    }
    let measured = |work: &(dyn Fn() -> Result<()> + Sync)| {
        let before = spent(running.as_ref(), softirqs);
        within(work)?;
        anyhow::Ok(spent(running.as_ref(), softirqs) - before)
    };
    let at_once = |work: &(dyn Fn(&mut [u8]) -> Result<()> + Sync)| {
        measured(&|| {
            // A thread inherits the namespace of the one that starts it.
            std::thread::scope(|scope| {
                let all: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(|| work(&mut [0; 256]))).collect();
                all.into_iter().try_for_each(|thread| thread.join().expect("it does not panic"))
            })
        })
    };
    let next = AtomicUsize::new(0);
    let connections = at_once(&|room| {
        while next.fetch_add(1, SeqCst) < CONNECTIONS {
            ask(to, 1, SHORT, room)?;
        }
        Ok(())
    })?;
    let kept_alive = at_once(&|room| ask(to, KEPT_ALIVE, SHORT, room))?;
    let long = || measured(&|| ask(to, 1, LONG, &mut vec![0; 1 << 18]));
    let gigabytes = LONG as f64 / 1e9;
    let as_sent = long()?;
    for host in [&site.client, &site.server] {
        host.ip(&["link set wire gso_max_segs 1"])?;
    }
    let single = long()?;
    for host in [&site.client, &site.server] {
        host.within(|| switch("wire", Feature::TransmitChecksums, false).and_then(|()| switch("wire", Feature::Gro, true)))??;
    }
    // The manager looks once a second where it may redirect.
    std::thread::sleep(NOTICED);
    let from_wire = long()?;
    let requests = (AT_ONCE * KEPT_ALIVE) as f64;
    Ok([connections / CONNECTIONS as f64, kept_alive / requests, as_sent / gigabytes, single / gigabytes, from_wire / gigabytes])
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 { values[middle] } else { f64::midpoint(values[middle - 1], values[middle]) }
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let rounds: usize = match &arguments[..] {
        [] => 5,
        [flag, rounds] if flag == "--rounds" => {
            rounds.parse().ok().filter(|rounds| *rounds > 0).context("--rounds takes a number from 1 on")?
        }
        _ => bail!("unknown arguments {arguments:?}: there is --rounds N"),
    };
    ensure!(hosts::user::is_root(), "run it as root: it makes network namespaces, and programs of XDP take root of the host");
    hosts::namespace::need(&["ip", "nft", NGINX, "haproxy"])
        .and_then(|()| if std::path::Path::new(NGINX_STREAM).exists() { Ok(()) } else { bail!("{NGINX_STREAM} is not there") })
        .context("`apt-get install nftables nginx libnginx-mod-stream haproxy` installs those beside which it measures")?;
    let softirqs = softirq_threads()?;
    let contenders = [Direct, Nft, Nginx, Haproxy, ManagerByPacketSockets, ManagerByXdp, ManagerInBulk];
    let mut added: BTreeMap<Contender, [Vec<f64>; MEASURED]> = BTreeMap::new();
    let mut routed: [Vec<f64>; MEASURED] = Default::default();
    for round in 0..rounds {
        let mut direct = [0.0; MEASURED];
        for (place, contender) in contenders.into_iter().enumerate() {
            let spent = turn(round * contenders.len() + place, contender, &softirqs)
                .with_context(|| format!("round {}, {}", round + 1, contender.name()))?;
            if contender == Direct {
                direct = spent;
                routed.iter_mut().zip(spent).for_each(|(all, spent)| all.push(spent));
                continue;
            }
            let differences = spent.iter().zip(direct).map(|(spent, direct)| spent - direct);
            added.entry(contender).or_default().iter_mut().zip(differences).for_each(|(all, difference)| all.push(difference));
        }
        eprintln!("round {} of {rounds}", round + 1);
    }
    for (at, (measure, scale, unit)) in MEASURES.into_iter().enumerate() {
        println!(
            "CPU of {measure}, {unit}: by routing {:.2}; added to it, median of {rounds} rounds [least to most]",
            median(&mut routed[at]) * scale
        );
        let mut medians = BTreeMap::new();
        for (contender, all) in &mut added {
            let values = &mut all[at];
            let middle = median(values);
            medians.insert(*contender, middle);
            println!(
                "  {:<24} {:>8.2} [{:.2} to {:.2}]",
                contender.name(),
                middle * scale,
                values[0] * scale,
                values[values.len() - 1] * scale
            );
        }
        for contender in [ManagerByPacketSockets, ManagerByXdp, ManagerInBulk] {
            // What adds nothing that can be measured is no measure.
            let ratio = |other: Contender| match medians[&other] {
                other if other > 0.0 => format!("{:.2}", medians[&contender] / other),
                _ => "?".to_owned(),
            };
            println!("  {:<24} {} of nginx, {} of haproxy, {} of nft", contender.name(), ratio(Nginx), ratio(Haproxy), ratio(Nft));
        }
    }
    Ok(())
}
