//! What a capture holds, whatever tables it will meet: its flows, and the frames that belong to none.

use crate::packet::Packet;
use crate::table::{BATCH, FlowEntry, Sighting, Table};
use capture::{Condition, Error, Piece, Record, Stream};
use contract::code::Reason;
use contract::row::Mac;
use model::ethernet;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// Bytes of a capture for each thread beyond the first: every thread has a table of its own to fill, and to merge in the end.
const WORTH_A_THREAD: u64 = 64 << 20;

/// A capture's flows, and what belongs to none.
#[derive(Clone, Debug, Default)]
pub struct Survey {
    /// Frames, and their bytes on the wire.
    pub frames: u64,
    /// Bytes of all frames on the wire.
    pub bytes: u64,
    table: Table,
    /// Frames that the card does not decide, by reason.
    pub undecided: [u64; Reason::ALL.len()],
}

/// Which frames a card decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// None: it is disabled.
    Nothing,
    /// Those to one of these addresses.
    To(Vec<Mac>),
    /// All, whatever their destination: a capture that was taken elsewhere.
    Everything,
}

impl Survey {
    /// The flows, in no particular order.
    pub fn into_flows(self) -> Vec<FlowEntry> {
        self.table.into_entries()
    }

    /// Reads a capture on the threads of the rayon pool, on as many as its length is worth. `progress` hears how many bytes of it were taken in, piece by piece.
    ///
    /// # Errors
    /// Those of [`Stream`].
    pub fn read(path: &Path, scope: &Scope, progress: impl Fn(u64) + Sync) -> Result<(Self, Condition), Error> {
        let stream = Mutex::new(Stream::open(path, usize::MAX)?);
        let threads = 1 + std::fs::metadata(path).map_or(0, |metadata| metadata.len()) / WORTH_A_THREAD;
        let parts = rayon::broadcast(|context| {
            let (mut survey, mut piece) = (Self::default(), Piece::default());
            if context.index() as u64 >= threads {
                return Ok(survey);
            }
            // A thread that panicked has stopped the program already.
            while stream.lock().unwrap_or_else(PoisonError::into_inner).read(&mut piece)? {
                survey.take(&piece, scope);
                progress(piece.size() as u64);
            }
            Ok(survey)
        });
        let sum = parts.into_iter().reduce(|sum, part| Ok(sum?.merge(part?))).unwrap_or_else(|| Ok(Self::default()))?;
        let condition = stream.into_inner().unwrap_or_else(PoisonError::into_inner).finish()?;
        Ok((sum, condition))
    }

    /// Takes in the frames of a piece.
    fn take(&mut self, piece: &Piece, scope: &Scope) {
        let wanted: Vec<u64> = match scope {
            Scope::To(macs) => macs.iter().copied().map(number).collect(),
            Scope::Nothing | Scope::Everything => Vec::new(),
        };
        let (enabled, any) = (*scope != Scope::Nothing, *scope == Scope::Everything);
        let is_ours = |destination| any || wanted.contains(&number(destination));
        let mut batch = Vec::with_capacity(BATCH);
        for Record { bytes, original, .. } in piece.frames() {
            self.frames += 1;
            self.bytes += u64::from(original);
            let (bridged, packet) = (ethernet::admit(enabled, bytes, is_ours).err(), Packet::of(bytes));
            if let Some(reason) = bridged.or(packet.err()) {
                self.undecided[usize::from(reason.code())] += 1;
            }
            if let Ok(packet) = packet {
                batch.push(Sighting { packet, bytes: original, decided: bridged.is_none() });
                if batch.len() == BATCH {
                    self.table.add(&batch);
                    batch.clear();
                }
            }
        }
        self.table.add(&batch);
    }

    fn merge(mut self, other: Self) -> Self {
        self.frames += other.frames;
        self.bytes += other.bytes;
        for (sum, count) in self.undecided.iter_mut().zip(other.undecided) {
            *sum += count;
        }
        self.table = self.table.merge(other.table);
        self
    }
}

/// A MAC address as a number, quick to compare.
#[inline]
fn number([a, b, c, d, e, f]: Mac) -> u64 {
    u64::from_be_bytes([0, 0, a, b, c, d, e, f])
}
