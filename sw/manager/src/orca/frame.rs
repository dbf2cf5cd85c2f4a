//! gRPC's messages in a stream of bytes: a flag, a length of four bytes, the message. Pure.
//!
//! Source: grpc/grpc, `doc/PROTOCOL-HTTP2.md`, `Length-Prefixed-Message`.

use bytes::Bytes;
use prost::Message;

/// Bytes before a message.
const HEAD: usize = 5;
/// Bytes of a message, at most. A report of a hundred named metrics takes some 3,000.
pub const MESSAGE: usize = 16 << 10;

/// What cannot be a message that was asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadFrame {
    /// It is too long.
    #[error("it sends a message of {0} bytes; {MESSAGE} are the most")]
    Large(u32),
    /// It is compressed.
    #[error("it sends a compressed message, and no compression was offered")]
    Compressed,
    /// It has another flag.
    #[error("it sends a message with the flag {0}; gRPC has 0 and 1")]
    Flag(u8),
}

/// Bytes that have come, and are no whole message yet.
#[derive(Debug, Default)]
pub struct Frames {
    bytes: Vec<u8>,
}

impl Frames {
    /// Takes bytes.
    pub fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// The next message, if it is whole.
    ///
    /// # Errors
    /// If it is too long or compressed, as soon as its first five bytes are there.
    pub fn take(&mut self) -> Result<Option<Vec<u8>>, BadFrame> {
        let Some(&[flag, a, b, c, d]) = self.bytes.first_chunk::<HEAD>() else { return Ok(None) };
        let length = u32::from_be_bytes([a, b, c, d]);
        match flag {
            0 if length as usize > MESSAGE => Err(BadFrame::Large(length)),
            0 => {
                let end = HEAD + length as usize;
                Ok((self.bytes.len() >= end).then(|| self.bytes.drain(..end).skip(HEAD).collect()))
            }
            1 => Err(BadFrame::Compressed),
            _ => Err(BadFrame::Flag(flag)),
        }
    }
}

/// A message with its flag and length.
pub fn framed(message: &impl Message) -> Bytes {
    let message = message.encode_to_vec();
    let mut bytes = vec![0];
    bytes.extend_from_slice(&(message.len() as u32).to_be_bytes());
    bytes.extend_from_slice(&message);
    bytes.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::orca::message::OrcaLoadReport;

    #[test]
    fn messages_are_found_however_the_bytes_are_cut() {
        let stream = [0, 0, 0, 0, 2, b'a', b'b', 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, b'c'];
        for piece in 1..=stream.len() {
            let (mut frames, mut found) = (Frames::default(), Vec::new());
            for bytes in stream.chunks(piece) {
                frames.push(bytes);
                found.extend(std::iter::from_fn(|| frames.take().unwrap()));
            }
            assert_eq!(found, [b"ab".to_vec(), vec![], b"c".to_vec()], "in pieces of {piece}");
            assert!(frames.bytes.is_empty());
        }
    }

    #[test]
    fn messages_that_are_too_long_or_compressed_are_refused_before_they_have_come() {
        for (head, why) in [
            ([0, 0, 0, 0x40, 1], "it sends a message of 16385 bytes; 16384 are the most"),
            ([0, 0xff, 0xff, 0xff, 0xff], "it sends a message of 4294967295 bytes; 16384 are the most"),
            ([1, 0, 0, 0, 1], "it sends a compressed message, and no compression was offered"),
            ([7, 0, 0, 0, 1], "it sends a message with the flag 7; gRPC has 0 and 1"),
        ] {
            let mut frames = Frames::default();
            frames.push(&head);
            assert_eq!(frames.take().unwrap_err().to_string(), why);
        }
        let mut frames = Frames::default();
        frames.push(&[0, 0, 0, 0x40, 0]);
        assert_eq!(frames.take(), Ok(None), "the longest that may come");
    }

    #[test]
    fn a_message_has_its_flag_and_length_before_it() {
        let report = OrcaLoadReport { cpu_utilization: 0.5, ..OrcaLoadReport::default() };
        assert_eq!(framed(&report)[..], [0, 0, 0, 0, 9, 0x09, 0, 0, 0, 0, 0, 0, 0xe0, 0x3f]);
    }
}
