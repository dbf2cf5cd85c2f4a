//! A capture piece by piece, so that its length does not matter.

use super::pcap::Pcap;
use super::pcapng::Pcapng;
use super::{Condition, Error, Problem};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Bytes of a piece: few enough to stay in a core's second cache between reading and use.
const PIECE: usize = 256 << 10;

/// Bytes of a pcap file's header, without which a format is not recognised.
const HEADER: usize = 24;

/// Reads a capture a piece at a time. Several threads may take turns: each piece stands for itself.
pub struct Stream<R = File> {
    path: PathBuf,
    source: R,
    piece: usize,
    longest: usize,
    /// Whether to be content with what has come, once it is a format's header.
    follow: bool,
    format: Option<Format>,
    /// What was read behind the last complete record.
    rest: Vec<u8>,
    ended: bool,
    failed: bool,
    records: usize,
    frames: usize,
    condition: Condition,
}

/// Some frames in a row. Keep it for the next ones: its memory is used again.
#[derive(Default)]
pub struct Piece {
    bytes: Vec<u8>,
    /// By number of the record.
    spans: Vec<(usize, Raw)>,
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

/// What a record says about itself, and where its bytes are.
pub(crate) struct Raw {
    pub(crate) interface: usize,
    pub(crate) time: Duration,
    pub(crate) original: u32,
    pub(crate) at: usize,
    pub(crate) length: usize,
}

/// What stands at the front of some bytes, and how many it takes.
pub(crate) enum Step {
    Record(Raw, usize),
    Other(usize),
    Incomplete,
}

enum Format {
    Pcap(Pcap),
    Pcapng(Pcapng),
}

impl Format {
    /// The format of a file that starts with these bytes, and how many its header takes; `None` if there are too few to say.
    fn recognise(content: &[u8], ended: bool) -> Result<Option<(Self, usize)>, Problem> {
        match content {
            [] => Err(("the file is empty".into(), "record something first, for example with `tcpdump -w FILE`")),
            [0x0a, 0x0d, 0x0d, 0x0a, ..] => Ok(Pcapng::begin(content, ended)?.map(|(format, used)| (Self::Pcapng(format), used))),
            [0x1f, 0x8b, ..] => Err(("a gzip file, not a capture".into(), "unpack it first with `gunzip`")),
            _ => Pcap::begin(content).map(|(format, used)| Some((Self::Pcap(format), used))),
        }
    }

    fn step(&mut self, content: &[u8], record: usize) -> Result<Step, Problem> {
        match self {
            Self::Pcap(format) => format.step(content, record),
            Self::Pcapng(format) => format.step(content, record),
        }
    }

    fn breaks_off(&self, record: usize) -> String {
        match self {
            Self::Pcap(_) => format!("the file breaks off inside record {record}"),
            Self::Pcapng(_) => format!("the file breaks off inside a block, after {record} complete records"),
        }
    }
}

impl Stream {
    /// Opens a pcap or pcapng file of Ethernet frames, with micro- or nanoseconds, in either byte order. Frames longer than `longest`
    /// are left out and counted.
    ///
    /// # Errors
    /// When the file cannot be opened. What it holds is looked at by [`Stream::read`].
    pub fn open(path: &Path, longest: usize) -> Result<Self, Error> {
        let file = File::open(path).map_err(|source| Error::File { path: path.into(), source })?;
        Ok(Self::new(file, path, longest, PIECE))
    }

    /// Opens a capture that is still being written, such as a FIFO: a piece is what has come, and waits for a frame at most.
    ///
    /// # Errors
    /// As [`Stream::open`].
    pub fn follow(path: &Path, longest: usize) -> Result<Self, Error> {
        Self::open(path, longest).map(Self::following)
    }
}

impl<R: Read> Stream<R> {
    pub(crate) fn new(source: R, path: &Path, longest: usize, piece: usize) -> Self {
        let condition = Condition::default();
        Self {
            path: path.into(),
            source,
            piece,
            longest,
            follow: false,
            format: None,
            rest: Vec::new(),
            ended: false,
            failed: false,
            records: 0,
            frames: 0,
            condition,
        }
    }

    pub(crate) fn following(self) -> Self {
        Self { follow: true, ..self }
    }

    /// Puts the next frames into `piece`, in place of those that it held; false once there are no more.
    ///
    /// # Errors
    /// Unreadable files, other formats, other link types and damaged records. Behind an error there are no more frames.
    pub fn read(&mut self, piece: &mut Piece) -> Result<bool, Error> {
        piece.spans.clear();
        if self.failed {
            return Ok(false);
        }
        let filled = self.fill(piece);
        self.failed = filled.is_err();
        if self.failed {
            piece.spans.clear();
        }
        filled
    }

    /// What had to be said about the frames read.
    ///
    /// # Errors
    /// If there was not a single one.
    pub fn finish(self) -> Result<Condition, Error> {
        if self.frames > 0 {
            return Ok(self.condition);
        }
        let Condition { empty, oversized, breaks_off, .. } = self.condition;
        let broken = breaks_off.map(|place| format!(", {place}")).unwrap_or_default();
        let problem = format!("no frame to replay ({empty} empty and {oversized} oversized records{broken})");
        Err(Error::Content { path: self.path, problem, remedy: "record some traffic, on an interface with segmentation offload disabled" })
    }

    fn fill(&mut self, piece: &mut Piece) -> Result<bool, Error> {
        let mut length = self.rest.len();
        // Grown to its size once, and never emptied: zeroing it again would cost as much as reading.
        piece.bytes.resize(piece.bytes.len().max(self.piece).max(length), 0);
        piece.bytes[..length].copy_from_slice(&self.rest);
        self.rest.clear();
        loop {
            length = self.read_bytes(&mut piece.bytes, length)?;
            if self.ended && length == 0 && self.format.is_some() {
                return Ok(false);
            }
            let used = self.split(&piece.bytes[..length], &mut piece.spans).map_err(|problem| self.content(problem))?;
            if self.ended {
                return Ok(!piece.spans.is_empty());
            }
            if used > 0 {
                self.rest.extend_from_slice(&piece.bytes[used..length]);
                return Ok(true);
            }
            if length == piece.bytes.len() {
                // Not even one record is complete: it needs a larger piece.
                piece.bytes.resize(piece.bytes.len() * 2, 0);
            }
        }
    }

    /// Reads until `bytes` are full behind the first `length`, or the file ends, or what has come will do; gives how many there are.
    fn read_bytes(&mut self, bytes: &mut [u8], mut length: usize) -> Result<usize, Error> {
        while length < bytes.len() && !self.ended {
            match self.source.read(&mut bytes[length..]) {
                Ok(0) => self.ended = true,
                Ok(count) => {
                    length += count;
                    if self.follow && length >= HEADER {
                        break;
                    }
                }
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(source) => return Err(Error::File { path: self.path.clone(), source }),
            }
        }
        Ok(length)
    }

    /// Finds the complete records in `content`; gives how many bytes they take.
    fn split(&mut self, content: &[u8], spans: &mut Vec<(usize, Raw)>) -> Result<usize, Problem> {
        let mut at = 0;
        if self.format.is_none() {
            let Some((format, used)) = Format::recognise(content, self.ended)? else { return Ok(0) };
            self.format = Some(format);
            at = used;
        }
        let Some(format) = &mut self.format else { return Ok(at) };
        while at < content.len() {
            match format.step(&content[at..], self.records)? {
                Step::Other(used) => at += used,
                Step::Record(raw, used) => {
                    if self.condition.admits(&raw, self.longest) {
                        spans.push((self.records, Raw { at: at + raw.at, ..raw }));
                        self.frames += 1;
                    }
                    self.records += 1;
                    at += used;
                }
                Step::Incomplete => {
                    if self.ended {
                        self.condition.breaks_off = Some(format.breaks_off(self.records));
                    }
                    break;
                }
            }
        }
        Ok(at)
    }

    fn content(&self, (problem, remedy): Problem) -> Error {
        Error::Content { path: self.path.clone(), problem, remedy }
    }
}

impl Piece {
    /// How many bytes of the file it takes up to the end of its last frame.
    pub fn size(&self) -> usize {
        self.spans.last().map_or(0, |(_, raw)| raw.at + raw.length)
    }

    /// Its frames, in the order of the file.
    pub fn frames(&self) -> impl ExactSizeIterator<Item = Record<'_>> {
        self.spans.iter().map(|&(number, Raw { interface, time, original, at, length })| Record {
            number,
            interface,
            time,
            original: original.max(length as u32),
            bytes: &self.bytes[at..at + length],
        })
    }
}
