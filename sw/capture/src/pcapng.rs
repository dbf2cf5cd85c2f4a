//! The newer format: blocks, of which three kinds carry frames.

use super::{Capture, DAMAGED, NOT_ETHERNET, Problem};
use pcap_file::DataLink;
use pcap_file::pcapng::blocks::Block;
use pcap_file::pcapng::{PcapNgParseError, PcapNgParser};
use std::time::Duration;

pub(super) fn parse(content: &[u8], capture: &mut Capture) -> Result<(), Problem> {
    let (mut rest, mut parser) =
        PcapNgParser::new(content).map_err(|error| (format!("no pcapng section header: {}", chain(&error)), DAMAGED))?;
    let mut record = 0;
    while !rest.is_empty() {
        let block = match parser.next_block(rest) {
            Ok((after, block)) => {
                rest = after;
                block
            }
            Err(PcapNgParseError::IncompleteBuffer(..)) => {
                capture.breaks_off = Some(format!("the file breaks off inside a block, behind {record} complete records"));
                break;
            }
            Err(error) => return Err((format!("the block behind record {record}: {}", chain(&error)), DAMAGED)),
        };
        let (interface, time, original, bytes) = match &block {
            Block::EnhancedPacket(packet) => (packet.interface_id as usize, packet.timestamp, packet.original_len, &packet.data),
            Block::SimplePacket(packet) => (0, Duration::ZERO, packet.original_len, &packet.data),
            Block::Packet(packet) => (packet.interface_id.into(), packet.timestamp, packet.original_len, &packet.data),
            _ => continue,
        };
        match parser.interfaces().get(interface).map(|interface| interface.linktype) {
            Some(DataLink::ETHERNET) => capture.take(record, interface, time, original, bytes),
            Some(other) => return Err((format!("record {record} has link type {} ({other:?})", u32::from(other)), NOT_ETHERNET)),
            None => return Err((format!("record {record} names interface {interface}, which the file does not describe"), DAMAGED)),
        }
        record += 1;
    }
    Ok(())
}

/// An error with its causes, on one line.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
