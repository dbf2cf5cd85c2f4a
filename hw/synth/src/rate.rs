//! The record of clock rates that is checked in, and how far a measurement may be below it.

use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Per cent by which a rate may be below the record: what another seed may do.
pub const TOLERANCE: f64 = 10.0;

/// MHz of the worst seed by design and block, as `512x8 hash`.
pub type Rates = BTreeMap<String, f64>;

/// The record as text: a line for each block.
pub fn print(rates: &Rates) -> String {
    let mut text = "# MHz of the worst seed that `just pnr` measured; `just pnr --accept` writes it anew.\n".to_string();
    rates.iter().for_each(|(name, rate)| _ = writeln!(text, "{name:32}{rate:8.1}"));
    text
}

/// Reads what [`print()`] wrote.
///
/// # Errors
/// The line that has another form.
pub fn parse(text: &str) -> Result<Rates> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.starts_with('#') && !line.is_empty());
    lines
        .map(|(number, line)| {
            let parse = || {
                let (name, rate) = line.rsplit_once(' ')?;
                Some((name.trim_end().to_string(), rate.parse().ok()?))
            };
            parse().with_context(|| format!("line {}: not a design, a block and a rate", number + 1))
        })
        .collect()
}

/// Why `rate` is too low for the block `name`, where it is.
pub fn too_low(recorded: &Rates, name: &str, rate: f64, at_least: Option<f64>) -> Option<String> {
    if at_least.is_some_and(|least| rate < least) {
        return at_least.map(|least| format!("{name}: {rate:.1} MHz, asked for {least:.1}"));
    }
    let known = recorded.get(name)?;
    (rate < known * (1.0 - TOLERANCE / 100.0)).then(|| format!("{name}: {rate:.1} MHz, recorded {known:.1}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_read_as_it_was_written() {
        let rates = Rates::from([("512x8 hash".to_string(), 240.1), ("256x4 core".to_string(), 99.0)]);
        assert_eq!(parse(&print(&rates)).unwrap(), rates);
        assert_eq!(parse("512x8 hash fast").unwrap_err().to_string(), "line 1: not a design, a block and a rate");
    }

    #[test]
    fn a_rate_is_too_low_a_tenth_below_the_record_or_below_what_is_asked() {
        let recorded = Rates::from([("512x8 hash".to_string(), 250.0)]);
        assert_eq!(too_low(&recorded, "512x8 hash", 226.0, None), None);
        assert_eq!(too_low(&recorded, "512x8 hash", 224.0, None).unwrap(), "512x8 hash: 224.0 MHz, recorded 250.0");
        assert_eq!(too_low(&recorded, "512x8 hash", 234.9, Some(235.0)).unwrap(), "512x8 hash: 234.9 MHz, asked for 235.0");
        assert_eq!(too_low(&recorded, "512x8 key", 1.0, None), None, "nothing is recorded of it");
    }
}
