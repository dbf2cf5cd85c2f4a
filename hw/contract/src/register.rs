//! The register map: one table, from which the decoder, the host and the page are made.
//!
//! Words are 32 bits, addresses are byte offsets into a 4 KB window, and every access is one aligned word.

/// What the host may do with a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
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
    /// Byte offset of the first word.
    pub offset: u32,
    /// How many there are.
    pub count: u32,
    /// Bytes from one to the next.
    pub stride: u32,
    /// What the host may do.
    pub access: Access,
    /// Value after reset, in words; `"kept"` where reset does not touch it.
    pub reset: &'static str,
    /// Fields, from the least significant bit.
    pub fields: &'static str,
    /// What a write does, and when it takes effect.
    pub effect: &'static str,
}

/// "TNDM": the word by which a host knows that the window is a Tandem card's.
pub const IDENTITY_VALUE: u32 = 0x544e_444d;
/// Version of this contract: major in the upper half, minor in the lower. A host refuses another major version.
pub const CONTRACT_VALUE: u32 = 0x0001_0000;

/// `VIEW` bit 8: reads of banked state show the idle bank.
pub const VIEW_IDLE_BANK: u32 = 1 << 8;
/// The bit of `COMMIT` and `ACTIVE` that stands for the list of rules; groups have the bits from 0.
pub const UNIT_RULES: u32 = 8;
/// 32-bit words per group behind `ENTRY_INDEX`: four entries a word.
pub const ENTRY_WORDS: u32 = 1024;
/// 32-bit words per manager behind `MANAGER_INDEX`.
pub const MANAGER_WORDS: u32 = 2;
/// 32-bit words per counter behind `COUNTER_INDEX`: frames low, frames high, bytes low, bytes high.
pub const COUNTER_WORDS: u32 = 4;
/// Number of the first counter by reason; counters 0 to 255 count per manager.
pub const COUNTER_REASON: u32 = 256;
/// Number of the first counter of frames lost by a full host queue, by verdict code.
pub const COUNTER_HOST_LOST: u32 = 288;
/// How many counters there are.
pub const COUNTERS: u32 = 296;

macro_rules! registers {
    ($($(#[$doc:meta])* $name:ident @ $offset:literal [$count:expr, $stride:literal] $access:ident reset $reset:literal fields $fields:literal effect $effect:literal;)*) => {
        $($(#[$doc])* pub const $name: Register = Register {
            name: stringify!($name), offset: $offset, count: $count as u32, stride: $stride,
            access: Access::$access, reset: $reset, fields: $fields, effect: $effect,
        };)*
        /// The whole map, in the order of addresses.
        pub const MAP: &[Register] = &[$($name,)*];
    };
}

use crate::limits;

registers! {
    /// The identity word.
    IDENTITY @ 0x000 [1, 4] Ro reset "0x544e444d" fields "31:0 `TNDM` in ASCII" effect "";
    /// The contract's version.
    CONTRACT @ 0x004 [1, 4] Ro reset "0x00010000" fields "15:0 minor, 31:16 major" effect "";
    /// The release that emitted the hardware.
    BUILD @ 0x008 [1, 4] Ro reset "release" fields "7:0 patch, 15:8 minor, 23:16 major" effect "";
    /// What the card can do.
    CAPABILITIES @ 0x00c [1, 4] Ro reset "by build" fields "7:0 groups, 15:8 log2 of the buckets, 23:16 rules, 31:24 packet ports" effect "";
    /// How large its other stores are.
    GEOMETRY @ 0x010 [1, 4] Ro reset "by build" fields "7:0 highest manager id, 15:8 group MACs, 23:16 cores, 31:24 bytes per beat" effect "";
    /// Enable.
    CONTROL @ 0x020 [1, 4] Rw reset "0x00000000" fields "0 enable" effect "Frames whose header reaches the classifier after the write are decided; while 0, every frame is bridged.";
    /// What reads show.
    VIEW @ 0x024 [1, 4] Rw reset "0x00000000" fields "7:0 core, 8 bank (0 active, 1 idle)" effect "Chooses which core's state, and of banked state which bank, later reads show. Writes always reach every core, and of banked state the idle bank. A core that the card does not have: SLVERR.";
    /// The generation that the next commit announces.
    NEXT_GENERATION @ 0x028 [1, 4] Rw reset "0x00000000" fields "31:0 number, the host's choice" effect "Held until a commit copies it to GENERATION.";
    /// The generation of the last commit.
    GENERATION @ 0x02c [1, 4] Ro reset "0x00000000" fields "31:0 number" effect "";
    /// Make idle banks active.
    COMMIT @ 0x030 [1, 4] Wo reset "" fields "7:0 groups, 8 rules: the units whose banks change places" effect "All named units switch between two frames, and GENERATION takes NEXT_GENERATION. STATUS is busy until no frame in flight holds an old bank. While busy, or with a unit that the card does not have: SLVERR, nothing switches.";
    /// Whether the last commit is complete.
    STATUS @ 0x034 [1, 4] Ro reset "0x00000000" fields "0 a commit is in progress" effect "";
    /// Which bank is active.
    ACTIVE @ 0x038 [1, 4] Ro reset "0x00000000" fields "7:0 by group, 8 rules" effect "";
    /// Word of the allocation tables.
    ENTRY_INDEX @ 0x040 [1, 4] Rw reset "0x00000000" fields "9:0 bucket / 4, 12:10 group" effect "The next access to ENTRY_DATA uses it. Beyond the card's groups: SLVERR.";
    /// Four entries of the allocation table.
    ENTRY_DATA @ 0x044 [1, 4] Rw reset "kept" fields "7:0 manager id at bucket 4i, 15:8 at 4i+1, 23:16 at 4i+2, 31:24 at 4i+3; 0 is none" effect "Writes the group's idle bank at once. Every access, read or write, then adds one to ENTRY_INDEX; behind the last word it returns to 0. A write while a commit is in progress: SLVERR.";
    /// Word of the manager table.
    MANAGER_INDEX @ 0x048 [1, 4] Rw reset "0x00000000" fields "0 word, 8:1 manager id" effect "The next access to MANAGER_DATA uses it.";
    /// One word of a manager's row.
    MANAGER_DATA @ 0x04c [1, 4] Rw reset "0x00000000" fields "word 0: MAC bits 31:0; word 1: 15:0 MAC bits 47:32, 23:16 egress port, 31 enabled" effect "Word 0 is held; the write of word 1 puts the whole row in place between two frames. Every access then adds one to MANAGER_INDEX; behind the last word it returns to 0. A write of manager 0, or of an egress port that the card does not have: SLVERR.";
    /// Word of the counters.
    COUNTER_INDEX @ 0x050 [1, 4] Rw reset "0x00000000" fields "1:0 word, 10:2 counter: 0-255 per manager, 256-287 per reason, 288-295 lost by the host queue, per verdict" effect "The next access to COUNTER_DATA uses it. Beyond the last counter: SLVERR.";
    /// One word of a counter.
    COUNTER_DATA @ 0x054 [1, 4] Ro reset "0x00000000" fields "word 0: frames 31:0, 1: frames 63:32, 2: bytes 31:0, 3: bytes 63:32" effect "The read of word 0 captures all four words of that counter at one instant; the others show the capture. Every read then adds one to COUNTER_INDEX; behind the last word it returns to 0.";
    /// Lower part of a group MAC.
    GROUP_MAC_LO @ 0x080 [limits::GROUP_MACS, 8] Rw reset "0x00000000" fields "31:0 MAC bits 31:0" effect "Held in one place for all addresses until GROUP_MAC_HI is written; a read shows the MAC in force.";
    /// Upper part of a group MAC.
    GROUP_MAC_HI @ 0x084 [limits::GROUP_MACS, 8] Rw reset "0x00000000" fields "15:0 MAC bits 47:32, 31 enabled" effect "Puts the whole address, with the GROUP_MAC_LO written last, in force between two frames.";
    /// Where a bridged frame goes.
    PORT_PAIR @ 0x0c0 [limits::PORTS, 4] Rw reset "0x00000001, 0x00000000" fields "7:0 egress port of frames bridged from this ingress port" effect "In force for frames whose header reaches the classifier after the write. A port that the card does not have: SLVERR.";
    /// Lower part of a group's hash key.
    GROUP_KEY_LO @ 0x100 [limits::GROUPS, 16] Rw reset "kept" fields "31:0 key bytes 3:0, byte 0 least significant" effect "Writes the idle bank. A write while a commit is in progress: SLVERR.";
    /// Upper part of a group's hash key.
    GROUP_KEY_HI @ 0x104 [limits::GROUPS, 16] Rw reset "kept" fields "31:0 key bytes 7:4" effect "Writes the idle bank. A write while a commit is in progress: SLVERR.";
    /// A group's policy.
    GROUP_POLICY @ 0x108 [limits::GROUPS, 16] Rw reset "kept" fields "7:0 designated manager, 8 equal ports by the pair key" effect "Writes the idle bank. A write while a commit is in progress: SLVERR.";
    /// A rule's port range.
    RULE_PORTS @ 0x200 [limits::RULES, 8] Rw reset "0x00000000" fields "15:0 lowest port, 31:16 highest port" effect "Writes the idle bank. A write while a commit is in progress: SLVERR.";
    /// What a rule asks and answers.
    RULE_MATCH @ 0x204 [limits::RULES, 8] Rw reset "0x00000000" fields "7:0 protocol, 8 any protocol (7:0 then read 0), 18:16 group, 24 key on the peer, 31 in use" effect "Writes the idle bank. A write while a commit is in progress, or of a group that the card does not have: SLVERR.";
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
