//! The tag's bytes and its MAC, against published vectors and against OpenSSL.

use gateway::keys::{KeyRing, Trust};
use gateway::tag::{EXID, Subject, Tag, TagState};
use gateway::{Address, Mode, Time};
use siphasher::sip::SipHasher24;
use std::hash::Hasher;
use std::net::IpAddr;

const KEY: [u8; 16] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
const EPOCH: u64 = 27_000_000;
const NOW: Time = Time::from_secs(EPOCH * 64);

fn address(text: &str) -> Address {
    text.parse::<IpAddr>().unwrap().into()
}

fn syn() -> Subject {
    let (client, server) = (address("198.51.100.7"), address("192.0.2.10"));
    Subject { client, server, replica: None, client_port: 40_000, server_port: 80, client_isn: 0x0102_0304 }
}

fn syn_ack() -> Subject {
    let replica = Some((address("2001:db8:3::1"), 0xdead_beef));
    let (client, server) = (address("2001:db8:1::7"), address("2001:db8:2::a"));
    Subject { client, server, replica, client_port: 40_000, server_port: 443, client_isn: 0xffff_fffe }
}

/// Of the reference implementation of SipHash-2-4, `vectors_sip64`: the key above, messages 00, 00 01, and so on.
#[test]
fn the_keyed_hash_gives_the_published_vectors() {
    let message: Vec<u8> = (0..64).collect();
    let vectors = [
        (0, [0x31, 0x0e, 0x0e, 0xdd, 0x47, 0xdb, 0x6f, 0x72]),
        (1, [0xfd, 0x67, 0xdc, 0x93, 0xc5, 0x39, 0xf8, 0x74]),
        (7, [0x37, 0xd1, 0x01, 0x8b, 0xf5, 0x00, 0x02, 0xab]),
        (8, [0x62, 0x24, 0x93, 0x9a, 0x79, 0xf5, 0xf5, 0x93]),
        (15, [0xe5, 0x45, 0xbe, 0x49, 0x61, 0xca, 0x29, 0xa1]),
        (63, [0x72, 0x45, 0x06, 0xeb, 0x4c, 0x32, 0x8a, 0x95]),
    ];
    for (length, expected) in vectors {
        let mut hasher = SipHasher24::new_with_key(&KEY);
        hasher.write(&message[..length]);
        assert_eq!(hasher.finish().to_le_bytes(), expected, "{length}");
    }
}

/// The bytes were written out by hand from the page; the MACs are what `openssl mac -macopt hexkey:000102030405060708090a0b0c0d0e0f -macopt
/// size:8 SIPHASH` says of them.
#[test]
fn a_mac_is_over_the_bytes_of_the_page_and_is_what_openssl_computes() {
    let cases = [
        (
            syn(),
            TagState::permit(&Mode::ALL, 5),
            0x5f,
            "015f00000000000000000000ffffc633640700000000000000000000ffffc000020a000000000000000000000000000000009c400050010203040000000000000000019bfcc0",
            "dd443be62e4f7022",
        ),
        (
            syn_ack(),
            TagState::echo(Mode::B, 5),
            0x54,
            "025420010db800010000000000000000000720010db800020000000000000000000a20010db80003000000000000000000019c4001bbfffffffedeadbeef00000000019bfcc0",
            "25e1dd77426ecce3",
        ),
    ];
    for (subject, state, byte, bytes, mac) in cases {
        assert_eq!(state.0, byte);
        assert_eq!(hex(&subject.bytes(state, EPOCH)), bytes);
        let tag = Tag { state, mac: Some(subject.mac(&KEY, state, EPOCH)) };
        assert_eq!(hex(&tag.write(EXID)), format!("fd0d5444{byte:02x}{mac}"));
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_tag_holds_for_its_subject_alone_and_one_epoch_around() {
    let trust = Trust::Keys(KeyRing::new(5, KEY));
    let tag = trust.tag(&Mode::ALL, &syn(), NOW);
    for (seconds, holds) in
        [(-129, false), (-65, false), (-64, true), (0, true), (63, true), (64, true), (127, true), (128, false), (192, false)]
    {
        let now = Time::from_secs(NOW.as_secs().checked_add_signed(seconds).unwrap());
        assert_eq!(trust.holds(&tag, &syn(), now), holds, "{seconds} s");
    }
    let others = [
        Subject { client: address("198.51.100.8"), ..syn() },
        Subject { server: address("192.0.2.11"), ..syn() },
        Subject { client_port: 40_001, ..syn() },
        Subject { server_port: 81, ..syn() },
        Subject { client_isn: 0x0102_0305, ..syn() },
        Subject { replica: Some((Address::NONE, 0)), ..syn() },
    ];
    for other in others {
        assert!(!trust.holds(&tag, &other, NOW), "{other:?}");
    }
    for bit in 0..8 {
        let state = TagState(tag.state.0 ^ 1 << bit);
        assert!(!trust.holds(&Tag { state, ..tag }, &syn(), NOW), "bit {bit}");
    }
    assert!(!trust.holds(&Tag { mac: None, ..tag }, &syn(), NOW));
}

#[test]
fn two_keys_hold_while_they_are_exchanged_and_a_third_does_not() {
    let other = [7; 16];
    let old = Trust::Keys(KeyRing::new(1, KEY));
    let both = Trust::Keys(KeyRing::new(1, KEY).with(2, other).using(2));
    let new = Trust::Keys(KeyRing::new(2, other));
    let tags = [&old, &both, &new].map(|trust| trust.tag(&Mode::ALL, &syn(), NOW));
    assert_eq!(tags.map(|tag| tag.state.key()), [1, 2, 2]);
    let held = [&old, &both, &new].map(|trust| tags.map(|tag| trust.holds(&tag, &syn(), NOW)));
    assert_eq!(held, [[true, false, false], [true, true, true], [false, true, true]]);
}

#[test]
fn an_open_echo_holds_for_a_listed_replica_only() {
    let (replica, _) = syn_ack().replica.unwrap();
    let trust = Trust::Open(vec![replica]);
    let echo = trust.echo(Mode::A, 0, &syn_ack(), NOW);
    assert_eq!(hex(&echo.write(EXID)), "fd05544402");
    assert!(trust.holds(&echo, &syn_ack(), NOW));
    let stranger = Subject { replica: Some((address("2001:db8:3::2"), 1)), ..syn_ack() };
    assert!(!trust.holds(&echo, &stranger, NOW));
    let keyed = Trust::Keys(KeyRing::new(0, KEY));
    assert!(!keyed.holds(&echo, &syn_ack(), NOW), "a site with keys takes no open echo");
    assert!(!trust.holds(&keyed.echo(Mode::A, 0, &syn_ack(), NOW), &syn_ack(), NOW));
}

#[test]
fn what_is_no_tag_of_ours_is_none() {
    for data in [
        &[][..],
        &[0x54],
        &[0x54, 0x44],
        &[0x54, 0x45, 1],
        &[0x54, 0x44, 1, 2],
        &[0x54, 0x44, 1, 1, 2, 3, 4, 5, 6, 7],
        &[0x54, 0x44, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    ] {
        assert_eq!(Tag::read(data, EXID), None, "{data:02x?}");
    }
    let tag = Tag::read(&[0x54, 0x44, 0xb3, 1, 2, 3, 4, 5, 6, 7, 8], EXID).unwrap();
    assert!(tag.state.permits() && tag.state.has(Mode::A) && !tag.state.has(Mode::B) && !tag.state.has(Mode::C));
    assert_eq!((tag.state.key(), tag.state.modes()), (11, 1));
}
