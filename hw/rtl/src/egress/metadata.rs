//! What a frame carries out of the core.

use rust_hdl::prelude::*;

/// The decision on a frame, as the low 32 bits of `contract::metadata`.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct Metadata {
    /// Port on which it came in.
    pub ingress: Bits<8>,
    /// Port by which it leaves.
    pub egress: Bits<8>,
    /// The manager, or 0.
    pub manager: Bits<8>,
    /// Why.
    pub reason: Bits<5>,
    /// What becomes of it.
    pub verdict: Bits<3>,
}
