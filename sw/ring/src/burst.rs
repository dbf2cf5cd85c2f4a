//! Frames that wait at an interface, received together.

use crate::{Interface, Kind, ROOM, Received};
use rustix::io::{Errno, ReadWriteFlags, preadv2};
use std::io::{self, IoSliceMut};
use std::ops::Range;

/// Frames of a burst at most.
const FRAMES: usize = 64;
/// Bytes of the room for them: frames of usual size, and one of any size behind them.
const BYTES: usize = FRAMES * 2048 + ROOM;

/// Frames that came together, one behind the other, and the room for them; to be used again and again.
pub struct Burst {
    room: Vec<u8>,
    frames: Vec<Range<usize>>,
    uncut: Option<usize>,
}

impl Default for Burst {
    fn default() -> Self {
        Self { room: vec![0; BYTES], frames: Vec::with_capacity(FRAMES), uncut: None }
    }
}

impl Burst {
    /// The frames, in the order in which they came.
    pub fn frames(&self) -> Vec<&[u8]> {
        self.frames.iter().map(|frame| &self.room[frame.clone()]).collect()
    }

    /// The bytes of what the sender's kernel wanted the network card to cut into frames, if that came: it ends a burst, and is none of its frames.
    pub fn uncut(&self) -> Option<usize> {
        self.uncut
    }

    fn end(&self) -> usize {
        self.frames.last().map_or(0, |last| last.end)
    }

    /// Whether another frame of any size has room.
    fn has_room(&self) -> bool {
        self.uncut.is_none() && self.frames.len() < FRAMES && self.room.len() - self.end() >= ROOM
    }

    fn next(&mut self) -> &mut [u8] {
        let end = self.end();
        &mut self.room[end..end + ROOM]
    }

    fn add(&mut self, received: Received) {
        match received {
            Received::Frame(length) => self.frames.push(self.end()..self.end() + length),
            Received::Uncut(length) => self.uncut = Some(length),
        }
    }
}

impl Interface {
    /// Waits for what comes in next, and takes what waits behind it, too, as [`Interface::receive`] does.
    ///
    /// # Errors
    /// If the interface is gone.
    pub fn receive_burst(&self, burst: &mut Burst) -> io::Result<()> {
        burst.frames.clear();
        burst.uncut = None;
        let first = self.receive(burst.next())?;
        burst.add(first);
        while burst.has_room() {
            match self.receive_waiting(burst.next())? {
                Some(received) => burst.add(received),
                None => break,
            }
        }
        Ok(())
    }

    /// What waits, if anything does.
    fn receive_waiting(&self, room: &mut [u8]) -> io::Result<Option<Received>> {
        match &*self.0 {
            Kind::Tap(device) => match preadv2(device, &mut [IoSliceMut::new(room)], u64::MAX, ReadWriteFlags::NOWAIT) {
                Ok(length) => Ok(Some(Received::Frame(length))),
                // Nothing waits; or the kernel has no reading of a TAP without waiting, and each frame is a burst.
                Err(Errno::AGAIN | Errno::INTR | Errno::OPNOTSUPP) => Ok(None),
                Err(error) => Err(error.into()),
            },
            Kind::Packet(socket) => socket.receive_waiting(room),
        }
    }
}
