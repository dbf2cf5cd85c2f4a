//! The classic format: a 24-byte header, then records.

use super::{Capture, DAMAGED, NOT_ETHERNET, Problem};
use pcap_file::pcap::{PcapParseError, PcapParser, PcapTsResolution};
use pcap_file::{DataLink, Endianness};
use std::time::Duration;

/// More than any capture program keeps of a frame: a record that claims more is damage.
const RECORD_MAX: usize = 256 << 10;
/// Bits of the link type that say something about the frame check sequence instead.
const LINK_TYPE: u32 = 0x03ff_ffff;

pub(super) fn parse(content: &[u8], capture: &mut Capture) -> Result<(), Problem> {
    let (mut rest, parser) = PcapParser::new(content).map_err(|error| match error {
        PcapParseError::IncompleteBuffer(..) => ("shorter than a capture file's header".into(), DAMAGED),
        PcapParseError::Validation(_) => ("neither pcap nor pcapng".into(), "convert it first, for example with `editcap -F pcap`"),
    })?;
    let header = parser.header();
    let link = u32::from(header.datalink) & LINK_TYPE;
    if link != u32::from(DataLink::ETHERNET) {
        return Err((format!("link type {link} ({:?})", DataLink::from(link)), NOT_ETHERNET));
    }
    let nanoseconds = if header.ts_resolution == PcapTsResolution::MicroSecond { 1000 } else { 1 };
    for record in 0.. {
        if rest.is_empty() {
            break;
        }
        match parser.next_raw_packet(rest) {
            Ok((after, packet)) => {
                let fraction = Duration::from_nanos(u64::from(packet.ts_frac) * nanoseconds);
                capture.take(record, 0, Duration::from_secs(packet.ts_sec.into()) + fraction, packet.orig_len, &packet.data);
                rest = after;
            }
            Err(_) => {
                let claimed = claimed_length(rest, header.endianness);
                if claimed > RECORD_MAX {
                    return Err((format!("record {record} claims {claimed} bytes"), DAMAGED));
                }
                capture.breaks_off = Some(format!("the file breaks off inside record {record}"));
                break;
            }
        }
    }
    Ok(())
}

/// How many bytes the record at the start of `rest` says were kept; 0 if even its header is cut.
fn claimed_length(rest: &[u8], endianness: Endianness) -> usize {
    let Some(field) = rest.get(8..12).filter(|_| rest.len() >= 16) else { return 0 };
    let bytes = [field[0], field[1], field[2], field[3]];
    if endianness.is_big() { u32::from_be_bytes(bytes) as usize } else { u32::from_le_bytes(bytes) as usize }
}
