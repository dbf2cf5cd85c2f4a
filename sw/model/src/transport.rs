//! Stage `transport`: the ports. Question 4. TCP and UDP have them in the same four bytes, and no more of either is looked at.

use crate::header_window::HeaderWindow;
use crate::network::Network;
use contract::code::Reason;

/// Protocol number of TCP.
pub const TCP: u8 = 6;
/// Protocol number of UDP.
pub const UDP: u8 = 17;

/// The two ports of a packet; both 0 stands for a packet without ports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ports {
    /// Port of the sender.
    pub source: u16,
    /// Port of the receiver.
    pub destination: u16,
}

impl Ports {
    /// Reads the ports after a walked IP header; `None` for any other protocol than TCP and UDP.
    ///
    /// # Errors
    /// `Malformed` if the four bytes are not all there; `TooDeep` if they leave the window.
    #[inline]
    pub fn read(window: HeaderWindow<'_>, network: &Network) -> Result<Option<Self>, Reason> {
        if !matches!(network.protocol, TCP | UDP) {
            return Ok(None);
        }
        let header = window.header(network.transport_at, 4)?;
        Ok(Some(Self { source: u16::from_be_bytes([header[0], header[1]]), destination: u16::from_be_bytes([header[2], header[3]]) }))
    }
}
