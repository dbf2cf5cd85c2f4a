//! Frames, captures of them, and what the golden model says of each.
#![allow(dead_code, reason = "each test file uses its own part")]

use analysis::{Analysis, Options, Scope, Survey};
use capture::{Frame, Writer};
use contract::limits::GROUPS;
use control::Configuration;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// The group MAC of every configuration here, and of the recorded captures.
pub(crate) const GROUP_MAC: [u8; 6] = [0x02, 0x00, 0x5e, 0x10, 0x00, 0x01];

/// One end of a flow: an IPv4 address by its last two bytes in 10.0.0.0/16, and a port.
pub(crate) type End = (u16, u16);

/// A frame to the group MAC: TCP or UDP over IPv4.
pub(crate) fn frame(protocol: u8, from: End, to: End) -> Vec<u8> {
    let address = |end: End| [&[10, 0][..], &end.0.to_be_bytes()].concat();
    let ip = [&[0x45, 0, 0, 28, 0, 0, 0, 0, 64, protocol, 0, 0][..], &address(from), &address(to)].concat();
    let ports = [from.1.to_be_bytes(), to.1.to_be_bytes()].concat();
    [&GROUP_MAC[..], &[2, 0, 0, 0, 0, 0x99, 8, 0], &ip, &ports, &[0, 8, 0, 0]].concat()
}

/// Both directions of some flows.
pub(crate) fn both_ways(flows: impl IntoIterator<Item = (u8, End, End)>) -> Vec<Vec<u8>> {
    flows.into_iter().flat_map(|(protocol, one, other)| [frame(protocol, one, other), frame(protocol, other, one)]).collect()
}

/// A capture that is removed when the test is through with it.
pub(crate) struct Recorded(pub(crate) PathBuf);

impl Recorded {
    pub(crate) fn of(frames: &[Vec<u8>]) -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("{}-{}.pcap", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let mut writer = Writer::create(&path).unwrap();
        for bytes in frames {
            let came = Frame { record: 0, interface: 0, time: Duration::ZERO, original: bytes.len() as u32, bytes: bytes.clone() };
            writer.write(&came, bytes).unwrap();
        }
        writer.finish().unwrap();
        Self(path)
    }
}

impl Drop for Recorded {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// The analysis of a capture with the text of a configuration.
pub(crate) fn analyze(path: &Path, text: &str) -> Analysis {
    let configuration = Configuration::parse(text, "tandem.toml").unwrap();
    let scope = if configuration.enabled { Scope::To(configuration.group_macs.clone(), configuration.neighbours) } else { Scope::Nothing };
    let (survey, condition) = Survey::read(path, &Options::new(scope), |_| {}).unwrap();
    Analysis::new("a.pcap", survey, condition.remarks(), &configuration, &configuration.tables(GROUPS).unwrap())
}
