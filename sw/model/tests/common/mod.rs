//! Packets in hexadecimal and a small card to decide them.
#![allow(dead_code, reason = "each test file uses its own part")]

pub(crate) mod packets;

use contract::register::UNIT_MANAGERS;
use contract::row::{GroupMac, GroupRow, ManagerRow, RuleRow};
use model::{Decision, State, decide};

/// Ethernet headers to the card's first group MAC.
pub(crate) const ETH: &str = "020000000001 020000000099";
pub(crate) const ETH_V4: &str = "020000000001 020000000099 0800";
pub(crate) const ETH_V6: &str = "020000000001 020000000099 86dd";

/// 192.0.2.1 to 198.51.100.7, total length 40; TCP, UDP, ICMP.
pub(crate) const V4_TCP: &str = "45 00 0028 0000 0000 40 06 0000 c0000201 c6336407";
pub(crate) const V4_UDP: &str = "45 00 0028 0000 0000 40 11 0000 c0000201 c6336407";
pub(crate) const V4_ICMP: &str = "45 00 0064 0000 0000 40 01 0000 c0000201 c6336407";

/// 2001:db8::1 and 2001:db8:1::2.
pub(crate) const V6_ONE: &str = "20010db8000000000000000000000001";
pub(crate) const V6_TWO: &str = "20010db8000100000000000000000002";

/// Ports, and the rest of a header that nobody looks at.
pub(crate) const PORTS_40000_443: &str = "9c40 01bb 0000000000000000 5002 0000 0000 0000";
pub(crate) const PORTS_443_40000: &str = "01bb 9c40 0000000000000000 5002 0000 0000 0000";

/// Bytes from hexadecimal pieces; blanks are for the eye.
pub(crate) fn bytes(pieces: &[&str]) -> Vec<u8> {
    let digits: Vec<u32> = pieces.iter().flat_map(|piece| piece.chars()).filter_map(|c| c.to_digit(16)).collect();
    assert!(digits.len().is_multiple_of(2), "half a byte in {pieces:?}");
    digits.chunks(2).map(|pair| (pair[0] << 4 | pair[1]) as u8).collect()
}

/// An IPv6 header from 2001:db8::1 to 2001:db8:1::2.
pub(crate) fn v6(next: u8, payload: u16) -> String {
    format!("60000000 {payload:04x} {next:02x} 40 {V6_ONE} {V6_TWO}")
}

/// A card with two groups in use.
///
/// Group 0: key "tandem!!", bucket b belongs to manager b mod 4 + 1, designated manager 5. Group 1: key 00 to 07, every
/// bucket belongs to manager 6, designated manager 7. Managers 1 to 7 are enabled, at port id mod 2 and MAC 02:00:00:00:01:id.
pub(crate) fn card() -> State {
    let mut state = State::new(8);
    state.enabled = true;
    state.group_macs[0] = GroupMac { mac: [2, 0, 0, 0, 0, 1], enabled: true };
    state.group_macs[7] = GroupMac { mac: [2, 0, 0, 0, 0, 8], enabled: false };
    for id in 1..=7 {
        state.idle_manager_rows_mut()[usize::from(id)] = ManagerRow { mac: [2, 0, 0, 0, 1, id], egress: id % 2 };
        state.managers_enabled[usize::from(id)] = true;
    }
    let group = state.idle_group_mut(0);
    group.row = GroupRow { key: *b"tandem!!", designated: 5, equal_ports_hash: false };
    group.entries = std::array::from_fn(|bucket| (bucket % 4 + 1) as u8);
    let group = state.idle_group_mut(1);
    group.row = GroupRow { key: [0, 1, 2, 3, 4, 5, 6, 7], designated: 7, equal_ports_hash: false };
    group.entries = [6; 4096];
    state.commit(0b11 | 1 << UNIT_MANAGERS, 1).unwrap();
    state
}

/// The same card with these rules in front.
pub(crate) fn card_with_rules(rules: &[RuleRow]) -> State {
    let mut state = card();
    state.idle_rules_mut()[..rules.len()].copy_from_slice(rules);
    state.commit(1 << 8, 2).unwrap();
    state
}

/// A rule for group 1.
pub(crate) fn rule(protocol: Option<u8>, lowest: u16, highest: u16, key_on_peer: bool) -> RuleRow {
    RuleRow { lowest, highest, protocol, group: 1, key_on_peer, in_use: true }
}

/// What the card does with a frame that comes in by port 0.
pub(crate) fn fate(frame: &[u8]) -> Decision {
    decide(&card(), frame, 0)
}

/// Why it does so.
pub(crate) fn reason(pieces: &[&str]) -> &'static str {
    fate(&bytes(pieces)).reason.name()
}

/// A key from hexadecimal.
pub(crate) fn key(hex: &str) -> Option<[u8; 18]> {
    Some(bytes(&[hex]).try_into().unwrap())
}
