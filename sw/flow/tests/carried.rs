//! Connections that a carrier takes off the filter: when they are offered, what it is told, and when they are taken back.

mod common;

use common::*;
use flow::carrier::CARRIED_AFTER;
use flow::table::Tracking;
use flow::tcp::Stage;
use flow::{Carrier, Filter, Key, OriginationRate, Reason, Rewriting, Seen, Table, Tables};
use packet::Delta;
use slowpath::Bounds;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Mutex;
use std::time::Duration;

/// A carrier that carries nothing, and remembers what it was told.
#[derive(Debug, Default)]
struct Notes {
    offered: Mutex<Vec<Rewriting>>,
    carried: Mutex<HashMap<Key, Seen>>,
    is_full: Mutex<bool>,
}

impl Carrier for Notes {
    fn carry(&self, rewriting: &Rewriting) -> bool {
        self.offered.lock().unwrap().push(*rewriting);
        let takes = !*self.is_full.lock().unwrap();
        if takes {
            self.carried.lock().unwrap().insert(rewriting.key, Seen::default());
        }
        takes
    }

    fn withdraw(&self, key: &Key) -> Option<Seen> {
        self.carried.lock().unwrap().remove(key)
    }
}

impl Notes {
    fn carried(&self) -> usize {
        self.carried.lock().unwrap().len()
    }

    fn offered(&self) -> usize {
        self.offered.lock().unwrap().len()
    }
}

/// A rig whose filter has a carrier.
fn rig() -> (Rig, &'static Notes) {
    let notes: &'static Notes = Box::leak(Box::default());
    let mut rig = Rig::new();
    rig.filter = Filter::new(rig.table, 0, OriginationRate::default(), Bounds::default()).with_carrier(Some(notes));
    rig.tables = Tables::new(settings(), None).with_generation(5);
    (rig, notes)
}

/// An established connection, and packets of both ends.
struct Talk {
    to_server: Vec<u8>,
    to_client: Vec<u8>,
    opened: Opened,
    virtual_at: SocketAddr,
    client: SocketAddr,
}

fn talk(rig: &mut Rig, v6: bool, port: u16) -> Talk {
    let (client, virtual_at) = (client(v6), SocketAddr::new(virtual_address(v6), port));
    let opened = established(rig, client, port);
    Talk {
        to_server: tcp(TO_MANAGER, client, virtual_at, segment(ACK, 101, 501)),
        to_client: tcp(from_server(opened.server), opened.server_at, opened.source, segment(ACK, 501, 101)),
        opened,
        virtual_at,
        client,
    }
}

impl Talk {
    /// So many packets each way.
    fn pass(&self, rig: &mut Rig, count: u64) {
        for _ in 0..count {
            rig.take(0, &self.to_server).on(1, Reason::Connection);
            rig.take(1, &self.to_client).on(0, Reason::Connection);
        }
    }
}

/// What is followed of the only connection.
fn tracking(table: &Table<'_>) -> Tracking {
    table.all().next().unwrap().1
}

/// The bytes of a checksum of TCP, and of the header of IPv4.
fn checksums(frame: &[u8]) -> (u16, Option<u16>) {
    let word = |at: usize| u16::from_be_bytes([frame[at], frame[at + 1]]);
    if frame[12] == 8 { (word(34 + 16), Some(word(24))) } else { (word(54 + 16), None) }
}

#[test]
fn a_direction_is_offered_after_so_many_packets_with_what_the_filter_does() {
    for (v6, port) in [(false, DESTINATION), (false, FULL), (true, DESTINATION), (true, FULL)] {
        let (mut rig, notes) = rig();
        let talk = talk(&mut rig, v6, port);
        talk.pass(&mut rig, CARRIED_AFTER - 2);
        assert_eq!(notes.offered(), 0, "{port}");
        talk.pass(&mut rig, 5);
        let offered = notes.offered.lock().unwrap().clone();
        assert_eq!((offered.len(), notes.carried()), (2, 2), "each direction once");
        for (interface, out, comes) in [(0, 1, &talk.to_server), (1, 0, &talk.to_client)] {
            let rewriting = offered.iter().find(|rewriting| rewriting.interface == interface).unwrap();
            let leaves = rig.take(interface, comes).on(out, Reason::Connection);
            // etherparse reads both, and finds the checksums right.
            let (before, after) = (read(comes), read(&leaves));
            let endpoint = |at: SocketAddr| flow::Endpoint { address: flow::address(at.ip()), port: at.port() };
            assert_eq!((rewriting.key.source, rewriting.key.destination), (endpoint(before.source), endpoint(before.destination)));
            assert_eq!((rewriting.new.source, rewriting.new.destination), (endpoint(after.source), endpoint(after.destination)));
            assert_eq!((rewriting.macs, [rewriting.hop.mac, rewriting.mac]), (before.macs, after.macs));
            assert_eq!((rewriting.hop.interface, rewriting.generation, rewriting.key.protocol), (out, 5, TCP));
            let ((transport, header), (new_transport, new_header)) = (checksums(comes), checksums(&leaves));
            assert_eq!(rewriting.deltas.1.apply(transport), new_transport);
            // One less of the TTL is 0x0100 less of its word.
            let ttl = Delta::NONE.word(0x4000, 0x3f00);
            assert_eq!(header.map(|header| rewriting.deltas.0.and(ttl).apply(header)), new_header);
        }
    }
}

#[test]
fn a_fin_is_measured_by_what_was_carried_and_ends_it() {
    for from_client in [true, false] {
        let (mut rig, notes) = rig();
        let talk = talk(&mut rig, false, DESTINATION);
        talk.pass(&mut rig, CARRIED_AFTER);
        assert_eq!(notes.carried(), 2);
        // A gigabyte later: far out of the windows that the filter has seen.
        let (far, window) = (1_000_000_000, 1000);
        let later = rig.now + Duration::from_secs(3);
        for (key, seen) in notes.carried.lock().unwrap().iter_mut() {
            let is_client = key.source.port == talk.client.port() && key.destination.port == talk.virtual_at.port();
            let next = if is_client { 501 + far } else { 101 + far };
            *seen = Seen { packets: 9, at: later, acknowledged: (next, window) };
        }
        let flags = FIN | ACK;
        if from_client {
            let fin = tcp(TO_MANAGER, talk.client, talk.virtual_at, segment(flags, 101 + far, 501 + far));
            rig.take(0, &fin).on(1, Reason::Connection);
        } else {
            let fin = tcp(from_server(talk.opened.server), talk.opened.server_at, talk.opened.source, segment(flags, 501 + far, 101 + far));
            rig.take(1, &fin).on(0, Reason::Connection);
        }
        assert_eq!((tracking(&rig.table).stage, notes.carried()), (Stage::Closing, 0), "from the client: {from_client}");
        // Nothing of a connection that ends is offered again.
        let offered = notes.offered();
        for _ in 0..2 * CARRIED_AFTER {
            rig.take(0, &talk.to_server);
        }
        assert_eq!(notes.offered(), offered);
    }
}

#[test]
fn what_was_carried_keeps_a_connection() {
    let (mut rig, notes) = rig();
    let talk = talk(&mut rig, false, DESTINATION);
    talk.pass(&mut rig, CARRIED_AFTER);
    let established = rig.tables.settings().timeouts.established.as_secs();
    let seen = Seen { packets: 1, at: rig.now + Duration::from_secs(established - 1), acknowledged: (501, 10) };
    let key = *notes.carried.lock().unwrap().keys().find(|key| key.source.port == talk.client.port()).unwrap();
    let (found, _) = rig.table.find(&key).unwrap();
    flow::carrier::note(&rig.table, found, &seen);
    rig.pass(established + 1);
    assert_eq!(rig.table.live(), 1, "its last packet was carried a moment ago");
    rig.pass(established);
    assert_eq!((rig.table.live(), notes.carried()), (0, 0), "it has ended, and is carried no longer");
}

#[test]
fn rst_syn_and_a_client_that_moves_take_a_connection_back() {
    let reset = |talk: &Talk| tcp(TO_MANAGER, talk.client, talk.virtual_at, segment(RST, 101, 0));
    let opens = |talk: &Talk| tcp(TO_MANAGER, talk.client, talk.virtual_at, segment(SYN, 9000, 0));
    let moved = |talk: &Talk| {
        let mut frame = talk.to_server.clone();
        frame[6..12].copy_from_slice(&[2, 0, 0, 0, 9, 9]);
        frame
    };
    for (what, frame) in [("RST", &reset as &dyn Fn(&Talk) -> Vec<u8>), ("SYN", &opens), ("another router", &moved)] {
        let (mut rig, notes) = rig();
        let talk = talk(&mut rig, false, DESTINATION);
        talk.pass(&mut rig, CARRIED_AFTER);
        assert_eq!(notes.carried(), 2);
        rig.take(0, &frame(&talk));
        assert_eq!(notes.carried(), 0, "{what}");
    }
    // By its new router it is offered again, with its new MAC.
    let (mut rig, notes) = rig();
    let talk = talk(&mut rig, false, DESTINATION);
    talk.pass(&mut rig, CARRIED_AFTER);
    (0..CARRIED_AFTER).for_each(|_| drop(rig.take(0, &moved(&talk))));
    (0..CARRIED_AFTER).for_each(|_| drop(rig.take(1, &talk.to_client)));
    let offered = notes.offered.lock().unwrap();
    assert_eq!((offered.len(), offered[3].hop.mac, offered[2].macs[1]), (4, [2, 0, 0, 0, 9, 9], [2, 0, 0, 0, 9, 9]));
}

#[test]
fn what_a_carrier_has_no_room_for_is_offered_again_later() {
    let (mut rig, notes) = rig();
    let talk = talk(&mut rig, false, DESTINATION);
    *notes.is_full.lock().unwrap() = true;
    talk.pass(&mut rig, 3 * CARRIED_AFTER);
    assert_eq!((notes.offered(), notes.carried()), (6, 0));
    *notes.is_full.lock().unwrap() = false;
    talk.pass(&mut rig, CARRIED_AFTER);
    assert_eq!((notes.offered(), notes.carried()), (8, 2));
}

#[test]
fn what_a_carrier_cannot_do_is_not_offered() {
    // The server answers directly.
    let (mut rig, notes) = rig();
    established(&mut rig, client(false), DIRECT);
    let direct = tcp(TO_MANAGER, client(false), SocketAddr::new(virtual_address(false), DIRECT), segment(ACK, 101, 501));
    (0..3 * CARRIED_AFTER).for_each(|_| drop(rig.take(0, &direct).on(1, Reason::Connection)));
    assert_eq!(notes.offered(), 0);
    // The client has proved nothing.
    let (mut rig, notes) = self::rig();
    let open = open(&mut rig, client(false), DESTINATION, 100);
    let answer = tcp(from_server(open.server), open.server_at, open.source, segment(SYN | ACK, 500, 101));
    (0..3 * CARRIED_AFTER).for_each(|_| drop(rig.take(1, &answer).on(0, Reason::Connection)));
    assert_eq!(notes.offered(), 0);
    // It would be forgotten before anybody notes what was carried; nobody knows of which tables it is.
    let mut short = settings();
    short.timeouts.established = Duration::from_secs(9);
    for tables in [Tables::new(short, None).with_generation(1), Tables::new(settings(), None)] {
        let (mut rig, notes) = self::rig();
        rig.tables = tables;
        talk(&mut rig, false, DESTINATION).pass(&mut rig, 2 * CARRIED_AFTER);
        assert_eq!(notes.offered(), 0);
    }
    // Its checksums are not finished.
    let (mut rig, notes) = self::rig();
    let talk = talk(&mut rig, false, DESTINATION);
    for _ in 0..2 * CARRIED_AFTER {
        let offload = flow::Offload { unfinished: true, segment: None };
        rig.filter.take_offloaded(&rig.tables, rig.now, 0, &mut talk.to_server.clone(), offload, &mut rig.out);
    }
    assert_eq!(notes.offered(), 0);
    talk.pass(&mut rig, CARRIED_AFTER);
    assert_eq!(notes.offered(), 2);
}
