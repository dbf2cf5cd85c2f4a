//! Frames of any content: no part of the gateway panics, and what it does not know it leaves alone.

mod common;

use common::{ACK, FIN, Hosts, NOW, RST, SYN, Tcp, answer, form, hosts, read, settings, take, trust};
use gateway::frame::View;
use gateway::hold::Hold;
use gateway::options::Options;
use gateway::replica::{self, To};
use gateway::server::{self, Class};
use gateway::tag::EXID;
use gateway::{Agent, ClientGateway, Frame, Mode, Prefix, ServerGateway, Side};
use proptest::prelude::*;

/// Frames that belong to the world's one connection, in every form: what a mutation of them reaches is deep.
fn sound(hosts: &Hosts) -> Vec<Vec<u8>> {
    let mut frames = Vec::new();
    for flags in [SYN, SYN | ACK, ACK, RST, RST | ACK, FIN | ACK] {
        let out = Tcp::new((hosts.client, 4000), (hosts.server, 80), flags, 1001, 9001).payload(b"payload");
        frames.extend([out.bytes(Side::Inside), out.tunnelled(Side::Wan, (hosts.gateway, hosts.replicas[0], 6080))]);
        for mode in Mode::ALL {
            let from = if mode == Mode::C { hosts.server } else { hosts.replicas[0] };
            let back = Tcp::new((from, 80), (hosts.client, 4000), flags, 9001, 1001);
            frames.push(form(&back, hosts, mode, hosts.replicas[0]).bytes().to_vec());
            frames.push(answer(hosts, mode, hosts.replicas[0], 4000, 1000, 9000, NOW).bytes().to_vec());
        }
    }
    frames
}

fn client_gateway(hosts: &Hosts, bound: Option<Mode>) -> ClientGateway {
    let mut gateway = ClientGateway::new(settings(hosts));
    let syn = Tcp::new((hosts.client, 4000), (hosts.server, 80), SYN, 1000, 0);
    take(&mut gateway, NOW, Side::Inside, syn.frame(Side::Inside));
    if let Some(mode) = bound {
        take(&mut gateway, NOW, Side::Wan, answer(hosts, mode, hosts.replicas[0], 4000, 1000, 9000, NOW));
    }
    gateway
}

fn all_take(hosts: &Hosts, bytes: &[u8]) {
    for bound in [None, Some(Mode::A), Some(Mode::B), Some(Mode::C)] {
        let mut gateway = client_gateway(hosts, bound);
        for side in [Side::Inside, Side::Wan] {
            assert!(take(&mut gateway, NOW, side, Frame::ethernet(bytes)).len() <= 1);
        }
    }
    let clients = vec![(Prefix::new(hosts.client, 32).unwrap(), trust())];
    let class = Class {
        servers: settings(hosts).sites[0].servers.clone(),
        replicas: hosts.replicas.map(Into::into).to_vec(),
        hold: Hold::Off,
        exceptions: Vec::new(),
    };
    let own = vec![hosts.gateway.into()];
    let settings =
        server::ServerSettings { own: own.clone(), classes: vec![class], gateways: clients.clone(), ..server::ServerSettings::default() };
    let mut out = Vec::new();
    ServerGateway::new(settings).take(NOW, Side::Wan, Frame::ethernet(bytes), &mut out);
    assert!(out.len() <= 4);
    for mode in Mode::ALL {
        let servers = vec![(hosts.server.into(), 80)];
        let own_replica = vec![hosts.replicas[0].into()];
        let settings = replica::ReplicaSettings {
            own: own_replica,
            mode,
            gateways: own.clone(),
            servers,
            clients: clients.clone(),
            ..Default::default()
        };
        let (mut agent, mut out): (_, Vec<(To, Frame)>) = (Agent::new(settings), Vec::new());
        agent.from_network(NOW, Frame::ethernet(bytes), &mut out);
        agent.from_host(NOW, Frame::ethernet(bytes), &mut out);
        agent.from_host(NOW, Frame::ip(bytes.get(14..).unwrap_or_default()), &mut out);
        assert!(out.len() <= 3);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn any_bytes_are_taken(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        View::of(&bytes);
        View::quoted(&bytes);
        Options::read(&bytes, EXID);
        all_take(&hosts(true), &bytes);
    }

    /// A frame that is sound up to a few bytes, or up to its end.
    #[test]
    fn frames_with_a_few_wrong_bytes_or_cut_are_taken(
        v4: bool,
        which: prop::sample::Index,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let hosts = hosts(v4);
        let frames = sound(&hosts);
        let mut bytes = which.get(&frames).clone();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        bytes.truncate(cut.map_or(bytes.len(), |cut| cut.index(bytes.len() + 1)));
        all_take(&hosts, &bytes);
    }

    /// Options of any sound kinds, lengths and order; of a segment with any payload.
    #[test]
    fn a_tag_goes_in_and_comes_out_and_every_checksum_stays_right(
        v4: bool,
        kinds in prop::collection::vec((2..250_u8, 0..9_usize), 0..5),
        nops in 0..4_usize,
        payload in prop::collection::vec(any::<u8>(), 0..50),
        port: u16,
    ) {
        let hosts = hosts(v4);
        let sound = |kind: &u8| ![2, 3, 4, 5, 8, 19, 29, 30, 34].contains(kind);
        let mut options: Vec<u8> = kinds.iter().filter(|(kind, _)| sound(kind)).flat_map(|(kind, length)| {
            [&[*kind, *length as u8 + 2][..], &vec![7; *length]].concat()
        }).collect();
        options.extend(vec![1; nops]);
        prop_assume!(options.len() <= 40);
        options.resize(options.len().next_multiple_of(4), 1);
        let tcp = Tcp::new((hosts.client, port), (hosts.server, 80), SYN, 1, 0).options(&options).payload(&payload);
        let mut frame = tcp.frame(Side::Inside);
        let view = frame.view().unwrap();
        let segment = gateway::segment::Segment::of(frame.packet(), &view).unwrap();
        let tag = gateway::tag::Tag { state: gateway::tag::TagState(0x3f), mac: Some(0x0102_0304_0506_0708) };
        let inserted = gateway::options::insert(&mut frame, &view, &segment, &tag, EXID);
        prop_assert_eq!(inserted.is_ok(), options.len() + 16 <= 40, "{:?}", options);
        if inserted.is_ok() {
            let (_, tagged) = read(&frame);
            prop_assert!(tagged.options.ends_with(&[253, 13, 0x54, 0x44, 0x3f, 8, 7, 6, 5, 4, 3, 2, 1]));
            prop_assert_eq!(&tagged.options[..options.len()], &options[..]);
            prop_assert_eq!(&tagged.payload, &payload);
            let view = frame.view().unwrap();
            let segment = gateway::segment::Segment::of(frame.packet(), &view).unwrap();
            let found = Options::read(segment.options(frame.packet(), &view), EXID).unwrap();
            let after = gateway::options::remove(&mut frame, &view, &segment, &found);
            prop_assert_eq!(Some(after), frame.view());
            prop_assert_eq!(read(&frame).1, tcp);
        }
    }
}
