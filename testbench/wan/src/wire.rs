//! A hand on the lab's wires: frames are put on them, and looked at.

use crate::network::Mac;
use anyhow::{Result, anyhow};
use ring::polled::{self, Polled};
use ring::{Interface, InterfaceName, ROOM};
use std::os::fd::AsFd as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// How long a look waits for a frame until it asks whether it is over.
const LOOK: Duration = Duration::from_millis(10);

fn name(text: &str) -> Result<InterfaceName> {
    text.parse().map_err(|error| anyhow!("{text}: {error}"))
}

/// One end of a wire, from which packets are sent in the name of whoever is there.
#[derive(Clone)]
pub struct Wire {
    interface: Interface,
    macs: (Mac, Mac),
}

impl Wire {
    /// The end at an interface, `if:NAME@NAMESPACE`; frames go to and from these two.
    ///
    /// # Errors
    /// If it cannot be opened.
    pub fn open(interface: &str, to: Mac, from: Mac) -> Result<Self> {
        Ok(Self { interface: Interface::open(&name(interface)?)?, macs: (to, from) })
    }

    /// Sends an IP packet.
    ///
    /// # Errors
    /// If the interface does not take it.
    pub fn put(&self, packet: &[u8]) -> Result<()> {
        let kind: [u8; 2] = if packet[0] >> 4 == 4 { [8, 0] } else { [0x86, 0xdd] };
        Ok(self.interface.send(&[&self.macs.0[..], &self.macs.1, &kind, packet].concat())?)
    }
}

/// A look at the frames that come in by an interface.
pub struct Watch<T> {
    over: Arc<AtomicBool>,
    thread: JoinHandle<Result<T>>,
}

impl<T: Default + Send + 'static> Watch<T> {
    /// Begins one at `if:NAME@NAMESPACE`: each frame goes to `each`, with what has been made of those before.
    ///
    /// # Errors
    /// If it cannot be opened.
    pub fn begin(interface: &str, mut each: impl FnMut(&mut T, &[u8]) + Send + 'static) -> Result<Self> {
        let interface = Polled::open(&name(interface)?, None)?;
        let over = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&over);
        let thread = thread::spawn(move || {
            let (mut room, mut seen) = (vec![0; ROOM], T::default());
            loop {
                match interface.receive(&mut room)? {
                    Some((length, _)) => each(&mut seen, &room[..length]),
                    None if told.load(Ordering::Acquire) => return Ok(seen),
                    None => polled::wait([interface.as_fd()], LOOK)?,
                }
            }
        });
        Ok(Self { over, thread })
    }

    /// Ends it: what has been made of all frames.
    ///
    /// # Errors
    /// If the interface was gone before.
    pub fn end(self) -> Result<T> {
        self.over.store(true, Ordering::Release);
        self.thread.join().map_err(|_| anyhow!("a look at a wire ended early"))?
    }
}
