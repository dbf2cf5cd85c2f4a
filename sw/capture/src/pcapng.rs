//! The newer format: blocks, of which three kinds carry frames. Of the others, only sections and interfaces are read; the rest is passed
//! over by its length, so that nothing in it can be wrong.
//!
//! Source: draft-ietf-opsawg-pcapng.

use crate::clock::Clock;
use crate::error::ETHERNET;
use crate::step::{Order, RECORD_MAX, Raw, Step};
use std::time::Duration;

/// Kinds of blocks.
const SECTION: u32 = 0x0a0d_0d0a;
const INTERFACE: u32 = 1;
const OBSOLETE: u32 = 2;
const SIMPLE: u32 = 3;
const ENHANCED: u32 = 6;

/// More than a block that is read takes: a frame, and as much again for options. A block that claims more is damage.
const BLOCK_MAX: u64 = 2 * RECORD_MAX as u64;
/// More interfaces than a machine has: a section that describes more is damage, as they are kept.
const INTERFACES: usize = 1 << 16;
/// Bytes of a block in front of its body, and behind it.
const HEAD: usize = 8;
const TRAILER: usize = 4;
/// Bytes of the body in front of the frame: of an enhanced or an obsolete packet block, and of a simple one.
const PACKET_HEADER: usize = 20;
const SIMPLE_HEADER: usize = 4;

/// Options of an interface.
const END_OF_OPTIONS: u16 = 0;
const RESOLUTION: u16 = 9;
const OFFSET: u16 = 14;

/// What the blocks read so far say about those to come.
#[derive(Default)]
pub(crate) struct Pcapng {
    order: Order,
    interfaces: Vec<Interface>,
    /// The length that has to stand behind the block being passed over, if one is.
    trailer: Option<u64>,
}

struct Interface {
    link: u32,
    snaplen: u32,
    clock: Clock,
}

impl Pcapng {
    /// Whether the next bytes belong to the block that was read last.
    pub(crate) fn inside(&self) -> bool {
        self.trailer.is_some()
    }

    /// Reads the block at the front.
    ///
    /// # Errors
    /// What is wrong with it.
    #[inline]
    pub(crate) fn step(&mut self, content: &[u8]) -> Result<Step, String> {
        if let Some(length) = self.trailer {
            let Some(trailer) = content.first_chunk() else { return Ok(Step::Incomplete(TRAILER)) };
            self.agrees(length, *trailer)?;
            self.trailer = None;
            return Ok(Step::Other(TRAILER as u64));
        }
        let Some(head) = content.first_chunk::<{ HEAD + TRAILER }>() else { return Ok(Step::Incomplete(HEAD + TRAILER)) };
        let [kind, claimed] = [0, 4].map(|at| [head[at], head[at + 1], head[at + 2], head[at + 3]]);
        // A section's kind reads alike in both orders.
        let kind = self.order.word(kind);
        if kind == SECTION {
            self.order = match head[HEAD..] {
                [0x4d, 0x3c, 0x2b, 0x1a] => Order::Little,
                [0x1a, 0x2b, 0x3c, 0x4d] => Order::Big,
                _ => return Err("is a section header without the mark of its byte order".into()),
            };
        }
        let length = padded(self.order.word(claimed));
        if length < (HEAD + TRAILER) as u64 {
            return Err(format!("claims {length} bytes, and a block has {} at least", HEAD + TRAILER));
        }
        if !matches!(kind, SECTION | INTERFACE | OBSOLETE | SIMPLE | ENHANCED) {
            self.trailer = Some(length);
            return Ok(Step::Other(length - TRAILER as u64));
        }
        if length > BLOCK_MAX {
            return Err(format!("claims {length} bytes, and no block with a frame takes more than {BLOCK_MAX}"));
        }
        let used = length as usize;
        let Some((body, trailer)) = content.get(HEAD..used).and_then(|content| content.split_last_chunk()) else {
            return Ok(Step::Incomplete(used));
        };
        self.agrees(length, *trailer)?;
        match kind {
            SECTION => self.section(body)?,
            INTERFACE => self.interface(body)?,
            _ => return self.packet(kind, body, used),
        }
        Ok(Step::Other(length))
    }

    /// A block's length stands at both of its ends.
    #[inline]
    fn agrees(&self, length: u64, trailer: [u8; TRAILER]) -> Result<(), String> {
        let behind = padded(self.order.word(trailer));
        if behind == length { Ok(()) } else { Err(format!("claims {length} bytes at its start and {behind} at its end")) }
    }

    fn section(&mut self, body: &[u8]) -> Result<(), String> {
        let version = body.get(4..8).ok_or("is too short for a section header")?;
        let [major, minor] = [[version[0], version[1]], [version[2], version[3]]].map(|half| self.order.half(half));
        if major != 1 {
            return Err(format!("begins a section of version {major}.{minor}, and only 1.x is known"));
        }
        self.interfaces.clear();
        Ok(())
    }

    fn interface(&mut self, body: &[u8]) -> Result<(), String> {
        let Some((&[a, b, _, _, c, d, e, f], mut options)) = body.split_first_chunk() else {
            return Err("is too short for an interface".into());
        };
        if self.interfaces.len() == INTERFACES {
            return Err(format!("describes an interface more than {INTERFACES}"));
        }
        let (mut resolution, mut offset) = (None, 0);
        // What follows an option that does not fit is not read: it decides nothing.
        while let Some((&[a, b, c, d], rest)) = options.split_first_chunk() {
            let (code, length) = (self.order.half([a, b]), usize::from(self.order.half([c, d])));
            let Some(value) = rest.get(..length).filter(|_| code != END_OF_OPTIONS) else { break };
            match (code, value) {
                (RESOLUTION, &[value, ..]) => resolution = Some(value),
                (OFFSET, value) => {
                    if let Some(value) = value.first_chunk() {
                        offset = if self.order == Order::Big { i64::from_be_bytes(*value) } else { i64::from_le_bytes(*value) };
                    }
                }
                _ => {}
            }
            options = rest.get(length.next_multiple_of(4)..).unwrap_or_default();
        }
        self.interfaces.push(Interface {
            link: self.order.half([a, b]).into(),
            snaplen: self.order.word([c, d, e, f]),
            clock: Clock::new(resolution, offset),
        });
        Ok(())
    }

    #[inline]
    fn packet(&self, kind: u32, body: &[u8], used: usize) -> Result<Step, String> {
        let short = || "is too short for a packet".to_owned();
        let (interface, ticks, kept, original, header) = if kind == SIMPLE {
            let [original] = self.order.words(body).ok_or_else(short)?;
            let snaplen = self.interfaces.first().map_or(0, |interface| interface.snaplen);
            (0, None, if snaplen == 0 { original } else { original.min(snaplen) }, original, SIMPLE_HEADER)
        } else {
            let [mut interface, high, low, kept, original] = self.order.words(body).ok_or_else(short)?;
            if kind == OBSOLETE {
                // Its first half; the other one counts drops.
                interface = self.order.half([body[0], body[1]]).into();
            }
            (interface as usize, Some(u64::from(high) << 32 | u64::from(low)), kept, original, PACKET_HEADER)
        };
        let length = kept as usize;
        if length > RECORD_MAX {
            return Err(format!("claims {kept} bytes of a frame, and no capture program keeps more than {RECORD_MAX}"));
        }
        if length > body.len() - header {
            return Err(format!("claims {kept} bytes of a frame, and has room for {}", body.len() - header));
        }
        let described = self.interfaces.get(interface);
        let Interface { link, clock, .. } =
            described.ok_or_else(|| format!("names interface {interface}, which the file does not define"))?;
        if *link != ETHERNET {
            return Ok(Step::Foreign(*link, used));
        }
        let time = ticks.map_or(Duration::ZERO, |ticks| clock.time(ticks));
        Ok(Step::Record(Raw { interface, time, original, at: HEAD + header, length }, used))
    }
}

/// A block's length with the padding that some programs leave out of it. Source: Wireshark's `wiretap/pcapng.c`.
#[inline]
fn padded(length: u32) -> u64 {
    u64::from(length).next_multiple_of(4)
}
