//! Whatever a card went through, what it holds is known.

mod common;

use common::Mortal;
use contract::row::{GroupRow, RuleRow};
use control::Tables;
use driver::deploy::{apply, rollback};
use driver::snapshot::learn;
use driver::{Banks, DeployError, Idle};
use model::manager_table::Manager;
use modelcard::ModelCard;
use proptest::prelude::*;

/// What happens to the card.
#[derive(Clone, Debug)]
enum Event {
    /// This state is applied.
    Apply(Shape),
    /// It is applied by someone who is killed before this access.
    Interrupted(Shape, u64),
    /// The previous generation is asked for.
    Rollback,
}

/// A state of a card with one group: blocks of entries that go to up to three managers of four, a key and a rule.
#[derive(Clone, Debug)]
struct Shape {
    managers: Vec<u8>,
    shift: usize,
    key: u8,
    port: u16,
}

impl Shape {
    fn tables(&self) -> Tables {
        let Self { ref managers, shift, key, port } = *self;
        let mut tables = Tables { enabled: true, ..Tables::empty(1) };
        tables.groups[0].entries = std::array::from_fn(|bucket| managers[(bucket + shift) / 64 % managers.len()]);
        tables.groups[0].row = GroupRow { key: [key; 8], designated: managers[0], equal_ports_hash: key == 2 };
        tables.rules[0] = RuleRow { lowest: port, highest: port, in_use: true, ..RuleRow::default() };
        for &id in managers {
            tables.managers[usize::from(id)] = Manager { mac: [2, 0, 0, 0, 1, id], egress: id % 2, enabled: true };
        }
        tables
    }
}

fn shape() -> impl Strategy<Value = Shape> {
    let shape = (prop::collection::vec(1..=4u8, 3), 0..64usize, 0..3u8, 0..2u16);
    shape.prop_map(|(managers, shift, key, port)| Shape { managers, shift, key, port })
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => shape().prop_map(Event::Apply),
        2 => (shape(), 0..8000u64).prop_map(|(shape, access)| Event::Interrupted(shape, access)),
        2 => Just(Event::Rollback),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_apply_succeeds_and_a_rollback_undoes_it_or_is_refused(events in prop::collection::vec(event(), 1..10)) {
        let mut card = ModelCard::new(1, 1, 64);
        for event in events {
            let before = learn(&mut card).unwrap();
            let was = Banks::of(&before.active);
            match event {
                Event::Apply(shape) => {
                    let next = shape.tables();
                    let applied = apply(&mut card, &before, &next).unwrap();
                    let after = learn(&mut card).unwrap();
                    prop_assert_eq!(Banks::of(&after.active), Banks::of(&next));
                    prop_assert_eq!(&after.active, &next);
                    prop_assert_eq!(applied.committed, was != Banks::of(&next));
                    if applied.committed {
                        prop_assert!(applied.generation > before.generation && Idle::Generation(applied.generation) != before.idle_generation);
                        prop_assert_eq!(&after.idle, &was);
                        prop_assert_eq!(after.idle_generation, if before.generation == 0 { Idle::Nothing } else { Idle::Generation(before.generation) });
                    }
                }
                Event::Interrupted(shape, left) => {
                    let next = shape.tables();
                    let mut mortal = Mortal { card: card.clone(), left, tried: 0 };
                    let _ = apply(&mut mortal, &before, &next);
                    card = mortal.card;
                    let after = Banks::of(&learn(&mut card).unwrap().active);
                    prop_assert!(after == was || after == Banks::of(&next));
                }
                Event::Rollback => match rollback(&mut card, &before) {
                    Ok(back) => {
                        let after = learn(&mut card).unwrap();
                        prop_assert_eq!((&Banks::of(&after.active), &after.idle), (&before.idle, &was));
                        prop_assert_eq!((after.generation, after.idle_generation), (back.generation, Idle::Generation(back.left)));
                        prop_assert!(back.generation < back.left);
                        let named = Banks::of(&after.active).named();
                        prop_assert!((1..=4).all(|id| !named[id] || after.active.managers[id].enabled));
                    }
                    Err(DeployError::NothingBefore | DeployError::Interrupted | DeployError::NotOlder { .. }) => {
                        prop_assert_eq!(learn(&mut card).unwrap(), before);
                    }
                    Err(error) => prop_assert!(false, "{error}"),
                },
            }
        }
    }
}
