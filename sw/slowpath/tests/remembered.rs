//! What is remembered of a datagram, how it is told from others, and for how long: `docs/slow-path.md`, "Fragments".

mod common;

use common::{Rig, UDP_PORTS, card, datagram, fragment, fragments, manager, packet, shared};
use contract::row::ManagerRow;
use slowpath::{Fate, Time, To};

#[test]
fn copies_of_a_fragment_are_sent_on_and_do_no_harm() {
    let state = card();
    let whole = datagram(false);
    let pieces = fragments(&whole, 7, 800);
    let mut rig = Rig::new();
    for piece in pieces.iter().chain(&pieces) {
        assert_eq!(rig.one(0, piece), shared(&state, &whole, piece));
    }
    // It was complete before the copies came, and they do not keep it in mind.
    rig.wait(1.5);
    assert_eq!(rig.take(0, &pieces[1]).len(), 1);
    rig.wait(0.6);
    rig.poll();
    assert_eq!(rig.slow.fragments().datagrams(), 0);
    // Of those that are held one copy is enough.
    let mut rig = Rig::new();
    assert_eq!((rig.take(0, &pieces[1]), rig.fate(&pieces[1])), (vec![], Fate::Duplicate));
    assert_eq!(rig.take(0, &pieces[0]).len(), 2);
}

#[test]
fn a_datagram_of_many_small_fragments_passes_in_any_order_of_two() {
    let state = card();
    let whole = packet(false, false, UDP_PORTS, 60_000);
    let pieces = fragments(&whole, 7, 552);
    assert!(pieces.len() > 64);
    let mut rig = Rig::new();
    let mut left = rig.take(0, &pieces[0]);
    for pair in pieces[1..].chunks(2) {
        for piece in pair.iter().rev() {
            left.extend(rig.take(0, piece));
        }
    }
    assert_eq!(left.len(), pieces.len());
    assert!(left.iter().all(|output| output.frame[..6] == shared(&state, &whole, &pieces[0]).frame[..6]));
    // It is complete, and so forgotten after two seconds.
    rig.wait(1.9);
    rig.poll();
    assert_eq!(rig.slow.fragments().datagrams(), 1);
    rig.wait(0.2);
    rig.poll();
    assert_eq!(rig.slow.fragments().datagrams(), 0);
}

#[test]
fn pieces_that_fit_together_nowhere_are_remembered_up_to_a_bound() {
    let whole = packet(false, false, UDP_PORTS, 8000);
    let mut rig = Rig::new();
    rig.take(0, &fragment(&whole, 7, 0..8, true));
    for gap in 1..64 {
        assert_eq!(rig.fate(&fragment(&whole, 7, gap * 16..gap * 16 + 8, true)), Fate::Fragment);
    }
    assert_eq!(rig.fate(&fragment(&whole, 7, 1024..1032, true)), Fate::TooManyPieces);
    assert_eq!(rig.fate(&fragment(&whole, 7, 2048..2056, true)), Fate::TooManyPieces);
}

#[test]
fn what_is_held_is_dropped_when_the_first_fragment_does_not_come_in_time() {
    let pieces = fragments(&datagram(false), 7, 800);
    let mut rig = Rig::new();
    rig.take(0, &pieces[1]);
    rig.wait(20.0);
    rig.take(0, &pieces[2]);
    assert_eq!(rig.slow.next(), Some(rig.now + Time::from_secs(10)));
    rig.wait(9.9);
    rig.poll();
    assert_eq!(rig.slow.fragments().held(), 2);
    rig.wait(0.1);
    rig.poll();
    assert_eq!((rig.slow.counters().of(Fate::TimeUp), rig.slow.fragments().datagrams(), rig.slow.next()), (2, 0, None));
}

#[test]
fn a_datagram_that_is_not_complete_is_remembered_for_30_seconds_after_its_last_packet() {
    let pieces = fragments(&datagram(false), 7, 800);
    let mut rig = Rig::new();
    rig.take(0, &pieces[0]);
    for piece in &pieces[1..3] {
        rig.wait(29.9);
        assert_eq!(rig.take(0, piece).len(), 1);
    }
    rig.wait(30.0);
    assert_eq!(rig.take(0, &pieces[3]).len(), 0);
}

#[test]
fn a_first_fragment_with_other_ports_and_the_same_identification_goes_by_its_own() {
    let state = card();
    let [one, other] = [UDP_PORTS, [50_051, 60_000]].map(|ports| packet(false, false, ports, 4000));
    assert_ne!(manager(&state, &one), manager(&state, &other));
    let mut rig = Rig::new();
    for whole in [&one, &other] {
        for piece in fragments(whole, 7, 1480) {
            assert_eq!(rig.one(0, &piece), shared(&state, whole, &piece));
        }
    }
}

#[test]
fn a_datagram_stays_with_its_manager_when_the_tables_change_and_goes_where_that_manager_is() {
    let whole = datagram(false);
    let pieces = fragments(&whole, 7, 1480);
    let before = card();
    let mut rig = Rig::new();
    rig.take(0, &pieces[0]);
    let mut after = card();
    after.idle_group_mut(0).entries = [6; 4096];
    *after.idle_manager_rows_mut() = *after.manager_rows();
    let id = manager(&before, &whole);
    after.idle_manager_rows_mut()[usize::from(id)] = ManagerRow { mac: [2, 0, 0, 0, 9, 9], egress: 0 };
    after.commit(1 | 1 << contract::register::UNIT_MANAGERS, 2).unwrap();
    assert_eq!(manager(&after, &whole), 6);
    rig.slow.follow(after.clone());
    let output = rig.one(0, &pieces[1]);
    assert_eq!((output.to, &output.frame[..6]), (To::Port(0), &[2, 0, 0, 0, 9, 9][..]));
    after.managers_enabled[usize::from(id)] = false;
    rig.slow.follow(after);
    assert_eq!(rig.fate(&pieces[2]), Fate::NoManager);
}

#[test]
fn datagrams_differ_by_source_destination_identification_protocol_and_vlan() {
    let whole = datagram(false);
    let pieces = fragments(&whole, 7, 1480);
    let later = |change: fn(&mut Vec<u8>)| {
        let mut rig = Rig::new();
        rig.take(0, &pieces[0]);
        let mut piece = pieces[1].clone();
        change(&mut piece);
        rig.take(0, &piece).len()
    };
    assert_eq!(later(|_| ()), 1);
    assert_eq!(later(|piece| piece[29] ^= 1), 0, "source");
    assert_eq!(later(|piece| piece[33] ^= 1), 0, "destination");
    assert_eq!(later(|piece| piece[19] ^= 1), 0, "identification");
    assert_eq!(later(|piece| piece[23] = 6), 0, "protocol");
    assert_eq!(later(|piece| drop(piece.splice(12..12, [0x81, 0, 0, 5]))), 0, "VLAN");
    let mut rig = Rig::new();
    let tagged = |piece: &[u8], tag: [u8; 4]| [&piece[..12], &tag, &piece[12..]].concat();
    rig.take(0, &tagged(&pieces[0], [0x81, 0, 0x20, 5]));
    assert_eq!(rig.take(0, &tagged(&pieces[1], [0x81, 0, 0, 5])).len(), 1, "priority is no VLAN");
    assert_eq!(rig.take(0, &tagged(&pieces[2], [0x81, 0, 0, 6])).len(), 0, "another VLAN");
}

#[test]
fn an_ipv6_address_that_looks_like_an_ipv4_one_is_another_source() {
    let v4 = fragments(&datagram(false), 7, 1480);
    let mapped = |address: &[u8]| [&[0; 10][..], &[0xff, 0xff], address].concat();
    let mut v6 = fragments(&datagram(true), 7, 1480);
    v6[1][22..38].copy_from_slice(&mapped(&v4[0][26..30]));
    v6[1][38..54].copy_from_slice(&mapped(&v4[0][30..34]));
    let mut rig = Rig::new();
    assert_eq!((rig.take(0, &v4[0]).len(), rig.take(0, &v6[1]).len()), (1, 0));
}
