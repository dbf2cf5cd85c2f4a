//! `--stall`: when the sinks are ready.

use contract::limits::PORTS;
use sim::Pace;

/// How to write a pattern, for help and errors.
pub(crate) const HELP: &str = "70% (ready in that share of clocks), 8/24 (runs of up to 8 ready clocks, gaps of up to 24), or 1101 \
    (ready where there is a 1, repeated); for one sink only: 0=70%, 1=8/24, host=01, several with commas";

/// The sinks' paces by a pattern such as `70%` or `0=70%,host=0001`.
pub(crate) fn parse(text: &str) -> Result<Vec<Pace>, String> {
    let mut paces = vec![Pace::Always; PORTS + 1];
    for part in text.split(',') {
        let (sinks, pattern) = match part.split_once('=') {
            Some((sink, pattern)) => (sink_range(sink)?, pattern),
            None => (0..PORTS + 1, part),
        };
        for sink in sinks {
            // Each sink has randomness of its own, and the same in every run.
            paces[sink] = pace(pattern, sink as u64 + 1)?;
        }
    }
    Ok(paces)
}

fn sink_range(name: &str) -> Result<std::ops::Range<usize>, String> {
    let sink = match name {
        "host" => PORTS,
        _ => name.parse().ok().filter(|port| *port < PORTS).ok_or_else(|| format!("no sink is called {name:?}: 0, 1 or host"))?,
    };
    Ok(sink..sink + 1)
}

fn pace(pattern: &str, seed: u64) -> Result<Pace, String> {
    let wrong = || format!("{pattern:?} is no pattern: write {HELP}");
    if let Some(percent) = pattern.strip_suffix('%') {
        let percent = percent.parse().ok().filter(|percent| (1..=100).contains(percent)).ok_or_else(wrong)?;
        return Ok(Pace::Random { seed, percent });
    }
    if let Some((on, off)) = pattern.split_once('/') {
        let clocks = |text: &str| text.parse().ok().filter(|clocks| (1..=1_000_000).contains(clocks)).ok_or_else(wrong);
        return Ok(Pace::Bursts { seed, on: clocks(on)?, off: clocks(off)? });
    }
    let is_bits = pattern.len() <= 64 && pattern.contains('1') && pattern.chars().all(|digit| matches!(digit, '0' | '1'));
    if !is_bits {
        return Err(wrong());
    }
    let bits = pattern.chars().enumerate().map(|(place, digit)| u64::from(digit == '1') << place).sum();
    Ok(Pace::Pattern { bits, length: pattern.len() as u8 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_patterns_for_all_sinks_and_for_one() {
        assert_eq!(parse("1101"), Ok(vec![Pace::Pattern { bits: 0b1011, length: 4 }; 3]));
        let host = Pace::Random { seed: 3, percent: 10 };
        assert_eq!(parse("0=8/24,host=10%"), Ok(vec![Pace::Bursts { seed: 1, on: 8, off: 24 }, Pace::Always, host]));
    }

    #[test]
    fn refuses_what_would_never_be_ready_or_means_nothing() {
        for text in
            ["", "0", "000", "0%", "101%", "-1%", "x%", "0/1", "1/0", "1/", "1/9999999", "2=1", "cpu=1", "1,", "%", "=", &"1".repeat(65)]
        {
            assert!(parse(text).is_err(), "{text:?} was taken");
        }
    }
}
