//! What holds for all packets, and a second witness of the parse: packets that `etherparse` built.

mod common;

use common::packets::*;
use contract::code::{Reason, Verdict};
use etherparse::{IpAuthHeader, IpFragOffset, IpHeaders, IpNumber, Ipv4Extensions, Ipv4Header, Ipv4Options, Ipv6Extensions};
use etherparse::{Ipv6FragmentHeader, Ipv6Header, Ipv6RawExtHeader, PacketBuilder, VlanId};
use model::network::{Address, Version};
use model::transport::Ports;
use model::{Subject, Walk, decide};
use proptest::prelude::*;

/// The reason that the packet on its way back must have.
fn mirrored(reason: Reason) -> Reason {
    match reason {
        Reason::SourceSide => Reason::DestinationSide,
        Reason::DestinationSide => Reason::SourceSide,
        other => other,
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
