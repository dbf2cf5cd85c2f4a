//! A stock Linux in QEMU, without KVM, that sees simulated cards as PCI devices.

use crate::initramfs;
use crate::qmp::Qmp;
use serde_json::json;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// How many cards can be there at once.
const SLOTS: usize = 2;

/// Longer than any command takes on a machine that has other things to do.
const PATIENCE: Duration = Duration::from_secs(120);

/// A guest that runs. It ends when this is dropped, when the test's thread ends, and when nobody listens to it any more.
pub(crate) struct Guest {
    qemu: Child,
    channel: BufReader<UnixStream>,
    folder: TempDir,
}

/// What a command left.
#[derive(Debug)]
pub(crate) struct Answer {
    /// Its exit code.
    pub(crate) code: i32,
    /// Its output.
    pub(crate) out: String,
    /// Its errors.
    pub(crate) err: String,
}

impl Answer {
    /// The output of a command that ends with this code.
    #[track_caller]
    pub(crate) fn expect(self, code: i32) -> String {
        assert_eq!(self.code, code, "\n{}{}", self.out, self.err);
        self.out
    }

    /// The errors of a command that fails, each of these words among them.
    #[track_caller]
    pub(crate) fn refuses(self, words: &[&str]) {
        assert_eq!(self.code, 1, "\n{}{}", self.out, self.err);
        for word in words {
            assert!(self.err.contains(word), "{word:?} is not in: {}", self.err);
        }
    }
}

impl Guest {
    /// Boots it with these cards already there, the first as 0000:01:00.0, the second as 0000:02:00.0.
    pub(crate) fn boot(sockets: &[&Path]) -> Self {
        let folder = TempDir::new().unwrap();
        let (ours, theirs) = UnixStream::pair().unwrap();
        ours.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut command = qemu(folder.path(), sockets);
        command.stdin(OwnedFd::from(theirs.try_clone().unwrap())).stdout(OwnedFd::from(theirs));
        command.stderr(Stdio::from(File::create(folder.path().join("qemu")).unwrap()));
        let qemu = command.spawn().unwrap();
        drop(command); // and with it their end: when QEMU goes, reading ours ends
        let mut guest = Self { qemu, channel: BufReader::new(ours), folder };
        guest.run("true").expect(0);
        guest
    }

    /// Runs a line of shell.
    pub(crate) fn run(&mut self, line: &str) -> Answer {
        self.start(line);
        self.finish()
    }

    /// Has a line of shell begin. Nothing else can until [`finish`](Self::finish).
    pub(crate) fn start(&mut self, line: &str) {
        assert!(!line.contains('\n'), "one line: {line}");
        writeln!(self.channel.get_mut(), "{line}").expect("the guest is there");
    }

    /// Waits for what [`start`](Self::start) began.
    pub(crate) fn finish(&mut self) -> Answer {
        let mut header = String::new();
        self.channel.read_line(&mut header).expect("the guest answers in time");
        let numbers: Vec<usize> = header.split_whitespace().map(|word| word.parse().unwrap()).collect();
        let [code, out, err] = numbers[..] else { panic!("the guest has gone: {header:?}") };
        let mut text = |length| {
            let mut bytes = vec![0; length];
            self.channel.read_exact(&mut bytes).expect("the guest answers in time");
            String::from_utf8(bytes).expect("text")
        };
        Answer { code: code.try_into().unwrap(), out: text(out), err: text(err) }
    }

    /// Puts a text file there.
    pub(crate) fn put(&mut self, path: &str, text: &str) {
        let lines: String = text.lines().map(|line| format!(" '{}'", line.replace('\'', r"'\''"))).collect();
        self.run(&format!("printf '%s\\n'{lines} > {path}")).expect(0);
    }

    /// Puts a card into a free slot while the guest runs.
    pub(crate) fn plug(&mut self, slot: usize, socket: &Path) {
        self.qmp().execute("device_add", &card(slot, socket));
    }

    /// Takes the card out of a slot, with the guest's consent.
    pub(crate) fn unplug(&mut self, slot: usize) {
        let mut qmp = self.qmp();
        let id = format!("card{slot}");
        qmp.execute("device_del", &json!({ "id": id }));
        qmp.wait_for("DEVICE_DELETED", &id);
    }

    /// Stops its processor between two accesses.
    pub(crate) fn pause(&mut self) {
        self.qmp().execute("stop", &json!({}));
    }

    /// Lets its processor go on.
    pub(crate) fn resume(&mut self) {
        self.qmp().execute("cont", &json!({}));
    }

    /// Waits until a file is there.
    pub(crate) fn waits_for(&mut self, path: &str) {
        self.run(&format!("timeout 60 sh -c 'until [ -e {path} ]; do sleep 0.05; done'")).expect(0);
    }

    fn qmp(&self) -> Qmp {
        Qmp::connect(&self.folder.path().join("qmp"))
    }
}

/// The machine: a slot for every card, and a port that its commands come by.
fn qemu(folder: &Path, sockets: &[&Path]) -> Command {
    let mut command = Command::new(initramfs::tool("bin/qemu-system-x86_64"));
    command.arg("-L").arg(initramfs::tool("share/qemu")).arg("-L").arg(initramfs::tool("share/seabios"));
    let mut arguments = |text: &str| {
        command.args(text.split(' '));
    };
    arguments("-nodefaults -no-user-config -display none -no-reboot -run-with exit-with-parent=on");
    // Cards could reach the guest's memory, through the file behind it.
    arguments("-accel tcg -cpu max -M q35,memory-backend=memory -m 256M -object memory-backend-memfd,id=memory,size=256M,share=on");
    arguments("-chardev stdio,id=channel,signal=off -device virtio-serial-pci -device virtserialport,chardev=channel,name=channel");
    for slot in 0..SLOTS {
        // Room for the BARs of a card that comes later: without, a bridge has 2 MB.
        arguments(&format!("-device pcie-root-port,id=slot{slot},slot={slot},chassis={slot},mem-reserve=8M"));
    }
    for (slot, socket) in sockets.iter().enumerate() {
        command.arg("-device").arg(card(slot, socket).to_string());
    }
    command.arg("-kernel").arg(initramfs::tool("vmlinuz")).arg("-initrd").arg(initramfs::archive());
    command.args(["-append", "console=ttyS0 panic=-1 no_timer_check tsc=reliable"]);
    command.arg("-serial").arg(format!("file:{}", folder.join("console").display()));
    command.arg("-qmp").arg(format!("unix:{},server=on,wait=off", folder.join("qmp").display()));
    command
}

fn card(slot: usize, socket: &Path) -> serde_json::Value {
    json!({ "driver": "vfio-user-pci", "id": format!("card{slot}"), "bus": format!("slot{slot}"), "x-msg-timeout": 60_000,
            "socket": { "type": "unix", "path": socket } })
}

impl Drop for Guest {
    fn drop(&mut self) {
        let _ = self.qemu.kill();
        let _ = self.qemu.wait();
        if std::thread::panicking() {
            for name in ["qemu", "console"] {
                let text = std::fs::read(self.folder.path().join(name)).unwrap_or_default();
                eprintln!("what {name} said last:\n{}", String::from_utf8_lossy(&text[text.len().saturating_sub(2000)..]));
            }
        }
    }
}
