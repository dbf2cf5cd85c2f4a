//! What a card holds: its digest, and the model that it makes.

use contract::row::{GroupMac, GroupRow, RuleRow};
use control::Tables;
use model::manager_table::Manager;

/// Tables with something in each.
fn filled() -> Tables {
    let mut tables = Tables::empty(2);
    tables.enabled = true;
    tables.port_pairs = [0, 1];
    tables.group_macs[0] = GroupMac { mac: [2, 0, 0x5e, 0x10, 0, 1], enabled: true };
    tables.managers[255] = Manager { mac: [2, 0x11, 0x22, 0x33, 0x44, 0x55], egress: 1, enabled: true };
    tables.groups[1].row = GroupRow { key: [0, 1, 2, 3, 4, 5, 6, 7], designated: 9, equal_ports_hash: true };
    (tables.groups[1].entries[0], tables.groups[1].entries[5]) = (1, 255);
    tables.rules[0] = RuleRow { lowest: 80, highest: 443, protocol: Some(6), group: 1, key_on_peer: true, in_use: true };
    tables
}

/// Both digests are from SHA-256 over the documented words, computed by another program.
#[test]
fn the_digest_covers_the_documented_words() {
    let tables = Tables::empty(1);
    assert_eq!(format!("{:#}", tables.digest()), "7447537c64e3278ecc5b11151b8e217aa7c3db56f9c1f76d31dc8d08710da441");
    let tables = filled();
    assert_eq!(tables.digest().to_string(), "4f85ce052767c4e8");
    assert_eq!(serde_json::to_value(tables.digest()).unwrap(), "4f85ce052767c4e8e2a1fe8c7e9052fc70279ce907af9a5ba57c0a7479fff112");
}

#[test]
fn tables_are_in_force_in_the_model_that_they_make() {
    let mut tables = filled();
    tables.groups[0].entries[9] = 3;
    let state = tables.state();
    assert_eq!((state.enabled, state.group_macs, state.port_pairs), (tables.enabled, tables.group_macs, tables.port_pairs));
    assert_eq!((state.managers(), state.rules()), (tables.managers, &tables.rules));
    assert!((0..2).all(|group| *state.group(group) == tables.groups[usize::from(group)]));
    assert_eq!(Tables::empty(2).state().rules(), model::State::new(2).rules());
}
