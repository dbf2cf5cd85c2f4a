//! Process 900: what a server answers comes back to the manager that sent it. The model decides every answer, and control's process is the second
//! witness.

mod common;

use common::*;
use contract::row::RuleRow;
use control::self_source::{self, Exhausted, PortChoice, PortTables, SelfSource, Translation, Transport};
use flow::ports::{Distributor, REST};
use flow::tables::{Hop, Prefix, Way};
use flow::{Reason, address};
use model::State;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

fn rig(state: &State, connections: u32) -> Rig {
    let mut settings = settings();
    settings.distributor = Some(Distributor { state: Arc::new(state.clone()), manager: MANAGER });
    Rig::with(settings, connections)
}

fn endpoint(at: SocketAddr) -> self_source::Endpoint {
    self_source::Endpoint { address: address(at.ip()), port: at.port() }
}

#[test]
fn every_answer_comes_back_and_ports_are_left_alone_where_control_leaves_them() {
    let state = distributor();
    let tables = PortTables::none(&state);
    let mut witness = SelfSource::new(&state, &tables, MANAGER, Exhausted::Reset);
    let mut rig = rig(&state, 65_536);
    let (mut left, mut changed) = (0, 0);
    for v6 in [false, true] {
        for port in [DESTINATION, FULL] {
            let virtual_at = SocketAddr::new(virtual_address(v6), port);
            // Ports below the virtual one, between it and the server's, and above both; equal ones, too.
            for client_port in (1..200).chain(79..82).chain(8070..8090).chain((40_000..65_535).step_by(67)) {
                let client = SocketAddr::new(client(v6).ip(), client_port);
                let frame = tcp(TO_MANAGER, client, virtual_at, segment(SYN, 1, 0));
                if manager(&state, frame.clone()) != Some(MANAGER) {
                    continue;
                }
                let taken = rig.take(0, &frame);
                if taken.verdict.reason == Reason::Connection {
                    continue;
                }
                let opened = opened(&taken.on(1, Reason::NewConnection));
                let answer = tcp(from_server(opened.server), opened.server_at, opened.source, segment(SYN | ACK, 1, 2));
                assert_eq!(manager(&state, answer.clone()), Some(MANAGER), "{client} by {opened:?}");
                rig.take(1, &answer).on(0, Reason::Connection);
                let pool = [address(pool_address(v6))];
                let choice = witness.process(
                    &Translation {
                        transport: Transport::Tcp,
                        source: endpoint(client),
                        destination: endpoint(virtual_at),
                        new_sources: if port == FULL { &pool } else { &[] },
                        new_destination: endpoint(opened.server_at),
                    },
                    |_| true,
                );
                assert_eq!(choice == PortChoice::Leave, opened.source == client, "{client}: {choice:?}, {opened:?}");
                if opened.source == client { left += 1 } else { changed += 1 }
            }
        }
    }
    assert!(left > 100 && changed > 100, "{left}, {changed}");
}

#[test]
fn a_pool_gives_each_of_its_ports_once_and_lets_it_rest() {
    let state = distributor();
    let mut rig = rig(&state, 262_144);
    let mut number = 0_u32;
    let mut next = |rig: &mut Rig| {
        number += 1;
        let client = SocketAddr::new([10, 9, (number >> 14) as u8, number as u8].into(), 20_000 + (number >> 8 & 63) as u16);
        let frame = tcp(TO_MANAGER, client, SocketAddr::new(virtual_address(false), FULL), segment(SYN, 1, 0));
        let taken = rig.take(0, &frame);
        (client, taken.verdict.reason, taken.sent.map(|(_, frame)| opened(&frame)))
    };
    let tables = PortTables::none(&state);
    let wanted: usize = servers(false)
        .iter()
        .map(|server| {
            let own = self_source::ports(&state, &tables, Transport::Tcp, address(pool_address(false)), MANAGER, server.port());
            own.iter().filter(|port| **port >= 1024).count()
        })
        .sum();
    let mut ports = std::collections::HashSet::new();
    let mut clients = vec![];
    let mut refused = 0;
    // One server's ports are used up first; then every other client is refused.
    while refused < 100 {
        let (client, reason, opened) = next(&mut rig);
        match opened {
            Some(opened) => {
                assert!(ports.insert((opened.server, opened.source)), "{opened:?} twice");
                clients.push(client);
            }
            None => {
                assert_eq!(reason, Reason::NoPort);
                refused += 1;
            }
        }
    }
    assert!(wanted - ports.len() <= 100 && ports.len() <= wanted, "{} of {wanted}", ports.len());
    // All end. No port comes up before it has rested.
    rig.pass(60);
    assert_eq!(rig.table.live(), 0);
    let mut rested = ports.len();
    while rested < wanted + 200 {
        if next(&mut rig).2.is_none() {
            break;
        }
        rested += 1;
    }
    assert!(rested <= wanted, "{rested} of {wanted}");
    assert_eq!(next(&mut rig).1, Reason::NoPort);
    rig.now += REST - Duration::from_secs(2);
    assert_eq!(next(&mut rig).1, Reason::NoPort);
    rig.now += REST + Duration::from_secs(4);
    assert!(next(&mut rig).2.is_some());
}

#[test]
fn a_client_s_port_is_tried_so_often_and_no_more() {
    // No port of this client comes back: the manager takes nothing.
    let mut state = distributor();
    state.managers_enabled[usize::from(MANAGER)] = false;
    let mut rig = rig(&state, 64);
    let frame = tcp(TO_MANAGER, client(false), SocketAddr::new(virtual_address(false), DESTINATION), segment(SYN, 1, 0));
    rig.take(0, &frame).answer(0, Reason::NoPort);
    assert_eq!(rig.table.live(), 0);
}

#[test]
fn what_the_distributor_s_host_passes_on_is_answered_by_a_route_to_the_client() {
    const ROUTER: [u8; 6] = [2, 0, 0, 0, 2, 9];
    let by_host = [OUTER, GROUP];
    let (client, server) = (client(false), servers(false)[0]);
    let virtual_at = SocketAddr::new(virtual_address(false), DESTINATION);
    let mut settings = settings();
    settings.distributor = Some(Distributor { state: Arc::new(distributor()), manager: MANAGER });
    settings.services.iter_mut().for_each(|service| service.entries = [0].into());
    for routed in [true, false] {
        let mut settings = settings.clone();
        if routed {
            settings.routes.push((Prefix { address: address(client.ip()), length: 128 }, Way::Hop(Hop { interface: 0, mac: ROUTER })));
        }
        let there = if routed { ROUTER } else { GROUP };
        let mut rig = Rig::with(settings, 1024);
        let towards = |rig: &mut Rig| read(&rig.take(1, &udp(from_server(0), server, client, b"yes")).on(0, Reason::Connection)).macs[0];
        rig.take(0, &udp(by_host, client, virtual_at, b"is it so?")).on(1, Reason::NewConnection);
        assert_eq!(towards(&mut rig), there);
        // A RST for what is for no service, too.
        let other = SocketAddr::new(virtual_address(false), 81);
        let reset = rig.take(0, &tcp(by_host, client, other, segment(SYN, 1, 0))).answer(0, Reason::NoService);
        assert_eq!(reset[..6], there);
        // What comes by itself tells where it comes from, and what the host passes on after that does not, where there is a route.
        rig.take(0, &udp(TO_MANAGER, client, virtual_at, b"and now?")).on(1, Reason::Connection);
        assert_eq!(towards(&mut rig), FRONT);
        rig.take(0, &udp(by_host, client, virtual_at, b"still?")).on(1, Reason::Connection);
        assert_eq!(towards(&mut rig), there);
    }
}

#[test]
fn the_ports_of_a_pool_follow_the_distributor_and_the_protocol() {
    let mut by_protocol = distributor();
    // The servers' ports.
    by_protocol.idle_rules_mut()[0] =
        RuleRow { lowest: 8080, highest: 8081, protocol: Some(UDP), group: 1, key_on_peer: true, in_use: true };
    by_protocol.commit(1 << 8, 2).unwrap();
    let with = |state: &State, mut settings: flow::Settings| {
        settings.distributor = Some(Distributor { state: Arc::new(state.clone()), manager: MANAGER });
        settings
    };
    let mut swapped = settings();
    let full = swapped.services.iter_mut().filter(|service| service.ports.contains(&FULL));
    full.for_each(|service| service.protocol = if service.protocol == TCP { UDP } else { TCP });
    let mut rig = rig(&distributor(), 4096);
    let mut client_port = 2000;
    let mut all_come_back = |rig: &mut Rig, state: &State| {
        for protocol in [TCP, UDP] {
            for _ in 0..50 {
                client_port += 1;
                let (client, at) = (SocketAddr::new(client(false).ip(), client_port), SocketAddr::new(virtual_address(false), FULL));
                let frame =
                    if protocol == TCP { tcp(TO_MANAGER, client, at, segment(SYN, 1, 0)) } else { udp(TO_MANAGER, client, at, b"x") };
                let Opened { server, server_at, source } = opened(&rig.take(0, &frame).on(1, Reason::NewConnection));
                let answer = if protocol == TCP {
                    tcp(from_server(server), server_at, source, segment(SYN | ACK, 1, 2))
                } else {
                    udp(from_server(server), server_at, source, b"x")
                };
                assert_eq!(manager(state, answer), Some(MANAGER));
            }
        }
    };
    all_come_back(&mut rig, &distributor());
    rig.change(with(&by_protocol, settings()));
    all_come_back(&mut rig, &by_protocol);
    rig.change(with(&by_protocol, swapped));
    all_come_back(&mut rig, &by_protocol);
}
