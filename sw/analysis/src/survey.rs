//! What a capture holds, whatever tables it will meet: its flows, and the frames that belong to none.

use crate::entry::Kind;
use crate::flow_set::FlowSet;
use crate::packet::{self, Packet};
use crate::table::{Batch, Table};
use crate::unkept::UnkeptFlows;
use capture::{Condition, Error, Piece, Record, Stream, Taker};
use contract::code::Reason;
use contract::row::{Mac, Neighbours};
use foldhash::fast::RandomState;
use model::common::Common;
use model::ethernet;
use rayon::prelude::*;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// How a capture is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Which frames the card decides.
    pub scope: Scope,
    /// How many flows are kept; each kind of a flow's packets counts as one: decided, ICMP errors and bridged ones.
    pub most_flows: usize,
    /// Bytes of a capture for each thread beyond the first: every thread has a table of its own to fill, and to merge in the end.
    pub bytes_a_thread: u64,
}

impl Options {
    /// Flows that are kept if nobody says otherwise: at 64 bytes each, and 16 to 32 for their slots, less than 2 GB.
    pub const MOST_FLOWS: usize = 1 << 24;

    /// The usual.
    pub fn new(scope: Scope) -> Self {
        Self { scope, most_flows: Self::MOST_FLOWS, bytes_a_thread: 512 << 20 }
    }
}

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
    /// Those to one of these addresses, and neighbour questions to everybody if the host gets them.
    To(Vec<Mac>, Neighbours),
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

    /// Reads a capture on the threads of the rayon pool, on as many as its length is worth. `progress` hears how many bytes were taken in,
    /// piece by piece.
    ///
    /// # Errors
    /// Those of [`Stream`].
    pub fn read(path: &Path, options: &Options, progress: impl Fn(u64) + Sync) -> Result<(Self, Condition), Error> {
        let mut stream = Stream::open(path, usize::MAX)?;
        let length = std::fs::metadata(path).map_or(0, |metadata| metadata.len());
        let threads = match 1 + length / options.bytes_a_thread.max(1) {
            // The pool is not even asked for its size: it would start its threads.
            1 => 1,
            worth => worth.min(rayon::current_num_threads() as u64) as usize,
        };
        let hasher = RandomState::default();
        let surveyor = || Surveyor::new(Self::new(options.most_flows, hasher.clone()), &options.scope);
        if threads == 1 {
            let (mut surveyor, mut piece) = (surveyor(), Piece::default());
            while stream.read_into(&mut piece, &mut surveyor)? {
                progress(piece.size() as u64);
            }
            return Ok((surveyor.finish(), stream.finish()?));
        }
        let stream = Mutex::new(stream);
        let part = |_| {
            let (mut surveyor, mut piece) = (surveyor(), Piece::default());
            // A thread that panicked has stopped the program already.
            while stream.lock().unwrap_or_else(PoisonError::into_inner).read(&mut piece)? {
                piece.frames().for_each(|record| surveyor.take(&record));
                progress(piece.size() as u64);
            }
            Ok(surveyor.finish())
        };
        let parts: Vec<Result<Self, Error>> = (0..threads).into_par_iter().with_max_len(1).map(part).collect();
        let sum = parts.into_iter().reduce(|sum, part| Ok(sum?.merge(part?))).unwrap_or_else(|| Ok(surveyor().finish()))?;
        let condition = stream.into_inner().unwrap_or_else(PoisonError::into_inner).finish()?;
        Ok((sum, condition))
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

/// Makes a survey, frame by frame.
struct Surveyor {
    survey: Survey,
    /// Packets that wait to be looked up together.
    batch: Batch,
    enabled: bool,
    /// Whether every address is the card's.
    any: bool,
    /// The card's addresses.
    macs: Vec<u64>,
    neighbours: Neighbours,
}

impl Surveyor {
    fn new(survey: Survey, scope: &Scope) -> Self {
        let (macs, neighbours) = match scope {
            Scope::To(macs, neighbours) => (macs.iter().copied().map(number).collect(), *neighbours),
            Scope::Nothing | Scope::Everything => (Vec::new(), Neighbours::Bridge),
        };
        let (enabled, any) = (*scope != Scope::Nothing, *scope == Scope::Everything);
        Self { survey, batch: Batch::default(), enabled, any, macs, neighbours }
    }

    fn finish(mut self) -> Survey {
        self.survey.table.add(&mut self.batch);
        self.survey
    }
}

impl Taker for Surveyor {
    #[inline(always)]
    fn take(&mut self, &Record { bytes, original, .. }: &Record<'_>) {
        let Self { survey, batch, .. } = self;
        survey.frames += 1;
        survey.bytes += u64::from(original);
        let is_ours = |destination| self.any || self.macs.contains(&number(destination));
        let bridged = ethernet::admit(self.enabled, self.neighbours, bytes, is_ours).err();
        if let Some(reason) = bridged {
            survey.undecided[usize::from(reason.code())] += 1;
        }
        // The two ways a packet comes about stay apart, so that the usual one's parts need not pass through memory.
        if let Some(common) = Common::of(bytes) {
            let (flow, direction) = packet::common(bytes, &common);
            batch.push(flow, kind(bridged, false), direction, original);
        } else {
            match Packet::walk(bytes) {
                Ok(Packet { flow, direction, embedded }) => batch.push(flow, kind(bridged, embedded), direction, original),
                Err(reason) if bridged.is_none() => survey.undecided[usize::from(reason.code())] += 1,
                Err(_) => {}
            }
        }
        if batch.is_full() {
            survey.table.add(batch);
        }
    }
}

/// How a packet is counted, by why the card bridges it if it does.
fn kind(bridged: Option<Reason>, embedded: bool) -> Kind {
    match (bridged, embedded) {
        (Some(_), _) => Kind::Bridged,
        (None, true) => Kind::Errors,
        (None, false) => Kind::Own,
    }
}

/// A MAC address as a number, quick to compare.
#[inline]
fn number([a, b, c, d, e, f]: Mac) -> u64 {
    u64::from_le_bytes([a, b, c, d, e, f, 0, 0])
}
