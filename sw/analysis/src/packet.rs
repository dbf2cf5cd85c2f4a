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
    let v6 = common.version == Version::V6;
    // The 16 bytes that end with the address: traffic is a mixture, and a branch would be guessed wrong too often.
    let (first, step) = if v6 { (8, 16) } else { (0, 4) };
    let address = |at: usize| {
        let whole = frame[at..].first_chunk().map_or(0, |address| u128::from_be_bytes(*address));
        let mapped = 0xffff_0000_0000 | u128::from(whole as u32);
        if v6 { whole } else { mapped }
    };
    let (source, destination) = (address(common.at + first), address(common.at + first + step));
    let source = End { address: source, port: common.ports.source };
    let destination = End { address: destination, port: common.ports.destination };
    Flow::new(common.protocol, source, destination)
}
