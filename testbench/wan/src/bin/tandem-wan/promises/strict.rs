//! Hosts that are strict, busy or restarted, and clients with wishes of their own.

use super::attacks::replicas;
use super::{SETTLED, Seen, begin};
use anyhow::{Context as _, Result};
use hosts::namespace::{Namespace, text};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::time::{Duration, Instant};
use wan::config::{BACKLOG, OTHER_PORT, REPLICAS, SERVER, ip};
use wan::lab::{Lab, url};
use wan::visit::Visit;

/// Races until a winner is the wanted one: on a loaded machine a copy may leave late.
const TRIES: usize = 4;
/// Bytes that are taken before something happens to a transfer.
const BEGUN: usize = 100_000;
/// Time for an agent to look at its load.
const LOOK: Duration = Duration::from_millis(100);
/// How long a transfer that is lost is waited for.
const LOST: Duration = Duration::from_secs(2);
/// The port of the client that is used again and again.
const PORT: u16 = 45_000;

/// How a visit ends.
type Close = fn(Visit) -> Result<()>;

/// A host's firewall that lets nothing through that it has not seen begin.
const FIREWALL: &str = "table inet strict {
  chain input { type filter hook input priority 0; policy drop;
    ct state invalid counter drop comment \"invalid\"
    ct state established,related counter accept comment \"established\"
    iif lo accept
    meta l4proto ipv6-icmp accept
    udp dport 6080 accept
    tcp dport 80 ct state new accept
  }
}";

impl Seen {
    /// What hosts do in their own ways changes nothing either.
    pub(crate) fn of_hosts(&mut self, lab: &mut Lab, modes: [char; REPLICAS]) -> Result<()> {
        let name = begin(lab, modes)?;
        self.of_offloads(lab, &name, modes[0])?;
        self.of_strict_firewall(lab, &name, modes[0])?;
        self.of_load(lab, &name)?;
        self.of_reused_ports(lab, &name)?;
        self.of_options(lab, &name)?;
        self.of_restart(lab, &name, modes == ['A'; REPLICAS])
    }

    /// The kernels leave segments uncut and checksums unfinished, and all arrives.
    fn of_offloads(&mut self, lab: &Lab, name: &str, mode: char) -> Result<()> {
        let watch = lab.watch_replica_s(1, |longest: &mut usize, frame| *longest = (*longest).max(frame.len()))?;
        let whole = (0..TRIES).any(|_| {
            let whole = || -> Result<bool> {
                let mut visit = lab.visit(SERVER[0])?;
                let nearest = visit.who()? == "r1";
                let length = visit.begin_big(0)?;
                visit.take(length)?;
                Ok(nearest)
            };
            whole().unwrap_or(false)
        });
        let longest = watch.end()?;
        // In mode C a segment is in a datagram of its own.
        let kept = whole && (longest > 1514 || mode == 'C');
        self.promises.tell(kept, &format!("{name}: offloads are left on"), &format!("1 MB, {longest} bytes uncut at r1"));
        Ok(())
    }

    /// A replica whose own firewall tracks connections and whose reverse-path filter is strict.
    fn of_strict_firewall(&mut self, lab: &mut Lab, name: &str, mode: char) -> Result<()> {
        let filters = |host: &Namespace, value: &str| {
            ["all", "default", "eth0"].iter().try_for_each(|of| host.set(&format!("ipv4/conf/{of}/rp_filter"), value))
        };
        lab.end_agent(1);
        filters(&lab.replicas[0], "1")?;
        lab.replicas[0].nft(FIREWALL)?;
        lab.start_agent(1, mode)?;
        lab.wait_for_delays()?;
        // What began before the firewall, and was never seen by it to begin, has ended by then.
        std::thread::sleep(SETTLED);
        let before = passed(&lab.replicas[0])?;
        for server in SERVER {
            let seen = nearest_serves(lab, server, "r1")?;
            self.promises.tell(seen == "r1, 1 MB", &format!("{name}: strict firewall at r1, {server}"), &seen);
        }
        let after = passed(&lab.replicas[0])?;
        let [invalid, established] = [0, 1].map(|of| after[of] - before[of]);
        // What began before the firewall may end under its eyes, and is strange to it.
        let kept = invalid * 100 <= established && established > 0;
        self.promises.tell(
            kept,
            &format!("{name}: and it finds nothing invalid"),
            &format!("{invalid} invalid, {established} established"),
        );
        if mode != 'C' {
            // What the agent sets for its TUN is needed: without it the kernel drops what the agent gives it.
            lab.replicas[0].set("ipv4/conf/tandem-tun/rp_filter", "1")?;
            let who = lab.visit(SERVER[0])?.who()?;
            self.promises.tell(who != "r1", &format!("{name}: nor would it pass without our setting"), &format!("{who} answers"));
        }
        lab.replicas[0].nft("delete table inet strict")?;
        filters(&lab.replicas[0], "0")?;
        lab.start_agent(1, mode)?;
        lab.wait_for_delays().map(drop)
    }

    /// Busy by the file of a load agent, and by a queue of connections that nobody accepts.
    fn of_load(&mut self, lab: &Lab, name: &str) -> Result<()> {
        std::fs::write(lab.load_file(1), "busy\n")?;
        std::thread::sleep(LOOK);
        let (who, load) = (lab.visit(SERVER[0])?.who()?, load(lab)?);
        self.promises.tell(who != "r1" && load == "busy", &format!("{name}: r1 is busy by its load file"), &format!("{who} answers"));
        std::fs::remove_file(lab.load_file(1))?;
        self.who_at_last(lab, &format!("{name}: r1 is ready again"), "r1")?;
        let queue = lab.replicas[0].within(|| -> Result<_> {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, OTHER_PORT))?;
            let to = SocketAddr::from((Ipv4Addr::LOCALHOST, OTHER_PORT));
            let waiting: Vec<TcpStream> = (0..BACKLOG + 5).map(|_| TcpStream::connect(to)).collect::<Result<_, _>>()?;
            Ok((listener, waiting))
        })??;
        std::thread::sleep(LOOK);
        let waits = lab.ask("r1", &["show"])?["replica"]["queue"].as_u64().unwrap_or(0);
        let who = lab.visit(SERVER[0])?.who()?;
        let kept = who != "r1" && waits >= BACKLOG as u64;
        self.promises.tell(kept, &format!("{name}: r1 is busy by its queue"), &format!("{who} answers, {waits} wait at r1"));
        drop(queue);
        self.who_at_last(lab, &format!("{name}: and accepts again"), "r1")
    }

    /// One port of the client again and again, while the winner changes, and each end closes first.
    fn of_reused_ports(&mut self, lab: &Lab, name: &str) -> Result<()> {
        lab.client.set("ipv4/tcp_tw_reuse", "1")?;
        let closes: [(&str, Close); 3] = [("server", Visit::let_close), ("client", Visit::close), ("RST", Visit::reset)];
        let (mut good, mut all, mut seen) = (0, 0, Vec::new());
        for server in SERVER {
            for (closer, close) in closes {
                for drained in [false, true] {
                    lab.ask("r1", &["tell", if drained { "drain" } else { "ready" }])?;
                    all += 1;
                    let mut visit = again(lab, server).with_context(|| format!("after {closer} has closed"))?;
                    let who = visit.who()?;
                    good += usize::from(who != "r1" || !drained);
                    seen.push(who);
                    close(visit)?;
                }
            }
        }
        lab.ask("r1", &["tell", "ready"])?;
        seen.sort();
        seen.dedup();
        let kept = good == all && seen.len() > 1;
        let seen = format!("{good} of {all}, by {}", seen.join(", "));
        self.promises.tell(kept, &format!("{name}: a port again, with another winner"), &seen);
        Ok(())
    }

    /// A client whose SYN asks for Fast Open, which only one server may be asked for.
    fn of_options(&mut self, lab: &Lab, name: &str) -> Result<()> {
        let before = lab.count("client", "untagged_option")?;
        let output = lab.client.run("curl", &["-sS", "-m", "20", "--tcp-fastopen", &url(SERVER[0], "/")])?;
        let told = text(&output.stdout) + &text(&output.stderr);
        let untagged = lab.count("client", "untagged_option")? - before;
        let kept = told.starts_with("origin saw") && untagged > 0;
        self.promises.tell(kept, &format!("{name}: Fast Open, the origin answers"), &told);
        Ok(())
    }

    /// The clients' gateway is ended and started again in the middle of a transfer.
    fn of_restart(&mut self, lab: &mut Lab, name: &str, once_without: bool) -> Result<()> {
        for server in SERVER {
            let mut visit = replicas(lab, server)?;
            let length = visit.begin_big(0)?;
            visit.take(BEGUN)?;
            let begun = Instant::now();
            lab.restart_clients_gateway(true)?;
            let gone = begun.elapsed().as_millis();
            let ended = visit.take(length - BEGUN);
            let seen = ended.as_ref().map_or_else(|error| format!("{error:#}"), |()| format!("1 MB, {gone} ms to be back"));
            self.promises.tell(ended.is_ok(), &format!("{name}: gateway restarted, {server}"), &seen);
        }
        if once_without {
            let mut visit = replicas(lab, SERVER[0])?;
            let length = visit.begin_big(0)?;
            visit.take(BEGUN)?;
            lab.restart_clients_gateway(false)?;
            visit.wait_at_most(LOST)?;
            let ended = visit.take(length - BEGUN);
            let seen = ended.as_ref().map_or_else(|error| format!("{error:#}"), |()| "1 MB".into());
            self.promises.tell(ended.is_err(), &format!("{name}: without its table it is lost"), &seen);
        }
        Ok(())
    }

    /// Who answers after some races at most is the wanted one.
    fn who_at_last(&mut self, lab: &Lab, what: &str, wanted: &str) -> Result<()> {
        let seen = nearest_serves(lab, SERVER[0], wanted)?;
        self.promises.tell(seen == format!("{wanted}, 1 MB"), what, &seen);
        Ok(())
    }
}

/// Packets that the firewall has found invalid, and of connections that it knows.
fn passed(host: &Namespace) -> Result<[u64; 2]> {
    let rules = text(&host.run("nft", &["list", "table", "inet", "strict"])?.stdout);
    let count = |what: &str| {
        let lines = rules.lines().filter(|line| line.contains(what));
        lines.filter_map(|line| line.split_once("packets ")?.1.split(' ').next()?.parse::<u64>().ok()).sum()
    };
    Ok(["\"invalid\"", "\"established\""].map(count))
}

fn load(lab: &Lab) -> Result<String> {
    Ok(lab.ask("r1", &["show"])?["replica"]["load"].as_str().unwrap_or_default().to_owned())
}

/// Who has served, after a few races until it is the wanted one, and what of `/big` has come from there.
pub(super) fn nearest_serves(lab: &Lab, server: &str, wanted: &str) -> Result<String> {
    let mut seen = String::new();
    for _ in 0..TRIES {
        let mut visit = lab.visit(server)?;
        seen = visit.who()?;
        if seen == wanted {
            let length = visit.begin_big(0)?;
            visit.take(length)?;
            return Ok(format!("{seen}, {} MB", length / 1_000_000));
        }
    }
    Ok(seen)
}

/// A visit from the port, as soon as the kernel gives it again.
fn again(lab: &Lab, server: &str) -> Result<Visit> {
    let (begun, server): (_, IpAddr) = (Instant::now(), ip(server));
    loop {
        match Visit::begin(&lab.client, server, Some(PORT)) {
            Ok(visit) => return Ok(visit),
            Err(error) if begun.elapsed() > Duration::from_secs(5) => return Err(error),
            Err(_) => std::thread::sleep(Duration::from_millis(20)),
        }
    }
}
