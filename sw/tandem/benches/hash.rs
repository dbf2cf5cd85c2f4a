//! What the batch hash gains over a scalar reference in C, how long a self-source table takes, and how tables scale over cores.
//!
//! `cargo bench -p tandem --bench hash`. Compiles `halfsiphash.c` with `cc` (or `$CC`), and before any time is taken has both sides hash the
//! published vectors' messages and the same random-looking keys: all outputs must be equal. Times are the shortest of many runs; on a
//! shared machine only their ratios mean anything, so reference and batch take turns.

use contract::row::GroupRow;
use control::PortTables;
use control::self_source::PortTable;
use model::State;
use model::hash::{batch, hash};
use model::key::Key;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// Keys of a run: their words and hashes stay in the second-level cache.
const KEYS: usize = 4096;
/// Runs of which the shortest counts.
const RUNS: u32 = 2000;
/// Turns that reference and batch take.
const TURNS: u32 = 5;

fn main() {
    // `cargo test --benches` passes no --bench: then there is nothing to measure.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let reference = Reference::compile();
    reference.prove();

    let keys = keys();
    let mut out = vec![0; KEYS];
    let [mut c, mut scalar, mut many] = [Duration::MAX; 3];
    for _ in 0..TURNS {
        c = c.min(reference.time());
        scalar = scalar.min(shortest(RUNS / TURNS, || {
            keys.iter().zip(&mut out).for_each(|(key, out)| *out = hash(SECRET, black_box(key)));
            black_box(&out);
        }));
        many = many.min(shortest(RUNS / TURNS, || {
            batch::hash(SECRET, black_box(&keys), &mut out);
            black_box(&out);
        }));
    }
    println!("HalfSipHash-2-4 of 18-byte keys, one core, {}", vectors());
    println!("{:<34} {:>12} {:>12}", "", "ns per key", "times C");
    for (what, time) in [("C reference, scalar", c), ("model::hash::hash, scalar", scalar), ("model::hash::batch::hash", many)] {
        println!("{what:<34} {:>12.3} {:>12.2}", time.as_secs_f64() * 1e9 / KEYS as f64, c.as_secs_f64() / time.as_secs_f64());
    }

    let state = state();
    let one = shortest(200, || drop(black_box(PortTable::build(&state, 0, black_box([7; 16])))));
    println!("\nself-source table of one address (65,536 hashes), one core: {:.1} us", one.as_secs_f64() * 1e6);

    println!("\nself-source tables of 256 addresses");
    println!("{:<10} {:>10} {:>14} {:>10}", "threads", "ms", "us per table", "times one");
    let addresses: Vec<[u8; 16]> = (0..=255).map(|host| [10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, host]).collect();
    let mut alone = None;
    for threads in 1..=std::thread::available_parallelism().map_or(1, usize::from) {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be started");
        let time = pool.install(|| shortest(10, || drop(black_box(PortTables::build(&state, &addresses, || ())))));
        let seconds = time.as_secs_f64();
        let speedup = *alone.get_or_insert(seconds) / seconds;
        println!("{threads:<10} {:>10.2} {:>14.1} {speedup:>10.2}", seconds * 1e3, seconds * 1e6 / 256.0);
    }
}

/// Hash key of all runs but the proof's.
const SECRET: [u8; 8] = *b"tandem!!";

/// The reference, as a program of its own: what is measured runs without a foreign call.
struct Reference(PathBuf);

impl Reference {
    fn compile() -> Self {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/halfsiphash.c");
        let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join("halfsiphash");
        let compiler = std::env::var("CC").unwrap_or_else(|_| "cc".into());
        let done = Command::new(&compiler).args(["-std=gnu11", "-O3", "-o"]).args([&program, &source]).status();
        assert!(
            done.is_ok_and(|status| status.success()),
            "{compiler} does not compile {}; `./justw setup` installs a C compiler",
            source.display()
        );
        Self(program)
    }

    fn run(&self, arguments: &[&str]) -> String {
        let output = Command::new(&self.0).args(arguments).output().expect("it was just compiled");
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("it prints ASCII")
    }

    /// All published vectors, and one run's keys under the key that the C side uses in its first run.
    fn prove(&self) {
        let published = include_str!("../../model/tests/data/halfsiphash-2-4-32.txt");
        let published: Vec<&str> = published.lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(self.run(&["prove"]).lines().collect::<Vec<_>>(), published, "the C reference misses the published vectors");
        let mut out = vec![0; KEYS];
        batch::hash([0, 1, 2, 3, 4, 5, 6, 7], &keys(), &mut out);
        let sum = out.iter().fold(0, |sum, hash| sum ^ hash);
        let (_, theirs) = self.measure(1);
        assert_eq!(sum, theirs, "batch and C reference differ on the keys that are timed");
    }

    fn time(&self) -> Duration {
        self.measure(RUNS / TURNS).0
    }

    /// The shortest run, and the XOR of all outputs.
    fn measure(&self, runs: u32) -> (Duration, u32) {
        let printed = self.run(&["time", &KEYS.to_string(), &runs.to_string()]);
        let (nanoseconds, sum) = printed.trim().split_once(' ').expect("two numbers");
        let nanoseconds = nanoseconds.parse().expect("a time");
        (Duration::from_nanos(nanoseconds), u32::from_str_radix(sum, 16).expect("hexadecimal"))
    }
}

/// The keys that the C side hashes: byte i of key n is 7 n + 31 i, and byte 0 has n / 256 added.
fn keys() -> Vec<Key> {
    let byte = |n: usize, i: usize| (n * 7 + i * 31 + if i == 0 { n >> 8 } else { 0 }) as u8;
    (0..KEYS).map(|n| std::array::from_fn(|i| byte(n, i))).collect()
}

fn shortest(runs: u32, mut run: impl FnMut()) -> Duration {
    let time = |_| {
        let start = Instant::now();
        run();
        start.elapsed()
    };
    (0..runs).map(time).min().unwrap_or(Duration::MAX)
}

/// A card whose group 0 has sixteen managers that take turns.
fn state() -> State {
    let mut state = State::new(1);
    let group = state.idle_group_mut(0);
    group.row = GroupRow { key: SECRET, designated: 1, equal_ports_hash: false };
    group.entries = std::array::from_fn(|bucket| (bucket % 16) as u8 + 1);
    state.commit(1, 1).expect("the card has group 0");
    state
}

/// Which vectors the batch hash finds on this machine.
fn vectors() -> &'static str {
    #[cfg(target_arch = "x86_64")]
    {
        if std::arch::is_x86_feature_detected!("avx512f") {
            return "with AVX-512";
        }
        if std::arch::is_x86_feature_detected!("avx2") {
            return "with AVX2";
        }
    }
    "with the target's own vectors"
}
