//! Rows of the card's tables, as the words that the registers carry.

use crate::limits::{GROUPS, MANAGERS};

/// A MAC address, first byte on the wire first.
pub type Mac = [u8; 6];

/// A MAC address as people write it, such as `02:00:5e:10:00:01`.
pub fn mac_text(mac: Mac) -> String {
    mac.map(|byte| format!("{byte:02x}")).join(":")
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

/// One of the addresses that the card answers for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GroupMac {
    /// The address.
    pub mac: Mac,
    /// Whether frames sent to it are decided.
    pub enabled: bool,
}

impl GroupMac {
    /// `GROUP_MAC_LO`, `GROUP_MAC_HI`.
    pub const fn words(self) -> [u32; 2] {
        let [low, high] = mac_words(self.mac);
        [low, high | (self.enabled as u32) << 31]
    }

    /// Reads `GROUP_MAC_LO`, `GROUP_MAC_HI`.
    pub const fn from_words(words: [u32; 2]) -> Self {
        Self { mac: mac_from_words(words), enabled: words[1] >> 31 == 1 }
    }
}

/// Where a traffic manager is reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ManagerRow {
    /// Destination MAC that its frames get.
    pub mac: Mac,
    /// Port by which its frames leave.
    pub egress: u8,
    /// Whether it takes traffic.
    pub enabled: bool,
}

impl ManagerRow {
    /// Words 0 and 1 behind `MANAGER_DATA`.
    pub const fn words(self) -> [u32; 2] {
        let [low, high] = mac_words(self.mac);
        [low, high | (self.egress as u32) << 16 | (self.enabled as u32) << 31]
    }

    /// Reads words 0 and 1.
    pub const fn from_words(words: [u32; 2]) -> Self {
        Self { mac: mac_from_words(words), egress: (words[1] >> 16) as u8, enabled: words[1] >> 31 == 1 }
    }
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
    /// `GROUP_KEY_LO`, `GROUP_KEY_HI`, `GROUP_POLICY`.
    pub const fn words(self) -> [u32; 3] {
        let [a, b, c, d, e, f, g, h] = self.key;
        [u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h]), self.designated as u32 | (self.equal_ports_hash as u32) << 8]
    }

    /// Reads the three words.
    pub const fn from_words(words: [u32; 3]) -> Self {
        let [a, b, c, d] = words[0].to_le_bytes();
        let [e, f, g, h] = words[1].to_le_bytes();
        Self { key: [a, b, c, d, e, f, g, h], designated: words[2] as u8, equal_ports_hash: words[2] >> 8 & 1 == 1 }
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
    /// `RULE_PORTS`, `RULE_MATCH`.
    pub const fn words(self) -> [u32; 2] {
        let protocol = match self.protocol {
            Some(protocol) => protocol as u32,
            None => 1 << 8,
        };
        [
            self.lowest as u32 | (self.highest as u32) << 16,
            protocol | (self.group as u32) << 16 | (self.key_on_peer as u32) << 24 | (self.in_use as u32) << 31,
        ]
    }

    /// Reads the two words.
    pub const fn from_words(words: [u32; 2]) -> Self {
        Self {
            lowest: words[0] as u16,
            highest: (words[0] >> 16) as u16,
            protocol: if words[1] >> 8 & 1 == 1 { None } else { Some(words[1] as u8) },
            group: (words[1] >> 16 & 0b111) as u8,
            key_on_peer: words[1] >> 24 & 1 == 1,
            in_use: words[1] >> 31 == 1,
        }
    }
}

const _: () = assert!(GROUPS <= 8 && MANAGERS <= 255, "rows carry three bits of group and eight of manager");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_have_the_documented_bits() {
        let manager = ManagerRow { mac: [0x02, 0x11, 0x22, 0x33, 0x44, 0x55], egress: 1, enabled: true };
        assert_eq!(manager.words(), [0x2233_4455, 0x8001_0211]);
        let group = GroupRow { key: [0, 1, 2, 3, 4, 5, 6, 7], designated: 9, equal_ports_hash: true };
        assert_eq!(group.words(), [0x0302_0100, 0x0706_0504, 0x0000_0109]);
        let rule = RuleRow { lowest: 80, highest: 443, protocol: Some(6), group: 5, key_on_peer: true, in_use: true };
        assert_eq!(rule.words(), [0x01bb_0050, 0x8105_0006]);
        let mac = GroupMac { mac: [0x02, 0, 0, 0, 0, 1], enabled: true };
        assert_eq!(mac.words(), [1, 0x8000_0200]);
    }

    #[test]
    fn a_mac_address_reads_as_it_goes_over_the_wire() {
        assert_eq!(mac_text([0x02, 0x00, 0x5e, 0x10, 0xab, 0x01]), "02:00:5e:10:ab:01");
    }

    #[test]
    fn rows_survive_the_way_through_the_registers() {
        let manager = ManagerRow { mac: [1, 2, 3, 4, 5, 6], egress: 0, enabled: false };
        assert_eq!(ManagerRow::from_words(manager.words()), manager);
        let group = GroupRow { key: *b"tandem!!", designated: 255, equal_ports_hash: false };
        assert_eq!(GroupRow::from_words(group.words()), group);
        for protocol in [None, Some(17)] {
            let rule = RuleRow { lowest: 1, highest: 65535, protocol, group: 7, key_on_peer: false, in_use: true };
            assert_eq!(RuleRow::from_words(rule.words()), rule);
        }
    }
}
