//! A card's state, laid out for many decisions at a time.

use super::compact::NO_EGRESS;
use super::hash::Starts;
use super::rules::VectorRule;
use crate::choice::Choice;
use crate::classifier::{OTHERWISE, Rules};
use crate::manager_table::{self, Manager, Managers};
use crate::state::State;
use crate::tuple_select::Subject;
use contract::limits::{BUCKETS, GROUPS, MANAGERS, PORTS};
use contract::row::{GroupMac, GroupRow, Mac, Neighbours};

/// All that decisions read of a state; about 40 KB. Compile it at every commit, and when an address, a port pair or a switch changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compiled {
    pub(super) enabled: bool,
    pub(super) neighbours: Neighbours,
    pub(super) port_pairs: [u8; PORTS],
    pub(super) rules: Vec<VectorRule>,
    /// The state of the hash before a key's first word.
    pub(super) starts: Starts,
    /// The same after the three words that all IPv4 addresses begin with.
    pub(super) starts_v4: Starts,
    /// The enabled group MACs, as [`number`] has them; the first apart, as most cards have one. No frame has [`NO_MAC`].
    mac: u64,
    other_macs: Vec<u64>,
    rule_rows: Rules,
    groups: [GroupRow; GROUPS],
    entries: Box<[[u8; BUCKETS]; GROUPS]>,
    managers: Managers,
    /// By manager: the port by which it is reached; [`NO_EGRESS`] if it takes no traffic.
    egress: [u8; MANAGERS + 1],
}

impl Compiled {
    /// Lays out what packets meet now: the active banks, and what is not banked.
    pub fn new(state: &State) -> Self {
        let mut groups = [GroupRow::default(); GROUPS];
        let mut entries: Box<[[u8; BUCKETS]; GROUPS]> = vec![[0; BUCKETS]; GROUPS].try_into().expect("as many as groups");
        for number in 0..state.groups() {
            let group = state.group(number as u8);
            (groups[number], entries[number]) = (group.row, group.entries);
        }
        let mut macs = state.group_macs.iter().filter(|GroupMac { enabled, .. }| *enabled).map(|group| number(group.mac));
        let managers = state.managers();
        let starts = Starts::of(groups[..state.groups()].iter().map(|row| row.key));
        Self {
            enabled: state.enabled,
            neighbours: state.neighbours,
            port_pairs: state.port_pairs,
            rules: VectorRule::list(state.rules()),
            starts_v4: starts.behind_v4_prefix(),
            starts,
            mac: macs.next().unwrap_or(NO_MAC),
            other_macs: macs.collect(),
            rule_rows: *state.rules(),
            groups,
            entries,
            managers,
            egress: std::array::from_fn(|id| reached_by(id as u8, managers[id])),
        }
    }

    /// Whether a manager takes traffic from now on: the one thing that changes at once, without a commit.
    pub fn enable_manager(&mut self, id: u8, enabled: bool) {
        let manager = &mut self.managers[usize::from(id)];
        manager.enabled = enabled;
        self.egress[usize::from(id)] = reached_by(id, *manager);
    }

    /// A manager as packets meet it.
    pub fn manager(&self, id: u8) -> Manager {
        self.managers[usize::from(id)]
    }

    /// Answers questions 7 to 12 for a packet.
    #[inline]
    pub fn choose(&self, subject: &Subject) -> Choice {
        let hashes = |group: u8| self.groups[usize::from(group)].equal_ports_hash;
        if self.has_rules() { Choice::by(&self.rule_rows, hashes, subject) } else { Choice::under((None, OTHERWISE), hashes, subject) }
    }

    /// Questions 1 and 2.
    #[inline(always)]
    pub(super) fn is_ours(&self, destination: u64) -> bool {
        destination == self.mac || self.other_macs.contains(&destination)
    }

    /// Whether anything but the greater port in group 0 can be chosen.
    #[inline]
    pub(super) fn has_rules(&self) -> bool {
        !self.rules.is_empty()
    }

    /// The manager that a group's entry names for a hash, with the bucket.
    #[inline(always)]
    pub(super) fn entry(&self, group: u8, hash: u32) -> (u16, u8) {
        let bucket = crate::entry_table::bucket(hash);
        (bucket, self.entries[usize::from(group) % GROUPS][usize::from(bucket) % BUCKETS])
    }

    /// The manager that takes a group's packets without a key.
    pub(super) fn designated(&self, group: u8) -> u8 {
        self.groups[usize::from(group)].designated
    }

    /// The port by which a manager is reached; [`NO_EGRESS`] if it takes no traffic.
    #[inline(always)]
    pub(super) fn egress(&self, manager: u8) -> u8 {
        self.egress[usize::from(manager)]
    }
}

fn reached_by(id: u8, manager: Manager) -> u8 {
    manager_table::live(id, manager).map_or(NO_EGRESS, |manager| manager.egress)
}

const NO_MAC: u64 = u64::MAX;

/// A MAC address as a number, in the order in which a load reads it.
#[inline(always)]
pub(super) fn number([a, b, c, d, e, f]: Mac) -> u64 {
    u64::from_le_bytes([a, b, c, d, e, f, 0, 0])
}
