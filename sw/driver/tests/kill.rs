//! Whoever changes a card can be killed before any access, and the card serves the old state or the new one.

mod common;

use common::{Mortal, Watched, card, decisions, frames, site};
use control::Tables;
use driver::deploy::{apply, rollback};
use driver::snapshot::learn;
use driver::{BusError, Card, DeployError, script};
use modelcard::ModelCard;
use std::io::ErrorKind;

/// Changes a card, and looks at it after every single write, as one finds it whose host was killed there. It must decide as before or as
/// after, and from there an `apply` of `repaired` must go through.
fn killed_everywhere(start: &ModelCard, repaired: &Tables, change: impl Fn(&mut Watched) -> Result<(), DeployError>) {
    let frames = frames();
    let mut whole = Watched { card: start.clone(), after_write: &mut |_| () };
    change(&mut whole).unwrap();
    let (old, new) = (decisions(start, &frames), decisions(&whole.card, &frames));
    let aim = decisions(&fresh(repaired), &frames);
    assert!(old != new, "the change makes a difference");
    let mut served = vec![false];
    let mut look = |card: &ModelCard| {
        let (writes, now) = (served.len(), decisions(card, &frames));
        assert!(now == old || now == new, "killed after {writes} writes, the card serves a mixture");
        // While thousands of words are written into idle banks one after the other, now and then will do.
        if now == new || writes < 50 || writes.is_multiple_of(50) {
            let mut card = card.clone();
            put(&mut card, repaired);
            assert_eq!(decisions(&card, &frames), aim, "killed after {writes} writes");
        }
        served.push(now == new);
    };
    change(&mut Watched { card: start.clone(), after_write: &mut look }).unwrap();
    assert!(served.is_sorted(), "there is one moment of change");
    assert_eq!(served.pop(), Some(true));
}

/// A card brought to a state from reset.
fn fresh(tables: &Tables) -> ModelCard {
    let mut card = card();
    put(&mut card, tables);
    card
}

fn put(card: &mut impl Card, tables: &Tables) {
    let now = learn(card).unwrap();
    apply(card, &now, tables).unwrap();
}

/// An `apply` to a card that holds [`site`] in both banks, killed everywhere.
fn change_to(next: &Tables) {
    let tables = site().tables();
    let mut start = fresh(&tables);
    let both = [script::group(0, &tables.groups[0]), script::group(1, &tables.groups[1]), script::rules(&tables.rules)].concat();
    driver::apply(&mut start, &both).unwrap();
    let both: Vec<_> = (1..=u8::MAX).flat_map(|id| script::manager(id, tables.managers[usize::from(id)].row())).collect();
    driver::apply(&mut start, &both).unwrap();
    let now = learn(&mut start).unwrap();
    killed_everywhere(&start, next, |card| apply(card, &now, next).map(drop));
}

#[test]
fn when_a_manager_is_added() {
    let mut site = site();
    site.managers.push(("delta", 2.0, "enabled"));
    change_to(&site.tables());
}

#[test]
fn when_a_manager_is_removed() {
    let mut site = site();
    site.managers.pop();
    change_to(&site.tables());
}

#[test]
fn when_all_managers_in_service_get_other_addresses_and_ports() {
    change_to(&readdressed());
}

/// The same site, whose managers have other MACs and ports.
fn readdressed() -> Tables {
    let mut tables = site().tables();
    for manager in &mut tables.managers[1..=3] {
        manager.mac[4] = 7;
        manager.egress ^= 1;
    }
    tables
}

#[test]
fn when_other_addresses_are_rolled_back() {
    let mut start = fresh(&site().tables());
    put(&mut start, &readdressed());
    let now = learn(&mut start).unwrap();
    killed_everywhere(&start, &readdressed(), |card| rollback(card, &now).map(drop));
    rollback(&mut start, &now).unwrap();
    assert_eq!(start.state().managers(), site().tables().managers);
}

#[test]
fn when_a_manager_is_drained_or_down() {
    for state in ["draining", "down"] {
        let mut site = site();
        site.managers[2].2 = state;
        change_to(&site.tables());
    }
}

#[test]
fn when_weights_change() {
    let mut site = site();
    site.managers[2].1 = 3.0;
    change_to(&site.tables());
}

#[test]
fn when_a_key_and_a_policy_change() {
    let mut site = site();
    site.group = ("f0e1d2c3b4a59687", "equal_ports = \"hash\"");
    change_to(&site.tables());
}

#[test]
fn when_rules_change() {
    let mut site = site();
    site.rules = "[[rule]]\nprotocol = \"udp\"\nports = 443\ngroup = \"names\"\nkey_on = \"peer\"\n";
    change_to(&site.tables());
}

#[test]
fn when_everything_changes_at_once() {
    let mut site = site();
    site.managers[2].2 = "down";
    site.managers.push(("delta", 2.0, "enabled"));
    site.group = ("f0e1d2c3b4a59687", "designated = \"delta\"");
    site.rules = "";
    change_to(&site.tables());
}

#[test]
fn when_the_card_is_disabled() {
    let mut site = site();
    site.enabled = false;
    site.group.0 = "f0e1d2c3b4a59687";
    change_to(&site.tables());
}

#[test]
fn when_the_card_gets_its_first_tables() {
    let mut start = card();
    let (now, next) = (learn(&mut start).unwrap(), site().tables());
    killed_everywhere(&start, &next, |card| apply(card, &now, &next).map(drop));
}

#[test]
fn when_a_change_is_rolled_back() {
    let mut smaller = site();
    smaller.managers.pop();
    let mut start = fresh(&site().tables());
    put(&mut start, &smaller.tables());
    let now = learn(&mut start).unwrap();
    killed_everywhere(&start, &smaller.tables(), |card| rollback(card, &now).map(drop));
}

#[test]
fn whose_way_to_the_card_breaks_hears_of_it_and_goes_no_further() {
    let next = site().tables();
    for left in [0, 1, 2, 100, 5000, 11_000] {
        let mut card = card();
        let now = learn(&mut card).unwrap();
        let mut mortal = Mortal { card, left, tried: 0 };
        let error = apply(&mut mortal, &now, &next).unwrap_err();
        assert!(matches!(error, DeployError::Bus(BusError::Gone { kind: ErrorKind::NotConnected, .. })), "{error}");
        assert_eq!(mortal.tried, left + 1);
    }
}
