//! What travels with a decided frame: the 48 bits of `m_axis_tuser`, the same on every beat of the frame.

use crate::code::{Reason, Verdict};
use crate::field::{self, Field};

/// The egress port number that stands for the host.
pub const EGRESS_HOST: u8 = 0xff;

/// Bits of `tuser` that are in use.
pub const WIDTH: u8 = 48;

/// The fields of `tuser`.
pub const FIELDS: &[Field] = &[
    Field::read("ingress", 0, 8, "ingress port"),
    Field::read("egress", 8, 8, "egress port; 255 is the host"),
    Field::read("manager", 16, 8, "manager; 0 is none"),
    Field::read("reason", 24, 5, "reason"),
    Field::read("verdict", 29, 3, "verdict"),
    Field::read("announced", 32, 16, "length in bytes that was announced with the frame's first beat; 0 where none was"),
];

/// The field of `tuser` called `name`. In a constant, a name that is not there does not compile.
///
/// # Panics
/// If there is no such field.
pub const fn field(name: &str) -> Field {
    field::named(FIELDS, name)
}

const INGRESS: Field = field("ingress");
const EGRESS: Field = field("egress");
const MANAGER: Field = field("manager");
const REASON: Field = field("reason");
const VERDICT: Field = field("verdict");
const ANNOUNCED: Field = field("announced");

/// Metadata of a decided frame. Shape: [`FIELDS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// Port on which the frame came in.
    pub ingress: u8,
    /// Port by which it leaves, or [`EGRESS_HOST`].
    pub egress: u8,
    /// The traffic manager it is sent to, or 0.
    pub manager: u8,
    /// Why.
    pub reason: Reason,
    /// What becomes of it.
    pub verdict: Verdict,
    /// The length in bytes that was announced with its first beat; 0 where nobody announces. A core passes it on and does not look at it.
    pub announced: u16,
}

impl Metadata {
    /// Reads the 48 bits of `tuser`; `None` if they name an unknown verdict or reason, or there are more.
    pub fn from_tuser(tuser: u64) -> Option<Self> {
        let code = |field: Field| field.get(tuser) as u8;
        (tuser >> WIDTH == 0).then_some(())?;
        Some(Self {
            ingress: code(INGRESS),
            egress: code(EGRESS),
            manager: code(MANAGER),
            reason: Reason::from_code(code(REASON))?,
            verdict: Verdict::from_code(code(VERDICT))?,
            announced: ANNOUNCED.get(tuser) as u16,
        })
    }

    /// The 48 bits of `tuser`.
    pub fn to_tuser(self) -> u64 {
        let codes = [
            (INGRESS, self.ingress),
            (EGRESS, self.egress),
            (MANAGER, self.manager),
            (REASON, self.reason.code()),
            (VERDICT, self.verdict.code()),
        ];
        codes.iter().fold(ANNOUNCED.put(self.announced.into()), |tuser, (field, code)| tuser | field.put((*code).into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tuser_has_the_documented_bits() {
        let metadata = Metadata {
            ingress: 1,
            egress: EGRESS_HOST,
            manager: 0x2a,
            reason: Reason::TooDeep,
            verdict: Verdict::Control,
            announced: 0x05dc,
        };
        assert_eq!(metadata.to_tuser(), 0x05dc_452a_ff01);
        assert_eq!(Metadata::from_tuser(0x05dc_452a_ff01), Some(metadata));
        assert_eq!(Metadata::from_tuser(0x1_05dc_452a_ff01), None, "a bit beyond the 48");
        assert_eq!(Metadata::from_tuser(0x1f00_0000), None, "reason 31");
    }

    #[test]
    fn fields_fill_tuser_without_a_gap() {
        let mut next = 0;
        for field in FIELDS {
            assert_eq!(field.lsb, next, "{}", field.name);
            next += field.width;
        }
        assert_eq!(next, WIDTH);
    }
}
