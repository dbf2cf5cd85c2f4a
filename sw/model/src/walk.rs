//! The walk over a frame's headers, in one piece: what stages 1 to 4 saw, and what they hand on.

use crate::ethernet::Ethernet;
use crate::icmp::{self, Embedded};
use crate::network::{Address, Network, Position};
use crate::transport::Ports;
use contract::code::Reason;
use contract::limits::WINDOW;

/// Everything that the walk found in a frame. A header that it did not reach, or that is not all there, is `None`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Walk {
    /// The Ethernet header with its VLAN tags; `None` for a runt.
    pub ethernet: Option<Ethernet>,
    /// The IP header.
    pub network: Option<Network>,
    /// The ports of TCP or UDP.
    pub ports: Option<Ports>,
    /// The packet inside an ICMP error.
    pub embedded: Option<Embedded>,
    /// What the packet is decided by, or the reason that ended the walk: `Runt`, `NotIp`, `Malformed`, `TooDeep` or `Fragment`.
    pub subject: Result<Subject, Reason>,
}

/// What a packet is decided by: its own fields, or for an ICMP error those of the packet that it complains about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject {
    /// IPv4 protocol, or the IPv6 next header at which the walk ended.
    pub protocol: u8,
    /// Where the packet comes from.
    pub source: Address,
    /// Where it goes.
    pub destination: Address,
    /// Its ports, if it is TCP or UDP.
    pub ports: Option<Ports>,
    /// Whether these are the fields of a packet embedded in an ICMP error.
    pub embedded: bool,
}

impl Subject {
    fn new(network: &Network, ports: Option<Ports>, embedded: bool) -> Self {
        let Network { protocol, source, destination, .. } = *network;
        Self { protocol, source, destination, ports, embedded }
    }
}

impl Walk {
    /// Walks a frame of any length and content.
    pub fn of(frame: &[u8]) -> Self {
        let mut walk = Self { ethernet: None, network: None, ports: None, embedded: None, subject: Err(Reason::Runt) };
        walk.subject = walk.advance(Reach::of(frame));
        walk
    }

    fn advance(&mut self, reach: Reach<'_>) -> Result<Subject, Reason> {
        let ethernet = self.ethernet.insert(Ethernet::read(reach)?);
        ethernet.walk_tags(reach)?;
        let version = ethernet.ip_version()?;

        let network = self.network.insert(Network::read(reach, ethernet.network_at, version)?);
        let reach = reach.until(network.end);
        network.walk_to_transport(reach, Position::Outer)?;

        self.ports = Ports::read(reach, network)?;
        self.embedded = icmp::embedded(reach, network);
        Ok(match &self.embedded {
            Some(embedded) => Subject::new(&embedded.network, Some(embedded.ports), true),
            None => Subject::new(network, self.ports, false),
        })
    }
}

/// The bytes that a header may lie in: those of the frame, up to where its IP header says that the packet ends.
#[derive(Clone, Copy, Debug)]
pub struct Reach<'a> {
    frame: &'a [u8],
}

impl<'a> Reach<'a> {
    /// The whole frame.
    pub fn of(frame: &'a [u8]) -> Self {
        Self { frame }
    }

    /// The same, but not beyond byte `end`. What follows is padding.
    pub fn until(self, end: usize) -> Self {
        Self { frame: &self.frame[..end.min(self.frame.len())] }
    }

    /// The `length` bytes of a header that starts at byte `at`.
    ///
    /// # Errors
    /// `Malformed` if they are not all there; `TooDeep` if they are, but not inside the window.
    pub fn header(self, at: usize, length: usize) -> Result<&'a [u8], Reason> {
        let end = at + length;
        let header = self.frame.get(at..end).ok_or(Reason::Malformed)?;
        if end > WINDOW { Err(Reason::TooDeep) } else { Ok(header) }
    }
}
