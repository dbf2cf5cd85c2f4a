//! The hash is the algorithm with either number of registers a round. Run by `just formal`; it needs what `./justw setup formal` installs.

use emit::{Design, render};
use formal::equal;
use rtl::design;
use rtl::lookup::hash::{Hash, latency};
use rtl::pipeline::HASH;

fn proved(design: Design, registers: usize) {
    let text = render(&design).unwrap().text("tandem_hash");
    let proved = equal::prove(&format!("formal/{}", design.variant()), &text).unwrap();
    assert_eq!(proved.method, format!("cec; in step, {registers} registers"));
}

#[test]
fn with_a_register_behind_each_round() {
    proved(design("hash_of_1_stage").with_top("tandem_hash", Hash::<1>::default), latency(1));
}

#[test]
fn with_a_register_behind_each_half_round() {
    proved(design("hash_of_2_stages").with_top("tandem_hash", Hash::<2>::default), latency(2));
    assert_eq!((HASH, latency(1), latency(2)), (2, 15, 29));
}
