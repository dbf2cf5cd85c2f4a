//! Captures: what a person recorded, as frames to replay, and what the card sent, as files to open.
//!
//! Not every capture is clean, and most unclean ones are of use all the same:
//! - A frame that the snaplen cut is replayed as it was kept, and counted. The card decides it as the short frame that it now is.
//! - A file that breaks off in the middle of a record is replayed up to there; the reader says so.
//! - A record without a byte, or longer than any wire carries (segmentation offload), is left out and counted. Records keep their numbers.
//! - Another link type than Ethernet, a damaged record, and a file without a frame to replay are errors that name the file and the place.

mod pcap;
mod pcapng;
mod stream;
mod write;

pub use stream::{Piece, Record, Stream};
pub use write::Writer;

use contract::limits::FRAME_MAX;
use std::io::Read;
use std::path::{Path, PathBuf};
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

/// The frames of a capture file, and what had to be said about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capture {
    /// Frames of 1 to 9600 bytes, in the order of the file.
    pub frames: Vec<Frame>,
    /// What had to be said about them.
    pub condition: Condition,
}

/// What a person should know about a capture's frames before trusting them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Condition {
    /// Frames that the snaplen cut; they are replayed as they were kept.
    pub cut: usize,
    /// Records left out because they hold no byte.
    pub empty: usize,
    /// Records left out because no wire carries so long a frame: segments that an adapter would have split.
    pub oversized: usize,
    /// Where the file breaks off in the middle of a record, if it does; every complete record before is kept.
    pub breaks_off: Option<String>,
}

/// Why a capture cannot be replayed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be read or written.
    #[error("cannot use {path}")]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// What the file holds cannot be used.
    #[error("{path}: {problem}; {remedy}")]
    Content {
        /// Which file.
        path: PathBuf,
        /// What is wrong and where.
        problem: String,
        /// What to do about it.
        remedy: &'static str,
    },
}

/// A frame was captured on an interface that is no port of the card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "record {record} was captured on interface {interface}, but the card has ports 0 and 1; choose the port at which frames arrive, for example --ports 0"
)]
pub struct UnknownPort {
    /// The frame's record.
    pub record: usize,
    /// The interface.
    pub interface: usize,
}

/// What is wrong with the content, and what to do about it.
type Problem = (String, &'static str);

const DAMAGED: &str = "the file is damaged: record it again, or recover the readable part with `editcap`";
const NOT_ETHERNET: &str = "only Ethernet is replayed: record on an Ethernet interface, not on `any`";

/// Reads a pcap or pcapng file of Ethernet frames, with micro- or nanoseconds, in either byte order.
///
/// # Errors
/// Unreadable files, other formats, other link types, damaged records, and files without a single frame to replay.
pub fn read(path: &Path) -> Result<Capture, Error> {
    collect(Stream::open(path, FRAME_MAX)?)
}

fn collect<R: Read>(mut stream: Stream<R>) -> Result<Capture, Error> {
    let (mut frames, mut piece) = (Vec::new(), Piece::default());
    while stream.read(&mut piece)? {
        frames.extend(piece.frames().map(|Record { number, interface, time, original, bytes }| Frame {
            record: number,
            interface,
            time,
            original,
            bytes: bytes.into(),
        }));
    }
    Ok(Capture { frames, condition: stream.finish()? })
}

impl Capture {
    /// What a person should know before trusting a replay of this capture, one sentence each.
    pub fn remarks(&self) -> Vec<String> {
        self.condition.remarks()
    }
}

impl Condition {
    /// Whether a record is a frame to replay; if not, it is counted why.
    fn admits(&mut self, raw: &stream::Raw, longest: usize) -> bool {
        match raw.length {
            0 => self.empty += 1,
            length if length > longest => self.oversized += 1,
            length => {
                self.cut += usize::from(length < raw.original as usize);
                return true;
            }
        }
        false
    }

    /// What a person should know before trusting a replay, one sentence each.
    pub fn remarks(&self) -> Vec<String> {
        let mut remarks = Vec::new();
        if self.cut > 0 {
            remarks.push(format!("{} frames were truncated by the capture's snaplen and are replayed truncated", self.cut));
        }
        if self.empty > 0 {
            remarks.push(format!("{} records are empty and are skipped", self.empty));
        }
        if self.oversized > 0 {
            let count = self.oversized;
            remarks
                .push(format!("{count} records longer than {FRAME_MAX} bytes are skipped: record with segmentation offload disabled"));
        }
        remarks.extend(self.breaks_off.iter().map(|place| format!("{place}; the complete records before it are replayed")));
        remarks
    }
}

#[cfg(test)]
mod tests;
