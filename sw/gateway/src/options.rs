//! TCP options of a SYN or a SYN-ACK: what they allow, and the same segment with and without our own.

use crate::frame::{Frame, View};
use crate::segment::{OPTIONS, Segment, replace_word, set_options};
use crate::tag::{KIND, Tag};
use smoltcp::wire::TcpOption;
use std::ops::Range;

const NOP: u8 = 1;
/// Why a SYN goes without a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoTag {
    /// An option that a copy must not have: an MD5 or AO signature, MPTCP, Fast Open.
    Option,
    /// Fewer free bytes of options than the tag has.
    Full,
    /// Options that break off, or contradict their lengths.
    Malformed,
}

/// Options of the kinds that forbid a copy: MD5 (19), AO (29), MPTCP (30), Fast Open (34).
const FORBID: [u8; 4] = [19, 29, 30, 34];
/// Fast Open before it had a kind of its own: kind 254 with this identifier.
const OLD_FAST_OPEN: (u8, [u8; 2]) = (254, [0xf9, 0x89]);

/// What the options hold that matters here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Our own, and its bytes among the options.
    pub tag: Option<(Tag, Range<usize>)>,
    /// The bytes of the maximum segment size among the options, and its value.
    pub mss: Option<(usize, u16)>,
    /// Bits by which the window is scaled.
    pub scale: u8,
    /// Whether an option forbids copies.
    pub forbids: bool,
    /// Where they end: at the end of the list, or of the header.
    pub end: usize,
}

impl Options {
    /// Reads options; `None` if they break off or contradict their lengths.
    pub fn read(bytes: &[u8], exid: u16) -> Option<Self> {
        let mut options = Self { end: bytes.len(), ..Self::default() };
        let mut rest = bytes;
        while !rest.is_empty() {
            let at = bytes.len() - rest.len();
            let (next, option) = TcpOption::parse(rest).ok()?;
            match option {
                TcpOption::EndOfList => {
                    options.end = at;
                    break;
                }
                TcpOption::MaxSegmentSize(mss) => options.mss = Some((at, mss)),
                // RFC 7323: more than 14 counts as 14.
                TcpOption::WindowScale(scale) => options.scale = scale.min(14),
                TcpOption::Unknown { kind: KIND, data } => {
                    let tag = Tag::read(data, exid).map(|tag| (tag, at..at + 2 + data.len()));
                    options.tag = options.tag.take().or(tag);
                }
                TcpOption::Unknown { kind, data } => {
                    options.forbids |= FORBID.contains(&kind) || kind == OLD_FAST_OPEN.0 && data.starts_with(&OLD_FAST_OPEN.1);
                }
                _ => {}
            }
            rest = next;
        }
        Some(options)
    }
}

/// Puts our option last, with NOPs in front of it to the boundary, in the place of one that is there.
///
/// # Errors
/// If the options do not allow it; the frame is unchanged.
pub fn insert(frame: &mut Frame, view: &View, segment: &Segment, tag: &Tag, exid: u16) -> Result<(), NoTag> {
    let old = segment.options(frame.packet(), view);
    let read = Options::read(old, exid).ok_or(NoTag::Malformed)?;
    if read.forbids {
        return Err(NoTag::Option);
    }
    let mut options = without(old, &read);
    let tag = tag.write(exid);
    let length = (options.len() + tag.len()).next_multiple_of(4);
    if length > OPTIONS {
        return Err(NoTag::Full);
    }
    options.resize(length - tag.len(), NOP);
    options.extend(tag);
    set_options(frame, view, segment, &options);
    Ok(())
}

/// Takes our option out, with the NOPs that came with it. Returns the new packet's view.
pub fn remove(frame: &mut Frame, view: &View, segment: &Segment, read: &Options) -> View {
    let old = segment.options(frame.packet(), view);
    let mut options = without(old, read);
    options.resize(options.len().next_multiple_of(4), NOP);
    let length = view.length + options.len() - old.len();
    set_options(frame, view, segment, &options);
    View { length, ..*view }
}

/// The options up to their end without ours, and without the NOPs that end them.
fn without(options: &[u8], read: &Options) -> Vec<u8> {
    let mut kept = options[..read.end].to_vec();
    if let Some((_, range)) = &read.tag {
        let nops = kept[..range.start].iter().rev().take_while(|byte| **byte == NOP).count();
        // NOPs in front were put there for ours, as many as fill its last word.
        let filled = range.len().next_multiple_of(4) - range.len();
        kept.drain(range.start - nops.min(filled)..range.end);
    }
    kept
}

/// Lowers the maximum segment size to what is left; says whether it did. A segment without the option has the default, which always fits.
pub fn clamp(frame: &mut Frame, view: &View, segment: &Segment, most: u16) -> bool {
    let options = segment.options(frame.packet(), view);
    let Some((at, mss)) = Options::read(options, 0).and_then(|options| options.mss).filter(|(_, mss)| *mss > most) else { return false };
    debug_assert!(mss > most);
    let word = view.transport + 20 + at + 2;
    if at % 2 == 0 {
        replace_word(frame.packet_mut(), word, most, view.transport + crate::segment::CHECKSUM);
    } else {
        // The value lies across two words: exchange the options as a whole.
        let mut options = options.to_vec();
        options[at + 2..at + 4].copy_from_slice(&most.to_be_bytes());
        set_options(frame, view, segment, &options);
    }
    true
}
