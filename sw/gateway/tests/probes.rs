//! Probes of replicas: the SYN of the gateway's own, what counts as its answer, and what is known after it.

mod common;

use common::{ACK, Hosts, LINUX, NOW, RST, SYN, Tcp, form, hosts, read, tag_of, trust};
use gateway::counters::Count;
use gateway::hold::Hold;
use gateway::server::{Class, ServerSettings};
use gateway::tag::{EXID, Subject};
use gateway::{Frame, Mode, Output, Prefix, ServerGateway, Side, Time};

const ANSWER: u32 = 7000;
const LINK: [u8; 12] = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2];

fn settings(hosts: &Hosts) -> ServerSettings {
    let prefix = |of| Prefix::new(of, if hosts.client.is_ipv4() { 32 } else { 128 }).unwrap();
    let class = Class {
        servers: vec![(prefix(hosts.server), 80..=81)],
        replicas: vec![hosts.replicas[0].into()],
        hold: Hold::Equal,
        exceptions: Vec::new(),
    };
    ServerSettings {
        own: vec![hosts.gateway.into()],
        classes: vec![class],
        gateways: vec![(prefix(hosts.gateway), trust())],
        ..ServerSettings::default()
    }
}

/// The only probe that leaves, with its outer header.
fn probe(gateway: &mut ServerGateway, hosts: &Hosts, now: Time) -> Tcp {
    let mut out = Vec::new();
    gateway.probe(now, &mut out);
    let [packet] = &out[..] else { panic!("{} probes", out.len()) };
    let kind: &[u8] = if hosts.client.is_ipv4() { &[8, 0] } else { &[0x86, 0xdd] };
    let (outer, syn) = read(&Frame::ethernet(&[&LINK, kind, packet].concat()));
    assert_eq!(outer, Some((hosts.gateway, hosts.replicas[0], 6080)));
    assert_eq!((syn.from.0, syn.to, syn.flags), (hosts.gateway, (hosts.server, 80), SYN));
    assert!(tag_of(&syn).is_some(), "{syn:?}");
    syn
}

/// The answer of the replica, in the form of a mode, with an echo under these hosts' key.
fn answer(hosts: &Hosts, mode: Mode, syn: &Tcp, right: bool) -> Frame {
    let (client_port, client_isn) = (syn.from.1, syn.seq.wrapping_add(u32::from(!right)));
    let replica = Some((hosts.replicas[0].into(), ANSWER));
    let subject = Subject { client: hosts.gateway.into(), server: hosts.server.into(), replica, client_port, server_port: 80, client_isn };
    let echo = trust().echo(mode, 3, &subject, NOW).write(EXID);
    let from = if mode == Mode::C { hosts.server } else { hosts.replicas[0] };
    let syn_ack = Tcp::new((from, 80), (hosts.gateway, syn.from.1), SYN | ACK, ANSWER, syn.seq.wrapping_add(1));
    let hosts = Hosts { client: hosts.gateway, ..*hosts };
    form(&syn_ack.options(&[&LINUX[..], &[1, 1, 1], &echo].concat()), &hosts, mode, hosts.replicas[0])
}

fn take(gateway: &mut ServerGateway, now: Time, frame: Frame) -> Vec<Output> {
    let mut out = Vec::new();
    gateway.take(now, Side::Wan, frame, &mut out);
    out
}

fn delay(gateway: &ServerGateway) -> Option<Time> {
    gateway.delays().next().unwrap()[0]
}

fn everywhere(test: impl Fn(&Hosts, Mode)) {
    for v4 in [true, false] {
        Mode::ALL.iter().for_each(|mode| test(&hosts(v4), *mode));
    }
}

#[test]
fn an_answer_tells_half_its_round_trip_and_is_reset_in_its_mode_s_form() {
    everywhere(|hosts, mode| {
        let mut gateway = ServerGateway::new(settings(hosts));
        let syn = probe(&mut gateway, hosts, NOW);
        let out = take(&mut gateway, NOW + Time::from_millis(90), answer(hosts, mode, &syn, true));
        assert_eq!(delay(&gateway), Some(Time::from_millis(45)));
        let [Output { side: Side::Wan, frame }] = &out[..] else { panic!("{out:?}") };
        let (outer, reset) = read(frame);
        let to = if mode == Mode::C { hosts.server } else { hosts.replicas[0] };
        assert_eq!(reset, Tcp::new((hosts.gateway, syn.from.1), (to, 80), RST, syn.seq.wrapping_add(1), 0));
        assert_eq!(outer.map(|(from, to, _)| (from, to)), (mode == Mode::C).then_some((hosts.gateway, hosts.replicas[0])));
        // Once only: what comes again is nobody's.
        assert_eq!(take(&mut gateway, NOW + Time::from_millis(95), answer(hosts, mode, &syn, true)), []);
        assert_eq!(gateway.counters().get(Count::ProbeAnswered), 1);
    });
}

#[test]
fn a_forged_answer_tells_nothing_and_goes_nowhere() {
    everywhere(|hosts, mode| {
        let mut gateway = ServerGateway::new(settings(hosts));
        let syn = probe(&mut gateway, hosts, NOW);
        assert_eq!(take(&mut gateway, NOW, answer(hosts, mode, &syn, false)), []);
        assert_eq!(delay(&gateway), None);
    });
}

#[test]
fn after_three_probes_without_an_answer_a_replica_s_delay_is_unknown() {
    let hosts = hosts(true);
    let mut gateway = ServerGateway::new(settings(&hosts));
    let syn = probe(&mut gateway, &hosts, NOW);
    take(&mut gateway, NOW + Time::from_millis(20), answer(&hosts, Mode::A, &syn, true));
    for (second, known) in [(1, true), (2, true), (3, true), (4, false)] {
        probe(&mut gateway, &hosts, NOW + Time::from_secs(second));
        assert_eq!(delay(&gateway).is_some(), known, "after {second} s");
    }
    assert_eq!(gateway.counters().get(Count::ProbeLost), 3);
}

#[test]
fn without_a_key_of_its_own_the_gateway_probes_nobody() {
    let hosts = hosts(true);
    let mut gateway = ServerGateway::new(ServerSettings { gateways: Vec::new(), ..settings(&hosts) });
    let mut out = Vec::new();
    gateway.probe(NOW, &mut out);
    assert_eq!(out, Vec::<Vec<u8>>::new());
}

#[test]
fn other_settings_keep_what_was_measured() {
    let hosts = hosts(true);
    let mut gateway = ServerGateway::new(settings(&hosts));
    gateway.delay(0, 0).unwrap().sample(Time::from_millis(90));
    let mut more = settings(&hosts);
    more.classes[0].replicas.insert(0, hosts.replicas[1].into());
    gateway.reconfigure(more);
    assert_eq!(gateway.delays().next().unwrap(), [None, Some(Time::from_millis(45))]);
}
