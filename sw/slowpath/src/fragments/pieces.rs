//! Which bytes of a datagram have come. Source: RFC 791, RFC 5722, RFC 8200.

use crate::Fate;
use std::ops::Range;

/// Runs that are remembered of one datagram.
pub const RUNS: usize = 64;

/// Fragments of equal length that follow one another: what a sender makes of a datagram is one run and a last fragment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    start: u16,
    end: u16,
    /// Bytes of each fragment.
    step: u16,
}

impl Run {
    /// Whether one of its fragments is exactly this one.
    fn has(&self, start: u16, end: u16) -> bool {
        self.start <= start && end <= self.end && end - start == self.step && (start - self.start).is_multiple_of(self.step)
    }

    fn joins(&self, next: &Self) -> bool {
        self.end == next.start && self.step == next.step
    }
}

/// The bytes of a datagram that have come, and where fragment ended.
///
/// It tells a copy of a fragment from one that overlaps others, in at most [`RUNS`] runs however many fragments there are.
#[derive(Clone, Debug, Default)]
pub struct Pieces {
    /// In the order of their bytes; no two overlap.
    runs: Vec<Run>,
    /// Bytes of the datagram, once the last fragment has come.
    total: Option<u16>,
    received: u32,
}

/// What a fragment is to those that came before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Bytes that had not come.
    New,
    /// Exactly one that had.
    Copy,
}

impl Pieces {
    /// Takes note of a fragment.
    ///
    /// # Errors
    /// `FragmentLength` if it is empty, ends between two multiples of eight bytes although more follow, or contradicts where the datagram ends;
    /// `DatagramTooLong` if it ends beyond byte 65,535; `Overlap` and `TooManyPieces`. Then nothing was noted.
    pub fn add(&mut self, bytes: &Range<usize>, more: bool) -> Result<Piece, Fate> {
        let (Ok(start), Ok(end)) = (u16::try_from(bytes.start), u16::try_from(bytes.end)) else { return Err(Fate::DatagramTooLong) };
        if start >= end || more && !(end - start).is_multiple_of(8) {
            return Err(Fate::FragmentLength);
        }
        let ends_at = self.total.or((!more).then_some(end));
        let greatest = self.runs.last().map_or(end, |run| run.end.max(end));
        if ends_at.is_some_and(|total| greatest > total || more == (end == total)) {
            return Err(Fate::FragmentLength);
        }
        // The first run that does not end before this fragment starts.
        let at = self.runs.partition_point(|run| run.end <= start);
        match self.runs.get(at) {
            Some(run) if run.has(start, end) => return Ok(Piece::Copy),
            Some(run) if run.start < end => return Err(Fate::Overlap),
            _ => {}
        }
        self.insert(at, Run { start, end, step: end - start })?;
        self.total = ends_at;
        self.received += u32::from(end - start);
        Ok(Piece::New)
    }

    fn insert(&mut self, at: usize, run: Run) -> Result<(), Fate> {
        let before = at > 0 && self.runs[at - 1].joins(&run);
        let after = self.runs.get(at).is_some_and(|next| run.joins(next));
        match (before, after) {
            (true, true) => {
                self.runs[at - 1].end = self.runs[at].end;
                self.runs.remove(at);
            }
            (true, false) => self.runs[at - 1].end = run.end,
            (false, true) => self.runs[at].start = run.start,
            (false, false) if self.runs.len() == RUNS => return Err(Fate::TooManyPieces),
            (false, false) => self.runs.insert(at, run),
        }
        Ok(())
    }

    /// Whether every byte has come.
    pub fn is_complete(&self) -> bool {
        self.total.is_some_and(|total| u32::from(total) == self.received)
    }
}
