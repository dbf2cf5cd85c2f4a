//! A card in service changes its state.

use control::{Configuration, Tables};
use driver::snapshot::learn;
use driver::{Idle, ModelCard, deploy};

const TWO: &str = r#"
group_macs = ["02:00:00:00:00:01"]
[[manager]]
name = "alpha"
id = 1
mac = "02:00:00:00:01:01"
port = 0
[[manager]]
name = "beta"
id = 2
mac = "02:00:00:00:01:02"
port = 1
[[group]]
name = "all"
key = "0001020304050607"
"#;

const GAMMA: &str = r#"
[[manager]]
name = "gamma"
id = 3
mac = "02:00:00:00:01:03"
port = 1
"#;

fn tables(text: &str) -> Tables {
    Configuration::parse(text, "test").unwrap().tables(4).unwrap()
}

fn apply(card: &mut ModelCard, next: &Tables) -> deploy::Applied {
    let now = learn(card).unwrap();
    deploy::apply(card, &now, next).unwrap()
}

#[test]
fn a_fresh_card_takes_a_state_and_knows_that_there_was_none_before() {
    let mut card = ModelCard::new(4, 2, 64);
    let applied = apply(&mut card, &tables(TWO));
    assert_eq!((applied.generation, applied.committed), (1, true));
    let found = learn(&mut card).unwrap();
    assert_eq!((found.active, found.generation, found.idle_generation), (tables(TWO), 1, Idle::Nothing));
}

#[test]
fn a_rollback_brings_the_previous_generation_back_and_enables_its_managers() {
    let mut card = ModelCard::new(4, 2, 64);
    let (three, two) = (tables(&format!("{TWO}{GAMMA}")), tables(TWO));
    apply(&mut card, &three);
    assert_eq!(apply(&mut card, &two).generation, 2);
    assert!(!card.state().managers[3].enabled && card.state().managers[3].mac == three.managers[3].mac);
    let now = learn(&mut card).unwrap();
    let back = deploy::rollback(&mut card, &now).unwrap();
    assert_eq!((back.generation, back.left, back.enabled), (1, 2, vec![3]));
    let found = learn(&mut card).unwrap();
    assert_eq!((found.active, found.generation, found.idle_generation), (three, 1, Idle::Generation(2)));
}
