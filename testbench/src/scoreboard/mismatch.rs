//! The first mismatch between model and hardware, reported with the stage to look at.

use super::{Fields, Stage};
use std::fmt::{self, Display};

/// What the model decided and what the hardware did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The first wrong stage, or those of which one is, where the trace cannot tell them apart.
    pub stages: Vec<Stage>,
    /// The frame: which core's source, its number there, and its bytes.
    pub frame: Option<(usize, usize, Vec<u8>)>,
    /// The model's side.
    pub model: String,
    /// The hardware's side.
    pub rtl: String,
}

impl Mismatch {
    /// A mismatch that belongs to no single frame.
    pub fn at(stage: Stage, model: impl Into<String>, rtl: impl Into<String>) -> Self {
        Self::among(vec![stage], model, rtl)
    }

    /// A mismatch that one of several stages has caused; with none named, frames have changed places.
    pub(super) fn among(stages: Vec<Stage>, model: impl Into<String>, rtl: impl Into<String>) -> Self {
        let stages = if stages.is_empty() { vec![Stage::Order] } else { stages };
        Self { stages, frame: None, model: model.into(), rtl: rtl.into() }
    }

    /// The same, of frame `number` of source `source`.
    pub fn of_frame(self, source: usize, number: usize, bytes: &[u8]) -> Self {
        Self { frame: Some((source, number, bytes.to_vec())), ..self }
    }
}

impl Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { stages, frame, model, rtl } = self;
        let stage = stages.iter().map(|stage| format!("{stage:?}")).collect::<Vec<_>>().join(" or ");
        match frame {
            Some((source, number, bytes)) => writeln!(f, "packet {number} of source {source} ({} bytes), stage {stage}", bytes.len())?,
            None => writeln!(f, "stage {stage}")?,
        }
        writeln!(f, "  model: {model}")?;
        writeln!(f, "  RTL:   {rtl}")?;
        frame.iter().try_for_each(|(_, _, bytes)| write!(f, "{}", Fields(bytes)))
    }
}

impl std::error::Error for Mismatch {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_the_packet_the_stage_both_sides_and_the_fields() {
        let frame = [&[2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 9, 8, 6][..], &[0, 1]].concat();
        let text = Mismatch::at(Stage::Egress, "port 1", "port 0").of_frame(0, 42, &frame).to_string();
        let expected = "packet 42 of source 0 (16 bytes), stage Egress
  model: port 1
  RTL:   port 0
     0  destination MAC                02 00 00 00 00 01
     6  source MAC                     02 00 00 00 00 09
    12  EtherType                      08 06
    14  rest                           00 01
";
        assert_eq!(text, expected);
    }
}
