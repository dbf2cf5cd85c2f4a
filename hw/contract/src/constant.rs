//! Constants that are neither a register, a field nor a code, for every rendering.

use crate::limits;
use crate::metadata::{self, EGRESS_HOST};
use crate::register;

/// A constant by name.
pub struct Constant {
    /// Its name, without a rendering's prefix.
    pub name: &'static str,
    /// Its value.
    pub value: Value,
    /// What it means, one line.
    pub doc: &'static str,
}

/// A constant's value.
pub enum Value {
    /// A word with a meaning by bits, written in hexadecimal.
    Bits(u32),
    /// A number or a size.
    Number(u32),
}

const fn bits(name: &'static str, bits: u32, doc: &'static str) -> Constant {
    Constant { name, value: Value::Bits(bits), doc }
}

const fn number(name: &'static str, number: u32, doc: &'static str) -> Constant {
    Constant { name, value: Value::Number(number), doc }
}

/// All of them, in the order in which they are written.
pub const CONSTANTS: &[Constant] = &[
    bits("IDENTITY_VALUE", register::IDENTITY_VALUE, "What IDENTITY reads on every card"),
    bits("CONTRACT_VALUE", register::CONTRACT_VALUE, "Version of this map: major in the upper half, minor in the lower"),
    bits("VIEW_IDLE_BANK", register::VIEW_IDLE_BANK, "In VIEW: reads of banked state show the idle bank"),
    number("UNIT_RULES", register::UNIT_RULES, "Number of the bit of COMMIT and ACTIVE for the rules; groups have the bits from 0"),
    number("UNIT_MANAGERS", register::UNIT_MANAGERS, "Number of the bit of COMMIT and ACTIVE for the managers' MACs and egress ports"),
    number("ENTRY_WORDS", register::ENTRY_WORDS, "Words per group reached by ENTRY_INDEX: four entries a word"),
    number("MANAGER_WORDS", register::MANAGER_WORDS, "Words per manager reached by MANAGER_INDEX"),
    number(
        "COUNTER_WORDS",
        register::COUNTER_WORDS,
        "Words per counter reached by COUNTER_INDEX: frames low, frames high, bytes low, bytes high",
    ),
    number("COUNTER_REASON", register::COUNTER_REASON, "First counter by reason; those before it count per manager"),
    number("COUNTER_HOST_LOST", register::COUNTER_HOST_LOST, "First counter of frames lost by a full host queue, by verdict"),
    number("COUNTERS", register::COUNTERS, "How many counters there are"),
    number("BUCKETS", limits::BUCKETS as u32, "Entries of one group's allocation table"),
    number("GROUPS", limits::GROUPS as u32, "Groups of a full-size card; CAPABILITIES tells how many this one has"),
    number("MANAGERS", limits::MANAGERS as u32, "Highest manager id; 0 is none"),
    number("RULES", limits::RULES as u32, "Ordered rules"),
    number("GROUP_MACS", limits::GROUP_MACS as u32, "Addresses that a card answers for"),
    number("PORTS", limits::PORTS as u32, "Packet ports"),
    number("REGISTER_WINDOW", limits::REGISTER_WINDOW, "Bytes of the register window"),
    number("EGRESS_HOST", EGRESS_HOST as u32, "Egress port in a frame's metadata that stands for the host"),
    number("METADATA_WIDTH", metadata::WIDTH as u32, "Bits of m_axis_tuser"),
];
