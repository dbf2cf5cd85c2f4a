//! A decision as one line of JSON, for checks by another implementation.

use model::{Decision, Egress};
use serde::Serialize;
use std::fmt::Write;

/// What became of one frame; `null` where a field does not apply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DecisionLine {
    /// Number of the frame's record in the capture, from 0.
    pub n: usize,
    /// Port by which it came in.
    pub port: u8,
    /// What became of it.
    pub verdict: &'static str,
    /// Why.
    pub reason: &'static str,
    /// The group whose rule it fell under.
    pub group: Option<u8>,
    /// What was hashed: 36 hexadecimal digits, in the order of the key's bytes.
    pub key: Option<String>,
    /// The key's hash.
    pub hash: Option<u32>,
    /// The hash's bucket.
    pub bucket: Option<u16>,
    /// The manager that was named, even if the frame was dropped because it is not enabled.
    pub manager: Option<u8>,
    /// Port by which it left, or `"host"`.
    pub egress: Option<EgressName>,
}

/// Where a frame left the card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum EgressName {
    /// A packet port.
    Port(u8),
    /// `"host"`.
    Named(&'static str),
}

impl DecisionLine {
    /// The line for frame `n`, which came in by `port`.
    pub fn new(n: usize, port: u8, decision: &Decision) -> Self {
        Self {
            n,
            port,
            verdict: decision.verdict.name(),
            reason: decision.reason.name(),
            group: decision.group,
            key: decision.key.map(|key| hex(&key)),
            hash: decision.hash,
            bucket: decision.bucket,
            manager: decision.manager,
            egress: decision.egress.map(|egress| match egress {
                Egress::Port(port) => EgressName::Port(port),
                Egress::Host => EgressName::Named("host"),
            }),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::code::{Reason, Verdict};

    #[test]
    fn has_the_documented_fields_in_the_documented_order() {
        let decision = Decision {
            verdict: Verdict::ToManager,
            reason: Reason::SourceSide,
            group: Some(0),
            key: Some(std::array::from_fn(|i| i as u8)),
            hash: Some(123),
            bucket: Some(45),
            manager: Some(3),
            egress: Some(Egress::Port(1)),
        };
        let text = serde_json::to_string(&DecisionLine::new(0, 0, &decision)).unwrap();
        assert_eq!(
            text,
            r#"{"n":0,"port":0,"verdict":"to_manager","reason":"source_side","group":0,"key":"000102030405060708090a0b0c0d0e0f1011","#
                .to_string()
                + r#""hash":123,"bucket":45,"manager":3,"egress":1}"#
        );
        let host = Decision {
            verdict: Verdict::Fragment,
            reason: Reason::Fragment,
            group: None,
            key: None,
            hash: None,
            bucket: None,
            manager: None,
            egress: Some(Egress::Host),
        };
        let text = serde_json::to_string(&DecisionLine::new(7, 1, &host)).unwrap();
        assert_eq!(
            text,
            r#"{"n":7,"port":1,"verdict":"fragment","reason":"fragment","group":null,"key":null,"hash":null,"bucket":null,"#.to_string()
                + r#""manager":null,"egress":"host"}"#
        );
    }
}
