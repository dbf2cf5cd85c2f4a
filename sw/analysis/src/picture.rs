//! Shares as a picture: each manager's beside its target, and the buckets as a heat strip. SVG 1.1, without scripts or fonts of its
//! own, readable on light and dark ground.

use crate::share::{Group, Share};
use std::fmt::Write;

const WIDTH: usize = 1060;
const LEFT: usize = 180;
const BAR: usize = 560;
const ROW: usize = 26;
/// Buckets of a row of the heat strip, each a cell of `CELL` points.
const STRIP: usize = 256;
const CELL: usize = 4;

/// Draws groups under a title; those without a manager are left out.
pub fn draw<'g>(title: &str, groups: impl IntoIterator<Item = &'g Group>) -> String {
    let mut body = String::new();
    let mut y = 40;
    text(&mut body, 20, y, 18, title);
    for group in groups.into_iter().filter(|group| !group.managers.is_empty()) {
        y += 44;
        text(&mut body, 20, y, 15, &format!("group {} {}: flows per manager, and its target as a line", group.id, group.name));
        y += 14;
        y = bars(&mut body, y, group);
        y += 30;
        let hottest = group.buckets.iter().copied().max().unwrap_or(0);
        let used = group.buckets.iter().filter(|count| **count > 0).count();
        let caption = format!("packets per bucket, 0 to {} from the top left: {used} in use, {hottest} at most", group.buckets.len() - 1);
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

/// One bar for each manager; gives the first free height below.
fn bars(body: &mut String, top: usize, group: &Group) -> usize {
    let widest = group.managers.iter().map(|Share { share, target, .. }| share.max(*target)).fold(0.01, f64::max);
    let scale = |part: f64| LEFT as f64 + part / widest * BAR as f64;
    let mut y = top;
    for Share { id, name, packets, flows, share, target, .. } in &group.managers {
        text(body, 20, y + 17, 13, &format!("{id} {name}"));
        let (right, goal) = (scale(*share), scale(*target));
        put(body, &format!("<rect x=\"{LEFT}\" y=\"{}\" width=\"{:.1}\" height=\"16\" fill=\"#3b6ea5\"/>", y + 4, right - LEFT as f64));
        put(body, &format!("<path d=\"M{goal:.1} {y}v24\" stroke=\"#c0392b\" stroke-width=\"3\"/>"));
        let numbers = format!("{:.1}%, target {:.1}%: {flows} flows, {packets} packets", share * 100.0, target * 100.0);
        text(body, right.max(goal) as usize + 8, y + 17, 12, &numbers);
        y += ROW;
    }
    y
}

/// Every bucket as a cell, the darker the more packets fell into it; gives the first free height below.
fn strip(body: &mut String, top: usize, buckets: &[u64], hottest: u64) -> usize {
    let rows = buckets.len().div_ceil(STRIP);
    put(body, &format!("<rect x=\"20\" y=\"{top}\" width=\"{}\" height=\"{}\" fill=\"#eee\"/>", STRIP * CELL, rows * CELL));
    for (bucket, count) in buckets.iter().enumerate().filter(|(_, count)| **count > 0) {
        let (x, y) = (20 + bucket % STRIP * CELL, top + bucket / STRIP * CELL);
        let heat = 0.25 + 0.75 * *count as f64 / hottest as f64;
        put(body, &format!("<rect x=\"{x}\" y=\"{y}\" width=\"{CELL}\" height=\"{CELL}\" fill=\"#b3261e\" fill-opacity=\"{heat:.2}\"/>"));
    }
    top + rows * CELL
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

    fn group() -> Group {
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
        Group { id: 0, name: "web & more".into(), managers: vec![share(1, 0.25, 0.5), share(2, 0.75, 0.5)], buckets }
    }

    #[test]
    fn draws_one_bar_a_manager_and_one_cell_a_bucket_in_use() {
        let svg = draw("a.pcap", &[group()]);
        assert_eq!(svg.matches("#3b6ea5").count(), 2);
        assert_eq!(svg.matches("#b3261e").count(), 2);
        // The greatest share is as wide as a bar can be, a third of it a third as wide; both targets stand at two thirds.
        assert!(svg.contains("width=\"560.0\" height=\"16\"") && svg.contains("width=\"186.7\" height=\"16\""));
        assert_eq!(svg.matches("<path d=\"M553.3").count(), 2);
        assert!(svg.contains("fill-opacity=\"1.00\"") && svg.contains("fill-opacity=\"0.62\""));
        assert!(svg.contains("x=\"1040\" y=\"252\""), "the last bucket stands at the bottom right: {svg}");
    }

    #[test]
    fn writes_names_so_that_they_stay_text() {
        let svg = draw("a.pcap", &[group()]);
        assert!(svg.contains("1 tm&lt;1&gt;") && svg.contains("web &amp; more"));
    }
}
