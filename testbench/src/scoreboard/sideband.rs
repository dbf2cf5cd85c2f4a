//! The `tuser` of a frame that leaves: `contract::metadata`, or the shell's own metadata.

use contract::limits::PORTS;
use model::{Decision, Egress};
use sim::Design;

/// OpenNIC's number of packet port 0; below are the host's functions.
const FIRST_PORT: u32 = 6;

/// Which source a frame comes from by its `tuser`; the host's sources follow those of the packet ports. A core alone has one. `None` if
/// `tuser` has no meaning.
pub(super) fn source_of(design: Design, tuser: u64) -> Option<usize> {
    match design {
        _ if design.is_core() => Some(0),
        Design::Box250 | Design::Box322 => {
            let from = (tuser >> 16) as u16;
            let number = from.is_power_of_two().then(|| from.trailing_zeros())?;
            Some(number.checked_sub(FIRST_PORT).map_or(PORTS + number as usize, |port| port as usize))
        }
        _ => Some(usize::from(tuser as u8)),
    }
}

/// The `tuser` that a frame of a packet port must have; `None` if it is dropped.
pub(super) fn of_frame(design: Design, decision: &Decision, ingress: u8, length: usize) -> Option<u64> {
    match design {
        Design::Box250 | Design::Box322 => {
            let to = match decision.egress? {
                Egress::Port(port) => FIRST_PORT + u32::from(port),
                Egress::Host => ingress.into(),
            };
            Some(opennic(length, FIRST_PORT + u32::from(ingress), to))
        }
        _ => decision.metadata(ingress, length as u16).map(|metadata| metadata.to_tuser()),
    }
}

/// The `tuser` that a frame must have that the host has sent by this port.
pub(super) fn of_sent(port: usize, length: usize) -> u64 {
    opennic(length, port as u32, FIRST_PORT + port as u32)
}

/// The size, and one bit each for where a frame is from and where it goes.
fn opennic(length: usize, from: u32, to: u32) -> u64 {
    (length as u64) << 32 | 1 << (16 + from) | 1 << to
}
