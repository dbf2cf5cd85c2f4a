//! Stage `extension`: the extension headers of IPv6. Questions 4 (malformed, too deep) and 5 (fragment).

use crate::header_window::HeaderWindow;
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

/// An IPv6 extension header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extension {
    /// Its number as a next header.
    pub kind: u8,
    /// Byte of the frame at which it starts.
    pub at: usize,
    /// Its length in bytes.
    pub length: usize,
}

impl Extension {
    /// Whether a next header is an extension header that the walk passes.
    pub fn is(next_header: u8) -> bool {
        matches!(next_header, HOP_BY_HOP | ROUTING | FRAGMENT | AUTHENTICATION | DESTINATION_OPTIONS)
    }

    /// Reads the extension header of this kind that starts at byte `at`: how far it goes, and its bytes.
    ///
    /// # Errors
    /// `Malformed` if its bytes are not all there; `TooDeep` if they leave the header window.
    pub fn read(window: HeaderWindow<'_>, kind: u8, at: usize) -> Result<(Self, &[u8]), Reason> {
        let start = window.header(at, 2)?;
        let length = match kind {
            FRAGMENT => 8,
            AUTHENTICATION => (usize::from(start[1]) + 2) * 4,
            _ => (usize::from(start[1]) + 1) * 8,
        };
        Ok((Self { kind, at, length }, window.header(at, length)?))
    }
}
