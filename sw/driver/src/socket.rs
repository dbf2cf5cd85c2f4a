//! A simulated card behind its vfio-user socket.
//!
//! Many accesses are sent before the first answer is awaited: client and card then change places on a processor once for all of them. The client
//! of the crate `vfio_user`, whose server the card is, awaits each answer, so this one is our own. Source of the messages: the specification of
//! vfio-user 0.9.2 in QEMU's documentation.

use crate::bar::Bar;
use crate::card::CardAccess;
use std::io::{self, BufReader, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

/// How long the simulated card may take to accept us. It serves one client at a time, and a second one hears nothing.
pub(crate) const ANSWER: Duration = Duration::from_secs(5);

/// The region of the PCI configuration space, behind the six BARs and the ROM.
pub(crate) const CONFIGURATION_SPACE: u32 = 7;

/// Accesses that are under way at most: their requests and answers fit into a socket's buffers.
const UNDER_WAY: usize = 256;
/// Bytes of a message's header: its number, the command, its length, flags and an error number.
const HEADER: usize = 16;
/// In the flags: an error is the answer.
const REFUSED: u32 = 1 << 5;
/// Bytes of an answer at most; the longest is that with the card's version.
const LONGEST: usize = 1 << 16;

/// What a message asks for.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u16)]
enum Command {
    Version = 1,
    RegionInfo = 5,
    RegionRead = 9,
    RegionWrite = 10,
}

/// A region of the device. An access waits for the card's answer: the clock of the simulation must run.
pub(crate) struct Socket {
    stream: BufReader<UnixStream>,
    /// The number of the next message, and of the next answer.
    next: [u16; 2],
    region: u32,
    /// Bytes of the region.
    size: u64,
}

impl Socket {
    /// Connects, and shows the configuration space first.
    ///
    /// # Errors
    /// `TimedOut` if nobody answers within [`ANSWER`], else what the socket says.
    pub(crate) fn connect(path: &Path) -> io::Result<Self> {
        let stream = UnixStream::connect(path)?;
        stream.set_read_timeout(Some(ANSWER))?;
        let mut socket = Self { stream: BufReader::new(stream), next: [0; 2], region: CONFIGURATION_SPACE, size: 0 };
        // Version 0.1, and no capability that differs from its default.
        let version = [&[0, 0, 1, 0], &b"{\"capabilities\":{}}\0"[..]].concat();
        socket.ask(Command::Version, &version).map_err(|error| match error.kind() {
            io::ErrorKind::WouldBlock => io::ErrorKind::TimedOut.into(),
            _ => error,
        })?;
        socket.stream.get_ref().set_read_timeout(None)?;
        Ok(socket)
    }

    /// Shows another region from now on.
    ///
    /// # Errors
    /// What the socket says.
    pub(crate) fn show(&mut self, region: u32) -> io::Result<()> {
        // `struct vfio_region_info`: argsz, flags, index, cap_offset, size and offset.
        let mut info = [0; 32];
        info[..4].copy_from_slice(&32u32.to_ne_bytes());
        info[8..12].copy_from_slice(&region.to_ne_bytes());
        let answer = self.ask(Command::RegionInfo, &info)?;
        let size = answer.get(16..24).and_then(|bytes| bytes.try_into().ok()).ok_or_else(odd)?;
        (self.region, self.size) = (region, u64::from_ne_bytes(size));
        Ok(())
    }

    fn ask(&mut self, command: Command, body: &[u8]) -> io::Result<Vec<u8>> {
        let mut message = Vec::new();
        self.put(&mut message, command, &[body]);
        self.stream.get_mut().write_all(&message)?;
        self.answer(command)
    }

    /// Puts a message behind others.
    fn put(&mut self, messages: &mut Vec<u8>, command: Command, body: &[&[u8]]) {
        let bytes = HEADER + body.iter().map(|part| part.len()).sum::<usize>();
        messages.extend(self.next[0].to_ne_bytes());
        messages.extend((command as u16).to_ne_bytes());
        messages.extend((bytes as u32).to_ne_bytes());
        messages.extend([0; 8]);
        body.iter().for_each(|part| messages.extend(*part));
        self.next[0] = self.next[0].wrapping_add(1);
    }

    fn put_access(&mut self, messages: &mut Vec<u8>, base: u64, access: CardAccess) {
        let offset = (base + u64::from(access.address())).to_ne_bytes();
        let (region, count) = (self.region.to_ne_bytes(), 4u32.to_ne_bytes());
        match access {
            CardAccess::Read { .. } => self.put(messages, Command::RegionRead, &[&offset, &region, &count]),
            CardAccess::Write { value, .. } => self.put(messages, Command::RegionWrite, &[&offset, &region, &count, &value.to_le_bytes()]),
        }
    }

    /// The next answer, behind its header.
    fn answer(&mut self, command: Command) -> io::Result<Vec<u8>> {
        let mut header = [0; HEADER];
        self.stream.read_exact(&mut header)?;
        let word = |at: usize| u32::from_ne_bytes(std::array::from_fn(|byte| header[at + byte]));
        let half = |at: usize| u16::from_ne_bytes([header[at], header[at + 1]]);
        let length = word(4) as usize;
        if half(0) != self.next[1] || half(2) != command as u16 || !(HEADER..=LONGEST).contains(&length) {
            return Err(odd());
        }
        self.next[1] = self.next[1].wrapping_add(1);
        let mut body = vec![0; length - HEADER];
        self.stream.read_exact(&mut body)?;
        if word(8) & REFUSED != 0 { Err(io::Error::from_raw_os_error(word(12) as i32)) } else { Ok(body) }
    }

    fn answer_to(&mut self, access: CardAccess, read: &mut Vec<u32>) -> io::Result<()> {
        match access {
            CardAccess::Read { .. } => {
                let answer = self.answer(Command::RegionRead)?;
                let word = answer.last_chunk().filter(|_| answer.len() == 20).ok_or_else(odd)?;
                read.push(u32::from_le_bytes(*word));
                Ok(())
            }
            CardAccess::Write { .. } => self.answer(Command::RegionWrite).map(drop),
        }
    }
}

/// An answer that belongs to no request of ours.
fn odd() -> io::Error {
    io::ErrorKind::InvalidData.into()
}

impl Bar for Socket {
    fn size(&self) -> u64 {
        self.size
    }

    fn read(&mut self, offset: u64) -> io::Result<u32> {
        self.batch(offset, &[CardAccess::Read { address: 0 }]).map(|read| read[0]).map_err(|(_, error)| error)
    }

    fn write(&mut self, offset: u64, value: u32) -> io::Result<()> {
        self.batch(offset, &[CardAccess::Write { address: 0, value }]).map(drop).map_err(|(_, error)| error)
    }

    fn batch(&mut self, base: u64, accesses: &[CardAccess]) -> Result<Vec<u32>, (u32, io::Error)> {
        let mut read = Vec::new();
        for burst in accesses.chunks(UNDER_WAY) {
            let mut requests = Vec::new();
            burst.iter().for_each(|&access| self.put_access(&mut requests, base, access));
            self.stream.get_mut().write_all(&requests).map_err(|error| (burst[0].address(), error))?;
            for &access in burst {
                self.answer_to(access, &mut read).map_err(|error| (access.address(), error))?;
            }
        }
        Ok(read)
    }
}
