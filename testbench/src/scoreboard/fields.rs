//! A frame as a person reads it: its bytes under the names that the walk gave them.

use model::Walk;
use model::network::Network;
use std::fmt::{self, Display, Write};

/// Bytes shown of what the walk did not name.
const REST_SHOWN: usize = 64;

/// Shows a frame's bytes, one header a line: first byte, name, hex.
pub struct Fields<'a>(pub &'a [u8]);

impl Display for Fields<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let frame = self.0;
        let mut at = 0;
        for (end, name) in edges(&Walk::of(frame)) {
            let end = end.min(frame.len());
            if end > at {
                line(f, at, &name, &frame[at..end])?;
                at = end;
            }
        }
        let shown = frame.len().min(at + REST_SHOWN);
        if shown > at {
            line(f, at, "rest", &frame[at..shown])?;
        }
        if shown < frame.len() {
            writeln!(f, "{shown:6}  and {} bytes more", frame.len() - shown)?;
        }
        Ok(())
    }
}

/// Where each header that the walk reached ends, and its name.
fn edges(walk: &Walk) -> Vec<(usize, String)> {
    let mut edges = vec![(6, "destination MAC".to_string()), (12, "source MAC".into())];
    let Some(ethernet) = walk.ethernet else { return edges };
    edges.extend((1..=ethernet.tags).map(|tag| (12 + 4 * tag, format!("VLAN tag {tag}"))));
    edges.push((ethernet.network_at, "EtherType".into()));
    network(&mut edges, walk.network.as_ref(), "");
    if let Some(ports) = walk.ports {
        let at = walk.network.map_or(0, |network| network.transport_at);
        edges.push((at + 4, format!("ports {} > {}", ports.source, ports.destination)));
    }
    if let Some(embedded) = &walk.embedded {
        edges.push((embedded.network.at, "ICMP error".into()));
        network(&mut edges, Some(&embedded.network), "embedded ");
        let ports = embedded.ports;
        edges.push((embedded.network.transport_at + 4, format!("embedded ports {} > {}", ports.source, ports.destination)));
    }
    edges
}

fn network(edges: &mut Vec<(usize, String)>, network: Option<&Network>, place: &str) {
    let Some(network) = network else { return };
    let first = network.extensions[0].map_or(network.transport_at, |extension| extension.at);
    edges.push((first, format!("{place}IP{:?}", network.version).to_lowercase()));
    edges
        .extend(network.extensions.iter().flatten().map(|header| (header.at + header.length, format!("{place}extension {}", header.kind))));
}

fn line(f: &mut fmt::Formatter<'_>, at: usize, name: &str, bytes: &[u8]) -> fmt::Result {
    for (row, bytes) in bytes.chunks(32).enumerate() {
        let mut hex = String::new();
        bytes.iter().try_for_each(|byte| write!(hex, " {byte:02x}"))?;
        writeln!(f, "{:6}  {:30}{hex}", at + 32 * row, if row == 0 { name } else { "" })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::{TrafficGenerator, random_tables, rng};

    #[test]
    fn names_the_headers_of_a_tagged_packet() {
        let mut frame = vec![2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 9, 0x81, 0, 0, 5, 8, 0];
        frame.extend([0x45, 0, 0, 28, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]);
        frame.extend([0, 53, 0x82, 0x35, 0, 8, 0, 0]);
        let expected = "     0  destination MAC                02 00 00 00 00 01
     6  source MAC                     02 00 00 00 00 09
    12  VLAN tag 1                     81 00 00 05
    16  EtherType                      08 00
    18  ipv4                           45 00 00 1c 00 00 00 00 40 11 00 00 0a 00 00 01 0a 00 00 02
    38  ports 53 > 33333               00 35 82 35
    42  rest                           00 08 00 00
";
        assert_eq!(Fields(&frame).to_string(), expected);
    }

    #[test]
    fn shows_any_frame() {
        let tables = random_tables(&mut rng(1, 0), 8);
        let traffic = TrafficGenerator::new(1, &tables);
        for number in 0..5000 {
            let frame = traffic.frame(number).bytes;
            let text = Fields(&frame).to_string();
            let shown: usize =
                text.lines().filter(|line| !line.contains("bytes more")).map(|line| line[38..].split_whitespace().count()).sum();
            assert!(shown == frame.len() || text.contains("bytes more"), "{text}");
        }
    }
}
