//! `just bench`: how much a change disturbs, and how long it takes to compute: the allocation table beside Maglev's.
//!
//! Moved is what differs between the table before and after; the minimum is what must differ between any two tables with those counts. For
//! Maglev the counts are those that its own tables have, which is the most that can be said for it. Its sizes must be primes, so 4093 stands
//! beside 4096. A card holds 4096 entries and 255 managers; beyond that the same functions run on tables that no card has.

mod maglev;

use control::Weight;
use control::allocate::{apportion, rearrange};
use maglev::Backend;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// Who takes entries, and by which weight: the weights by owner, 0 for those who do not take part.
type Fleet = Vec<u64>;

const SIZES: [(usize, usize); 2] = [(4096, 4093), (65_537, 65_537)];
const MANAGERS: [usize; 5] = [10, 50, 100, 255, 1000];

/// What an update did.
struct Update {
    moved: usize,
    minimum: usize,
    time: Duration,
}

fn main() {
    println!("{:>7} {:>8}  {:<14} {:>22} {:>22}   time of an update", "", "", "", "Tandem", "Maglev");
    println!(
        "{:>7} {:>8}  {:<14} {:>8} {:>6} {:>6} {:>8} {:>6} {:>6}   {:>9} {:>9}",
        "entries", "managers", "change", "minimum", "moved", "ratio", "minimum", "moved", "ratio", "Tandem", "Maglev"
    );
    for (entries, prime) in SIZES {
        for managers in MANAGERS {
            for (change, before, after) in changes(managers) {
                let (ours, theirs) = (tandem(entries, &before, &after), by_maglev(prime, &before, &after));
                assert_eq!(ours.moved, ours.minimum, "{entries} entries, {managers} managers, {change}");
                println!(
                    "{entries:>7} {managers:>8}  {change:<14} {:>8} {:>6} {:>6.3} {:>8} {:>6} {:>6.3}   {:>9} {:>9}",
                    ours.minimum,
                    ours.moved,
                    ratio(&ours),
                    theirs.minimum,
                    theirs.moved,
                    ratio(&theirs),
                    microseconds(ours.time),
                    microseconds(theirs.time)
                );
            }
        }
    }
}

/// The three changes: the fleets before and after.
fn changes(managers: usize) -> [(&'static str, Fleet, Fleet); 3] {
    let with = |managers: usize, special: Option<(usize, u64)>| {
        let mut fleet = vec![1; managers];
        fleet.push(0);
        special.into_iter().for_each(|(owner, weight)| fleet[owner] = weight);
        fleet
    };
    let all = with(managers, None);
    [
        ("remove one", all.clone(), with(managers, Some((managers / 2, 0)))),
        ("add one", all.clone(), with(managers, Some((managers, 1)))),
        ("double one", all, with(managers, Some((managers / 2, 2)))),
    ]
}

fn tandem(entries: usize, before: &Fleet, after: &Fleet) -> Update {
    let wanted = |fleet: &Fleet| {
        let weights: Vec<Weight> = fleet.iter().map(|weight| weight.to_string().parse().expect("a plain number")).collect();
        apportion(&weights, entries)
    };
    // A table before that has a history, as that of a card in service has.
    let mut old = vec![0u16; entries];
    rearrange(&mut old, &wanted(&(1..).take(before.len()).collect()));
    rearrange(&mut old, &wanted(before));
    let (new, time) = timed(|| {
        let mut table = black_box(&old).clone();
        rearrange(&mut table, &wanted(black_box(after)));
        table
    });
    Update { moved: differing(&old, &new), minimum: minimum(&old, &new), time }
}

fn by_maglev(entries: usize, before: &Fleet, after: &Fleet) -> Update {
    let table = |fleet: &Fleet| {
        let backends = (0..).zip(fleet).map(|(name, &weight)| Backend { name, weight });
        maglev::populate(&backends.filter(|backend| backend.weight > 0).collect::<Vec<_>>(), entries)
    };
    let old = table(before);
    let (new, time) = timed(|| table(black_box(after)));
    Update { moved: differing(&old, &new), minimum: minimum(&old, &new), time }
}

/// The result, and the median time of some runs.
fn timed<T>(mut work: impl FnMut() -> T) -> (T, Duration) {
    let mut times = Vec::new();
    let began = Instant::now();
    loop {
        let start = Instant::now();
        let result = black_box(work());
        times.push(start.elapsed());
        if times.len() >= 5 && began.elapsed() > Duration::from_millis(50) {
            times.sort_unstable();
            return (result, times[times.len() / 2]);
        }
    }
}

fn differing(old: &[u16], new: &[u16]) -> usize {
    old.iter().zip(new).filter(|(old, new)| old != new).count()
}

/// What must differ between any two tables with these counts.
fn minimum(old: &[u16], new: &[u16]) -> usize {
    let count = |table: &[u16]| {
        let mut counts = vec![0usize; usize::from(u16::MAX)];
        table.iter().for_each(|&owner| counts[usize::from(owner)] += 1);
        counts
    };
    count(old).iter().zip(count(new)).map(|(old, new)| old.saturating_sub(new)).sum()
}

fn ratio(update: &Update) -> f64 {
    update.moved as f64 / update.minimum as f64
}

fn microseconds(time: Duration) -> String {
    format!("{:.1} us", time.as_secs_f64() * 1e6)
}
