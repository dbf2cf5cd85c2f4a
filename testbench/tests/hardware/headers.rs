//! Headers wherever they can begin in the header window, and just beyond it.

use crate::agreed;
use contract::limits::WINDOW;
use driver::script;
use model::extension::{AUTHENTICATION, DESTINATION_OPTIONS, FRAGMENT};
use model::transport::UDP;
use sim::{Batch, Design, Source};
use testbench::measure::{straight_through, udp};
use testbench::scoreboard::Bench;

/// An extension header with the number and the length field of what follows from it.
fn extension(kind: u8, next: u8, units: u8) -> Vec<u8> {
    let length = match kind {
        FRAGMENT => 8,
        AUTHENTICATION => (usize::from(units) + 2) * 4,
        _ => (usize::from(units) + 1) * 8,
    };
    let mut header = vec![next, units, 0, 0];
    header.resize(length, 0x11);
    header
}

/// A frame of `tags` tags, IPv6 and these extension headers (kind and units), UDP ports, and bytes that are all different.
fn frame(tags: usize, extensions: &[(u8, u8)]) -> Vec<u8> {
    let mut frame = udp(60, 1, 0)[..12].to_vec();
    frame.extend([0x81, 0, 0, 1].repeat(tags));
    frame.extend([0x86, 0xdd, 0x60, 0, 0, 0]);
    let nexts: Vec<u8> = extensions.iter().map(|(kind, _)| *kind).chain([UDP]).collect();
    let chain: Vec<u8> = extensions.iter().zip(&nexts[1..]).flat_map(|((kind, units), next)| extension(*kind, *next, *units)).collect();
    frame.extend((chain.len() as u16 + 100).to_be_bytes());
    frame.extend([nexts[0], 64]);
    frame.extend([0x20; 32]);
    frame.extend(chain);
    frame.extend([0x9c, 0x40, 0x01, 0xbb]);
    frame.extend(2..98);
    frame
}

/// Every distance of a second extension header and of the ports, from the nearest to beyond the window, whole and cut at the window's end.
#[test]
fn a_header_is_read_at_every_word_where_it_can_begin() {
    let mut frames = vec![];
    for tags in 0..=2 {
        for first in (0..9).map(|units| (DESTINATION_OPTIONS, units)).chain((0..18).map(|units| (AUTHENTICATION, units))) {
            let seconds = (0..3).flat_map(|units| [(DESTINATION_OPTIONS, units), (AUTHENTICATION, units)]).chain([(FRAGMENT, 0)]);
            for extensions in seconds.map(|second| vec![first, second]).chain([vec![first]]) {
                let whole = frame(tags, &extensions);
                let lengths = [whole.len(), WINDOW + 1, WINDOW, WINDOW - 1, WINDOW - 2, WINDOW - 3];
                frames.extend(lengths.into_iter().filter(|length| *length <= whole.len()).map(|length| whole[..length].to_vec()));
            }
        }
    }
    for design in [Design::Core512, Design::Core256] {
        let mut bench = Bench::new(design);
        agreed(bench.apply(&script::upload(&straight_through(design))));
        let frames = frames.iter().cloned().collect();
        agreed(bench.run(&Batch { sources: vec![Source { frames, ..Source::default() }], budget: 1_000_000, ..Batch::default() }));
    }
}
