//! How many keys the buckets hold, beside what an even hash gives, as a picture of the kind that [`picture`](crate::picture) draws.

use crate::analysis::Group;
use crate::picture::{BLUE, RED, key, middle, page, put, text, ticks};
use statrs::distribution::{Discrete as _, DiscreteCDF as _, Poisson};

const LEFT: usize = 90;
const WIDTH: usize = 960;
const HEIGHT: usize = 220;
/// Room for the numbers above the columns.
const HEADROOM: usize = 22;
/// Columns at most; what holds more keys is counted in the last.
const COLUMNS: usize = 48;

/// Draws, for each group with keys, how many buckets hold 0, 1, 2... of them, and as dots how many an even hash leads to expect.
pub fn draw<'g>(title: &str, groups: impl IntoIterator<Item = &'g Group>) -> String {
    let mut body = String::new();
    let mut y = 40;
    text(&mut body, 20, y, 18, title);
    for group in groups.into_iter().filter(|group| group.keys > 0) {
        y += 44;
        let mean = group.keys as f64 / group.keys_by_bucket.len() as f64;
        let caption = format!("group {} {}: how many buckets hold 0, 1, 2 ... keys", group.shares.id, group.shares.name);
        text(&mut body, 20, y, 15, &caption);
        y += 20;
        key(&mut body, LEFT, y, BLUE, &format!("of the capture: {} keys, {mean:.2} a bucket on average", group.keys));
        key(&mut body, LEFT + 420, y, RED, "expected of an even hash (Poisson)");
        y += 8;
        columns(&mut body, y, group);
        y += HEADROOM + HEIGHT + 50;
    }
    page(&body, y + 30)
}

/// Buckets by the keys that they hold, and the number that an even hash leads to expect of each.
fn spread(keys: &[u64]) -> Vec<(u64, f64)> {
    let most = keys.iter().max().map_or(0, |most| *most as usize).min(COLUMNS - 1);
    let mut observed = vec![0; most + 2];
    keys.iter().for_each(|&keys| observed[(keys as usize).min(most + 1)] += 1);
    let mean = keys.iter().sum::<u64>() as f64 / keys.len() as f64;
    let share = |held: usize, even: Poisson| match held {
        // The last column is of all that hold as many or more.
        _ if held == most + 1 => even.sf(most as u64),
        _ => even.pmf(held as u64),
    };
    let expected = |held: usize| Poisson::new(mean).map_or(0.0, |even| share(held, even) * keys.len() as f64);
    observed.into_iter().enumerate().map(|(held, buckets)| (buckets, expected(held))).collect()
}

fn columns(body: &mut String, top: usize, group: &Group) {
    let spread = spread(&group.keys_by_bucket);
    let highest = spread.iter().map(|(observed, expected)| (*observed as f64).max(*expected)).fold(1.0, f64::max);
    let (pitch, bottom) = (WIDTH / spread.len(), top + HEADROOM + HEIGHT);
    let height = |count: f64| count / highest * HEIGHT as f64;
    let (right, axis) = (LEFT + WIDTH, HEIGHT as f64);
    for tick in ticks(highest) {
        let y = bottom as f64 - height(tick);
        put(body, &format!("<path d=\"M{LEFT} {y:.1}H{right}\" stroke=\"#888\" stroke-width=\"0.5\"/>"));
        put(
            body,
            &format!("<text x=\"{}\" y=\"{:.1}\" font-size=\"12\" text-anchor=\"end\" fill=\"#222\">{tick}</text>", LEFT - 8, y + 4.0),
        );
    }
    let (x, y) = (30, bottom as f64 - axis / 2.0);
    put(
        body,
        &format!(
            "<text x=\"{x}\" y=\"{y}\" font-size=\"13\" text-anchor=\"middle\" fill=\"#222\" transform=\"rotate(-90 {x} {y})\">buckets</text>"
        ),
    );
    middle(body, (LEFT + WIDTH / 2) as f64, bottom + 36, 13, "keys in a bucket");
    for (held, (observed, expected)) in spread.iter().enumerate() {
        let (x, tall) = (LEFT + held * pitch, height(*observed as f64));
        let (width, y) = (pitch * 4 / 5, bottom as f64 - tall);
        put(body, &format!("<rect x=\"{x}\" y=\"{y:.1}\" width=\"{width}\" height=\"{tall:.1}\" fill=\"{BLUE}\"/>"));
        put(body, &format!("<circle cx=\"{}\" cy=\"{:.1}\" r=\"4\" fill=\"{RED}\"/>", x + width / 2, bottom as f64 - height(*expected)));
        // As many as there are, where a number has room.
        if pitch >= 40 {
            middle(body, (x + width / 2) as f64, y as usize - 8, 11, &observed.to_string());
        }
        let more = if held + 1 == spread.len() { "+" } else { "" };
        middle(body, (x + width / 2) as f64, bottom + 16, 12, &format!("{held}{more}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_even_hash_of_one_key_a_bucket_leaves_a_buckets_e_th_empty() {
        // Four buckets, four keys: Poisson of mean 1 expects 4/e, 4/e, 4/2e and 4/6e buckets with 0 to 3 keys, and the rest of 4 with more.
        let spread = spread(&[0, 0, 1, 3]);
        let e = std::f64::consts::E;
        let expected = [(2, 4.0 / e), (1, 4.0 / e), (0, 2.0 / e), (1, 4.0 / 6.0 / e), (0, 4.0 - (10.0 + 4.0 / 6.0) / e)];
        assert_eq!(spread.len(), expected.len());
        assert!(spread.iter().zip(expected).all(|(a, b)| a.0 == b.0 && (a.1 - b.1).abs() < 1e-9), "{spread:?}");
    }
}
