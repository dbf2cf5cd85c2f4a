//! Captures: reads recorded frames for replay, and writes what the card sent.
//!
//! Not every capture is clean, and what Wireshark reads is of use here, too. Nothing is refused that no decision needs:
//! - Units of time finer than a nanosecond, times before 1970, names, comments, statistics and reserved fields: none of them can be wrong.
//! - A frame that the snaplen cut is replayed as it was kept, and counted. The card decides it as the short frame that it now is.
//! - A file that breaks off in the middle of a record, or has a damaged one, is replayed up to there; the reader says so.
//! - A record without a byte, of another link type, or longer than any wire carries (segmentation offload), is left out and counted. Records
//!   keep their numbers.
//! - What gzip or zstd has packed is unpacked while it is read.
//!
//! No record takes more memory than its bound, whatever its length claims. A pcap file of another link type, another format, and a file
//! without a frame to replay are errors that name the file and the place.

mod clock;
mod condition;
mod error;
mod frame;
mod memory;
mod offload;
mod pcap;
mod pcapng;
mod piece;
mod step;
mod stream;
mod taker;
mod unpack;
mod whole;
mod write;

pub use condition::Condition;
pub use error::{Error, UnknownPort};
pub use frame::Frame;
pub use piece::{Frames, Piece, Record};
pub use stream::Stream;
pub use taker::Taker;
pub use whole::{WholeFile, replace, replace_secret};
pub use write::Writer;

use contract::limits::FRAME_MAX;
use std::io::Read;
use std::path::Path;

/// The frames of a capture file, and what had to be said about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capture {
    /// Frames of 1 to 9600 bytes, in the order of the file.
    pub frames: Vec<Frame>,
    /// What had to be said about them.
    pub condition: Condition,
}

/// Reads a pcap or pcapng file with Ethernet frames, plain or packed, as [`Stream`] does.
///
/// # Errors
/// Unreadable files, other formats, pcap files of another link type, and files without a single frame to replay.
pub fn read(path: &Path) -> Result<Capture, Error> {
    collect(Stream::open(path, FRAME_MAX)?)
}

fn collect<R: Read>(mut stream: Stream<R>) -> Result<Capture, Error> {
    let (mut frames, mut piece) = (Vec::new(), Piece::default());
    while stream.read_into(&mut piece, &mut frames)? {}
    Ok(Capture { frames, condition: stream.finish()? })
}

impl Capture {
    /// What a person should know before trusting a replay of this capture, one sentence each.
    pub fn remarks(&self) -> Vec<String> {
        self.condition.remarks()
    }
}

#[cfg(test)]
mod tests;
