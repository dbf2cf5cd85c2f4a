//! What travels beside a decided frame: the 32 bits of `m_axis_tuser`, the same on every beat of the frame.

use crate::code::{Reason, Verdict};

/// The egress port number that stands for the host.
pub const EGRESS_HOST: u8 = 0xff;

/// Metadata of a decided frame.
///
/// Shape: bits 7:0 ingress port, 15:8 egress port ([`EGRESS_HOST`] for the host), 23:16 manager (0: none),
/// 28:24 reason, 31:29 verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// Port on which the frame came in.
    pub ingress: u8,
    /// Port by which it leaves, or [`EGRESS_HOST`].
    pub egress: u8,
    /// The traffic manager it is sent to, or 0.
    pub manager: u8,
    /// Why.
    pub reason: Reason,
    /// What becomes of it.
    pub verdict: Verdict,
}

impl Metadata {
    /// Reads the 32 bits of `tuser`; `None` if they name an unknown verdict or reason.
    pub fn from_tuser(tuser: u32) -> Option<Self> {
        let [ingress, egress, manager, top] = tuser.to_le_bytes();
        Some(Self { ingress, egress, manager, reason: Reason::from_code(top & 0x1f)?, verdict: Verdict::from_code(top >> 5)? })
    }

    /// The 32 bits of `tuser`.
    pub fn to_tuser(self) -> u32 {
        u32::from_le_bytes([self.ingress, self.egress, self.manager, self.reason.code() | self.verdict.code() << 5])
    }
}
