//! Load reports: the lines of HAProxy's agent check, and how a server's own agent computes them. Pure.
//!
//! Source: HAProxy 2.6 configuration manual, `agent-check`; proc_stat(5); nginx `ngx_http_stub_status_module`; the text format of Prometheus.

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

/// Time that all processors have been at work, and that they have been there, in ticks: of `/proc/stat`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticks {
    /// At work for anybody, other guests of the same machine among them.
    pub busy: u64,
    /// In all.
    pub all: u64,
}

impl Ticks {
    /// Reads `/proc/stat`; `None` if that is something else.
    pub fn read(stat: &str) -> Option<Self> {
        let numbers = stat.lines().find_map(|line| line.strip_prefix("cpu "))?;
        let numbers: Vec<u64> = numbers.split_whitespace().map(str::parse).collect::<Result<_, _>>().ok()?;
        // user, nice, system, idle, iowait, irq, softirq, steal; what guests use is part of user and nice.
        let all = numbers.get(..8)?.iter().sum();
        Some(Self { busy: all - numbers[3] - numbers[4], all })
    }

    /// The utilisation since `before`; `None` if no time has passed.
    pub fn since(self, before: Self) -> Option<f64> {
        let all = self.all.checked_sub(before.all).filter(|all| *all > 0)?;
        Some(self.busy.saturating_sub(before.busy) as f64 / all as f64)
    }
}

/// Active connections of nginx's `stub_status`; `None` if the page is something else.
pub fn nginx_active(page: &str) -> Option<f64> {
    page.lines().find_map(|line| line.strip_prefix("Active connections:"))?.trim().parse::<u32>().ok().map(f64::from)
}

/// The value of a metric without labels, or with these, on a page of Prometheus: `name` as it stands before the value.
pub fn metric(page: &str, name: &str) -> Option<f64> {
    let value = |line: &str| line.strip_prefix(name)?.strip_prefix(' ')?.split(' ').next()?.parse::<f64>().ok();
    page.lines().find_map(value).filter(|value| value.is_finite() && *value >= 0.0)
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

    #[test]
    fn the_utilisation_is_what_is_not_idle_between_two_looks() {
        // The first line of proc_stat(5), and 8 processors' ticks later: 300 at work, 100 idle, of which 40 for a disk.
        let before = Ticks::read("cpu  10132153 290696 3084719 46828483 16683 0 25195 0 175628 0\ncpu0 1393280 32966\n").unwrap();
        let after = Ticks::read("cpu  10132353 290696 3084769 46828543 16723 0 25245 0 175628 0\n").unwrap();
        assert_eq!(after.since(before), Some(0.75));
        assert_eq!(before.since(before), None);
        assert_eq!(Ticks::read("cpu0 1 2 3 4 5 6 7 8\n"), None);
        assert_eq!(Ticks::read("cpu  1 2 x\n"), None);
    }

    #[test]
    fn pages_are_read() {
        let page = "Active connections: 291 \nserver accepts handled requests\n 16630948 16630948 31070465 \nReading: 6 Writing: 179 Waiting: 106 \n";
        assert_eq!(nginx_active(page), Some(291.0));
        assert_eq!(nginx_active("<html>"), None);
        let page = "# TYPE load gauge\nload_of_all 3\nload 0.25 1395066363000\nload{pool=\"a\"} 0.5\nbad NaN\n";
        assert_eq!((metric(page, "load"), metric(page, "load{pool=\"a\"}"), metric(page, "bad")), (Some(0.25), Some(0.5), None));
    }
}
