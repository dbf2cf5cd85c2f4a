//! Random conversations through random tables: what a client and a server see is a conversation with one partner, and nothing comes from nothing.

mod common;

use common::*;
use flow::Reason;
use flow::tables::{Prefix, Way};
use proptest::prelude::*;
use std::collections::HashMap;
use std::net::SocketAddr;

/// What happens next: of which client, to which service, and what.
#[derive(Clone, Copy, Debug)]
struct Step {
    client: u8,
    service: usize,
    v6: bool,
    what: What,
}

#[derive(Clone, Copy, Debug)]
enum What {
    /// The client sends: flags and payload bytes.
    Client(u8, u8),
    /// The server answers, if it knows this client.
    Server(u8, u8),
    ClientUdp(u8),
    ServerUdp(u8),
    /// Seconds pass.
    Pass(u16),
    /// From now on these servers' MACs are known, and no others'.
    Macs([bool; 2]),
}

fn flags() -> impl Strategy<Value = u8> {
    prop_oneof![4 => Just(SYN), 8 => Just(ACK), 2 => Just(SYN | ACK), 2 => Just(FIN | ACK), 1 => Just(RST), 1 => Just(RST | ACK), 1 => any::<u8>().prop_map(|flags| flags & 0x17)]
}

fn step() -> impl Strategy<Value = Step> {
    let what = prop_oneof![
        8 => (flags(), any::<u8>()).prop_map(|(flags, bytes)| What::Client(flags, bytes)),
        8 => (flags(), any::<u8>()).prop_map(|(flags, bytes)| What::Server(flags, bytes)),
        2 => any::<u8>().prop_map(What::ClientUdp),
        2 => any::<u8>().prop_map(What::ServerUdp),
        1 => (0..9000_u16).prop_map(What::Pass),
        2 => any::<[bool; 2]>().prop_map(What::Macs),
    ];
    (0..6_u8, 0..3_usize, any::<bool>(), what).prop_map(|(client, service, v6, what)| Step { client, service, v6, what })
}

const PORTS: [u16; 3] = [DESTINATION, FULL, DIRECT];

/// What an end has said: to whom, and what of it must come out unchanged.
struct Said {
    talk: (u8, SocketAddr, SocketAddr),
    is_client: bool,
    flags: u8,
    sequence: u32,
    payload: Vec<u8>,
}

/// What both ends have seen of each other.
#[derive(Default)]
struct Seen {
    /// By client and service: the partner.
    partner: HashMap<(u8, SocketAddr, SocketAddr), Opened>,
    /// By the endpoint that a server sees: whose it is.
    whose: HashMap<(u8, SocketAddr, SocketAddr), (SocketAddr, SocketAddr)>,
}

impl Seen {
    /// A frame that leaves by an interface is what was said, and goes to the partner. Whether it `opens` a connection is not told of one that has waited.
    fn hear(&mut self, said: &Said, by: u16, sent: &[u8], opens: Option<bool>) -> Result<(), TestCaseError> {
        let (protocol, client, virtual_at) = said.talk;
        let out = read(sent);
        prop_assert_eq!(&out.payload, &said.payload);
        prop_assert_eq!((out.flags & 0x17, out.sequence), if protocol == TCP { (said.flags, said.sequence) } else { (0, 0) });
        prop_assert_eq!(by, u16::from(said.is_client));
        if !said.is_client {
            // The client sees the endpoint that it talks to, and nobody sees what is another's.
            let partner = self.partner[&said.talk];
            let whose = self.whose[&(protocol, partner.source, partner.server_at)];
            prop_assert_eq!((out.destination, out.source), whose);
            return Ok(());
        }
        let is = opened(sent);
        let same = |known: &Opened| (is.server, is.server_at, is.source) == (known.server, known.server_at, known.source);
        let may_open = protocol == UDP || said.flags == SYN;
        if opens.unwrap_or_else(|| may_open && !self.partner.get(&said.talk).is_some_and(same)) {
            prop_assert!(may_open);
            self.partner.insert(said.talk, is);
            self.whose.insert((protocol, is.source, is.server_at), (client, virtual_at));
        }
        prop_assert!(same(&self.partner[&said.talk]), "{is:?}");
        Ok(())
    }

    /// Frames that have waited are what was said, or a refusal of it.
    fn hear_late(&mut self, all: &[Said], sent: Vec<(u16, Vec<u8>)>) -> Result<(), TestCaseError> {
        for (by, frame) in sent {
            match read(&frame).payload.first() {
                Some(number) => self.hear(&all[usize::from(*number)], by, &frame, None)?,
                None => prop_assert_eq!((by, read(&frame).flags & RST), (0, RST)),
            }
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]
    #[test]
    fn both_ends_talk_to_one_partner(
        steps in prop::collection::vec(step(), 1..120),
        room in 4..40_u32,
        shares in prop::collection::vec(0..2_u16, 1..9),
        affinity in any::<bool>(),
    ) {
        let mut settings = settings();
        for service in &mut settings.services {
            let first = service.entries[0];
            service.entries = shares.iter().map(|server| first + server).collect();
            service.affinity = affinity;
        }
        let on_link = Way::Unresolved { interface: 1, router: None };
        settings.routes.extend(settings.servers.iter().map(|server| (Prefix { address: server.address, length: 128 }, on_link)));
        let mut rig = Rig::with(settings.clone(), room);
        let (mut seen, mut all) = (Seen::default(), Vec::<Said>::new());
        for Step { client, service, v6, what } in steps {
            let port = PORTS[service];
            let client = SocketAddr::new(if v6 { ip(&format!("2001:db8:c::{client}")) } else { ip(&format!("192.0.2.{}", client + 1)) }, 40_000 + u16::from(client));
            let virtual_at = SocketAddr::new(virtual_address(v6), port);
            // What was said is known again by its first byte.
            let number = all.len() as u8;
            let (protocol, flags, payload) = match what {
                What::Client(flags, bytes) | What::Server(flags, bytes) => (TCP, flags, vec![number; usize::from(bytes) + 1]),
                What::ClientUdp(bytes) | What::ServerUdp(bytes) => (UDP, 0, vec![number; usize::from(bytes) + 1]),
                What::Pass(seconds) => {
                    let waited = rig.filter.held();
                    let sent = rig.pass(seconds.into());
                    prop_assert!(sent.len() <= waited - rig.filter.held());
                    seen.hear_late(&all, sent)?;
                    continue;
                }
                What::Macs(known) => {
                    let mut other = settings.clone();
                    let lost = other.servers.iter_mut().enumerate().filter(|(number, _)| !known[number % 2]);
                    lost.for_each(|(_, server)| server.hop = None);
                    let waited = rig.filter.held();
                    let sent = rig.change(other);
                    prop_assert!(sent.len() <= waited - rig.filter.held());
                    seen.hear_late(&all, sent)?;
                    continue;
                }
            };
            let sequence = u32::from(number) % 7;
            let data = Segment { flags, sequence, acknowledged: u32::from(number) % 5, payload: &payload };
            let is_client = matches!(what, What::Client(..) | What::ClientUdp(_));
            let talk = (protocol, client, virtual_at);
            let (interface, frame) = if is_client {
                (0, if protocol == TCP { tcp(TO_MANAGER, client, virtual_at, data) } else { udp(TO_MANAGER, client, virtual_at, &payload) })
            } else {
                let Some(opened) = seen.partner.get(&talk).filter(|_| port != DIRECT) else { continue };
                let macs = from_server(opened.server);
                (1, if protocol == TCP { tcp(macs, opened.server_at, opened.source, data) } else { udp(macs, opened.server_at, opened.source, &payload) })
            };
            let taken = rig.take(interface, &frame);
            let is_reset = protocol == TCP && flags & RST != 0;
            prop_assert!(!is_reset || taken.others.is_empty(), "an answer to a RST");
            prop_assert!(taken.others.len() <= 1);
            for (by, answer) in &taken.others {
                let answer = read(answer);
                prop_assert_eq!((*by, answer.flags & RST), (interface, RST));
                let ends = if is_client { (virtual_at, client) } else { (seen.partner[&talk].source, seen.partner[&talk].server_at) };
                prop_assert_eq!((answer.source, answer.destination), ends);
            }
            let said = Said { talk, is_client, flags, sequence, payload };
            if let Some((by, sent)) = taken.sent {
                seen.hear(&said, by, &sent, is_client.then_some(taken.verdict.reason == Reason::NewConnection))?;
            }
            all.push(said);
        }
        let counters = rig.filter.counters();
        prop_assert_eq!(counters.taken, counters.passed + counters.dropped() + rig.filter.held() as u64);
        prop_assert!(counters.resumed <= counters.waited);
    }
}
