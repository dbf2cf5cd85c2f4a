//! The emitted hardware as a process, met by the driver and by wires.

use crate::served::{Served, apply, await_that, data, frames, tables, tandem_card};
use contract::register::{CONTRACT, CONTRACT_VALUE, CONTROL, IDENTITY, IDENTITY_VALUE};
use control::Tables;
use driver::{Card as _, snapshot};
use model::{Decision, Egress, decide};
use pcie::{Event, Response};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// VFIO's number of the configuration space.
const CONFIGURATION_SPACE: u32 = 7;

/// What the model says of frames that come in by port 0: what leaves by the ports, then to the host.
fn expected(tables: &Tables, frames: &[Vec<u8>]) -> [Vec<Vec<u8>>; 3] {
    let state = tables.state();
    let mut left = [const { Vec::new() }; 3];
    for frame in frames {
        let Decision { manager, egress, .. } = decide(&state, frame, 0);
        let sink = match egress {
            Some(Egress::Port(port)) => usize::from(port),
            Some(Egress::Host) => 2,
            None => continue,
        };
        let mut frame = frame.clone();
        if let Some(manager) = manager {
            frame[..6].copy_from_slice(&state.manager(manager).mac);
        }
        left[sink].push(frame);
    }
    left
}

const OUTPUTS: [&str; 4] = ["--port", "1=,{}/port1.pcap", "--host", "{}/host.pcap"];

#[test]
fn every_access_of_the_host_reaches_the_hardware_and_is_recorded() {
    let served = Served::new(&[]);
    let mut card = served.open();
    let found = served.record().len();
    assert_eq!(card.read(IDENTITY.at(0)), Ok(IDENTITY_VALUE));
    assert_eq!(card.read(CONTRACT.at(0)), Ok(CONTRACT_VALUE));
    card.write(CONTRACT.at(0), 5).unwrap();
    assert_eq!(
        served.record()[found..],
        [
            Event::Read { address: IDENTITY.at(0), data: IDENTITY_VALUE, response: Response::Okay },
            Event::Read { address: CONTRACT.at(0), data: CONTRACT_VALUE, response: Response::Okay },
            Event::Write { address: CONTRACT.at(0), data: 5, response: Response::Slverr },
        ]
    );
    served.end();
}

#[test]
fn what_a_capture_becomes_is_what_the_model_says_of_it_once_the_host_has_applied_a_configuration() {
    for (design, groups) in [("512x8", 8), ("512x8_shared", 8), ("256x4", 4)] {
        let web = data("web.pcap").display().to_string();
        let input = format!("0={web},{{}}/port0.pcap");
        let mut served = Served::new(&[&OUTPUTS[..], &["--port", &input, "--design", design]].concat());
        let mut card = served.open();
        assert_eq!(usize::from(card.info().groups), groups);
        let tables = tables(groups);
        apply(&mut card, &tables);
        served.wait_for(" frames of ");
        assert_eq!(snapshot::learn(&mut card).unwrap().active.digest(), tables.digest());
        drop(card);
        let folder = served.end();
        let wanted = expected(&tables, &frames(Path::new(&web)));
        for (name, wanted) in ["port0.pcap", "port1.pcap", "host.pcap"].iter().zip(wanted) {
            assert!(!wanted.is_empty(), "{name}: this capture has something for every way out");
            assert!(frames(&folder.path().join(name)) == wanted, "{design}: {name}");
        }
    }
}

#[test]
fn what_is_written_into_a_fifo_goes_through_the_card_as_it_is_written() {
    let folder = TempDir::new().unwrap();
    let fifo = folder.path().join("in.pcap");
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    let input = format!("0={},{{}}/port0.pcap", fifo.display());
    let mut served = Served::new(&[&OUTPUTS[..], &["--port", &input]].concat());
    let tables = tables(8);
    apply(&mut served.open(), &tables);
    let path = data("nanosecond.pcap");
    let content = std::fs::read(&path).unwrap();
    // All but the last record's end: its frame is the only one that cannot have left.
    let (most, end) = content.split_at(content.len() - 1);
    let mut writer = std::fs::File::options().write(true).open(&fifo).unwrap();
    writer.write_all(most).unwrap();
    let came = frames(&path);
    let outputs = ["port0.pcap", "port1.pcap", "host.pcap"].map(|name| served.path(name));
    let left = || outputs.iter().map(|path| capture::read(path).map_or(0, |capture| capture.frames.len())).sum::<usize>();
    await_that(|| left() == came.len() - 1);
    writer.write_all(end).unwrap();
    drop(writer);
    served.wait_for(&format!("{} frames of ", came.len()));
    assert_eq!(left(), came.len(), "no frame of this capture is dropped");
}

/// Two cards, back to back over a TAP interface that one of them makes and the other finds, both as they are after reset: they bridge. So
/// what goes into either end of the chain comes out of the other.
#[test]
fn frames_cross_a_tap_and_an_interface_in_both_directions() {
    let own_network = "echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6; exec \"$@\"";
    let mut first = Command::new("unshare");
    first.args(["--user", "--map-root-user", "--net", "sh", "-c", own_network, "sh", env!("CARGO_BIN_EXE_tandem-card")]);
    let (a, b) = (data("nanosecond.pcap"), data("fragments.pcap"));
    let mut first = Served::by(first, &["--port", &format!("0={},{{}}/out.pcap", a.display()), "--port", "1=tap:wire0"]);
    let mut second = Command::new("nsenter");
    let target = first.child.id().to_string();
    second.args(["--target", &target, "--user", "--net", "--preserve-credentials", env!("CARGO_BIN_EXE_tandem-card")]);
    let mut second = Served::by(second, &["--port", "0=if:wire0", "--port", &format!("1={},{{}}/out.pcap", b.display())]);
    for served in [&mut first, &mut second] {
        let mut bridging = Tables::empty(8);
        bridging.enabled = true;
        apply(&mut served.open(), &bridging);
        served.wait_for(" frames of ");
    }
    for (served, sent) in [(&first, &b), (&second, &a)] {
        let wanted = frames(sent);
        let out = served.path("out.pcap");
        await_that(|| capture::read(&out).map_or(0, |capture| capture.frames.len()) >= wanted.len());
        assert!(frames(&out) == wanted, "what came out is not {}", sent.display());
    }
    second.end();
    first.end();
}

#[test]
fn resets_of_either_kind_reach_the_hardware() {
    const DEVICE_CONTROL: u64 = 0x48;
    let served = Served::new(&[]);
    for function_level in [false, true] {
        served.open().write(CONTROL.at(0), 1).unwrap();
        let mut client = vfio_user::Client::new(&served.path("card")).unwrap();
        if function_level {
            client.region_write(CONFIGURATION_SPACE, DEVICE_CONTROL + 1, &[0x80]).unwrap();
        } else {
            client.reset().unwrap();
        }
        drop(client);
        assert_eq!(served.open().read(CONTROL.at(0)), Ok(0));
    }
    assert_eq!(served.record().iter().filter(|event| **event == Event::Reset).count(), 2);
}

#[test]
fn refuses_what_it_cannot_serve_with_a_remedy() {
    let folder = TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let card = path("card");
    std::fs::write(path("text"), "text").unwrap();
    let cases: &[(&[&str], &str)] = &[
        (&["--socket", &path("none/card")], "in a folder that exists"),
        (&["--socket", &path("text")], "no socket"),
        (&["--socket", &card, "--window", "0x10"], "multiple of 0x1000"),
        (&["--socket", &card, "--window", "many"], "such as 0x100000"),
        (&["--socket", &card, "--config-space", "10ee"], "such as 10ee:903f"),
        (&["--socket", &card, "--config-space", "10ee:+03f"], "such as 10ee:903f"),
        (&["--socket", &card, "--log", &path("none/log")], "--log"),
        (&["--socket", &card, "--port", "2=a,b"], "no port is called"),
        (&["--socket", &card, "--port", "0=if:a,b"], "IN and OUT in one"),
        (&["--socket", &card, "--port", &format!("0={}", path("text"))], "shorter than a capture file's header"),
        (&["--socket", &card, "--port", &format!("0={}", path("none.pcap"))], "none.pcap"),
        (&["--socket", &card, "--port", "1=if:nowhere0"], "no such interface"),
        (&["--socket", &card, "--host", &path("none/host.pcap")], "host.pcap"),
        (&["--socket", &card, "--port", &format!("0=,{}", path("a")), "--port", &format!("0=,{}", path("b"))], "given twice"),
        (&[], "--socket"),
    ];
    for (options, wanted) in cases {
        let output = tandem_card().args(*options).output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{options:?}: {stderr}");
        assert!(stderr.contains(wanted), "{options:?} says: {stderr}");
        assert!(!stderr.contains("panicked") && output.stdout.is_empty(), "{options:?}: {stderr}");
    }
    let served = Served::new(&[]);
    let again = tandem_card().args(["--socket", &served.path("card").display().to_string()]).output().unwrap();
    assert!(String::from_utf8_lossy(&again.stderr).contains("serves this socket already"));
}

#[test]
fn a_killed_card_is_dead_to_its_host_and_its_socket_can_be_served_anew() {
    let mut served = Served::new(&[]);
    let mut card = served.open();
    served.child.kill().unwrap();
    served.child.wait().unwrap();
    assert!(card.read(IDENTITY.at(0)).is_err());
    assert!(served.path("card").exists(), "nobody was left to remove it");
    let mut anew = tandem_card();
    let socket = served.path("card").display().to_string();
    let mut child = anew.args(["--socket", &socket]).stdout(Stdio::piped()).spawn().unwrap();
    let line = BufReader::new(child.stdout.take().unwrap()).lines().next();
    assert_eq!(line.transpose().unwrap(), Some(format!("ready: vfio-user:{socket}")));
    child.kill().unwrap();
    child.wait().unwrap();
}
