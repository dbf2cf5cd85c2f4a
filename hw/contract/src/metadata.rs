//! What travels beside a decided frame: the 48 bits of `m_axis_tuser`, the same on every beat of the frame.

use crate::code::{Reason, Verdict};

/// The egress port number that stands for the host.
pub const EGRESS_HOST: u8 = 0xff;

/// Metadata of a decided frame.
///
/// Shape: bits 7:0 ingress port, 15:8 egress port ([`EGRESS_HOST`] for the host), 23:16 manager (0: none),
/// 28:24 reason, 31:29 verdict, 47:32 announced length.
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
    /// The length in bytes that was announced with its first beat; 0 where nobody announces. A core passes it on and does not look at it.
    pub announced: u16,
}

impl Metadata {
    /// Reads the 48 bits of `tuser`; `None` if they name an unknown verdict or reason, or there are more.
    pub fn from_tuser(tuser: u64) -> Option<Self> {
        let [ingress, egress, manager, top, low, high, 0, 0] = tuser.to_le_bytes() else { return None };
        let (reason, verdict) = (Reason::from_code(top & 0x1f)?, Verdict::from_code(top >> 5)?);
        Some(Self { ingress, egress, manager, reason, verdict, announced: u16::from_le_bytes([low, high]) })
    }

    /// The 48 bits of `tuser`.
    pub fn to_tuser(self) -> u64 {
        let [low, high] = self.announced.to_le_bytes();
        u64::from_le_bytes([self.ingress, self.egress, self.manager, self.reason.code() | self.verdict.code() << 5, low, high, 0, 0])
    }
}
