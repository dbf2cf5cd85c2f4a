//! Everything that a decision reads, as the host programmed it.

use crate::classifier::Rules;
use crate::entry_table::Group;
use crate::manager_table::Managers;
use contract::limits::{GROUP_MACS, GROUPS, MANAGERS, PORTS, RULES};
use contract::register::UNIT_RULES;
use contract::row::{GroupMac, ManagerRow, RuleRow};

/// The programmed state of a card.
///
/// What must change together is banked together: each group, and the list of rules, is a *unit* of two banks. The host writes the
/// idle one; [`State::commit`] makes any set of units active at once. The rest changes row by row.
/// Source: US 7,395,349, FIG. 6; double buffer: WO 00/30322, FIG. 4.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// Frames are decided; while false, every frame is bridged.
    pub enabled: bool,
    /// The addresses that the card answers for.
    pub group_macs: [GroupMac; GROUP_MACS],
    /// Egress port of bridged frames, by ingress port.
    pub port_pairs: [u8; PORTS],
    /// The manager table.
    pub managers: Managers,
    groups: Vec<Banked<Group>>,
    rules: Banked<Rules>,
    generation: u32,
}

/// A commit named a unit that the card does not have; nothing was switched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownUnit;

impl State {
    /// A card after reset, with this many groups: disabled, all tables empty, ports paired by [`port_pairs`].
    ///
    /// # Panics
    /// If there are no groups, or more than [`GROUPS`].
    pub fn new(groups: usize) -> Self {
        assert!((1..=GROUPS).contains(&groups), "a card has 1 to {GROUPS} groups");
        Self {
            enabled: false,
            group_macs: [GroupMac::default(); GROUP_MACS],
            port_pairs: port_pairs(),
            managers: [ManagerRow::default(); MANAGERS + 1],
            groups: (0..groups).map(|_| Banked::new(Group::default())).collect(),
            rules: Banked::new([RuleRow::from_words([0, 0]); RULES]),
            generation: 0,
        }
    }

    /// How many groups the card has.
    pub fn groups(&self) -> usize {
        self.groups.len()
    }

    /// The active bank of a group.
    ///
    /// # Panics
    /// If the card does not have the group; so do the two below.
    pub fn group(&self, group: u8) -> &Group {
        self.groups[usize::from(group)].active()
    }

    /// The idle bank of a group.
    pub fn idle_group(&self, group: u8) -> &Group {
        self.groups[usize::from(group)].idle()
    }

    /// The idle bank of a group, to be written.
    pub fn idle_group_mut(&mut self, group: u8) -> &mut Group {
        self.groups[usize::from(group)].idle_mut()
    }

    /// The active list of rules.
    pub fn rules(&self) -> &Rules {
        self.rules.active()
    }

    /// The idle list of rules.
    pub fn idle_rules(&self) -> &Rules {
        self.rules.idle()
    }

    /// The idle list of rules, to be written. A rule must not name a group that the card does not have.
    pub fn idle_rules_mut(&mut self) -> &mut Rules {
        self.rules.idle_mut()
    }

    /// The number that the last commit announced.
    pub fn generation(&self) -> u32 {
        self.generation
    }

    /// Which bank is active, one bit per unit: groups from bit 0, the rules at bit [`UNIT_RULES`].
    pub fn active(&self) -> u32 {
        let groups = self.groups.iter().enumerate().map(|(number, group)| (group.active as u32) << number);
        groups.sum::<u32>() | (self.rules.active as u32) << UNIT_RULES
    }

    /// Exchanges the banks of all named units at once, by the same bits, and announces a generation.
    ///
    /// # Errors
    /// If a unit is named that the card does not have.
    pub fn commit(&mut self, units: u32, generation: u32) -> Result<(), UnknownUnit> {
        let every_unit = ((1 << self.groups.len()) - 1) | 1 << UNIT_RULES;
        if units & !every_unit != 0 {
            return Err(UnknownUnit);
        }
        for (number, group) in self.groups.iter_mut().enumerate() {
            group.active ^= units >> number & 1 == 1;
        }
        self.rules.active ^= units >> UNIT_RULES & 1 == 1;
        self.generation = generation;
        Ok(())
    }
}

/// Egress port of bridged frames after reset, by ingress port: ports 0 and 1, and so on, are a pair.
pub const fn port_pairs() -> [u8; PORTS] {
    const { assert!(PORTS.is_multiple_of(2), "ports pair up") }
    let mut pairs = [0; PORTS];
    let mut port = 0;
    while port < PORTS {
        pairs[port] = port as u8 ^ 1;
        port += 1;
    }
    pairs
}

/// Two banks, of which one is active.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Banked<T> {
    banks: [T; 2],
    active: bool,
}

impl<T: Clone> Banked<T> {
    fn new(empty: T) -> Self {
        Self { banks: [empty.clone(), empty], active: false }
    }

    fn active(&self) -> &T {
        &self.banks[usize::from(self.active)]
    }

    fn idle(&self) -> &T {
        &self.banks[usize::from(!self.active)]
    }

    fn idle_mut(&mut self) -> &mut T {
        &mut self.banks[usize::from(!self.active)]
    }
}
