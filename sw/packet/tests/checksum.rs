//! Checksums against published vectors, and against etherparse's over random bytes.

use etherparse::checksum::Sum16BitWords;
use packet::{Delta, Sum, checksum};
use proptest::prelude::*;

#[test]
fn the_example_of_rfc_1071_has_its_sum() {
    let sum = Sum::default().bytes(&[0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7]);
    assert_eq!(sum.folded(), 0xddf2);
    assert_eq!(sum.checksum(), 0x220d);
}

/// Section 4 of the RFC: equation 2 gives 0xffff there, which is why equation 3 exists.
#[test]
fn the_example_of_rfc_1624_has_its_checksum() {
    assert_eq!(Delta::NONE.word(0x5555, 0x3285).apply(0xdd2f), 0x0000);
    assert_eq!(Delta::NONE.bytes(&[0x55, 0x55], &[0x32, 0x85]).apply(0xdd2f), 0x0000);
}

#[test]
fn a_published_ipv4_header_has_its_checksum() {
    // The example of the IPv4 header checksum that Wikipedia works through.
    let header = [0x45, 0, 0, 0x73, 0, 0, 0x40, 0, 0x40, 0x11, 0, 0, 0xc0, 0xa8, 0, 1, 0xc0, 0xa8, 0, 0xc7];
    assert_eq!(Sum::default().bytes(&header).checksum(), 0xb861);
}

#[test]
fn udp_says_none_by_0_and_sends_a_sum_of_0_as_0xffff() {
    assert_eq!(checksum::udp(0), 0xffff);
    assert_eq!(checksum::udp(0x1234), 0x1234);
    let to_zero = Delta::NONE.word(0x5555, 0x3285);
    assert_eq!(to_zero.apply_udp(0xdd2f), 0xffff);
    assert_eq!(to_zero.apply_udp(0), 0);
}

#[test]
fn no_change_leaves_every_checksum_alone() {
    for checksum in 0..=u16::MAX {
        assert_eq!(Delta::NONE.apply(checksum), checksum);
    }
}

/// Words at the corners of one's complement come up often.
fn word() -> impl Strategy<Value = u16> {
    prop_oneof![Just(0), Just(0xffff), Just(1), Just(0xfffe), any::<u16>()]
}

fn bytes(words: &[u16]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_be_bytes()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]
    #[test]
    fn the_sum_of_any_bytes_is_etherparse_s(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
        prop_assert_eq!(Sum::default().bytes(&bytes).checksum(), Sum16BitWords::new().add_slice(&bytes).ones_complement().to_be());
    }

    /// The first word is never 0, as in every header that has a checksum.
    #[test]
    fn a_change_leads_to_the_checksum_of_the_new_bytes(
        rest in prop::collection::vec(word(), 1..10), old in prop::collection::vec(word(), 0..9), new in prop::collection::vec(word(), 9),
    ) {
        let new = &new[..old.len()];
        let whole = |words: &[u16]| Sum16BitWords::new().add_2bytes([0x45, 0]).add_slice(&bytes(&rest)).add_slice(&bytes(words)).ones_complement().to_be();
        let delta = Delta::NONE.bytes(&bytes(&old), &bytes(new));
        prop_assert_eq!(delta.apply(whole(&old)), whole(new));
        prop_assert_eq!(delta.inverse().apply(whole(new)), whole(&old));
        let by_words = old.iter().zip(new).fold(Delta::NONE, |delta, (&old, &new)| delta.word(old, new));
        prop_assert_eq!(by_words.apply(whole(&old)), whole(new));
    }
}
