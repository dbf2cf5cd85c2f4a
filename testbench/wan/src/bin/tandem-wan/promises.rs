//! What is promised, and what was seen.

mod attacks;
mod many;
mod strict;

use anyhow::Result;
use hosts::namespace::text;
use hosts::promises::Promises;
use hosts::web::BIG;
use operator::output;
use serde_json::Value;
use std::net::IpAddr;
use std::time::{Duration, Instant};
use strict::nearest_serves;
use wan::config::{CLIENT, METRICS, REPLICAS, SERVER, ip, replica};
use wan::lab::Lab;
use wan::network::Path;
use wan::segment::is_foreign;

/// Time until the farthest has answered a race, and was reset.
const SETTLED: Duration = Duration::from_millis(400);
/// How long something may take to come about.
const BUDGET: Duration = Duration::from_secs(20);
/// Requests of each kind.
const REQUESTS: usize = 3;

/// Promises of a lab.
pub(crate) struct Seen {
    promises: Promises<'static>,
    /// Whether there is a hold: without one the origin is the first.
    held: bool,
}

impl Seen {
    pub(crate) fn new(held: bool) -> Self {
        Self { promises: Promises::new(|line| output::print(format_args!("{line}\n"))), held }
    }

    pub(crate) fn end(self) -> bool {
        self.promises.end()
    }

    /// The nearest replica wins in these modes, over both families, and nobody is left half open.
    pub(crate) fn of_modes(&mut self, lab: &mut Lab, modes: [char; REPLICAS]) -> Result<()> {
        let name = begin(lab, modes)?;
        let nearest = if self.held { "r1" } else { "origin" };
        for server in SERVER {
            // Segments that follow each other reach the client as one, so bytes tell whether all were looked at.
            let watch = lab.watch_to_client(|(all, bytes, foreign): &mut (usize, usize, usize), frame| {
                *all += 1;
                *bytes += frame.len();
                *foreign += usize::from(is_foreign(frame, &SERVER.map(ip)));
            })?;
            // The farthest has answered the race before by then.
            std::thread::sleep(SETTLED);
            lab.router.answers();
            let mut won = 0;
            for _ in 0..REQUESTS {
                won += usize::from(lab.curl(server)? == nearest);
            }
            // On a loaded machine a copy may leave late; who was first on the wire is judged below.
            self.promises.tell(won * 2 > REQUESTS, &format!("{name}: {nearest} wins most at {server}"), &format!("{won} of {REQUESTS}"));
            let bytes = lab.download(server)?;
            self.promises.tell(bytes == BIG.to_string(), &format!("{name}: 1 MB, offloads left on"), &format!("{bytes} bytes"));
            let (all, bytes, foreign) = watch.end()?;
            let kept = foreign == 0 && bytes > BIG;
            self.promises.tell(
                kept,
                &format!("{name}: the client sees the server only"),
                &format!("{foreign} of {all} packets are others"),
            );
            self.of_judge(lab, &name)?;
        }
        // No SYN-ACK is repeated before a second is over.
        std::thread::sleep(SETTLED);
        let half_open = lab.half_open()?;
        self.promises.tell(half_open == 0, &format!("{name}: nobody is left half open"), &format!("{half_open} in SYN-RECV"));
        Ok(())
    }

    /// The gateway's winners are the first answers on the wire.
    pub(crate) fn of_judge(&mut self, lab: &Lab, name: &str) -> Result<()> {
        let answers = lab.router.answers();
        let races = lab.ask("client", &["trace", CLIENT[0]])?.as_array().cloned().unwrap_or_default();
        let more = lab.ask("client", &["trace", CLIENT[1]])?.as_array().cloned().unwrap_or_default();
        let (mut agreed, mut judged) = (0, 0);
        let mut clients: Vec<_> = answers.iter().map(|answer| answer.client).collect();
        clients.sort();
        clients.dedup();
        for client in clients {
            let first = answers.iter().find(|answer| answer.client == client).map(|answer| answer.from);
            let race = races.iter().chain(&more).find(|race| race["client"] == client.to_string());
            let winner = race.and_then(|race| race["winner"].as_str()).unwrap_or("none");
            let winner: Option<IpAddr> = if winner == "server" {
                Some(ip(SERVER[usize::from(client.is_ipv6())]))
            } else {
                winner.split(' ').next().and_then(|a| a.parse().ok())
            };
            judged += 1;
            if winner.is_some() && winner == first {
                agreed += 1;
            } else {
                output::print(format_args!("        {client}: first was {first:?}, the gateway has {}\n", race.unwrap_or(&Value::Null)));
            }
        }
        self.promises.tell(
            judged > 0 && agreed == judged,
            &format!("{name}: winners were first on the wire"),
            &format!("{agreed} of {judged}"),
        );
        Ok(())
    }

    /// Paths with loss and jitter, a narrow path, and one that takes options away.
    pub(crate) fn of_bad_paths(&mut self, lab: &mut Lab, modes: [char; REPLICAS]) -> Result<()> {
        let (name, lab) = (begin(lab, modes)?, &*lab);
        let answered = |server: &str| -> Result<usize> {
            let mut answered = 0;
            for _ in 0..REQUESTS {
                let who = lab.curl(server)?;
                answered += usize::from(who == "origin" || who.starts_with('r'));
            }
            Ok(answered)
        };
        lab.set_paths(|_, path| Path { loss: 0.1, jitter: Duration::from_millis(3), reorders: true, ..path });
        for server in SERVER {
            self.promises.tell_count(&format!("{name}: 10% loss, jitter, {server}"), answered(server)?, REQUESTS);
        }
        lab.set_paths(|_, path| Path { mtu: 1400, ..path });
        for server in SERVER {
            let bytes = lab.download(server)?;
            self.promises.tell(bytes == BIG.to_string(), &format!("{name}: 1 MB over 1,400 bytes, {server}"), &format!("{bytes} bytes"));
        }
        for server in SERVER {
            let mut visit = lab.visit(server)?;
            let whole = visit.begin_big(7000).and_then(|length| visit.take(length).map(|()| length));
            let seen = whole.as_ref().map_or_else(|error| format!("{error:#}"), |length| format!("7000 bytes, {length} bytes"));
            self.promises.tell(whole.is_ok(), &format!("{name}: 7 kB there, 1 MB back over 1,400"), &seen);
        }
        // Mode C needs 1,328 bytes of IPv6: its first connection is reset at once, and the next goes to somebody else.
        lab.set_paths(|_, path| Path { mtu: 1300, ..path });
        let mut told = Vec::new();
        while told.len() < 2 && told.last() != Some(&BIG.to_string()) {
            told.push(lab.download(SERVER[1])?);
        }
        let kept = told.last() == Some(&BIG.to_string());
        self.promises.tell(kept, &format!("{name}: 1 MB over 1,300 bytes of IPv6"), &format!("{} bytes", told.join(", then ")));
        lab.set_paths(|_, path| Path { strips: true, ..path });
        let mut origin = 0;
        for _ in 0..REQUESTS {
            origin += usize::from(lab.curl(SERVER[0])? == "origin");
        }
        self.promises.tell_count(&format!("{name}: tags taken away, the origin answers"), origin, REQUESTS);
        lab.set_paths(|_, path| path);
        Ok(())
    }

    /// What an operator does and reads while connections come: metrics, a look, an exchange of keys.
    pub(crate) fn of_operation(&mut self, lab: &mut Lab) -> Result<()> {
        let winner = if self.held { format!("who=\"{}\",fate=\"won\"", replica(1)[0]) } else { "who=\"server\",fate=\"won\"".into() };
        let page = lab.gates[0].run("curl", &["-sS", "-m", "5", &format!("http://{METRICS}/metrics")])?;
        let page = text(&page.stdout);
        let line = page.lines().find(|line| line.contains(&winner)).unwrap_or("nothing of it");
        let wins: Option<u64> = line.rsplit(' ').next().and_then(|count| count.parse().ok());
        self.promises.tell(wins.is_some_and(|wins| wins > 0), "metrics tell who wins", line.trim_start_matches("tandem_gateway_"));
        let watched = lab.ask("server", &["watch", "--count", "1"])?;
        let probed = watched["rates"]["probed"].as_f64().unwrap_or_default();
        self.promises.tell(probed > 0.0, "watch tells what happens", &format!("{probed} probes a second"));
        lab.exchange_keys()?;
        self.who(lab, "keys are exchanged, and races go on", if self.held { "r1" } else { "origin" })
    }

    /// The nearest is killed, the next one drains, all are gone, the origin refuses.
    pub(crate) fn of_failures(&mut self, lab: &mut Lab) -> Result<()> {
        if !self.held {
            return Ok(());
        }
        self.of_ipip(lab)?;
        self.of_spoofing(lab)?;
        lab.end_agent(1);
        self.who(lab, "r1 is dead: r2 answers", "r2")?;
        lab.ask("r2", &["tell", "drain"])?;
        self.who(lab, "r2 drains: r3 or the origin answers", "r3 or origin")?;
        lab.ask("r2", &["tell", "ready"])?;
        self.who(lab, "r2 is back", "r2")?;
        lab.origin.nft("table inet refuse { chain input { type filter hook input priority 0; tcp dport 80 reject with tcp reset; }; }")?;
        self.who(lab, "the origin refuses: r2 answers", "r2")?;
        (2..=REPLICAS).for_each(|number| lab.end_agent(number));
        let told = lab.curl(SERVER[0])?;
        self.promises.tell(told.contains("refused") || told.contains("connect"), "all refuse: the client is refused", &told);
        lab.origin.nft("delete table inet refuse")?;
        self.who(lab, "no replica: the origin answers", "origin")?;
        let left = lab.replicas[0].run("nft", &["list", "tables"])?;
        let rules = lab.replicas[0].run("ip", &["rule", "list"])?;
        let clean = left.stdout.is_empty() && !String::from_utf8_lossy(&rules.stdout).contains("6080");
        self.promises.tell(clean, "an agent takes back what it installed", if clean { "nothing left" } else { "rules are left" });
        Ok(())
    }

    /// Tunnels may be IP in IP in the place of GUE.
    fn of_ipip(&mut self, lab: &mut Lab) -> Result<()> {
        let mode = lab.mode(1);
        // It may have learned of a path of IPv6 that is too narrow for mode C, and would not ask for that for ten minutes.
        lab.restart_clients_gateway(true)?;
        lab.set_ipip(&[1])?;
        for mode in ['B', 'C'] {
            lab.start_agent(1, mode)?;
            lab.wait_for_delays()?;
            let watch = lab.watch_replica_s(1, |(ipip, gue): &mut (usize, usize), frame| {
                let (protocol, is_v4) = if frame[12..14] == [8, 0] { (frame[23], true) } else { (frame[20], false) };
                *ipip += usize::from(protocol == if is_v4 { 4 } else { 41 });
                *gue += usize::from(protocol == 17);
            })?;
            let mut seen = Vec::new();
            for server in SERVER {
                seen.push(nearest_serves(lab, server, "r1")?);
            }
            let (ipip, gue) = watch.end()?;
            let kept = seen.iter().all(|seen| seen == "r1, 1 MB") && ipip > 0 && gue == 0;
            self.promises.tell(
                kept,
                &format!("{mode}: tunnels of IP in IP"),
                &format!("{}; {ipip} packets, {gue} of UDP", seen.join("; ")),
            );
        }
        lab.set_ipip(&[])?;
        lab.start_agent(1, mode)?;
        lab.wait_for_delays().map(drop)
    }

    /// In mode B an agent finds out whether its network lets it send in the server's name.
    fn of_spoofing(&mut self, lab: &mut Lab) -> Result<()> {
        let mode = lab.mode(2);
        for (filters_sources, wanted) in [(false, "passes"), (true, "dropped")] {
            // Port 3 of the router is the second replica's.
            lab.set_paths(|from, path| Path { filters_sources: filters_sources && from == 3, ..path });
            // RSTs of answers that left before are not on their way any more.
            lab.end_agent(2);
            std::thread::sleep(SETTLED);
            lab.start_agent(2, 'B')?;
            let known =
                |lab: &Lab| lab.ask("r2", &["show"]).map(|told| told["replica"]["spoofing"].as_str().unwrap_or_default().to_owned());
            let begun = Instant::now();
            while known(lab)? == "unknown" && begun.elapsed() < BUDGET {
                std::thread::sleep(Duration::from_millis(50));
            }
            let (known, what) =
                (known(lab)?, if filters_sources { "r2's network filters spoofed sources" } else { "r2 may send as the server" });
            self.promises.tell(known == wanted, &format!("B: {what}"), &format!("its agent finds: {known}"));
        }
        lab.set_paths(|_, path| path);
        lab.start_agent(2, mode)?;
        lab.wait_for_delays().map(drop)
    }

    fn who(&mut self, lab: &Lab, what: &str, wanted: &str) -> Result<()> {
        let mut seen = Vec::new();
        for server in SERVER {
            seen.push(lab.curl(server)?);
        }
        let right = seen.iter().all(|who| wanted.split(" or ").any(|one| one == who));
        self.promises.tell(right, what, &seen.join(", "));
        Ok(())
    }
}

/// Starts the agents in these modes, and waits until it is known how far each is; what the modes are called.
fn begin(lab: &mut Lab, modes: [char; REPLICAS]) -> Result<String> {
    for (place, mode) in modes.into_iter().enumerate() {
        lab.start_agent(place + 1, mode)?;
    }
    lab.wait_for_delays()?;
    Ok(if modes.iter().all(|mode| *mode == modes[0]) { modes[0].into() } else { modes.iter().collect() })
}
