//! The newer format: blocks, of which three kinds carry frames.

use super::stream::{Raw, Step};
use super::{DAMAGED, NOT_ETHERNET, Problem};
use pcap_file::DataLink;
use pcap_file::pcapng::blocks::Block;
use pcap_file::pcapng::{PcapNgParseError, PcapNgParser};
use std::time::Duration;

/// Bytes of a block in front of the frame: of an enhanced or an obsolete packet block, and of a simple one.
const PACKET_HEADER: usize = 28;
const SIMPLE_HEADER: usize = 12;

/// What the blocks read so far say about those to come.
pub(crate) struct Pcapng {
    parser: PcapNgParser,
}

impl Pcapng {
    /// Reads the section header; gives how many bytes it takes, or `None` if they are not all there and the file goes on.
    pub(crate) fn begin(content: &[u8], ended: bool) -> Result<Option<(Self, usize)>, Problem> {
        match PcapNgParser::new(content) {
            Ok((rest, parser)) => Ok(Some((Self { parser }, content.len() - rest.len()))),
            Err(PcapNgParseError::IncompleteBuffer(..)) if !ended => Ok(None),
            Err(error) => Err((format!("no pcapng section header: {}", chain(&error)), DAMAGED)),
        }
    }

    /// Reads the block at the front; if it carries a frame, it is record number `record`.
    pub(crate) fn step(&mut self, content: &[u8], record: usize) -> Result<Step, Problem> {
        let (rest, block) = match self.parser.next_block(content) {
            Ok(next) => next,
            Err(PcapNgParseError::IncompleteBuffer(..)) => return Ok(Step::Incomplete),
            Err(error) => return Err((format!("the block after record {record}: {}", chain(&error)), DAMAGED)),
        };
        let used = content.len() - rest.len();
        let (interface, time, original, at, length) = match block {
            Block::EnhancedPacket(packet) => {
                (packet.interface_id as usize, packet.timestamp, packet.original_len, PACKET_HEADER, packet.data.len())
            }
            Block::SimplePacket(packet) => (0, Duration::ZERO, packet.original_len, SIMPLE_HEADER, packet.data.len()),
            Block::Packet(packet) => (packet.interface_id.into(), packet.timestamp, packet.original_len, PACKET_HEADER, packet.data.len()),
            _ => return Ok(Step::Other(used)),
        };
        match self.parser.interfaces().get(interface).map(|interface| interface.linktype) {
            Some(DataLink::ETHERNET) => Ok(Step::Record(Raw { interface, time, original, at, length }, used)),
            Some(other) => Err((format!("record {record} has link type {} ({other:?})", u32::from(other)), NOT_ETHERNET)),
            None => Err((format!("record {record} names interface {interface}, which the file does not define"), DAMAGED)),
        }
    }
}

/// An error with its causes, on one line.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
