//! All counters at once, against the model's own.

mod common;

use contract::code::{Reason, Verdict};
use driver::counters::read_counters;
use driver::read_counter;
use modelcard::ModelCard;

#[test]
fn sums_what_the_cores_counted_and_leaves_the_view_at_core_0() {
    let mut card = ModelCard::new(8, 2, 64);
    for (core, frames) in [(0, 3), (1, 5)] {
        for _ in 0..frames {
            card.process(core, &[0; 100], 0);
        }
        card.counters_mut(core).count_lost(Verdict::Control, 1 << 40);
    }
    let counted = read_counters(&mut card).unwrap();
    for (reason, count) in counted.reasons() {
        let expected = if reason == Reason::Disabled { (8, 800) } else { (0, 0) };
        assert_eq!((count.frames, count.bytes), expected, "{reason}");
    }
    for (verdict, count) in counted.lost() {
        let expected = if verdict == Verdict::Control { (2, 2 << 40) } else { (0, 0) };
        assert_eq!((count.frames, count.bytes), expected, "{verdict}");
    }
    assert!(counted.managers().all(|(_, count)| count.frames == 0) && counted.managers().count() == 255);
    assert_eq!(card.read(contract::register::VIEW.at(0)).unwrap(), 0);
    assert_eq!(read_counter(&mut card, 1, 256).unwrap().frames, 5, "one by one it is the same");
}

#[test]
fn a_machine_that_gets_the_id_of_another_counts_on_from_there() {
    let (mut card, site) = (common::card(), common::site());
    let counted = |card: &mut ModelCard| read_counters(card).unwrap().managers().map(|(_, count)| count.frames).sum::<u64>();
    for machine in [7, 8] {
        let mut tables = site.tables();
        tables.managers[1].mac[0..3].copy_from_slice(&[2, machine, 0]);
        let now = driver::snapshot::learn(&mut card).unwrap();
        driver::deploy::apply(&mut card, &now, &tables).unwrap();
        common::frames().iter().for_each(|frame| {
            card.process(0, frame, 0);
        });
    }
    let (both, first) = (counted(&mut card), read_counter(&mut card, 0, 1).unwrap().frames);
    assert_eq!(both, 2 * common::frames().len() as u64);
    assert!(first > 0 && first.is_multiple_of(2), "manager 1 of both machines together: {first}");
}
