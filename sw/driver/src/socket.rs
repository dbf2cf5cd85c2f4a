//! A simulated card behind its vfio-user socket.

use crate::bar::Bar;
use std::io;
use std::path::Path;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;
use vfio_user::{Client, Error};

/// How long the simulated card may take to accept us. It serves one client at a time, and a second one hears nothing.
pub(crate) const ANSWER: Duration = Duration::from_secs(5);

/// The region of the PCI configuration space, behind the six BARs and the ROM.
pub(crate) const CONFIGURATION_SPACE: u32 = 7;

/// A region of the device. An access waits for the card's answer: the clock of the simulation must run.
pub(crate) struct Socket {
    client: Client,
    region: u32,
}

impl Socket {
    /// Connects, and shows the configuration space first.
    ///
    /// # Errors
    /// `TimedOut` if nobody answers within [`ANSWER`], else what the socket says.
    pub(crate) fn connect(path: &Path) -> io::Result<Self> {
        let (answer, answers) = channel();
        let path = path.to_owned();
        // The client waits without end for a server that is busy. Left alone, its thread ends with the process.
        thread::spawn(move || answer.send(Client::new(&path)));
        let client = answers.recv_timeout(ANSWER).map_err(|_| io::ErrorKind::TimedOut)?.map_err(io_error)?;
        Ok(Self { client, region: CONFIGURATION_SPACE })
    }

    /// Shows another region from now on.
    pub(crate) fn show(&mut self, region: u32) {
        self.region = region;
    }
}

impl Bar for Socket {
    fn size(&self) -> u64 {
        self.client.region(self.region).map_or(0, |region| region.size)
    }

    fn read(&mut self, offset: u64) -> io::Result<u32> {
        let mut word = [0; 4];
        self.client.region_read(self.region, offset, &mut word).map_err(io_error)?;
        Ok(u32::from_le_bytes(word))
    }

    fn write(&mut self, offset: u64, value: u32) -> io::Result<()> {
        self.client.region_write(self.region, offset, &value.to_le_bytes()).map_err(io_error)
    }
}

/// What the operating system said, where it said something.
fn io_error(error: Error) -> io::Error {
    match error {
        Error::Connect(error) | Error::StreamRead(error) | Error::StreamWrite(error) => error,
        other => io::Error::other(other),
    }
}
