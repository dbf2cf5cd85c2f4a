//! The walk over a frame's headers, in one piece: what stages `ethernet` to `icmp` saw, and what `tuple_select` hands on.

use crate::ethernet::Ethernet;
use crate::header_window::HeaderWindow;
use crate::icmp::{self, Embedded};
use crate::network::{Network, Position};
use crate::transport::Ports;
use crate::tuple_select::Subject;
use contract::code::Reason;

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
    /// What the packet is decided by, or the reason that ended the walk: `Runt`, `NotIp`, `Malformed`, `TooDeep`, `Fragment` or `Neighbour`.
    pub subject: Result<Subject, Reason>,
}

impl Walk {
    /// Walks a frame of any length and content, as far as a card does.
    pub fn of(frame: &[u8]) -> Self {
        Self::within(HeaderWindow::of(frame))
    }

    /// Walks a frame of any length and content, as far as the window goes.
    pub fn within(window: HeaderWindow<'_>) -> Self {
        let mut walk = Self { ethernet: None, network: None, ports: None, embedded: None, subject: Err(Reason::Runt) };
        walk.subject = walk.advance(window);
        walk
    }

    /// Inlined, so that [`subject`] pays for nothing that it does not keep.
    #[inline(always)]
    fn advance(&mut self, window: HeaderWindow<'_>) -> Result<Subject, Reason> {
        let ethernet = self.ethernet.insert(Ethernet::read(window)?);
        ethernet.walk_tags(window)?;
        let version = ethernet.ip_version()?;

        let network = self.network.insert(Network::read(window, ethernet.network_at, version)?);
        let window = window.until(network.end);
        network.walk_to_transport(window, Position::Outer)?;

        self.ports = Ports::read(window, network)?;
        icmp::refuse_neighbour_discovery(window, network)?;
        self.embedded = icmp::embedded(window, network);
        Ok(Subject::select(network, self.ports, self.embedded.as_ref()))
    }
}

/// Only what a packet is decided by: what [`Walk::of`] has as `subject`.
///
/// # Errors
/// The reason that ended the walk.
#[inline]
pub fn subject(frame: &[u8]) -> Result<Subject, Reason> {
    let mut walk = Walk { ethernet: None, network: None, ports: None, embedded: None, subject: Err(Reason::Runt) };
    walk.advance(HeaderWindow::of(frame))
}
