//! One core's trace against the model, frame by frame.

use super::stage::{Parting, Stage};
use super::{Fate, Ingress, Mismatch, Timeline, sideband};
use crate::decision_line::DecisionLine;
use contract::code::{Reason, Verdict};
use contract::metadata::EGRESS_HOST;
use contract::row::Mac;
use model::{Decision, Egress, decide, entry_table};
use sim::{CountEvent, Design, RunLog};

/// Checks everything that a core traced about the frames of its source.
pub(super) fn check(
    design: Design,
    timeline: &Timeline,
    ingress: &Ingress<'_>,
    run_log: &RunLog,
    core: usize,
) -> Result<Vec<Fate>, Mismatch> {
    let (decisions, counts) = (&run_log.decisions[core], &run_log.counts[core]);
    if decisions.len() != ingress.len() || counts.len() != ingress.len() {
        let seen = format!("{} decisions, {} counted", decisions.len(), counts.len());
        return Err(Mismatch::at(Stage::Order, format!("core {core} decides {} frames and counts each once", ingress.len()), seen));
    }
    let decoded: Vec<Result<Decision, Mismatch>> = decisions.iter().zip(counts).map(|(seen, count)| decode(seen, count)).collect();
    let addresses = addresses(&decoded, design, run_log, core);
    let mut fates: Vec<Fate> = Vec::with_capacity(ingress.len());
    for (number, ((rtl, address), (seen, count))) in decoded.into_iter().zip(addresses).zip(decisions.iter().zip(counts)).enumerate() {
        let (frame, port) = (ingress.frame(number), ingress.port(number));
        let blame = |mismatch: Mismatch| mismatch.of_frame(core, number, frame);
        let rtl = rtl.map_err(blame)?;
        let before = fates.last().map_or(0, |fate| fate.epoch);
        let mut possible = timeline.possible(before, run_log.sources[core].first[number], seen.cycle);
        let mut deciding = possible.clone().filter(|epoch| decide(&timeline.epochs[*epoch].state, frame, port) == rtl);
        // States may differ in a manager's MAC alone, which a decision does not show.
        let sent = |epoch: &usize| address.is_none_or(|mac| mac == timeline.epochs[*epoch].state.manager(rtl.manager.unwrap_or(0)).mac);
        let first = deciding.clone().next();
        let Some(epoch) = deciding.find(sent).or(first) else {
            // Told against the oldest state that it can have been; with no change in flight that is the only one.
            let epoch = possible.next().unwrap_or(before);
            let model = decide(&timeline.epochs[epoch].state, frame, port);
            let states = &timeline.epochs[epoch..=*timeline.possible(before, run_log.sources[core].first[number], seen.cycle).end()];
            let parting = Parting { frame, states, model: &model, rtl: &rtl, deep: seen.deep };
            let stages = parting.stages();
            let states = timeline.epochs.len();
            let model = format!("{} (state {epoch} of {states})", json(number, port, &model));
            return Err(blame(Mismatch::among(stages, model, json(number, port, &rtl))));
        };
        let to_manager = rtl.manager.filter(|_| rtl.verdict == Verdict::ToManager).unwrap_or(0);
        if (usize::from(count.bytes), count.manager) != (frame.len(), to_manager) {
            let model = format!("{} bytes, manager {to_manager}", frame.len());
            return Err(blame(Mismatch::at(Stage::Egress, model, format!("{} bytes, manager {}", count.bytes, count.manager))));
        }
        fates.push(Fate { decision: rtl, epoch });
    }
    Ok(fates)
}

/// The destination MAC that each frame was seen to leave with, of those that went to managers. The order is not checked here, but in `egress`.
fn addresses(decoded: &[Result<Decision, Mismatch>], design: Design, run_log: &RunLog, core: usize) -> Vec<Option<Mac>> {
    let mine = |seen: &sim::Egress<'_>| sideband::source_of(design, seen.tuser) == Some(core);
    let mut left: Vec<_> = run_log.sinks.iter().map(|sink| sink.iter().filter(mine)).collect();
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
pub fn decode(seen: &sim::Decision, count: &CountEvent) -> Result<Decision, Mismatch> {
    let nonsense = || Mismatch::at(Stage::Egress, "a decision, and a count that agrees with it", format!("{seen:x?}, {count:x?}"));
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
        bucket: hash.map(entry_table::bucket),
        manager: (seen.grouped && seen.manager != 0).then_some(seen.manager),
        egress,
    })
}

fn json(number: usize, port: u8, decision: &Decision) -> String {
    serde_json::to_string(&DecisionLine::new(number, port, decision)).unwrap_or_else(|error| error.to_string())
}
