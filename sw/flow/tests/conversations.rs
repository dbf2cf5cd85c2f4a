//! Random conversations through random tables: what a client and a server see is a conversation with one partner, and nothing comes from nothing.

mod common;

use common::*;
use flow::Reason;
use proptest::prelude::*;
use std::collections::{HashMap, HashSet};
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
    ];
    (0..6_u8, 0..3_usize, any::<bool>(), what).prop_map(|(client, service, v6, what)| Step { client, service, v6, what })
}

const PORTS: [u16; 3] = [DESTINATION, FULL, DIRECT];

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
        let mut rig = Rig::with(settings, room);
        // By the endpoint that a server sees: whose it is. By client and service: the partner.
        let mut seen: HashMap<(u8, SocketAddr, SocketAddr), (SocketAddr, SocketAddr)> = HashMap::new();
        let mut partner: HashMap<(u8, SocketAddr, SocketAddr), Opened> = HashMap::new();
        for (number, Step { client, service, v6, what }) in (0_u32..).zip(steps) {
            let port = PORTS[service];
            let client = SocketAddr::new(if v6 { ip(&format!("2001:db8:c::{client}")) } else { ip(&format!("192.0.2.{}", client + 1)) }, 40_000 + u16::from(client));
            let virtual_at = SocketAddr::new(virtual_address(v6), port);
            let (protocol, flags, payload) = match what {
                What::Client(flags, bytes) | What::Server(flags, bytes) => (TCP, flags, vec![number as u8; bytes.into()]),
                What::ClientUdp(bytes) | What::ServerUdp(bytes) => (UDP, 0, vec![number as u8; bytes.into()]),
                What::Pass(seconds) => {
                    rig.pass(seconds.into());
                    continue;
                }
            };
            let data = Segment { flags, sequence: number % 7, acknowledged: number % 5, payload: &payload };
            let from_client = matches!(what, What::Client(..) | What::ClientUdp(_));
            let talk = (protocol, client, virtual_at);
            let (interface, frame) = if from_client {
                (0, if protocol == TCP { tcp(TO_MANAGER, client, virtual_at, data) } else { udp(TO_MANAGER, client, virtual_at, &payload) })
            } else {
                let Some(opened) = partner.get(&talk).filter(|_| port != DIRECT) else { continue };
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
                let ends = if from_client { (virtual_at, client) } else { (partner[&talk].source, partner[&talk].server_at) };
                prop_assert_eq!((answer.source, answer.destination), ends);
            }
            let Some((by, sent)) = taken.sent else { continue };
            let out = read(&sent);
            prop_assert_eq!(&out.payload, &payload);
            prop_assert_eq!((out.flags & 0x17, out.sequence), if protocol == TCP { (flags, data.sequence) } else { (0, 0) });
            if from_client {
                prop_assert_eq!(by, 1);
                let is = opened(&sent);
                if taken.verdict.reason == Reason::NewConnection {
                    partner.insert(talk, is);
                    seen.insert((protocol, is.source, is.server_at), (client, virtual_at));
                }
                let known = partner[&talk];
                prop_assert_eq!((is.server, is.server_at, is.source), (known.server, known.server_at, known.source));
            } else {
                prop_assert_eq!(by, 0);
                // The client sees the endpoint that it talks to, and nobody sees what is another's.
                let whose = seen[&(protocol, partner[&talk].source, partner[&talk].server_at)];
                prop_assert_eq!((out.destination, out.source), whose);
            }
        }
        // No two connections look alike to a server.
        let live: HashSet<_> = seen.keys().collect();
        prop_assert_eq!(live.len(), seen.len());
        let counters = rig.filter.counters();
        prop_assert_eq!(counters.taken, counters.passed + counters.dropped());
    }
}
