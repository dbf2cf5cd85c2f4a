//! `tandem watch`.

use crate::bench::{Bench, Boxed, CARD, command, folder, serve_box};
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

#[test]
fn shows_the_rates_of_what_passes_and_lets_others_work_meanwhile() {
    let bench = Bench::applied();
    let frames = capture::read(&bench.path().join("web.pcap")).unwrap().frames;
    let arguments = ["watch", "tandem.toml", "--interval", "0.1", "--count", "3", "--json", CARD];
    let mut watch = bench.command(&arguments).stdout(Stdio::piped()).spawn().unwrap();
    let start = Instant::now();
    let mut passed = 0;
    while watch.try_wait().unwrap().is_none() {
        assert!(start.elapsed() < Duration::from_secs(60), "watch comes to its end");
        for frame in frames.iter().take(50) {
            bench.model().card.process(passed % 2, &frame.bytes, 0);
        }
        passed += 50;
        bench.ok(&["plan", "tandem.toml", CARD]);
        std::thread::sleep(Duration::from_millis(50));
    }
    let output = watch.wait_with_output().unwrap();
    let lines = String::from_utf8(output.stdout).unwrap();
    let samples: Vec<serde_json::Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(samples.len(), 3, "{lines}");
    let mut counted = 0.0;
    for sample in &samples {
        let seconds = sample["seconds"].as_f64().unwrap();
        counted += sample["frames_per_second"].as_f64().unwrap() * seconds;
        let shares: f64 = sample["managers"].as_array().unwrap().iter().map(|manager| manager["share"].as_f64().unwrap()).sum();
        assert!(sample["managers"].as_array().unwrap().is_empty() || (shares - 1.0).abs() < 1e-9, "{sample}");
    }
    assert!(counted > 0.0 && counted <= passed as f64 + 0.5, "{counted} of {passed}");
    assert!(lines.contains("\"name\":\"alpha\""), "{lines}");
}

#[test]
fn shows_the_rate_at_which_the_322_mhz_box_drops() {
    let folder = folder();
    let boxed = Arc::new(Mutex::new(Boxed::new()));
    let _server = serve_box(&folder, Arc::clone(&boxed));
    let arguments = ["watch", "--interval", "0.1", "--count", "3", "--json", CARD];
    let mut watch = command(folder.path(), &arguments).stdout(Stdio::piped()).spawn().unwrap();
    let start = Instant::now();
    let mut dropped = 0;
    while watch.try_wait().unwrap().is_none() {
        assert!(start.elapsed() < Duration::from_secs(60), "watch comes to its end");
        dropped += 30;
        boxed.lock().unwrap().dropped[1] = [dropped, dropped / 3];
        std::thread::sleep(Duration::from_millis(20));
    }
    let lines = String::from_utf8(watch.wait_with_output().unwrap().stdout).unwrap();
    let mut sums = [0.0; 2];
    for line in lines.lines() {
        let sample: serde_json::Value = serde_json::from_str(line).unwrap();
        for port in sample["dropped"].as_array().unwrap() {
            assert_eq!(port["port"], 1, "{sample}");
            for (sum, rate) in sums.iter_mut().zip(["no_room_per_second", "faulty_per_second"]) {
                *sum += port[rate].as_f64().unwrap() * sample["seconds"].as_f64().unwrap();
            }
        }
    }
    let [no_room, faulty] = sums.map(|sum: f64| sum.round() as u64);
    assert!(no_room > 0 && no_room <= dropped && no_room == faulty * 3, "{no_room} and {faulty} of {dropped}: {lines}");
}
