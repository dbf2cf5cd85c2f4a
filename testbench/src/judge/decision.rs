//! One core's trace against the model, frame by frame.

use super::{Difference, Fate, Ingress, Stage, Timeline, beside};
use crate::line::Line;
use contract::code::{Reason, Verdict};
use contract::metadata::EGRESS_HOST;
use contract::row::Mac;
use model::{Decision, Egress, decide, entry};
use sim::{Count, Design, Outcome};

/// Judges everything that a core traced about the frames of its source.
pub(super) fn judge(
    design: Design,
    timeline: &Timeline,
    ingress: &Ingress<'_>,
    outcome: &Outcome,
    core: usize,
) -> Result<Vec<Fate>, Difference> {
    let (decisions, counts) = (&outcome.decisions[core], &outcome.counts[core]);
    if decisions.len() != ingress.len() || counts.len() != ingress.len() {
        let seen = format!("{} decisions, {} counted", decisions.len(), counts.len());
        return Err(Difference::at(Stage::Order, format!("core {core} decides {} frames and counts each once", ingress.len()), seen));
    }
    let decoded: Vec<Result<Decision, Difference>> = decisions.iter().zip(counts).map(|(seen, count)| decode(seen, count)).collect();
    let addresses = addresses(&decoded, design, outcome, core);
    let mut fates: Vec<Fate> = Vec::with_capacity(ingress.len());
    for (number, ((rtl, address), (seen, count))) in decoded.into_iter().zip(addresses).zip(decisions.iter().zip(counts)).enumerate() {
        let (frame, port) = (ingress.frame(number), ingress.port(number));
        let blame = |difference: Difference| difference.of_frame(core, number, frame);
        let rtl = rtl.map_err(blame)?;
        let before = fates.last().map_or(0, |fate| fate.epoch);
        let mut possible = timeline.possible(before, outcome.sources[core].first[number], seen.cycle);
        let mut deciding = possible.clone().filter(|epoch| decide(&timeline.epochs[*epoch].state, frame, port) == rtl);
        // States may differ in a manager's MAC alone, which a decision does not show.
        let sent = |epoch: &usize| {
            address.is_none_or(|mac| mac == timeline.epochs[*epoch].state.managers[usize::from(rtl.manager.unwrap_or(0))].mac)
        };
        let first = deciding.clone().next();
        let Some(epoch) = deciding.find(sent).or(first) else {
            // Told against the oldest state that it can have been; with no change in flight that is the only one.
            let epoch = possible.next().unwrap_or(before);
            let model = decide(&timeline.epochs[epoch].state, frame, port);
            let stage = first_wrong_stage(&model, &rtl).unwrap_or(Stage::Order);
            let states = timeline.epochs.len();
            let model = format!("{} (state {epoch} of {states})", json(number, port, &model));
            return Err(blame(Difference::at(stage, model, json(number, port, &rtl))));
        };
        let to_manager = rtl.manager.filter(|_| rtl.verdict == Verdict::ToManager).unwrap_or(0);
        if (usize::from(count.bytes), count.manager) != (frame.len(), to_manager) {
            let model = format!("{} bytes, manager {to_manager}", frame.len());
            return Err(blame(Difference::at(Stage::Count, model, format!("{} bytes, manager {}", count.bytes, count.manager))));
        }
        fates.push(Fate { decision: rtl, epoch });
    }
    Ok(fates)
}

/// The destination MAC that each frame was seen to leave with, of those that went to managers. Order is taken on trust here; the exit's judge
/// looks at it.
fn addresses(decoded: &[Result<Decision, Difference>], design: Design, outcome: &Outcome, core: usize) -> Vec<Option<Mac>> {
    let mine = |seen: &sim::Egress<'_>| beside::source_of(design, seen.tuser) == Some(core);
    let mut left: Vec<_> = outcome.sinks.iter().map(|sink| sink.iter().filter(mine)).collect();
    let mut address = |decision: &Decision| {
        let sink = match decision.egress? {
            _ if design.is_core() => 0,
            Egress::Port(port) => port.into(),
            Egress::Host => return None,
        };
        let seen = left.get_mut(sink)?.next()?;
        seen.bytes.first_chunk().copied().filter(|_| decision.verdict == Verdict::ToManager)
    };
    decoded.iter().map(|decision| decision.as_ref().ok().and_then(&mut address)).collect()
}

/// What the hardware decided, in the model's words: from the decision it traced, and the count that settled the reason.
///
/// # Errors
/// If the two contradict each other, or carry a number that means nothing.
pub fn decode(seen: &sim::Decision, count: &Count) -> Result<Decision, Difference> {
    let nonsense = || Difference::at(Stage::Count, "a decision, and a count that agrees with it", format!("{seen:x?}, {count:x?}"));
    let verdict = Verdict::from_code(count.verdict).ok_or_else(nonsense)?;
    let reason = Reason::from_code(count.reason).ok_or_else(nonsense)?;
    let settled_late = seen.deep && matches!(reason, Reason::TooDeep | Reason::Malformed);
    if seen.verdict != count.verdict || !(settled_late || !seen.deep && seen.reason == count.reason) {
        return Err(nonsense());
    }
    let egress = match verdict {
        Verdict::Drop => None,
        Verdict::Control | Verdict::Fragment if seen.egress == EGRESS_HOST => Some(Egress::Host),
        _ => Some(Egress::Port(seen.egress)),
    };
    let hash = seen.keyed.then_some(seen.hash);
    Ok(Decision {
        verdict,
        reason,
        group: seen.grouped.then_some(seen.group),
        key: seen.keyed.then_some(seen.key),
        hash,
        bucket: hash.map(entry::bucket),
        manager: (seen.grouped && seen.manager != 0).then_some(seen.manager),
        egress,
    })
}

fn json(number: usize, port: u8, decision: &Decision) -> String {
    serde_json::to_string(&Line::new(number, port, decision)).unwrap_or_else(|error| error.to_string())
}

/// The first stage of the walk at which two decisions part.
pub fn first_wrong_stage(model: &Decision, rtl: &Decision) -> Option<Stage> {
    let early = |decision: &Decision| decision.group.is_none().then_some((decision.verdict, decision.reason));
    let question = |decision: &Decision| (decision.reason != Reason::NoManager).then_some(decision.reason);
    let same_question = question(model).zip(question(rtl)).is_none_or(|(model, rtl)| model == rtl);
    let stages = [
        (Stage::Walk, early(model) == early(rtl)),
        (Stage::Rule, model.group == rtl.group),
        (Stage::Key, model.key == rtl.key && same_question),
        (Stage::Hash, model.hash == rtl.hash),
        (Stage::Entry, model.manager == rtl.manager),
        (Stage::Manager, (model.verdict, model.reason) == (rtl.verdict, rtl.reason)),
        (Stage::Egress, model.egress == rtl.egress),
    ];
    stages.into_iter().find(|(_, same)| !same).map(|(stage, _)| stage)
}
