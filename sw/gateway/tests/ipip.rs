//! Tunnels of IP in IP in the place of GUE: written and read by another implementation.

mod common;

use common::{
    ACK, ANSWER, Hosts, ISN, LINUX, MACS, NOW, PORT, RST, SYN, Tcp, answer, begin, bound, everywhere, gateway, only, read, take, to_server,
    trust,
};
use etherparse::{IpHeaders, IpNumber, Ipv4Extensions, Ipv4Header, Ipv6Extensions, Ipv6Header, NetSlice, PacketBuilder, SlicedPacket};
use gateway::counters::Count;
use gateway::replica::{Agent, ReplicaSettings, To};
use gateway::server::{Class, ServerGateway, ServerSettings};
use gateway::{Address, Frame, Mode, Output, Prefix, Side};
use std::net::IpAddr;

/// Puts the packet of a frame into another, from this address to that one.
fn wrap(inner: &[u8], from: IpAddr, to: IpAddr) -> Frame {
    let ethernet = PacketBuilder::ethernet2(MACS[1], MACS[0]);
    let packet = &inner[14..];
    let (builder, protocol) = match (from, to) {
        (IpAddr::V4(from), IpAddr::V4(to)) => {
            let header = Ipv4Header::new(0, 64, IpNumber::IPV4, from.octets(), to.octets()).unwrap();
            (ethernet.ip(IpHeaders::Ipv4(header, Ipv4Extensions::default())), IpNumber::IPV4)
        }
        (IpAddr::V6(from), IpAddr::V6(to)) => {
            let header = Ipv6Header { source: from.octets(), destination: to.octets(), hop_limit: 64, ..Ipv6Header::default() };
            (ethernet.ip(IpHeaders::Ipv6(header, Ipv6Extensions::default())), IpNumber::IPV6)
        }
        _ => panic!("two families"),
    };
    let mut bytes = vec![];
    builder.write(&mut bytes, protocol, packet).unwrap();
    Frame::ethernet(&bytes)
}

/// The outer addresses of a frame with IP in IP, and the segment inside, whose checksums are verified.
#[track_caller]
fn open(bytes: &[u8]) -> ((IpAddr, IpAddr), Tcp) {
    let sliced = SlicedPacket::from_ethernet(bytes).unwrap();
    let (ends, protocol, payload): (_, _, &[u8]) = match sliced.net.as_ref().unwrap() {
        NetSlice::Ipv4(ip) => {
            assert_eq!(ip.header().header_checksum(), ip.header().to_header().calc_header_checksum());
            assert!(ip.header().dont_fragment());
            let ends = (ip.header().source_addr().into(), ip.header().destination_addr().into());
            (ends, ip.header().protocol(), ip.payload().payload)
        }
        NetSlice::Ipv6(ip) => {
            let ends = (ip.header().source_addr().into(), ip.header().destination_addr().into());
            (ends, ip.header().next_header(), ip.payload().payload)
        }
        _ => panic!("no IP"),
    };
    let v4 = matches!(ends, (IpAddr::V4(_), _));
    assert_eq!(protocol, if v4 { IpNumber::IPV4 } else { IpNumber::IPV6 });
    let kind: [u8; 2] = if v4 { [8, 0] } else { [0x86, 0xdd] };
    (ends, read(&Frame::ethernet(&[&MACS.concat()[..], &kind, payload].concat())).1)
}

/// The frame that [`answer`] makes, in IP in IP in the place of GUE.
fn answer_in_ip(hosts: &Hosts, mode: Mode, replica: IpAddr, risn: u32) -> Frame {
    let by_gue = answer(hosts, mode, replica, PORT, ISN, risn, NOW);
    let inner = [&by_gue.bytes()[..14], &by_gue.bytes()[if hosts.server.is_ipv4() { 42 } else { 62 }..]].concat();
    wrap(&inner, if mode == Mode::B { hosts.server } else { replica }, hosts.client)
}

#[test]
fn a_winner_by_ip_in_ip_is_bound_and_spoken_to_as_it_speaks() {
    everywhere(|hosts, mode| {
        if mode == Mode::A {
            return;
        }
        let (mut gateway, replica) = (gateway(hosts), hosts.replicas[0]);
        begin(&mut gateway, hosts);
        let syn_ack = only(take(&mut gateway, NOW, Side::Wan, answer_in_ip(hosts, mode, replica, ANSWER)), Side::Inside);
        let (outer, seen) = read(&syn_ack);
        assert_eq!((outer, seen.from, seen.flags, seen.seq), (None, (hosts.server, 80), SYN | ACK, ANSWER));
        assert!(common::tag_of(&seen).is_none());
        let request = to_server(hosts, ACK, ISN.wrapping_add(1), ANSWER.wrapping_add(1)).payload(b"GET / HTTP/1.0\r\n\r\n!");
        let carried = only(take(&mut gateway, NOW, Side::Inside, request.frame(Side::Inside)), Side::Wan);
        let response =
            Tcp::new((hosts.server, 80), (hosts.client, PORT), ACK, ANSWER.wrapping_add(1), ISN.wrapping_add(20)).payload(&[0xff; 1001]);
        if mode == Mode::C {
            assert_eq!(open(carried.bytes()), ((hosts.client, replica), request));
            let frame = wrap(&response.bytes(Side::Wan), replica, hosts.client);
            assert_eq!(read(&only(take(&mut gateway, NOW, Side::Wan, frame), Side::Inside)), (None, response));
        } else {
            assert_eq!(read(&carried), (None, Tcp { to: (replica, 80), ..request }));
        }
        // A loser is reset in the form in which it has spoken, whatever the winner's.
        let loser = hosts.replicas[1];
        let reset = only(take(&mut gateway, NOW, Side::Wan, answer_in_ip(hosts, mode, loser, 77)), Side::Wan);
        let wanted = |to| Tcp::new((hosts.client, PORT), (to, 80), RST, ISN.wrapping_add(1), 0);
        match mode {
            Mode::C => assert_eq!(open(reset.bytes()), ((hosts.client, loser), wanted(hosts.server))),
            _ => assert_eq!(read(&reset), (None, wanted(loser))),
        }
        let by_gue = only(take(&mut gateway, NOW, Side::Wan, answer(hosts, Mode::C, loser, PORT, ISN, 77, NOW)), Side::Wan);
        let (outer, reset) = read(&by_gue);
        assert_eq!((outer.map(|(from, to, _)| (from, to)), reset), (Some((hosts.client, loser)), wanted(hosts.server)));
    });
}

#[test]
fn ip_in_ip_of_others_passes_as_it_is() {
    everywhere(|hosts, mode| {
        let mut gateway = bound(hosts, mode);
        let other = Tcp::new((hosts.replicas[2], 9), (hosts.client, 9), ACK, 1, 1).payload(b"theirs");
        let mut no_tcp = other.bytes(Side::Wan);
        no_tcp.truncate(30);
        for inner in [other.bytes(Side::Wan), no_tcp] {
            let frame = wrap(&inner, hosts.replicas[2], hosts.client);
            assert_eq!(only(take(&mut gateway, NOW, Side::Wan, frame.clone()), Side::Inside), frame);
        }
        assert_eq!(gateway.counters().get(Count::GueNoEntry) + gateway.counters().get(Count::GueMalformed), 0);
    });
}

/// A servers' gateway whose copies to the first replica are IP in IP.
fn servers_gateway(hosts: &Hosts) -> ServerGateway {
    let v4 = hosts.server.is_ipv4();
    let whole = |ip: IpAddr| Prefix::new(ip, if v4 { 32 } else { 128 }).unwrap();
    let class = Class {
        servers: vec![(whole(hosts.server), 80..=80)],
        replicas: hosts.replicas.map(Address::from).to_vec(),
        hold: gateway::hold::Hold::Off,
        exceptions: vec![],
    };
    ServerGateway::new(ServerSettings {
        own: vec![hosts.gateway.into()],
        classes: vec![class],
        gateways: vec![(whole(hosts.client), trust())],
        ip_in_ip: vec![hosts.replicas[0].into()],
        ..ServerSettings::default()
    })
}

#[test]
fn a_copy_by_ip_in_ip_reaches_the_host_and_its_answer_leaves_in_the_same_form() {
    everywhere(|hosts, mode| {
        let tagged = begin(&mut gateway(hosts), hosts);
        let mut out: Vec<Output> = vec![];
        servers_gateway(hosts).take(NOW, Side::Wan, tagged.frame(Side::Wan), &mut out);
        let to = |bytes: &[u8]| match SlicedPacket::from_ethernet(bytes).unwrap().net.unwrap() {
            NetSlice::Ipv4(ip) => IpAddr::from(ip.header().destination_addr()),
            NetSlice::Ipv6(ip) => ip.header().destination_addr().into(),
            _ => panic!("no IP"),
        };
        let copy_to = |replica| out.iter().find(|output| to(output.frame.bytes()) == replica).unwrap().frame.clone();
        let (own, others) = (copy_to(hosts.replicas[0]), copy_to(hosts.replicas[1]));
        assert_eq!(read(&others).0.map(|(from, to, _)| (from, to)), Some((hosts.gateway, hosts.replicas[1])), "the others by GUE");
        let (ends, copy) = open(own.bytes());
        assert_eq!((ends, copy.from, copy.to, copy.flags), ((hosts.gateway, hosts.replicas[0]), tagged.from, tagged.to, SYN));
        let mut agent = Agent::new(ReplicaSettings {
            own: vec![hosts.replicas[0].into()],
            mode,
            gateways: vec![hosts.gateway.into()],
            servers: vec![(hosts.server.into(), 80)],
            clients: vec![(Prefix::new(hosts.client, 24).unwrap(), trust())],
            ip_in_ip: true,
            ..ReplicaSettings::default()
        });
        let mut out = vec![];
        agent.from_network(NOW, Frame::ip(&own.bytes()[14..]), &mut out);
        assert_eq!(out.iter().map(|(to, _)| *to).collect::<Vec<_>>(), [To::Host]);
        let host = if mode == Mode::A { hosts.replicas[0] } else { hosts.server };
        let syn_ack = Tcp::new((host, 80), (hosts.client, PORT), SYN | ACK, ANSWER, ISN.wrapping_add(1)).options(&LINUX);
        let mut out = vec![];
        agent.from_host(NOW, Frame::ip(&syn_ack.bytes(Side::Wan)[14..]), &mut out);
        let [(To::Network, answer)] = &out[..] else { panic!("{out:?}") };
        let kind: [u8; 2] = if hosts.server.is_ipv4() { [8, 0] } else { [0x86, 0xdd] };
        let bytes = [&MACS.concat()[..], &kind, answer.packet()].concat();
        let echo = match mode {
            Mode::A => read(&Frame::ethernet(&bytes)).1,
            Mode::B => {
                let (ends, echo) = open(&bytes);
                assert_eq!((ends, echo.from.0), ((hosts.server, hosts.client), hosts.replicas[0]));
                echo
            }
            Mode::C => {
                let (ends, echo) = open(&bytes);
                assert_eq!((ends, echo.from.0), ((hosts.replicas[0], hosts.client), hosts.server));
                echo
            }
        };
        assert!(common::tag_of(&echo).is_some());
        // And the gateway that sent the SYN takes it for the answer that it is.
        let mut gateway = gateway(hosts);
        begin(&mut gateway, hosts);
        let bound = [Count::BoundA, Count::BoundB, Count::BoundC][mode as usize];
        only(take(&mut gateway, NOW, Side::Wan, Frame::ethernet(&bytes)), Side::Inside);
        assert_eq!(gateway.counters().get(bound), 1);
    });
}

#[test]
fn an_error_about_ip_in_ip_reaches_the_client_about_what_it_has_sent() {
    everywhere(|hosts, mode| {
        if mode != Mode::C {
            return;
        }
        let mut gateway = gateway(hosts);
        begin(&mut gateway, hosts);
        only(take(&mut gateway, NOW, Side::Wan, answer_in_ip(hosts, mode, hosts.replicas[0], ANSWER)), Side::Inside);
        let request = to_server(hosts, ACK, ISN.wrapping_add(1), ANSWER.wrapping_add(1)).payload(&[7; 100]);
        let carried = only(take(&mut gateway, NOW, Side::Inside, request.frame(Side::Inside)), Side::Wan);
        // From a router on the way, about the outer packet; by what it leaves inside, as of GUE.
        let error = |mtu, about: &[u8]| {
            let ends = packet::ip::Addresses::new(hosts.replicas[2], hosts.client).unwrap();
            let mut packet = vec![];
            packet::icmp_error::IcmpError::TooBig(mtu).write(&ends, about, &mut packet);
            Frame::ethernet(&[&carried.bytes()[..14], &packet].concat())
        };
        let told = only(take(&mut gateway, NOW, Side::Wan, error(1400, &carried.bytes()[14..])), Side::Inside);
        let (overhead, request) = (if hosts.server.is_ipv4() { 28 } else { 48 }, request.bytes(Side::Inside));
        assert_eq!(gateway.counters().get(Count::IcmpMended), 1);
        assert_eq!(told.packet(), error(1400 - overhead, &request[14..]).packet());
    });
}
