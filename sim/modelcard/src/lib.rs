//! The golden model behind the card's registers.
//!
//! Model and hardware are programmed by the same writes, so a state that one has and the other has not is a register's fault.
//!
//! It is for tests and simulations: the shipped host program does not contain it.

mod pass_on;

use contract::limits::{BUCKET_BITS, GROUP_MACS, MANAGERS, PORTS, RULES};
use contract::register::{self, *};
use contract::row::{GroupMac, GroupRow, ManagerRow, Neighbours, RuleRow, enable_word, enabled_in};
use driver::{BusError, Card};
use model::{Count, Counters, Decision, State, process};
use pass_on::Batch;

/// A card as its host sees it, whose commits are complete at once.
///
/// One state for all cores, as every write reaches them all; counters by core.
#[derive(Clone, Debug)]
pub struct ModelCard {
    state: State,
    counters: Vec<Counters>,
    sides: usize,
    beat_bytes: usize,
    view: u32,
    next_generation: u32,
    entry_index: u32,
    manager_index: u32,
    counter_index: u32,
    held_manager: u32,
    held_mac: u32,
    captured: Count,
    batch: Batch,
}

/// SLVERR: the access changed nothing.
struct Refused;
type Answer<T> = Result<T, Refused>;

impl ModelCard {
    /// A card after reset, with this many groups and cores, each core with a decision side of its own; `beat_bytes` is what its GEOMETRY says of
    /// the stream's width.
    pub fn new(groups: usize, cores: usize, beat_bytes: usize) -> Self {
        Self {
            state: State::new(groups),
            counters: vec![Counters::default(); cores],
            sides: cores,
            beat_bytes,
            view: 0,
            next_generation: 0,
            entry_index: 0,
            manager_index: 0,
            counter_index: 0,
            held_manager: 0,
            held_mac: 0,
            captured: Count::default(),
            batch: Batch::default(),
        }
    }

    /// The same card with this many decision sides.
    pub fn with_sides(self, sides: usize) -> Self {
        Self { sides, ..self }
    }

    /// What the host has programmed.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// What a core has counted.
    ///
    /// # Panics
    /// If the card does not have the core; so do the two below.
    pub fn counters(&self, core: usize) -> &Counters {
        &self.counters[core]
    }

    /// A core's counters, to be counted on.
    pub fn counters_mut(&mut self, core: usize) -> &mut Counters {
        &mut self.counters[core]
    }

    /// Decides a frame and counts it on a core.
    pub fn process(&mut self, core: usize, frame: &[u8], ingress: u8) -> Decision {
        process(&self.state, &mut self.counters[core], frame, ingress)
    }

    /// Writes a word of which not all four bytes are enabled: refused everywhere.
    ///
    /// # Errors
    /// Always.
    pub fn write_partial(&mut self, address: u32) -> Result<(), BusError> {
        Err(BusError::Write { address, value: 0 })
    }

    /// Writes one word.
    ///
    /// # Errors
    /// Where the register map says SLVERR.
    pub fn write(&mut self, address: u32, value: u32) -> Result<(), BusError> {
        self.write_register(address, value).map_err(|Refused| BusError::Write { address, value })?;
        self.batch.forget();
        Ok(())
    }

    /// Reads one word.
    ///
    /// # Errors
    /// Where the register map says SLVERR.
    pub fn read(&mut self, address: u32) -> Result<u32, BusError> {
        self.read_register(address).map_err(|Refused| BusError::Read { address })
    }

    fn write_register(&mut self, address: u32, value: u32) -> Answer<()> {
        let (register, place) = register::decode(address).ok_or(Refused)?;
        match *register {
            CONTROL => self.state.enabled = value & 1 == 1,
            NEIGHBOURS => self.state.neighbours = Neighbours::from_word(value),
            VIEW => {
                accept((value & 0xff) < self.counters.len() as u32)?;
                self.view = value & 0x1ff;
            }
            NEXT_GENERATION => self.next_generation = value,
            COMMIT => self.state.commit(value, self.next_generation).map_err(|_| Refused)?,
            ENTRY_INDEX => self.entry_index = below(value, self.entry_words())?,
            ENTRY_DATA => {
                let (group, at) = self.entry_place();
                self.state.idle_group_mut(group).entries[at..at + 4].copy_from_slice(&value.to_le_bytes());
                self.entry_index = next(self.entry_index, self.entry_words());
            }
            MANAGER_INDEX => self.manager_index = value % MANAGER_END,
            MANAGER_DATA => self.write_manager(value)?,
            COUNTER_INDEX => self.counter_index = below(value, COUNTER_END)?,
            GROUP_MAC_LO => self.held_mac = value,
            GROUP_MAC_HI => self.state.group_macs[place] = GroupMac::from_words([self.held_mac, value]),
            PORT_PAIR => self.state.port_pairs[place] = port(value as u8)?,
            MANAGER_ENABLE => {
                accept(place != 0 || value & 1 == 0)?;
                self.state.managers_enabled.as_chunks_mut().0[place] = enabled_in(value);
            }
            GROUP_KEY_LO => self.write_group(place, 0, value)?,
            GROUP_KEY_HI => self.write_group(place, 1, value)?,
            GROUP_POLICY => self.write_group(place, 2, value)?,
            RULE_PORTS => self.write_rule(place, 0, value)?,
            RULE_MATCH => self.write_rule(place, 1, value)?,
            _ => return Err(Refused),
        }
        Ok(())
    }

    fn read_register(&mut self, address: u32) -> Answer<u32> {
        let (register, place) = register::decode(address).ok_or(Refused)?;
        Ok(match *register {
            IDENTITY => IDENTITY_VALUE,
            CONTRACT => CONTRACT_VALUE,
            BUILD => build(),
            CAPABILITIES => bytes([self.state.groups(), BUCKET_BITS, RULES, PORTS]),
            GEOMETRY => bytes([MANAGERS, GROUP_MACS, self.counters.len(), self.beat_bytes]),
            DECISION_SIDES => bytes([self.sides, 0, 0, 0]),
            CONTROL => self.state.enabled.into(),
            NEIGHBOURS => self.state.neighbours.word(),
            VIEW => self.view,
            NEXT_GENERATION => self.next_generation,
            GENERATION => self.state.generation(),
            STATUS => 0,
            ACTIVE => self.state.active(),
            ENTRY_INDEX => self.entry_index,
            ENTRY_DATA => {
                let (group, at) = self.entry_place();
                let group = if self.shows_idle() { self.state.idle_group(group) } else { self.state.group(group) };
                self.entry_index = next(self.entry_index, self.entry_words());
                u32::from_le_bytes(std::array::from_fn(|i| group.entries[at + i]))
            }
            MANAGER_INDEX => self.manager_index,
            MANAGER_DATA => {
                let (id, word) = self.manager_place();
                let rows = if self.shows_idle() { self.state.idle_manager_rows() } else { self.state.manager_rows() };
                self.manager_index = next(self.manager_index, MANAGER_END);
                rows[id].words()[word]
            }
            MANAGER_ENABLE => enable_word(self.state.managers_enabled.as_chunks().0[place]),
            COUNTER_INDEX => self.counter_index,
            COUNTER_DATA => self.read_counter(),
            GROUP_MAC_LO => self.state.group_macs[place].words()[0],
            GROUP_MAC_HI => self.state.group_macs[place].words()[1],
            PORT_PAIR => self.state.port_pairs[place].into(),
            GROUP_KEY_LO => self.group_words(place)?[0],
            GROUP_KEY_HI => self.group_words(place)?[1],
            GROUP_POLICY => self.group_words(place)?[2],
            RULE_PORTS => self.rule_words(place)[0],
            RULE_MATCH => self.rule_words(place)[1],
            _ => return Err(Refused),
        })
    }

    fn shows_idle(&self) -> bool {
        self.view & VIEW_IDLE_BANK != 0
    }

    fn entry_words(&self) -> u32 {
        self.state.groups() as u32 * ENTRY_WORDS
    }

    /// The group that ENTRY_INDEX names, and the first of the four buckets.
    fn entry_place(&self) -> (u8, usize) {
        ((self.entry_index / ENTRY_WORDS) as u8, (self.entry_index % ENTRY_WORDS) as usize * 4)
    }

    /// The manager that MANAGER_INDEX names, and the word of its row.
    fn manager_place(&self) -> (usize, usize) {
        ((self.manager_index / MANAGER_WORDS) as usize, (self.manager_index % MANAGER_WORDS) as usize)
    }

    fn write_manager(&mut self, value: u32) -> Answer<()> {
        let (id, word) = self.manager_place();
        accept(id != 0)?;
        if word == 0 {
            self.held_manager = value;
        } else {
            let row = ManagerRow::from_words([self.held_manager, value]);
            port(row.egress)?;
            self.state.idle_manager_rows_mut()[id] = row;
        }
        self.manager_index = next(self.manager_index, MANAGER_END);
        Ok(())
    }

    fn write_group(&mut self, place: usize, word: usize, value: u32) -> Answer<()> {
        accept(place < self.state.groups())?;
        let row = &mut self.state.idle_group_mut(place as u8).row;
        let mut words = row.words();
        words[word] = value;
        *row = GroupRow::from_words(words);
        Ok(())
    }

    fn group_words(&self, place: usize) -> Answer<[u32; 3]> {
        accept(place < self.state.groups())?;
        let group = if self.shows_idle() { self.state.idle_group(place as u8) } else { self.state.group(place as u8) };
        Ok(group.row.words())
    }

    fn write_rule(&mut self, place: usize, word: usize, value: u32) -> Answer<()> {
        let rule = &mut self.state.idle_rules_mut()[place];
        let mut words = rule.words();
        words[word] = value;
        let written = RuleRow::from_words(words);
        accept(usize::from(written.group) < self.state.groups())?;
        self.state.idle_rules_mut()[place] = written;
        Ok(())
    }

    fn rule_words(&self, place: usize) -> [u32; 2] {
        let rules = if self.shows_idle() { self.state.idle_rules() } else { self.state.rules() };
        rules[place].words()
    }

    fn read_counter(&mut self) -> u32 {
        let (counter, word) = (self.counter_index / COUNTER_WORDS, self.counter_index % COUNTER_WORDS);
        if word == 0 {
            let core = (self.view & 0xff) as usize;
            self.captured = by_number(&self.counters[core], counter);
        }
        self.counter_index = next(self.counter_index, COUNTER_END);
        let Count { frames, bytes } = self.captured;
        [frames as u32, (frames >> 32) as u32, bytes as u32, (bytes >> 32) as u32][word as usize]
    }
}

impl Card for ModelCard {
    fn write(&mut self, address: u32, value: u32) -> Result<(), BusError> {
        self.write(address, value)
    }

    fn read(&mut self, address: u32) -> Result<u32, BusError> {
        self.read(address)
    }
}

/// One behind the last word of the manager table and of the counters.
const MANAGER_END: u32 = (MANAGERS as u32 + 1) * MANAGER_WORDS;
const COUNTER_END: u32 = COUNTERS * COUNTER_WORDS;

fn accept(condition: bool) -> Answer<()> {
    condition.then_some(()).ok_or(Refused)
}

fn below(index: u32, end: u32) -> Answer<u32> {
    accept(index < end)?;
    Ok(index)
}

/// The index after an access: behind the last word it returns to 0.
fn next(index: u32, end: u32) -> u32 {
    (index + 1) % end
}

fn port(number: u8) -> Answer<u8> {
    accept(usize::from(number) < PORTS)?;
    Ok(number)
}

/// Four sizes in a word, the first least significant.
fn bytes(sizes: [usize; 4]) -> u32 {
    u32::from_le_bytes(sizes.map(|size| size as u8))
}

/// The release, which host and hardware share in this repository.
fn build() -> u32 {
    let part = |text: &str| text.parse().expect("a release has numbers");
    let [major, minor, patch] =
        [env!("CARGO_PKG_VERSION_MAJOR"), env!("CARGO_PKG_VERSION_MINOR"), env!("CARGO_PKG_VERSION_PATCH")].map(part);
    bytes([patch, minor, major, 0])
}

/// A counter by its number. A reason or verdict that does not exist is never counted.
fn by_number(counters: &Counters, number: u32) -> Count {
    use contract::code::{Reason, Verdict};
    match number {
        0..COUNTER_REASON => counters.manager(number as u8),
        COUNTER_REASON..COUNTER_HOST_LOST => {
            Reason::from_code((number - COUNTER_REASON) as u8).map_or(Count::default(), |reason| counters.reason(reason))
        }
        _ => Verdict::from_code((number - COUNTER_HOST_LOST) as u8).map_or(Count::default(), |verdict| counters.lost(verdict)),
    }
}
