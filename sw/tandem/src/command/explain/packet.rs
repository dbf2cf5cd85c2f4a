//! The packet that is asked about: read from a capture, or made from what the command line says; and its reply.

use anyhow::{Context, Result, bail, ensure};
use contract::limits::FRAME_MIN;
use contract::row::Mac;
use model::extension::{AUTHENTICATION, DESTINATION_OPTIONS, FRAGMENT, HOP_BY_HOP, ROUTING};
use model::network::{Address, Version};
use model::transport::{Ports, TCP, UDP};
use model::{Subject, Walk};
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// Headers that stand between an IPv6 header and the protocol.
const EXTENSIONS: [u8; 5] = [HOP_BY_HOP, ROUTING, FRAGMENT, AUTHENTICATION, DESTINATION_OPTIONS];

/// An address, with its port if the protocol has ports: `10.0.0.1:40000`, `[2001:db8::1]:443`, `10.0.0.1`, `2001:db8::1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Endpoint {
    address: IpAddr,
    port: Option<u16>,
}

impl FromStr for Endpoint {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(socket) = text.parse::<SocketAddr>() {
            return Ok(Self { address: socket.ip(), port: Some(socket.port()) });
        }
        let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
        let help = "write 10.0.0.1:40000 or [2001:db8::1]:443, and the address alone for a protocol without ports";
        bare.parse().map(|address| Self { address, port: None }).map_err(|_| help.into())
    }
}

/// The number of a protocol, from the name that `tandem.toml` uses or from its digits.
pub(crate) fn protocol(text: &str) -> Result<u8, String> {
    let named = || (0..=u8::MAX).find(|&number| crate::names::protocol(number).eq_ignore_ascii_case(text));
    text.parse().ok().or_else(named).ok_or_else(|| "write tcp, udp, icmp, icmpv6 or a number from 0 to 255".into())
}

/// What a packet on the wire is known by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Packet {
    version: Version,
    protocol: u8,
    source: Address,
    destination: Address,
    ports: Option<Ports>,
}

impl Packet {
    /// A packet between two endpoints.
    ///
    /// # Errors
    /// If the endpoints are of different families, or have ports that the protocol lacks, or lack those that it has.
    pub(crate) fn between(source: Endpoint, destination: Endpoint, protocol: u8) -> Result<Self> {
        let version = match (source.address, destination.address) {
            (IpAddr::V4(_), IpAddr::V4(_)) => Version::V4,
            (IpAddr::V6(_), IpAddr::V6(_)) => Version::V6,
            _ => bail!("--src and --dst are of different families; give two IPv4 or two IPv6 addresses"),
        };
        let name = crate::names::protocol(protocol);
        let ports = match (matches!(protocol, TCP | UDP), source.port, destination.port) {
            (true, Some(source), Some(destination)) => Some(Ports { source, destination }),
            (false, None, None) => None,
            (true, ..) => bail!("{name} has ports; write --src and --dst with theirs, such as {}:443", bracketed(source.address)),
            (false, ..) => bail!("protocol {name} has no ports; write --src and --dst without"),
        };
        ensure!(
            version == Version::V4 || !EXTENSIONS.contains(&protocol),
            "{protocol} is an IPv6 extension header, behind which the protocol stands; name that one, or show a packet with --packet"
        );
        let [source, destination] = [source, destination].map(|endpoint| mapped(endpoint.address));
        Ok(Self { version, protocol, source, destination, ports })
    }

    /// The packet that answers one of this subject.
    pub(crate) fn reply(version: Version, subject: &Subject) -> Self {
        let ports = subject.ports.map(|Ports { source, destination }| Ports { source: destination, destination: source });
        Self { version, protocol: subject.protocol, source: subject.destination, destination: subject.source, ports }
    }

    /// The shortest frame that carries the packet; what no decision reads is zero.
    pub(crate) fn frame(&self, destination: Mac) -> Vec<u8> {
        let transport = self.ports.unwrap_or_default();
        let payload = [transport.source.to_be_bytes(), transport.destination.to_be_bytes()].concat();
        let mut frame = [&destination[..], &[0x02, 0, 0, 0, 0, 0]].concat();
        match self.version {
            Version::V4 => {
                frame.extend([0x08, 0x00, 0x45, 0, 0, 24, 0, 0, 0, 0, 64, self.protocol, 0, 0]);
                frame.extend([&self.source[12..], &self.destination[12..], &payload].concat());
            }
            Version::V6 => {
                frame.extend([0x86, 0xdd, 0x60, 0, 0, 0, 0, 4, self.protocol, 64]);
                frame.extend([&self.source[..], &self.destination[..], &payload].concat());
            }
        }
        frame.resize(frame.len().max(FRAME_MIN), 0);
        frame
    }
}

/// The frame that answers this one, as far as its walk leads; nothing answers a frame whose fields were not found.
pub(crate) fn reply_to(frame: &[u8]) -> Option<Vec<u8>> {
    let walk = Walk::of(frame);
    let (ethernet, network, subject) = (walk.ethernet?, walk.network?, walk.subject.ok()?);
    Some(Packet::reply(network.version, &subject).frame(ethernet.destination))
}

/// A record of a capture: `FILE`, its first, or `FILE:n`, record `n` from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Recorded {
    path: PathBuf,
    record: Option<usize>,
}

impl FromStr for Recorded {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let numbered = text.rsplit_once(':').and_then(|(path, number)| Some((path, number.parse().ok()?)));
        Ok(match numbered.filter(|_| !Path::new(text).exists()) {
            Some((path, record)) => Self { path: path.into(), record: Some(record) },
            None => Self { path: text.into(), record: None },
        })
    }
}

impl Recorded {
    /// The frame of this record.
    ///
    /// # Errors
    /// If the capture cannot be read, or has no such record with a frame in it.
    pub(crate) fn frame(&self) -> Result<Vec<u8>> {
        let mut frames = capture::read(&self.path)?.frames.into_iter();
        let last = frames.as_slice().last().map_or(0, |frame| frame.record);
        let frame = frames.find(|frame| self.record.is_none_or(|record| frame.record == record));
        let problem = || format!("{}: no frame in record {}; records run from 0 to {last}", self.path.display(), self.record.unwrap_or(0));
        Ok(frame.with_context(problem)?.bytes)
    }
}

fn mapped(address: IpAddr) -> Address {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().octets(),
        IpAddr::V6(address) => address.octets(),
    }
}

/// An address as it stands in front of a port.
fn bracketed(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("[{address}]"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(source: &str, destination: &str, protocol: u8) -> Result<Packet> {
        Packet::between(source.parse().unwrap(), destination.parse().unwrap(), protocol)
    }

    #[test]
    fn a_made_frame_walks_to_what_it_was_made_from() {
        for (source, destination, protocol) in [
            ("10.0.0.1:40000", "192.0.2.10:443", TCP),
            ("[2001:db8::1]:53", "[2001:db8::2]:40000", UDP),
            ("10.0.0.1", "192.0.2.10", 1),
            ("2001:db8::1", "2001:db8::2", 58),
        ] {
            let packet = packet(source, destination, protocol).unwrap();
            let walk = Walk::of(&packet.frame([2, 0, 0, 0, 0, 9]));
            let subject =
                Subject { protocol, source: packet.source, destination: packet.destination, ports: packet.ports, embedded: false };
            assert_eq!((walk.subject, walk.ethernet.unwrap().destination), (Ok(subject), [2, 0, 0, 0, 0, 9]));
            let back = Packet::reply(packet.version, &subject);
            assert_eq!((back.source, back.destination), (packet.destination, packet.source));
        }
    }

    #[test]
    fn refuses_endpoints_that_make_no_packet() {
        for (source, destination, protocol, expected) in [
            ("10.0.0.1:1", "[::1]:2", TCP, "different families"),
            ("10.0.0.1", "10.0.0.2:2", TCP, "tcp has ports"),
            ("10.0.0.1:1", "10.0.0.2:2", 1, "icmp has no ports"),
            ("::1", "::2", 44, "extension header"),
        ] {
            let error = packet(source, destination, protocol).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
        assert!("10.0.0.1:99999".parse::<Endpoint>().is_err() && protocol("tcpp").is_err());
    }
}
