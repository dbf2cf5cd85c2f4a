//! How far a connection is, by the packets that pass. Source: RFC 9293; timeouts by RFC 5382, RFC 4787 and RFC 7857.

use crate::table::{Acknowledged, Direction, Found, Table, Tracking};
use smoltcp::wire::{TcpOption, TcpPacket};
use std::time::Duration;

/// How far a connection is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Stage {
    /// It is over, and its record free.
    Gone = 0,
    /// The client's SYN has passed.
    Syn = 1,
    /// The server has answered it. That proves nothing of the client.
    Answered = 2,
    /// The client has acknowledged the answer.
    Established = 3,
    /// One end has sent its FIN.
    Closing = 4,
    /// Both have.
    Closed = 5,
    /// One end has reset it.
    Reset = 6,
    /// UDP of the client has passed.
    UdpNew = 7,
    /// UDP of the server has passed, too.
    UdpAnswered = 8,
    /// The server answers directly, and nothing is proved of the client.
    DirectNew = 9,
    /// The server answers directly, and the client has come back.
    DirectProved = 10,
}

impl Stage {
    /// Evictable under pressure.
    pub fn is_half_open(self) -> bool {
        matches!(self, Self::Syn | Self::Answered | Self::UdpNew | Self::DirectNew)
    }

    /// Over, or about to be: a new SYN opens another connection.
    pub fn is_closing(self) -> bool {
        matches!(self, Self::Closing | Self::Closed | Self::Reset)
    }

    pub(crate) fn from_bits(bits: u8) -> Self {
        const ALL: [Stage; 11] = [
            Stage::Gone,
            Stage::Syn,
            Stage::Answered,
            Stage::Established,
            Stage::Closing,
            Stage::Closed,
            Stage::Reset,
            Stage::UdpNew,
            Stage::UdpAnswered,
            Stage::DirectNew,
            Stage::DirectProved,
        ];
        ALL.get(usize::from(bits)).copied().unwrap_or(Self::Gone)
    }
}

/// Flags of [`Tracking`]: the client's FIN has passed.
const FIN_CLIENT: u8 = 1;
/// The server's FIN has passed.
const FIN_SERVER: u8 = 2;
/// A direct client has sent something after its first packet.
const CAME_BACK: u8 = 4;

/// How long a connection is remembered after its last packet, by its stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// `syn` and `answered`.
    pub half_open: Duration,
    /// Established.
    pub established: Duration,
    /// After one FIN.
    pub closing: Duration,
    /// After both.
    pub closed: Duration,
    /// After a RST.
    pub reset: Duration,
    /// UDP that the server has not answered.
    pub udp_new: Duration,
    /// UDP.
    pub udp: Duration,
    /// Connections whose server answers directly.
    pub direct_idle: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self {
            half_open: seconds(60),
            established: seconds(7440),
            closing: seconds(240),
            closed: seconds(10),
            reset: seconds(10),
            udp_new: seconds(30),
            udp: seconds(300),
            direct_idle: seconds(900),
        }
    }
}

impl Timeouts {
    /// How long a connection of this stage is remembered.
    pub fn of(&self, stage: Stage) -> Duration {
        match stage {
            Stage::Gone => Duration::ZERO,
            Stage::Syn | Stage::Answered | Stage::DirectNew => self.half_open,
            Stage::Established => self.established,
            Stage::Closing => self.closing,
            Stage::Closed => self.closed,
            Stage::Reset => self.reset,
            Stage::UdpNew => self.udp_new,
            Stage::UdpAnswered => self.udp,
            Stage::DirectProved => self.direct_idle,
        }
    }
}

/// What is followed of a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Its sequence number.
    pub sequence: u32,
    /// What it acknowledges, if it does.
    pub acknowledged: Option<u32>,
    /// What it takes of sequence numbers: its bytes, SYN and FIN.
    pub length: u32,
    /// Its window, as it stands there.
    pub window: u16,
    /// SYN.
    pub syn: bool,
    /// FIN.
    pub fin: bool,
    /// RST.
    pub rst: bool,
    /// The window shift that a SYN offers; 0 if it does not.
    pub shift: u8,
}

impl Segment {
    /// The segment in the bytes of a TCP packet; `None` if its header is not all there.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let packet = TcpPacket::new_checked(bytes).ok()?;
        let shift = if packet.syn() { shift(packet.options()) } else { 0 };
        Some(Self {
            sequence: packet.seq_number().0.cast_unsigned(),
            acknowledged: packet.ack().then(|| packet.ack_number().0.cast_unsigned()),
            length: packet.segment_len() as u32,
            window: packet.window_len(),
            syn: packet.syn(),
            fin: packet.fin(),
            rst: packet.rst(),
            shift,
        })
    }

    /// The sequence number after it.
    pub fn next(&self) -> u32 {
        self.sequence.wrapping_add(self.length)
    }

    /// Whether it opens a connection: SYN without ACK.
    pub fn opens(&self) -> bool {
        self.syn && self.acknowledged.is_none() && !self.rst && !self.fin
    }
}

/// The window shift in a SYN's options; RFC 7323 admits 14 at most.
fn shift(mut options: &[u8]) -> u8 {
    while let Ok((rest, option)) = TcpOption::parse(options) {
        match option {
            TcpOption::EndOfList => break,
            TcpOption::WindowScale(shift) => return shift.min(14),
            _ => options = rest,
        }
    }
    0
}

/// What is followed of a connection that this SYN opens.
pub fn opened(second: u32, segment: &Segment, direct: bool) -> Tracking {
    let stage = if direct { Stage::DirectNew } else { Stage::Syn };
    Tracking { seen: second, stage, before: stage, flags: 0, shifts: [segment.shift, 0] }
}

/// What is followed of a connection that a datagram of UDP opens.
pub fn opened_by_udp(second: u32, direct: bool) -> Tracking {
    let stage = if direct { Stage::DirectNew } else { Stage::UdpNew };
    Tracking { seen: second, stage, before: stage, flags: 0, shifts: [0, 0] }
}

/// The same of one that leaves a server's network. It is remembered as if it were answered if it `stays`: RFC 4787, REQ-5.
pub(crate) fn opened_by_udp_inside(second: u32, stays: bool) -> Tracking {
    let tracking = opened_by_udp(second, false);
    if stays { Tracking { stage: Stage::UdpAnswered, ..tracking } } else { tracking }
}

/// Follows a datagram of UDP.
pub fn follow_udp(table: &Table<'_>, found: Found, second: u32) {
    table.track(found, |tracking| match (tracking.stage, found.direction) {
        (Stage::UdpNew, Direction::ToClient) => Tracking { stage: Stage::UdpAnswered, seen: second, ..tracking },
        (Stage::DirectNew | Stage::DirectProved, _) => come_back(tracking, second),
        _ => Tracking { seen: second, ..tracking },
    });
}

/// Follows a segment of TCP. Its sender is the client (0) or the server (1).
pub fn follow(table: &Table<'_>, found: Found, segment: &Segment, second: u32) {
    let sender = usize::from(found.direction == Direction::ToClient);
    let initial = table.initial(found);
    let is_direct = |stage| matches!(stage, Stage::DirectNew | Stage::DirectProved);
    let fits = fits(table, found, segment, sender, initial);
    let (before, after) = table.track(found, |tracking| {
        if is_direct(tracking.stage) || is_direct(tracking.before) {
            return direct(tracking, segment, fits, second);
        }
        let seen = Tracking { seen: second, ..tracking };
        match tracking.stage {
            _ if segment.rst && fits && tracking.stage != Stage::Reset => Tracking { stage: Stage::Reset, before: tracking.stage, ..seen },
            // What is out of window does not keep a connection that was reset.
            Stage::Reset if segment.rst || !fits || segment.syn => tracking,
            Stage::Reset => Tracking { stage: tracking.before, ..seen },
            // A RST out of window changes nothing.
            _ if segment.rst => tracking,
            Stage::Syn if sender == 1 && segment.syn && segment.acknowledged.is_some_and(|next| answers(next, initial[0])) => {
                Tracking { stage: Stage::Answered, shifts: [tracking.shifts[0], segment.shift], ..seen }
            }
            Stage::Syn if sender == 0 && segment.opens() => Tracking { shifts: [segment.shift, 0], ..seen },
            Stage::Answered if sender == 0 && !segment.syn && segment.acknowledged.is_some_and(|next| answers(next, initial[1])) => {
                with_fin(Tracking { stage: Stage::Established, ..seen }, segment, sender)
            }
            Stage::Established | Stage::Closing if fits => with_fin(seen, segment, sender),
            _ => seen,
        }
    });
    if segment.rst || segment.syn && after.stage.is_closing() {
        return;
    }
    // The numbers that later segments are measured by. Until a SYN is answered, the client may begin anew.
    if segment.syn && (before.stage == Stage::Syn || before.stage == Stage::Answered && sender == 1) {
        table.note_initial(found, sender, segment.sequence);
    }
    if is_direct(after.stage) {
        // As if the server had acknowledged it all, and had no window: so a RST fits at the next number only.
        let next = segment.next();
        let is_later = table.acknowledged(found, 1).is_none_or(|old| next.wrapping_sub(old.next).cast_signed() > 0);
        if is_later {
            table.acknowledge(found, 1, Acknowledged { next, edge: next });
        }
        // What the client expects of the server is measured by nobody, and is there for a RST of the manager's own.
        if let Some(next) = segment.acknowledged {
            table.acknowledge(found, 0, Acknowledged { next, edge: next });
        }
        return;
    }
    if let Some(next) = segment.acknowledged {
        let shift = if segment.syn { 0 } else { after.shifts[sender] };
        // A shift holds only if both ends have offered one; a window too wide by it lets a RST in that the ends themselves refuse.
        table.acknowledge(found, sender, Acknowledged { next, edge: next.wrapping_add(u32::from(segment.window) << shift) });
    }
}

/// Notes of a direction what a carrier has seen: the second of its last packet, and what that has acknowledged, with its window without shift.
pub(crate) fn note_carried(table: &Table<'_>, found: Found, second: u32, (next, window): (u32, u16)) {
    let (tracking, _) = table.track(found, |tracking| {
        let is_later = second > tracking.seen && matches!(tracking.stage, Stage::Established | Stage::UdpAnswered);
        if is_later { Tracking { seen: second, ..tracking } } else { tracking }
    });
    if tracking.stage == Stage::Established {
        note_acknowledged(table, found, &tracking, (next, window));
    }
}

/// Notes what the sender of a direction has acknowledged, with its window without shift, if it is later than what is known.
pub(crate) fn note_acknowledged(table: &Table<'_>, found: Found, tracking: &Tracking, (next, window): (u32, u16)) {
    let sender = usize::from(found.direction == Direction::ToClient);
    if table.acknowledged(found, sender).is_none_or(|old| later(old.next, next) == next) {
        let edge = next.wrapping_add(u32::from(window) << tracking.shifts[sender]);
        table.acknowledge(found, sender, Acknowledged { next, edge });
    }
}

/// The later of two sequence numbers.
pub(crate) fn later(one: u32, other: u32) -> u32 {
    if other.wrapping_sub(one).cast_signed() >= 0 { other } else { one }
}

/// The manager itself has reset a connection at both ends, or one that was reset `again`: that is noted, and nothing revives it. Returns whether nobody
/// had before.
pub(crate) fn reset(table: &Table<'_>, found: Found, second: u32, again: bool) -> bool {
    let (before, _) = table.track(found, |tracking| match tracking.stage {
        Stage::Reset if again => Tracking { before: Stage::Reset, ..tracking },
        Stage::Reset => tracking,
        stage => Tracking { stage: Stage::Reset, before: stage, seen: second, ..tracking },
    });
    !matches!(before.stage, Stage::Reset | Stage::Gone)
}

/// Whether an acknowledgement is of a SYN with this number, and maybe of some bytes that came with it.
fn answers(next: u32, initial: u32) -> bool {
    (1..=0xffff).contains(&next.wrapping_sub(initial))
}

/// Whether a segment lies in the window of the end that it goes to.
fn fits(table: &Table<'_>, found: Found, segment: &Segment, sender: usize, initial: [u32; 2]) -> bool {
    match (table.acknowledged(found, 1 - sender), sender) {
        (Some(Acknowledged { next, edge }), _) => segment.sequence.wrapping_sub(next) <= edge.wrapping_sub(next),
        // The server refuses the SYN: RFC 9293, 3.10.7.3.
        (None, 1) if segment.rst && segment.acknowledged.is_some() => answers(segment.acknowledged.unwrap_or(0), initial[0]),
        (None, _) => segment.sequence.wrapping_sub(initial[sender]) <= 1,
    }
}

fn with_fin(tracking: Tracking, segment: &Segment, sender: usize) -> Tracking {
    if !segment.fin {
        return tracking;
    }
    let flags = tracking.flags | if sender == 0 { FIN_CLIENT } else { FIN_SERVER };
    let stage = if flags & FIN_CLIENT != 0 && flags & FIN_SERVER != 0 { Stage::Closed } else { Stage::Closing };
    Tracking { flags, stage, ..tracking }
}

/// Only the client's side passes. A RST counts only at the client's next number, and a later segment revives.
fn direct(tracking: Tracking, segment: &Segment, fits: bool, second: u32) -> Tracking {
    match tracking.stage {
        Stage::Reset if segment.rst => tracking,
        Stage::Reset => Tracking { stage: tracking.before, seen: second, ..tracking },
        stage if segment.rst && fits => Tracking { stage: Stage::Reset, before: stage, seen: second, ..tracking },
        _ if segment.rst || segment.syn => tracking,
        _ => come_back(tracking, second),
    }
}

/// Two packets a second apart, after the first one, prove a client whose server answers directly.
fn come_back(tracking: Tracking, second: u32) -> Tracking {
    match tracking.stage {
        Stage::DirectNew if tracking.flags & CAME_BACK == 0 => Tracking { flags: tracking.flags | CAME_BACK, seen: second, ..tracking },
        Stage::DirectNew if second > tracking.seen => {
            Tracking { stage: Stage::DirectProved, before: Stage::DirectProved, seen: second, ..tracking }
        }
        // Until then its time runs from the first of the two.
        Stage::DirectNew => tracking,
        _ => Tracking { seen: second, ..tracking },
    }
}
