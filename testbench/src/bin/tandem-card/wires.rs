//! What frames leave by: the packet ports, and the host.
//!
//! As in OpenNIC's box, the shell merges what the host sends by a port with what the card sends there: whole frames, in the order in which they
//! come, and the card neither decides nor counts those of the host. The card's registers do not show them, so they are counted here.

use super::endpoint::Output;
use contract::limits::PORTS;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// An output that several threads use, a frame at a time. Where there is none, frames are discarded.
type Shared = Arc<Mutex<Option<Output>>>;

/// Everything that frames leave by.
#[derive(Default)]
pub(crate) struct Wires {
    ports: [Mutex<Option<Output>>; PORTS],
    /// By ingress port; one that stands for both is here twice.
    hosts: [Shared; PORTS],
    host_sent: [AtomicU64; PORTS],
}

const UNHARMED: &str = "no thread panics while it writes a frame";

impl Wires {
    /// Sets what is attached to a port.
    pub(crate) fn attach(&mut self, port: usize, output: Output) {
        self.ports[port] = Mutex::new(Some(output));
    }

    /// Sets where frames go that the card hands to its host, by the ports that they came in by.
    pub(crate) fn attach_host(&mut self, ports: impl IntoIterator<Item = usize>, output: Output) {
        let shared = Arc::new(Mutex::new(Some(output)));
        ports.into_iter().for_each(|port| self.hosts[port] = Arc::clone(&shared));
    }

    /// Passes a frame on that leaves the card by a packet port.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(crate) fn leave(&self, port: usize, frame: &[u8]) -> io::Result<()> {
        self.ports[port].lock().expect(UNHARMED).as_mut().map_or(Ok(()), |output| output(frame))
    }

    /// Passes a frame on that the card hands to its host.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(crate) fn to_host(&self, ingress: usize, frame: &[u8]) -> io::Result<()> {
        self.hosts[ingress].lock().expect(UNHARMED).as_mut().map_or(Ok(()), |output| output(frame))
    }

    /// Passes a frame on that the host sends by a packet port.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(crate) fn leave_for_host(&self, port: usize, frame: &[u8]) -> io::Result<()> {
        self.leave(port, frame)?;
        self.host_sent[port].fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    /// How many frames of the host have left by each port.
    pub(crate) fn sent_by_host(&self) -> [u64; PORTS] {
        std::array::from_fn(|port| self.host_sent[port].load(Ordering::Relaxed))
    }
}
