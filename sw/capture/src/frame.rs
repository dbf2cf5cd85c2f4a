//! A frame as somebody recorded it.

use crate::piece::Record;
use std::time::Duration;

/// One frame of a capture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Number of its record in the file, from 0; a record that is left out leaves a gap.
    pub record: usize,
    /// Number of the interface that it was captured on; 0 in a pcap file, which knows one only.
    pub interface: usize,
    /// Time since 1970-01-01 00:00 UTC.
    pub time: Duration,
    /// Length on the wire, which is more than was kept where the capture's snaplen cut the frame.
    pub original: u32,
    /// The bytes that were kept, destination MAC first.
    pub bytes: Vec<u8>,
}

impl From<Record<'_>> for Frame {
    fn from(Record { number, interface, time, original, bytes }: Record<'_>) -> Self {
        Self { record: number, interface, time, original, bytes: bytes.into() }
    }
}
