//! What goes in at the ports comes out at the ports. A card that was only reset bridges every frame, so frames here come out unchanged.

use sim::{AccessError, Action, Batch, Design, Frames, Pace, RegisterAccess, RunLog, Sim, Source, When};

/// Frames of these lengths; every byte depends on its place and its frame.
fn frames(lengths: impl IntoIterator<Item = usize>) -> Frames {
    let frame = |(n, length): (usize, usize)| (0..length).map(|i| (i * 7 + n * 31 + i / 256) as u8).collect::<Vec<u8>>();
    lengths.into_iter().enumerate().map(frame).collect()
}

fn source(frames: &Frames, pace: Pace) -> Source {
    Source { frames: frames.clone(), tuser: Vec::new(), pace }
}

/// Asserts that these frames, and no others, came out of a sink, in this order.
fn assert_same(sent: &Frames, run_log: &RunLog, sink: usize) {
    assert!(run_log.stalled.is_none(), "stalled: {}", run_log.stalled.as_ref().unwrap());
    assert!(run_log.faults.is_empty(), "{}", run_log.faults[0]);
    assert_eq!(run_log.sinks[sink].len(), sent.len());
    for (n, (sent, seen)) in sent.iter().zip(run_log.sinks[sink].iter()).enumerate() {
        assert_eq!(sent, seen.bytes, "frame {n}");
    }
}

#[test]
fn packs_every_length_into_beats_and_back() {
    let sent = frames((1..=200).chain([1518, 9600]));
    for design in Design::ALL {
        let run_log = Sim::new(design).run(&Batch { sources: vec![source(&sent, Pace::Always)], ..Batch::default() });
        assert_same(&sent, &run_log, if design.is_core() { 0 } else { 1 });
        let beats: usize = sent.iter().map(|frame| frame.len().div_ceil(design.data_bytes())).sum();
        assert_eq!(run_log.sources[0].beats, beats as u64);
        assert_eq!(run_log.decisions[0].len(), sent.len());
        assert!(run_log.counts[0].iter().map(|count| usize::from(count.bytes)).eq(sent.iter().map(<[u8]>::len)));
    }
}

#[test]
fn loses_nothing_whatever_the_pace_of_both_sides() {
    let sent = frames((0..400).map(|n| 60 + n * 37 % 300));
    let paces = [
        Pace::Random { seed: 1, percent: 50 },
        Pace::Random { seed: 2, percent: 7 },
        Pace::Bursts { seed: 3, on: 40, off: 900 },
        Pace::Pattern { bits: 0b0010110, length: 7 },
        Pace::Pause { from: 350, until: 1500 },
    ];
    for design in [Design::Core512, Design::Core256] {
        let mut sim = Sim::new(design);
        for from in paces {
            for to in paces {
                assert_same(&sent, &sim.run(&Batch { sources: vec![source(&sent, from)], sinks: vec![to], ..Batch::default() }), 0);
            }
        }
    }
}

#[test]
fn keeps_the_pace_it_is_given() {
    let sent = frames([64; 400]);
    let run = |from, to| Sim::new(Design::Core512).run(&Batch { sources: vec![source(&sent, from)], sinks: vec![to], ..Batch::default() });

    let accepted = run(Pace::Pattern { bits: 0b001, length: 3 }, Pace::Always).sources[0].first.clone();
    assert!(accepted[200..].windows(2).all(|pair| pair[1] - pair[0] == 3), "a beat every third clock");

    let run_log = run(Pace::Always, Pace::Pattern { bits: 0b10, length: 2 });
    assert!(run_log.sinks[0].iter().all(|frame| (frame.first - run_log.began) % 2 == 1), "ready in every other clock");

    let run_log = run(Pace::Pause { from: 0, until: 5000 }, Pace::Always);
    assert_eq!(run_log.sources[0].first[0], run_log.began + 5000);

    let clocks = |percent| run(Pace::Random { seed: 9, percent }, Pace::Always).sources[0].last.last().copied().unwrap() as f64;
    let ratio = (clocks(20) - clocks(100)) / 400.0;
    assert!((3.0..5.0).contains(&ratio), "a fifth of all clocks takes five times as long, not {ratio}");
}

#[test]
fn runs_both_sources_of_a_distributor_at_once() {
    let sent = [frames((0..300).map(|n| 60 + n % 90)), frames((0..300).map(|n| 149 - n % 90))];
    let sources = vec![source(&sent[0], Pace::Always), source(&sent[1], Pace::Random { seed: 5, percent: 60 })];
    let sinks = vec![Pace::Random { seed: 6, percent: 80 }, Pace::Always, Pace::NEVER];
    let run_log = Sim::new(Design::Distributor512).run(&Batch { sources, sinks, ..Batch::default() });
    assert_same(&sent[0], &run_log, 1);
    assert_same(&sent[1], &run_log, 0);
    assert!(run_log.sinks[2].is_empty());
}

#[test]
fn carries_the_ingress_port_and_the_announced_length_of_every_frame() {
    let sent = frames([60, 130, 64, 200]);
    let tuser = vec![0, 1, 1, 0];
    let source = Source { frames: sent.clone(), tuser: tuser.clone(), pace: Pace::Always };
    let run_log = Sim::new(Design::Core512).run(&Batch { sources: vec![source], ..Batch::default() });
    let seen: Vec<_> = run_log.sinks[0].iter().map(|frame| contract::metadata::Metadata::from_tuser(frame.tuser).unwrap()).collect();
    assert!(seen.iter().map(|metadata| metadata.ingress).eq(tuser));
    assert!(seen.iter().map(|metadata| usize::from(metadata.announced)).eq(sent.iter().map(<[u8]>::len)));
}

#[test]
fn a_batch_without_an_end_is_reported_with_what_is_left() {
    let sent = frames([9600; 20]);
    let mut sim = Sim::new(Design::Core512);
    let script = vec![RegisterAccess::read(When::Accepted { source: 0, frame: 19 }, 0)];
    let stuck = Batch { sources: vec![source(&sent, Pace::Always)], sinks: vec![Pace::NEVER], script, budget: 20_000, ..Batch::default() };
    let run_log = sim.run(&stuck);
    assert_eq!(run_log.cycles, 20_000);
    let left = run_log.stalled.expect("nothing can leave");
    assert_eq!(left.frames, [20 - run_log.sources[0].last.len()]);
    assert!(left.frames[0] > 0 && left.sinks[0]);
    assert_eq!(left.accesses, 1);
    assert!(run_log.sinks[0].is_empty() && run_log.faults.is_empty());

    sim.reset();
    assert_same(&sent, &sim.run(&Batch { sources: vec![source(&sent, Pace::Always)], ..Batch::default() }), 0);
}

#[test]
fn registers_answer_between_and_during_batches() {
    use contract::register::{COMMIT, IDENTITY, IDENTITY_VALUE, NEXT_GENERATION};
    let sent = frames([60; 500]);
    let mut sim = Sim::new(Design::Core512);
    assert_eq!(sim.read(IDENTITY.at(0)), Ok(IDENTITY_VALUE));
    assert_eq!(sim.write(IDENTITY.at(0), 1), Err(AccessError::Slverr { address: 0 }));
    let word = NEXT_GENERATION.at(0);
    assert_eq!(sim.write(word, 41), Ok(()));
    assert_eq!(sim.read(COMMIT.at(0)), Err(AccessError::Slverr { address: COMMIT.at(0) }));

    for scramble in [None, Some(1), Some(2), Some(3)] {
        let partial = Action::Write { address: word, data: 43, strobe: 0b0111 };
        let script = vec![
            RegisterAccess::read(When::Now, word),
            RegisterAccess::write(When::Cycle(400), word, 42),
            RegisterAccess::read(When::Accepted { source: 0, frame: 450 }, word),
            RegisterAccess { when: When::Now, action: partial },
            RegisterAccess::read(When::Now, word),
            RegisterAccess::write(When::Now, word, 41),
        ];
        let run_log = sim.run(&Batch { sources: vec![source(&sent, Pace::Always)], script, scramble, ..Batch::default() });
        assert_same(&sent, &run_log, 0);
        let responses: Vec<_> = run_log.accesses.iter().map(|access| access.response).collect();
        assert_eq!(responses, [Ok(41), Ok(0), Ok(42), Err(AccessError::Slverr { address: word }), Ok(42), Ok(0)]);
        assert!(run_log.accesses[1].started >= run_log.began + 400);
        assert!(run_log.accesses[2].started > run_log.sources[0].last[450]);
        assert!(run_log.accesses.windows(2).all(|pair| pair[0].finished < pair[1].started));
    }
}

#[test]
fn a_design_takes_nothing_while_it_is_in_reset_and_a_refused_read_shows_nothing() {
    for design in Design::ALL {
        let mut sim = Sim::new(design);
        sim.reset_for(1); // each finding of a reset is in the log of the next run
        // Unaligned, reserved, and one that only writes, each after a read that shows data.
        let refused = [1, 2, 3, 0xffc, contract::register::COMMIT.at(0)];
        let script = refused.into_iter().flat_map(|address| [RegisterAccess::read(When::Now, 0), RegisterAccess::read(When::Now, address)]);
        let run_log = sim.run(&Batch { script: script.collect(), ..Batch::default() });
        assert!(run_log.faults.is_empty(), "{design:?}: {}", run_log.faults[0]);
        let identity = Ok(contract::register::IDENTITY_VALUE);
        for (pair, address) in run_log.accesses.chunks(2).zip(refused) {
            assert_eq!([pair[0].response, pair[1].response], [identity, Err(AccessError::Slverr { address })], "{design:?}");
        }
    }
}

/// What a sender that is not reset with the design sees: it goes on with its frame, and the design takes the next beat for a frame's first.
#[test]
fn after_a_reset_inside_a_frame_its_rest_is_a_frame_of_its_own() {
    let frame = frames([9600]);
    for design in Design::ALL {
        let sink = if design.is_core() { 0 } else { 1 };
        let mut sim = Sim::new(design);
        sim.run(&Batch { quiet: 1000, ..Batch::default() }); // until its tables are cleared
        for (clocks, leaves) in [(20, false), (70, true)] {
            let run_log = sim.run(&Batch { sources: vec![source(&frame, Pace::Always)], budget: clocks, ..Batch::default() });
            let taken = run_log.sources[0].beats as usize * design.data_bytes();
            assert!((1..9600).contains(&taken), "{design:?}: the reset was to come inside the frame, and came after {taken} bytes");
            assert_eq!(run_log.stalled.expect("the frame is not through").sinks[sink], leaves, "{design:?}: whether a part has left");
            sim.reset();
            let rest: Frames = [&frame.get(0)[taken..], &[7; 60]].into_iter().collect();
            assert_same(&rest, &sim.run(&Batch { sources: vec![source(&rest, Pace::Always)], ..Batch::default() }), sink);
        }
    }
}
