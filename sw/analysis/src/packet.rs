//! Which flow a frame belongs to. Most frames have one of a few shapes, and are read at fixed bytes; the model walks the others.

use crate::flow::{Direction, End, Flow};
use contract::code::Reason;
use model::common::Common;
use model::network::Version;
use model::walk;

/// A packet that the model's walk understands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packet {
    /// Its flow; for an ICMP error, that of the packet which it reports.
    pub flow: Flow,
    /// The direction in which it, or the packet which it reports, travels.
    pub direction: Direction,
    /// Whether it is such an ICMP error.
    pub embedded: bool,
}

impl Packet {
    /// What [`Walk::of`](model::Walk::of) finds in a frame.
    ///
    /// # Errors
    /// What ended the walk.
    #[inline]
    pub fn of(frame: &[u8]) -> Result<Self, Reason> {
        let Some(common) = Common::of(frame) else { return Self::walk(frame) };
        let (flow, direction) = self::common(frame, &common);
        Ok(Self { flow, direction, embedded: false })
    }

    /// The same for a frame of any shape.
    ///
    /// # Errors
    /// What ended the walk.
    #[cold]
    pub(crate) fn walk(frame: &[u8]) -> Result<Self, Reason> {
        let subject = walk::subject(frame)?;
        let (flow, direction) = Flow::of(&subject);
        Ok(Self { flow, direction, embedded: subject.embedded })
    }
}

/// The flow of a frame of a common shape, and its direction.
#[inline(always)]
pub(crate) fn common(frame: &[u8], common: &Common) -> (Flow, Direction) {
    let header = &frame[common.at..];
    let [source, destination] = match common.version {
        Version::V4 => [v4(header, 12), v4(header, 16)],
        Version::V6 => [v6(header, 8), v6(header, 24)],
    };
    let source = End { address: source, port: common.ports.source };
    let destination = End { address: destination, port: common.ports.destination };
    Flow::new(common.protocol, source, destination)
}

/// The IPv4 address at a byte, as keys carry it.
#[inline]
fn v4(header: &[u8], at: usize) -> u128 {
    0xffff_0000_0000 | header[at..].first_chunk().map_or(0, |address| u128::from(u32::from_be_bytes(*address)))
}

#[inline]
fn v6(header: &[u8], at: usize) -> u128 {
    header[at..].first_chunk().map_or(0, |address| u128::from_be_bytes(*address))
}
