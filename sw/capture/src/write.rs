//! What left by one port, as a pcap file with nanoseconds.

use crate::error::Error;
use crate::frame::Frame;
use crate::whole::WholeFile;
use pcap_file::pcap::{PcapHeader, PcapTsResolution, PcapWriter, RawPcapPacket};
use pcap_file::{DataLink, Endianness};
use std::borrow::Cow;
use std::io;
use std::path::{Path, PathBuf};

/// Writes frames to a capture file.
pub struct Writer {
    path: PathBuf,
    file: PcapWriter<WholeFile>,
}

impl Writer {
    /// Begins a file that is there when it is [finished](Self::finish).
    ///
    /// # Errors
    /// When the file cannot be created.
    pub fn create(path: &Path) -> Result<Self, Error> {
        Self::begin(path, WholeFile::create(path))
    }

    /// Begins a file that is read while it is written.
    ///
    /// # Errors
    /// When the file cannot be created.
    pub fn live(path: &Path) -> Result<Self, Error> {
        Self::begin(path, WholeFile::live(path))
    }

    fn begin(path: &Path, file: io::Result<WholeFile>) -> Result<Self, Error> {
        let failed = |source| Error::File { path: path.into(), source };
        // Little-endian whatever the machine, so that equal runs give equal files.
        let header = PcapHeader {
            snaplen: 262_144,
            datalink: DataLink::ETHERNET,
            ts_resolution: PcapTsResolution::NanoSecond,
            endianness: Endianness::Little,
            ..PcapHeader::default()
        };
        let file = PcapWriter::with_header(file.map_err(failed)?, header).map_err(|error| failed(io::Error::other(error)))?;
        Ok(Self { path: path.into(), file })
    }

    /// Adds a frame with the time and original length that it came in with, and the bytes that it left with.
    /// The format's seconds end in 2106; later ones wrap.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(&mut self, came: &Frame, left: &[u8]) -> Result<(), Error> {
        let packet = RawPcapPacket {
            ts_sec: came.time.as_secs() as u32,
            ts_frac: came.time.subsec_nanos(),
            incl_len: left.len() as u32,
            orig_len: came.original,
            data: Cow::Borrowed(left),
        };
        self.file
            .write_raw_packet(&packet)
            .map(drop)
            .map_err(|error| Error::File { path: self.path.clone(), source: io::Error::other(error) })
    }

    /// Passes what was added on to the system, for who reads along.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn flush(&mut self) -> Result<(), Error> {
        self.file.flush().map_err(|error| Error::File { path: self.path.clone(), source: io::Error::other(error) })
    }

    /// Ends the file.
    ///
    /// # Errors
    /// When the last bytes cannot be written.
    pub fn finish(self) -> Result<(), Error> {
        let Self { path, file } = self;
        file.into_inner().finish().map_err(|source| Error::File { path, source })
    }
}
