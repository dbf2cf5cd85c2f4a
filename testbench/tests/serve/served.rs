//! A simulated card that is being served, for every test here.

use control::{Configuration, Tables};
use driver::{Locator, OpenCard, deploy, snapshot};
use pcie::{Event, Record};
use std::io::{BufRead, BufReader, Lines};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

pub(crate) fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data").join(name)
}

pub(crate) fn frames(path: &Path) -> Vec<Vec<u8>> {
    capture::read(path).unwrap().frames.into_iter().map(|frame| frame.bytes).collect()
}

pub(crate) fn tandem_card() -> Command {
    Command::new(env!("CARGO_BIN_EXE_tandem-card"))
}

/// A simulated card that is being served, in a folder of its own; it ends with this.
pub(crate) struct Served {
    pub(crate) folder: TempDir,
    pub(crate) child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Served {
    /// Serves with these options, in which `{}` stands for the folder.
    pub(crate) fn new(options: &[&str]) -> Self {
        Self::by(tandem_card(), options)
    }

    pub(crate) fn by(mut command: Command, options: &[&str]) -> Self {
        let folder = TempDir::new().unwrap();
        let place = folder.path().display().to_string();
        command.args(["--socket", &format!("{place}/card"), "--log", &format!("{place}/log")]);
        let mut child = command.args(options.iter().map(|option| option.replace("{}", &place))).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        assert_eq!(lines.next().transpose().unwrap(), Some(format!("ready: vfio-user:{place}/card")));
        Self { folder, child, lines }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn open(&self) -> OpenCard {
        driver::open(&Locator::VfioUser(self.path("card"))).unwrap()
    }

    pub(crate) fn record(&self) -> Vec<Event> {
        let text = std::fs::read_to_string(self.path("log")).unwrap();
        text.lines().map(|line| line.parse::<Record>().unwrap().event).collect()
    }

    /// Waits until the card says so.
    pub(crate) fn wait_for(&mut self, wanted: &str) {
        let found = self.lines.by_ref().map(Result::unwrap).any(|line| line.contains(wanted));
        assert!(found, "the card ended without saying {wanted:?}");
    }

    /// Ends it as an operator does.
    pub(crate) fn end(mut self) -> TempDir {
        let kill = Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        assert!(kill.success());
        assert!(self.child.wait().unwrap().success());
        assert!(!self.path("card").exists(), "the socket is removed");
        std::mem::replace(&mut self.folder, TempDir::new().unwrap())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits for what another process is about to do.
#[track_caller]
pub(crate) fn await_that(mut holds: impl FnMut() -> bool) {
    let held = (0..6000).any(|_| {
        std::thread::sleep(Duration::from_millis(5));
        holds()
    });
    assert!(held, "it has not come to pass in half a minute");
}

pub(crate) fn tables(groups: usize) -> Tables {
    let text = std::fs::read_to_string(data("tandem.toml")).unwrap();
    Configuration::parse(&text, "tandem.toml").unwrap().tables(groups).unwrap()
}

/// Programs a card as `tandem apply` does.
pub(crate) fn apply(card: &mut OpenCard, next: &Tables) {
    let now = snapshot::learn(card).unwrap();
    deploy::apply(card, &now, next).unwrap();
}
