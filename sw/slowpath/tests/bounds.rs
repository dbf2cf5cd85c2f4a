//! What fragments may cost. The rig looks at every frame whether bytes and datagrams are within their bounds.

mod common;

use common::{Rig, fragment, packet};
use slowpath::fragments::bounds::{OVERHEAD, SOURCES};
use slowpath::{Bounds, Fate};

/// A later fragment of 800 bytes of a datagram of this source.
fn later(source: u8, identification: u32) -> Vec<u8> {
    piece(source, identification, 800..1600)
}

fn first(source: u8, identification: u32) -> Vec<u8> {
    piece(source, identification, 0..800)
}

fn piece(source: u8, identification: u32, bytes: std::ops::Range<usize>) -> Vec<u8> {
    let mut piece = fragment(&packet(false, false, [40_000, 443], 4000), identification, bytes, true);
    piece[29] = source;
    piece
}

/// What each of these costs while it is held: Ethernet, IPv4, 800 bytes, and the overhead.
const COST: usize = 14 + 20 + 800 + OVERHEAD;

#[test]
fn when_the_bytes_are_in_use_the_oldest_held_datagram_goes_first() {
    let mut rig = Rig::bounded(Bounds { bytes: 32 * COST, ..Bounds::default() });
    for source in 0..32 {
        assert_eq!(rig.take(0, &later(source, 1)), []);
    }
    assert_eq!((rig.slow.fragments().held(), rig.slow.fragments().bytes()), (32, 32 * COST));
    rig.take(0, &later(100, 1));
    assert_eq!((rig.slow.fragments().held(), rig.slow.counters().of(Fate::BytesBound)), (32, 1));
    // What follows of the oldest is not held in vain, and the second oldest is still there.
    assert_eq!(rig.fate(&first(0, 1)), Fate::BytesBound);
    assert_eq!(rig.take(0, &first(1, 1)).len(), 2);
}

#[test]
fn one_more_fragment_of_the_oldest_datagram_does_not_save_it() {
    let mut rig = Rig::bounded(Bounds { bytes: 32 * COST, ..Bounds::default() });
    for source in 0..32 {
        rig.take(0, &later(source, 1));
    }
    assert_eq!(rig.fate(&piece(0, 1, 1600..2400)), Fate::BytesBound);
    assert_eq!((rig.slow.fragments().held(), rig.slow.counters().of(Fate::BytesBound)), (31, 2));
}

#[test]
fn a_source_holds_a_sixteenth_of_the_bytes_and_its_own_oldest_datagram_goes_first() {
    let mut rig = Rig::bounded(Bounds { bytes: 4 * SOURCES * COST, ..Bounds::default() });
    rig.take(0, &later(200, 1));
    for identification in 0..1000 {
        rig.take(0, &later(7, identification));
        assert!(rig.slow.fragments().bytes() <= 5 * COST);
    }
    assert_eq!((rig.slow.fragments().held(), rig.slow.counters().of(Fate::SourceShare)), (5, 996));
    for (identification, leaves) in [(995, 0), (996, 2), (999, 2)] {
        assert_eq!(rig.take(0, &first(7, identification)).len(), leaves, "{identification}");
    }
    assert_eq!(rig.take(0, &first(200, 1)).len(), 2, "another source");
}

#[test]
fn a_frame_that_is_more_than_a_source_may_hold_is_dropped() {
    let mut rig = Rig::bounded(Bounds { bytes: SOURCES * COST - 1, ..Bounds::default() });
    assert_eq!(rig.fate(&later(7, 1)), Fate::SourceShare);
    assert_eq!(Rig::bounded(Bounds { bytes: 0, ..Bounds::default() }).fate(&later(7, 1)), Fate::SourceShare);
}

#[test]
fn a_datagram_holds_64_fragments() {
    let mut rig = Rig::new();
    for at in 1..=64 {
        assert_eq!(rig.take(0, &piece(7, 1, at * 8..at * 8 + 8)), []);
    }
    assert_eq!(rig.slow.fragments().held(), 64);
    assert_eq!(rig.fate(&piece(7, 1, 520..528)), Fate::DatagramBound);
    assert_eq!((rig.slow.fragments().held(), rig.slow.counters().of(Fate::DatagramBound)), (0, 65));
    assert_eq!(rig.fate(&first(7, 1)), Fate::DatagramBound);
}

#[test]
fn a_datagram_holds_65535_bytes_and_long_headers_count() {
    // As many as the longest datagram has, the first fragment last.
    let whole = packet(true, false, [40_000, 443], 65_400);
    let pieces = common::fragments(&whole, 1, 1448);
    let mut rig = Rig::new();
    for piece in pieces.iter().rev() {
        rig.take(0, piece);
    }
    assert_eq!((rig.slow.counters().of(Fate::Fragment), rig.slow.counters().dropped()), (pieces.len() as u64, 0));
    // Eight bytes after 4 x 2,048 of options: the eighth is too much.
    let mut rig = Rig::new();
    for at in 1..=8 {
        let mut piece = fragment(&whole, 1, at * 8..at * 8 + 8, true);
        let mut options = [&[60, 255, 1, 253][..], &[0; 253], &[1, 255], &[0; 255]].concat();
        options.resize(2048, 0);
        let mut chain = options.repeat(4);
        chain[3 * 2048] = 44;
        piece.splice(54..54, chain);
        let length = (piece.len() - 54) as u16;
        piece[18..20].copy_from_slice(&length.to_be_bytes());
        piece[20] = 60;
        assert_eq!(rig.take(0, &piece), []);
        assert_eq!(rig.slow.fragments().held(), if at < 8 { at } else { 0 });
    }
    assert_eq!(rig.slow.counters().of(Fate::DatagramBound), 8);
}

#[test]
fn when_all_datagrams_are_in_use_the_oldest_held_goes_and_never_one_that_still_receives() {
    let mut rig = Rig::bounded(Bounds { datagrams: 4, ..Bounds::default() });
    rig.take(0, &first(1, 1));
    rig.take(0, &later(2, 1));
    rig.take(0, &first(3, 1));
    rig.take(0, &later(4, 1));
    // One that is held goes for each of these two, the older one first.
    assert_eq!(rig.take(0, &first(5, 1)).len(), 1);
    assert_eq!((rig.slow.counters().of(Fate::DatagramsBound), rig.slow.fragments().held()), (1, 1));
    assert_eq!(rig.take(0, &first(6, 1)).len(), 1);
    assert_eq!((rig.slow.counters().of(Fate::DatagramsBound), rig.slow.fragments().held()), (2, 0));
    // All four still receive: newcomers go, and each of the four gets its next fragment.
    for source in 10..20 {
        assert_eq!((rig.fate(&first(source, 1)), rig.fate(&later(source, 2))), (Fate::TableFull, Fate::TableFull));
    }
    for source in [1, 3, 5, 6] {
        assert_eq!(rig.take(0, &later(source, 1)).len(), 1);
    }
    // After two seconds of silence a datagram does not receive any more: the one that was silent for longest goes.
    rig.wait(1.0);
    for source in [3, 5, 6] {
        rig.take(0, &piece(source, 1, 1600..2400));
    }
    rig.wait(1.0);
    assert_eq!(rig.take(0, &first(30, 1)).len(), 1);
    assert_eq!(rig.fate(&first(31, 1)), Fate::TableFull);
    assert_eq!(rig.take(0, &piece(3, 1, 2400..3200)).len(), 1, "it is still remembered");
}

#[test]
fn dropped_and_complete_datagrams_make_room_before_those_that_receive() {
    let mut rig = Rig::bounded(Bounds { datagrams: 3, ..Bounds::default() });
    rig.take(0, &first(1, 1));
    rig.take(0, &piece(2, 1, 800..804)); // an odd length
    let whole = fragment(&packet(false, false, [40_000, 443], 1000), 9, 0..800, true);
    let end = fragment(&packet(false, false, [40_000, 443], 1000), 9, 800..1008, false);
    assert_eq!((rig.take(0, &whole).len(), rig.take(0, &end).len(), rig.slow.fragments().datagrams()), (1, 1, 3));
    assert_eq!((rig.take(0, &first(4, 1)).len(), rig.take(0, &first(5, 1)).len()), (1, 1));
    assert_eq!(rig.fate(&first(6, 1)), Fate::TableFull);
    assert_eq!(rig.slow.fragments().datagrams(), 3);
    assert_eq!(rig.take(0, &later(1, 1)).len(), 1);
}
