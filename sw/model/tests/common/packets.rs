//! Packets of every shape, from their bytes, and cards of all sorts to decide them.

use super::card_with_rules;
use contract::row::RuleRow;
use model::State;
use model::network::{Address, Version};
use proptest::prelude::*;

pub(crate) const GROUP_MAC: [u8; 6] = [2, 0, 0, 0, 0, 1];

pub(crate) fn some_rule() -> impl Strategy<Value = RuleRow> {
    (any::<[u16; 2]>(), prop_oneof![Just(None), Just(Some(6)), Just(Some(17))], 0..2u8, any::<bool>(), any::<bool>()).prop_map(
        |([lowest, highest], protocol, group, key_on_peer, in_use)| RuleRow { lowest, highest, protocol, group, key_on_peer, in_use },
    )
}

pub(crate) fn some_card() -> impl Strategy<Value = State> {
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
pub(crate) fn some_ports() -> impl Strategy<Value = [u16; 2]> {
    prop_oneof![any::<[u16; 2]>(), any::<u16>().prop_map(|port| [port, port]), any::<u16>().prop_map(|port| [port, port ^ 1])]
}

/// An IP packet of this version with four bytes of ports.
pub(crate) fn packet(version: Version, protocol: u8, from: Address, to: Address, ports: [u16; 2]) -> Vec<u8> {
    let mut packet = match version {
        Version::V4 => [&[0x45, 0, 0, 24, 0, 0, 0, 0, 64, protocol, 0, 0], &from[12..], &to[12..]].concat(),
        Version::V6 => [&[0x60, 0, 0, 0, 0, 4, protocol, 64], &from[..], &to[..]].concat(),
    };
    packet.extend(ports.iter().flat_map(|port| port.to_be_bytes()));
    packet
}

pub(crate) fn framed(version: Version, packet: Vec<u8>) -> Vec<u8> {
    let ether_type = if version == Version::V4 { [8, 0] } else { [0x86, 0xdd] };
    [&GROUP_MAC[..], &[2, 0, 0, 0, 0, 0x99], &ether_type, &packet].concat()
}

/// An ICMP error that a router sends to the packet's sender.
pub(crate) fn icmp_error(version: Version, packet: &[u8], sender: Address) -> Vec<u8> {
    let length = (packet.len() + 8) as u8;
    match version {
        Version::V4 => {
            [&[0x45, 0, 0, 20 + length, 0, 0, 0, 0, 64, 1, 0, 0, 203, 0, 113, 9], &sender[12..], &[3, 4, 0, 0, 0, 0, 5, 0], packet].concat()
        }
        Version::V6 => [&[0x60, 0, 0, 0, 0, length, 58, 64], &[0xfd; 16][..], &sender, &[2, 0, 0, 0, 0, 0, 5, 0], packet].concat(),
    }
}

pub(crate) fn some_version() -> impl Strategy<Value = Version> {
    prop_oneof![Just(Version::V4), Just(Version::V6)]
}

/// A frame of any of the shapes that are decided differently, often between the same few endpoints, sometimes cut or spoiled.
pub(crate) fn some_frame() -> impl Strategy<Value = Vec<u8>> {
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
