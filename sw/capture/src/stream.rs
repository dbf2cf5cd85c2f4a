//! A capture piece by piece, so that its length does not matter.

use crate::condition::Condition;
use crate::error::{DAMAGED, Error, Problem};
use crate::memory::LINE;
use crate::pcap::{HEADER, Pcap, RECORD_HEADER};
use crate::pcapng::Pcapng;
use crate::piece::{Found, Piece, Walk};
use crate::step::{Raw, Step};
use crate::taker::Taker;
use crate::unpack::{Fault, Unpacked};
use prefetch_index::prefetch_index;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Bytes of a piece: few enough to stay in a core's second cache between reading and use, with what they are used for.
const PIECE: usize = 256 << 10;

/// Reads a capture a piece at a time. Several threads may take turns: each piece stands for itself.
pub struct Stream<R: Read = File> {
    path: PathBuf,
    source: Unpacked<R>,
    piece: usize,
    longest: usize,
    /// Whether to be content with what has come, once it is a format's header.
    follow: bool,
    format: Option<Format>,
    /// What was read behind the last complete record.
    rest: Vec<u8>,
    /// Where in the file the first byte of `rest` is; of a packed file, where in its content.
    offset: u64,
    /// Bytes that are passed over before anything is looked at again.
    skip: u64,
    /// Where what is passed over begins.
    passed: u64,
    ended: bool,
    failed: bool,
    records: usize,
    frames: usize,
    condition: Condition,
}

enum Format {
    Pcap(Pcap),
    Pcapng(Pcapng),
}

impl Format {
    /// The format of a file that starts with these bytes, and how many its header takes; `None` if there are too few to say.
    fn recognise(content: &[u8], ended: bool) -> Result<Option<(Self, usize)>, Problem> {
        match content {
            _ if content.len() < HEADER && !ended => Ok(None),
            [] => Err(("the file is empty".into(), "record something first, for example with `tcpdump -w FILE`")),
            // Its first block is read as any other.
            [0x0a, 0x0d, 0x0d, 0x0a, ..] => Ok(Some((Self::Pcapng(Pcapng::default()), 0))),
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Err(("an xz file, not a capture".into(), "unpack it first with `unxz`")),
            [b'B', b'Z', b'h', ..] => Err(("a bzip2 file, not a capture".into(), "unpack it first with `bunzip2`")),
            [0x04, 0x22, 0x4d, 0x18, ..] => Err(("an lz4 file, not a capture".into(), "unpack it first with `unlz4`")),
            _ => Pcap::begin(content).map(|format| Some((Self::Pcap(format), HEADER))),
        }
    }

    #[inline]
    fn step(&mut self, content: &[u8]) -> Result<Step, String> {
        match self {
            Self::Pcap(format) => format.step(content),
            Self::Pcapng(format) => format.step(content),
        }
    }

    /// Whether the next bytes belong to what was read last.
    fn inside(&self) -> bool {
        matches!(self, Self::Pcapng(format) if format.inside())
    }

    fn breaks_off(&self, record: usize, place: &str) -> String {
        match self {
            Self::Pcap(_) => format!("the file breaks off inside record {record}, which begins {place}"),
            Self::Pcapng(_) => format!("the file breaks off inside the block after {record} records, which begins {place}"),
        }
    }

    fn damaged(&self, record: usize, place: &str, problem: &str) -> String {
        match self {
            Self::Pcap(_) => format!("record {record}, {place}, {problem}"),
            Self::Pcapng(_) => format!("the block after {record} records, {place}, {problem}"),
        }
    }
}

impl Stream {
    /// Opens a pcap or pcapng file with Ethernet frames, plain or packed with gzip or zstd, in either byte order. Frames longer than
    /// `longest` are left out and counted.
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
            source: Unpacked::new(source),
            piece,
            longest,
            follow: false,
            format: None,
            rest: Vec::new(),
            offset: 0,
            skip: 0,
            passed: 0,
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
    /// Unreadable files, other formats, and pcap files of another link type. Behind an error there are no more frames. Damage is none: there
    /// are no frames behind it, and [`Stream::finish`] tells the place.
    pub fn read(&mut self, piece: &mut Piece) -> Result<bool, Error> {
        self.next(piece, &mut ())
    }

    /// As [`Stream::read`], but gives each of the frames to `taker` as well, once. Where one thread does both, that is quicker than to walk the
    /// piece again.
    ///
    /// # Errors
    /// As [`Stream::read`].
    pub fn read_into(&mut self, piece: &mut Piece, taker: &mut impl Taker) -> Result<bool, Error> {
        let read = self.next(piece, taker)?;
        if piece.found.walk.is_none() {
            piece.frames().for_each(|record| taker.take(&record));
        }
        Ok(read)
    }

    /// Reads a piece. Frames of a classic file are handed out as they are found; those of another format are listed only.
    #[inline]
    fn next(&mut self, piece: &mut Piece, taker: &mut impl Taker) -> Result<bool, Error> {
        piece.found.clear();
        if self.failed {
            return Ok(false);
        }
        let filled = self.fill(piece, taker);
        self.failed = filled.is_err();
        if self.failed {
            piece.found.clear();
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
        let (problem, remedy) = self.condition.nothing();
        Err(Error::Content { path: self.path, problem, remedy })
    }

    fn fill(&mut self, piece: &mut Piece, taker: &mut impl Taker) -> Result<bool, Error> {
        let mut length = self.rest.len();
        // So many bytes more, whatever is left: what is read begins at a page of the file then, too.
        let mut room = length + self.piece;
        piece.memory.begin(&self.rest, self.piece);
        self.rest.clear();
        loop {
            length = self.read_bytes(&mut piece.memory.content_mut()[..room], length)?;
            let content = &piece.memory.content()[..length];
            let (used, next) = self.split(content, &mut piece.found, taker).map_err(|problem| self.content(problem))?;
            if self.ended {
                return Ok(piece.found.frames > 0);
            }
            if used > 0 {
                self.rest.extend_from_slice(&piece.memory.content()[used..length]);
                self.offset += used as u64;
                return Ok(true);
            }
            // Not even one record is complete; no format asks for more than a record's bound.
            room = room.max(next);
            piece.memory.grow(room);
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
                Err(Fault::Source(source)) => return Err(Error::File { path: self.path.clone(), source }),
                Err(Fault::Cut) => {
                    self.ended = true;
                    self.condition.breaks_off = Some(format!("the {} file breaks off", self.packing()));
                }
                Err(Fault::Damaged(problem)) => {
                    self.ended = true;
                    self.condition.damaged = Some(format!("the {} file cannot be unpacked any further ({problem})", self.packing()));
                }
            }
        }
        Ok(length)
    }

    /// Finds the complete records in `content`; gives how many bytes are done with, and how many there have to be to go on.
    fn split(&mut self, content: &[u8], found: &mut Found, taker: &mut impl Taker) -> Result<(usize, usize), Problem> {
        let mut at = 0;
        if self.format.is_none() {
            let Some((format, used)) = Format::recognise(content, self.ended)? else { return Ok((0, HEADER)) };
            self.format = Some(format);
            at = used;
        }
        let Some(format) = &mut self.format else { return Ok((at, 0)) };
        let skipped = self.skip.min((content.len() - at) as u64);
        self.skip -= skipped;
        at += skipped as usize;
        if let Format::Pcap(format) = format {
            let mut walk = Walk { format: *format, longest: self.longest, record: self.records, range: at..at };
            while let Some(kept) = format.kept(&content[at..]) {
                let (frame, end) = (&content[at + RECORD_HEADER..at + kept.size()], at + kept.size());
                // The next record's header, and its frame's: the processor sees too late itself where they are.
                prefetch_index(content, end);
                prefetch_index(content, end + LINE);
                if self.condition.admits(frame, kept.original, self.longest) {
                    found.frames += 1;
                    taker.take(&walk.record((self.records, kept, frame)));
                }
                self.records += 1;
                at = end;
            }
            walk.range.end = at;
            found.walk = Some(walk);
        }
        let (mut next, mut damage) = (0, None);
        while at < content.len() {
            let rest = &content[at..];
            match format.step(rest) {
                Ok(Step::Record(raw, used)) => {
                    if self.condition.admits(&rest[raw.at..raw.at + raw.length], raw.original, self.longest) {
                        found.push(self.records, Raw { at: at + raw.at, ..raw });
                    }
                    self.records += 1;
                    at += used;
                }
                Ok(Step::Foreign(link, used)) => {
                    *self.condition.foreign.entry(link).or_default() += 1;
                    self.records += 1;
                    at += used;
                }
                Ok(Step::Other(used)) => {
                    let here = used.min(rest.len() as u64);
                    self.passed = self.offset + at as u64;
                    self.skip = used - here;
                    at += here as usize;
                }
                Ok(Step::Incomplete(length)) => {
                    next = length;
                    break;
                }
                Err(problem) => {
                    damage = Some(problem);
                    break;
                }
            }
        }
        self.frames += found.frames;
        let packed = self.source.packing().is_some();
        let from = if self.skip > 0 || format.inside() { self.passed } else { self.offset + at as u64 };
        if let Some(problem) = damage {
            self.condition.damaged = Some(format.damaged(self.records, &place(from, packed), &problem));
            self.ended = true;
        } else if self.ended && (at < content.len() || self.skip > 0 || format.inside()) {
            // If what packs the file has ended it, that is what happened.
            if self.condition.breaks_off.is_none() && self.condition.damaged.is_none() {
                self.condition.breaks_off = Some(format.breaks_off(self.records, &place(from, packed)));
            }
        }
        Ok((at, next))
    }

    fn packing(&self) -> &'static str {
        self.source.packing().map_or("packed", crate::unpack::Packing::name)
    }

    fn content(&self, (problem, remedy): Problem) -> Error {
        let damage = self.condition.damaged.as_ref().or(self.condition.breaks_off.as_ref());
        let (problem, remedy) = match (damage, self.source.packing()) {
            (Some(damage), _) => (format!("{damage} before anything of the capture was read"), DAMAGED),
            (None, Some(packing)) => (format!("what the {} file holds: {problem}", packing.name()), remedy),
            (None, None) => (problem, remedy),
        };
        Error::Content { path: self.path.clone(), problem, remedy }
    }
}

/// Where a byte is.
fn place(offset: u64, packed: bool) -> String {
    format!("at byte {offset}{}", if packed { " of what was unpacked" } else { "" })
}
