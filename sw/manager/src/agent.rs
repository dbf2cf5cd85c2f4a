//! Load reports: the lines of HAProxy's agent check. Pure. Source: HAProxy 2.6 configuration manual, `agent-check`.

use crate::load::MOST;
use flow::ServerState;

/// What a line tells.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Line {
    /// The utilisation: what the server is below 100 % of its weight.
    pub utilisation: Option<f64>,
    /// What the server is there for.
    pub state: Option<ServerState>,
}

/// A line that tells nothing that can be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a line of an agent check: a percentage such as 75%, or up, ready, drain, maint, down, failed or stopped")]
pub struct NoLine(pub String);

impl Line {
    /// Reads a line: words with blanks, commas or tabs between them. What follows `#` says why.
    ///
    /// # Errors
    /// If a word is unknown, or a percentage is not from 0 to 100.
    pub fn read(line: &str) -> Result<Self, NoLine> {
        let refused = || NoLine(line.trim_end().to_owned());
        let mut read = Self::default();
        let words = line.split('#').next().unwrap_or_default();
        for word in words.split([' ', ',', '\t', '\r', '\n']).filter(|word| !word.is_empty()) {
            match word {
                "up" | "ready" => read.state = Some(ServerState::Enabled),
                "drain" => read.state = Some(ServerState::Draining),
                "maint" | "down" | "failed" | "fail" | "stopped" => read.state = Some(ServerState::Down),
                _ if word.starts_with("maxconn:") => {}
                _ => {
                    let percent = word.strip_suffix('%').and_then(|digits| digits.parse::<u8>().ok()).filter(|percent| *percent <= 100);
                    read.utilisation = Some(1.0 - f64::from(percent.ok_or_else(refused)?) / 100.0);
                }
            }
        }
        if read == Self::default() { Err(refused()) } else { Ok(read) }
    }

    /// The line of a server with this utilisation. It never tells 0 %, which is a word for draining.
    pub fn of(utilisation: f64) -> String {
        format!("{}%\n", (100.0 * (1.0 - utilisation)).round().clamp(1.0, 100.0))
    }
}

/// A utilisation that counts.
pub fn clamped(utilisation: f64) -> f64 {
    utilisation.clamp(0.0, MOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_as_haproxy_reads_them() {
        let line = |utilisation, state| Line { utilisation, state };
        for (text, read) in [
            ("75%\n", line(Some(0.25), None)),
            ("up 100%\r\n", line(Some(0.0), Some(ServerState::Enabled))),
            ("ready,50%", line(Some(0.5), Some(ServerState::Enabled))),
            ("drain\n", line(None, Some(ServerState::Draining))),
            ("maint # an upgrade at 75%\n", line(None, Some(ServerState::Down))),
            ("stopped\n", line(None, Some(ServerState::Down))),
            ("maxconn:30 up\n", line(None, Some(ServerState::Enabled))),
        ] {
            assert_eq!(Line::read(text), Ok(read), "{text:?}");
        }
        for text in ["", "\n", "101%", "-1%", "NaN%", "75", "sideways", "up 1000%", "# 75%"] {
            assert!(Line::read(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_server_tells_what_it_has_left_and_never_0_percent() {
        for (utilisation, told) in [(0.0, "100%\n"), (0.254, "75%\n"), (0.999, "1%\n"), (1.7, "1%\n")] {
            assert_eq!(Line::of(utilisation), told);
        }
    }
}
