//! The words that a card's tables consist of, wherever they lie: in registers of their own or behind an index.

use crate::card::{BusError, Card, CardAccess};
use contract::limits::MANAGERS;
use contract::register::{self, *};
use contract::row::{GroupMac, GroupRow, ManagerRow, Neighbours, RuleRow, enable_word, enabled_in};
use control::Tables;
use model::classifier::Rules;
use model::entry_table::Group;
use model::manager_table::{Manager, ManagerRows, Managers};
use std::fmt;

/// One word of the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Word {
    /// Four entries: what ENTRY_INDEX says.
    Entry(u32),
    /// Half a manager's row: what MANAGER_INDEX says.
    Manager(u32),
    /// A register of its own, by its address.
    Register(u32),
}

/// A word with its value.
pub type Valued = (Word, u32);

/// Whether frames are decided.
pub(crate) const SWITCH: Word = Word::Register(CONTROL.offset);

/// What changes places at a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Banks {
    /// Every group that the card has.
    pub groups: Vec<Group>,
    /// The ordered rules.
    pub rules: Rules,
    /// How managers are reached, by id.
    pub managers: ManagerRows,
}

impl Banks {
    /// The banked part of tables.
    pub fn of(tables: &Tables) -> Self {
        Self { groups: tables.groups.clone(), rules: tables.rules, managers: tables.managers.map(Manager::row) }
    }

    /// All their words, entries of a group in a row.
    pub fn words(&self) -> impl Iterator<Item = Valued> + '_ {
        let groups = (0u32..).zip(&self.groups).flat_map(|(number, group)| {
            let entries = group.entries.as_chunks().0.iter().map(|four| u32::from_le_bytes(*four));
            let entries = (number * ENTRY_WORDS..).map(Word::Entry).zip(entries);
            entries.chain(registers([GROUP_KEY_LO, GROUP_KEY_HI, GROUP_POLICY], number as usize, group.row.words()))
        });
        let rules = self.rules.iter().enumerate();
        let managers = (MANAGER_WORDS..).map(Word::Manager).zip(self.managers[1..].iter().flat_map(|row| row.words()));
        groups.chain(rules.flat_map(|(place, rule)| registers([RULE_PORTS, RULE_MATCH], place, rule.words()))).chain(managers)
    }

    /// Which managers they name, by id: entries and designated managers.
    pub fn named(&self) -> [bool; 256] {
        let mut named = [false; 256];
        for group in &self.groups {
            for &id in group.entries.iter().chain([&group.row.designated]) {
                named[usize::from(id)] = true;
            }
        }
        named[0] = false;
        named
    }
}

/// What is in force at once, by rows that are written whole; the switch comes last.
pub(crate) fn rows(tables: &Tables) -> impl Iterator<Item = Vec<Valued>> + '_ {
    let enables = enable_words(&tables.managers).into_iter().enumerate();
    let enables = enables.map(|(place, word)| vec![(Word::Register(MANAGER_ENABLE.at(place)), word)]);
    let macs = tables.group_macs.iter().enumerate();
    let macs = macs.map(|(place, mac)| registers([GROUP_MAC_LO, GROUP_MAC_HI], place, mac.words()).to_vec());
    let pairs = tables.port_pairs.iter().enumerate();
    let pairs = pairs.map(|(place, &egress)| vec![(Word::Register(PORT_PAIR.at(place)), egress.into())]);
    let neighbours = vec![(Word::Register(NEIGHBOURS.at(0)), tables.neighbours.word())];
    enables.chain(macs).chain(pairs).chain([neighbours, vec![(SWITCH, tables.enabled.into())]])
}

/// MANAGER_ENABLE: which managers take traffic, by bit.
pub(crate) fn enable_words(managers: &Managers) -> [u32; MANAGER_ENABLE_WORDS] {
    let (lanes, _) = managers.as_chunks::<32>();
    std::array::from_fn(|place| enable_word(lanes[place].map(|manager| manager.enabled)))
}

/// Every word of the tables, as the active banks show them.
pub(crate) fn every(tables: &Tables) -> Vec<Valued> {
    Banks::of(tables).words().chain(rows(tables).flatten()).collect()
}

fn registers<const N: usize>(registers: [Register; N], place: usize, values: [u32; N]) -> [Valued; N] {
    std::array::from_fn(|i| (Word::Register(registers[i].at(place)), values[i]))
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Entry(index) => {
                let bucket = index % ENTRY_WORDS * 4;
                write!(f, "the entries {bucket} to {} of group {}", bucket + 3, index / ENTRY_WORDS)
            }
            Self::Manager(index) => write!(f, "word {} of manager {}'s row", index % MANAGER_WORDS, index / MANAGER_WORDS),
            Self::Register(address) => match register::decode(address) {
                Some((register, 0)) if register.count == 1 => f.write_str(register.name),
                Some((register, place)) => write!(f, "{}[{place}]", register.name),
                None => write!(f, "address {address:#05x}"),
            },
        }
    }
}

/// Reads and writes words, and an index only where the card does not stand there already.
pub(crate) struct Words<C> {
    pub(crate) card: C,
    entry: Option<u32>,
    manager: Option<u32>,
}

impl<C: Card> Words<C> {
    pub(crate) fn new(card: C) -> Self {
        Self { card, entry: None, manager: None }
    }

    /// Shows a core's active or idle banks from now on.
    pub(crate) fn view(&mut self, core: u8, idle: bool) -> Result<(), BusError> {
        self.card.write(VIEW.at(0), u32::from(core) | if idle { VIEW_IDLE_BANK } else { 0 })
    }

    pub(crate) fn read(&mut self, word: Word) -> Result<u32, BusError> {
        Ok(self.read_all([word])?[0])
    }

    /// Reads words in one batch.
    pub(crate) fn read_all(&mut self, words: impl IntoIterator<Item = Word>) -> Result<Vec<u32>, BusError> {
        self.batch(words.into_iter().map(|word| (word, None)))
    }

    pub(crate) fn write(&mut self, valued: Valued) -> Result<(), BusError> {
        self.write_all(&[valued])
    }

    /// Writes words in one batch, in this order.
    pub(crate) fn write_all(&mut self, words: &[Valued]) -> Result<(), BusError> {
        self.batch(words.iter().map(|&(word, value)| (word, Some(value)))).map(drop)
    }

    /// Reads words, or writes those that come with a value.
    fn batch(&mut self, words: impl Iterator<Item = (Word, Option<u32>)>) -> Result<Vec<u32>, BusError> {
        let mut accesses = Vec::new();
        for (word, value) in words {
            let address = self.seek(word, &mut accesses);
            accesses.push(match value {
                Some(value) => CardAccess::Write { address, value },
                None => CardAccess::Read { address },
            });
            self.step(word);
        }
        self.card.batch(&accesses).inspect_err(|_| (self.entry, self.manager) = (None, None))
    }

    /// By which address a word is accessed, once the index has been brought to it.
    fn seek(&self, word: Word, accesses: &mut Vec<CardAccess>) -> u32 {
        let (at, wanted, index, data) = match word {
            Word::Entry(wanted) => (self.entry, wanted, ENTRY_INDEX, ENTRY_DATA),
            Word::Manager(wanted) => (self.manager, wanted, MANAGER_INDEX, MANAGER_DATA),
            Word::Register(address) => return address,
        };
        if at != Some(wanted) {
            accesses.push(CardAccess::Write { address: index.at(0), value: wanted });
        }
        data.at(0)
    }

    /// What an access does to the index. Behind a table's last word it returns to 0, where nothing looks for it: it is set anew there.
    fn step(&mut self, word: Word) {
        match word {
            Word::Entry(index) => self.entry = Some(index + 1),
            Word::Manager(index) => self.manager = Some(index + 1),
            Word::Register(_) => {}
        }
    }

    /// The registers of every place, a place's together.
    fn registers<const N: usize>(&mut self, registers: [Register; N], places: usize) -> Result<Vec<[u32; N]>, BusError> {
        let words = (0..places).flat_map(|place| registers.each_ref().map(|register| Word::Register(register.at(place))));
        Ok(self.read_all(words)?.as_chunks().0.to_vec())
    }

    /// A group, as VIEW shows it.
    pub(crate) fn group(&mut self, number: u8) -> Result<Group, BusError> {
        let mut group = Group::default();
        let entries = (0..ENTRY_WORDS).map(|word| Word::Entry(u32::from(number) * ENTRY_WORDS + word));
        let row = [GROUP_KEY_LO, GROUP_KEY_HI, GROUP_POLICY].map(|register| Word::Register(register.at(number.into())));
        let read = self.read_all(entries.chain(row))?;
        let (entries, row) = read.split_at(ENTRY_WORDS as usize);
        group.entries.as_chunks_mut().0.iter_mut().zip(entries).for_each(|(four, word)| *four = word.to_le_bytes());
        group.row = GroupRow::from_words(std::array::from_fn(|word| row[word]));
        Ok(group)
    }

    /// The rules, as VIEW shows them.
    pub(crate) fn rules(&mut self) -> Result<Rules, BusError> {
        let mut rules = Rules::default();
        let rows = self.registers([RULE_PORTS, RULE_MATCH], rules.len())?;
        rules.iter_mut().zip(rows).for_each(|(rule, words)| *rule = RuleRow::from_words(words));
        Ok(rules)
    }

    /// Which managers take traffic.
    pub(crate) fn enables(&mut self, managers: &mut Managers) -> Result<(), BusError> {
        let words = self.registers([MANAGER_ENABLE], MANAGER_ENABLE_WORDS)?;
        let enabled = words.iter().flat_map(|&[word]| enabled_in(word));
        managers.iter_mut().zip(enabled).for_each(|(manager, enabled)| manager.enabled = enabled);
        Ok(())
    }

    /// The banks that VIEW shows, of a card with this many groups.
    pub(crate) fn banks(&mut self, groups: usize) -> Result<Banks, BusError> {
        let mut banks = Banks { groups: Vec::new(), rules: Rules::default(), managers: [ManagerRow::default(); MANAGERS + 1] };
        for number in 0..groups as u8 {
            banks.groups.push(self.group(number)?);
        }
        banks.rules = self.rules()?;
        let read = self.read_all((MANAGER_WORDS..(MANAGERS as u32 + 1) * MANAGER_WORDS).map(Word::Manager))?;
        banks.managers[1..].iter_mut().zip(read.as_chunks().0).for_each(|(row, words)| *row = ManagerRow::from_words(*words));
        Ok(banks)
    }

    /// The tables of the core whose active banks VIEW shows.
    pub(crate) fn tables(&mut self, groups: usize) -> Result<Tables, BusError> {
        let Banks { groups, rules, managers } = self.banks(groups)?;
        let mut tables = Tables {
            enabled: self.read(SWITCH)? & 1 == 1,
            neighbours: Neighbours::from_word(self.read(Word::Register(NEIGHBOURS.at(0)))?),
            group_macs: Default::default(),
            port_pairs: Default::default(),
            managers: managers.map(|row| Manager::new(row, false)),
            groups,
            rules,
        };
        let macs = self.registers([GROUP_MAC_LO, GROUP_MAC_HI], tables.group_macs.len())?;
        tables.group_macs.iter_mut().zip(macs).for_each(|(mac, words)| *mac = GroupMac::from_words(words));
        let pairs = self.registers([PORT_PAIR], tables.port_pairs.len())?;
        tables.port_pairs.iter_mut().zip(pairs).for_each(|(egress, [word])| *egress = word as u8);
        self.enables(&mut tables.managers)?;
        Ok(tables)
    }
}
