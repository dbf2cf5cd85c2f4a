//! CPU time per packet of `tandem analyze`, beside that of `tcpdump -r FILE -w /dev/null` on the same capture.
//!
//! A million packets; two thirds IPv4, one third IPv6, every fifth with a VLAN tag. 50,000 flows of 20 packets in both directions, of which
//! 2,000 are alive at a time. Both programs run in turns, so that whatever else the machine does meets both; their CPU time is user and
//! system time of the whole process, from its start to its end. Last, what the flows alone cost: the decision of each, and all sums over them.
//!
//! The capture lies in the system's memory, as it came from the disk: by read-ahead, in large pieces. What was written a little at a time lies in pages
//! here and there, of which a kernel takes twice as long to copy the same bytes; that is measured for the mixed frames, too.

use analysis::{Analysis, Options, Scope, Survey};
use capture::{Frame, Writer};
use contract::limits::GROUPS;
use control::Configuration;
use nix::fcntl::{PosixFadviseAdvice, posix_fadvise};
use nix::sys::resource::{UsageWho, getrusage};
use nix::time::{ClockId, clock_gettime};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

const PACKETS: u64 = 1_000_000;
const FLOWS: u64 = 50_000;
const ALIVE: u64 = 2_000;
const ROUNDS: usize = 11;
/// CPU time that a flow may cost, in nanoseconds.
const FLOW_GOAL: f64 = 120.0;

const CONFIGURATION: &str = r#"
group_macs = ["02:00:5e:10:00:01"]
[[manager]]
name = "one"
id = 1
mac = "02:00:5e:20:00:01"
port = 0
[[manager]]
name = "two"
id = 2
mac = "02:00:5e:20:00:02"
port = 1
[[group]]
name = "all"
key = "5a1f0c77e2943bd8"
"#;

/// Frame lengths of a capture, by packet number.
type Length = fn(u64) -> usize;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let configuration = folder.join("analyze.toml");
    std::fs::write(&configuration, CONFIGURATION)?;
    // With what analyze may cost, as a part of what tcpdump costs.
    let mixed: Length = |n| [60, 576, 1500][[0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2][(random(n) % 12) as usize]];
    let kinds: [(&str, Length, bool, f64); 3] = [
        ("7:4:1 of 60, 576, 1500 bytes", mixed, true, 0.45),
        ("the same, just written", mixed, false, 0.45),
        ("60 bytes each", |_| 60, true, 0.6),
    ];
    println!("{:<30} {:>16} {:>16} {:>8} {:>6}", "a million frames", "tcpdump", "tandem analyze", "ratio", "goal");
    let capture = folder.join("analyze.pcap");
    for (name, length, from_disk, goal) in kinds {
        record(&capture, length)?;
        if from_disk {
            read_from_disk(&capture)?;
        }
        let [tcpdump, analyze] = measure(&capture, &configuration)?;
        let each = |time: Duration| format!("{:.1} ns a packet", time.as_nanos() as f64 / PACKETS as f64);
        let ratio = analyze.as_secs_f64() / tcpdump.as_secs_f64();
        println!("{name:<30} {:>16} {:>16} {ratio:>8.3} {goal:>6}", each(tcpdump), each(analyze));
    }
    println!("\nits flows alone: {:.0} ns a flow, goal {FLOW_GOAL}", each_flow(&capture)?);
    std::fs::remove_file(&capture)?;
    Ok(())
}

/// The shortest CPU time, of all threads, that the analysis of a flow takes.
fn each_flow(capture: &Path) -> Result<f64, Box<dyn std::error::Error>> {
    let configuration = Configuration::parse(CONFIGURATION, "analyze.toml")?;
    let tables = configuration.tables(GROUPS)?;
    let options = Options::new(Scope::To(configuration.group_macs.clone(), configuration.neighbours));
    let mut shortest = f64::MAX;
    for _ in 0..ROUNDS {
        let (survey, _) = Survey::read(capture, &options, |_| {})?;
        let start = Duration::from(clock_gettime(ClockId::CLOCK_PROCESS_CPUTIME_ID)?);
        let analysis = Analysis::new("analyze.pcap", survey, Vec::new(), &configuration, &tables);
        let time = Duration::from(clock_gettime(ClockId::CLOCK_PROCESS_CPUTIME_ID)?) - start;
        shortest = shortest.min(time.as_nanos() as f64 / analysis.flows.all as f64);
    }
    Ok(shortest)
}

/// The median CPU time of either program, run in turns.
fn measure(capture: &PathBuf, configuration: &Path) -> Result<[Duration; 2], Box<dyn std::error::Error>> {
    let mut times: [Vec<Duration>; 2] = Default::default();
    for _ in 0..ROUNDS {
        times[0].push(cpu(Command::new("tcpdump").arg("-r").arg(capture).args(["-w", "/dev/null"]), "apt-get install tcpdump")?);
        let mut analyze = Command::new(env!("CARGO_BIN_EXE_tandem"));
        analyze.arg("analyze").arg(capture).arg("--config").arg(configuration).arg("--json");
        times[1].push(cpu(&mut analyze, "cargo build --release -p tandem")?);
    }
    Ok(times.map(|mut times| {
        times.sort();
        times[ROUNDS / 2]
    }))
}

/// Runs a program to its end; gives its user and system time.
fn cpu(command: &mut Command, installs: &str) -> Result<Duration, Box<dyn std::error::Error>> {
    let program = command.get_program().display().to_string();
    let before = children()?;
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    let status = status.map_err(|error| format!("{program}: {error}; `{installs}` brings it"))?;
    if !status.success() {
        return Err(format!("{program} ends with {status}").into());
    }
    Ok(children()? - before)
}

/// User and system time of all children so far.
fn children() -> nix::Result<Duration> {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let time = |value: nix::sys::time::TimeVal| Duration::new(value.tv_sec() as u64, value.tv_usec() as u32 * 1000);
    Ok(time(usage.user_time()) + time(usage.system_time()))
}

/// Lets the system forget a file, and reads it.
fn read_from_disk(path: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let file = File::open(path)?;
    file.sync_all()?;
    posix_fadvise(&file, 0, 0, PosixFadviseAdvice::POSIX_FADV_DONTNEED)?;
    std::io::copy(&mut &file, &mut std::io::sink())?;
    Ok(())
}

fn record(path: &Path, length: Length) -> Result<(), capture::Error> {
    let mut writer = Writer::create(path)?;
    for number in 0..PACKETS {
        let bytes = frame(number, length(number));
        let came = Frame { record: 0, interface: 0, time: Duration::from_micros(number), original: bytes.len() as u32, bytes: Vec::new() };
        writer.write(&came, &bytes)?;
    }
    writer.finish()
}

fn frame(number: u64, length: usize) -> Vec<u8> {
    // The flows alive move on by one every 20 packets.
    let flow = number * (FLOWS - ALIVE) / PACKETS + random(number) % ALIVE;
    let nature = random(flow ^ 0xf10e);
    let (client, server) = (32_768 + (nature % 28_232) as u16, [80, 443, 53, 8080][(nature >> 32) as usize % 4]);
    let forward = random(number ^ 0xd1ec).is_multiple_of(2);
    let (near, far) = (flow as u32, 1 + (nature >> 40) as u32 % 16);
    let turn = |near: Vec<u8>, far: Vec<u8>| if forward { [near, far].concat() } else { [far, near].concat() };

    let mut frame = vec![0x02, 0, 0x5e, 0x10, 0, 1, 2, 0, 0, 0, 0, 0x99];
    if nature >> 48 & 0xff < 51 {
        frame.extend([0x81, 0, 0, 100]);
    }
    let (v6, protocol) = ((nature >> 16).is_multiple_of(3), if server == 53 { 17 } else { 6 });
    let headers = if v6 { 40 } else { 20 };
    let payload = (length - frame.len() - 2).saturating_sub(headers).max(4);
    if v6 {
        let address = |low: u32| [&[0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0][..], &low.to_be_bytes()].concat();
        frame.extend([0x86, 0xdd, 0x60, 0, 0, 0]);
        frame.extend((payload as u16).to_be_bytes());
        frame.extend([protocol, 64]);
        frame.extend(turn(address(near), address(0x8000_0000 | far)));
    } else {
        frame.extend([8, 0, 0x45, 0]);
        frame.extend((20 + payload as u16).to_be_bytes());
        frame.extend([0, 0, 0, 0, 64, protocol, 0, 0]);
        frame.extend(turn((0x0a00_0000 + near).to_be_bytes().into(), (0xc000_0200 + far).to_be_bytes().into()));
    }
    frame.extend(turn(client.to_be_bytes().into(), u16::to_be_bytes(server).into()));
    frame.resize(frame.len() + payload - 4, 0);
    frame
}

/// SplitMix64: a number that looks random, and is the same in every run.
fn random(number: u64) -> u64 {
    let mixed = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ mixed >> 31
}
