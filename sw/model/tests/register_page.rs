//! The worked example of `docs/registers.md`: a program of its own computed it from the algorithm's definition.

use contract::limits::BUCKETS;
use model::hash::hash;
use model::key;
use std::net::Ipv4Addr;

const SECRET: [u8; 8] = [0, 1, 2, 3, 4, 5, 6, 7];

/// The row of the page that holds `key`, and what the model gives for it: hash, bucket, word and byte of the entry.
fn agrees(key: [u8; 18]) {
    let page = include_str!("../../../docs/registers.md");
    let hex: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    let row = page.lines().find(|line| line.contains(&hex)).unwrap_or_else(|| panic!("the page has no key {hex}"));
    let hash = hash(SECRET, &key);
    let bucket = hash as usize % BUCKETS;
    let computed = format!("| {hash:#010x} | {bucket} | {:#05x} | {} |", bucket / 4, bucket % 4);
    assert!(row.ends_with(&computed), "{row} has not {computed}");
}

#[test]
fn the_page_s_example_is_what_the_model_computes() {
    let [client, server] = [Ipv4Addr::new(10, 0, 0, 1), Ipv4Addr::new(192, 0, 2, 10)].map(|address| address.to_ipv6_mapped().octets());
    agrees(key::endpoint(client, 40000));
    agrees(key::pair(server, client, 1));
}
