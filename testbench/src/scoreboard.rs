//! The scoreboard: one card as hardware and one as model, programmed by the same register writes, given the same frames, and compared
//! in everything that leaves them.
//!
//! For every frame: group, key, hash, bucket, manager, verdict, reason and egress as the core traces them; the outgoing bytes and
//! their metadata; order per pair of ingress and egress; and at the end every counter, and that no frame came from
//! nowhere or went there.

mod decision;
mod egress;
mod fields;
mod mismatch;
mod sideband;
mod stage;
mod timeline;

pub use decision::decode;
pub use fields::Fields;
pub use mismatch::Mismatch;
pub use stage::Stage;
pub use timeline::{Epoch, Timeline};

use contract::limits::PORTS;
use contract::register::{self, COUNTER_DATA, COUNTER_INDEX, COUNTER_WORDS, COUNTERS, STATUS, VIEW};
use driver::{BusError, script};
use model::Decision;
use modelcard::ModelCard;
use sim::{AccessError, Action, Batch, Design, RunLog, Sim, Source};

/// How often STATUS is asked before a commit counts as stuck.
const PATIENCE: usize = 1000;

/// The two cards.
pub struct Bench {
    /// The hardware.
    pub sim: Sim,
    /// The model with the same registers.
    pub card: ModelCard,
    /// Packet ports that the hardware has: what is decided to leave by another one is thrown away.
    pub ports: usize,
}

/// What became of a frame, as the hardware traced it and the model confirmed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fate {
    /// What was decided and why.
    pub decision: Decision,
    /// The state that decided it: an index into [`Checked::epochs`].
    pub epoch: usize,
}

/// A batch that passed.
pub struct Checked {
    /// What was clocked and logged.
    pub run_log: RunLog,
    /// Fate of every frame, by core and in the order of that core's source.
    pub fates: Vec<Vec<Fate>>,
    /// How many states the batch's writes went through, the first included.
    pub epochs: usize,
    /// By sink: source and number of every frame that left by it, in the order in which they left.
    pub left: Vec<Vec<(usize, usize)>>,
    /// Whole frames that a full host queue lost.
    pub lost: usize,
}

/// The golden model of a design's card, after reset.
pub fn model_card(design: Design) -> ModelCard {
    ModelCard::new(design.groups(), design.cores(), design.data_bytes()).with_sides(design.sides())
}

impl Bench {
    /// Two cards after reset.
    pub fn new(design: Design) -> Self {
        Self::with_sim(Sim::new(design))
    }

    /// A card after reset, made by the caller, and its model.
    pub fn with_sim(sim: Sim) -> Self {
        let design = sim.design();
        Self { sim, card: model_card(design), ports: PORTS }
    }

    /// Whether frames may come in by this source: a packet port that the hardware has, or the host's stream for that port.
    pub const fn serves(&self, source: usize) -> bool {
        source % PORTS < self.ports
    }

    /// Both cards back to what they are after reset. What reset keeps is kept on both, so nobody may read it before writing it.
    pub fn reset(&mut self) {
        self.reset_for(4);
    }

    /// The same by a reset of so many clocks.
    pub fn reset_for(&mut self, clocks: u8) {
        self.sim.reset_for(clocks);
        let design = self.sim.design();
        self.card = model_card(design);
    }

    /// Writes a register of both cards.
    ///
    /// # Errors
    /// If they answer differently.
    pub fn write(&mut self, address: u32, data: u32) -> Result<(), Mismatch> {
        let (rtl, model) = (self.sim.write(address, data), self.card.write(address, data));
        agree(&format!("write of {data:#010x} to {}", register_name(address)), model.map(|()| 0), rtl.map(|()| 0)).map(drop)
    }

    /// Reads a register of both cards.
    ///
    /// # Errors
    /// If they answer differently.
    pub fn read(&mut self, address: u32) -> Result<u32, Mismatch> {
        let (rtl, model) = (self.sim.read(address), self.card.read(address));
        agree(&format!("read of {}", register_name(address)), model, rtl)
    }

    /// Makes the accesses of a host's script on both cards.
    ///
    /// # Errors
    /// If they answer differently, or the hardware never completes a commit.
    pub fn apply(&mut self, script: &[script::ScriptStep]) -> Result<(), Mismatch> {
        script.iter().try_for_each(|access| match *access {
            script::ScriptStep::Write { address, value } => self.write(address, value),
            script::ScriptStep::WaitCommit => self.settle(),
        })
    }

    /// Waits until no commit is in progress.
    fn settle(&mut self) -> Result<(), Mismatch> {
        let busy = |answer| !matches!(answer, Ok(0));
        if (0..PATIENCE).all(|_| busy(self.sim.read(STATUS.at(0)))) {
            return Err(Mismatch::at(
                Stage::Register,
                "the commit completes with no frame in flight",
                format!("STATUS busy {PATIENCE} times"),
            ));
        }
        Ok(())
    }

    /// Clocks a batch through the hardware, and checks everything that came out of it.
    ///
    /// # Errors
    /// The first mismatch.
    pub fn run(&mut self, batch: &Batch) -> Result<Checked, Mismatch> {
        let run_log = self.sim.run(batch);
        self.check(batch, run_log)
    }

    /// Checks a batch that the caller has clocked.
    ///
    /// # Errors
    /// The first mismatch.
    pub fn check(&mut self, batch: &Batch, run_log: RunLog) -> Result<Checked, Mismatch> {
        if let Some(fault) = run_log.faults.first() {
            return Err(Mismatch::at(Stage::Stream, "every output keeps the rules of AXI", format!("cycle {}: {fault}", fault.cycle)));
        }
        if let Some(outstanding) = &run_log.stalled {
            return Err(Mismatch::at(
                Stage::Stream,
                format!("done within {} clocks", batch.budget),
                format!("still waiting: {outstanding:?}"),
            ));
        }
        let timeline = self.replay_script(batch, &run_log)?;
        let mut fates = Vec::new();
        for core in 0..self.sim.design().cores() {
            let ingress = Ingress::new(self.sim.design(), batch, core);
            let core_fates = decision::check(self.sim.design(), &timeline, &ingress, &run_log, core)?;
            for (number, fate) in core_fates.iter().enumerate() {
                self.card.counters_mut(core).count(&fate.decision, ingress.frame(number).len());
            }
            fates.push(core_fates);
        }
        let (left, lost) = egress::check(self, batch, &timeline, &fates, &run_log)?;
        let epochs = timeline.epochs.len();
        Ok(Checked { run_log, fates, epochs, left, lost })
    }

    /// Plays the batch's register accesses on the model, compares the answers, and notes every state on the way.
    fn replay_script(&mut self, batch: &Batch, run_log: &RunLog) -> Result<Timeline, Mismatch> {
        let mut timeline = Timeline::new(self.card.state().clone());
        let in_flight = batch.sources.iter().any(|source| !source.frames.is_empty());
        for (access, seen) in batch.script.iter().zip(&run_log.accesses) {
            match access.action {
                Action::Write { address, data, strobe } => {
                    let model = if strobe == 0xf { self.card.write(address, data) } else { self.card.write_partial(address) };
                    agree(&format!("write of {data:#010x} to {}", register_name(address)), model.map(|()| 0), seen.response)?;
                    timeline.written(address, self.card.state(), seen);
                }
                Action::Read { address } => {
                    // Read in any case, for a read may move an index on.
                    let model = self.card.read(address);
                    timeline.read(address, seen);
                    if !(in_flight && depends_on_traffic(address)) {
                        agree(&format!("read of {}", register_name(address)), model, seen.response)?;
                    }
                }
            }
        }
        Ok(timeline)
    }

    /// Compares every word of every counter of every core.
    ///
    /// # Errors
    /// The first counter that differs.
    pub fn compare_counters(&mut self) -> Result<(), Mismatch> {
        for core in 0..self.sim.design().cores() {
            self.write(VIEW.at(0), core as u32)?;
            self.write(COUNTER_INDEX.at(0), 0)?;
            for word in 0..COUNTERS * COUNTER_WORDS {
                let (rtl, model) = (self.sim.read(COUNTER_DATA.at(0)), self.card.read(COUNTER_DATA.at(0)));
                let name = || format!("core {core}, counter {} ({}), word {}", word / 4, counter_name(word / 4), word % 4);
                if !same(&model, rtl) {
                    agree(&name(), model, rtl).map_err(|mismatch| Mismatch { stages: vec![Stage::Counter], ..mismatch })?;
                }
            }
        }
        Ok(())
    }
}

/// The frames of one core's source, with the port that each came in by.
pub(crate) struct Ingress<'a> {
    source: Option<&'a Source>,
    port: Option<u8>,
}

impl<'a> Ingress<'a> {
    fn new(design: Design, batch: &'a Batch, core: usize) -> Self {
        Self { source: batch.sources.get(core), port: (!design.is_core()).then_some(core as u8) }
    }

    fn len(&self) -> usize {
        self.source.map_or(0, |source| source.frames.len())
    }

    fn frame(&self, number: usize) -> &'a [u8] {
        self.source.map_or(&[], |source| source.frames.get(number))
    }

    /// A distributor's core has its own port; a core alone is told.
    fn port(&self, number: usize) -> u8 {
        let told = || self.source.and_then(|source| source.tuser.get(number)).copied();
        self.port.or_else(told).unwrap_or(0)
    }
}

/// Registers whose value depends on how far the frames have got, which the model does not know during a batch.
fn depends_on_traffic(address: u32) -> bool {
    address == STATUS.at(0) || address == COUNTER_DATA.at(0)
}

/// Whether both sides answered alike. A card that never answers agrees with nothing.
fn same(model: &Result<u32, BusError>, rtl: Result<u32, AccessError>) -> bool {
    match (model, rtl) {
        (Ok(model), Ok(rtl)) => *model == rtl,
        (Err(_), Err(AccessError::Slverr { .. })) => true,
        _ => false,
    }
}

fn agree(what: &str, model: Result<u32, BusError>, rtl: Result<u32, AccessError>) -> Result<u32, Mismatch> {
    if same(&model, rtl) {
        return Ok(rtl.unwrap_or(0));
    }
    let model = model.map_or("SLVERR".to_string(), |value| format!("{value:#010x}"));
    let rtl = rtl.map_or_else(|error| format!("{error:?}"), |value| format!("{value:#010x}"));
    Err(Mismatch::at(Stage::Register, format!("{what}: {model}"), rtl))
}

fn register_name(address: u32) -> String {
    match register::decode(address) {
        Some((register, index)) if register.count > 1 => format!("{}[{index}]", register.name),
        Some((register, _)) => register.name.to_string(),
        None => format!("reserved address {address:#x}"),
    }
}

fn counter_name(counter: u32) -> String {
    use contract::code::{Reason, Verdict};
    match counter {
        0..register::COUNTER_REASON => format!("manager {counter}"),
        register::COUNTER_REASON..register::COUNTER_HOST_LOST => {
            Reason::from_code((counter - register::COUNTER_REASON) as u8).map_or("no reason".into(), |reason| format!("reason {reason}"))
        }
        _ => Verdict::from_code((counter - register::COUNTER_HOST_LOST) as u8)
            .map_or("no verdict".into(), |verdict| format!("lost, {verdict}")),
    }
}

const _: () = assert!(PORTS == 2, "a distributor has a sink for each port, then one for the host");
