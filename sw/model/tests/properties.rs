//! What holds for all packets, and a second witness of the parse: packets that `etherparse` built.

mod common;

use common::card_with_rules;
use contract::code::{Reason, Verdict};
use contract::row::RuleRow;
use etherparse::{IpAuthHeader, IpFragOffset, IpHeaders, IpNumber, Ipv4Extensions, Ipv4Header, Ipv4Options, Ipv6Extensions};
use etherparse::{Ipv6FragmentHeader, Ipv6Header, Ipv6RawExtHeader, PacketBuilder, VlanId};
use model::network::{Address, Version};
use model::transport::Ports;
use model::{Decision, State, Subject, Walk, batch, decide};
use proptest::prelude::*;

const GROUP_MAC: [u8; 6] = [2, 0, 0, 0, 0, 1];

fn some_rule() -> impl Strategy<Value = RuleRow> {
    (any::<[u16; 2]>(), prop_oneof![Just(None), Just(Some(6)), Just(Some(17))], 0..2u8, any::<bool>(), any::<bool>()).prop_map(
        |([lowest, highest], protocol, group, key_on_peer, in_use)| RuleRow { lowest, highest, protocol, group, key_on_peer, in_use },
    )
}

fn some_card() -> impl Strategy<Value = State> {
    (prop::collection::vec(some_rule(), 0..6), any::<[u8; 8]>(), any::<bool>()).prop_map(|(rules, key, equal_ports_hash)| {
        let mut state = card_with_rules(&rules);
        *state.idle_group_mut(0) = state.group(0).clone();
        let row = &mut state.idle_group_mut(0).row;
        (row.key, row.equal_ports_hash) = (key, equal_ports_hash);
        state.commit(1, 9).expect("the card has group 0");
        state
    })
}

/// Ports near each other, far apart and equal.
fn some_ports() -> impl Strategy<Value = [u16; 2]> {
    prop_oneof![any::<[u16; 2]>(), any::<u16>().prop_map(|port| [port, port]), any::<u16>().prop_map(|port| [port, port ^ 1])]
}

/// An IP packet of this version with four bytes of ports.
fn packet(version: Version, protocol: u8, from: Address, to: Address, ports: [u16; 2]) -> Vec<u8> {
    let mut packet = match version {
        Version::V4 => [&[0x45, 0, 0, 24, 0, 0, 0, 0, 64, protocol, 0, 0], &from[12..], &to[12..]].concat(),
        Version::V6 => [&[0x60, 0, 0, 0, 0, 4, protocol, 64], &from[..], &to[..]].concat(),
    };
    packet.extend(ports.iter().flat_map(|port| port.to_be_bytes()));
    packet
}

fn framed(version: Version, packet: Vec<u8>) -> Vec<u8> {
    let ether_type = if version == Version::V4 { [8, 0] } else { [0x86, 0xdd] };
    [&GROUP_MAC[..], &[2, 0, 0, 0, 0, 0x99], &ether_type, &packet].concat()
}

/// An ICMP error that a router sends to the packet's sender.
fn icmp_error(version: Version, packet: &[u8], sender: Address) -> Vec<u8> {
    let length = (packet.len() + 8) as u8;
    match version {
        Version::V4 => {
            [&[0x45, 0, 0, 20 + length, 0, 0, 0, 0, 64, 1, 0, 0, 203, 0, 113, 9], &sender[12..], &[3, 4, 0, 0, 0, 0, 5, 0], packet].concat()
        }
        Version::V6 => [&[0x60, 0, 0, 0, 0, length, 58, 64], &[0xfd; 16][..], &sender, &[2, 0, 0, 0, 0, 0, 5, 0], packet].concat(),
    }
}

fn some_version() -> impl Strategy<Value = Version> {
    prop_oneof![Just(Version::V4), Just(Version::V6)]
}

/// The reason that the packet on its way back must have.
fn mirrored(reason: Reason) -> Reason {
    match reason {
        Reason::SourceSide => Reason::DestinationSide,
        Reason::DestinationSide => Reason::SourceSide,
        other => other,
    }
}

/// A frame of any of the shapes that are decided differently, often between the same few endpoints, sometimes cut or spoiled.
fn some_frame() -> impl Strategy<Value = Vec<u8>> {
    let protocol = prop_oneof![4 => Just(6u8), 4 => Just(17), 1 => Just(47), 1 => Just(44), 1 => Just(0)];
    let ports = prop_oneof![some_ports(), [0..3u16, 0..3u16]];
    let spoiled = prop::option::weighted(0.3, (0..60usize, any::<u8>()));
    let cut = prop_oneof![8 => Just(200usize), 1 => 0..80usize];
    (some_version(), protocol, any::<[bool; 3]>(), ports, spoiled, cut).prop_map(
        |(version, protocol, [one, other, error], ports, spoiled, cut)| {
            let (from, to) = ([one as u8 + 1; 16], [other as u8 + 2; 16]);
            let packet = packet(version, protocol, from, to, ports);
            let mut frame = framed(version, if error { icmp_error(version, &packet, from) } else { packet });
            if let Some((at, byte)) = spoiled
                && let Some(spoiled) = frame.get_mut(at)
            {
                *spoiled = byte;
            }
            frame.truncate(cut);
            frame
        },
    )
}

/// The decisions of a batch, and of each frame alone.
fn together_and_alone(state: &State, frames: &[(Vec<u8>, u8)]) -> [Vec<Decision>; 2] {
    let together = batch::decide_frames(state, frames.iter().map(|(frame, ingress)| (&frame[..], *ingress)));
    [together, frames.iter().map(|(frame, ingress)| decide(state, frame, *ingress)).collect()]
}

#[test]
fn a_batch_holds_every_reason_and_decides_each_frame_as_if_alone() {
    let rule = RuleRow { lowest: 50_000, highest: 50_100, protocol: Some(6), group: 1, key_on_peer: true, in_use: true };
    let mut state = card_with_rules(&[rule]);
    state.managers_enabled[6] = false;
    let (one, other) = ([1; 16], [2; 16]);
    let framed_packet = |version, protocol, ports| framed(version, packet(version, protocol, one, other, ports));
    let mut frames =
        vec![vec![2; 5], vec![2; 60], framed(Version::V4, vec![0x44]), [&GROUP_MAC[..], &[2, 0, 0, 0, 0, 0x99, 8, 6]].concat()];
    for version in [Version::V4, Version::V6] {
        let ports = [[40_000, 443], [443, 40_000], [123, 123], [0, 0], [40_000, 50_051], [50_051, 60_000], [50_051, 50_052]];
        frames.extend(ports.iter().flat_map(|ports| [6, 17, 47].map(|protocol| framed_packet(version, protocol, *ports))));
        frames.push(framed(version, icmp_error(version, &packet(version, 6, one, other, [443, 40_000]), one)));
        frames.push(framed_packet(version, if version == Version::V6 { 44 } else { 17 }, [40_000, 0x0101]));
    }
    let mut fragment = framed_packet(Version::V4, 17, [1, 2]);
    fragment[20] = 0x20;
    frames.push(fragment);
    let hop_by_hop = [&[0x60, 0, 0, 0, 0, 200, 0, 64], &[1; 16][..], &[2; 16], &[17, 24], &[0; 198]].concat();
    frames.push(framed(Version::V6, hop_by_hop));
    let frames: Vec<(Vec<u8>, u8)> = frames.into_iter().zip((0..=1).cycle()).collect();

    let [together, alone] = together_and_alone(&state, &frames);
    assert_eq!(together, alone);
    let met = |reason: &Reason| together.iter().any(|decision| decision.reason == *reason);
    let missing: Vec<_> = Reason::ALL.iter().filter(|reason| !met(reason) && **reason != Reason::PeerSide).collect();
    assert_eq!(missing, [&Reason::Disabled]);
    state.managers_enabled[6] = true;
    let [together, alone] = together_and_alone(&state, &frames);
    assert_eq!(together, alone);
    assert!(together.iter().any(|decision| decision.reason == Reason::PeerSide));
    state.enabled = false;
    let [together, alone] = together_and_alone(&state, &frames);
    assert_eq!(together, alone);
    assert!(together.iter().all(|decision| decision.reason == Reason::Disabled));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn a_batch_decides_each_frame_as_if_alone(
        state in some_card(), live in any::<bool>(), frames in prop::collection::vec((some_frame(), any::<u8>()), 0..300),
    ) {
        let mut state = state;
        state.managers_enabled[2] = live;
        let [together, alone] = together_and_alone(&state, &frames);
        prop_assert_eq!(together, alone);
    }

    #[test]
    fn the_managers_of_an_address_s_ports_are_those_that_each_endpoint_key_leads_to(
        state in some_card(), address in any::<Address>(), first: u16, count in 0..5000usize,
    ) {
        let group = state.group(0);
        let mut managers = vec![0; count];
        batch::managers_of_ports(group, address, first, &mut managers);
        for (i, manager) in managers.into_iter().enumerate() {
            let port = first.wrapping_add(i as u16);
            let hash = model::hash::hash(group.row.key, &model::key::endpoint(address, port));
            prop_assert_eq!(manager, group.entries[usize::from(model::entry_table::bucket(hash))], "port {}", port);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn both_directions_and_errors_about_either_meet_the_same_manager(
        state in some_card(), version in some_version(), protocol in prop_oneof![Just(6u8), Just(17u8), Just(47u8)],
        one in any::<Address>(), other in any::<Address>(), ports in some_ports(),
    ) {
        let there = packet(version, protocol, one, other, ports);
        let back = packet(version, protocol, other, one, [ports[1], ports[0]]);
        let first = decide(&state, &framed(version, there.clone()), 0);
        let second = decide(&state, &framed(version, back.clone()), 0);
        prop_assert_eq!(first.verdict, Verdict::ToManager);
        prop_assert_eq!(mirrored(first.reason), second.reason);
        prop_assert_eq!((first.group, first.key, first.hash, first.bucket, first.manager, first.egress),
            (second.group, second.key, second.hash, second.bucket, second.manager, second.egress));
        if protocol != 47 {
            for (offender, sender) in [(there, one), (back, other)] {
                let error = decide(&state, &framed(version, icmp_error(version, &offender, sender)), 0);
                prop_assert_eq!(error.reason, Reason::IcmpError);
                prop_assert_eq!((error.group, error.key, error.manager), (first.group, first.key, first.manager));
            }
        }
    }

    #[test]
    fn no_bytes_make_it_panic(
        state in some_card(), ingress in any::<u8>(), cut in 0..300usize, kind in 0..6usize, noise in prop::collection::vec(any::<u8>(), 0..300),
        sparse in prop::collection::vec((0..200usize, prop_oneof![Just(0u8), Just(6), Just(17), Just(44), Just(51), Just(60), any::<u8>()]), 0..24),
    ) {
        // Random bytes alone never get past the first questions, so most frames start well and are spoiled here and there.
        let starts: [&[u8]; 6] = [&[], &[8, 0, 0x45], &[8, 0, 0x4f, 0, 0, 200], &[0x86, 0xdd, 0x60], &[0x81, 0, 0, 1, 0x86, 0xdd, 0x60, 0, 0, 0, 0, 200, 0, 64],
            &[8, 0, 0x45, 0, 0, 200, 0, 0, 0, 0, 64, 1, 0, 0]];
        let mut frame = [&GROUP_MAC[..], &[2, 0, 0, 0, 0, 0x99], starts[kind], &noise].concat();
        for (at, byte) in sparse {
            if let Some(place) = frame.get_mut(14 + at) {
                *place = byte;
            }
        }
        frame.truncate(cut);
        let decision = decide(&state, &frame, ingress);
        prop_assert_eq!(decision.egress.is_none(), decision.verdict == Verdict::Drop);
        prop_assert_eq!(decision.hash.is_some(), decision.key.is_some());
        let walk = Walk::of(&frame);
        prop_assert!(walk.fields().iter().all(|field| field.range.end <= frame.len()));
        // Nothing beyond the window but the frame's length can matter.
        frame.iter_mut().skip(128).for_each(|byte| *byte = !*byte);
        prop_assert_eq!(walk, Walk::of(&frame));
    }

    #[test]
    fn the_walk_finds_what_etherparse_wrote(
        tags in 0..3usize, options in 0..=10usize, udp in any::<bool>(), version in some_version(),
        from in any::<Address>(), to in any::<Address>(), ports in any::<[u16; 2]>(), chain in prop::sample::subsequence(vec![0u8, 60, 43, 44, 51], 0..=2),
        units in 1..3u8, payload in prop::collection::vec(any::<u8>(), 0..80),
    ) {
        let raw = |wanted: u8| chain.contains(&wanted).then(|| {
            Ipv6RawExtHeader::new_raw(IpNumber::UDP, &vec![0; usize::from(units) * 8 - 2]).expect("a multiple of 8")
        });
        let ip = match version {
            Version::V4 => {
                let mut header = Ipv4Header::new(0, 64, IpNumber::UDP, from[12..].try_into()?, to[12..].try_into()?).expect("a short payload");
                header.options = Ipv4Options::try_from(vec![1; options * 4].as_slice()).expect("up to 40 bytes");
                IpHeaders::Ipv4(header, Ipv4Extensions::default())
            }
            Version::V6 => IpHeaders::Ipv6(
                Ipv6Header { source: from, destination: to, hop_limit: 64, ..Default::default() },
                Ipv6Extensions {
                    hop_by_hop_options: raw(0),
                    destination_options: raw(60),
                    routing: raw(43).map(|routing| etherparse::Ipv6RoutingExtensions { routing, final_destination_options: None }),
                    fragment: chain.contains(&44).then(|| Ipv6FragmentHeader::new(IpNumber::UDP, IpFragOffset::ZERO, false, 7)),
                    auth: chain.contains(&51).then(|| IpAuthHeader::new(IpNumber::UDP, 1, 2, &[0; 12]).expect("a multiple of 4")),
                },
            ),
        };
        let ethernet = PacketBuilder::ethernet2([2, 0, 0, 0, 0, 0x99], GROUP_MAC);
        let id = |id| VlanId::try_new(id).expect("12 bits");
        let ip = match tags {
            0 => ethernet.ip(ip),
            1 => ethernet.single_vlan(id(7)).ip(ip),
            _ => ethernet.double_vlan(id(7), id(8)).ip(ip),
        };
        let mut frame = Vec::new();
        if udp {
            ip.udp(ports[0], ports[1]).write(&mut frame, &payload)?;
        } else {
            ip.tcp(ports[0], ports[1], 1, 1024).write(&mut frame, &payload)?;
        }

        let address = |address: Address| match version {
            Version::V4 => std::array::from_fn(|i| if i < 10 { 0 } else if i < 12 { 0xff } else { address[i] }),
            Version::V6 => address,
        };
        let expected = Subject {
            protocol: if udp { 17 } else { 6 },
            source: address(from),
            destination: address(to),
            ports: Some(Ports { source: ports[0], destination: ports[1] }),
            embedded: false,
        };
        prop_assert_eq!(Walk::of(&frame).subject, Ok(expected), "{}", model::field::dump(&frame));
    }
}
