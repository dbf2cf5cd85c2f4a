//! Everything that a decision reads, as the host programmed it.

use crate::classifier::Rules;
use crate::entry_table::Group;
use crate::manager_table::{Manager, ManagerRows, Managers};
use contract::limits::{GROUP_MACS, GROUPS, MANAGERS, PORTS, RULES};
use contract::register::{UNIT_MANAGERS, UNIT_RULES, every_unit};
use contract::row::{GroupMac, ManagerRow, Neighbours, RuleRow};

/// The programmed state of a card.
///
/// What must change together is banked together: each group, the list of rules, and the managers' rows, is a *unit* of two banks. The host
/// writes the idle one; [`State::commit`] makes any set of units active at once. The rest changes row by row.
/// Source: US 7,395,349, FIG. 6; double buffer: WO 00/30322, FIG. 4.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// Frames are decided; while false, every frame is bridged.
    pub enabled: bool,
    /// The addresses that the card answers for.
    pub group_macs: [GroupMac; GROUP_MACS],
    /// Where neighbour questions to everybody go.
    pub neighbours: Neighbours,
    /// Egress port of bridged frames, by ingress port.
    pub port_pairs: [u8; PORTS],
    /// Whether each manager takes traffic, by id. Not banked, so that a manager that fails is taken out without a commit.
    pub managers_enabled: [bool; MANAGERS + 1],
    groups: Vec<Banked<Group>>,
    rules: Banked<Rules>,
    managers: Banked<ManagerRows>,
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
            neighbours: Neighbours::Bridge,
            port_pairs: port_pairs(),
            managers_enabled: [false; MANAGERS + 1],
            groups: (0..groups).map(|_| Banked::new(Group::default())).collect(),
            rules: Banked::new([RuleRow::from_words([0, 0]); RULES]),
            managers: Banked::new([ManagerRow::default(); MANAGERS + 1]),
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

    /// How the managers are reached: the active rows.
    pub fn manager_rows(&self) -> &ManagerRows {
        self.managers.active()
    }

    /// The idle rows of the managers.
    pub fn idle_manager_rows(&self) -> &ManagerRows {
        self.managers.idle()
    }

    /// The idle rows of the managers, to be written. An egress port must be one that the card has.
    pub fn idle_manager_rows_mut(&mut self) -> &mut ManagerRows {
        self.managers.idle_mut()
    }

    /// A manager as packets meet it: its active row, and whether it takes traffic.
    pub fn manager(&self, id: u8) -> Manager {
        Manager::new(self.managers.active()[usize::from(id)], self.managers_enabled[usize::from(id)])
    }

    /// All managers as packets meet them.
    pub fn managers(&self) -> Managers {
        std::array::from_fn(|id| self.manager(id as u8))
    }

    /// The number that the last commit announced.
    pub fn generation(&self) -> u32 {
        self.generation
    }

    /// Which bank is active, one bit per unit: groups from bit 0, the rules at bit [`UNIT_RULES`], the managers at bit [`UNIT_MANAGERS`].
    pub fn active(&self) -> u32 {
        let groups = self.groups.iter().enumerate().map(|(number, group)| (group.active as u32) << number);
        groups.sum::<u32>() | (self.rules.active as u32) << UNIT_RULES | (self.managers.active as u32) << UNIT_MANAGERS
    }

    /// Exchanges the banks of all named units at once, by the same bits, and announces a generation.
    ///
    /// # Errors
    /// If a unit is named that the card does not have.
    pub fn commit(&mut self, units: u32, generation: u32) -> Result<(), UnknownUnit> {
        if units & !every_unit(self.groups.len()) != 0 {
            return Err(UnknownUnit);
        }
        for (number, group) in self.groups.iter_mut().enumerate() {
            group.active ^= units >> number & 1 == 1;
        }
        self.rules.active ^= units >> UNIT_RULES & 1 == 1;
        self.managers.active ^= units >> UNIT_MANAGERS & 1 == 1;
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
