//! A frame for people: its bytes with the fields named.

use crate::ethernet::{LENGTH, TAG_LENGTH};
use crate::extension::{AUTHENTICATION, DESTINATION_OPTIONS, FRAGMENT, HOP_BY_HOP};
use crate::icmp;
use crate::network::{Network, V4_LENGTH, Version};
use crate::walk::Walk;
use std::fmt::Write;
use std::ops::Range;

/// Bytes of a frame that have a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// What they are.
    pub name: String,
    /// Where they are.
    pub range: Range<usize>,
}

/// Fields of the two IP headers: name, first byte, number of bytes.
const V4_FIELDS: [(&str, usize, usize); 10] = [
    ("version, IHL", 0, 1),
    ("DSCP, ECN", 1, 1),
    ("total length", 2, 2),
    ("identification", 4, 2),
    ("fragment flags, offset", 6, 2),
    ("TTL", 8, 1),
    ("protocol", 9, 1),
    ("header checksum", 10, 2),
    ("source address", 12, 4),
    ("destination address", 16, 4),
];
const V6_FIELDS: [(&str, usize, usize); 6] = [
    ("version, class, flow label", 0, 4),
    ("payload length", 4, 2),
    ("next header", 6, 1),
    ("hop limit", 7, 1),
    ("source address", 8, 16),
    ("destination address", 24, 16),
];

impl Walk {
    /// The fields of all headers that were walked, in the order of the frame; what lies between and after them has no name.
    pub fn fields(&self) -> Vec<Field> {
        let mut fields = Fields(Vec::new());
        let Some(ethernet) = &self.ethernet else {
            return fields.0;
        };
        fields.add("destination MAC", 0, 6);
        fields.add("source MAC", 6, 6);
        for tag in 0..ethernet.tags {
            fields.add("VLAN tag", LENGTH - 2 + tag * TAG_LENGTH, TAG_LENGTH);
        }
        fields.add("EtherType", ethernet.network_at - 2, 2);
        if let Some(network) = &self.network {
            fields.add_network("", network);
            if self.ports.is_some() {
                fields.add_ports("", network);
            }
            if let Some(embedded) = &self.embedded {
                fields.add("ICMP type", network.transport_at, 1);
                fields.add("ICMP header", network.transport_at + 1, icmp::LENGTH - 1);
                fields.add_network("embedded ", &embedded.network);
                fields.add_ports("embedded ", &embedded.network);
            }
        }
        fields.0
    }
}

struct Fields(Vec<Field>);

impl Fields {
    fn add(&mut self, name: impl Into<String>, at: usize, length: usize) {
        self.0.push(Field { name: name.into(), range: at..at + length });
    }

    fn add_network(&mut self, prefix: &str, network: &Network) {
        let (title, list) = match network.version {
            Version::V4 => ("IPv4", V4_FIELDS.as_slice()),
            Version::V6 => ("IPv6", V6_FIELDS.as_slice()),
        };
        for (name, offset, length) in list {
            self.add(format!("{prefix}{title} {name}"), network.at + offset, *length);
        }
        let options = network.at + V4_LENGTH..network.transport_at;
        if network.version == Version::V4 && !options.is_empty() {
            self.add(format!("{prefix}IPv4 options"), options.start, options.len());
        }
        for extension in network.extensions.iter().flatten() {
            let kind = match extension.kind {
                HOP_BY_HOP => "hop-by-hop options",
                FRAGMENT => "fragment header",
                AUTHENTICATION => "authentication header",
                DESTINATION_OPTIONS => "destination options",
                _ => "routing header",
            };
            self.add(format!("{prefix}{kind}"), extension.at, extension.length);
        }
    }

    fn add_ports(&mut self, prefix: &str, network: &Network) {
        self.add(format!("{prefix}source port"), network.transport_at, 2);
        self.add(format!("{prefix}destination port"), network.transport_at + 2, 2);
    }
}

/// The bytes of a frame in hexadecimal, one field a line and unnamed bytes sixteen a line, each line with its offset.
pub fn dump(frame: &[u8]) -> String {
    let mut text = String::new();
    let mut at = 0;
    for field in Walk::of(frame).fields() {
        dump_unnamed(&mut text, frame, at..field.range.start);
        line(&mut text, frame, field.range.clone(), &field.name);
        at = field.range.end;
    }
    dump_unnamed(&mut text, frame, at..frame.len());
    text
}

fn dump_unnamed(text: &mut String, frame: &[u8], range: Range<usize>) {
    for start in range.clone().step_by(16) {
        line(text, frame, start..range.end.min(start + 16), "");
    }
}

fn line(text: &mut String, frame: &[u8], range: Range<usize>, name: &str) {
    let bytes: Vec<String> = frame[range.clone()].iter().map(|byte| format!("{byte:02x}")).collect();
    let line = format!("{:5}  {:<47}  {name}", range.start, bytes.join(" "));
    writeln!(text, "{}", line.trim_end()).expect("a string takes any text");
}
