//! How many keys the buckets hold, beside what an even hash gives, as a picture of the kind that [`picture`](crate::picture) draws.

use crate::analysis::Group;
use crate::picture::{page, put, text};
use statrs::distribution::{Discrete, Poisson};

const LEFT: usize = 60;
const WIDTH: usize = 960;
const HEIGHT: usize = 220;
/// Columns at most; what holds more keys is drawn as the last.
const COLUMNS: usize = 48;

/// Draws, for each group with keys, how many buckets hold 0, 1, 2... of them, and as dots how many an even hash leads to expect.
pub fn draw<'g>(title: &str, groups: impl IntoIterator<Item = &'g Group>) -> String {
    let mut body = String::new();
    let mut y = 40;
    text(&mut body, 20, y, 18, title);
    for group in groups.into_iter().filter(|group| group.keys > 0) {
        y += 44;
        let caption = format!("group {} {}: buckets by the keys that they hold; dots: an even hash", group.shares.id, group.shares.name);
        text(&mut body, 20, y, 15, &caption);
        y += 14;
        columns(&mut body, y, group);
        y += HEIGHT + 30;
    }
    page(&body, y + 30)
}

/// Buckets by the keys that they hold, and the number that an even hash leads to expect of each.
fn spread(keys: &[u64]) -> Vec<(u64, f64)> {
    let most = keys.iter().max().map_or(0, |most| *most as usize).min(COLUMNS - 1);
    let mut observed = vec![0; most + 2];
    keys.iter().for_each(|&keys| observed[(keys as usize).min(most + 1)] += 1);
    let mean = keys.iter().sum::<u64>() as f64 / keys.len() as f64;
    let expected = |held: usize| Poisson::new(mean).map_or(0.0, |even| even.pmf(held as u64) * keys.len() as f64);
    observed.into_iter().enumerate().map(|(held, buckets)| (buckets, expected(held))).collect()
}

fn columns(body: &mut String, top: usize, group: &Group) {
    let spread = spread(&group.keys_by_bucket);
    let highest = spread.iter().map(|(observed, expected)| (*observed as f64).max(*expected)).fold(1.0, f64::max);
    let (pitch, bottom) = (WIDTH / spread.len(), top + HEIGHT);
    let height = |count: f64| count / highest * HEIGHT as f64;
    for (held, (observed, expected)) in spread.iter().enumerate() {
        let (x, tall) = (LEFT + held * pitch, height(*observed as f64));
        let (width, y) = (pitch * 4 / 5, bottom as f64 - tall);
        put(body, &format!("<rect x=\"{x}\" y=\"{y:.1}\" width=\"{width}\" height=\"{tall:.1}\" fill=\"#3b6ea5\"/>"));
        put(body, &format!("<circle cx=\"{}\" cy=\"{:.1}\" r=\"4\" fill=\"#c0392b\"/>", x + width / 2, bottom as f64 - height(*expected)));
        text(body, x, bottom + 16, 12, &held.to_string());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_even_hash_of_one_key_a_bucket_leaves_a_buckets_e_th_empty() {
        // Four buckets, four keys: Poisson of mean 1 expects 4/e, 4/e, 4/2e and 4/6e buckets with 0 to 3 keys.
        let spread = spread(&[0, 0, 1, 3]);
        let expected = [(2, 4.0), (1, 4.0), (0, 2.0), (1, 4.0 / 6.0), (0, 4.0 / 24.0)].map(|(n, e)| (n, e / std::f64::consts::E));
        assert_eq!(spread.len(), expected.len());
        assert!(spread.iter().zip(expected).all(|(a, b)| a.0 == b.0 && (a.1 - b.1).abs() < 1e-9), "{spread:?}");
    }
}
