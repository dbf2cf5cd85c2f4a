//! What changes together changes at once, and nothing else does.

mod common;

use common::*;
use contract::row::ManagerRow;
use model::state::UnknownUnit;
use model::{Egress, State, decide, outgoing};

fn manager_of(state: &State) -> Option<u8> {
    decide(state, &bytes(&[ETH_V4, V4_TCP, PORTS_40000_443]), 0).manager
}

#[test]
fn writes_to_the_idle_bank_wait_for_the_commit() {
    let mut state = card();
    let before = manager_of(&state);
    state.idle_group_mut(0).entries = [3; 4096];
    state.idle_group_mut(0).row.key = [0xff; 8];
    assert_eq!(manager_of(&state), before);
    assert_eq!(state.group(0).row.key, *b"tandem!!");
    state.commit(1, 77).unwrap();
    assert_eq!(manager_of(&state), Some(3));
    assert_eq!(state.group(0).row.key, [0xff; 8]);
    assert_eq!(state.idle_group(0).row.key, *b"tandem!!", "the old bank is now the idle one");
    assert_eq!(state.generation(), 77);
}

#[test]
fn a_commit_exchanges_the_named_units_and_no_others() {
    let mut state = State::new(8);
    assert_eq!(state.active(), 0);
    state.commit(0b1_0000_0101, 1).unwrap();
    assert_eq!(state.active(), 0b1_0000_0101);
    state.commit(0b0_1000_0100, 2).unwrap();
    assert_eq!(state.active(), 0b1_1000_0001);
    state.commit(0, 3).unwrap();
    assert_eq!((state.active(), state.generation()), (0b1_1000_0001, 3), "a commit of nothing announces its generation");
}

#[test]
fn a_commit_of_a_unit_that_is_not_there_changes_nothing() {
    let mut state = State::new(4);
    for units in [1 << 4, 1 << 7, 1 << 10, 1 << 31, 0b1_0001] {
        assert_eq!(state.commit(units, 5), Err(UnknownUnit), "{units:b}");
        assert_eq!((state.active(), state.generation()), (0, 0));
    }
    assert_eq!(state.commit(0b11_0000_1111, 5), Ok(()));
}

#[test]
fn managers_macs_and_ports_have_their_own_bank_and_whether_they_take_traffic_has_none() {
    let mut state = card();
    let frame = bytes(&[ETH_V4, V4_TCP, PORTS_40000_443]);
    let decision = decide(&state, &frame, 0);
    let id = usize::from(decision.manager.unwrap());
    let sent =
        |state: &State| decide(state, &frame, 0).egress.map(|_| outgoing(state, &decide(state, &frame, 0), &frame).unwrap()[..6].to_vec());
    let before = sent(&state);
    assert_eq!((before.as_deref(), decision.egress), (Some(&[2, 0, 0, 0, 1, id as u8][..]), Some(Egress::Port(id as u8 % 2))));
    *state.idle_manager_rows_mut() = [ManagerRow { mac: [2, 0, 0, 0, 9, 9], egress: 1 - id as u8 % 2 }; 256];
    assert_eq!(sent(&state), before, "the idle bank waits");
    state.managers_enabled[id] = false;
    assert_eq!(decide(&state, &frame, 0).egress, None, "at once");
    state.managers_enabled[id] = true;
    state.commit(1 << 9, 2).unwrap();
    assert_eq!(
        (sent(&state).as_deref(), decide(&state, &frame, 0).egress),
        (Some(&[2, 0, 0, 0, 9, 9][..]), Some(Egress::Port(1 - id as u8 % 2)))
    );
    state.commit(1 << 9, 1).unwrap();
    assert_eq!(sent(&state), before, "the old rows are still in the other bank");
}

#[test]
fn rules_have_their_own_bank() {
    let mut state = card_with_rules(&[rule(None, 443, 443, false)]);
    assert_eq!(manager_of(&state), Some(6));
    state.commit(1 << 8, 3).unwrap();
    assert_eq!(manager_of(&state), Some(2), "the list before had no rules");
}
