//! Fields of a word: where they are, what they hold after reset, and when a write of them takes effect.

/// When a write of a field takes effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Never: the field is read only.
    None,
    /// At once: for every frame that reaches the stage in question after the write is answered.
    Immediate,
    /// When the field's unit is committed: the write goes to the unit's idle bank.
    OnCommit,
    /// When the register of this name is written next; until then the value is held.
    HeldUntil(&'static str),
    /// The write is the commit: the units that it names exchange their banks.
    Commit,
    /// At once, and for the host only: it is read back, or moves what later accesses reach. No decision depends on it.
    HostOnly,
}

/// What a field holds after reset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reset {
    /// This value, in every word of the register.
    To(u32),
    /// These values, by the word's index.
    ByIndex(&'static [u32]),
    /// What it held before: reset does not reach the memory that it is in. It is 0 after the card is configured.
    Kept,
    /// What the build was made with.
    ByBuild,
    /// Nothing can be read.
    WriteOnly,
}

/// A run of bits of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Name, unique in its register: snake case.
    pub name: &'static str,
    /// Which word of an index's row holds it; 0 where all words are alike.
    pub word: u8,
    /// The least significant bit.
    pub lsb: u8,
    /// How many bits.
    pub width: u8,
    /// What it holds after reset.
    pub reset: Reset,
    /// When a write takes effect.
    pub effect: Effect,
    /// What it means.
    pub doc: &'static str,
}

impl Field {
    /// A field that is read only and has no reset of its own: of a frame's metadata, say.
    pub const fn read(name: &'static str, lsb: u8, width: u8, doc: &'static str) -> Self {
        Self { name, word: 0, lsb, width, reset: Reset::ByBuild, effect: Effect::None, doc }
    }

    /// The field's bits in a word.
    pub const fn mask(&self) -> u64 {
        (u64::MAX >> (64 - self.width)) << self.lsb
    }

    /// The field's value in `word`.
    pub const fn get(&self, word: u64) -> u64 {
        (word & self.mask()) >> self.lsb
    }

    /// A word with `value` in this field and zeros elsewhere; bits of `value` beyond the field's width are left out.
    pub const fn put(&self, value: u64) -> u64 {
        (value << self.lsb) & self.mask()
    }

    /// Whether it is exactly the bits `msb:lsb`: for an assertion next to code that needs a literal position.
    pub const fn is_at(&self, msb: u8, lsb: u8) -> bool {
        self.lsb == lsb && self.lsb + self.width - 1 == msb
    }

    /// Its bits as documents write them: `7:0`, or `8` for a single one.
    pub fn bits(&self) -> String {
        match self.width {
            1 => self.lsb.to_string(),
            width => format!("{}:{}", self.lsb + width - 1, self.lsb),
        }
    }
}

/// The field called `name`; evaluated where it is a constant, so that a name that is not there does not compile.
///
/// # Panics
/// If there is no such field.
pub const fn named(fields: &[Field], name: &str) -> Field {
    let mut at = 0;
    while at < fields.len() {
        if equal(fields[at].name.as_bytes(), name.as_bytes()) {
            return fields[at];
        }
        at += 1;
    }
    panic!("no field has this name");
}

const fn equal(a: &[u8], b: &[u8]) -> bool {
    let mut at = 0;
    while at < a.len() && at < b.len() && a[at] == b[at] {
        at += 1;
    }
    at == a.len() && at == b.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: &[Field] = &[Field::read("low", 0, 4, ""), Field::read("flag", 31, 1, ""), Field::read("whole", 0, 64, "")];

    #[test]
    fn a_field_takes_and_gives_its_own_bits_only() {
        let low = named(FIELDS, "low");
        assert_eq!((low.mask(), low.put(0x1f), low.get(0xabc)), (0xf, 0xf, 0xc));
        let flag = named(FIELDS, "flag");
        assert_eq!((flag.mask(), flag.put(1), flag.get(0x8000_0001), flag.bits().as_str()), (1 << 31, 1 << 31, 1, "31"));
        assert!(low.is_at(3, 0) && flag.is_at(31, 31) && !low.is_at(3, 1) && !low.is_at(4, 0));
        assert_eq!((named(FIELDS, "whole").mask(), low.bits().as_str()), (u64::MAX, "3:0"));
    }

    #[test]
    #[should_panic = "no field has this name"]
    fn a_name_that_begins_like_a_field_is_none() {
        named(FIELDS, "flags");
    }
}
