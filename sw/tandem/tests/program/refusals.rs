//! What goes wrong is said with its remedy, ends with 1, and changes nothing.

use crate::bench::{Bench, CARD, GROUPS, command, folder, serve_in, transcript};
use driver::Locator;
use modelcard::ModelCard;
use pcie::{Device, Model, Port, Slverr};
use std::io;

/// A port that answers every read with the same word.
struct Stuck(u32);

impl Port for Stuck {
    fn read(&mut self, _address: u32) -> Result<u32, Slverr> {
        Ok(self.0)
    }

    fn write(&mut self, _address: u32, _data: u32) -> Result<(), Slverr> {
        Ok(())
    }

    fn reset(&mut self) {}

    fn clock(&self) -> u64 {
        0
    }
}

/// A card whose memory loses one bit of an entry that is written.
pub(crate) struct Forgetful(pub(crate) Model);

impl Port for Forgetful {
    fn read(&mut self, address: u32) -> Result<u32, Slverr> {
        self.0.read(address)
    }

    fn write(&mut self, address: u32, data: u32) -> Result<(), Slverr> {
        let lost = if address == contract::register::ENTRY_DATA.at(0) { data & !1 } else { data };
        self.0.write(address, lost)
    }

    fn reset(&mut self) {
        self.0.reset();
    }

    fn clock(&self) -> u64 {
        self.0.clock()
    }
}

#[test]
fn a_wrong_command_line_or_file_is_refused_with_its_remedy() {
    let folder = folder();
    let cases: &[(&[&str], &str)] = &[
        (&[], "Usage"),
        (&["fly"], "unrecognized subcommand"),
        (&["check", "nowhere.toml"], "docs/configuration.md has one to start from"),
        (&["check", "web.pcap"], "web.pcap"),
        (&["info", "--card", "card0"], "write a PCI address"),
        (&["info", "--window", "0x100000"], "write BAR:OFFSET"),
        (&["slow-path"], "--port <N=INTERFACE>"),
        (&["slow-path", "tandem.toml", "--port", "2=if:a"], "there are 0 to 1"),
        (&["slow-path", "tandem.toml", "--port", "0=a"], "write tap:NAME or if:NAME"),
        (&["slow-path", "tandem.toml", "--port", "0=if:a"], "add --port 1=if:NAME"),
        (&["slow-path", "tandem.toml", "--port", "0=if:a", "--port", "1=if:b", "--port", "1=if:c"], "--port 1 is given twice"),
        (&["slow-path", "tandem.toml", "--port", "0=if:a", "--port", "1=if:a"], "one of its own"),
        (&["slow-path", "tandem.toml", "--port", "0=if:a", "--port", "1=if:b", "--taps", "a b"], "--taps"),
        (&["slow-path", "tandem.toml", "--tell", "stand-by"], "cannot be used with"),
        (&["show", "slow-path", "--card", "0000:ff:1f.7", "--runtime", "."], "start one with `tandem slow-path`"),
        (&["show", "malformed", "--card", "0000:ff:1f.7", "--runtime", "."], "start one with `tandem slow-path`"),
        (&["info", "--card", "0000:ff:1f.7"], "`tandem list` shows those of this host"),
        (&["info", "--card", "vfio-user:nowhere"], "no such card"),
        (&["plan", "nowhere.toml", CARD], "nowhere.toml"),
        (&["watch", "--interval", "0"], "write seconds from 0.01"),
        (&["explain", "--config", "tandem.toml"], "--src"),
        (&["explain", "--src", "10.0.0.1:1", "--dst", "[::1]:2", "--proto", "tcp", "--config", "tandem.toml"], "different families"),
        (&["explain", "--src", "10.0.0.1", "--dst", "10.0.0.2", "--proto", "tcp", "--config", "tandem.toml"], "tcp has ports"),
        (&["explain", "--src", "10.0.0.1:1", "--dst", "10.0.0.2:2", "--proto", "gre", "--config", "tandem.toml"], "write tcp, udp"),
        (&["explain", "--src", "10.0.0:1", "--dst", "10.0.0.2:2", "--proto", "tcp", "--config", "tandem.toml"], "write 10.0.0.1:40000"),
        (&["explain", "--packet", "web.pcap:99999", "--config", "tandem.toml"], "records run from 0 to 1279"),
        (&["explain", "--packet", "nowhere.pcap", "--config", "tandem.toml"], "nowhere.pcap"),
        (&["register", "read", "SPEED", CARD], "docs/registers.md"),
        (&["register", "write", "CONTROL", "yes", CARD], "write a number of 32 bits"),
        (&["man", "tandem.toml"], "name a writable folder"),
        (&["completions", "csh"], "possible values"),
    ];
    for (arguments, expected) in cases {
        let output = command(folder.path(), arguments).output().unwrap();
        let transcript = transcript(arguments, &output);
        assert!(transcript.contains(expected) && transcript.ends_with("[1]"), "{transcript}");
        assert!(output.stdout.is_empty(), "errors go to standard error: {transcript}");
    }
}

#[test]
fn a_card_that_is_none_or_dead_is_refused_by_every_command() {
    let commands: [&[&str]; 6] = [
        &["info"],
        &["plan", "tandem.toml"],
        &["apply", "tandem.toml", "--yes"],
        &["show", "managers"],
        &["watch"],
        &["rollback", "--yes"],
    ];
    for (word, expected) in [(u32::MAX, "all ones"), (0x1234_5678, "is not a Tandem card")] {
        let folder = folder();
        let _server = serve_in(&folder, Stuck(word));
        for arguments in commands {
            let arguments = [arguments, &[CARD]].concat();
            let transcript = transcript(&arguments, &command(folder.path(), &arguments).output().unwrap());
            assert!(transcript.contains(expected) && transcript.ends_with("[1]"), "{transcript}");
        }
    }
}

#[test]
fn a_sume_is_reached_only_where_its_user_says() {
    let folder = folder();
    let sume = Device { device: 0x7028, window: 0x2_0000, ..Device::default() };
    let model = Model::new(ModelCard::new(GROUPS, 1, 32));
    let _server = pcie::serve(&folder.path().join("card"), &sume, model, io::sink()).unwrap();
    let run = |arguments: &[&str]| transcript(arguments, &command(folder.path(), arguments).output().unwrap());
    for arguments in [&["info", CARD][..], &["apply", "tandem.toml", "--yes", CARD]] {
        let refused = run(arguments);
        assert!(refused.contains("is a NetFPGA-SUME") && refused.contains("--window BAR:OFFSET") && refused.ends_with("[1]"), "{refused}");
    }
    let wrong = run(&["info", CARD, "--window", "2:0x30000"]);
    assert!(wrong.contains("does not show its registers at --window 2:0x30000: it reads 0xffffffff") && wrong.ends_with("[1]"), "{wrong}");
    let info = run(&["info", CARD, "--window", "2:0x20000"]);
    assert!(info.contains("NetFPGA-SUME (10ee:7028), as given: BAR 2 + 0x20000") && info.ends_with("[0]"), "{info}");
    let applied = run(&["apply", "tandem.toml", "--yes", CARD, "--window", "2:0x20000"]);
    assert!(applied.contains("Applied: generation 1") && applied.ends_with("[0]"), "{applied}");
}

#[test]
fn a_card_in_other_hands_is_busy() {
    let bench = Bench::new();
    let other = driver::open(&Locator::VfioUser(bench.path().join("card"))).unwrap();
    let transcript = bench.transcript(&["apply", "tandem.toml", "--yes", CARD]);
    assert!(transcript.contains("in use by another process") && transcript.ends_with("[1]"), "{transcript}");
    drop(other);
    bench.ok(&["apply", "tandem.toml", "--yes", CARD]);
}

#[test]
fn a_card_that_reads_back_wrong_gets_no_commit() {
    let folder = folder();
    let _server = serve_in(&folder, Forgetful(Model::new(ModelCard::new(GROUPS, 2, 64))));
    let run = |arguments: &[&str]| transcript(arguments, &command(folder.path(), arguments).output().unwrap());
    let refused = run(&["apply", "tandem.toml", "--yes", CARD]);
    assert!(refused.contains("nothing was committed") && refused.ends_with("[1]"), "{refused}");
    assert!(run(&["plan", "tandem.toml", CARD]).contains("an apply was interrupted before its commit"));
    let refused = run(&["rollback", "--yes", CARD]);
    assert!(refused.contains("an apply was interrupted") && refused.ends_with("[1]"), "{refused}");
}

#[test]
fn a_file_for_a_larger_card_is_refused_by_a_smaller_one() {
    let folder = folder();
    let model = Model::new(ModelCard::new(1, 2, 32));
    let _server = pcie::serve(&folder.path().join("card"), &Device::default(), model, io::sink()).unwrap();
    for arguments in [["plan", "tandem.toml", CARD, "--json"], ["apply", "tandem.toml", CARD, "--yes"]] {
        let refused = transcript(&arguments, &command(folder.path(), &arguments).output().unwrap());
        assert!(refused.contains("tandem.toml:4") && refused.contains("this card has 1 group") && refused.ends_with("[1]"), "{refused}");
    }
}

#[test]
fn a_command_without_a_document_refuses_json() {
    let folder = folder();
    for arguments in [&["completions", "bash", "--json"][..], &["man", "pages", "--json"]] {
        let output = command(folder.path(), arguments).output().unwrap();
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(1) && output.stdout.is_empty() && text.contains("prints no JSON"), "{arguments:?}: {text}");
    }
    assert!(!folder.path().join("pages").exists());
}

#[test]
fn a_configuration_that_is_no_utf_8_is_refused_at_its_line() {
    let folder = folder();
    std::fs::write(folder.path().join("latin.toml"), b"enabled = true\n# caf\xe9\n").unwrap();
    let output = command(folder.path(), &["check", "latin.toml"]).output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(1) && text.contains("latin.toml:2:6: this is no UTF-8 text"), "{text}");
}
