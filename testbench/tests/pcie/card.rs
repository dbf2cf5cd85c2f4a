//! The simulated card, in a process of its own.

use pcie::{Event, Record, Response};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Longer than anything takes that a test waits for.
const PATIENCE: Duration = Duration::from_secs(120);

/// The card with half the groups, which is read in half the time.
pub(crate) const NARROW: &[&str] = &["--design", "256x4"];

/// `tandem-card`, until this is dropped.
pub(crate) struct Card {
    process: Child,
    output: BufReader<ChildStdout>,
    folder: TempDir,
}

impl Card {
    /// A card that nothing is attached to.
    pub(crate) fn serve(options: &[&str]) -> Self {
        Self::with(options, None)
    }

    /// A card that gets a capture's frames by port 0 once it is enabled.
    pub(crate) fn fed(capture: &Path) -> Self {
        Self::with(&[], Some(capture))
    }

    fn with(options: &[&str], capture: Option<&Path>) -> Self {
        let folder = TempDir::new().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_tandem-card"));
        command.args(options);
        command.arg("--socket").arg(folder.path().join("socket")).arg("--log").arg(folder.path().join("record"));
        if let Some(capture) = capture {
            command.arg("--port").arg(format!("0={},{}", capture.display(), folder.path().join("0.pcap").display()));
            command.arg("--port").arg(format!("1=,{}", folder.path().join("1.pcap").display()));
            command.arg("--host").arg(folder.path().join("2.pcap"));
        }
        let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        let mut card = Self { process, output, folder };
        assert!(card.line().starts_with("ready: "));
        card
    }

    /// Where clients find it.
    pub(crate) fn socket(&self) -> PathBuf {
        self.folder.path().join("socket")
    }

    /// The next line that it prints.
    pub(crate) fn line(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        line
    }

    /// The frames that left by a port, the host as port 2.
    pub(crate) fn left(&self, port: usize) -> Vec<Vec<u8>> {
        let path = self.folder.path().join(format!("{port}.pcap"));
        capture::read(&path).map(|capture| capture.frames.into_iter().map(|frame| frame.bytes).collect()).unwrap_or_default()
    }

    /// Everything that has happened at its registers.
    pub(crate) fn record(&self) -> Vec<Event> {
        let text = std::fs::read_to_string(self.folder.path().join("record")).unwrap();
        let whole = text.rfind('\n').map_or("", |end| &text[..end]); // it may be at work on the last line
        whole.lines().map(|line| line.parse::<Record>().unwrap().event).collect()
    }

    /// What happens at its registers from now on.
    pub(crate) fn watch(&self) -> Watch<'_> {
        Watch { card: self, seen: self.record().len() }
    }

    /// Kills its process, as `kill -9` does.
    pub(crate) fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// The part of a card's record that a step of a test makes.
pub(crate) struct Watch<'a> {
    card: &'a Card,
    seen: usize,
}

impl Watch<'_> {
    /// What has happened since.
    pub(crate) fn events(&self) -> Vec<Event> {
        self.card.record().split_off(self.seen)
    }

    /// Waits until it has come so far.
    pub(crate) fn until(&self, reached: impl Fn(&[Event]) -> bool) {
        let start = Instant::now();
        while !reached(&self.events()) {
            assert!(start.elapsed() < PATIENCE, "it never comes so far");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Addresses and words of the writes that the card took.
    pub(crate) fn writes(&self) -> Vec<(u32, u32)> {
        let taken = |event| match event {
            Event::Write { address, data, response: Response::Okay } => Some((address, data)),
            _ => None,
        };
        self.events().into_iter().filter_map(taken).collect()
    }
}

impl Drop for Card {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
