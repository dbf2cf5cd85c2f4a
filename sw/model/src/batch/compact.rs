//! A decision in eight bytes.

use crate::decision::{Decision, Egress};
use contract::code::{Reason, Verdict};
use contract::metadata::EGRESS_HOST;

/// What stands for no group, no bucket and no egress; a manager that is not there is 0, as in the tables.
const NO_GROUP: u8 = 0xff;
const NO_BUCKET: u16 = 0xffff;
pub(super) const NO_EGRESS: u8 = 0xfe;

/// What becomes of a frame: a [`Decision`] without key and hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C, align(8))]
pub struct CompactDecision {
    /// What becomes of it.
    pub verdict: Verdict,
    /// Why.
    pub reason: Reason,
    group: u8,
    manager: u8,
    bucket: u16,
    egress: u8,
}

impl CompactDecision {
    /// Room for a decision: that of a card that is not enabled and has nowhere to send a frame.
    pub const EMPTY: Self =
        Self { verdict: Verdict::Drop, reason: Reason::Disabled, group: NO_GROUP, manager: 0, bucket: NO_BUCKET, egress: NO_EGRESS };

    /// The decision about a packet that a group takes, by the manager that was named and how that is reached.
    #[inline(always)]
    pub(super) fn of_group(question: Reason, group: u8, bucket: Option<u16>, manager: u8, egress: u8) -> Self {
        let live = egress != NO_EGRESS;
        let (verdict, reason) = if live { (Verdict::ToManager, question) } else { (Verdict::Drop, Reason::NoManager) };
        Self { verdict, reason, group, manager, bucket: bucket.unwrap_or(NO_BUCKET), egress }
    }

    /// The group whose rule it fell under.
    pub fn group(&self) -> Option<u8> {
        (self.group != NO_GROUP).then_some(self.group)
    }

    /// The bucket of its key's hash.
    pub fn bucket(&self) -> Option<u16> {
        (self.bucket != NO_BUCKET).then_some(self.bucket)
    }

    /// The manager that was named, even if it is not enabled and the packet dropped.
    pub fn manager(&self) -> Option<u8> {
        (self.manager != 0).then_some(self.manager)
    }

    /// The manager that gets the frame; `None` if none does.
    pub fn taken_by(&self) -> Option<u8> {
        self.manager().filter(|_| self.verdict == Verdict::ToManager)
    }

    /// Where the frame leaves; `None` if it is dropped.
    pub fn egress(&self) -> Option<Egress> {
        match self.egress {
            NO_EGRESS => None,
            EGRESS_HOST => Some(Egress::Host),
            port => Some(Egress::Port(port)),
        }
    }
}

impl From<&Decision> for CompactDecision {
    #[inline]
    fn from(decision: &Decision) -> Self {
        Self {
            verdict: decision.verdict,
            reason: decision.reason,
            group: decision.group.unwrap_or(NO_GROUP),
            manager: decision.manager.unwrap_or(0),
            bucket: decision.bucket.unwrap_or(NO_BUCKET),
            egress: match decision.egress {
                None => NO_EGRESS,
                Some(Egress::Host) => EGRESS_HOST,
                Some(Egress::Port(port)) => port,
            },
        }
    }
}
