//! What became of every frame: each one that came in has left, was dropped for a reason, or is held.

use crate::malformed::Fault;
use contract::code::Reason;

/// Declares the fates with their names, in one list: those of frames that left first.
macro_rules! fates {
    (leaves { $($(#[$doc:meta])* $leaves:ident = $text:literal;)* } dropped { $($(#[$why:meta])* $dropped:ident = $reason:literal;)* }) => {
        /// What became of a frame; also the name of a counter.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Fate {
            $($(#[$doc])* $leaves,)*
            $($(#[$why])* $dropped,)*
            /// Dropped: malformed, and what is wrong with it.
            Malformed(Fault),
        }

        impl Fate {
            /// The fates that have no further detail, in the order of the counters.
            const PLAIN: &'static [Self] = &[$(Self::$leaves,)* $(Self::$dropped,)*];
            /// How many of them are of frames that left.
            const LEAVES: usize = [$($text,)*].len();

            /// The name used in reports and counters.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$leaves => $text,)*
                    $(Self::$dropped => $reason,)*
                    Self::Malformed(fault) => fault.name(),
                }
            }
        }
    };
}

fates! {
    leaves {
        /// An ARP request for a group's address; the reply left in its place.
        ArpReply = "arp_reply";
        /// A neighbour solicitation for a group's address; the advertisement left in its place.
        Advertisement = "neighbour_advertisement";
        /// A neighbour question to everybody that is for no group's address: sent on by the paired port.
        PassedOn = "passed_on";
        /// For the host's own programs.
        ToTap = "to_tap";
        /// From the host's own programs, out by the port.
        FromTap = "from_tap";
        /// Bridged, as the card would do by the tables of now.
        Bridged = "bridged";
        /// Decided with its whole header chain, and sent to its manager.
        Decided = "decided";
        /// A fragment that was sent to its manager.
        Fragment = "fragment";
    }
    dropped {
        /// A question for a group's address, while the distributor is the standby of a pair.
        Standby = "standby";
        /// A question of a source that asked too often.
        RateLimited = "rate_limited";
        /// A question for a group's address that breaks the rules for it.
        InvalidQuestion = "invalid_question";
        /// A question for a group's address from that group's own MAC: an announcement of this distributor or of its pair.
        OwnAnnouncement = "own_announcement";
        /// More extension headers than are walked.
        ChainTooLong = "chain_too_long";
        /// No enabled manager takes the packet.
        NoManager = "no_manager";
        /// A first fragment without its ports, and its datagram's fragments.
        FirstWithoutPorts = "first_without_ports";
        /// A TCP fragment that could overwrite the first one's flags (RFC 3128), and its datagram's fragments.
        TinyTcp = "tiny_tcp";
        /// Fragments that overlap (RFC 5722), and their datagram's.
        Overlap = "overlap";
        /// A length that contradicts the other fragments or itself, and its datagram's fragments.
        FragmentLength = "fragment_length";
        /// A datagram of more than 65,535 bytes.
        DatagramTooLong = "datagram_too_long";
        /// A datagram in more pieces than are remembered of one.
        TooManyPieces = "too_many_pieces";
        /// A datagram that would hold more bytes or fragments than one may.
        DatagramBound = "datagram_bound";
        /// A copy of a fragment that is held.
        Duplicate = "duplicate";
        /// Held until time was up; the first fragment did not come.
        TimeUp = "time_up";
        /// The oldest that was held, when all bytes were in use.
        BytesBound = "bytes_bound";
        /// The oldest that its source held, when the source had its share of the bytes.
        SourceShare = "source_share";
        /// The oldest that was held, when all datagrams were in use.
        DatagramsBound = "datagrams_bound";
        /// A fragment of a new datagram, when every remembered one still received.
        TableFull = "table_full";
    }
}

impl Fate {
    /// Every fate, in the order of the counters.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::PLAIN.iter().copied().chain(Fault::ALL.iter().map(|fault| Self::Malformed(*fault)))
    }

    /// Whether the frame left, or an answer in its place.
    pub fn leaves(self) -> bool {
        Self::PLAIN[..Self::LEAVES].contains(&self)
    }

    /// Why a datagram is dropped whose first fragment could not be walked as a whole packet, by the reason that ended the walk.
    pub fn of_first(reason: Reason) -> Self {
        match reason {
            Reason::TooDeep => Self::ChainTooLong,
            _ => Self::FirstWithoutPorts,
        }
    }

    fn index(self) -> usize {
        Self::all().position(|fate| fate == self).expect("every fate is in the list")
    }
}

/// The counters of a slow path, since its start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counters {
    taken: u64,
    announced: u64,
    fates: [u64; Fate::PLAIN.len() + Fault::ALL.len()],
}

impl Default for Counters {
    fn default() -> Self {
        Self { taken: 0, announced: 0, fates: [0; _] }
    }
}

impl Counters {
    pub(crate) fn take(&mut self) {
        self.taken += 1;
    }

    pub(crate) fn announce(&mut self) {
        self.announced += 1;
    }

    pub(crate) fn count(&mut self, fate: Fate, frames: usize) {
        self.fates[fate.index()] += frames as u64;
    }

    /// Frames that came in.
    pub fn taken(&self) -> u64 {
        self.taken
    }

    /// Announcements that left, which nobody had asked for.
    pub fn announced(&self) -> u64 {
        self.announced
    }

    /// Frames of this fate.
    pub fn of(&self, fate: Fate) -> u64 {
        self.fates[fate.index()]
    }

    /// Frames that left in the place of one that came in.
    pub fn left(&self) -> u64 {
        Fate::all().filter(|fate| fate.leaves()).map(|fate| self.of(fate)).sum()
    }

    /// Frames that were dropped, for any reason.
    pub fn dropped(&self) -> u64 {
        Fate::all().filter(|fate| !fate.leaves()).map(|fate| self.of(fate)).sum()
    }
}
