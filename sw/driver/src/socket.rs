//! A simulated card behind its vfio-user socket.

use crate::bar::Bar;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;
use vfio_user::Client;

/// How long the simulated card may take for an answer. It serves one client at a time: whoever comes second waits for the first to go.
pub(crate) const ANSWER: Duration = Duration::from_secs(5);

/// The region of the PCI configuration space, behind the six BARs and the ROM.
pub(crate) const CONFIGURATION_SPACE: u32 = 7;

/// A region of the device. The client's calls wait without end, so it lives on a thread of its own, and we on this side wait with a bound.
pub(crate) struct Socket {
    requests: Sender<Request>,
    answers: Receiver<io::Result<u32>>,
    region: u32,
    size: u64,
}

/// What the client's thread does: sizes are asked for as a word, as no window lies behind 4 GB.
enum Request {
    Size { region: u32 },
    Read { region: u32, offset: u64 },
    Write { region: u32, offset: u64, value: u32 },
}

impl Socket {
    /// Connects, and sees the configuration space first.
    ///
    /// # Errors
    /// `TimedOut` if nobody answers within [`ANSWER`], else what the socket says.
    pub(crate) fn connect(path: &Path) -> io::Result<Self> {
        let (requests, received) = channel();
        let (answer, answers) = channel();
        let path = path.to_owned();
        thread::spawn(move || serve(path, &received, &answer));
        let mut socket = Self { requests, answers, region: CONFIGURATION_SPACE, size: 0 };
        socket.answer()?;
        socket.show(CONFIGURATION_SPACE)?;
        Ok(socket)
    }

    /// Shows another region from now on.
    pub(crate) fn show(&mut self, region: u32) -> io::Result<()> {
        self.size = self.ask(Request::Size { region })?.into();
        self.region = region;
        Ok(())
    }

    fn ask(&mut self, request: Request) -> io::Result<u32> {
        self.requests.send(request).map_err(|_| io::Error::from(io::ErrorKind::NotConnected))?;
        self.answer()
    }

    fn answer(&mut self) -> io::Result<u32> {
        self.answers.recv_timeout(ANSWER).map_err(|error| match error {
            RecvTimeoutError::Timeout => io::ErrorKind::TimedOut,
            RecvTimeoutError::Disconnected => io::ErrorKind::NotConnected,
        })?
    }
}

impl Bar for Socket {
    fn size(&self) -> u64 {
        self.size
    }

    fn read(&mut self, offset: u64) -> io::Result<u32> {
        self.ask(Request::Read { region: self.region, offset })
    }

    fn write(&mut self, offset: u64, value: u32) -> io::Result<()> {
        self.ask(Request::Write { region: self.region, offset, value }).map(drop)
    }
}

/// Connects, says so with an answer, and then answers until nobody asks any more or the connection breaks.
fn serve(path: PathBuf, requests: &Receiver<Request>, answers: &Sender<io::Result<u32>>) {
    let mut client = match Client::new(&path) {
        Ok(client) => client,
        Err(error) => {
            let _ = answers.send(Err(io_error(error)));
            return;
        }
    };
    if answers.send(Ok(0)).is_err() {
        return;
    }
    for request in requests {
        if answers.send(carry_out(&mut client, request).map_err(io_error)).is_err() {
            return;
        }
    }
}

fn carry_out(client: &mut Client, request: Request) -> Result<u32, vfio_user::Error> {
    match request {
        Request::Size { region } => Ok(client.region(region).map_or(0, |region| u32::try_from(region.size).unwrap_or(u32::MAX))),
        Request::Read { region, offset } => {
            let mut word = [0; 4];
            client.region_read(region, offset, &mut word)?;
            Ok(u32::from_le_bytes(word))
        }
        Request::Write { region, offset, value } => client.region_write(region, offset, &value.to_le_bytes()).map(|()| 0),
    }
}

/// What the operating system said, where it said something.
fn io_error(error: vfio_user::Error) -> io::Error {
    use vfio_user::Error::{Connect, StreamRead, StreamWrite};
    match error {
        Connect(error) | StreamRead(error) | StreamWrite(error) => error,
        other => io::Error::other(other),
    }
}
