//! IPv6 extension headers, between the IP header and the transport. `docs/decision.md`, questions 4 (malformed, too deep) and 5 (fragment).

use crate::network::{Extension, Network, Part, Position, Version, word};
use crate::reach::Reach;
use contract::code::Reason;

/// IPv6 next header: hop-by-hop options.
pub const HOP_BY_HOP: u8 = 0;
/// IPv6 next header: routing.
pub const ROUTING: u8 = 43;
/// IPv6 next header: fragment.
pub const FRAGMENT: u8 = 44;
/// IPv6 next header: authentication.
pub const AUTHENTICATION: u8 = 51;
/// IPv6 next header: destination options.
pub const DESTINATION_OPTIONS: u8 = 60;

impl Network {
    /// Goes on to the transport header: past the extension headers of IPv6, unless the packet is a fragment.
    ///
    /// # Errors
    /// `Fragment` if its position does not admit it; `TooDeep` at a third extension header, before it is looked at, and at one that
    /// leaves the window; `Malformed` at one that is not all there.
    pub fn walk_to_transport(&mut self, reach: Reach<'_>, position: Position) -> Result<(), Reason> {
        position.admit(self.part)?;
        if self.version == Version::V4 {
            return Ok(());
        }
        let mut walked = 0;
        while matches!(self.protocol, HOP_BY_HOP | ROUTING | FRAGMENT | AUTHENTICATION | DESTINATION_OPTIONS) {
            let slot = self.extensions.get_mut(walked).ok_or(Reason::TooDeep)?;
            let (kind, at) = (self.protocol, self.transport_at);
            let start = reach.header(at, 2)?;
            let length = match kind {
                FRAGMENT => 8,
                AUTHENTICATION => (usize::from(start[1]) + 2) * 4,
                _ => (usize::from(start[1]) + 1) * 8,
            };
            let header = reach.header(at, length)?;
            *slot = Some(Extension { kind, at, length });
            if kind == FRAGMENT {
                position.admit(Part { offset: word(header, 2) >> 3, more: header[3] & 1 == 1 })?;
            }
            walked += 1;
            self.protocol = header[0];
            self.transport_at = at + length;
        }
        Ok(())
    }
}
