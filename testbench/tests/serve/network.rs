//! Network namespaces for tests, of root or of any user.

use crate::served::await_that;
use ring::{Interface, ROOM, Received};
use std::process::{Child, Command, Stdio};

/// Set in a process that is in a network of its own.
const WITHIN: &str = "TANDEM_TEST_NETWORK";

/// Whether this process is in a network of its own.
pub(crate) fn is_within() -> bool {
    std::env::var_os(WITHIN).is_some()
}

/// Whether this process is in a network of its own, where a test may make what it likes. If not, the test of this path is run in one, and has to
/// pass; the network ends with it.
pub(crate) fn is_own(test: &str) -> bool {
    if is_within() {
        return true;
    }
    let quiet = "echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6; exec \"$@\"";
    let this = std::env::current_exe().unwrap();
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--net", "sh", "-c", quiet, "sh", "timeout", "60"]).arg(this);
    let ended = command.args([test, "--exact", "--nocapture"]).env(WITHIN, "1").output().unwrap();
    let told = String::from_utf8_lossy(&ended.stdout);
    assert!(ended.status.success() && told.contains("1 passed"), "{told}\n{}", String::from_utf8_lossy(&ended.stderr));
    false
}

/// Runs `ip`.
pub(crate) fn ip(arguments: &str) {
    let status = Command::new("ip").args(arguments.split_whitespace()).status().unwrap();
    assert!(status.success(), "ip {arguments}");
}

/// Another network namespace, until this is dropped.
pub(crate) struct Namespace(Child);

impl Namespace {
    pub(crate) fn new() -> Self {
        // It says that it is there by the end of its output.
        let quiet = "echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6; exec >&-; exec sleep 600";
        let mut command = Command::new("unshare");
        let mut child = command.args(["--net", "sh", "-c", quiet]).stdout(Stdio::piped()).spawn().unwrap();
        std::io::copy(&mut child.stdout.take().unwrap(), &mut std::io::sink()).unwrap();
        Self(child)
    }

    /// Its path.
    pub(crate) fn path(&self) -> String {
        format!("/proc/{}/ns/net", self.0.id())
    }

    /// A command that runs in it.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new("nsenter");
        command.arg(format!("--net={}", self.path())).arg(program);
        command
    }

    /// Runs a line of the shell in it, which has to succeed. Returns what it prints.
    #[track_caller]
    pub(crate) fn run(&self, line: &str) -> String {
        let output = self.command("sh").args(["-c", line]).output().unwrap();
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{line}: {told}{}", String::from_utf8_lossy(&output.stderr));
        told
    }

    /// The neighbour's MAC as its kernel knows it, once it is sure of it.
    #[track_caller]
    pub(crate) fn reachable(&self, address: &str) -> String {
        let told = || self.run(&format!("ip neigh show {address}"));
        await_that(|| told().contains("REACHABLE"));
        let told = told();
        told.split_whitespace().skip_while(|word| *word != "lladdr").nth(1).unwrap().to_owned()
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Opens an interface.
pub(crate) fn open(place: &str) -> Interface {
    Interface::open(&place.parse().unwrap()).unwrap()
}

/// The next frame that comes in.
pub(crate) fn next(interface: &Interface) -> Vec<u8> {
    let mut room = vec![0; ROOM];
    match interface.receive(&mut room).unwrap() {
        Received::Frame(length) => room[..length].to_vec(),
        Received::Uncut(length) => panic!("{length} bytes in one"),
    }
}

/// A frame of this length between two stations that no group has, with a number in it.
pub(crate) fn numbered(to: [u8; 6], number: u32, length: usize) -> Vec<u8> {
    let mut frame = [&to[..], &[2, 0, 0, 0, 9, 9], &[0x88, 0xb5], &number.to_be_bytes()].concat();
    frame.resize(length, number as u8);
    frame
}
