//! The record of areas that is checked in, and how far a measurement may be from it.

use crate::area::{Area, Row};
use anyhow::{Context, Result};
use std::fmt::Write;

/// Per cent by which a figure may differ from the record, up or down: what shrinks unrecorded could grow back unseen.
pub const TOLERANCE: usize = 5;

/// The record as text: a line for each row, its name and its figures.
pub fn print(rows: &[Row]) -> String {
    let mut text = format!("# What `just synth` measured; `just synth --accept` writes it anew. Columns: {}.\n", Area::COLUMNS.join(", "));
    for Row { name, area } in rows {
        let _ = write!(text, "{name:38}");
        area.figures().iter().for_each(|figure| _ = write!(text, "{figure:7}"));
        text.push('\n');
    }
    text
}

/// Reads what [`print()`] wrote.
///
/// # Errors
/// The line that has another form.
pub fn parse(text: &str) -> Result<Vec<Row>> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.starts_with('#') && !line.is_empty());
    lines
        .map(|(number, line)| {
            let parse = || {
                let words: Vec<&str> = line.split_whitespace().collect();
                let (name, figures) = words.split_at_checked(3)?;
                let figures: Vec<usize> = figures.iter().map(|figure| figure.parse().ok()).collect::<Option<_>>()?;
                Some(Row { name: name.join(" "), area: Area::from_figures(figures.try_into().ok()?) })
            };
            parse().with_context(|| format!("line {}: not a name of three words and {} figures", number + 1, Area::COLUMNS.len()))
        })
        .collect()
}

/// Where `measured` differs from `recorded`, each as a sentence.
pub fn differences(recorded: &[Row], measured: &[Row]) -> Vec<String> {
    let mut found = vec![];
    for Row { name, area } in measured {
        let Some(known) = recorded.iter().find(|row| row.name == *name) else {
            found.push(format!("{name} is not recorded"));
            continue;
        };
        for ((column, was), is) in Area::COLUMNS.iter().zip(known.area.figures()).zip(area.figures()) {
            if was.abs_diff(is) * 100 > was * TOLERANCE {
                found.push(format!("{name}: {is} {column}, recorded {was}"));
            }
        }
    }
    found
}

/// The record with `measured` in the place of its figures for the same parts; new parts come last.
pub fn updated(recorded: Vec<Row>, measured: Vec<Row>) -> Vec<Row> {
    let mut rows = recorded;
    for row in measured {
        match rows.iter_mut().find(|known| known.name == row.name) {
            Some(known) => *known = row,
            None => rows.push(row),
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(lut: usize, ff: usize) -> Row {
        Row { name: "xcup 512x8 hash".into(), area: Area { lut, ff, ..Area::default() } }
    }

    #[test]
    fn a_record_is_read_as_it_was_written() {
        let rows = vec![row(3472, 3520), Row { name: "xc7 256x4 core+".into(), area: Area::from_figures([1, 2, 3, 4, 5, 6, 7, 8, 9]) }];
        assert_eq!(parse(&print(&rows)).unwrap(), rows);
        assert_eq!(parse("xcup 512x8 hash 1 2 3").unwrap_err().to_string(), "line 1: not a name of three words and 9 figures");
    }

    #[test]
    fn a_tenth_more_or_less_is_told_and_a_twentieth_is_not() {
        assert_eq!(differences(&[row(1000, 1000)], &[row(1050, 950)]), Vec::<String>::new());
        let told = differences(&[row(1000, 1000)], &[row(1100, 900)]);
        assert_eq!(told, ["xcup 512x8 hash: 1100 LUT, recorded 1000", "xcup 512x8 hash: 900 FF, recorded 1000"]);
    }

    #[test]
    fn one_more_than_none_is_told() {
        assert_eq!(differences(&[row(0, 1)], &[row(1, 1)]), ["xcup 512x8 hash: 1 LUT, recorded 0"]);
        assert_eq!(differences(&[], &[row(1, 1)]), ["xcup 512x8 hash is not recorded"]);
    }
}
