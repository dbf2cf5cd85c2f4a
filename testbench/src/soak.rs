//! Random traffic, round after round: each has a new card state, new frames, new pacing and changes in flight, all checked by the scoreboard.

use crate::generate::{Rng, TrafficGenerator, changes, random_pace, random_tables, rng};
use crate::scoreboard::{Bench, Checked, Mismatch};
use contract::limits::PORTS;
use control::Tables;
use driver::script;
use rand::{Rng as _, RngExt};
use sim::{Batch, Design, Frames, Pace, Source};
use std::fmt::{self, Display};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;

/// A run of rounds; each follows from the seed and its own number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Soak {
    /// What all is drawn from.
    pub seed: u64,
    /// Frames of one round, all sources together.
    pub frames: usize,
}

/// A round that passed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Round {
    /// Its number.
    pub number: u64,
    /// Frames checked.
    pub frames: usize,
    /// Frames that the host's queue lost, as it may.
    pub lost: usize,
    /// Clocks simulated with frames in flight.
    pub cycles: u64,
    /// States that it went through.
    pub states: usize,
}

/// A round that did not pass, and how to see it again.
#[derive(Debug)]
pub struct Failure {
    /// The run.
    pub soak: Soak,
    /// The round.
    pub number: u64,
    /// What differed.
    pub mismatch: Mismatch,
}

impl Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { soak, number, mismatch } = self;
        let design = soak.design(*number).name();
        writeln!(f, "seed {:#x}, round {number} ({design}): {mismatch}", soak.seed)?;
        write!(f, "again: tandem-sim soak --seed {:#x} --round {number} --round-frames {}", soak.seed, soak.frames)
    }
}

impl std::error::Error for Failure {}

impl Soak {
    /// The design that a round is about; they take turns.
    pub fn design(self, number: u64) -> Design {
        Design::ALL[(number % Design::ALL.len() as u64) as usize]
    }

    /// Plays one round.
    ///
    /// # Errors
    /// The first mismatch between hardware and model.
    pub fn round(self, number: u64) -> Result<Round, Box<Failure>> {
        self.play(number, Bench::new(self.design(number))).map_err(|mismatch| Box::new(Failure { soak: self, number, mismatch }))
    }

    /// Plays one round on a card after reset that the caller has made.
    ///
    /// # Errors
    /// The first mismatch between hardware and model.
    pub fn play(self, number: u64, mut bench: Bench) -> Result<Round, Mismatch> {
        let design = bench.sim.design();
        let rng = &mut rng(self.seed, number);
        let tables = random_tables(rng, design.groups());
        bench.apply(&script::upload(&tables))?;
        let batch = self.batch(rng, &tables, &bench);
        if !batch.script.is_empty() {
            let idle = random_tables(rng, design.groups());
            (0..).zip(&idle.groups).try_for_each(|(number, group)| bench.apply(&script::group(number, group)))?;
            bench.apply(&script::rules(&idle.rules))?;
        }
        let Checked { run_log, fates, epochs, lost, .. } = bench.run(&batch)?;
        bench.compare_counters()?;
        Ok(Round { number, frames: fates.iter().map(Vec::len).sum(), lost, cycles: run_log.cycles, states: epochs })
    }

    fn batch(self, rng: &mut Rng, tables: &Tables, bench: &Bench) -> Batch {
        let design = bench.sim.design();
        // Nothing comes in by a port that is not there, and the host sends nothing to it.
        let source = |number| if bench.serves(number) { self.source(rng, tables, design) } else { Source::default() };
        let sources = (0..design.sources()).map(source).collect();
        let mut sinks: Vec<Pace> = (0..design.sinks()).map(|_| random_pace(rng)).collect();
        if !design.is_core() && rng.random_bool(0.3) {
            sinks[PORTS] = Pace::Random { seed: rng.next_u64(), percent: rng.random_range(1..20) };
        }
        let per_source = self.frames / design.sources();
        let script = if rng.random_bool(0.6) { changes(rng, tables, 0, per_source, 400) } else { Vec::new() };
        let scramble = rng.random_bool(0.5).then(|| rng.next_u64());
        // A frame takes 150 beats at most, and no pace is willing less than every hundredth clock.
        Batch { sources, sinks, script, scramble, budget: 100_000 + self.frames as u64 * 1000, ..Batch::default() }
    }

    fn source(self, rng: &mut Rng, tables: &Tables, design: Design) -> Source {
        let traffic = TrafficGenerator::new(rng.next_u64(), tables);
        let frames: Frames = (0..(self.frames / design.sources()) as u64).map(|number| traffic.frame(number).bytes).collect();
        // A core is told the port in eight bits, of which the lowest counts; in a NetFPGA it stands among ports that are there.
        let mut port = || if design.is_lookup() || rng.random_bool(0.9) { rng.random_range(0..PORTS as u8) } else { rng.random() };
        let tuser = if design.is_core() { (0..frames.len()).map(|_| port()).collect() } else { Vec::new() };
        Source { frames, tuser, pace: random_pace(rng) }
    }

    /// Plays rounds from 0 on, on several threads, until one fails or `enough` returns true for one that passed.
    ///
    /// # Errors
    /// A round that failed.
    pub fn run(self, threads: usize, mut enough: impl FnMut(Round) -> bool) -> Result<(), Box<Failure>> {
        let (next, (send, receive)) = (AtomicU64::new(0), mpsc::sync_channel(0));
        std::thread::scope(|scope| {
            for _ in 0..threads {
                let (send, next) = (send.clone(), &next);
                // A closed channel is how a thread learns that it is enough.
                scope.spawn(move || while send.send(self.round(next.fetch_add(1, Ordering::Relaxed))).is_ok() {});
            }
            drop(send);
            for round in receive {
                if enough(round?) {
                    break;
                }
            }
            Ok(())
        })
    }
}
