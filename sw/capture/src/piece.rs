//! Some frames of a capture in a row.

use crate::memory::Memory;
use crate::pcap::{Kept, Pcap, RECORD_HEADER};
use crate::step::Raw;
use std::ops::Range;
use std::time::Duration;

/// Some frames in a row. Keep it for the next ones: its memory is used again.
#[derive(Default)]
pub struct Piece {
    pub(crate) memory: Memory,
    pub(crate) found: Found,
}

/// Where a piece's frames are.
#[derive(Default)]
pub(crate) struct Found {
    /// How many there are.
    pub(crate) frames: usize,
    /// The records of a classic file, which are walked again: that costs less than a list of them.
    pub(crate) walk: Option<Walk>,
    /// The frames of another format, by number of the record.
    spans: Vec<(usize, Raw)>,
}

/// Records of a classic file in a row, whole and undamaged.
pub(crate) struct Walk {
    pub(crate) format: Pcap,
    /// Bytes of the longest that is a frame.
    pub(crate) longest: usize,
    /// Number of the first.
    pub(crate) record: usize,
    pub(crate) range: Range<usize>,
}

/// One frame of a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record<'p> {
    /// Its number in the file, from 0; a record that is left out leaves a gap.
    pub number: usize,
    /// Number of the interface that it was captured on; 0 in a pcap file, which knows one only.
    pub interface: usize,
    /// Time since 1970-01-01 00:00 UTC.
    pub time: Duration,
    /// Length on the wire, which is more than was kept where the capture's snaplen cut the frame.
    pub original: u32,
    /// The bytes that were kept, destination MAC first.
    pub bytes: &'p [u8],
}

impl Found {
    pub(crate) fn clear(&mut self) {
        (self.frames, self.walk) = (0, None);
        self.spans.clear();
    }

    pub(crate) fn push(&mut self, record: usize, raw: Raw) {
        self.spans.push((record, raw));
        self.frames += 1;
    }
}

impl Piece {
    /// How many bytes of the file it takes up to the end of its last frame.
    pub fn size(&self) -> usize {
        let walked = self.found.walk.as_ref().map_or(0, |walk| walk.range.end);
        self.found.spans.last().map_or(walked, |(_, raw)| raw.at + raw.length)
    }

    /// Its frames, in the order of the file.
    pub fn frames(&self) -> Frames<'_> {
        let (at, record) = self.found.walk.as_ref().map_or((0, 0), |walk| (walk.range.start, walk.record));
        Frames { found: &self.found, bytes: self.memory.content(), left: self.found.frames, at, record }
    }
}

/// The frames of a piece, one after the other.
pub struct Frames<'p> {
    found: &'p Found,
    bytes: &'p [u8],
    left: usize,
    /// Where the next record is: a byte of the piece, or its place in the list.
    at: usize,
    record: usize,
}

impl<'p> Frames<'p> {
    /// The next frame of a walk: its number, what its record says, and its bytes.
    #[inline]
    fn walk(&mut self, walk: &Walk) -> Option<(usize, Kept, &'p [u8])> {
        loop {
            let kept = walk.format.kept(&self.bytes[self.at..walk.range.end])?;
            let bytes = &self.bytes[self.at + RECORD_HEADER..self.at + kept.size()];
            let number = self.record;
            (self.at, self.record) = (self.at + kept.size(), number + 1);
            if !bytes.is_empty() && bytes.len() <= walk.longest {
                self.left -= 1;
                return Some((number, kept, bytes));
            }
        }
    }
}

impl Walk {
    #[inline]
    pub(crate) fn record<'p>(&self, (number, kept, bytes): (usize, Kept, &'p [u8])) -> Record<'p> {
        Record { number, interface: 0, time: self.format.time(&kept), original: kept.original.max(bytes.len() as u32), bytes }
    }
}

impl<'p> Iterator for Frames<'p> {
    type Item = Record<'p>;

    #[inline]
    fn next(&mut self) -> Option<Record<'p>> {
        if let Some(walk) = &self.found.walk {
            return self.walk(walk).map(|found| walk.record(found));
        }
        let (number, Raw { interface, time, original, at, length }) = self.found.spans.get(self.at)?;
        (self.at, self.left) = (self.at + 1, self.left - 1);
        let bytes = &self.bytes[*at..at + length];
        Some(Record { number: *number, interface: *interface, time: *time, original: (*original).max(*length as u32), bytes })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }

    /// As by [`Iterator::next`]; but no record is put into an option, where its time would be needed to tell it from none. `take` is called in one
    /// place, so that the compiler can put it there.
    #[inline]
    fn fold<B, F: FnMut(B, Record<'p>) -> B>(mut self, mut sum: B, mut take: F) -> B {
        let walk = self.found.walk.as_ref();
        loop {
            let record = match walk {
                Some(walk) => {
                    let Some(found) = self.walk(walk) else { return sum };
                    walk.record(found)
                }
                None => {
                    let Some(record) = self.next() else { return sum };
                    record
                }
            };
            sum = take(sum, record);
        }
    }
}

impl ExactSizeIterator for Frames<'_> {}
