//! The agent on a replica: what it gives to the host, and what it makes of the host's answer.

mod common;

use common::{ACK, Hosts, LINUX, NOW, RST, SYN, Tcp, answer, gateway, hosts, only, read, tag_of, take, trust};
use gateway::counters::Count;
use gateway::replica::{Load, ReplicaSettings, To};
use gateway::tag::{EXID, Subject};
use gateway::{Agent, Frame, Mode, Prefix, Side, Time};
use std::net::IpAddr;

const ISN: u32 = 1000;
const ANSWER: u32 = 9000;

fn agent(hosts: &Hosts, mode: Mode) -> Agent {
    let clients = vec![(Prefix::new(hosts.client, 32).unwrap(), trust())];
    let (own, gateways) = (vec![hosts.replicas[0].into()], vec![hosts.gateway.into()]);
    Agent::new(ReplicaSettings { own, mode, gateways, servers: vec![(hosts.server.into(), 80)], clients, ..ReplicaSettings::default() })
}

fn syn(hosts: &Hosts, accepted: &[Mode]) -> Tcp {
    let (client, server) = (hosts.client.into(), hosts.server.into());
    let subject = Subject { client, server, replica: None, client_port: 4000, server_port: 80, client_isn: ISN };
    let tag = trust().tag(accepted, &subject, NOW).write(EXID);
    Tcp::new((hosts.client, 4000), (hosts.server, 80), SYN, ISN, 0).options(&[&LINUX[..], &[1, 1, 1], &tag].concat())
}

fn copy(hosts: &Hosts, tcp: &Tcp, from: IpAddr) -> Frame {
    Frame::ethernet(&tcp.tunnelled(Side::Wan, (from, hosts.replicas[0], 6080)))
}

fn from_network(agent: &mut Agent, frame: Frame) -> Vec<(To, Frame)> {
    let mut out = Vec::new();
    agent.from_network(NOW, frame, &mut out);
    out
}

fn from_host(agent: &mut Agent, now: Time, tcp: &Tcp) -> Vec<(To, Frame)> {
    let mut out = Vec::new();
    agent.from_host(now, tcp.frame(Side::Inside), &mut out);
    out
}

/// The address at which the host's TCP is.
fn address(hosts: &Hosts, mode: Mode) -> IpAddr {
    if mode == Mode::A { hosts.replicas[0] } else { hosts.server }
}

fn syn_ack(hosts: &Hosts, mode: Mode) -> Tcp {
    Tcp::new((address(hosts, mode), 80), (hosts.client, 4000), SYN | ACK, ANSWER, ISN + 1)
}

fn everywhere(test: impl Fn(&Hosts, Mode)) {
    for v4 in [true, false] {
        Mode::ALL.iter().for_each(|mode| test(&hosts(v4), *mode));
    }
}

#[test]
fn a_copy_reaches_the_host_as_a_plain_syn_and_its_answer_leaves_in_the_mode_s_form() {
    everywhere(|hosts, mode| {
        let mut agent = agent(hosts, mode);
        let out = from_network(&mut agent, copy(hosts, &syn(hosts, &Mode::ALL), hosts.gateway));
        let [(To::Host, frame)] = &out[..] else { panic!("{out:?}") };
        let expected = Tcp::new((hosts.client, 4000), (address(hosts, mode), 80), SYN, ISN, 0);
        assert_eq!(read(frame), (None, expected));
        // Repeated SYN-ACKs have the echo, too.
        for seconds in [0, 1, 63] {
            let now = NOW + Time::from_secs(seconds);
            let out = from_host(&mut agent, now, &syn_ack(hosts, mode));
            let [(To::Network, frame)] = &out[..] else { panic!("{out:?}") };
            let (outer, tcp) = read(frame);
            let form = match mode {
                Mode::A => (None, hosts.replicas[0]),
                Mode::B => (Some(hosts.server), hosts.replicas[0]),
                Mode::C => (Some(hosts.replicas[0]), hosts.server),
            };
            assert_eq!((outer.map(|(from, _, _)| from), tcp.from.0), form);
            assert!(outer.is_none_or(|(_, to, _)| to == hosts.client));
            let subject = Subject {
                client: hosts.client.into(),
                server: hosts.server.into(),
                replica: Some((hosts.replicas[0].into(), ANSWER)),
                client_port: 4000,
                server_port: 80,
                client_isn: ISN,
            };
            assert_eq!(tag_of(&tcp).unwrap(), trust().echo(mode, 3, &subject, now).write(EXID));
            assert_eq!(Tcp { from: syn_ack(hosts, mode).from, options: LINUX.to_vec(), ..tcp }, syn_ack(hosts, mode));
        }
    });
}

#[test]
fn copies_that_are_not_for_this_replica_are_dropped_and_say_why() {
    everywhere(|hosts, mode| {
        let others: Vec<_> = Mode::ALL.into_iter().filter(|other| *other != mode).collect();
        let mut forged = syn(hosts, &Mode::ALL);
        *forged.options.last_mut().unwrap() ^= 1;
        let cases = [
            (forged, hosts.gateway, Load::Ready, Count::BadMac),
            (Tcp { seq: ISN + 1, ..syn(hosts, &Mode::ALL) }, hosts.gateway, Load::Ready, Count::BadMac),
            (syn(hosts, &Mode::ALL), hosts.replicas[2], Load::Ready, Count::NotServed),
            (Tcp { to: (hosts.server, 81), ..syn(hosts, &Mode::ALL) }, hosts.gateway, Load::Ready, Count::NotServed),
            (syn(hosts, &others), hosts.gateway, Load::Ready, Count::ModeNotAccepted),
            (syn(hosts, &Mode::ALL), hosts.gateway, Load::Busy, Count::Busy),
            (syn(hosts, &Mode::ALL), hosts.gateway, Load::Draining, Count::Busy),
        ];
        for (tcp, from, load, count) in cases {
            let mut agent = agent(hosts, mode);
            agent.set_load(load);
            assert_eq!(from_network(&mut agent, copy(hosts, &tcp, from)), []);
            assert_eq!(agent.counters().seen().collect::<Vec<_>>(), [(count.name(), 1)]);
        }
    });
}

#[test]
fn a_host_whose_answer_cannot_race_is_reset() {
    everywhere(|hosts, mode| {
        let full = syn_ack(hosts, mode).options(&[&LINUX[..], &[5, 10, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1]].concat());
        for (load, answer, count) in [(Load::Ready, full, Count::EchoFull), (Load::Draining, syn_ack(hosts, mode), Count::Busy)] {
            let mut agent = agent(hosts, mode);
            from_network(&mut agent, copy(hosts, &syn(hosts, &Mode::ALL), hosts.gateway));
            agent.set_load(load);
            let out = from_host(&mut agent, NOW, &answer);
            let [(To::Host, frame)] = &out[..] else { panic!("{out:?}") };
            // The packet goes into the TUN, so it has no link header; the reader wants one.
            let link = [&[0; 12][..], if hosts.client.is_ipv4() { &[8, 0] } else { &[0x86, 0xdd] }].concat();
            let (_, rst) = read(&Frame::ethernet(&[&link, frame.bytes()].concat()));
            assert_eq!(rst, Tcp::new((hosts.client, 4000), (address(hosts, mode), 80), RST, ISN + 1, 0));
            assert_eq!(agent.counters().get(count), 1);
        }
    });
}

#[test]
fn an_answer_that_nobody_asked_for_stays_in_but_for_a_visitor_of_the_replica_itself() {
    everywhere(|hosts, mode| {
        let mut agent = agent(hosts, mode);
        let answer = syn_ack(hosts, mode);
        // In mode A the replica answers in its own name: whoever visits it directly gets that answer as it is.
        let visited = if mode == Mode::A { vec![(To::Network, answer.frame(Side::Inside))] } else { Vec::new() };
        assert_eq!(from_host(&mut agent, NOW, &answer), visited);
        from_network(&mut agent, copy(hosts, &syn(hosts, &Mode::ALL), hosts.gateway));
        assert_eq!(from_host(&mut agent, NOW + Time::from_secs(130), &answer), visited, "forgotten");
        assert_eq!(agent.counters().get(Count::NotAsked), 2);
    });
}

#[test]
fn in_mode_c_everything_is_wrapped_and_cracked() {
    for v4 in [true, false] {
        let hosts = hosts(v4);
        let mut agent = agent(&hosts, Mode::C);
        let data = Tcp::new((hosts.server, 80), (hosts.client, 4000), ACK, 1, 2).payload(&[7; 1001]);
        let out = from_host(&mut agent, NOW, &data);
        let [(To::Network, frame)] = &out[..] else { panic!("{out:?}") };
        let (outer, inner) = read(frame);
        assert_eq!((outer.map(|(from, to, _)| (from, to)), inner), (Some((hosts.replicas[0], hosts.client)), data.clone()));
        let request = Tcp::new((hosts.client, 4000), (hosts.server, 80), ACK, 1, 2).payload(b"GET");
        let out = from_network(&mut agent, copy(&hosts, &request, hosts.client));
        assert_eq!((out.len(), read(&out[0].1)), (1, (None, request.clone())));
        assert_eq!(
            from_network(&mut agent, copy(&hosts, &request, hosts.replicas[2])),
            [],
            "an outer source that is not the client inside"
        );
        let error = gateway::icmp::too_big_packet(data.frame(Side::Inside).packet(), 1400).unwrap();
        let view = gateway::frame::View::of(&error).unwrap();
        assert_eq!((view.source.ip(), view.destination.ip()), (hosts.client, hosts.server), "in the client's name, or Linux ignores it");
    }
}

#[test]
fn a_path_of_ipv6_too_narrow_for_a_tunnel_resets_both_ends_and_takes_mode_c_out_of_the_next_tag() {
    let hosts = hosts(false);
    let (mut agent, mut client) = (agent(&hosts, Mode::C), gateway(&hosts));
    let modes = |tcp: &Tcp| tag_of(tcp).unwrap()[4] >> 1 & 7;
    let begin = |client: &mut gateway::ClientGateway, port| {
        let syn = Tcp::new((hosts.client, port), (hosts.server, 80), SYN, ISN, 0);
        read(&only(take(client, NOW, Side::Inside, syn.frame(Side::Inside)), Side::Wan)).1
    };
    assert_eq!(modes(&begin(&mut client, 4000)), 0b111);
    let won = answer(&hosts, Mode::C, hosts.replicas[0], 4000, ISN, ANSWER, NOW);
    only(take(&mut client, NOW, Side::Wan, won), Side::Inside);
    let data = Tcp::new((hosts.server, 80), (hosts.client, 4000), ACK, ANSWER + 1, ISN + 1).payload(&[7; 1300]);
    let refused = |agent: &mut Agent, left| {
        let mut out = Vec::new();
        agent.refused(&data.bytes(Side::Inside)[14..], left, &mut out);
        out
    };
    // A path of 1,400 bytes leaves 1,352: the host is told, in the client's name.
    let told = refused(&mut agent, 1352);
    let [(To::Host, error)] = &told[..] else { panic!("{told:?}") };
    let error = etherparse::Ipv6Slice::from_slice(error.packet()).unwrap();
    assert_eq!(error.header().source_addr(), hosts.client);
    assert_eq!(error.payload().payload[..8], [&[2, 0][..], &error.payload().payload[2..4], &1352_u32.to_be_bytes()].concat());
    assert_eq!(agent.counters().get(Count::PathNarrow), 0);
    // One of 1,300 leaves less than a host ever sends.
    let out = refused(&mut agent, 1252);
    let [(To::Network, error), (To::Network, to_client), (To::Host, to_host)] = &out[..] else { panic!("{out:?}") };
    assert_eq!(agent.counters().get(Count::PathNarrow), 1);
    let on_wire = |frame: &Frame| Frame::ethernet(&[&[2; 12][..], &[0x86, 0xdd], frame.packet()].concat());
    let bare = |from, to, seq| Tcp { options: Vec::new(), ..Tcp::new(from, to, RST, seq, 0) };
    assert_eq!(read(&on_wire(to_host)), (None, bare((hosts.client, 4000), (hosts.server, 80), ISN + 1)));
    take(&mut client, NOW, Side::Wan, on_wire(error));
    let (outer, reset) = read(&only(take(&mut client, NOW, Side::Wan, on_wire(to_client)), Side::Inside));
    assert_eq!((outer, reset), (None, bare((hosts.server, 80), (hosts.client, 4000), ANSWER + 1)));
    assert_eq!(modes(&begin(&mut client, 4001)), 0b011, "A and B");
}

#[test]
fn no_more_syns_are_remembered_than_allowed() {
    let hosts = hosts(true);
    let mut few = Agent::new(ReplicaSettings {
        asked: 2,
        own: vec![hosts.replicas[0].into()],
        mode: Mode::B,
        gateways: vec![hosts.gateway.into()],
        servers: vec![(hosts.server.into(), 80)],
        clients: vec![(Prefix::new(hosts.client, 32).unwrap(), trust())],
        ..ReplicaSettings::default()
    });
    for isn in 0..3 {
        let (client, server) = (hosts.client.into(), hosts.server.into());
        let subject = Subject { client, server, replica: None, client_port: 4000, server_port: 80, client_isn: isn };
        let tag = trust().tag(&Mode::ALL, &subject, NOW).write(EXID);
        let tcp = Tcp::new((hosts.client, 4000), (hosts.server, 80), SYN, isn, 0).options(&[&LINUX[..], &[1, 1, 1], &tag].concat());
        from_network(&mut few, copy(&hosts, &tcp, hosts.gateway));
    }
    let answered = [0, 1, 2].map(|isn| {
        let answer = Tcp::new((hosts.server, 80), (hosts.client, 4000), SYN | ACK, ANSWER, isn + 1);
        from_host(&mut few, NOW, &answer).len()
    });
    assert_eq!(answered, [0, 1, 1], "the oldest is forgotten");
}
