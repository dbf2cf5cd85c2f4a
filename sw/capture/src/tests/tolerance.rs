//! What decides nothing refuses no file.

use super::*;
use std::collections::BTreeMap;

fn times(content: &[u8]) -> Vec<Duration> {
    let capture = parse(content).unwrap();
    assert!(capture.remarks().is_empty(), "{:?}", capture.remarks());
    capture.frames.iter().map(|frame| frame.time).collect()
}

/// `if_tsresol`, then `if_tsoffset` if there is one.
fn clock(resolution: u8, offset: Option<i64>) -> Vec<u8> {
    let mut options = vec![9, 0, 1, 0, resolution, 0, 0, 0];
    if let Some(offset) = offset {
        options.extend([14, 0, 8, 0]);
        options.extend(offset.to_le_bytes());
    }
    options.extend([0; 4]);
    options
}

#[test]
fn units_finer_than_a_nanosecond_are_read() {
    // 1 700 000 s and 123 456 789 876 ps; 5.75 s in units of 2^-40 s.
    for (resolution, ticks, time) in [
        (12, 1_700_000_123_456_789_876, Duration::new(1_700_000, 123_456_789)),
        (0x80 | 40, (5 << 40) + (3 << 38), Duration::new(5, 750_000_000)),
        (127, u64::MAX, Duration::ZERO),
        (0xff, u64::MAX, Duration::ZERO),
    ] {
        let file = [section(), interface_with(1, &clock(resolution, None)), enhanced(0, ticks, 2, &[1, 2])].concat();
        assert_eq!(times(&file), [time], "{resolution:#x}");
    }
}

#[test]
fn offsets_of_time_are_added_and_may_be_negative() {
    for (offset, seconds) in [(-3600, 6400), (3600, 13_600), (-20_000, 0), (i64::MIN, 0)] {
        let file = [section(), interface_with(1, &clock(0, Some(offset))), enhanced(0, 10_000, 2, &[1, 2])].concat();
        assert_eq!(times(&file), [Duration::from_secs(seconds)], "{offset}");
    }
}

#[test]
fn a_section_of_the_other_byte_order_begins_anew() {
    let mut other = vec![0x0a, 0x0d, 0x0d, 0x0a, 0, 0, 0, 28, 0x1a, 0x2b, 0x3c, 0x4d, 0, 1, 0, 0];
    other.extend([0xff; 8]);
    other.extend([0, 0, 0, 28]);
    // An interface with an offset of -2 s, microseconds; an enhanced packet of one byte at 5.25 s.
    other.extend([0, 0, 0, 1, 0, 0, 0, 36, 0, 1, 0, 0, 0, 0, 0, 0]);
    other.extend([0, 14, 0, 8, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe, 0, 0, 0, 0, 0, 0, 0, 36]);
    other
        .extend([0, 0, 0, 6, 0, 0, 0, 36, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x50, 0x1b, 0xd0, 0, 0, 0, 1, 0, 0, 0, 1, 0xaa, 0, 0, 0, 0, 0, 0, 36]);
    let file = [section(), interface(1), interface(1), enhanced(1, 7, 1, &[1]), other].concat();
    let frames = parse(&file).unwrap().frames;
    let seen: Vec<_> = frames.iter().map(|frame| (frame.interface, frame.time.as_nanos(), frame.bytes.as_slice())).collect();
    assert_eq!(seen, [(1, 7, &[1u8][..]), (0, 3_250_000_000, &[0xaa])]);
}

#[test]
fn names_and_comments_are_passed_over_unread() {
    let latin = [1, 0, 6, 0, b'S', b't', b'r', b'a', 0xdf, b'e', 0, 0, 0, 0, 0, 0];
    // The option claims more than the block holds.
    let boundless = [2, 0, 0xff, 0xff, b'e', b't', b'h', 0xff];
    let mut shouting = section();
    shouting.splice(24..28, [&latin[..], &44u32.to_le_bytes()].concat());
    shouting[4] = 44;
    // A name without the record that ends the list, and one that is no text.
    let names = block(4, &[1, 0, 7, 0, 10, 0, 0, 1, 0xff, 0xfe, 0, 0]);
    let statistics = block(5, &[9; 3]);
    let unknown = block(0x8000_0bad, &[0xff; 500]);
    let file = [
        shouting,
        interface_with(1, &latin),
        interface_with(1, &boundless),
        names,
        enhanced_with(0, 1_000_000, 5, &[1; 5], &latin),
        statistics,
        enhanced_with(1, 1_000_000, 5, &[2; 5], &boundless),
        unknown,
    ]
    .concat();
    assert_eq!(times(&file), [Duration::from_secs(1); 2]);
}

#[test]
fn fields_without_a_meaning_may_hold_anything() {
    let mut reserved = interface(1);
    reserved[10..12].copy_from_slice(&[0xff, 0xff]);
    assert_eq!(times(&[section(), reserved, enhanced(0, 3, 1, &[1])].concat()), [Duration::from_nanos(3)]);
    let mut header = pcap_header(NANO, 1);
    header[8..16].fill(0xff);
    // Bits 26 to 31 tell of the frame check sequence.
    header[23] = 0xfc;
    assert_eq!(times(&[header, pcap_record(0, 3, 1, &[1])].concat()), [Duration::from_nanos(3)]);
}

#[test]
fn more_may_be_kept_than_there_was() {
    for original in [0, 1] {
        let newer = [section(), interface(1), enhanced(0, 0, original, &[7; 60])].concat();
        for file in [[pcap_header(MICRO, 1), pcap_record(0, 0, original, &[7; 60])].concat(), newer] {
            let capture = parse(&file).unwrap();
            assert_eq!((capture.frames[0].bytes.as_slice(), capture.frames[0].original), (&[7; 60][..], 60));
            assert!(capture.remarks().is_empty());
        }
    }
}

#[test]
fn lengths_of_old_files_are_exchanged_where_wireshark_exchanges_them() {
    let record = |first: u32, second: u32| [0, 0, first, second].iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<u8>>();
    for (version, first, second) in [
        ([2, 0], 1514, 4),
        ([2, 1], 1514, 4),
        ([2, 2], 1514, 4),
        ([2, 3], 1514, 4),
        ([2, 3], 4, 1514),
        ([2, 4], 4, 1514),
        ([543, 0], 1514, 4),
    ] {
        let file = [pcap_version(MICRO, version, 1), record(first, second), vec![3; 4], record(4, 4), vec![5; 4]].concat();
        let frames = parse(&file).unwrap().frames;
        let seen: Vec<_> = frames.iter().map(|frame| (frame.bytes.as_slice(), frame.original)).collect();
        assert_eq!(seen, [(&[3; 4][..], 1514), (&[5; 4], 4)], "{version:?} {first} {second}");
    }
}

#[test]
fn blocks_may_leave_the_padding_out_of_their_length() {
    let mut file = [section(), interface(1), enhanced(0, 1, 3, &[1, 2, 3]), enhanced(0, 2, 4, &[1; 4])].concat();
    let at = section().len() + interface(1).len();
    for field in [at + 4, at + 32] {
        assert_eq!(file[field], 36);
        file[field] = 35;
    }
    assert_eq!(times(&file), [Duration::from_nanos(1), Duration::from_nanos(2)]);
}

#[test]
fn records_of_other_link_types_are_left_out_and_counted() {
    let interfaces = [interface(113), interface(1), interface(101)].concat();
    let records: Vec<u8> = [0, 1, 2, 0, 1].iter().flat_map(|number| enhanced(*number, 0, 4, &[*number as u8; 4])).collect();
    let capture = parse(&[section(), interfaces, records].concat()).unwrap();
    let seen: Vec<_> = capture.frames.iter().map(|frame| (frame.record, frame.interface, frame.bytes[0])).collect();
    assert_eq!(seen, [(1, 1, 1), (4, 1, 1)]);
    assert_eq!(capture.condition.foreign, BTreeMap::from([(101, 1), (113, 2)]));
    assert_eq!(
        capture.remarks(),
        [
            "1 records of link type 101 (RAW) skipped: only Ethernet is replayed",
            "2 records of link type 113 (LINUX_SLL) skipped: only Ethernet is replayed"
        ]
    );
}

#[test]
fn segmentation_offload_is_named_with_its_remedy() {
    let remedy = "`ethtool -K IFACE tso off gso off gro off`";
    let ip = |tags: &[u8], version: u8, total: u16| [&[2; 12][..], tags, &[8, 0, version, 0], &total.to_be_bytes(), &[0; 40]].concat();
    let unfinished = [ip(&[], 0x45, 0), ip(&[0x81, 0, 0, 7], 0x46, 0), ip(&[0x88, 0xa8, 0, 7, 0x81, 0, 0, 9], 0x45, 0)];
    let usual = [ip(&[], 0x45, 46), ip(&[], 0x65, 0), ip(&[0x86, 0xdd], 0x45, 0), vec![8, 0, 0x45], [0x81, 0, 0x81, 0].repeat(9)];
    let file: Vec<u8> = unfinished.iter().chain(&usual).flat_map(|frame| pcap_record(0, 0, frame.len() as u32, frame)).collect();
    let capture = parse(&[pcap_header(MICRO, 1), file].concat()).unwrap();
    assert_eq!((capture.frames.len(), capture.condition.unfinished), (8, 3));
    assert!(capture.remarks()[0].starts_with("3 IPv4 packets have total length 0") && capture.remarks()[0].contains(remedy));

    // One that fits, one that no wire carries, and one of those that the snaplen cut.
    let records = [pcap_record(0, 0, 9600, &[1; 9600]), pcap_record(0, 0, 9601, &[1; 9601]), pcap_record(0, 0, 64_000, &[1; 96])];
    let file = [pcap_header(MICRO, 1), records.concat()].concat();
    for (longest, oversized, joined) in [(FRAME_MAX, 1, 1), (usize::MAX, 0, 2)] {
        let capture = collect(Stream::new(&file[..], Path::new("a.pcap"), longest, 1 << 20)).unwrap();
        assert_eq!((capture.condition.oversized, capture.condition.joined), (oversized, joined));
        let named = capture.remarks().iter().filter(|remark| remark.contains(remedy)).count();
        assert_eq!(named, oversized.min(1) + 1, "{:?}", capture.remarks());
    }
    let nothing = problem(&[pcap_header(MICRO, 1), pcap_record(0, 0, 9601, &[1; 9601])].concat());
    assert!(nothing.starts_with("no frame to replay (0 empty and 1 oversized records)") && nothing.contains(remedy), "{nothing}");
}
