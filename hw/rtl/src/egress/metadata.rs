//! What a frame carries out of the core.

use contract::metadata::field;
use rust_hdl::prelude::*;

// The shape below, and that of `Tuser`.
const _: () = {
    assert!(field("ingress").is_at(7, 0) && field("egress").is_at(15, 8) && field("manager").is_at(23, 16));
    assert!(field("reason").is_at(28, 24) && field("verdict").is_at(31, 29) && field("announced").is_at(47, 32));
};

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
