//! What left the card: the right bytes by the right port, in order, nothing lost and nothing invented.

use super::timeline::Epoch;
use super::{Bench, Fate, Ingress, Mismatch, Stage, Timeline, sideband};
use contract::code::Verdict;
use contract::limits::PORTS;
use model::{Decision, Egress};
use sim::{Batch, Design, RunLog};
use std::collections::VecDeque;

/// Number of the first sink that leads to the host; in a shell there is one for every packet port.
const HOST: usize = PORTS;

/// Source and number of a frame.
type Name = (usize, usize);

/// The frames that were decided to leave, and have not been seen to.
struct Departures<'a> {
    design: Design,
    batch: &'a Batch,
    timeline: &'a Timeline,
    fates: &'a [Vec<Fate>],
    ingress: Vec<Ingress<'a>>,
    /// By core and sink, in the order in which they came in.
    due: Vec<Vec<VecDeque<usize>>>,
    /// By core: those that the host's queue must have lost.
    missing: Vec<Vec<usize>>,
    /// By packet port of a shell: how many frames that the host sent there have left.
    sent: [usize; PORTS],
}

/// Checks every frame that left, and counts on the model what the host queues lost. Gives the frames that left by each sink, and how many
/// were lost.
pub(super) fn check(
    bench: &mut Bench,
    batch: &Batch,
    timeline: &Timeline,
    fates: &[Vec<Fate>],
    run_log: &RunLog,
) -> Result<(Vec<Vec<Name>>, usize), Mismatch> {
    let design = bench.sim.design();
    let mut departures = Departures::new(bench, batch, timeline, fates);
    let mut left = Vec::new();
    for (sink, log) in run_log.sinks.iter().enumerate() {
        let names: Result<Vec<Name>, Mismatch> = log.iter().map(|seen| departures.take(sink, &seen)).collect();
        left.push(names?);
    }
    for core in 0..design.cores() {
        departures.expect_all_seen(core)?;
        departures.settle_losses(bench, core, run_log)?;
    }
    departures.expect_all_sent()?;
    Ok((left, departures.missing.iter().map(Vec::len).sum()))
}

impl<'a> Departures<'a> {
    fn new(bench: &Bench, batch: &'a Batch, timeline: &'a Timeline, fates: &'a [Vec<Fate>]) -> Self {
        let design = bench.sim.design();
        let mut due = vec![vec![VecDeque::new(); design.sinks()]; fates.len()];
        for (core, fates) in fates.iter().enumerate() {
            for (number, fate) in fates.iter().enumerate() {
                if let Some(sink) = sink_of(&fate.decision, core, bench) {
                    due[core][sink].push_back(number);
                }
            }
        }
        let ingress = (0..fates.len()).map(|core| Ingress::new(design, batch, core)).collect();
        Self { design, batch, timeline, fates, ingress, due, missing: vec![Vec::new(); fates.len()], sent: [0; PORTS] }
    }

    /// A frame left: it must be the next of its core that is due here. A core's own port is how one knows it, for sinks mix them.
    fn take(&mut self, sink: usize, seen: &sim::Egress<'_>) -> Result<Name, Mismatch> {
        let stranger = || Mismatch::at(Stage::Order, format!("no such frame is due at sink {sink}"), format!("{seen:x?}"));
        let core = sideband::source_of(self.design, seen.tuser).filter(|source| *source < self.design.sources()).ok_or_else(stranger)?;
        if core >= self.fates.len() {
            return self.take_sent(core, sink, seen);
        }
        loop {
            let number = self.due[core][sink].pop_front().ok_or_else(stranger)?;
            match self.compare(core, number, seen) {
                Ok(()) => return Ok((core, number)),
                // The host's queue may have lost whole frames; which of them, the frames that did leave tell.
                Err(_) if sink >= HOST => self.missing[core].push(number),
                Err(mismatch) => return Err(self.blame(mismatch, core, number)),
            }
        }
    }

    /// A frame left that the host sent: it must be the next of its source, unharmed, at the packet port that the source is for.
    fn take_sent(&mut self, source: usize, sink: usize, seen: &sim::Egress<'_>) -> Result<Name, Mismatch> {
        let (port, frames) = (source - PORTS, self.batch.sources.get(source).map(|source| &source.frames));
        let number = self.sent[port];
        self.sent[port] += 1;
        let Some(frame) = frames.filter(|frames| number < frames.len()).map(|frames| frames.get(number)) else {
            return Err(Mismatch::at(Stage::Order, "the host has sent no more frames", format!("{seen:x?}")));
        };
        let (wanted, tuser) = ((port, sideband::of_sent(port, frame.len()), frame), (sink, seen.tuser, seen.bytes));
        if wanted == tuser {
            return Ok((source, number));
        }
        let tell =
            |(sink, tuser, bytes): (usize, u64, &[u8])| format!("sink {sink}, tuser {tuser:#014x}, {} bytes: {bytes:02x?}", bytes.len());
        Err(Mismatch::at(Stage::Payload, tell(wanted), tell(tuser)).of_frame(source, number, frame))
    }

    /// Every frame that the host sent must have left.
    fn expect_all_sent(&self) -> Result<(), Mismatch> {
        for (source, sent) in self.batch.sources.iter().skip(PORTS).zip(self.sent) {
            if source.frames.len() != sent {
                return Err(Mismatch::at(Stage::Order, format!("the host sent {} frames", source.frames.len()), format!("{sent} left")));
            }
        }
        Ok(())
    }

    fn compare(&self, core: usize, number: usize, seen: &sim::Egress<'_>) -> Result<(), Mismatch> {
        let (ingress, decision) = (&self.ingress[core], &self.fates[core][number].decision);
        let frame = ingress.frame(number);
        let wanted = sideband::of_frame(self.design, decision, ingress.port(number), frame.len());
        if wanted != Some(seen.tuser) {
            return Err(Mismatch::at(Stage::Egress, format!("tuser {wanted:x?}"), format!("tuser {:x}", seen.tuser)));
        }
        let (header, destination) = (frame.len().min(6), self.destination(core, number));
        if seen.bytes.len() == frame.len() && seen.bytes[..header] == destination[..header] && seen.bytes[header..] == frame[header..] {
            return Ok(());
        }
        let mut whole = frame.to_vec();
        whole[..header].copy_from_slice(&destination[..header]);
        let at = whole.iter().zip(seen.bytes).position(|(model, rtl)| model != rtl).unwrap_or(whole.len().min(seen.bytes.len()));
        let around = |bytes: &[u8]| format!("{} bytes, from byte {at}: {:02x?}", bytes.len(), &bytes[at..bytes.len().min(at + 16)]);
        // A manager's address of another state was read from the other bank, which the classifier samples; a whole address of another manager was
        // read from its row; anything else was put together wrongly on the way out.
        let Fate { decision, epoch } = &self.fates[core][number];
        let manager = usize::from(decision.manager.unwrap_or(0));
        let has = |epoch: &Epoch, mac| epoch.state.manager_rows()[manager].mac == mac;
        let rows = self.timeline.epochs[*epoch].state.manager_rows();
        let stage = match seen.bytes.first_chunk() {
            Some(mac) if at < header && self.timeline.epochs.iter().any(|epoch| has(epoch, *mac)) => Stage::Classifier,
            Some(mac) if at < header && rows.iter().any(|row| row.mac == *mac) => Stage::ManagerTable,
            _ if at < header => Stage::Egress,
            _ => Stage::Payload,
        };
        Err(Mismatch::at(stage, around(&whole), around(seen.bytes)))
    }

    /// The destination MAC that a frame must leave with; of its own, whatever it has of the six bytes.
    fn destination(&self, core: usize, number: usize) -> [u8; 6] {
        let Fate { decision: Decision { verdict, manager, .. }, epoch } = self.fates[core][number];
        let frame = self.ingress[core].frame(number);
        match manager {
            Some(manager) if verdict == Verdict::ToManager => self.timeline.epochs[epoch].state.manager(manager).mac,
            _ => std::array::from_fn(|at| frame.get(at).copied().unwrap_or(0)),
        }
    }

    /// No frame may be due any more, but at the host: there it must have been lost.
    fn expect_all_seen(&mut self, core: usize) -> Result<(), Mismatch> {
        for sink in 0..self.due[core].len() {
            if sink >= HOST {
                self.missing[core].extend(self.due[core][sink].drain(..));
            } else if let Some(number) = self.due[core][sink].front() {
                return Err(self.blame(Mismatch::at(Stage::Order, format!("leaves by sink {sink}"), "never left"), core, *number));
            }
        }
        Ok(())
    }

    /// Whole frames that the host never got must be those that the hardware reported lost, verdict by verdict.
    fn settle_losses(&self, bench: &mut Bench, core: usize, run_log: &RunLog) -> Result<(), Mismatch> {
        let verdict_of = |number: &usize| self.fates[core][*number].decision.verdict;
        for verdict in Verdict::ALL {
            let told = run_log.lost[core].iter().filter(|lost| lost.verdict == verdict.code()).count();
            let missing: Vec<_> = self.missing[core].iter().filter(|number| verdict_of(number) == *verdict).collect();
            if told != missing.len() {
                let model = format!("{} {verdict} frames of core {core} never reached the host", missing.len());
                let mismatch = Mismatch::at(Stage::Order, model, format!("{told} reported lost"));
                return Err(missing.first().map_or(mismatch.clone(), |number| self.blame(mismatch, core, **number)));
            }
        }
        let counters = bench.card.counters_mut(core);
        self.missing[core].iter().for_each(|number| counters.count_lost(verdict_of(number), self.ingress[core].frame(*number).len()));
        Ok(())
    }

    fn blame(&self, mismatch: Mismatch, core: usize, number: usize) -> Mismatch {
        mismatch.of_frame(core, number, self.ingress[core].frame(number))
    }
}

/// The sink that a frame of a core must leave by. A core alone has one for everything; in a shell the host has one for every core. None if
/// it leaves by a port that is not there.
fn sink_of(decision: &Decision, core: usize, bench: &Bench) -> Option<usize> {
    let design = bench.sim.design();
    let sink = match decision.egress? {
        Egress::Port(port) if usize::from(port) >= bench.ports => return None,
        Egress::Port(port) => port.into(),
        Egress::Host if design.is_shell() => HOST + core,
        Egress::Host => HOST,
    };
    Some(if design.is_core() { 0 } else { sink })
}
