//! How far the slow path walks a frame: further than the card.

use model::Walk;
use model::header_window::HeaderWindow;

/// Extension headers of a packet that are walked.
pub const EXTENSION_HEADERS: usize = 64;

/// Walks a frame with its whole header chain.
pub fn deep(frame: &[u8]) -> Walk {
    Walk::within(HeaderWindow::deep(frame, EXTENSION_HEADERS))
}
