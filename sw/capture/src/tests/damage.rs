//! Damage ends a capture where it is, takes no memory, and is named with its place.

use super::*;
use std::io::Read as _;

/// What must not be exceeded by the bytes held for one piece: a piece, and the longest block.
const MEMORY: usize = (256 << 10) + (512 << 10);

fn remark(content: &[u8], frames: usize) -> String {
    let capture = parse(content).unwrap();
    assert_eq!(capture.frames.len(), frames);
    let remarks = capture.remarks();
    assert_eq!(remarks.len(), 1, "{remarks:?}");
    remarks[0].clone()
}

#[test]
fn frames_in_front_of_a_damaged_record_are_kept() {
    let mut classic =
        [pcap_header(MICRO, 1), pcap_record(0, 0, 4, &[1; 4]), pcap_record(0, 0, 4, &[2; 4]), pcap_record(0, 0, 4, &[3; 4])].concat();
    classic[24 + 20 + 11] = 0x7f;
    assert_eq!(
        remark(&classic, 1),
        "record 1, at byte 44, claims 2130706436 bytes, and no capture program keeps more than 262144: \
         the file is damaged there, and only the records before are replayed; `editcap` may recover some after"
    );
    let newer = [section(), interface(1), enhanced(0, 0, 4, &[1; 4])].concat();
    let behind = |block: Vec<u8>| remark(&[newer.clone(), block, enhanced(0, 0, 4, &[3; 4])].concat(), 1);
    // 28 bytes of section, 32 of interface, 36 of a packet.
    let place = "the block after 1 records, at byte 96, ";
    let mut front = enhanced(0, 0, 4, &[2; 4]);
    front[4] = 40;
    assert!(behind(front.clone()).starts_with(&format!("{place}claims 40 bytes at its start and ")));
    front[4..8].copy_from_slice(&0xffff_fff0u32.to_le_bytes());
    assert!(behind(front.clone()).starts_with(&format!("{place}claims 4294967280 bytes, and no block with a frame takes more")));
    front[4..8].copy_from_slice(&8u32.to_le_bytes());
    assert!(behind(front).starts_with(&format!("{place}claims 8 bytes, and a block has 12 at least")));
    let mut kept = enhanced(0, 0, 4, &[2; 4]);
    kept[20] = 9;
    assert!(behind(kept.clone()).starts_with(&format!("{place}claims 9 bytes of a frame, and has room for 4")));
    kept[23] = 9;
    assert!(behind(kept).starts_with(&format!("{place}claims 150994953 bytes of a frame")));
    assert!(behind(enhanced(3, 0, 1, &[1])).starts_with(&format!("{place}names interface 3, which the file does not define")));
    assert!(behind(block(6, &[0; 16])).starts_with(&format!("{place}is too short for a packet")));
    assert!(behind(block(1, &[0; 4])).starts_with(&format!("{place}is too short for an interface")));
    let mut future = section();
    future[12] = 2;
    assert!(behind(future).starts_with(&format!("{place}begins a section of version 2.0")));
    let mut unmarked = section();
    unmarked[8] = 0;
    assert!(behind(unmarked).starts_with(&format!("{place}is a section header without the mark of its byte order")));
    let mut passed = block(4, &[0; 8]);
    passed[16] = 24;
    assert!(behind(passed).starts_with("the block after 1 records, at byte 96, claims 20 bytes at its start and 24 at its end"));
}

#[test]
fn a_file_with_nothing_but_damage_is_an_error_with_the_place() {
    let mut classic = [pcap_header(MICRO, 1), pcap_record(0, 0, 4, &[1; 4])].concat();
    classic[24 + 11] = 0x7f;
    let classic = problem(&classic);
    assert!(classic.contains("record 0, at byte 24, claims 2130706436 bytes") && classic.contains("editcap"), "{classic}");
    let newer = problem(&[section(), interface(1), enhanced(2, 0, 4, &[1; 4])].concat());
    assert!(newer.contains("the block after 0 records, at byte 60, names interface 2") && newer.contains("editcap"), "{newer}");
}

#[test]
fn a_file_that_breaks_off_in_a_block_without_a_frame_is_said_to() {
    let passed = block(4, &[0; 400]);
    let newer = [section(), interface(1), enhanced(0, 0, 4, &[1; 4]), passed.clone()].concat();
    for cut in 1..passed.len() {
        let remark = remark(&newer[..newer.len() - cut], 1);
        assert!(remark.starts_with("the file breaks off inside the block after 1 records, which begins at byte 96;"), "{cut}: {remark}");
    }
    assert!(parse(&newer).unwrap().remarks().is_empty());
}

/// Counts what is taken of it.
struct Counted<'c, R>(R, &'c mut usize);

impl<R: std::io::Read> std::io::Read for Counted<'_, R> {
    fn read(&mut self, bytes: &mut [u8]) -> std::io::Result<usize> {
        let count = self.0.read(bytes)?;
        *self.1 += count;
        Ok(count)
    }
}

#[test]
fn a_length_that_lies_takes_no_more_memory_than_a_record() {
    let big = 900u32 << 20;
    let mut classic = [pcap_header(MICRO, 1), pcap_record(0, 0, 4, &[1; 4]), pcap_record(0, 0, 4, &[2; 4])].concat();
    classic[52..56].copy_from_slice(&big.to_le_bytes());
    let newer = |mut block: Vec<u8>| {
        block[4..8].copy_from_slice(&big.to_le_bytes());
        [section(), interface(1), enhanced(0, 0, 4, &[1; 4]), block].concat()
    };
    // What is read of the file: of a record with a frame no more than a piece, of a block without one all that there is, and nothing of it is kept.
    for (file, all) in [
        (classic, false),
        (newer(enhanced(0, 0, 4, &[2; 4])), false),
        (newer(interface(1)), false),
        (newer(block(4, &[0; 16])), true),
        (newer(block(0x1234, &[0; 16])), true),
    ] {
        let (mut taken, total) = (0, 64 << 20);
        let source = Counted((&file[..]).chain(std::io::repeat(0)).take(total), &mut taken);
        let mut stream = Stream::new(source, Path::new("a.pcap"), usize::MAX, 256 << 10);
        let (mut piece, mut frames) = (Piece::default(), 0);
        while stream.read(&mut piece).unwrap() {
            frames += piece.frames().len();
            assert!(piece.memory.held() <= MEMORY, "{}", piece.memory.held());
        }
        assert!(piece.memory.held() <= MEMORY, "{}", piece.memory.held());
        assert_eq!((frames, stream.finish().unwrap().remarks().len()), (1, 1));
        assert_eq!(taken > MEMORY, all, "{taken}");
        assert_eq!(taken as u64 == total, all, "{taken}");
    }
}

#[test]
fn interfaces_without_end_are_damage() {
    let file = [section(), interface(1), enhanced(0, 0, 4, &[1; 4]), interface(1).repeat(1 << 16), enhanced(0, 0, 4, &[2; 4])].concat();
    let capture = collect(Stream::new(&file[..], Path::new("a.pcap"), FRAME_MAX, 256 << 10)).unwrap();
    assert_eq!(capture.frames.len(), 1);
    assert!(capture.remarks()[0].contains("describes an interface more than 65536"));
}

#[test]
fn the_longest_records_are_read_and_longer_ones_are_damage() {
    for (length, kept) in [(262_144, 2), (262_145, 1)] {
        let frame = vec![7; length];
        let records = [pcap_record(0, 0, 4, &[1; 4]), pcap_record(0, 0, length as u32, &frame)].concat();
        let newer = [section(), interface(1), enhanced(0, 0, 4, &[1; 4]), enhanced(0, 0, length as u32, &frame)].concat();
        for file in [[pcap_header(MICRO, 1), records].concat(), newer] {
            for piece in [24, 1000, 1 << 20] {
                let capture = collect(Stream::new(&file[..], Path::new("a.pcap"), usize::MAX, piece)).unwrap();
                assert_eq!((capture.frames.len(), capture.condition.damaged.is_some()), (kept, kept == 1), "{length} {piece}");
            }
        }
    }
}

/// A multiplicative congruential generator: damage is the same on every machine.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }
}

fn samples() -> [Vec<u8>; 3] {
    let classic = [pcap_header(NANO, 1), pcap_record(1, 2, 60, &[3; 60]), pcap_record(1, 2, 60, &[3; 60])].concat();
    let newer = [section(), interface(1), enhanced(0, 1, 60, &[3; 60]), block(4, &[0; 24]), enhanced(0, 1, 60, &[3; 60])].concat();
    let old = [pcap_version(MICRO, [2, 3], 1), pcap_record(1, 2, 60, &[3; 60]), pcap_record(1, 2, 60, &[3; 60])].concat();
    [classic, newer, old]
}

#[test]
fn survives_any_damage_of_one_byte() {
    for file in samples() {
        for at in 0..file.len() {
            for value in [0, 1, 0x7f, 0x80, 0xff] {
                let mut damaged = file.clone();
                damaged[at] = value;
                // Either answer is fine; not answering would be the failure.
                let _ = parse(&damaged);
            }
        }
    }
}

#[test]
fn survives_random_damage_without_taking_memory() {
    let mut dice = Dice(0x7a);
    let files: Vec<Vec<u8>> = samples().into_iter().chain(packed::FILES.map(Vec::from)).collect();
    for round in 0..4000 {
        let mut file = files[round % files.len()].clone();
        for _ in 0..=dice.below(4) {
            let (at, other) = (dice.below(file.len()), dice.below(file.len()));
            match dice.below(4) {
                0 => file[at] = dice.below(256) as u8,
                1 => file[at] ^= 1 << dice.below(8),
                2 => file.truncate(at.max(1)),
                _ => {
                    let piece: Vec<u8> = file[at.min(other)..at.max(other)].to_vec();
                    file.splice(at..at, piece);
                }
            }
        }
        let mut stream = Stream::new(&file[..], Path::new("a.pcap"), usize::MAX, 24);
        let mut piece = Piece::default();
        while let Ok(true) = stream.read(&mut piece) {
            assert!(piece.memory.held() <= MEMORY, "round {round}: {}", piece.memory.held());
        }
        assert!(piece.memory.held() <= MEMORY, "round {round}: {}", piece.memory.held());
        let _ = stream.finish();
    }
}
