//! The classic format: a 24-byte header, then records.

use super::stream::{Raw, Step};
use super::{DAMAGED, NOT_ETHERNET, Problem};
use pcap_file::pcap::{PcapParseError, PcapParser, PcapTsResolution};
use pcap_file::{DataLink, Endianness};
use std::time::Duration;

/// More than any capture program keeps of a frame: a record that claims more is damage.
const RECORD_MAX: usize = 256 << 10;
/// Bytes of a record in front of those that were kept.
const RECORD_HEADER: usize = 16;
/// Bits of the link type that say something about the frame check sequence instead.
const LINK_TYPE: u32 = 0x03ff_ffff;

/// What the file's header says.
pub(crate) struct Pcap {
    parser: PcapParser,
    endianness: Endianness,
    /// Nanoseconds in the unit of a record's time.
    unit: u64,
}

impl Pcap {
    /// Reads the header; gives how many bytes it takes.
    pub(crate) fn begin(content: &[u8]) -> Result<(Self, usize), Problem> {
        let (rest, parser) = PcapParser::new(content).map_err(|error| match error {
            PcapParseError::IncompleteBuffer(..) => ("shorter than a capture file's header".into(), DAMAGED),
            PcapParseError::Validation(_) => ("neither pcap nor pcapng".into(), "convert it first, for example with `editcap -F pcap`"),
        })?;
        let header = parser.header();
        let link = u32::from(header.datalink) & LINK_TYPE;
        if link != u32::from(DataLink::ETHERNET) {
            return Err((format!("link type {link} ({:?})", DataLink::from(link)), NOT_ETHERNET));
        }
        let unit = if header.ts_resolution == PcapTsResolution::MicroSecond { 1000 } else { 1 };
        Ok((Self { parser, endianness: header.endianness, unit }, content.len() - rest.len()))
    }

    /// Reads the record at the front; it is number `record`.
    pub(crate) fn step(&self, content: &[u8], record: usize) -> Result<Step, Problem> {
        let Ok((rest, packet)) = self.parser.next_raw_packet(content) else {
            let claimed = claimed_length(content, self.endianness);
            if claimed > RECORD_MAX {
                return Err((format!("record {record} has a length field of {claimed} bytes"), DAMAGED));
            }
            return Ok(Step::Incomplete);
        };
        let time = Duration::from_secs(packet.ts_sec.into()) + Duration::from_nanos(u64::from(packet.ts_frac) * self.unit);
        let used = content.len() - rest.len();
        let length = packet.data.len();
        Ok(Step::Record(Raw { interface: 0, time, original: packet.orig_len, at: RECORD_HEADER, length }, used))
    }
}

/// How many bytes the record at the start of `rest` says were kept; 0 if even its header is cut.
fn claimed_length(rest: &[u8], endianness: Endianness) -> usize {
    let Some(field) = rest.get(8..12).filter(|_| rest.len() >= RECORD_HEADER) else { return 0 };
    let bytes = [field[0], field[1], field[2], field[3]];
    if endianness.is_big() { u32::from_be_bytes(bytes) as usize } else { u32::from_le_bytes(bytes) as usize }
}
