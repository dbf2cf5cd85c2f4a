//! The register map: one table, from which the decoder, the host and the page are made.
//!
//! Words are 32 bits, addresses are byte offsets into a 4 KB window, and every access is one aligned word.

use crate::field::{self, Effect, Field, Reset};
use crate::limits;

/// What the host may do with a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessMode {
    /// Read only; a write answers SLVERR and changes nothing.
    Ro,
    /// Read and write.
    Rw,
    /// Write only; a read answers SLVERR.
    Wo,
}

/// One row of the register map: `count` words, `stride` bytes apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Register {
    /// Name, as hosts and documents use it.
    pub name: &'static str,
    /// What it is.
    pub doc: &'static str,
    /// Byte offset of the first word.
    pub offset: u32,
    /// How many there are.
    pub count: u32,
    /// Bytes from one to the next.
    pub stride: u32,
    /// What the host may do.
    pub access: AccessMode,
    /// Its fields, by word and then from the least significant bit; bits of no field are reserved.
    pub fields: &'static [Field],
    /// What an access does beyond what its fields' effects tell; empty where there is nothing to add.
    pub note: &'static str,
}

/// "TNDM": the word by which a host knows that the window is a Tandem card's.
pub const IDENTITY_VALUE: u32 = 0x544e_444d;
/// Version of this contract: major in the upper half, minor in the lower. A host refuses another major version, and a lower minor version.
pub const CONTRACT_VALUE: u32 = 0x0002_0002;

/// `VIEW`: reads of banked state show the idle bank.
pub const VIEW_IDLE_BANK: u32 = VIEW.field("idle_bank").mask() as u32;
/// The bit of `COMMIT` and `ACTIVE` that stands for the list of rules; groups have the bits from 0.
pub const UNIT_RULES: u32 = COMMIT.field("rules").lsb as u32;
/// The bit of `COMMIT` and `ACTIVE` that stands for the managers' MACs and egress ports.
pub const UNIT_MANAGERS: u32 = COMMIT.field("managers").lsb as u32;
/// The bits of `COMMIT` for everything that a card with this many groups has banked.
pub const fn every_unit(groups: usize) -> u32 {
    ((1 << groups) - 1) | 1 << UNIT_RULES | 1 << UNIT_MANAGERS
}
/// 32-bit words per group reached by `ENTRY_INDEX`: four entries a word.
pub const ENTRY_WORDS: u32 = limits::BUCKETS as u32 / 4;
/// 32-bit words per manager reached by `MANAGER_INDEX`.
pub const MANAGER_WORDS: u32 = 2;
/// Words of `MANAGER_ENABLE`: a bit per manager id.
pub const MANAGER_ENABLE_WORDS: usize = (limits::MANAGERS + 1) / 32;
/// 32-bit words per counter reached by `COUNTER_INDEX`: frames low, frames high, bytes low, bytes high.
pub const COUNTER_WORDS: u32 = 4;
/// Number of the first counter by reason; counters 0 to 255 count per manager.
pub const COUNTER_REASON: u32 = 256;
/// Number of the first counter of frames lost by a full host queue, by verdict code.
pub const COUNTER_HOST_LOST: u32 = 288;
/// How many counters there are.
pub const COUNTERS: u32 = 296;

macro_rules! registers {
    ($(#[doc = $doc:literal] $name:ident @ $offset:literal [$count:expr, $stride:literal] $access:ident
        { $($field:ident: $width:literal @ $lsb:literal $(in $word:literal)?, $reset:expr, $effect:expr, $what:literal;)* } $note:literal)*) => {
        $(#[doc = $doc] pub const $name: Register = Register {
            name: stringify!($name), doc: $doc, offset: $offset, count: $count as u32, stride: $stride, access: AccessMode::$access,
            fields: &[$(Field {
                name: stringify!($field), word: 0 $(+ $word)?, lsb: $lsb, width: $width, reset: $reset, effect: $effect, doc: $what,
            },)*],
            note: $note,
        };)*
        /// The whole map, in the order of addresses.
        pub const MAP: &[Register] = &[$($name,)*];
    };
}

use Effect::{Commit, HeldUntil, HostOnly, Immediate, None as ReadOnly, OnCommit};
use Reset::{ByBuild, ByIndex, Kept, To, WriteOnly};

// A register: name, address, how many and how far apart, access; its fields as `name: width @ lsb`, `in` the word of an index's row where
// words differ, value after reset, when a write takes effect, meaning; and what an access does beyond that.
registers! {
    /// The identity word.
    IDENTITY @ 0x000 [1, 4] Ro {
        value: 32 @ 0, To(IDENTITY_VALUE), ReadOnly, "`TNDM` in ASCII";
    } ""
    /// The contract's version.
    CONTRACT @ 0x004 [1, 4] Ro {
        minor: 16 @ 0, To(CONTRACT_VALUE & 0xffff), ReadOnly, "raised with every addition";
        major: 16 @ 16, To(CONTRACT_VALUE >> 16), ReadOnly, "raised where an old host would misread the card";
    } ""
    /// The release that emitted the hardware.
    BUILD @ 0x008 [1, 4] Ro {
        patch: 8 @ 0, ByBuild, ReadOnly, "patch version";
        minor: 8 @ 8, ByBuild, ReadOnly, "minor version";
        major: 8 @ 16, ByBuild, ReadOnly, "major version";
    } ""
    /// What the card can do.
    CAPABILITIES @ 0x00c [1, 4] Ro {
        groups: 8 @ 0, ByBuild, ReadOnly, "groups";
        bucket_bits: 8 @ 8, ByBuild, ReadOnly, "log2 of the buckets";
        rules: 8 @ 16, ByBuild, ReadOnly, "rules";
        ports: 8 @ 24, ByBuild, ReadOnly, "packet ports";
    } ""
    /// How large its other stores are.
    GEOMETRY @ 0x010 [1, 4] Ro {
        managers: 8 @ 0, ByBuild, ReadOnly, "highest manager id";
        group_macs: 8 @ 8, ByBuild, ReadOnly, "group MACs";
        cores: 8 @ 16, ByBuild, ReadOnly, "cores";
        beat_bytes: 8 @ 24, ByBuild, ReadOnly, "bytes per beat";
    } ""
    /// How many decision sides it has.
    DECISION_SIDES @ 0x014 [1, 4] Ro {
        sides: 8 @ 0, ByBuild, ReadOnly, "decision sides, each with tables of its own: as many as cores, or one that all cores share";
    } "With one side, tables and settings read the same whichever core VIEW names; counters are per core."
    /// The switch of the whole card.
    CONTROL @ 0x020 [1, 4] Rw {
        enable: 1 @ 0, To(0), Immediate, "frames are decided; while 0, every frame is bridged";
    } ""
    /// What reads show.
    VIEW @ 0x024 [1, 4] Rw {
        core: 8 @ 0, To(0), HostOnly, "the core whose state later reads show";
        idle_bank: 1 @ 8, To(0), HostOnly, "of banked state, reads show the idle bank (1) or the active one (0)";
    } "Writes always reach every core, and of banked state the idle bank. A core that the card does not have: SLVERR."
    /// The generation that the next commit announces.
    NEXT_GENERATION @ 0x028 [1, 4] Rw {
        number: 32 @ 0, To(0), HeldUntil("COMMIT"), "the host's choice; a commit copies it to GENERATION";
    } ""
    /// The generation of the last commit.
    GENERATION @ 0x02c [1, 4] Ro {
        number: 32 @ 0, To(0), ReadOnly, "number";
    } ""
    /// Makes idle banks active.
    COMMIT @ 0x030 [1, 4] Wo {
        groups: 8 @ 0, WriteOnly, Commit, "groups whose banks change places, by bit";
        rules: 1 @ 8, WriteOnly, Commit, "the list of rules changes places, too";
        managers: 1 @ 9, WriteOnly, Commit, "the managers' MACs and egress ports change places, too";
    } "All named units switch between two frames, and GENERATION takes NEXT_GENERATION. STATUS is busy until no frame in flight holds an old bank. While busy, or with a unit that the card does not have: SLVERR, nothing switches."
    /// Whether the last commit is complete.
    STATUS @ 0x034 [1, 4] Ro {
        busy: 1 @ 0, To(0), ReadOnly, "a commit is in progress";
    } ""
    /// Which bank is active.
    ACTIVE @ 0x038 [1, 4] Ro {
        groups: 8 @ 0, To(0), ReadOnly, "the active bank of each group, by bit";
        rules: 1 @ 8, To(0), ReadOnly, "the active bank of the list of rules";
        managers: 1 @ 9, To(0), ReadOnly, "the active bank of the managers' MACs and egress ports";
    } ""
    /// Who answers neighbour questions to everybody.
    NEIGHBOURS @ 0x03c [1, 4] Rw {
        host: 1 @ 0, To(0), Immediate, "they go to the host, which answers for the groups; while 0 they are bridged";
    } "A broadcast ARP packet, or a frame to a solicited-node multicast address (33:33:ff:xx:xx:xx)."
    /// Word of the allocation tables.
    ENTRY_INDEX @ 0x040 [1, 4] Rw {
        word: 10 @ 0, To(0), HostOnly, "bucket / 4";
        group: 3 @ 10, To(0), HostOnly, "group";
    } "The next access to ENTRY_DATA uses it. Beyond the card's groups: SLVERR."
    /// Four entries of the allocation table.
    ENTRY_DATA @ 0x044 [1, 4] Rw {
        entry0: 8 @ 0, Kept, OnCommit, "manager id at bucket 4i; 0 is none";
        entry1: 8 @ 8, Kept, OnCommit, "manager id at bucket 4i + 1";
        entry2: 8 @ 16, Kept, OnCommit, "manager id at bucket 4i + 2";
        entry3: 8 @ 24, Kept, OnCommit, "manager id at bucket 4i + 3";
    } "Every access, read or write, then adds one to ENTRY_INDEX; after the last word it returns to 0. A write while a commit is in progress: SLVERR."
    /// Word of the manager table.
    MANAGER_INDEX @ 0x048 [1, 4] Rw {
        word: 1 @ 0, To(0), HostOnly, "word of the row";
        manager: 8 @ 1, To(0), HostOnly, "manager id";
    } "The next access to MANAGER_DATA uses it."
    /// One word of a manager's row.
    MANAGER_DATA @ 0x04c [1, 4] Rw {
        mac_lo: 32 @ 0 in 0, To(0), HeldUntil("MANAGER_DATA"), "MAC bits 31:0";
        mac_hi: 16 @ 0 in 1, To(0), OnCommit, "MAC bits 47:32";
        egress: 8 @ 16 in 1, To(0), OnCommit, "egress port";
    } "Word 0 is held; the write of word 1 puts the whole row into the idle bank. Every access then adds one to MANAGER_INDEX; after the last word it returns to 0. A write of manager 0, of an egress port that the card does not have, or while a commit is in progress: SLVERR."
    /// Word of the counters.
    COUNTER_INDEX @ 0x050 [1, 4] Rw {
        word: 2 @ 0, To(0), HostOnly, "word of the counter";
        counter: 9 @ 2, To(0), HostOnly, "0-255 per manager, 256-287 per reason, 288-295 lost by the host queue, per verdict";
    } "The next access to COUNTER_DATA uses it. Beyond the last counter: SLVERR."
    /// One word of a counter.
    COUNTER_DATA @ 0x054 [1, 4] Ro {
        frames_lo: 32 @ 0 in 0, To(0), ReadOnly, "frames 31:0";
        frames_hi: 32 @ 0 in 1, To(0), ReadOnly, "frames 63:32";
        bytes_lo: 32 @ 0 in 2, To(0), ReadOnly, "bytes 31:0";
        bytes_hi: 32 @ 0 in 3, To(0), ReadOnly, "bytes 63:32";
    } "The read of word 0 captures all four words of that counter at one instant; the others show the capture. Every read then adds one to COUNTER_INDEX; after the last word it returns to 0."
    /// Lower part of a group MAC.
    GROUP_MAC_LO @ 0x080 [limits::GROUP_MACS, 8] Rw {
        mac_lo: 32 @ 0, To(0), HeldUntil("GROUP_MAC_HI"), "MAC bits 31:0";
    } "Held in one place for all addresses; a read shows the MAC in force."
    /// Upper part of a group MAC.
    GROUP_MAC_HI @ 0x084 [limits::GROUP_MACS, 8] Rw {
        mac_hi: 16 @ 0, To(0), Immediate, "MAC bits 47:32";
        enabled: 1 @ 31, To(0), Immediate, "frames to this address are decided";
    } "Puts the whole address, with the GROUP_MAC_LO written last, in force between two frames."
    /// Where a bridged frame goes.
    PORT_PAIR @ 0x0c0 [limits::PORTS, 4] Rw {
        egress: 8 @ 0, ByIndex(&[1, 0]), Immediate, "egress port of frames bridged from this ingress port";
    } "A port that the card does not have: SLVERR."
    /// Which managers take traffic.
    MANAGER_ENABLE @ 0x0e0 [MANAGER_ENABLE_WORDS, 4] Rw {
        enabled: 32 @ 0, To(0), Immediate, "managers 32i to 32i + 31, by bit: the manager takes traffic";
    } "Not banked: a manager that fails is taken out without a commit. Bit 0 of word 0, which is no manager: SLVERR."
    /// Lower part of a group's hash key.
    GROUP_KEY_LO @ 0x100 [limits::GROUPS, 16] Rw {
        key_lo: 32 @ 0, Kept, OnCommit, "key bytes 3:0, byte 0 least significant";
    } "A write while a commit is in progress: SLVERR."
    /// Upper part of a group's hash key.
    GROUP_KEY_HI @ 0x104 [limits::GROUPS, 16] Rw {
        key_hi: 32 @ 0, Kept, OnCommit, "key bytes 7:4";
    } "A write while a commit is in progress: SLVERR."
    /// A group's policy.
    GROUP_POLICY @ 0x108 [limits::GROUPS, 16] Rw {
        designated: 8 @ 0, Kept, OnCommit, "designated manager; 0 is none";
        equal_ports_hash: 1 @ 8, Kept, OnCommit, "packets with equal ports go by the pair key instead";
    } "A write while a commit is in progress: SLVERR."
    /// A rule's port range.
    RULE_PORTS @ 0x200 [limits::RULES, 8] Rw {
        lowest: 16 @ 0, To(0), OnCommit, "lowest port";
        highest: 16 @ 16, To(0), OnCommit, "highest port";
    } "A write while a commit is in progress: SLVERR."
    /// What a rule matches and answers.
    RULE_MATCH @ 0x204 [limits::RULES, 8] Rw {
        protocol: 8 @ 0, To(0), OnCommit, "protocol; reads 0 where any matches";
        any_protocol: 1 @ 8, To(0), OnCommit, "any protocol matches";
        group: 3 @ 16, To(0), OnCommit, "group";
        key_on_peer: 1 @ 24, To(0), OnCommit, "key on the peer";
        in_use: 1 @ 31, To(0), OnCommit, "the rule is in use";
    } "A write while a commit is in progress, or of a group that the card does not have: SLVERR."
}

impl Register {
    /// Byte address of word `index` of this register.
    ///
    /// # Panics
    /// If there is no such word.
    pub const fn at(&self, index: usize) -> u32 {
        assert!((index as u32) < self.count, "register index out of range");
        self.offset + index as u32 * self.stride
    }

    /// Its field called `name`. In a constant, a name that is not there does not compile.
    ///
    /// # Panics
    /// If there is no such field.
    pub const fn field(&self, name: &str) -> Field {
        field::named(self.fields, name)
    }

    /// Whether its fields are exactly these, each by its name and bits `(name, msb, lsb)`: for an assertion next to code that needs literal
    /// positions, so that a field that moves or is added does not compile there.
    pub const fn fields_are(&self, fields: &[(&str, u8, u8)]) -> bool {
        let mut at = 0;
        while at < fields.len() {
            let (name, msb, lsb) = fields[at];
            if !self.field(name).is_at(msb, lsb) {
                return false;
            }
            at += 1;
        }
        at == self.fields.len()
    }

    /// What word `index` reads after reset; `None` where that depends on the build, on what was there before, or cannot be read.
    pub fn reset(&self, index: usize) -> Option<u32> {
        let values = self.fields.iter().filter(|field| field.word == 0).map(|field| match field.reset {
            Reset::To(value) => Some(field.put(value.into()) as u32),
            Reset::ByIndex(values) => Some(field.put(values[index].into()) as u32),
            Reset::Kept | Reset::ByBuild | Reset::WriteOnly => None,
        });
        values.sum()
    }

    /// Whether some write of this register changes what the card decides: at once, or by a commit. Other writes are held or go to an idle bank.
    pub fn puts_in_force(&self) -> bool {
        self.fields.iter().any(|field| matches!(field.effect, Effect::Immediate | Effect::Commit))
    }

    /// The word of this register that lies at byte address `address`, if any.
    pub fn index_of(&self, address: u32) -> Option<usize> {
        let distance = address.checked_sub(self.offset)?;
        (distance.is_multiple_of(self.stride) && distance / self.stride < self.count).then_some((distance / self.stride) as usize)
    }
}

/// The register at a byte address, with the word's index; `None` for a reserved or unaligned address.
pub fn decode(address: u32) -> Option<(&'static Register, usize)> {
    MAP.iter().find_map(|register| register.index_of(address).map(|index| (register, index)))
}

// What the widths of the fields assume of the limits.
const _: () = {
    let (groups, managers) = (limits::GROUPS as u64, limits::MANAGERS as u64);
    assert!(groups <= COMMIT.field("groups").width as u64, "COMMIT has a bit per group");
    assert!(groups <= 1 << ENTRY_INDEX.field("group").width && groups <= 1 << RULE_MATCH.field("group").width);
    assert!(ACTIVE.field("rules").lsb == COMMIT.field("rules").lsb, "a unit has the same bit in both");
    assert!(ACTIVE.field("managers").lsb == COMMIT.field("managers").lsb, "a unit has the same bit in both");
    assert!((managers + 1).is_multiple_of(32), "MANAGER_ENABLE has a bit for every id");
    assert!(limits::BUCKETS == 1 << limits::BUCKET_BITS && ENTRY_WORDS == 1 << ENTRY_INDEX.field("word").width);
    assert!(MANAGER_WORDS == 1 << MANAGER_INDEX.field("word").width && managers < 1 << MANAGER_INDEX.field("manager").width);
    assert!(managers < 1 << ENTRY_DATA.field("entry0").width, "an entry holds every id, and 0");
    assert!(COUNTER_WORDS == 1 << COUNTER_INDEX.field("word").width && COUNTERS <= 1 << COUNTER_INDEX.field("counter").width);
    assert!(managers < COUNTER_REASON as u64 && COUNTER_REASON < COUNTER_HOST_LOST && COUNTER_HOST_LOST < COUNTERS);
    assert!(limits::PORTS < crate::metadata::EGRESS_HOST as usize, "a port's number is not the host's");
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registers_stay_inside_the_window_and_apart() {
        let mut words: Vec<u32> = MAP.iter().flat_map(|r| (0..r.count as usize).map(|i| r.at(i))).collect();
        assert!(words.iter().all(|&word| word % 4 == 0 && word < limits::REGISTER_WINDOW));
        let count = words.len();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), count, "two registers share an address");
    }

    #[test]
    fn fields_fit_their_word_and_do_not_overlap() {
        for register in MAP {
            let mut words = [0_u64; 4];
            for field in register.fields {
                assert!(field.width > 0 && field.lsb + field.width <= 32, "{}.{} leaves the word", register.name, field.name);
                let taken = &mut words[usize::from(field.word)];
                assert_eq!(*taken & field.mask(), 0, "{}.{} overlaps another field", register.name, field.name);
                *taken |= field.mask();
                assert_eq!(register.field(field.name), *field, "{} has two fields called {}", register.name, field.name);
            }
        }
    }

    #[test]
    fn a_reset_value_fits_its_field_and_every_index_has_one() {
        for register in MAP {
            for field in register.fields {
                let values = match field.reset {
                    Reset::To(value) => vec![value],
                    Reset::ByIndex(values) => values.to_vec(),
                    Reset::Kept | Reset::ByBuild | Reset::WriteOnly => continue,
                };
                assert!(values.len() == 1 || values.len() == register.count as usize, "{}.{}", register.name, field.name);
                assert!(values.iter().all(|&value| field.get(field.put(value.into())) == value.into()), "{}.{}", register.name, field.name);
            }
        }
    }

    #[test]
    fn effects_agree_with_the_access_and_name_registers_that_are_there() {
        for register in MAP {
            for field in register.fields {
                let read_only = register.access == AccessMode::Ro;
                assert_eq!(field.effect == Effect::None, read_only, "{}.{}", register.name, field.name);
                assert_eq!(field.reset == Reset::WriteOnly, register.access == AccessMode::Wo, "{}.{}", register.name, field.name);
                if let Effect::HeldUntil(name) = field.effect {
                    assert!(MAP.iter().any(|other| other.name == name), "{}.{} waits for {name}", register.name, field.name);
                }
            }
        }
    }

    #[test]
    fn only_these_registers_put_a_state_in_force() {
        let names: Vec<&str> = MAP.iter().filter(|register| register.puts_in_force()).map(|register| register.name).collect();
        assert_eq!(names, ["CONTROL", "COMMIT", "NEIGHBOURS", "GROUP_MAC_HI", "PORT_PAIR", "MANAGER_ENABLE"]);
    }

    #[test]
    fn a_field_that_moved_or_is_missing_from_a_list_is_noticed() {
        assert!(COMMIT.fields_are(&[("groups", 7, 0), ("rules", 8, 8), ("managers", 9, 9)]));
        let rest = ("managers", 9, 9);
        for other in [&[("groups", 7, 0), ("rules", 10, 10), rest][..], &[("groups", 6, 0), ("rules", 8, 8), rest], &[rest], &[]] {
            assert!(!COMMIT.fields_are(other), "{other:?}");
        }
    }

    #[test]
    fn every_word_decodes_to_its_register_and_nothing_else_does() {
        let mut decoded = 0;
        for address in 0..limits::REGISTER_WINDOW {
            if let Some((register, index)) = decode(address) {
                assert_eq!(register.at(index), address);
                decoded += 1;
            }
        }
        assert_eq!(decoded, MAP.iter().map(|r| r.count).sum::<u32>());
    }
}
