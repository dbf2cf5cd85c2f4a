//! `tandem-sim` and `tandem-card` as a person meets them: what they print, what they write, and how they refuse.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn data(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data").join(name).display().to_string()
}

/// A path for this test's own files, none of which is there yet.
fn scratch(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&path);
    let _ = std::fs::remove_file(&path);
    path
}

fn tandem_sim(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tandem-sim")).args(arguments).output().unwrap()
}

fn replay(capture: &str, arguments: &[&str]) -> Output {
    tandem_sim(&[&["replay", &data(capture), "--config", &data("tandem.toml")], arguments].concat())
}

fn stdout(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn says_what_it_can_do() {
    for command in [&["--help"][..], &["replay", "--help"], &["soak", "--help"], &["bench", "--help"]] {
        insta::assert_snapshot!(format!("help_{}", command[0].trim_start_matches('-')), stdout(&tandem_sim(command)));
    }
    let card = Command::new(env!("CARGO_BIN_EXE_tandem-card")).arg("--help").output().unwrap();
    insta::assert_snapshot!("help_card", stdout(&card));
    let site = Command::new(env!("CARGO_BIN_EXE_tandem-site")).arg("--help").output().unwrap();
    insta::assert_snapshot!("help_site", stdout(&site));
}

#[test]
fn tells_every_frame_of_a_capture_in_one_line_of_json() {
    insta::assert_snapshot!(stdout(&replay("two-ports.pcapng", &["--json"])));
}

#[test]
fn hardware_and_model_tell_the_same_of_every_capture() {
    for capture in ["web.pcap", "fragments.pcap", "pmtu.pcap", "vlan.pcap", "nanosecond.pcap", "two-ports.pcapng"] {
        for design in ["512x8", "512x8_shared", "256x4"] {
            let options = ["--json", "--design", design, "--ports", "alternate"];
            let hardware = stdout(&replay(capture, &options));
            assert_eq!(hardware, stdout(&replay(capture, &[&options[..], &["--from", "model"]].concat())), "{capture}");
            assert_eq!(hardware.lines().count(), capture::read(Path::new(&data(capture))).unwrap().frames.len());
        }
    }
}

#[test]
fn ends_with_the_agreement_and_writes_plain_text() {
    let text = stdout(&replay("web.pcap", &["--stall", "60%,host=1/4"]));
    let frames = capture::read(Path::new(&data("web.pcap"))).unwrap().frames.len();
    assert_eq!(text.lines().last(), Some(format!("model and RTL agree on {frames} of {frames} packets").as_str()), "{text}");
    assert!(!text.contains('\x1b'), "no colour in a pipe");
}

#[test]
fn writes_what_left_by_each_port_with_the_time_at_which_it_came() {
    let folder = scratch("out");
    // Somebody looks at what the last run wrote.
    let names = ["port0.pcap", "port1.pcap", "host.pcap", "report.json", "shares.svg"];
    std::fs::create_dir_all(&folder).unwrap();
    for name in names {
        std::fs::write(folder.join(name), "the last run's").unwrap();
        std::fs::hard_link(folder.join(name), scratch(&format!("kept-{name}"))).unwrap();
    }
    stdout(&replay("nanosecond.pcap", &["--out", &folder.display().to_string()]));
    let came = capture::read(Path::new(&data("nanosecond.pcap"))).unwrap().frames;
    let mut left = 0;
    for name in ["port0.pcap", "port1.pcap", "host.pcap"] {
        // A port without frames leaves a capture without frames, which is not one to replay.
        let Ok(capture) = capture::read(&folder.join(name)) else { continue };
        for frame in capture.frames {
            left += 1;
            let same = |other: &&capture::Frame| other.time == frame.time && other.bytes[6..] == frame.bytes[6..];
            assert!(came.iter().any(|other| same(&other)), "{name}: a frame that did not come in at that time");
        }
    }
    assert_eq!(left, came.len(), "no frame of this capture is dropped");
    let report: serde_json::Value = serde_json::from_slice(&std::fs::read(folder.join("report.json")).unwrap()).unwrap();
    assert_eq!(report["agreed"], came.len());
    for name in names {
        let kept = folder.with_file_name(format!("kept-{name}"));
        assert_eq!(std::fs::read(kept).unwrap(), b"the last run's", "{name} is exchanged, not overwritten");
    }
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), names.len(), "nothing else is left");
    assert!(std::fs::read_to_string(folder.join("shares.svg")).unwrap().starts_with("<svg"));
}

#[test]
fn readdresses_a_foreign_capture_to_the_group() {
    let foreign = scratch("foreign.pcap");
    let mut content = std::fs::read(data("nanosecond.pcap")).unwrap();
    // The first frame's destination stands behind the file's and the record's header.
    content[24 + 16..24 + 16 + 6].copy_from_slice(&[0, 1, 2, 3, 4, 5]);
    std::fs::write(&foreign, content).unwrap();
    let first = |options: &[&str]| {
        let foreign = foreign.display().to_string();
        let output = tandem_sim(&[&["replay", &foreign, "--config", &data("tandem.toml"), "--json"], options].concat());
        stdout(&output).lines().next().map(str::to_owned).unwrap()
    };
    assert!(first(&[]).contains(r#""verdict":"bridge","reason":"not_for_group""#));
    assert!(first(&["--to-group"]).contains(r#""verdict":"to_manager""#));
}

#[test]
fn soaks_from_a_seed_that_it_prints() {
    let text = stdout(&tandem_sim(&["soak", "--frames", "4000", "--round-frames", "1000", "--seed", "0x7a"]));
    assert!(text.starts_with("seed 0x7a\n"), "{text}");
    assert!(text.trim_end().ends_with("packets") && text.contains("model and RTL agree on "), "{text}");
}

#[test]
fn refuses_bad_input_with_the_place_and_a_remedy() {
    let bad = scratch("bad");
    std::fs::create_dir_all(&bad).unwrap();
    let file = |name: &str, content: &[u8]| {
        std::fs::write(bad.join(name), content).unwrap();
        bad.join(name).display().to_string()
    };
    let (web, toml) = (data("web.pcap"), data("tandem.toml"));
    let good = std::fs::read(&web).unwrap();
    let mut wireless = good.clone();
    wireless[20] = 105;
    let config = std::fs::read_to_string(&toml).unwrap();
    let cases: &[(&[&str], &str)] = &[
        (&["replay", "/nowhere/x.pcap", "--config", &toml], "cannot use /nowhere/x.pcap"),
        (&["replay", &bad.display().to_string(), "--config", &toml], "cannot use"),
        (&["replay", &file("empty.pcap", b""), "--config", &toml], "the file is empty"),
        (&["replay", &file("text.pcap", b"this is some text, and no capture"), "--config", &toml], "neither pcap nor pcapng"),
        (&["replay", &file("short.pcap", &good[..20]), "--config", &toml], "shorter than"),
        (&["replay", &file("header.pcap", &good[..24]), "--config", &toml], "no frame to replay"),
        (&["replay", &file("wireless.pcap", &wireless), "--config", &toml], "link type 105"),
        (&["replay", &web, "--config", "/nowhere/tandem.toml"], "--config names another"),
        (&["replay", &web, "--config", &file("unknown.toml", format!("colour = 1\n{config}").as_bytes())], "unknown.toml:1:1"),
        (&["replay", &web, "--config", &file("noise.toml", &[0xff, 0xfe, 0])], "noise.toml"),
        (&["replay", &web, "--config", &toml, "--out", &file("file", b"x")], "--out names another folder"),
        (&["replay", &web, "--config", &toml, "--stall", "maybe"], "is no pattern"),
        (&["replay", &web, "--config", &toml, "--design", "1024x9"], "512x8"),
        (
            &["replay", &web, "--config", &toml, "--wave", &bad.join("w.fst").display().to_string(), "--wave-from", "99999"],
            "--wave-from 99999",
        ),
        (&["replay", &web, "--config", &toml, "--wave", "/nowhere/w.fst"], "/nowhere/w.fst"),
        (&["replay", &web, "--config", &toml, "--from", "model"], "--json"),
        (&["soak", "--seed", "many"], "write a number such as 7"),
        (&["soak", "--round-frames", "0"], "0 is not in"),
        (&[], "Usage"),
    ];
    for (arguments, expected) in cases {
        let output = tandem_sim(arguments);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {stderr}");
        assert!(stderr.contains(expected), "{arguments:?} says: {stderr}");
        assert!(!stderr.contains("panicked") && output.stdout.is_empty(), "{arguments:?}: {stderr}");
    }
}

#[test]
fn replays_the_complete_part_of_a_capture_that_breaks_off_and_says_so() {
    let broken = scratch("broken.pcap");
    let content = std::fs::read(data("web.pcap")).unwrap();
    std::fs::write(&broken, &content[..content.len() - 1]).unwrap();
    let output = tandem_sim(&["replay", &broken.display().to_string(), "--config", &data("tandem.toml")]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("breaks off inside record"));
    let frames = capture::read(Path::new(&data("web.pcap"))).unwrap().frames.len() - 1;
    assert!(stdout(&output).contains(&format!("agree on {frames} of {frames}")));
}
