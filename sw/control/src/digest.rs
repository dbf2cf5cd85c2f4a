//! One number for everything that a card holds, and one for what decides where packets go.

use crate::machine::Machine;
use crate::reach::reached_groups;
use crate::tables::Tables;
use contract::row::{GroupMac, RuleRow};
use model::entry_table::Group;
use model::manager_table::Manager;
use serde::{Serialize, Serializer};
use sha2::{Digest as _, Sha256};
use std::fmt;

/// SHA-256 over all words of a card's tables; two cards with the same digest hold the same.
///
/// It covers, as little-endian words in this order: whether the card is enabled, and in bit 1 of that word whether neighbour questions to
/// everybody go to the host; the bridged ports' pairs, the group MACs, the rows of managers 1 to 255 (as `MANAGER_DATA` has them, and in bit 31
/// of the second word whether the manager takes traffic), then of each group its key, its policy and its entries (four to a word), and the
/// rules. Rows that are not in use count as they stand. It does not cover generation numbers, which bank is active, or counters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Digest(pub [u8; 32]);

impl fmt::Display for Digest {
    /// The first 16 hexadecimal digits, enough for people; `{:#}` writes all 64.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = if f.alternate() { self.0.len() } else { 8 };
        self.0[..shown].iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl Serialize for Digest {
    /// All 64 hexadecimal digits.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{self:#}"))
    }
}

/// SHA-256 over words.
#[derive(Default)]
struct WordHash(Sha256);

impl WordHash {
    fn words(&mut self, words: &[u32]) {
        words.iter().for_each(|word| self.0.update(word.to_le_bytes()));
    }

    /// A manager's row, and in the last bit whether it takes traffic.
    fn manager(&mut self, manager: Manager) {
        let [low, high] = manager.row().words();
        self.words(&[low, high | u32::from(manager.enabled) << 31]);
    }

    /// A group's key and policy, and its entries, four to a word.
    fn group(&mut self, group: &Group) {
        self.words(&group.row.words());
        let (entries, _) = group.entries.as_chunks();
        entries.iter().for_each(|&four| self.words(&[u32::from_le_bytes(four)]));
    }

    fn digest(self) -> Digest {
        Digest(self.0.finalize().into())
    }
}

impl Tables {
    /// The digest of what decides which machine a packet goes to: two cards with the same send every flow to the same machine.
    ///
    /// It covers, as little-endian words in this order: whether the card is enabled; of each group that packets reach its number, key,
    /// policy and entries; the rules in use; and of each manager that takes traffic its id and MAC. It does not cover by which port a
    /// card reaches a manager, group MACs, or what is left in rows and groups that are not in use.
    pub fn decision_digest(&self) -> Digest {
        let mut hash = WordHash::default();
        hash.words(&[self.enabled.into()]);
        let reached = reached_groups(&self.rules);
        for (id, group) in (0..).zip(&self.groups).filter(|(id, _)| reached[*id as usize]) {
            hash.words(&[id]);
            hash.group(group);
        }
        self.rules.iter().filter(|rule| rule.in_use).for_each(|rule| hash.words(&rule.words()));
        for id in 1..=u8::MAX {
            if let Some(Machine { mac, .. }) = self.machine(id) {
                hash.words(&[id.into()]);
                hash.manager(Manager { mac, egress: 0, enabled: true });
            }
        }
        hash.digest()
    }

    /// The digest of all that these tables say.
    pub fn digest(&self) -> Digest {
        let mut hash = WordHash::default();
        hash.words(&[u32::from(self.enabled) | self.neighbours.word() << 1]);
        hash.words(&self.port_pairs.map(u32::from));
        self.group_macs.map(GroupMac::words).iter().for_each(|row| hash.words(row));
        self.managers[1..].iter().for_each(|&manager| hash.manager(manager));
        self.groups.iter().for_each(|group| hash.group(group));
        self.rules.map(RuleRow::words).iter().for_each(|row| hash.words(row));
        hash.digest()
    }
}
