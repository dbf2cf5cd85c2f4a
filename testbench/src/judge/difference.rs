//! The first difference between model and hardware, told so that one knows where to look.

use super::Fields;
use std::fmt::{self, Display};

/// Where along the walk the two part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// A register access was answered differently.
    Register,
    /// The streams themselves: a rule of AXI broken, or no progress.
    Stream,
    /// The headers were read differently.
    Walk,
    /// Another group.
    Rule,
    /// Another question chose the key, or another key.
    Key,
    /// Another hash.
    Hash,
    /// Another manager in the table.
    Entry,
    /// The manager's row was understood differently.
    Manager,
    /// Another way out, or other metadata.
    Egress,
    /// Other bytes left.
    Outgoing,
    /// A frame is missing, left twice, or overtook another.
    Order,
    /// A frame was counted as something else than it was decided.
    Count,
    /// A counter's value.
    Counter,
}

/// What the model says and what the hardware says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The first wrong stage.
    pub stage: Stage,
    /// The frame: which core's source, its number there, and its bytes.
    pub frame: Option<(usize, usize, Vec<u8>)>,
    /// What the model says.
    pub model: String,
    /// What the hardware says.
    pub rtl: String,
}

impl Difference {
    /// A difference that belongs to no single frame.
    pub fn at(stage: Stage, model: impl Into<String>, rtl: impl Into<String>) -> Self {
        Self { stage, frame: None, model: model.into(), rtl: rtl.into() }
    }

    /// The same, of frame `number` of source `source`.
    pub fn of_frame(self, source: usize, number: usize, bytes: &[u8]) -> Self {
        Self { frame: Some((source, number, bytes.to_vec())), ..self }
    }
}

impl Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { stage, frame, model, rtl } = self;
        match frame {
            Some((source, number, bytes)) => writeln!(f, "packet {number} of source {source} ({} bytes), stage {stage:?}", bytes.len())?,
            None => writeln!(f, "stage {stage:?}")?,
        }
        writeln!(f, "  model says: {model}")?;
        writeln!(f, "  RTL says:   {rtl}")?;
        frame.iter().try_for_each(|(_, _, bytes)| write!(f, "{}", Fields(bytes)))
    }
}

impl std::error::Error for Difference {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_the_packet_the_stage_both_sides_and_the_fields() {
        let frame = [&[2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 9, 8, 6][..], &[0, 1]].concat();
        let text = Difference::at(Stage::Egress, "port 1", "port 0").of_frame(0, 42, &frame).to_string();
        let expected = "packet 42 of source 0 (16 bytes), stage Egress
  model says: port 1
  RTL says:   port 0
     0  destination MAC                02 00 00 00 00 01
     6  source MAC                     02 00 00 00 00 09
    12  EtherType                      08 06
    14  rest                           00 01
";
        assert_eq!(text, expected);
    }
}
