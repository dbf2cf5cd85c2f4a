//! DPDK as a peer: a program in C beside this one, with a copy of the frames, that takes its turns when it is told.
//!
//! It does less than a decision, as the other peers do; its hash has no key.

use crate::traffic::Frames;
use std::fs::File;
use std::io::{BufRead as _, BufReader, BufWriter, Lines, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

pub(crate) struct Dpdk {
    child: Child,
    orders: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

impl Dpdk {
    /// Compiles it, and gives it frames.
    ///
    /// # Panics
    /// If DPDK is not installed.
    pub(crate) fn new(frames: &Frames) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let (source, program) = (Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/decide/dpdk.c"), folder.join("decide-dpdk"));
        let flags = Command::new("pkg-config").args(["--cflags", "libdpdk"]).output().ok().filter(|output| output.status.success());
        let flags = flags.expect("DPDK is missing; remedy: ./justw setup dpdk");
        let compiler = std::env::var("CC").unwrap_or_else(|_| "cc".into());
        let mut compile = Command::new(compiler);
        compile
            .args(String::from_utf8_lossy(&flags.stdout).split_whitespace())
            .args(["-O3", "-march=native", "-o"])
            .args([&program, &source]);
        assert!(compile.args(["-lrte_net", "-lrte_mbuf", "-lrte_eal"]).status().is_ok_and(|status| status.success()), "{compile:?} failed");
        let path = folder.join("decide.frames");
        frames.write(&mut BufWriter::new(File::create(&path).unwrap())).unwrap();
        let mut child = Command::new(program).arg(path).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let answers = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { orders: child.stdin.take().unwrap(), child, answers }
    }

    /// The CPU time of a frame in nanoseconds, in a turn of `rounds` over the frames from `first` to `end`, and one before if they are to be in a cache.
    ///
    /// # Panics
    /// If it does not get a manager for nearly all of them.
    pub(crate) fn turn(&mut self, first: usize, end: usize, rounds: usize, cached: bool) -> f64 {
        writeln!(self.orders, "{first} {end} {rounds} {}", u8::from(cached)).unwrap();
        let answer = self.answers.next().expect("it answers").unwrap();
        let (time, found) = answer.split_once(' ').unwrap();
        let (time, found): (f64, f64) = (time.parse().unwrap(), found.parse().unwrap());
        let frames = (rounds * (end - first)) as f64;
        assert!(found / frames > 0.9, "{found} of {frames} frames have a manager");
        time / frames
    }
}

impl Drop for Dpdk {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
