//! A capture played through the simulated card, and checked.

use crate::scoreboard::{Bench, Mismatch, decode};
use capture::{Capture, Frame};
use contract::limits::PORTS;
use contract::row::Mac;
use model::{Decision, State, decide};
use sim::{Batch, Pace, RunLog, Source};
use std::time::{Duration, Instant};

/// Frames that go through the card in one piece.
const PIECE: usize = 20_000;

/// Which port each frame comes in by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IngressPorts {
    /// Interface n of a pcapng file is port n; a pcap file has one interface only.
    #[default]
    Interface,
    /// All by one port.
    One(u8),
    /// By each port in turn.
    Alternate,
}

/// A frame that is replayed.
#[derive(Clone, Debug)]
pub struct Played {
    /// The frame as it was captured; if the capture was readdressed, with the new destination.
    pub frame: Frame,
    /// Port by which it comes in.
    pub port: u8,
}

/// The frames of a capture with their ports, in the order of the capture.
///
/// # Errors
/// The first frame of an interface that is no port of the card.
pub fn plan(capture: Capture, ports: IngressPorts, to: Option<Mac>) -> Result<Vec<Played>, capture::UnknownPort> {
    let frames = capture.frames.into_iter().enumerate();
    let planned = frames.map(|(number, mut frame)| {
        let port = match ports {
            IngressPorts::Interface => u8::try_from(frame.interface).ok().filter(|port| usize::from(*port) < PORTS),
            IngressPorts::One(port) => Some(port),
            IngressPorts::Alternate => Some((number % PORTS) as u8),
        };
        let port = port.ok_or(capture::UnknownPort { record: frame.record, interface: frame.interface })?;
        frame.bytes.iter_mut().zip(to.into_iter().flatten()).for_each(|(byte, new)| *byte = new);
        Ok(Played { frame, port })
    });
    planned.collect()
}

/// What a replay saw.
#[derive(Clone, Debug, Default)]
pub struct Replay {
    /// By frame: what the hardware decided; shorter than the input if it stopped deciding.
    pub decisions: Vec<Decision>,
    /// By port.
    pub load: [Load; PORTS],
    /// Clocks simulated while frames were under way, on all pieces.
    pub clocks: u64,
    /// How long that took, checks included.
    pub time: Duration,
    /// Bytes and number of every frame that left, by sink: the packet ports, then the host.
    pub left: [Vec<(usize, Vec<u8>)>; PORTS + 1],
    /// Whole frames that the host's queue lost.
    pub lost: usize,
}

/// How busy one ingress port was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// Frames accepted.
    pub frames: u64,
    /// Their bytes, without frame check sequence.
    pub bytes: u64,
    /// Beats that they took.
    pub beats: u64,
    /// Clocks from the first beat accepted to the last, both counted, on all pieces.
    pub clocks: u64,
}

impl Replay {
    /// Plays frames through a programmed card, `paces` for its sinks; `progress` hears how many are done.
    ///
    /// The replay is as complete as the hardware made it, even if the model disagrees with it.
    pub fn run(bench: &mut Bench, played: &[Played], paces: &[Pace], mut progress: impl FnMut(usize)) -> (Self, Result<(), Mismatch>) {
        let mut replay = Self::default();
        let began = Instant::now();
        for (piece, frames) in played.chunks(PIECE).enumerate() {
            if let Err(mismatch) = replay.piece(bench, piece * PIECE, frames, paces) {
                return (replay, Err(mismatch));
            }
            progress(piece * PIECE + frames.len());
        }
        replay.time = began.elapsed();
        let verdict = bench.compare_counters();
        (replay, verdict)
    }

    fn piece(&mut self, bench: &mut Bench, first: usize, played: &[Played], paces: &[Pace]) -> Result<(), Mismatch> {
        let mut sources = vec![Source::default(); bench.sim.design().sources()];
        // Which frame of the whole replay each frame of a source is.
        let mut numbers: [Vec<usize>; PORTS] = Default::default();
        for (number, Played { frame, port }) in played.iter().enumerate() {
            let port = usize::from(*port);
            sources[port].frames.push(&frame.bytes);
            numbers[port].push(first + number);
        }
        let batch = Batch { sources, sinks: paces.to_vec(), budget: 1_000_000 + played.len() as u64 * 20_000, ..Batch::default() };
        let run_log = bench.sim.run(&batch);
        self.clocks += run_log.cycles;
        self.take_decisions(&run_log, played);
        self.take_load(&run_log, &batch.sources);
        let checked = bench.check(&batch, run_log)?;
        self.lost += checked.lost;
        for (sink, left) in checked.left.iter().enumerate() {
            // In a shell the host has several sinks; they count as one.
            self.left[sink.min(PORTS)].extend(
                left.iter()
                    .zip(checked.run_log.sinks[sink].iter())
                    .map(|((core, number), seen)| (numbers[*core][*number], seen.bytes.to_vec())),
            );
        }
        Ok(())
    }

    fn take_decisions(&mut self, run_log: &RunLog, played: &[Played]) {
        let mut next = [0; PORTS];
        for Played { port, .. } in played {
            let port = usize::from(*port);
            let trace = run_log.decisions[port].get(next[port]).zip(run_log.counts[port].get(next[port]));
            let Some(Ok(decision)) = trace.map(|(decision, count)| decode(decision, count)) else { return };
            self.decisions.push(decision);
            next[port] += 1;
        }
    }

    fn take_load(&mut self, run_log: &RunLog, sources: &[Source]) {
        for ((load, log), source) in self.load.iter_mut().zip(&run_log.sources).zip(sources) {
            load.frames += log.last.len() as u64;
            load.bytes += source.frames.iter().take(log.last.len()).map(|frame| frame.len() as u64).sum::<u64>();
            load.beats += log.beats;
            load.clocks += log.first.first().zip(log.last.last()).map_or(0, |(first, last)| last - first + 1);
        }
    }

    /// The model alone: what it decides of the frames, without hardware.
    pub fn by_model(state: &State, played: &[Played]) -> Vec<Decision> {
        played.iter().map(|Played { frame, port }| decide(state, &frame.bytes, *port)).collect()
    }
}

const _: () = assert!(PORTS == 2, "`left` has one list for each port and one for the host");
