//! Waves are written on demand.

use std::fs;
use std::path::PathBuf;

use sim::{Batch, Design, Frames, Sim, Source, Waves, WavesError};

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name)
}

#[test]
fn waves_begin_at_the_frame_that_is_named_and_last_as_long_as_is_asked() {
    let path = file("window.fst");
    let mut sim = Sim::with_waves(Design::Core256, &Waves { path: path.clone(), source: 0, frame: 95, cycles: 50 }).unwrap();
    let mut first = Vec::new();
    for n in 0..10 {
        let frames = Frames::from_iter((0..10).map(|i| [n * 10 + i; 30]));
        let run_log = sim.run(&Batch { sources: vec![Source { frames, ..Source::default() }], ..Batch::default() });
        first.extend_from_slice(&run_log.sources[0].first);
    }
    drop(sim);

    // An FST file begins with its header: a zero byte, the header's length, then first and last time, two times per clock here.
    let bytes = fs::read(&path).unwrap();
    let time = |at: usize| u64::from_be_bytes(bytes[at..at + 8].try_into().unwrap());
    assert_eq!(time(9), 2 * first[95]);
    assert_eq!(time(17), 2 * (first[95] + 50) - 1);
    assert!(bytes.len() > 1000, "signals and their changes");
}

#[test]
fn waves_that_cannot_be_written_are_refused() {
    let waves = |path: PathBuf, source| Sim::with_waves(Design::Core256, &Waves { path, source, frame: 0, cycles: 1 }).unwrap_err();
    assert!(matches!(waves(file("missing/folder.fst"), 0), WavesError::File(..)));
    assert!(matches!(waves(file("no-source.fst"), 1), WavesError::NoSource(1)));
}
