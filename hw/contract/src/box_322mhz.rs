//! What OpenNIC's 322 MHz box adds to the register map: a page behind the window, where its buffers count what they dropped.
//!
//! Words are 32 bits, addresses are byte offsets from the window's beginning. The page can be read only; all else there answers SLVERR.

use crate::limits::{self, REGISTER_WINDOW};

/// The page's identity: [`IDENTITY_VALUE`].
pub const IDENTITY: u32 = 0x1000;
/// "TNBX".
pub const IDENTITY_VALUE: u32 = 0x544e_4258;
/// How many ports the box has.
pub const PORTS: u32 = 0x1004;
/// Frames of port 0 that were dropped whole because the buffer behind the MAC was full, lower word. The read of a lower word holds its
/// upper word, which is the next one.
pub const DROPPED_FULL: u32 = 0x1020;
/// Frames of port 0 that were dropped whole because the MAC had marked them as faulty, lower word.
pub const DROPPED_ERROR: u32 = 0x1028;
/// Bytes from a port's counters to the next port's.
pub const PORT_STRIDE: u32 = 16;
/// Bytes of the window with this page behind it.
pub const WINDOW: u32 = 2 * REGISTER_WINDOW;

/// Whether a word of a count is at this address: it may be anything, all ones too.
pub const fn is_count(address: u32) -> bool {
    address >= DROPPED_FULL && address < DROPPED_FULL + PORT_STRIDE * limits::PORTS as u32 && address.is_multiple_of(4)
}
