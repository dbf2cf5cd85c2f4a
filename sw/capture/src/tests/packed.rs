//! Packed captures are read through. `many.pcap` has 2500 records of 62 bytes, a second apart, each with its number in its bytes; gzip 1.13
//! and zstd 1.5 have packed it (`gzip -9n`, `zstd -19`).

use super::*;
use std::io::ErrorKind;

const GZIP: &[u8] = include_bytes!("data/many.pcap.gz");
const ZSTD: &[u8] = include_bytes!("data/many.pcap.zst");
pub(super) const FILES: [&[u8]; 2] = [GZIP, ZSTD];

const RECORDS: usize = 2500;

fn all(content: &[u8]) -> Capture {
    collect(Stream::new(content, Path::new("a.pcap.gz"), FRAME_MAX, 256 << 10)).unwrap()
}

fn unpacked() -> Vec<u8> {
    let mut content = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(GZIP), &mut content).unwrap();
    content
}

/// The frames are the first so many of `many.pcap`.
fn first(frames: &[Frame], count: usize) {
    assert_eq!(frames.len(), count);
    for (number, frame) in frames.iter().enumerate() {
        assert_eq!((frame.record, frame.time), (number, Duration::new(1_700_000_000 + number as u64, number as u32)));
        assert_eq!((frame.bytes.len(), &frame.bytes[18..22]), (62, &(number as u32).to_be_bytes()[..]));
    }
}

#[test]
fn what_other_programs_have_packed_is_read_through() {
    for file in FILES {
        let capture = parse(file).unwrap();
        first(&capture.frames, RECORDS);
        assert!(capture.remarks().is_empty());
    }
}

#[test]
fn files_packed_in_parts_are_read_to_their_end() {
    // A pcap file is cut where a record begins, and each part is packed: what `cat` makes of them is one packed file. `gzip` stores the
    // second part; its checksum is computed here bit by bit. The zstd parts are a frame to be skipped and raw blocks.
    let (front, back) = ([pcap_header(NANO, 1), pcap_record(1, 2, 4, &[1; 4])].concat(), pcap_record(3, 4, 4, &[2; 4]));
    let stored = |content: &[u8]| {
        let length = content.len() as u16;
        let sum =
            content.iter().fold(!0u32, |sum, byte| (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xedb8_8320 * (sum & 1))));
        let mut member = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, 1];
        member.extend([length.to_le_bytes(), (!length).to_le_bytes()].concat());
        member.extend(content);
        member.extend([!sum, u32::from(length)].iter().flat_map(|word| word.to_le_bytes()));
        member
    };
    let raw = |content: &[u8]| {
        let block = (content.len() as u32) << 3 | 1;
        [&[0x28, 0xb5, 0x2f, 0xfd, 0x20, content.len() as u8][..], &block.to_le_bytes()[..3], content].concat()
    };
    let skipped = [0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 9, 9, 9];
    for file in [[stored(&front), stored(&back)].concat(), [&skipped[..], &raw(&front), &skipped, &raw(&back)].concat()] {
        let capture = parse(&file).unwrap();
        let times: Vec<_> = capture.frames.iter().map(|frame| frame.time).collect();
        assert_eq!(times, [Duration::new(1, 2), Duration::new(3, 4)]);
        assert!(capture.remarks().is_empty());
    }
}

#[test]
fn a_packed_file_that_breaks_off_is_read_up_to_there() {
    for (file, name, least) in [(GZIP, "gzip", 1500), (ZSTD, "zstd", 1600)] {
        let capture = all(&file[..file.len() - 2000]);
        first(&capture.frames, capture.frames.len());
        assert!(capture.frames.len() >= least, "{name}: {}", capture.frames.len());
        assert_eq!(capture.remarks(), [format!("the {name} file breaks off; the complete records before it are replayed")]);
        // Everything but the checksum.
        let capture = all(&file[..file.len() - 1]);
        first(&capture.frames, RECORDS);
        assert_eq!(capture.remarks().len(), 1, "{name}");
    }
}

#[test]
fn a_damaged_packed_file_is_read_up_to_there() {
    for (file, name) in [(GZIP, "gzip"), (ZSTD, "zstd")] {
        let mut damaged = file.to_vec();
        // The checksum: gzip has its length behind it.
        let at = if name == "gzip" { file.len() - 8 } else { file.len() - 1 };
        damaged[at] ^= 1;
        let capture = all(&damaged);
        first(&capture.frames, RECORDS);
        let remarks = capture.remarks();
        assert!(remarks.len() == 1 && remarks[0].starts_with(&format!("the {name} file cannot be unpacked any further (")), "{remarks:?}");
    }
    // A gzip file with something else behind it.
    let capture = all(&[GZIP, b"something else"].concat());
    first(&capture.frames, RECORDS);
    assert_eq!(capture.remarks().len(), 1);
}

#[test]
fn little_is_lost_in_front_of_damage_in_a_gzip_file() {
    let unpacked = unpacked();
    // Blocks as they are, then one of a kind that there is not.
    let mut file = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    for part in unpacked.chunks(60_000) {
        let length = part.len() as u16;
        file.push(0);
        file.extend([length.to_le_bytes(), (!length).to_le_bytes()].concat());
        file.extend(part);
    }
    file.extend([0x07; 9]);
    let capture = all(&file);
    first(&capture.frames, capture.frames.len());
    assert!(unpacked.len() - 78 * capture.frames.len() <= (32 << 10) + 78, "{} frames", capture.frames.len());
    assert!(capture.remarks()[0].starts_with("the gzip file cannot be unpacked any further"), "{:?}", capture.remarks());
}

#[test]
fn places_in_packed_files_are_those_of_their_content() {
    let unpacked = unpacked();
    let mut damaged = unpacked.clone();
    damaged[24 + 78 + 11] = 1;
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packer, &damaged).unwrap();
    let capture = parse(&packer.finish().unwrap()).unwrap();
    first(&capture.frames, 1);
    assert!(capture.remarks()[0].starts_with("record 1, at byte 102 of what was unpacked, claims 16777278 bytes"));
}

#[test]
fn packed_files_without_a_capture_are_named() {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packer, b"this is some text, and no capture").unwrap();
    assert!(problem(&packer.finish().unwrap()).starts_with("what the gzip file holds: neither pcap nor pcapng"));
    let empty = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast()).finish().unwrap();
    assert!(problem(&empty).starts_with("what the gzip file holds: the file is empty"));
    for (short, name) in [(&GZIP[..4], "gzip"), (&GZIP[..30], "gzip"), (&ZSTD[..4], "zstd"), (&ZSTD[..30], "zstd")] {
        assert!(problem(short).starts_with(&format!("the {name} file breaks off before anything")), "{}", problem(short));
    }
    assert!(problem(&[0x1f, 0x8b, 9, 0, 0, 0, 0, 0, 0, 0, 0]).starts_with("the gzip file cannot be unpacked any further"));
}

/// Fails as a disk does.
struct Failing<'c>(&'c [u8]);

impl std::io::Read for Failing<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> std::io::Result<usize> {
        match self.0.read(bytes)? {
            // EIO
            0 => Err(std::io::Error::from_raw_os_error(5)),
            count => Ok(count),
        }
    }
}

#[test]
fn what_the_system_cannot_read_is_an_error_packed_or_not() {
    let plain = [pcap_header(MICRO, 1), pcap_record(0, 0, 4, &[1; 4])].concat();
    for file in [&plain[..], &plain[..2], &GZIP[..1000], &GZIP[..3], &ZSTD[..1000], &ZSTD[..3]] {
        match collect(Stream::new(Failing(file), Path::new("a.pcap"), FRAME_MAX, 256 << 10)) {
            Err(Error::File { source, .. }) => assert_eq!(source.raw_os_error(), Some(5)),
            other => panic!("{other:?}"),
        }
    }
}

/// Has the second part only once somebody has taken a frame of the first.
struct Live<'c> {
    parts: Vec<&'c [u8]>,
}

impl std::io::Read for Live<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> std::io::Result<usize> {
        // Who asks for more than there is would wait for ever.
        let part = self.parts.first_mut().ok_or(ErrorKind::WouldBlock)?;
        let count = part.read(bytes)?;
        if part.is_empty() {
            self.parts.remove(0);
        }
        Ok(count)
    }
}

#[test]
fn frames_of_a_gzip_file_come_while_it_is_being_written() {
    let content = [pcap_header(NANO, 1), pcap_record(1, 2, 4, &[1; 4])].concat();
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packer, &content).unwrap();
    std::io::Write::flush(&mut packer).unwrap();
    let so_far = packer.get_ref().clone();
    let mut stream = Stream::new(Live { parts: vec![&so_far[..7], &so_far[7..]] }, Path::new("a"), FRAME_MAX, 256 << 10).following();
    let mut piece = Piece::default();
    let mut frames = 0;
    while frames == 0 {
        assert!(stream.read(&mut piece).unwrap());
        frames += piece.frames().len();
    }
    assert_eq!(frames, 1);
}
