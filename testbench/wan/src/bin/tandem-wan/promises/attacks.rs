//! Segments that somebody forges, segments that come late, and segments that never come.

use super::{SETTLED, Seen, begin};
use anyhow::Result;
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};
use wan::config::{CLIENT, REPLICAS, SERVER, ip, replica};
use wan::lab::Lab;
use wan::network::Path;
use wan::segment::{ACK, FIN, RST, SYN, Segment, tunnelled};
use wan::visit::Visit;

/// Visits under attack.
const VISITS: usize = 4;
/// SYN-ACKs of candidates without a right echo, of those that are forged for each SYN.
const CANDIDATES: u64 = 7;
/// Late segments of each kind.
const LATE: u32 = 8;
/// SYNs with a wrong MAC.
const WRONG: u64 = 200;
/// Copies in a second, and visits at once that are more.
const COPIES: u64 = 8;
const AT_ONCE: usize = 24;
/// What the servers' gateway and a replica's path would carry: our option with a MAC of chance.
const WRONG_TAG: [u8; 16] = [1, 1, 1, 253, 13, 0x54, 0x44, 0x1f, 0x5a, 0x5a, 0x5a, 0x5a, 0x5a, 0x5a, 0x5a, 0x5a];
/// Who has nothing to do with the site.
const STRANGER: [&str; 2] = ["203.0.113.77", "2001:db8:77::1"];

impl Seen {
    /// Nothing that somebody forges, and nothing that comes late, changes a connection.
    pub(crate) fn of_attacks(&mut self, lab: &mut Lab, modes: [char; REPLICAS]) -> Result<()> {
        let name = begin(lab, modes)?;
        self.of_forged_answers(lab, &name)?;
        self.of_late_segments(lab, &name)?;
        self.of_forged_syns(lab, &name)?;
        self.of_too_many_races(lab, &name)?;
        self.of_lost_resets(lab, &name)
    }

    /// Answers that know the client's number, and come before every true one.
    fn of_forged_answers(&mut self, lab: &Lab, name: &str) -> Result<()> {
        let (wire, before) = (lab.towards_client()?, lab.count("client", "synack_forged")?);
        lab.router.answers();
        let watch = lab.watch_client_s(move |count: &mut u64, frame| {
            if let Some(syn) = Segment::of(&frame[14..]).filter(|segment| segment.is_syn() && segment.to.port() == 80) {
                // The gateway has its own look at the SYN first.
                std::thread::sleep(Duration::from_millis(3));
                *count += forged(&syn).iter().filter(|packet| wire.put(packet).is_ok()).count() as u64;
            }
        })?;
        let mut right = 0;
        for place in 0..VISITS {
            let mut visit = lab.visit(SERVER[place % 2])?;
            let who = visit.who()?;
            let length = visit.begin_big(0)?;
            right += usize::from(visit.take(length).is_ok() && self.is_served(&who));
        }
        let sent = watch.end()?;
        self.promises.tell_count(&format!("{name}: answers forged with the right number"), right, VISITS);
        let dropped = lab.count("client", "synack_forged")? - before;
        let kept = dropped >= CANDIDATES * VISITS as u64;
        self.promises.tell(kept, &format!("{name}: and dropped as forged"), &format!("{dropped} of {sent} forged packets"));
        self.of_judge(lab, name)
    }

    /// Late segments of the server that has lost, in the middle of a transfer.
    fn of_late_segments(&mut self, lab: &Lab, name: &str) -> Result<()> {
        let stopped = ["late_origin", "rst_out_of_window", "origin_reset", "synack_bad_ack"];
        let count = || stopped.iter().map(|counter| lab.count("client", counter)).sum::<Result<u64>>();
        let wire = lab.of_server()?;
        let before = count()?;
        let mut whole = 0;
        for server in SERVER {
            let watch = lab.watch_client_s(|syns: &mut HashMap<SocketAddr, u32>, frame| {
                if let Some(syn) = Segment::of(&frame[14..]).filter(Segment::is_syn) {
                    syns.insert(syn.from, syn.numbers.0);
                }
            })?;
            let mut visit = replicas(lab, server)?;
            let length = visit.begin_big(0)?;
            visit.take(50_000)?;
            let syns = watch.end()?;
            let isn = syns.get(&visit.local()).copied().unwrap_or_default();
            for packet in late(SocketAddr::new(ip(server), 80), visit.local(), isn) {
                wire.put(&packet)?;
            }
            // By then they have arrived.
            std::thread::sleep(Duration::from_millis(100));
            whole += usize::from(visit.take(length - 50_000).is_ok());
        }
        self.promises.tell_count(&format!("{name}: late segments of the origin"), whole, SERVER.len());
        let stopped = count()? - before;
        let sent = u64::from(LATE) * 6 * SERVER.len() as u64;
        // In mode B a FIN and data have the address of the winner's own: the client's kernel drops what is out of its window.
        let kept = stopped >= sent * 2 / 3;
        self.promises.tell(kept, &format!("{name}: and stopped at the gateway"), &format!("{stopped} of {sent}"));
        Ok(())
    }

    /// Tagged SYNs whose MAC is wrong.
    fn of_forged_syns(&mut self, lab: &Lab, name: &str) -> Result<()> {
        let counts = || Ok::<_, anyhow::Error>((lab.count("server", "copied")?, lab.count("server", "bad_mac")?));
        let (wire, before) = (lab.towards_server()?, counts()?);
        for number in 0..WRONG {
            let family = number as usize % 2;
            let from = SocketAddr::new(ip(CLIENT[family]), 20_000 + number as u16);
            let syn = Segment::new(from, SocketAddr::new(ip(SERVER[family]), 80), SYN, (number as u32, 0));
            wire.put(&Segment { options: WRONG_TAG.to_vec(), ..syn }.packet())?;
        }
        let begun = Instant::now();
        while counts()?.1 < before.1 + WRONG && begun.elapsed() < Duration::from_secs(5) {
            std::thread::sleep(Duration::from_millis(20));
        }
        let after = counts()?;
        let (copied, wrong) = (after.0 - before.0, after.1 - before.1);
        let kept = copied == 0 && wrong == WRONG;
        self.promises.tell(kept, &format!("{name}: a wrong MAC makes no copy"), &format!("{copied} copied, {wrong} refused"));
        lab.visit(SERVER[0])?;
        let copied = lab.count("server", "copied")? - after.0;
        self.promises.tell(copied == 1, &format!("{name}: and a right one does"), &format!("{copied} copied"));
        Ok(())
    }

    /// More races at once than are allowed: the rest is served by the origin.
    fn of_too_many_races(&mut self, lab: &Lab, name: &str) -> Result<()> {
        lab.reload_server(&format!("copies_per_network = {COPIES}"))?;
        let counts = || Ok::<_, anyhow::Error>((lab.count("server", "copied")?, lab.count("server", "copy_limited")?));
        let (before, begun) = (counts()?, Instant::now());
        let told = std::thread::scope(|scope| {
            let visits: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(|| lab.visit(SERVER[0]).and_then(|mut visit| visit.who()))).collect();
            visits.into_iter().filter_map(|visit| visit.join().ok()?.ok()).collect::<Vec<_>>()
        });
        let (after, seconds) = (counts()?, begun.elapsed().as_secs_f64());
        lab.reload_server("")?;
        let answered = told.iter().filter(|who| self.is_served(who)).count();
        self.promises.tell_count(&format!("{name}: many races at once, all answered"), answered, AT_ONCE);
        let (copied, limited) = (after.0 - before.0, after.1 - before.1);
        let most = COPIES + (COPIES as f64 * seconds) as u64 + 1;
        let kept = copied > 0 && copied <= most && limited > 0;
        let seen = format!("{copied} copied of at most {most}, {limited} not");
        self.promises.tell(kept, &format!("{name}: and no more copied than allowed"), &seen);
        Ok(())
    }

    /// Losers leave SYN-RECV by the RSTs alone: without these they stay there, and each SYN-ACK that is repeated gets its own.
    fn of_lost_resets(&mut self, lab: &Lab, name: &str) -> Result<()> {
        lab.set_paths(|from, path| Path { eats_resets: from == 0, ..path });
        let visit = lab.visit(SERVER[0])?;
        std::thread::sleep(SETTLED);
        let open = lab.half_open()?;
        self.promises.tell(open > 0, &format!("{name}: RSTs are lost, losers stay half open"), &format!("{open} in SYN-RECV"));
        lab.set_paths(|_, path| path);
        let begun = Instant::now();
        while lab.half_open()? > 0 && begun.elapsed() < Duration::from_secs(4) {
            std::thread::sleep(Duration::from_millis(20));
        }
        let open = lab.half_open()?;
        self.promises.tell(open == 0, &format!("{name}: until they repeat their SYN-ACKs"), &format!("{open} in SYN-RECV"));
        drop(visit);
        Ok(())
    }

    fn is_served(&self, who: &str) -> bool {
        who == "origin" || who.starts_with('r')
    }
}

/// A visit that a replica serves.
pub(super) fn replicas(lab: &Lab, server: &str) -> Result<Visit> {
    for _ in 0..5 {
        let mut visit = lab.visit(server)?;
        if visit.who()?.starts_with('r') {
            return Ok(visit);
        }
    }
    anyhow::bail!("the origin has won five races at {server}")
}

/// Answers to a SYN that nobody has given, in the forms of all modes.
fn forged(syn: &Segment) -> Vec<Vec<u8>> {
    let (client, server, family) = (syn.from, syn.to, usize::from(syn.from.is_ipv6()));
    let near: IpAddr = ip(&replica(1)[family]);
    let next = syn.numbers.0.wrapping_add(1);
    let answer = |from: IpAddr, flags, ack, options: &[u8]| {
        let segment = Segment::new(SocketAddr::new(from, 80), client, flags, (12_345, ack));
        Segment { options: options.to_vec(), ..segment }.packet()
    };
    let syn_ack = |from, options: &[u8]| answer(from, SYN | ACK, next, options);
    let mut packets = vec![syn_ack(ip(STRANGER[family]), &WRONG_TAG)];
    for options in [&[][..], &WRONG_TAG] {
        packets.push(syn_ack(near, options));
        packets.push(tunnelled(&syn_ack(near, options), server.ip(), client.ip()));
        packets.push(tunnelled(&syn_ack(server.ip(), options), near, client.ip()));
    }
    assert_eq!(packets.len() as u64, CANDIDATES);
    // A blind answer of the server, refusals of a replica, and an acknowledgement that nobody has asked for.
    packets.push(answer(server.ip(), SYN | ACK, next.wrapping_add(99), &[]));
    packets.push(answer(near, RST | ACK, next, &[]));
    packets.push(tunnelled(&answer(server.ip(), RST | ACK, next, &[]), near, client.ip()));
    packets.push(answer(near, ACK, next, &[]));
    packets
}

/// What a server that has lost may still send, at any of its own numbers.
fn late(server: SocketAddr, client: SocketAddr, isn: u32) -> Vec<Vec<u8>> {
    let next = isn.wrapping_add(1);
    let kinds = [(RST, 0), (RST | ACK, next), (FIN | ACK, next), (SYN | ACK, next), (SYN | ACK, next ^ 0x0100_0000), (ACK, next)];
    let each = |number: u32| {
        kinds.iter().map(move |(flags, ack)| {
            let segment = Segment::new(server, client, *flags, (number.wrapping_mul(0x1f12_3bb5), *ack));
            let payload = if *flags == ACK { vec![b'X'; 100] } else { Vec::new() };
            Segment { payload, ..segment }.packet()
        })
    };
    (1..=LATE).flat_map(each).collect()
}
