//! The distributor in OpenNIC's 322 MHz box: MACs that do not wait, three clocks, resets whenever they come.

use crate::SEED;
use contract::box_322mhz::{DROPPED_FULL, IDENTITY, IDENTITY_VALUE, PORT_STRIDE, PORTS, WINDOW};
use contract::limits;
use contract::register::PORT_PAIR;
use driver::{BusError, Card, Dropped, Locator};
use pcie::Device;
use rand::RngExt;
use sim::{AccessError, Batch, Clock, Design, Frames, Live, Pace, RunLog, Sim, Source};
use std::io;
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use testbench::bar::Bar;
use testbench::generate::{Rng, rng};

/// The simulated MACs' own word: bit 0 they never wait, 15:8 of so many frames one is faulty.
const MACS: u32 = 0xf000;
/// 7 beats in 15 clocks. At 322.27 MHz 100GbE brings a frame of 60 bytes, a beat, in 2.166 clocks: 46.2 % of them.
const SHORTEST: Pace = Pace::Pattern { bits: 0b010_1010_1010_1010, length: 15 };
/// 56 beats in 64 clocks. At 322.27 MHz 100GbE needs 87.2 % of the clocks for frames of 65 bytes, and less for every other size.
const LINE_RATE: Pace = Pace::Pattern { bits: 0x7f7f_7f7f_7f7f_7f7f, length: 64 };

/// The box's ports; a box with more ports does not compile here.
const BOTH: [usize; limits::PORTS] = [0, 1];

fn macs(sim: &mut Sim, never_wait: bool, faulty: u32) {
    assert_eq!(sim.write(MACS, u32::from(never_wait) | faulty << 8), Err(AccessError::Slverr { address: MACS }));
}

/// The box's three clocks, of any phase, the two MACs' and the registers' nearly as fast as they should be.
pub(crate) fn random_clocks(rng: &mut Rng) -> [Clock; 3] {
    [(3103, 2), (8000, 200), (3103, 2)].map(|(middle, apart): (u64, u64)| {
        let period = rng.random_range(middle - apart..=middle + apart);
        Clock { period, phase: rng.random_range(0..period) }
    })
}

/// The box's registers, for the host's driver.
struct Registers<'a>(&'a mut Sim);

impl Card for Registers<'_> {
    fn write(&mut self, address: u32, value: u32) -> Result<(), BusError> {
        self.0.write(address, value).map_err(|_| BusError::Write { address, value })
    }

    fn read(&mut self, address: u32) -> Result<u32, BusError> {
        self.0.read(address).map_err(|_| BusError::Read { address })
    }
}

/// What was dropped at each port, as the host reads it.
pub(crate) fn dropped(sim: &mut Sim) -> Vec<Dropped> {
    driver::read_dropped(&mut Registers(sim)).expect("every word is there").expect("the page is there")
}

/// A frame that no other is like: port and number are at its beginning, and its length is drawn from all of it.
fn frame(port: usize, number: usize, length: usize) -> Vec<u8> {
    let mut bytes = vec![2, 0, 0, 0, 0, port as u8];
    bytes.extend((number as u32).to_be_bytes());
    bytes.extend((bytes.len()..length).map(|at| (at * 7 + number * 13 + port) as u8));
    bytes
}

fn frames(port: usize, lengths: impl Iterator<Item = usize>) -> Vec<Vec<u8>> {
    lengths.enumerate().map(|(number, length)| frame(port, number, length)).collect()
}

fn source(frames: &[Vec<u8>], pace: Pace) -> Source {
    Source { frames: frames.iter().cloned().collect::<Frames>(), pace, ..Source::default() }
}

/// What a MAC or the host got.
fn got(run_log: &RunLog, sink: usize) -> Vec<Vec<u8>> {
    run_log.sinks[sink].iter().map(|seen| seen.bytes.to_vec()).collect()
}

#[track_caller]
fn sound(run_log: &RunLog) {
    assert_eq!(run_log.faults, [], "every output keeps the rules");
    assert!(run_log.stalled.is_none(), "{:?}", run_log.stalled);
}

#[test]
fn nothing_is_dropped_at_line_rate_whatever_the_size() {
    let mut sim = Sim::new(Design::Box322);
    macs(&mut sim, true, 0);
    let lengths = || (60..=1518).flat_map(|length| [length; 4]).chain([1518, 65, 9600, 60, 9599, 129].repeat(20)).chain([65; 2000]);
    let all_lengths = BOTH.map(|port| frames(port, lengths()));
    let shortest = BOTH.map(|port| frames(port, std::iter::repeat_n(60, 5000)));
    for (sent, pace) in [(&all_lengths, LINE_RATE), (&shortest, SHORTEST)] {
        let sources = sent.iter().map(|frames| source(frames, pace)).collect();
        let run_log = sim.run(&Batch { sources, ..Batch::default() });
        sound(&run_log);
        for port in BOTH {
            assert!(got(&run_log, 1 - port) == sent[port], "port {port} has a frame less, more or another");
        }
    }
    assert_eq!(dropped(&mut sim), [Dropped::default(); 2]);
}

#[test]
fn an_overload_drops_whole_frames_and_counts_them_exactly() {
    const FAULTY: usize = 7;
    let rng = &mut rng(SEED, 90);
    let mut sim = Sim::new(Design::Box322);
    macs(&mut sim, true, FAULTY as u32);
    // Both ports' frames leave by port 0, which takes one in two.
    BOTH.into_iter().for_each(|port| sim.write(PORT_PAIR.at(port), 0).expect("a port that is there"));
    let sent = BOTH.map(|port| {
        frames(port, (0..4000).map(|_| if rng.random_range(0..20) == 0 { rng.random_range(60..9601) } else { rng.random_range(60..300) }))
    });
    let sources = sent.iter().map(|frames| source(frames, Pace::Always)).collect();
    let sinks = vec![Pace::Bursts { seed: rng.random(), on: 400, off: 200 }];
    let run_log = sim.run(&Batch { sources, sinks, ..Batch::default() });
    sound(&run_log);
    let (left, dropped) = (got(&run_log, 0), dropped(&mut sim));
    for port in BOTH {
        // Whole, unharmed and in order: a part of the sent frames, of which no faulty one.
        let mut sound = sent[port].iter().enumerate().filter(|(number, _)| number % FAULTY != FAULTY - 1).map(|(_, frame)| frame);
        let own: Vec<_> = left.iter().filter(|frame| usize::from(frame[5]) == port).collect();
        for frame in &own {
            assert!(sound.any(|sent| sent == *frame), "port {port}: a frame left that was not sent, or not then: {:02x?}", &frame[..16]);
        }
        let Dropped { no_room, faulty } = dropped[port];
        assert_eq!(faulty, (sent[port].len() / FAULTY) as u64, "port {port}: every faulty frame, and no other");
        assert_eq!(own.len() as u64 + no_room + faulty, sent[port].len() as u64, "port {port}: out and dropped are what came in");
        assert!(no_room > 100, "port {port}: {no_room} dropped is no overload");
    }
}

#[test]
fn the_host_finds_the_box_behind_its_bar_and_reads_what_was_dropped() {
    const FRAMES: usize = 300;
    const FAULTY: usize = 5;
    let mut sim = Sim::new(Design::Box322);
    macs(&mut sim, true, FAULTY as u32);
    // Both ports' frames leave by port 0: twice as much as it takes.
    BOTH.into_iter().for_each(|port| sim.write(PORT_PAIR.at(port), 0).expect("a port that is there"));
    let left = Arc::new(Mutex::new([0; 2]));
    let counted = Arc::clone(&left);
    let live = Live::start(sim, move |_, frame| {
        counted.lock().unwrap()[usize::from(frame.bytes[5])] += 1;
        Ok(())
    });
    let (folder, handle) = (TempDir::new().unwrap(), live.handle());
    let socket = folder.path().join("card");
    let _server =
        pcie::serve(&socket, &Device { window: 0x20_0000, ..Device::default() }, Bar::new(WINDOW, live.handle()), io::sink()).unwrap();
    let mut card = driver::open(&Locator::VfioUser(socket)).unwrap();
    assert_eq!(card.info().place, "box at 322 MHz");
    assert_eq!(card.dropped(), Ok(Some(vec![Dropped::default(); 2])));
    for number in 0..FRAMES {
        (0..2).for_each(|port| handle.send(port, frame(port, number, 9600)).unwrap());
    }
    handle.settle().unwrap();
    let dropped = card.dropped().unwrap().expect("the page is there");
    for (port, (Dropped { no_room, faulty }, left)) in dropped.into_iter().zip(*left.lock().unwrap()).enumerate() {
        assert_eq!(faulty, (FRAMES / FAULTY) as u64, "port {port}");
        assert_eq!(left + no_room + faulty, FRAMES as u64, "port {port}: out and dropped are what came in");
        assert!(no_room > 0, "port {port}: no overload");
    }
}

#[test]
fn frames_pass_whole_after_a_reset_at_any_moment_with_clocks_of_any_phase() {
    let rng = &mut rng(SEED, 91);
    let mut sim = Sim::new(Design::Box322);
    for round in 0..60 {
        if round % 4 == 0 {
            sim.set_clocks(&random_clocks(rng));
            sim.reset();
        }
        // TrafficGenerator that is cut off, with everything in flight: also the host's own, and stalled sinks.
        let pace = |rng: &mut Rng| Pace::Bursts { seed: rng.random(), on: rng.random_range(1..80), off: rng.random_range(1..80) };
        let old = BOTH.map(|port| frames(port, (0..500).map(|_| rng.random_range(60..2000))));
        let sources = [&old[0], &old[1], &old[1], &old[0]].map(|frames| source(frames, pace(rng))).into();
        let sinks = (0..4).map(|_| pace(rng)).collect();
        let cut = sim.run(&Batch { sources, sinks, budget: rng.random_range(1..3000), ..Batch::default() });
        assert_eq!(cut.faults, [], "round {round}");
        sim.reset();
        // And new traffic, of which nothing may be missing and in which nothing old may turn up.
        let new = BOTH.map(|port| frames(port + 2, (0..40).map(|_| rng.random_range(60..2000))));
        let sources = [&new[0], &new[1]].map(|frames| source(frames, pace(rng))).into();
        let run_log = sim.run(&Batch { sources, ..Batch::default() });
        sound(&run_log);
        for port in BOTH {
            assert!(got(&run_log, 1 - port) == new[port], "round {round}, port {port}: a frame less, more or another");
            assert_eq!(got(&run_log, 2 + port), Vec::<Vec<u8>>::new(), "round {round}: nothing is for the host");
        }
        assert_eq!(dropped(&mut sim), [Dropped::default(); 2], "round {round}");
    }
}

#[test]
fn the_box_has_a_page_of_its_own_and_refuses_all_others() {
    let mut sim = Sim::new(Design::Box322);
    assert_eq!(sim.read(IDENTITY), Ok(IDENTITY_VALUE));
    assert_eq!(sim.read(PORTS), Ok(2));
    for address in [PORTS + 4, DROPPED_FULL - 4, DROPPED_FULL + 2 * PORT_STRIDE, 0x1ffc, 0x2000, 0x8000, 0xfffc] {
        assert_eq!(sim.read(address), Err(AccessError::Slverr { address }));
    }
    for address in [IDENTITY, DROPPED_FULL, 0x2000] {
        assert_eq!(sim.write(address, 1), Err(AccessError::Slverr { address }));
    }
    assert_eq!(sim.read(contract::register::IDENTITY.at(0)), Ok(contract::register::IDENTITY_VALUE));
}
