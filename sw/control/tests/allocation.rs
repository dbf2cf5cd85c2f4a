//! Allocation tables as fleets change: exact counts, the fewest moves, entries spread evenly.

use contract::limits::BUCKETS;
use control::allocate::{Target, adjust, canonical, counts};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use rayon::prelude::*;

fn targets(weights: &[&str]) -> Vec<Target> {
    (1..=255).zip(weights).map(|(manager, weight)| Target { manager, weight: weight.parse().unwrap() }).collect()
}

/// Entries by owner, 0 for none.
fn held(table: &[u8; BUCKETS]) -> [usize; 256] {
    let mut held = [0; 256];
    table.iter().for_each(|&owner| held[usize::from(owner)] += 1);
    held
}

fn moved(old: &[u8; BUCKETS], new: &[u8; BUCKETS]) -> usize {
    old.iter().zip(new).filter(|(old, new)| old != new).count()
}

/// The fewest entries that differ between any two tables with these counts: what both have can stay, the rest cannot.
fn fewest(old: &[usize; 256], new: &[usize; 256]) -> usize {
    BUCKETS - old.iter().zip(new).map(|(old, new)| old.min(new)).sum::<usize>()
}

/// Farthest that the number of marked buckets among the first k is from its even share, over all k.
fn unevenness(marked: impl Fn(usize) -> bool) -> f64 {
    let total = (0..BUCKETS).filter(|&bucket| marked(bucket)).count() as f64;
    let mut seen = 0.0;
    let off = |(k, bucket): (usize, usize)| {
        seen += f64::from(u8::from(marked(bucket)));
        (seen - total * k as f64 / BUCKETS as f64).abs()
    };
    (1..).zip(0..BUCKETS).map(off).fold(0.0, f64::max)
}

#[test]
fn equal_weights_take_turns() {
    let table = canonical(&targets(&["1", "1", "1", "1"]));
    assert!(table.chunks(4).all(|four| four == [1, 2, 3, 4]));
}

#[test]
fn unequal_weights_are_interleaved() {
    let table = canonical(&targets(&["2", "1", "1"]));
    assert!(table.chunks(4).all(|four| four == [1, 2, 1, 3]));
}

#[test]
fn what_does_not_divide_goes_to_the_greatest_remainder_and_then_to_the_first() {
    assert_eq!(counts(&targets(&["1", "1", "1"])), [1366, 1365, 1365]);
    assert_eq!(counts(&targets(&["1", "1", "1", "1", "1", "1"])), [683, 683, 683, 683, 682, 682]);
    // 4096 * 0.1, 0.2, 0.7: 409.6, 819.2, 2867.2.
    assert_eq!(counts(&targets(&["0.1", "0.2", "0.7"])), [410, 819, 2867]);
    // 4096 / 10000 is 0.4096: the greater remainder is the other's, 0.5904.
    assert_eq!(counts(&targets(&["1", "9999"])), [0, 4096]);
}

#[test]
fn a_weight_of_0_takes_no_entry_and_all_of_them_leave_the_table_empty() {
    assert_eq!(counts(&targets(&["0", "3", "0"])), [0, 4096, 0]);
    assert_eq!(canonical(&targets(&["0", "0"])), [0; BUCKETS]);
    assert_eq!(canonical(&[]), [0; BUCKETS]);
}

#[test]
fn an_empty_table_becomes_the_canonical_one_and_a_table_without_targets_becomes_empty() {
    let fleet = targets(&["1", "2", "3"]);
    assert_eq!(adjust(&[0; BUCKETS], &fleet), canonical(&fleet));
    assert_eq!(adjust(&canonical(&fleet), &[]), [0; BUCKETS]);
    assert_eq!(adjust(&canonical(&fleet), &targets(&["0", "0"])), [0; BUCKETS]);
}

#[test]
fn a_table_that_is_as_it_should_be_stays() {
    let fleet = targets(&["1", "2", "3"]);
    let mut shuffled = canonical(&fleet);
    shuffled.reverse();
    assert_eq!(adjust(&shuffled, &fleet), shuffled);
}

#[test]
fn a_manager_that_goes_is_shared_out_among_all_others_and_nothing_else_moves() {
    let old = canonical(&targets(&["1"; 16]));
    let new = adjust(&old, &targets(&["1"; 16])[..15]);
    assert_eq!(moved(&old, &new), 256);
    assert!(old.iter().zip(&new).all(|(old, new)| old == new || *old == 16));
    // 4096 / 15 is 273 and a remainder of 1.
    assert_eq!(held(&new)[1..=16], [274, 273, 273, 273, 273, 273, 273, 273, 273, 273, 273, 273, 273, 273, 273, 0]);
}

#[test]
fn what_moves_is_spread_evenly_and_so_is_what_each_manager_holds_then() {
    let fleet = targets(&["1"; 101]);
    let mut heavier = targets(&["1"; 100]);
    heavier[6].weight = "2".parse().unwrap();
    for (old, new) in [(&fleet[..100], &fleet[..]), (&fleet[..], &fleet[..100]), (&fleet[..100], &heavier), (&fleet[..3], &fleet[90..93])] {
        let old = canonical(old);
        let new = adjust(&old, new);
        assert!(moved(&old, &new) >= 40);
        assert!(unevenness(|bucket| old[bucket] != new[bucket]) < 1.0, "no place of the table moves more than its share");
        assert!((1..=101).all(|manager| unevenness(|bucket| new[bucket] == manager) < 2.0));
    }
}

/// A change to a fleet: of the manager with this id, or of the one at this place of the fleet, whatever its length.
#[derive(Clone, Debug)]
enum Change {
    Add(u8, u32),
    Remove(usize),
    Reweigh(usize, u32),
    Drain(usize),
}

/// Managers by id, with their weight; one that drains is still there and has no share.
type Fleet = Vec<(u8, u32)>;

fn change(fleet: &mut Fleet, change: &Change) {
    let place = |place: usize| (!fleet.is_empty()).then(|| place % fleet.len());
    match *change {
        Change::Add(id, weight) if fleet.iter().all(|&(other, _)| other != id) => fleet.push((id, weight)),
        Change::Add(..) => {}
        Change::Remove(at) => drop(place(at).map(|at| fleet.remove(at))),
        Change::Reweigh(at, weight) => place(at).into_iter().for_each(|at| fleet[at].1 = weight),
        Change::Drain(at) => place(at).into_iter().for_each(|at| fleet[at].1 = 0),
    }
}

fn targets_of(fleet: &Fleet) -> Vec<Target> {
    let target = |&(manager, weight): &(u8, u32)| Target { manager, weight: weight.to_string().parse().unwrap() };
    fleet.iter().map(target).collect()
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let weight = || prop_oneof![Just(1), 1..5u32, 1..1_000_000u32];
    let change = prop_oneof![
        3 => (1..=255u8, weight()).prop_map(|(id, weight)| Change::Add(id, weight)),
        1 => any::<usize>().prop_map(Change::Remove),
        1 => (any::<usize>(), weight()).prop_map(|(at, weight)| Change::Reweigh(at, weight)),
        1 => any::<usize>().prop_map(Change::Drain),
    ];
    prop::collection::vec(change, 1..12)
}

/// Entries by owner as the definition has them, from another side than the code: among all roundings of the exact shares there is just
/// one with the right sum that prefers greater remainders, and of equal ones the earlier manager.
fn is_largest_remainder(fleet: &Fleet, held: &[usize; 256]) -> bool {
    let total: u64 = fleet.iter().map(|&(_, weight)| u64::from(weight)).sum();
    let given = |id: u8| held[usize::from(id)] as u64 * total;
    let exact = |weight: u32| u64::from(weight) * BUCKETS as u64;
    // What a manager was given beyond its exact share, in units of 1 / total entries: less than one entry either way.
    let all = fleet.iter().enumerate().map(|(at, &(id, weight))| (given(id) as i64 - exact(weight) as i64, at));
    let (up, down): (Vec<_>, Vec<_>) = all.partition(|&(beyond, _)| beyond > 0);
    let remainder_of_up = up.iter().map(|&(beyond, at)| (total as i64 - beyond, std::cmp::Reverse(at)));
    let remainder_of_down = down.iter().map(|&(beyond, at)| (-beyond, std::cmp::Reverse(at)));
    let within_one = up.iter().chain(&down).all(|(beyond, _)| beyond.unsigned_abs() < total);
    let preferred = remainder_of_up.min().zip(remainder_of_down.max()).is_none_or(|(least, most)| least > most);
    held.iter().sum::<usize>() == BUCKETS && within_one && preferred
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn after_every_change_counts_are_exact_and_no_table_would_have_moved_less(changes in changes()) {
        let (mut fleet, mut table) = (Fleet::new(), [0; BUCKETS]);
        for step in &changes {
            change(&mut fleet, step);
            let next = adjust(&table, &targets_of(&fleet));
            let (old, new) = (held(&table), held(&next));
            if fleet.iter().any(|&(_, weight)| weight > 0) {
                prop_assert!(is_largest_remainder(&fleet, &new), "{:?}", new);
            } else {
                prop_assert_eq!(next, [0; BUCKETS]);
            }
            prop_assert_eq!(moved(&table, &next), fewest(&old, &new));
            table = next;
        }
    }
}

/// Whoever does it, and however many do it at once: the tables are the same.
#[test]
fn the_same_changes_make_the_same_tables_on_any_number_of_threads() {
    let mut runner = TestRunner::deterministic();
    let sequences: Vec<Vec<Change>> = (0..500).map(|_| changes().new_tree(&mut runner).unwrap().current()).collect();
    let tables = |sequence: &Vec<Change>| {
        let mut fleet = Fleet::new();
        let step = |table: &mut [u8; BUCKETS], step: &Change| {
            change(&mut fleet, step);
            *table = adjust(table, &targets_of(&fleet));
            Some(*table)
        };
        sequence.iter().scan([0; BUCKETS], step).collect::<Vec<_>>()
    };
    let alone: Vec<_> = sequences.iter().map(tables).collect();
    for threads in 1..=4 {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let together: Vec<_> = pool.install(|| sequences.par_iter().map(tables).collect());
        assert!(together == alone, "{threads} threads");
    }
}

/// A thousand upheavals, each with a third of the managers away and all weights drawn anew: a manager's entries are never more than a few
/// from evenly spread.
#[test]
fn tables_stay_even_however_often_they_change() {
    let mut runner = TestRunner::deterministic();
    let weights = prop::collection::vec(prop_oneof![1 => Just(0), 2 => 1..5u32], 50);
    let mut table = [0; BUCKETS];
    for _ in 0..1000 {
        let weights = weights.new_tree(&mut runner).unwrap().current();
        table = adjust(&table, &targets_of(&(1..).zip(weights).collect()));
    }
    for manager in 1..=50 {
        assert!(unevenness(|bucket| table[bucket] == manager) < 8.0, "manager {manager}");
    }
}
