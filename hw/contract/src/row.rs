//! Rows of the card's tables, as the words that the registers carry.

use crate::field::Field;
use crate::limits::{GROUPS, MANAGERS};
use crate::register::{GROUP_MAC_HI, GROUP_POLICY, MANAGER_DATA, NEIGHBOURS, RULE_MATCH, RULE_PORTS};

/// A MAC address, first byte on the wire first.
pub type Mac = [u8; 6];

/// A MAC address as people write it, such as `02:00:5e:10:00:01`.
pub fn mac_text(mac: Mac) -> String {
    mac.map(|byte| format!("{byte:02x}")).join(":")
}

const fn put(field: Field, value: u32) -> u32 {
    field.put(value as u64) as u32
}

const fn get(field: Field, word: u32) -> u32 {
    field.get(word as u64) as u32
}

/// The two register words of a MAC address: bits 31:0, and bits 47:32 in the lower half of the second.
pub const fn mac_words(mac: Mac) -> [u32; 2] {
    [u32::from_be_bytes([mac[2], mac[3], mac[4], mac[5]]), u16::from_be_bytes([mac[0], mac[1]]) as u32]
}

/// The MAC address in two register words; the upper half of the second is ignored.
pub const fn mac_from_words([low, high]: [u32; 2]) -> Mac {
    let [c, d, e, f] = low.to_be_bytes();
    let [_, _, a, b] = high.to_be_bytes();
    [a, b, c, d, e, f]
}

/// Where neighbour questions to everybody go: a broadcast ARP packet, or a frame to a solicited-node multicast address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Neighbours {
    /// They are bridged, and a station on the managers' side answers for the groups.
    #[default]
    Bridge,
    /// To the host, which answers for the groups.
    Host,
}

impl Neighbours {
    const HOST: Field = NEIGHBOURS.field("host");

    /// `NEIGHBOURS`.
    pub const fn word(self) -> u32 {
        put(Self::HOST, matches!(self, Self::Host) as u32)
    }

    /// Reads `NEIGHBOURS`.
    pub const fn from_word(word: u32) -> Self {
        if get(Self::HOST, word) == 1 { Self::Host } else { Self::Bridge }
    }

    /// The name used in files and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bridge => "bridge",
            Self::Host => "host",
        }
    }
}

/// One of the addresses that the card answers for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GroupMac {
    /// The address.
    pub mac: Mac,
    /// Whether frames sent to it are decided.
    pub enabled: bool,
}

impl GroupMac {
    const ENABLED: Field = GROUP_MAC_HI.field("enabled");

    /// `GROUP_MAC_LO`, `GROUP_MAC_HI`.
    pub const fn words(self) -> [u32; 2] {
        let [low, high] = mac_words(self.mac);
        [low, high | put(Self::ENABLED, self.enabled as u32)]
    }

    /// Reads `GROUP_MAC_LO`, `GROUP_MAC_HI`.
    pub const fn from_words(words: [u32; 2]) -> Self {
        Self { mac: mac_from_words(words), enabled: get(Self::ENABLED, words[1]) == 1 }
    }
}

/// How a traffic manager is reached: what is banked of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ManagerRow {
    /// Destination MAC that its frames get.
    pub mac: Mac,
    /// Port by which its frames leave.
    pub egress: u8,
}

impl ManagerRow {
    const EGRESS: Field = MANAGER_DATA.field("egress");

    /// Words 0 and 1 of `MANAGER_DATA`.
    pub const fn words(self) -> [u32; 2] {
        let [low, high] = mac_words(self.mac);
        [low, high | put(Self::EGRESS, self.egress as u32)]
    }

    /// Reads words 0 and 1.
    pub const fn from_words(words: [u32; 2]) -> Self {
        Self { mac: mac_from_words(words), egress: get(Self::EGRESS, words[1]) as u8 }
    }
}

/// A word of `MANAGER_ENABLE`: which of 32 managers take traffic, by bit.
pub fn enable_word(enabled: [bool; 32]) -> u32 {
    enabled.iter().rev().fold(0, |word, &enabled| word << 1 | u32::from(enabled))
}

/// Reads such a word.
pub fn enabled_in(word: u32) -> [bool; 32] {
    std::array::from_fn(|lane| word >> lane & 1 == 1)
}

/// The banked scalars of a group: its key and its policy; its entries lie in the allocation table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GroupRow {
    /// Secret key of the hash.
    pub key: [u8; 8],
    /// Manager of packets with equal ports; 0 is none.
    pub designated: u8,
    /// Packets with equal ports go by the pair key instead.
    pub equal_ports_hash: bool,
}

impl GroupRow {
    const DESIGNATED: Field = GROUP_POLICY.field("designated");
    const EQUAL_PORTS_HASH: Field = GROUP_POLICY.field("equal_ports_hash");

    /// `GROUP_KEY_LO`, `GROUP_KEY_HI`, `GROUP_POLICY`.
    pub const fn words(self) -> [u32; 3] {
        let [a, b, c, d, e, f, g, h] = self.key;
        let policy = put(Self::DESIGNATED, self.designated as u32) | put(Self::EQUAL_PORTS_HASH, self.equal_ports_hash as u32);
        [u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h]), policy]
    }

    /// Reads the three words.
    pub const fn from_words(words: [u32; 3]) -> Self {
        let [a, b, c, d] = words[0].to_le_bytes();
        let [e, f, g, h] = words[1].to_le_bytes();
        Self {
            key: [a, b, c, d, e, f, g, h],
            designated: get(Self::DESIGNATED, words[2]) as u8,
            equal_ports_hash: get(Self::EQUAL_PORTS_HASH, words[2]) == 1,
        }
    }
}

/// One rule of the ordered list: what it matches, and what follows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RuleRow {
    /// Lowest matching port.
    pub lowest: u16,
    /// Highest matching port.
    pub highest: u16,
    /// Matching protocol; `None` matches any.
    pub protocol: Option<u8>,
    /// The group of packets that match.
    pub group: u8,
    /// Key on the side whose port lies outside the range.
    pub key_on_peer: bool,
    /// Whether the rule is asked at all.
    pub in_use: bool,
}

impl RuleRow {
    const LOWEST: Field = RULE_PORTS.field("lowest");
    const HIGHEST: Field = RULE_PORTS.field("highest");
    const PROTOCOL: Field = RULE_MATCH.field("protocol");
    const ANY_PROTOCOL: Field = RULE_MATCH.field("any_protocol");
    const GROUP: Field = RULE_MATCH.field("group");
    const KEY_ON_PEER: Field = RULE_MATCH.field("key_on_peer");
    const IN_USE: Field = RULE_MATCH.field("in_use");

    /// `RULE_PORTS`, `RULE_MATCH`.
    pub const fn words(self) -> [u32; 2] {
        let protocol = match self.protocol {
            Some(protocol) => put(Self::PROTOCOL, protocol as u32),
            None => put(Self::ANY_PROTOCOL, 1),
        };
        [
            put(Self::LOWEST, self.lowest as u32) | put(Self::HIGHEST, self.highest as u32),
            protocol
                | put(Self::GROUP, self.group as u32)
                | put(Self::KEY_ON_PEER, self.key_on_peer as u32)
                | put(Self::IN_USE, self.in_use as u32),
        ]
    }

    /// Reads the two words.
    pub const fn from_words(words: [u32; 2]) -> Self {
        Self {
            lowest: get(Self::LOWEST, words[0]) as u16,
            highest: get(Self::HIGHEST, words[0]) as u16,
            protocol: if get(Self::ANY_PROTOCOL, words[1]) == 1 { None } else { Some(get(Self::PROTOCOL, words[1]) as u8) },
            group: get(Self::GROUP, words[1]) as u8,
            key_on_peer: get(Self::KEY_ON_PEER, words[1]) == 1,
            in_use: get(Self::IN_USE, words[1]) == 1,
        }
    }
}

const _: () = assert!(GROUPS <= 1 << RuleRow::GROUP.width, "a rule's group has this many bits");
const _: () = assert!(MANAGERS < 1 << GroupRow::DESIGNATED.width, "a manager's id has this many bits");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_have_the_documented_bits() {
        let manager = ManagerRow { mac: [0x02, 0x11, 0x22, 0x33, 0x44, 0x55], egress: 1 };
        assert_eq!(manager.words(), [0x2233_4455, 0x0001_0211]);
        let group = GroupRow { key: [0, 1, 2, 3, 4, 5, 6, 7], designated: 9, equal_ports_hash: true };
        assert_eq!(group.words(), [0x0302_0100, 0x0706_0504, 0x0000_0109]);
        let rule = RuleRow { lowest: 80, highest: 443, protocol: Some(6), group: 5, key_on_peer: true, in_use: true };
        assert_eq!(rule.words(), [0x01bb_0050, 0x8105_0006]);
        let mac = GroupMac { mac: [0x02, 0, 0, 0, 0, 1], enabled: true };
        assert_eq!(mac.words(), [1, 0x8000_0200]);
    }

    #[test]
    fn managers_take_traffic_by_a_bit_each() {
        let mut enabled = [false; 32];
        for lane in [0, 4, 31] {
            enabled[lane] = true;
        }
        assert_eq!((enable_word(enabled), enabled_in(0x8000_0011)), (0x8000_0011, enabled));
    }

    #[test]
    fn a_mac_address_reads_as_it_goes_over_the_wire() {
        assert_eq!(mac_text([0x02, 0x00, 0x5e, 0x10, 0xab, 0x01]), "02:00:5e:10:ab:01");
    }

    #[test]
    fn rows_survive_the_way_through_the_registers() {
        let manager = ManagerRow { mac: [1, 2, 3, 4, 5, 6], egress: 0 };
        assert_eq!(ManagerRow::from_words(manager.words()), manager);
        let group = GroupRow { key: *b"tandem!!", designated: 255, equal_ports_hash: false };
        assert_eq!(GroupRow::from_words(group.words()), group);
        for protocol in [None, Some(17)] {
            let rule = RuleRow { lowest: 1, highest: 65535, protocol, group: 7, key_on_peer: false, in_use: true };
            assert_eq!(RuleRow::from_words(rule.words()), rule);
        }
    }
}
