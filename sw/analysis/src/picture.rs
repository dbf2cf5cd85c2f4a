//! Shares as a picture: each manager's beside its target, and the buckets as a heat strip, each with its scale and key. SVG 1.1, without
//! scripts or fonts of its own, readable on light and dark ground.

use crate::share::{GroupShares, Share};
use std::fmt::Write;

const WIDTH: usize = 1120;
const LEFT: usize = 180;
const BAR: usize = 560;
const ROW: usize = 26;
/// Buckets of a row of the heat strip, each a cell of `CELL` points.
const STRIP: usize = 256;
const CELL: usize = 4;
/// Where the heat strip begins, right of the numbers of its rows.
const STRIP_LEFT: usize = 60;
/// Samples of shades in the key.
const SHADES: u64 = 5;

pub(crate) const BLUE: &str = "#3b6ea5";
pub(crate) const RED: &str = "#c0392b";
const HEAT: &str = "#b3261e";
const NONE: &str = "#eee";
const LINE: &str = "#888";

/// Draws groups under a title; those without a manager are left out.
pub fn draw<'g>(title: &str, groups: impl IntoIterator<Item = &'g GroupShares>) -> String {
    let mut body = String::new();
    let mut y = 40;
    text(&mut body, 20, y, 18, title);
    for group in groups.into_iter().filter(|group| !group.managers.is_empty()) {
        y += 44;
        text(&mut body, 20, y, 15, &format!("group {} {}: each manager's share of the flows", group.id, group.name));
        y += 14;
        y = bars(&mut body, y, group);
        y += 36;
        let hottest = group.buckets.iter().copied().max().unwrap_or(0);
        let used = group.buckets.iter().filter(|count| **count > 0).count();
        let caption = format!("packets per bucket: {used} of {} buckets in use, {hottest} packets at most", group.buckets.len());
        text(&mut body, 20, y, 13, &caption);
        y += 12;
        y = strip(&mut body, y, &group.buckets, hottest);
    }
    page(&body, y + 30)
}

/// The whole file around what was drawn.
pub(crate) fn page(body: &str, height: usize) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" viewBox=\"0 0 {WIDTH} {height}\" \
         font-family=\"sans-serif\">\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n{body}</svg>\n"
    )
}

/// One bar for each manager, above a scale and a key; gives the first free height below.
fn bars(body: &mut String, top: usize, group: &GroupShares) -> usize {
    let widest = group.managers.iter().map(|Share { share, target, .. }| share.max(*target)).fold(0.01, f64::max);
    let scale = |part: f64| LEFT as f64 + part / widest * BAR as f64;
    let mut y = top;
    let bottom = top + group.managers.len() * ROW;
    for tick in ticks(widest * 100.0) {
        let x = scale(tick / 100.0);
        put(body, &format!("<path d=\"M{x:.1} {top}V{}\" stroke=\"{LINE}\" stroke-width=\"0.5\"/>", bottom + 4));
        middle(body, x, bottom + 18, 12, &format!("{tick}%"));
    }
    key(body, LEFT, bottom + 36, BLUE, "share of the flows");
    key(body, LEFT + 180, bottom + 36, RED, "target, by the weights");
    for Share { id, name, packets, flows, share, target, .. } in &group.managers {
        text(body, 20, y + 17, 13, &format!("{id} {name}"));
        let (right, goal) = (scale(*share), scale(*target));
        put(body, &format!("<rect x=\"{LEFT}\" y=\"{}\" width=\"{:.1}\" height=\"16\" fill=\"{BLUE}\"/>", y + 4, right - LEFT as f64));
        put(body, &format!("<path d=\"M{goal:.1} {y}v24\" stroke=\"{RED}\" stroke-width=\"3\"/>"));
        let numbers = format!("{:.1}%, target {:.1}%: {flows} flows, {packets} packets", share * 100.0, target * 100.0);
        text(body, right.max(goal) as usize + 8, y + 17, 12, &numbers);
        y += ROW;
    }
    y + 36
}

/// Every bucket as a cell, the darker the more packets fell into it, with the numbers of its rows and a key; gives the first free height below.
fn strip(body: &mut String, top: usize, buckets: &[u64], hottest: u64) -> usize {
    let rows = buckets.len().div_ceil(STRIP);
    let (wide, bottom) = (STRIP * CELL, top + rows * CELL);
    put(body, &format!("<rect x=\"{STRIP_LEFT}\" y=\"{top}\" width=\"{wide}\" height=\"{}\" fill=\"{NONE}\"/>", rows * CELL));
    // One row in four has room for its number.
    (0..rows).step_by(4).for_each(|row| text(body, 20, top + row * CELL + 10, 11, &(row * STRIP).to_string()));
    (0..STRIP).step_by(64).for_each(|column| middle(body, (STRIP_LEFT + column * CELL) as f64, bottom + 14, 11, &format!("+{column}")));
    for (bucket, count) in buckets.iter().enumerate().filter(|(_, count)| **count > 0) {
        let (x, y) = (STRIP_LEFT + bucket % STRIP * CELL, top + bucket / STRIP * CELL);
        let heat = shade(*count, hottest);
        put(body, &format!("<rect x=\"{x}\" y=\"{y}\" width=\"{CELL}\" height=\"{CELL}\" fill=\"{HEAT}\" fill-opacity=\"{heat:.2}\"/>"));
    }
    text(body, STRIP_LEFT, bottom + 38, 12, "packets in a bucket:");
    key(body, STRIP_LEFT + 130, bottom + 38, NONE, "0");
    let mut x = STRIP_LEFT + 190;
    let mut before = 0;
    for count in (1..=SHADES).map(|sample| (hottest * sample).div_ceil(SHADES)) {
        if count > before {
            put(
                body,
                &format!(
                    "<rect x=\"{x}\" y=\"{}\" width=\"16\" height=\"12\" fill=\"{HEAT}\" fill-opacity=\"{:.2}\"/>",
                    bottom + 28,
                    shade(count, hottest)
                ),
            );
            text(body, x + 22, bottom + 38, 12, &count.to_string());
            x += 110;
        }
        before = count;
    }
    bottom + 38
}

/// How dark a bucket with so many packets is.
fn shade(count: u64, hottest: u64) -> f64 {
    0.25 + 0.75 * count as f64 / hottest as f64
}

/// Round numbers from 0 up to the greatest, some five of them: steps of 1, 2 or 5 times a power of ten.
pub(crate) fn ticks(greatest: f64) -> Vec<f64> {
    let power = 10_f64.powf((greatest / 5.0).log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].map(|times| times * power).into_iter().find(|step| greatest / step <= 5.5).unwrap_or(greatest);
    let last = (greatest / step + 1e-9) as u32;
    // Rounded, so that 3 steps of 0.1 are 0.3.
    (0..=last).map(|tick| (f64::from(tick) * step * 1e6).round() / 1e6).collect()
}

/// A sample of a colour, and what it stands for.
pub(crate) fn key(body: &mut String, x: usize, y: usize, colour: &str, words: &str) {
    put(body, &format!("<rect x=\"{x}\" y=\"{}\" width=\"16\" height=\"12\" fill=\"{colour}\"/>", y - 10));
    text(body, x + 22, y, 12, words);
}

/// Text whose middle is at a place.
pub(crate) fn middle(body: &mut String, x: f64, y: usize, size: usize, words: &str) {
    put(body, &format!("<text x=\"{x:.1}\" y=\"{y}\" font-size=\"{size}\" text-anchor=\"middle\" fill=\"#222\">{words}</text>"));
}

pub(crate) fn text(body: &mut String, x: usize, y: usize, size: usize, words: &str) {
    let words = words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    put(body, &format!("<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\" fill=\"#222\">{words}</text>"));
}

pub(crate) fn put(body: &mut String, element: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(body, "{element}");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group() -> GroupShares {
        let share = |id, share, target| Share {
            id,
            name: format!("tm<{id}>"),
            packets: 10,
            bytes: 640,
            flows: 5,
            share,
            packet_share: share,
            target,
        };
        let mut buckets = vec![0; 4096];
        buckets[0] = 3;
        buckets[4095] = 6;
        GroupShares { id: 0, name: "web & more".into(), managers: vec![share(1, 0.25, 0.5), share(2, 0.75, 0.5)], buckets }
    }

    #[test]
    fn draws_one_bar_a_manager_and_one_cell_a_bucket_in_use() {
        let svg = draw("a.pcap", &[group()]);
        assert_eq!(svg.matches("height=\"16\" fill=\"#3b6ea5\"").count(), 2);
        assert_eq!(svg.matches("width=\"4\" height=\"4\" fill=\"#b3261e\"").count(), 2);
        // The greatest share is as wide as a bar can be, a third of it a third as wide; both targets stand at two thirds.
        assert!(svg.contains("width=\"560.0\" height=\"16\"") && svg.contains("width=\"186.7\" height=\"16\""));
        assert_eq!(svg.matches("<path d=\"M553.3").count(), 2);
        assert!(svg.contains("fill-opacity=\"1.00\"") && svg.contains("fill-opacity=\"0.62\""));
        let last = svg.lines().rfind(|line| line.contains("width=\"4\" height=\"4\"")).unwrap();
        assert!(last.contains("x=\"1080\""), "the last bucket stands at the right, 255 cells of 4 from the first: {last}");
    }

    #[test]
    fn says_what_lengths_and_shades_mean() {
        let svg = draw("a.pcap", &[group()]);
        // The longest bar, of 75%, ends at 180 + 560; 20% of the flows are 560 * 20 / 75 = 149.3 wide.
        for (percent, x) in [("0%", "180.0"), ("20%", "329.3"), ("40%", "478.7"), ("60%", "628.0")] {
            let label = svg.lines().find(|line| line.contains(&format!(">{percent}<"))).unwrap_or_else(|| panic!("{percent}: {svg}"));
            assert!(label.contains(&format!("x=\"{x}\"")), "{label}");
        }
        assert!(svg.contains(">share of the flows<") && svg.contains(">target, by the weights<"));
        // Of 6 packets at most, a fifth is 1.2: samples of 2, 3, 4, 5 and 6, the darkest for the most.
        assert_eq!(svg.matches("width=\"16\" height=\"12\" fill=\"#b3261e\"").count(), 5);
        for count in ["0", "2", "3", "4", "5", "6"] {
            assert!(svg.contains(&format!("font-size=\"12\" fill=\"#222\">{count}</text>")), "{count}");
        }
        assert!(
            svg.contains(">1024</text>") && svg.contains(">3072</text>") && svg.contains(">+192</text>"),
            "rows and columns have numbers"
        );
    }

    #[test]
    fn ticks_are_round_and_stay_below_the_greatest() {
        assert_eq!(ticks(75.0), [0.0, 20.0, 40.0, 60.0]);
        assert_eq!(ticks(1.0), [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]);
        assert_eq!(ticks(4096.0), [0.0, 1000.0, 2000.0, 3000.0, 4000.0]);
    }

    #[test]
    fn writes_names_so_that_they_stay_text() {
        let svg = draw("a.pcap", &[group()]);
        assert!(svg.contains("1 tm&lt;1&gt;") && svg.contains("web &amp; more"));
    }
}
