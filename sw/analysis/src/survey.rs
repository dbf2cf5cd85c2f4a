//! What a capture holds, whatever tables it will meet: its flows, and the frames that belong to none.

use crate::entry::Kind;
use crate::flow_set::FlowSet;
use crate::packet::Packet;
use crate::table::{BATCH, Sighting, Table};
use crate::unkept::UnkeptFlows;
use capture::{Condition, Error, Piece, Record, Stream};
use contract::code::Reason;
use contract::row::Mac;
use foldhash::fast::RandomState;
use model::ethernet;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// Bytes of a capture for each thread beyond the first: every thread has a table of its own to fill, and to merge in the end.
const WORTH_A_THREAD: u64 = 64 << 20;

/// Flows that are kept of a capture if nobody says otherwise. An entry takes 64 bytes and its slots 16 to 64 more: at most 2 GB in all.
pub const MOST_FLOWS: usize = 1 << 24;

/// A capture's flows, and what belongs to none.
#[derive(Clone, Debug)]
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
    /// Nothing yet, with room for this many flows.
    fn new(most_flows: usize, hasher: RandomState) -> Self {
        Self { frames: 0, bytes: 0, table: Table::new(most_flows, hasher), undecided: [0; _] }
    }

    /// The flows, in no particular order.
    pub fn into_flows(self) -> FlowSet {
        self.table.into_set()
    }

    /// What was seen of flows beyond those that are kept; `None` if all are.
    pub fn unkept(&self) -> Option<UnkeptFlows> {
        self.table.unkept().sums()
    }

    /// Reads a capture on the threads of the rayon pool, on as many as its length is worth. Keeps `most_flows` flows, each kind of its packets
    /// counted as one: decided, ICMP errors and bridged ones. `progress` hears how many bytes were taken in, piece by piece.
    ///
    /// # Errors
    /// Those of [`Stream`].
    pub fn read(path: &Path, scope: &Scope, most_flows: usize, progress: impl Fn(u64) + Sync) -> Result<(Self, Condition), Error> {
        let stream = Mutex::new(Stream::open(path, usize::MAX)?);
        let threads = 1 + std::fs::metadata(path).map_or(0, |metadata| metadata.len()) / WORTH_A_THREAD;
        let hasher = RandomState::default();
        let parts = rayon::broadcast(|context| {
            let (mut survey, mut piece) = (Self::new(most_flows, hasher.clone()), Piece::default());
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
        let sum =
            parts.into_iter().reduce(|sum, part| Ok(sum?.merge(part?))).unwrap_or_else(|| Ok(Self::new(most_flows, hasher.clone())))?;
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
                let kind = match (bridged, packet.embedded) {
                    (Some(_), _) => Kind::Bridged,
                    (None, true) => Kind::Errors,
                    (None, false) => Kind::Own,
                };
                batch.push(Sighting { packet, bytes: original, kind });
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
