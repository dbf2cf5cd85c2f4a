//! What becomes of a frame.

use crate::key::Key;
use contract::code::{Reason, Verdict};
use contract::metadata::{EGRESS_HOST, Metadata};

/// Where a frame leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Egress {
    /// By a packet port.
    Port(u8),
    /// To the host.
    Host,
}

/// What becomes of a frame, and every step that led there. `None`: the step was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// What becomes of it.
    pub verdict: Verdict,
    /// Why.
    pub reason: Reason,
    /// The group whose rule it fell under.
    pub group: Option<u8>,
    /// What was hashed; `None` also where the designated manager takes the packet.
    pub key: Option<Key>,
    /// The key's hash.
    pub hash: Option<u32>,
    /// The hash's bucket.
    pub bucket: Option<u16>,
    /// The manager that was named, even if it is not enabled and the packet dropped.
    pub manager: Option<u8>,
    /// Where the frame leaves; `None` if it is dropped.
    pub egress: Option<Egress>,
}

impl Decision {
    /// The manager that gets the frame; `None` if none does.
    pub fn taken_by(&self) -> Option<u8> {
        self.manager.filter(|_| self.verdict == Verdict::ToManager)
    }

    /// What travels with the frame, given where it came in and the length that was announced with it; `None` if it is dropped.
    pub fn metadata(&self, ingress: u8, announced: u16) -> Option<Metadata> {
        let egress = match self.egress? {
            Egress::Port(port) => port,
            Egress::Host => EGRESS_HOST,
        };
        Some(Metadata { ingress, egress, manager: self.manager.unwrap_or(0), reason: self.reason, verdict: self.verdict, announced })
    }
}
