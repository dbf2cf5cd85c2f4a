//! Frames on their way out: segments that follow each other leave together.
//!
//! A segment costs a host as much as a long one: a system call, and a way through the stack of whoever receives it on this machine. So segments of TCP
//! that follow each other leave as one, which a network card cuts, or the kernel, into what came. Nothing waits for what has not come yet.

use crate::offload::{self, Unfinished};
use crate::polled::{Open, Polled};
use packet::join::{Joined, Whole};

/// Frames that have not left yet, of one interface, and what became of those that have.
#[derive(Default)]
pub struct Leaving {
    joined: Joined,
    unfinished: Unfinished,
    sent: u64,
    lost: u64,
}

/// What became of frames.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Left {
    /// How many the interface took.
    pub sent: u64,
    /// How many it did not take: it is down, or full, or the frame is too long.
    pub lost: u64,
}

impl Polled {
    /// Sends a frame, as [`Polled::send`] does, but perhaps not before the next one, or [`Polled::flush`]. Frames leave in the order of the calls.
    pub fn send_joined(&self, leaving: &mut Leaving, frame: &mut [u8], unfinished: Unfinished) {
        if self.joins() && unfinished.segment().is_none() {
            let (network, is_unfinished) = (offload::network_at(frame), unfinished.checksum().is_some());
            if leaving.joined.add(frame, network, is_unfinished) {
                return self.began(leaving, unfinished);
            }
            self.leave(leaving);
            if leaving.joined.add(frame, network, is_unfinished) {
                return self.began(leaving, unfinished);
            }
        }
        self.leave(leaving);
        leaving.count(1, self.send(frame, unfinished).is_ok());
    }

    /// Sends what has not left yet; tells what became of all frames since it was asked last.
    pub fn flush(&self, leaving: &mut Leaving) -> Left {
        self.leave(leaving);
        let Leaving { sent, lost, .. } = leaving;
        Left { sent: std::mem::take(sent), lost: std::mem::take(lost) }
    }

    /// Whether the interface takes long segments.
    fn joins(&self) -> bool {
        matches!(self.0, Open::Packet(_))
    }

    fn began(&self, leaving: &mut Leaving, unfinished: Unfinished) {
        leaving.unfinished = unfinished;
        if leaving.joined.is_over() {
            self.leave(leaving);
        }
    }

    fn leave(&self, leaving: &mut Leaving) {
        let Leaving { joined, unfinished, .. } = leaving;
        let segments = joined.segments();
        let sent = if let Some(Whole { frame, transport, content, size }) = joined.whole() {
            let unfinished = Unfinished::segments(frame, transport, content, size as u16);
            self.send(frame, unfinished)
        } else if let Some(frame) = joined.single() {
            self.send(frame, *unfinished)
        } else {
            return;
        };
        joined.clear();
        leaving.count(segments as u64, sent.is_ok());
    }
}

impl Leaving {
    fn count(&mut self, frames: u64, is_sent: bool) {
        *(if is_sent { &mut self.sent } else { &mut self.lost }) += frames;
    }
}
