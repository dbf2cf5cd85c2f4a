//! The classic format: a 24-byte header, then records.

use crate::error::{DAMAGED, NOT_ETHERNET, Problem};
use crate::step::{Order, RECORD_MAX, Step};
use pcap_file::DataLink;
use pcap_file::pcap::{PcapHeader, PcapParseError, PcapTsResolution};
use std::time::Duration;

/// Bytes of a pcap file's header.
pub(crate) const HEADER: usize = 24;
/// Bytes of a record in front of those that were kept.
pub(crate) const RECORD_HEADER: usize = 16;
/// A second in nanoseconds.
const SECOND: u64 = 1_000_000_000;
/// Bits of the link type that say something about the frame check sequence instead.
const LINK_TYPE: u32 = 0x03ff_ffff;

/// What the file's header says.
#[derive(Clone, Copy)]
pub(crate) struct Pcap {
    order: Order,
    lengths: Lengths,
    /// Nanoseconds in the unit of a record's time.
    unit: u64,
}

/// Which of a record's two lengths comes first.
#[derive(Clone, Copy)]
enum Lengths {
    KeptFirst,
    OriginalFirst,
    /// The smaller one is what was kept, whichever it is.
    Either,
}

impl Lengths {
    /// Source: libpcap's `sf-pcap.c` and Wireshark's `wiretap/libpcap.c`. They were exchanged in 2.3, but not by everybody who wrote 2.3;
    /// 543.0 is DG/UX.
    fn of(major: u16, minor: u16) -> Self {
        match (major, minor) {
            (2, 0..3) | (543, _) => Self::OriginalFirst,
            (2, 3) => Self::Either,
            _ => Self::KeptFirst,
        }
    }
}

impl Pcap {
    /// Reads the header, which takes [`HEADER`] bytes.
    pub(crate) fn begin(content: &[u8]) -> Result<Self, Problem> {
        let (_, header) = PcapHeader::from_slice(content).map_err(|error| match error {
            PcapParseError::IncompleteBuffer(..) => ("shorter than a capture file's header".into(), DAMAGED),
            PcapParseError::Validation(_) => ("neither pcap nor pcapng".into(), "convert it first, for example with `editcap -F pcap`"),
        })?;
        let link = u32::from(header.datalink) & LINK_TYPE;
        if link != u32::from(DataLink::ETHERNET) {
            return Err((format!("link type {link} ({:?})", DataLink::from(link)), NOT_ETHERNET));
        }
        Ok(Self {
            order: if header.endianness.is_big() { Order::Big } else { Order::Little },
            lengths: Lengths::of(header.version_major, header.version_minor),
            unit: if header.ts_resolution == PcapTsResolution::MicroSecond { 1000 } else { 1 },
        })
    }

    /// The record at the front, if it is whole and not damaged.
    #[inline]
    pub(crate) fn kept(&self, content: &[u8]) -> Option<Kept> {
        let kept = self.header(content)?;
        (kept.length <= RECORD_MAX && kept.size() <= content.len()).then_some(kept)
    }

    /// Why there is no whole record at the front.
    ///
    /// # Errors
    /// What is wrong with it, if it is not only cut.
    pub(crate) fn step(&self, content: &[u8]) -> Result<Step, String> {
        match self.header(content) {
            None => Ok(Step::Incomplete(RECORD_HEADER)),
            Some(Kept { length, .. }) if length > RECORD_MAX => {
                Err(format!("claims {length} bytes, and no capture program keeps more than {RECORD_MAX}"))
            }
            Some(kept) => Ok(Step::Incomplete(kept.size())),
        }
    }

    /// Time since 1970-01-01 00:00 UTC. Cannot panic, so that it is not computed where nobody looks at it.
    #[inline]
    pub(crate) fn time(&self, kept: &Kept) -> Duration {
        let nanoseconds = u64::from(kept.fraction) * self.unit;
        Duration::new(u64::from(kept.seconds) + nanoseconds / SECOND, (nanoseconds % SECOND) as u32)
    }

    #[inline]
    fn header(&self, content: &[u8]) -> Option<Kept> {
        let [seconds, fraction, first, second] = self.order.words(content)?;
        let (length, original) = match self.lengths {
            Lengths::KeptFirst => (first, second),
            Lengths::OriginalFirst => (second, first),
            Lengths::Either => (first.min(second), first.max(second)),
        };
        Some(Kept { seconds, fraction, length: length as usize, original })
    }
}

/// What a record's header says.
pub(crate) struct Kept {
    seconds: u32,
    fraction: u32,
    /// Bytes that were kept.
    length: usize,
    pub(crate) original: u32,
}

impl Kept {
    /// Bytes that the record takes.
    #[inline]
    pub(crate) fn size(&self) -> usize {
        RECORD_HEADER + self.length
    }
}
