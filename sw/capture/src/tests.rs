//! Files are written out here byte by byte from the formats' own descriptions, so that reader and writer do not vouch for each other.

mod damage;
mod packed;
mod tolerance;

use super::*;
use std::time::Duration;

const MICRO: u32 = 0xa1b2_c3d4;
const NANO: u32 = 0xa1b2_3c4d;

fn pcap_header(magic: u32, link: u32) -> Vec<u8> {
    pcap_version(magic, [2, 4], link)
}

fn pcap_version(magic: u32, version: [u16; 2], link: u32) -> Vec<u8> {
    let mut file = magic.to_le_bytes().to_vec();
    file.extend(version.iter().flat_map(|half| half.to_le_bytes()));
    file.extend([0; 8]);
    file.extend(96u32.to_le_bytes());
    file.extend(link.to_le_bytes());
    file
}

fn pcap_record(seconds: u32, fraction: u32, original: u32, bytes: &[u8]) -> Vec<u8> {
    let mut record: Vec<u8> = [seconds, fraction, bytes.len() as u32, original].iter().flat_map(|word| word.to_le_bytes()).collect();
    record.extend(bytes);
    record
}

fn block(kind: u32, body: &[u8]) -> Vec<u8> {
    let length = (body.len().next_multiple_of(4) + 12) as u32;
    let mut block = [kind.to_le_bytes(), length.to_le_bytes()].concat();
    block.extend(body);
    block.resize(length as usize - 4, 0);
    block.extend(length.to_le_bytes());
    block
}

fn section() -> Vec<u8> {
    block(0x0a0d_0d0a, &[&0x1a2b_3c4du32.to_le_bytes()[..], &[1, 0, 0, 0], &[0xff; 8]].concat())
}

/// An interface with nanoseconds.
fn interface(link: u16) -> Vec<u8> {
    interface_with(link, &[9, 0, 1, 0, 9, 0, 0, 0, 0, 0, 0, 0])
}

fn interface_with(link: u16, options: &[u8]) -> Vec<u8> {
    block(1, &[&link.to_le_bytes()[..], &[0, 0], &64u32.to_le_bytes(), options].concat())
}

fn enhanced(interface: u32, nanoseconds: u64, original: u32, bytes: &[u8]) -> Vec<u8> {
    enhanced_with(interface, nanoseconds, original, bytes, &[])
}

fn enhanced_with(interface: u32, ticks: u64, original: u32, bytes: &[u8], options: &[u8]) -> Vec<u8> {
    let words = [interface, (ticks >> 32) as u32, ticks as u32, bytes.len() as u32, original];
    let mut body: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    body.extend(bytes);
    body.resize(body.len().next_multiple_of(4), 0);
    body.extend(options);
    block(6, &body)
}

/// Gives seven bytes at a time, as a FIFO may.
struct Trickle<'c>(&'c [u8]);

impl std::io::Read for Trickle<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> std::io::Result<usize> {
        let few = bytes.len().min(7);
        self.0.read(&mut bytes[..few])
    }
}

/// Reads a file that comes in one piece, again in pieces so small that every record has to be joined, again while it is being written, and
/// again with the frames of a piece looked for in it: the answer is the same.
fn parse(content: &[u8]) -> Result<Capture, Error> {
    let path = Path::new("a.pcap");
    let read = |piece| collect(Stream::new(content, path, FRAME_MAX, piece));
    let whole = read(1 << 20);
    let followed = collect(Stream::new(Trickle(content), path, FRAME_MAX, 1 << 20).following());
    for (how, other) in
        [("joined", read(24)), ("followed", followed), ("looked for", looked_for(content, 64)), ("again", looked_for(content, 1 << 20))]
    {
        match (&whole, &other) {
            (Ok(whole), Ok(other)) => assert_eq!(whole, other, "{how}"),
            (Err(whole), Err(other)) => assert_eq!(whole.to_string(), other.to_string(), "{how}"),
            _ => panic!("{whole:?} in one piece, {other:?} {how}"),
        }
    }
    whole
}

/// Reads a file in pieces of this size, and takes the frames from each.
fn looked_for(content: &[u8], piece: usize) -> Result<Capture, Error> {
    let mut stream = Stream::new(content, Path::new("a.pcap"), FRAME_MAX, piece);
    let (mut frames, mut piece) = (Vec::new(), Piece::default());
    while stream.read(&mut piece)? {
        frames.extend(piece.frames().map(Frame::from));
    }
    Ok(Capture { frames, condition: stream.finish()? })
}

fn problem(content: &[u8]) -> String {
    match parse(content).expect_err("this content is bad") {
        Error::Content { problem, remedy, .. } => format!("{problem}; {remedy}"),
        other => panic!("{other}"),
    }
}

#[test]
fn reads_microseconds_and_nanoseconds() {
    for (magic, fraction, nanoseconds) in [(MICRO, 250, 250_000), (NANO, 250, 250)] {
        let capture = parse(&[pcap_header(magic, 1), pcap_record(7, fraction, 3, &[1, 2, 3])].concat()).unwrap();
        assert_eq!(
            capture.frames,
            [Frame { record: 0, interface: 0, time: Duration::new(7, nanoseconds), original: 3, bytes: vec![1, 2, 3] }]
        );
        assert!(capture.remarks().is_empty());
    }
}

#[test]
fn reads_the_other_byte_order() {
    let mut file = NANO.to_be_bytes().to_vec();
    file.extend([0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 96, 0, 0, 0, 1]);
    file.extend([0, 0, 0, 9, 0, 0, 0, 5, 0, 0, 0, 2, 0, 0, 0, 2, 0xaa, 0xbb]);
    let capture = parse(&file).unwrap();
    assert_eq!(capture.frames, [Frame { record: 0, interface: 0, time: Duration::new(9, 5), original: 2, bytes: vec![0xaa, 0xbb] }]);
}

#[test]
fn replays_a_frame_longer_than_the_snaplen_as_it_was_kept() {
    let classic = [pcap_header(MICRO, 1), pcap_record(0, 0, 1514, &[5; 96])].concat();
    let newer = [section(), interface(1), enhanced(0, 0, 1514, &[5; 96])].concat();
    for file in [classic, newer] {
        let capture = parse(&file).unwrap();
        assert_eq!((capture.frames[0].bytes.len(), capture.frames[0].original, capture.condition.cut), (96, 1514, 1));
        assert!(capture.remarks()[0].contains("truncated by the capture's snaplen"));
    }
}

#[test]
fn reads_all_three_blocks_that_carry_frames() {
    let simple = block(3, &[&4u32.to_le_bytes()[..], &[1, 1, 1, 1]].concat());
    let obsolete = block(2, &[&[0; 4][..], &[0; 4], &77u32.to_le_bytes(), &[2, 0, 0, 0], &[2, 0, 0, 0], &[8, 8]].concat());
    let file = [section(), interface(1), enhanced(0, (1 << 32) + 5, 3, &[1, 2, 3]), simple, obsolete].concat();
    let capture = parse(&file).unwrap();
    let seen: Vec<_> = capture.frames.iter().map(|frame| (frame.record, frame.time.as_nanos(), frame.bytes.as_slice())).collect();
    assert_eq!(seen, [(0, (1 << 32) + 5, &[1u8, 2, 3][..]), (1, 0, &[1, 1, 1, 1]), (2, 77, &[8, 8])]);
}

#[test]
fn refuses_files_of_other_link_types_by_name() {
    assert!(problem(&[pcap_header(MICRO, 113), pcap_record(0, 0, 1, &[1])].concat()).starts_with("link type 113 (LINUX_SLL)"));
    let newer = [section(), interface(113), enhanced(0, 0, 1, &[1]), enhanced(0, 0, 1, &[1])].concat();
    let problem = problem(&newer);
    assert!(problem.starts_with("no frame to replay (0 empty and 0 oversized records, 2 of link type 113 (LINUX_SLL))"), "{problem}");
    assert!(problem.ends_with("not on `any`"), "{problem}");
}

#[test]
fn keeps_what_is_complete_in_a_file_that_breaks_off() {
    let classic = [pcap_header(MICRO, 1), pcap_record(0, 0, 4, &[1; 4]), pcap_record(0, 0, 4, &[2; 4])].concat();
    let newer = [section(), interface(1), enhanced(0, 0, 4, &[1; 4]), enhanced(0, 0, 4, &[2; 4])].concat();
    for (file, last) in [(classic, 20), (newer, 36)] {
        for cut in 1..last {
            let capture = parse(&file[..file.len() - cut]).unwrap();
            assert_eq!(capture.frames.len(), 1, "{cut} bytes missing");
            assert!(capture.condition.breaks_off.is_some());
        }
    }
}

#[test]
fn leaves_out_what_no_wire_carries_and_keeps_the_numbers() {
    let records = [pcap_record(0, 0, 0, &[]), pcap_record(0, 0, 9601, &[0; 9601]), pcap_record(0, 0, 9600, &[0; 9600])];
    let capture = parse(&[pcap_header(MICRO, 1), records.concat()].concat()).unwrap();
    let Condition { empty, oversized, .. } = capture.condition;
    assert_eq!((empty, oversized, capture.frames.len(), capture.frames[0].record), (1, 1, 1, 2));
    assert_eq!(capture.remarks().len(), 2);
}

#[test]
fn says_what_is_wrong_with_files_that_hold_no_frame() {
    assert!(problem(&[]).starts_with("the file is empty"));
    assert!(problem(b"\xfd7zXZ\0\0\x04\xe6\xd6\xb4\x46\x02\0\x21\x01").starts_with("an xz file"));
    assert!(problem(b"BZh91AY&SY").starts_with("a bzip2 file"));
    assert!(problem(b"\x04\x22\x4d\x18\x64\x40").starts_with("an lz4 file"));
    assert!(problem(b"[card]\nname = 1\nthis is no capture").starts_with("neither pcap nor pcapng"));
    assert!(problem(&MICRO.to_le_bytes()).starts_with("shorter than"));
    assert!(problem(&pcap_header(MICRO, 1)).starts_with("no frame to replay (0 empty"));
    assert!(problem(&section()).starts_with("no frame to replay"));
}

#[test]
fn writes_nanoseconds_and_the_original_length() {
    let path = std::env::temp_dir().join(format!("tandem-capture-{}.pcap", std::process::id()));
    let frame = Frame { record: 0, interface: 0, time: Duration::new(11, 123_456_789), original: 1514, bytes: vec![1; 60] };
    let mut writer = Writer::create(&path).unwrap();
    writer.write(&frame, &[9; 60]).unwrap();
    writer.finish().unwrap();
    let written = std::fs::read(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    let mut expected = pcap_header(NANO, 1);
    expected[16..20].copy_from_slice(&262_144u32.to_le_bytes());
    expected.extend(pcap_record(11, 123_456_789, 1514, &[9; 60]));
    assert_eq!(written, expected);
}
