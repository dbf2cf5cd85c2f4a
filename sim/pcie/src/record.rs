//! What happened at the register port, one line each.

use std::fmt;
use std::str::FromStr;

/// One line of the record: `clock R|W address data OKAY|SLVERR|DECERR|REFUSED`, or `clock RESET`.
///
/// Clocks are decimal, address and data hexadecimal: `1377 W 0x020 0x00000001 OKAY`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record {
    /// The port's clock when it was answered.
    pub clock: u64,
    /// What happened.
    pub event: Event,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A word was read, or would have been.
    Read {
        /// Byte offset into the window; for [`Response::Decerr`] and [`Response::Refused`] into the BAR.
        address: u32,
        /// What the host got.
        data: u32,
        /// How it was answered.
        response: Response,
    },
    /// A word was written, or would have been.
    Write {
        /// As of a read.
        address: u32,
        /// What the host gave.
        data: u32,
        /// How it was answered; the host does not hear of it.
        response: Response,
    },
    /// The card was reset.
    Reset,
}

/// How an access was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Response {
    /// The card took it.
    Okay,
    /// The card refused it.
    Slverr,
    /// It was outside the window and met no card.
    Decerr,
    /// It was neither one aligned word nor two, and no transaction was made of it.
    Refused,
}

impl Response {
    const ALL: [(Self, &str); 4] = [(Self::Okay, "OKAY"), (Self::Slverr, "SLVERR"), (Self::Decerr, "DECERR"), (Self::Refused, "REFUSED")];
}

impl fmt::Display for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Self::ALL[*self as usize].1)
    }
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let clock = self.clock;
        match self.event {
            Event::Read { address, data, response } => write!(f, "{clock} R {address:#05x} {data:#010x} {response}"),
            Event::Write { address, data, response } => write!(f, "{clock} W {address:#05x} {data:#010x} {response}"),
            Event::Reset => write!(f, "{clock} RESET"),
        }
    }
}

/// Not a line of a record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no line such as `1377 W 0x020 0x00000001 OKAY`")]
pub struct NotARecord(String);

impl FromStr for Record {
    type Err = NotARecord;

    fn from_str(line: &str) -> Result<Self, NotARecord> {
        parse(line).ok_or_else(|| NotARecord(line.to_owned()))
    }
}

fn parse(line: &str) -> Option<Record> {
    let fields: Vec<_> = line.split_whitespace().collect();
    let hex = |text: &str| u32::from_str_radix(text.strip_prefix("0x")?, 16).ok();
    let response = |text: &str| Response::ALL.iter().find(|(_, name)| *name == text).map(|(response, _)| *response);
    let (clock, rest) = fields.split_first()?;
    let event = match *rest {
        ["RESET"] => Event::Reset,
        ["R", address, data, answer] => Event::Read { address: hex(address)?, data: hex(data)?, response: response(answer)? },
        ["W", address, data, answer] => Event::Write { address: hex(address)?, data: hex(data)?, response: response(answer)? },
        _ => return None,
    };
    Some(Record { clock: clock.parse().ok()?, event })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_read_as_they_were_written() {
        let lines = ["7 R 0x000 0x544e444d OKAY", "8 W 0x3fc 0xffffffff SLVERR", "8 R 0x1ffffc 0xffffffff DECERR", "9 RESET"];
        for line in lines {
            assert_eq!(line.parse::<Record>().map(|record| record.to_string()).as_deref(), Ok(line));
        }
        let event = Event::Write { address: 0x20, data: 1, response: Response::Okay };
        assert_eq!("1377 W 0x020 0x00000001 OKAY".parse(), Ok(Record { clock: 1377, event }));
        for line in ["", " ", "7", "x RESET", "7 R 0x0 0x0", "7 R 0 0x0 OKAY", "7 X 0x0 0x0 OKAY", "7 R 0x0 0x0 FINE", "7 RESET now"] {
            assert_eq!(line.parse::<Record>(), Err(NotARecord(line.to_owned())));
        }
    }
}
