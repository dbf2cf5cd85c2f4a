//! What a person should know about a capture's frames.

use crate::offload;
use contract::limits::FRAME_MAX;
use pcap_file::DataLink;
use std::collections::BTreeMap;

/// What a person should know about a capture's frames before trusting them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Condition {
    /// Frames that the snaplen cut; they are replayed as they were kept.
    pub cut: usize,
    /// Records left out because they hold no byte.
    pub empty: usize,
    /// Records left out because no wire carries so long a frame: segments that an adapter would have split.
    pub oversized: usize,
    /// Frames kept that are, or were before the snaplen cut them, longer than any wire's.
    pub joined: usize,
    /// IPv4 packets kept whose total length is 0, because an adapter was to fill it in.
    pub unfinished: usize,
    /// Records left out because they are of another link type than Ethernet, by its number.
    pub foreign: BTreeMap<u32, usize>,
    /// Where the file breaks off in the middle of a record, if it does; every complete record before is kept.
    pub breaks_off: Option<String>,
    /// Which record is damaged and how, if one is; every record before is kept, and none behind.
    pub damaged: Option<String>,
}

impl Condition {
    /// Whether a record is a frame to replay; if not, it is counted why.
    #[inline]
    pub(crate) fn admits(&mut self, frame: &[u8], original: u32, longest: usize) -> bool {
        match frame.len() {
            0 => self.empty += 1,
            length if length > longest => self.oversized += 1,
            length => {
                let original = original as usize;
                self.cut += usize::from(length < original);
                self.joined += usize::from(length.max(original) > FRAME_MAX);
                self.unfinished += usize::from(offload::is_unfinished(frame));
                return true;
            }
        }
        false
    }

    /// What a person should know before trusting a replay, one sentence each.
    pub fn remarks(&self) -> Vec<String> {
        let Self { cut, empty, oversized, joined, unfinished, foreign, breaks_off, damaged } = self;
        let mut remarks = Vec::new();
        if *cut > 0 {
            remarks.push(format!("{cut} frames were truncated by the capture's snaplen and are replayed truncated"));
        }
        if *empty > 0 {
            remarks.push(format!("{empty} records are empty and are skipped"));
        }
        for (link, count) in foreign {
            remarks.push(format!("{count} records of link type {} skipped: only Ethernet is replayed", named(*link)));
        }
        if *oversized > 0 {
            remarks
                .push(format!("{oversized} records longer than {FRAME_MAX} bytes are skipped, no wire carries them: {}", offload::REMEDY));
        }
        if *joined > 0 {
            let what =
                "frames are longer than any wire's: segments that an adapter joined or was to split (GRO, TSO), each taken as one packet";
            remarks.push(format!("{joined} {what}; {}", offload::REMEDY));
        }
        if *unfinished > 0 {
            remarks
                .push(format!("{unfinished} IPv4 packets have total length 0, which an adapter was to fill in (TSO); {}", offload::REMEDY));
        }
        remarks.extend(breaks_off.iter().map(|place| format!("{place}; the complete records before it are replayed")));
        remarks.extend(damaged.iter().map(|place| {
            format!("{place}: the file is damaged there, and only the records before are replayed; `editcap` may recover some after")
        }));
        remarks
    }

    /// Why there was nothing to replay.
    pub(crate) fn nothing(self) -> (String, &'static str) {
        let Self { empty, oversized, foreign, breaks_off, damaged, .. } = self;
        let foreign: String = foreign.iter().map(|(link, count)| format!(", {count} of link type {}", named(*link))).collect();
        let remedy = match () {
            () if damaged.is_some() => crate::error::DAMAGED,
            () if !foreign.is_empty() => crate::error::NOT_ETHERNET,
            () if oversized > 0 => offload::REMEDY,
            () => "record some traffic",
        };
        let place = damaged.or(breaks_off).map(|place| format!("; {place}")).unwrap_or_default();
        (format!("no frame to replay ({empty} empty and {oversized} oversized records{foreign}{place})"), remedy)
    }
}

/// A link type's number and name.
fn named(link: u32) -> String {
    format!("{link} ({:?})", DataLink::from(link))
}
