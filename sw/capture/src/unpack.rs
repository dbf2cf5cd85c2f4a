//! What a packed capture holds: gzip and zstd are seen by their first bytes, and read through.

use flate2::bufread::MultiGzDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};
use std::io::{self, BufRead, BufReader, ErrorKind, Read};

/// Bytes by which a packed file is recognised.
const HEAD: usize = 4;
/// Bytes that gzip is asked for at once: what it unpacks in front of damage is lost with the request that meets it.
const REQUEST: usize = 8 << 10;
/// Ends a zstd frame: a last block without content, and a checksum that nobody compares.
const LAST_BLOCK: [u8; 7] = [1, 0, 0, 0, 0, 0, 0];

/// Reads a source, unpacked if it is packed. The source is not touched before the first read.
pub(crate) struct Unpacked<R: Read>(State<R>);

enum State<R: Read> {
    /// Nothing is read yet; `None` only if reading has failed.
    Fresh(Option<R>),
    Plain(Peeked<R>),
    Gzip(Box<MultiGzDecoder<BufReader<Peeked<R>>>>),
    Zstd(Box<Zstd<BufReader<Peeked<R>>>>),
}

/// How a file is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Packing {
    Gzip,
    Zstd,
}

impl Packing {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }
}

/// Why there is no more to read.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The source cannot be read.
    Source(io::Error),
    /// The packed file breaks off.
    Cut,
    /// The packed file is damaged.
    Damaged(String),
}

impl<R: Read> Unpacked<R> {
    pub(crate) fn new(source: R) -> Self {
        Self(State::Fresh(Some(source)))
    }

    /// How the source is packed, once something of it was read.
    pub(crate) fn packing(&self) -> Option<Packing> {
        match self.0 {
            State::Fresh(_) | State::Plain(_) => None,
            State::Gzip(_) => Some(Packing::Gzip),
            State::Zstd(_) => Some(Packing::Zstd),
        }
    }

    /// Puts the next bytes into `bytes`; gives how many, 0 at the end.
    pub(crate) fn read(&mut self, bytes: &mut [u8]) -> Result<usize, Fault> {
        if let State::Fresh(source) = &mut self.0 {
            let Some(source) = source.take() else { return Ok(0) };
            self.0 = recognise(Peeked::new(source).map_err(Fault::Source)?);
        }
        loop {
            let read = match &mut self.0 {
                State::Fresh(_) => return Ok(0),
                State::Plain(source) => match source.read(bytes) {
                    Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                    read => return read.map_err(Fault::Source),
                },
                State::Gzip(source) => {
                    let few = bytes.len().min(REQUEST);
                    source.read(&mut bytes[..few])
                }
                State::Zstd(source) => source.read(bytes),
            };
            match read {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                read => return read.map_err(fault),
            }
        }
    }
}

fn recognise<R: Read>(source: Peeked<R>) -> State<R> {
    match source.head() {
        [0x1f, 0x8b, ..] => State::Gzip(Box::new(MultiGzDecoder::new(BufReader::new(source)))),
        // A frame, or what another program has put in front of one.
        [0x28, 0xb5, 0x2f, 0xfd] | [0x50..=0x5f, 0x2a, 0x4d, 0x18] => State::Zstd(Box::new(Zstd::new(BufReader::new(source)))),
        _ => State::Plain(source),
    }
}

/// What a decoder's error means. What it is asked to decode comes with the system's errors unchanged: only they have the system's codes.
fn fault(error: io::Error) -> Fault {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&error);
    let mut deepest = error.to_string();
    while let Some(this) = cause {
        if let Some(io) = this.downcast_ref::<io::Error>() {
            if let Some(code) = io.raw_os_error() {
                return Fault::Source(io::Error::from_raw_os_error(code));
            }
            if io.kind() == ErrorKind::UnexpectedEof {
                return Fault::Cut;
            }
        }
        deepest = this.to_string();
        // An `io::Error` passes over the error that it holds.
        cause = match this.downcast_ref::<io::Error>().and_then(|io| io.get_ref()) {
            Some(held) => Some(held),
            None => this.source(),
        };
    }
    Fault::Damaged(deepest)
}

/// A source whose first bytes are known before they are read.
struct Peeked<R> {
    head: [u8; HEAD],
    from: usize,
    to: usize,
    source: R,
}

impl<R: Read> Peeked<R> {
    fn new(mut source: R) -> io::Result<Self> {
        let (mut head, mut to) = ([0; HEAD], 0);
        while to < HEAD {
            match source.read(&mut head[to..]) {
                Ok(0) => break,
                Ok(count) => to += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Self { head, from: 0, to, source })
    }

    fn head(&self) -> &[u8] {
        &self.head[..self.to]
    }
}

impl<R: Read> Read for Peeked<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        if self.from == self.to {
            return self.source.read(bytes);
        }
        let count = bytes.len().min(self.to - self.from);
        bytes[..count].copy_from_slice(&self.head[self.from..][..count]);
        self.from += count;
        Ok(count)
    }
}

/// Any number of zstd frames in a row.
struct Zstd<R> {
    source: R,
    decoder: FrameDecoder,
    within: bool,
    /// What ended the last frame before its time, until all in front of it is read.
    failed: Option<io::Error>,
}

impl<R: BufRead> Zstd<R> {
    fn new(source: R) -> Self {
        Self { source, decoder: FrameDecoder::new(), within: false, failed: None }
    }

    /// Begins the next frame; false if there is none.
    fn begin(&mut self) -> io::Result<bool> {
        loop {
            if self.source.fill_buf()?.is_empty() {
                return Ok(false);
            }
            match self.decoder.init(&mut self.source) {
                Ok(()) => return Ok(true),
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame { length, .. })) => {
                    let length = u64::from(length);
                    if io::copy(&mut self.source.by_ref().take(length), &mut io::sink())? < length {
                        return Err(ErrorKind::UnexpectedEof.into());
                    }
                }
                Err(error) => return Err(io::Error::other(error)),
            }
        }
    }
}

impl<R: BufRead> Read for Zstd<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        if bytes.is_empty() {
            return Ok(0);
        }
        loop {
            if !self.within {
                if let Some(error) = self.failed.take() {
                    return Err(error);
                }
                self.within = self.begin()?;
                if !self.within {
                    return Ok(0);
                }
            }
            while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
                if let Err(error) = self.decoder.decode_blocks(&mut self.source, BlockDecodingStrategy::UptoBlocks(1)) {
                    // The decoder keeps what later blocks may refer to until the frame ends: let it end.
                    self.failed = Some(io::Error::other(error));
                    if self.decoder.decode_blocks(&LAST_BLOCK[..], BlockDecodingStrategy::All).is_err() {
                        self.within = false;
                        break;
                    }
                }
            }
            if self.within && self.decoder.can_collect() > 0 {
                return self.decoder.read(bytes);
            }
            self.within = false;
            let sum = self.decoder.get_checksum_from_data();
            if self.failed.is_none() && sum.is_some() && sum != self.decoder.get_calculated_checksum() {
                return Err(io::Error::new(ErrorKind::InvalidData, "the checksum does not fit the content"));
            }
        }
    }
}
