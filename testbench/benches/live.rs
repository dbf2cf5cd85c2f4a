//! The live card's speed, as the hardware and as the model: ping between two namespaces, frames per CPU second of the card, and the commands of
//! the operator. Prints a table. It runs in a network of its own, and `tandem` has to be built: `just live-bench` does both.

use control::Configuration;
use driver::{Locator, deploy, snapshot};
use etherparse::PacketBuilder;
use ring::Interface;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Lines};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const WITHIN: &str = "TANDEM_BENCH_NETWORK";
const GROUP: [u8; 6] = [2, 0, 0x5e, 0x10, 0, 1];
/// The shortest frame, without its check sequence.
const LENGTH: usize = 60;
/// The cards by their options, and by how much more work each gets.
const CARDS: [(Card, usize); 3] =
    [(&["--from", "rtl", "--design", "512x8"], 1), (&["--from", "rtl", "--design", "512x8_shared"], 1), (&["--from", "model"], 10)];

type Card = &'static [&'static str];

fn main() {
    if std::env::var_os(WITHIN).is_none() {
        let quiet = "echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6; exec \"$@\"";
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-root-user", "--net", "sh", "-c", quiet, "sh"]).arg(std::env::current_exe().unwrap());
        command.args(std::env::args().skip(1));
        assert!(command.env(WITHIN, "1").status().expect("unshare is part of util-linux").success());
        return;
    }
    let mut table = String::from("what | hardware | with one decision side | model\n");
    // cargo gives --bench, too.
    let only: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let mut row = |what: &str, measure: &dyn Fn(Card, usize) -> String| {
        if !only.is_empty() && !only.iter().any(|only| what.contains(&**only)) {
            return;
        }
        let cells = CARDS.map(|(card, times)| measure(card, times));
        writeln!(table, "{what} | {}", cells.join(" | ")).unwrap();
    };
    row("frames of a capture per CPU second", &|card, times| format!("{:.0}", of_capture(card, 200_000 * times)));
    row("frames from TAP to TAP per CPU second", &|card, times| format!("{:.0}", over_taps(card, 40_000 * times)));
    row("ping, median of 300", &|card, _| format!("{:.2} ms", ping(card)));
    for command in ["plan", "apply", "ports"] {
        row(command, &|card, _| operator(card, command));
    }
    print!("{table}");
}

fn configuration() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data/tandem.toml")
}

/// A card that is being served.
struct Served {
    folder: TempDir,
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Served {
    fn new(card: Card, options: &[&str]) -> Self {
        let folder = TempDir::new().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_tandem-card"));
        command.arg("--socket").arg(folder.path().join("card")).args(card).args(options);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        lines.next().unwrap().unwrap();
        Self { folder, child, lines }
    }

    fn apply(&self) {
        let text = std::fs::read_to_string(configuration()).unwrap();
        let tables = Configuration::parse(&text, "tandem.toml").unwrap().tables(8).unwrap();
        let mut card = driver::open(&Locator::VfioUser(self.folder.path().join("card"))).unwrap();
        let now = snapshot::learn(&mut card).unwrap();
        deploy::apply(&mut card, &now, &tables).unwrap();
    }

    /// CPU time that it has taken until now. Source: proc_pid_stat(5), in ticks of a hundredth of a second.
    fn cpu(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        let fields: Vec<&str> = stat.rsplit(") ").next().unwrap().split(' ').collect();
        fields[11..13].iter().map(|ticks| ticks.parse::<f64>().unwrap() / 100.0).sum()
    }
}

/// A datagram of another flow for each number, to the group.
fn frame(number: usize) -> Vec<u8> {
    let source = [10, 1, (number >> 8) as u8, number as u8];
    let builder = PacketBuilder::ethernet2([2, 0, 0, 0, 0, 7], GROUP).ipv4(source, [203, 0, 113, 9], 64).udp(40_000, 8_080);
    let mut frame = vec![];
    builder.write(&mut frame, &[0; LENGTH - 42]).unwrap();
    frame
}

/// Frames per CPU second of a capture that the card reads and decides; what leaves is thrown away.
fn of_capture(card: Card, count: usize) -> f64 {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("in.pcap");
    let mut writer = capture::Writer::create(&path).unwrap();
    for number in 0..count {
        let came = capture::Frame { record: 0, interface: 0, time: Duration::ZERO, original: LENGTH as u32, bytes: vec![] };
        writer.write(&came, &frame(number)).unwrap();
    }
    writer.finish().unwrap();
    // By a FIFO, so that it begins when the card has been programmed.
    let fifo = folder.path().join("fifo");
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    let mut served = Served::new(card, &["--port", &format!("0={},/dev/null", fifo.display()), "--port", "1=,/dev/null"]);
    served.apply();
    let before = served.cpu();
    std::io::copy(&mut File::open(&path).unwrap(), &mut File::options().write(true).open(&fifo).unwrap()).unwrap();
    assert!(served.lines.by_ref().any(|line| line.unwrap().contains("are through")));
    count as f64 / (served.cpu() - before)
}

/// Frames per CPU second that come from a TAP and leave by one. Those that a full TAP loses are not counted.
fn over_taps(card: Card, count: usize) -> f64 {
    let served = Served::new(card, &["--port", "0=tap:wire0", "--port", "1=tap:wire1"]);
    served.apply();
    let near = Interface::open(&"if:wire0".parse().unwrap()).unwrap();
    let frames: Vec<Vec<u8>> = (0..1000).map(frame).collect();
    let left = || ["wire0", "wire1"].iter().map(|name| received(name)).sum::<u64>();
    let (before, at_first) = (served.cpu(), left());
    (0..count).for_each(|number| drop(near.send(&frames[number % frames.len()])));
    let mut last = u64::MAX;
    while last != left() {
        last = left();
        std::thread::sleep(Duration::from_millis(500));
    }
    (last - at_first) as f64 / (served.cpu() - before)
}

/// Frames that the card has sent into its TAP.
fn received(tap: &str) -> u64 {
    let output = Command::new("ip").args(["-j", "-s", "link", "show", tap]).output().unwrap();
    let shown: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    shown[0]["stats64"]["rx"]["packets"].as_u64().unwrap()
}

/// A namespace, until its process ends.
fn host() -> Child {
    let mut command = Command::new("unshare");
    let mut child = command.args(["--net", "sh", "-c", "exec >&-; exec sleep 600"]).stdout(Stdio::piped()).spawn().unwrap();
    std::io::copy(&mut child.stdout.take().unwrap(), &mut std::io::sink()).unwrap();
    child
}

/// Milliseconds from a ping to its answer, of which each crosses the card once.
fn ping(card: Card) -> f64 {
    let mut hosts = [host(), host()];
    let path = |host: &Child| format!("/proc/{}/ns/net", host.id());
    let within = |host: &Child, line: &str| {
        let output = Command::new("nsenter").arg(format!("--net={}", path(host))).args(["sh", "-c", line]).output().unwrap();
        assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let ports = [0, 1].map(|port| format!("{port}=tap:eth0@{}", path(&hosts[port])));
    let served = Served::new(card, &["--port", &ports[0], "--port", &ports[1]]);
    served.apply();
    (1..).zip(&hosts).for_each(|(number, host)| drop(within(host, &format!("ip addr add 10.9.1.{number}/24 dev eth0"))));
    let told = within(&hosts[0], "ping -c 300 -i 0.01 10.9.1.2");
    hosts.iter_mut().for_each(|host| drop(host.kill().and_then(|()| host.wait())));
    let mut times: Vec<f64> = told.split("time=").skip(1).map(|rest| rest.split(' ').next().unwrap().parse().unwrap()).collect();
    assert!(times.len() > 290, "{told}");
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// Seconds that a command takes whose file differs from what the card holds.
fn operator(card: Card, command: &str) -> String {
    let served = Served::new(card, &[]);
    served.apply();
    let changed = served.folder.path().join("tandem.toml");
    std::fs::write(&changed, std::fs::read_to_string(configuration()).unwrap().replacen("weight = 4", "weight = 3", 1)).unwrap();
    let mut tandem = Command::new(Path::new(env!("CARGO_BIN_EXE_tandem-card")).with_file_name("tandem"));
    tandem.arg("--card").arg(format!("vfio-user:{}/card", served.folder.path().display())).arg(command);
    match command {
        "ports" => tandem.args(["--address", "192.0.2.10", "--manager", "1", "--above", "443", "--count"]),
        "apply" => tandem.arg(&changed).arg("--yes"),
        _ => tandem.arg(&changed),
    };
    let (before, start) = (served.cpu(), Instant::now());
    let output = tandem.env("TANDEM_STATE", served.folder.path()).output().expect("tandem was built");
    let wall = start.elapsed().as_secs_f64();
    assert_ne!(output.status.code(), Some(1), "{command}: {}", String::from_utf8_lossy(&output.stderr));
    format!("{wall:.2} s, {:.2} s of them the card's CPU time", served.cpu() - before)
}
