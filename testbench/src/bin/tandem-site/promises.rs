//! What is promised, and what was seen.

use crate::picture::Shown;
use anyhow::Result;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::time::Duration;
use testbench::site::client::requests;
use testbench::site::namespace::{Namespace, text};
use testbench::site::{Figure, Site, VIRTUAL, VIRTUAL_8080, VIRTUAL_DIRECT, VIRTUAL_FULL, http, server};

/// Time for what takes milliseconds where nothing else runs.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// Requests by curl, and in a row from ports of our choice.
const CURLS: usize = 10;
const REQUESTS: u16 = 200;

/// Requests of each translation.
const BRANCH: u16 = 50;

/// The first of the ports that requests come from.
const FIRST: u16 = 20_000;

/// Promises that a site keeps.
pub(crate) struct Promises<'s>(hosts::promises::Promises<'s>);

impl<'s> Promises<'s> {
    pub(crate) fn new(shown: &'s Shown) -> Self {
        Self(hosts::promises::Promises::new(|line| shown.tell(line)))
    }

    /// Tells what was seen of a promise.
    pub(crate) fn tell(&mut self, kept: bool, what: &str, seen: &str) {
        self.0.tell(kept, what, seen);
    }

    pub(crate) fn tell_count(&mut self, what: &str, seen: usize, promised: usize) {
        self.0.tell_count(what, seen, promised);
    }

    /// The end: whether all were kept.
    pub(crate) fn end(self) -> bool {
        self.0.end()
    }

    /// Requests over TCP, and that no manager saw anything of a flow that is not its own.
    pub(crate) fn of_requests(&mut self, site: &Site, figure: Figure) -> Result<()> {
        let before = site.health()?;
        // FIG. 3 and FIG. 5 are wired for IPv4 only.
        let addresses = if figure == Figure::Combined { &VIRTUAL[..] } else { &VIRTUAL[..1] };
        for address in addresses {
            let url = if address.contains(':') { format!("http://[{address}]/") } else { format!("http://{address}/") };
            let mut answered = 0;
            for _ in 0..CURLS {
                let output = site.client.run("curl", &["-sS", "-m", "30", &url])?;
                answered += usize::from(text(&output.stdout).contains(" saw "));
            }
            self.tell_count(&format!("curl {url}"), answered, CURLS);
        }
        let answers = requests(&site.client, http(VIRTUAL[0]), FIRST..FIRST + REQUESTS, PATIENCE)?;
        self.tell_count("requests, many at once", answers.answered(), REQUESTS.into());
        let health = &site.health()? - &before;
        let seen = format!("{} retransmits, {} resets, {} strange packets", health.retransmits, health.resets, health.misses);
        self.tell(health.is_good(), "nothing repeated, reset or astray", &seen);
        let flows: Vec<String> = health.flows.iter().map(u64::to_string).collect();
        self.tell(health.flows.iter().all(|flows| *flows > 0), "every manager has flows", &flows.join(" "));
        Ok(())
    }

    /// Pings, datagrams and traceroute.
    pub(crate) fn of_others(&mut self, site: &Site) -> Result<()> {
        let server = site.server_address(1);
        self.of_pings(site, "ping a virtual address (m answers)", VIRTUAL[0], "56")?;
        if site.routes() {
            self.of_pings(site, "ping a server", &server, "56")?;
        }
        self.tell_count("datagrams of 1,400 bytes there and back", datagrams(&site.client, 5, 1400)?, 5);
        // What is for no service a traffic manager does not pass on.
        let (by, to) = if site.routes() { (&[][..], &*server) } else { (&["-T", "-p", "80"][..], VIRTUAL[0]) };
        let output = site.client.run("traceroute", &[&["-n", "-q", "1", "-w", "10", "-m", "4"], by, &[to]].concat())?;
        let hops: Vec<String> =
            text(&output.stdout).lines().skip(1).filter_map(|line| line.split_whitespace().nth(1)).map(str::to_owned).collect();
        self.tell(hops.len() == 2 && hops[1] == to, "traceroute: a manager, then who answers", &hops.join(" "));
        Ok(())
    }

    fn of_pings(&mut self, site: &Site, what: &str, address: &str, bytes: &str) -> Result<()> {
        let output = site.client.run("ping", &["-n", "-c", "5", "-i", "0.2", "-W", "10", "-s", bytes, address])?;
        let answered = text(&output.stdout).lines().filter(|line| line.contains("icmp_seq=") && !line.contains("DIFFERENT")).count();
        self.tell_count(what, answered, 5);
        Ok(())
    }

    /// The translations of FIG. 9, and servers that answer directly.
    pub(crate) fn of_translations(&mut self, site: &Site) -> Result<()> {
        let requests = |address: &str, first: u16| requests(&site.client, http(address), first..first + BRANCH, PATIENCE);
        let before = site.health()?;
        let mut answered = 0;
        for first in [5_000, 15_000] {
            answered += requests(VIRTUAL_8080, first)?.answered();
        }
        self.tell_count("port 80 to 8080, ports below and above", answered, (2 * BRANCH).into());
        self.tell_count("both addresses translated", requests(VIRTUAL_FULL, 16_000)?.answered(), BRANCH.into());
        self.tell_count("servers that answer directly", requests(VIRTUAL_DIRECT, 17_000)?.answered(), BRANCH.into());
        let misses = (&site.health()? - &before).misses;
        self.tell_count("of these, packets at another manager", misses as usize, 0);
        Ok(())
    }

    /// Fragments, which the card hands to its host; the slow path sends them to their manager.
    pub(crate) fn of_fragments(&mut self, site: &Site) -> Result<()> {
        let server = site.server_address(1);
        let pinged = if site.routes() { &*server } else { VIRTUAL[0] };
        self.of_pings(site, "ping with 4,000 bytes, in fragments", pinged, "4000")?;
        self.tell_count("datagrams of 8,000 bytes, in fragments", datagrams(&site.client, 5, 8000)?, 5);
        Ok(())
    }
}

/// Sends datagrams of so many bytes to the virtual address, one after the other; how many came back as they were.
fn datagrams(client: &Namespace, count: usize, bytes: usize) -> Result<usize> {
    client.within(|| {
        let socket = UdpSocket::bind("0.0.0.0:0")?;
        socket.set_read_timeout(Some(PATIENCE))?;
        socket.connect(SocketAddr::new(VIRTUAL[0].parse::<IpAddr>()?, server::ECHO))?;
        let mut came = 0;
        for number in 0..count {
            let sent: Vec<u8> = (0..bytes).map(|place| (place + number) as u8).collect();
            socket.send(&sent)?;
            let mut room = vec![0; 1 << 16];
            came += usize::from(socket.recv(&mut room).is_ok_and(|length| room[..length] == sent));
        }
        Ok(came)
    })?
}
