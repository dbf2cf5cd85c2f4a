//! A card to try the program on: the golden model behind a vfio-user socket, in a folder of its own.

use contract::register::{ENTRY_DATA, ENTRY_INDEX, NEXT_GENERATION};
use driver::snapshot::UNFINISHED;
use driver::{Locator, Snapshot};
use modelcard::ModelCard;
use pcie::{Device, Model, Port, Server, Slverr, serve};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, Mutex, MutexGuard};
use tempfile::TempDir;

/// The configuration that tests begin with.
pub(crate) const CONFIGURATION: &str = include_str!("../data/tandem.toml");

/// Groups of the card.
pub(crate) const GROUPS: usize = 2;

/// The card, as the command line names it.
pub(crate) const CARD: &str = "--card=vfio-user:card";

/// A folder with `tandem.toml` and `web.pcap` in it, and a card behind the socket `card`.
pub(crate) struct Bench {
    folder: TempDir,
    model: Arc<Mutex<Model>>,
    _server: Server,
}

impl Bench {
    /// A card after reset. It has two groups only, so that it is soon read back.
    pub(crate) fn new() -> Self {
        Self::with(GROUPS, 2)
    }

    /// A card with as many groups and cores, and one decision side, as `tandem-card` has.
    pub(crate) fn with(groups: usize, cores: usize) -> Self {
        let model = Arc::new(Mutex::new(Model::new(ModelCard::new(groups, cores, 64).with_sides(1))));
        let folder = folder();
        let _server = serve_in(&folder, Arc::clone(&model));
        Self { folder, model, _server }
    }

    /// One that has taken `tandem.toml`.
    pub(crate) fn applied() -> Self {
        let bench = Self::new();
        bench.ok(&["apply", "tandem.toml", "--yes", CARD]);
        bench
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file, made from the first configuration by exchanging texts.
    pub(crate) fn change(&self, name: &str, exchanges: &[(&str, &str)]) {
        let text = exchanges.iter().fold(CONFIGURATION.to_owned(), |text, (from, to)| {
            assert!(text.contains(from), "{from:?} is in the configuration");
            text.replace(from, to)
        });
        std::fs::write(self.path().join(name), text).unwrap();
    }

    /// The card itself.
    pub(crate) fn model(&self) -> MutexGuard<'_, Model> {
        self.model.lock().unwrap()
    }

    /// What the card holds. It is asked itself, not over its socket.
    pub(crate) fn learn(&self) -> Snapshot {
        driver::snapshot::learn(&mut self.model().card).unwrap()
    }

    /// Waits until a client that was killed has gone, with all that it had under way: only then is the next one served.
    pub(crate) fn wait_for_the_card(&self) {
        driver::open(&Locator::VfioUser(self.path().join("card"))).unwrap();
    }

    /// Leaves the card as an apply does that is killed while it writes the idle banks.
    pub(crate) fn interrupt_while_writing(&self) {
        let mut model = self.model();
        for (address, value) in [(NEXT_GENERATION.at(0), UNFINISHED), (ENTRY_INDEX.at(0), 7), (ENTRY_DATA.at(0), 0x0403_0201)] {
            model.card.write(address, value).unwrap();
        }
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        command(self.path(), arguments)
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Runs the program, which must succeed; its standard output.
    pub(crate) fn ok(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// The JSON that the program prints, whatever its exit code.
    pub(crate) fn json(&self, arguments: &[&str]) -> serde_json::Value {
        let output = self.run(&[arguments, &["--json"]].concat());
        let problem = || format!("{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", problem()))
    }

    pub(crate) fn transcript(&self, arguments: &[&str]) -> String {
        transcript(arguments, &self.run(arguments))
    }
}

/// A folder with `tandem.toml` and `web.pcap` in it, and no card.
pub(crate) fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("tandem.toml"), CONFIGURATION).unwrap();
    for capture in ["web.pcap", "pmtu.pcap", "fragments.pcap", "vlan.pcap"] {
        std::fs::copy(data(capture), folder.path().join(capture)).unwrap();
    }
    folder
}

/// A recorded capture.
pub(crate) fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testbench/data").join(name)
}

/// Serves anything as a card in this folder.
pub(crate) fn serve_in(folder: &TempDir, port: impl Port + 'static) -> Server {
    serve(&folder.path().join("card"), &Device::default(), port, io::sink()).unwrap()
}

/// A card in OpenNIC's 322 MHz box: its page is behind the window.
pub(crate) struct Boxed {
    pub(crate) card: Model,
    /// By port: frames for which there was no room, and faulty ones.
    pub(crate) dropped: [[u64; 2]; 2],
    /// The upper word of the count whose lower word was read.
    held: u32,
}

impl Boxed {
    /// After reset.
    pub(crate) fn new() -> Self {
        Self { card: Model::new(ModelCard::new(GROUPS, 2, 64)), dropped: [[0; 2]; 2], held: 0 }
    }
}

impl Port for Boxed {
    fn read(&mut self, address: u32) -> Result<u32, Slverr> {
        match address {
            0x1000 => Ok(0x544e_4258),
            0x1004 => Ok(2),
            0x1020..0x1040 => {
                let count = self.dropped[(address - 0x1020) as usize / 16][address as usize / 8 % 2];
                let upper = std::mem::replace(&mut self.held, (count >> 32) as u32);
                Ok(if address.is_multiple_of(8) { count as u32 } else { upper })
            }
            _ => self.card.read(address),
        }
    }

    fn write(&mut self, address: u32, data: u32) -> Result<(), Slverr> {
        self.card.write(address, data)
    }

    fn size(&self) -> u32 {
        0x2000
    }

    fn reset(&mut self) {
        *self = Self::new();
    }

    fn clock(&self) -> u64 {
        self.card.clock()
    }
}

/// Serves it where the shell has that box.
pub(crate) fn serve_box(folder: &TempDir, boxed: Arc<Mutex<Boxed>>) -> Server {
    serve(&folder.path().join("card"), &Device { window: 0x20_0000, ..Device::default() }, boxed, io::sink()).unwrap()
}

/// The program, to be run in a folder, without a terminal.
pub(crate) fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tandem"));
    command.args(arguments).current_dir(folder).env("COLUMNS", "100").stdin(Stdio::null());
    // Of the machine that tests run on, neither the state folder nor the journal is touched.
    command.env("TANDEM_STATE", "state").env("TANDEM_JOURNAL", "journal").env_remove("SUDO_USER");
    command
}

/// What a person would see of a run, and the exit code.
pub(crate) fn transcript(arguments: &[&str], output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    assert!(!stdout.contains('\x1b') && !stderr.contains('\x1b'), "no colour without a terminal: {stdout}{stderr}");
    assert!(!stderr.contains("panicked"), "{stderr}");
    format!("$ tandem {}\n{stdout}{stderr}[{}]", arguments.join(" "), output.status.code().unwrap_or(-1))
}
