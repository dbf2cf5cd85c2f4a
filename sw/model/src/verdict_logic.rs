//! Stage `verdict_logic`: the answers of all stages become one decision. Section 2 of `docs/decision.md`.

use crate::choice::Choice;
use crate::decision::{Decision, Egress};
use crate::state::State;
use crate::{entry_table, manager_table};
use contract::code::{Reason, Verdict};

/// The decision about a packet that no group took part in: by questions 1 to 5, whose reason has its verdict.
pub fn early(reason: Reason, pair: u8) -> Decision {
    let verdict = reason.verdict();
    let egress = match verdict {
        Verdict::Bridge => Some(Egress::Port(pair)),
        Verdict::Control | Verdict::Fragment => Some(Egress::Host),
        Verdict::ToManager | Verdict::Drop => None,
    };
    Decision { verdict, reason, group: None, key: None, hash: None, bucket: None, manager: None, egress }
}

/// The decision about a packet of a group, given the hash of its key: the key's bucket names the manager, or the group does.
pub fn decide(state: &State, choice: &Choice, hash: Option<u32>) -> Decision {
    let group = state.group(choice.group);
    let bucket = hash.map(entry_table::bucket);
    let id = bucket.map_or(group.row.designated, |bucket| group.entries[usize::from(bucket)]);
    let live = manager_table::live(id, state.manager(id));
    let reason = reason(choice.question, choice.embedded, live.is_some());
    Decision {
        verdict: reason.verdict(),
        reason,
        group: Some(choice.group),
        key: choice.key,
        hash,
        bucket,
        manager: (id != 0).then_some(id),
        egress: live.map(|manager| Egress::Port(manager.egress)),
    }
}

/// The reason for the verdict on a packet of a group: whether its manager is enabled comes first, then whether it is an ICMP error.
pub fn reason(question: Reason, embedded: bool, live: bool) -> Reason {
    match (live, embedded) {
        (false, _) => Reason::NoManager,
        (true, true) => Reason::IcmpError,
        (true, false) => question,
    }
}
