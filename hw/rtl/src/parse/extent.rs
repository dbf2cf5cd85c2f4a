//! How much of a frame there is to walk over.

use rust_hdl::prelude::*;

/// How much of the frame there is to walk over, in 32-bit words from byte 14.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct Extent {
    /// Words inside both the frame and the header window.
    pub words: Bits<11>,
    /// Words up to the end that the IP header announces.
    pub limit: Bits<16>,
    /// The frame continues after the header window.
    pub long: Bit,
}
