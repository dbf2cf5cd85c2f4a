//! What a card holds: its digest, and the model that it makes.

use contract::row::{GroupMac, GroupRow, Neighbours, RuleRow};
use control::{CardTables, Plan, Tables};
use model::manager_table::Manager;
use serde_json::{Value, json};

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
fn a_card_whose_host_answers_neighbours_has_another_digest_and_file() {
    let tables = Tables { neighbours: Neighbours::Host, ..filled() };
    // Of the other program, too.
    let digest = "1d67f6c2b8889263a43924072010c8bf89d2f9d13f1672033d9b340b188ed189";
    assert_eq!(format!("{:#}", tables.digest()), digest);
    assert_eq!(tables.decision_digest(), filled().decision_digest(), "it sends every flow to the same machine");
    let mut document = document();
    (document["neighbours"], document["digest"]) = (json!("host"), json!(digest));
    let read = CardTables::from_json(&document.to_string()).unwrap();
    assert!(read.tables == tables && serde_json::from_str::<Value>(&read.to_json()).unwrap() == document);
}

#[test]
fn tables_are_in_force_in_the_model_that_they_make() {
    let mut tables = filled();
    tables.groups[0].entries[9] = 3;
    let state = tables.state();
    assert_eq!((state.enabled, state.group_macs, state.port_pairs), (tables.enabled, tables.group_macs, tables.port_pairs));
    assert_eq!(Tables { neighbours: Neighbours::Host, ..tables.clone() }.state().neighbours, Neighbours::Host);
    assert_eq!((state.managers(), state.rules()), (tables.managers, &tables.rules));
    assert!((0..2).all(|group| *state.group(group) == tables.groups[usize::from(group)]));
    assert_eq!(Tables::empty(2).state().rules(), model::State::new(2).rules());
}

/// The file of [`filled`] as the format's page describes it, written by hand; its digest is the other program's.
fn document() -> Value {
    let entries = format!("01{}ff{}", "00".repeat(4), "00".repeat(4090));
    let group = |key: &str, designated: u8, hash: bool, entries: &str| json!({ "key": key, "designated": designated, "equal_ports_hash": hash, "entries": entries });
    let rule = |protocol: u8, lowest: u16, highest: u16, group: u8, on: bool| json!({ "protocol": protocol, "lowest": lowest, "highest": highest, "group": group, "key_on_peer": on, "in_use": on });
    let mac = |mac: &str, enabled: bool| json!({ "mac": mac, "enabled": enabled });
    let mut macs = vec![mac("00:00:00:00:00:00", false); 8];
    macs[0] = mac("02:00:5e:10:00:01", true);
    let mut rules = vec![rule(0, 0, 0, 0, false); 16];
    rules[0] = rule(6, 80, 443, 1, true);
    json!({
        "tandem_tables": 1,
        "card": "0000:01:00.0",
        "generation": 7,
        "digest": "4f85ce052767c4e8e2a1fe8c7e9052fc70279ce907af9a5ba57c0a7479fff112",
        "enabled": true,
        "group_macs": macs,
        "pairs": [0, 1],
        "managers": [{ "id": 255, "mac": "02:11:22:33:44:55", "port": 1, "enabled": true }],
        "groups": [group("0000000000000000", 0, false, &"00".repeat(4096)), group("0001020304050607", 9, true, &entries)],
        "rules": rules,
    })
}

#[test]
fn a_file_of_tables_reads_as_it_is_documented_and_is_written_so() {
    let read = CardTables::from_json(&document().to_string()).unwrap();
    assert!(read == CardTables { card: "0000:01:00.0".into(), generation: 7, tables: filled() });
    assert_eq!(serde_json::from_str::<Value>(&read.to_json()).unwrap(), document());
    assert!(CardTables::from_json(&read.to_json()).unwrap() == read);
}

#[test]
fn a_file_of_tables_with_a_fault_is_refused_with_its_place_and_remedy() {
    let changes: [(&str, Value, &str); 16] = [
        ("/tandem_tables", json!(2), "version 2 of the format"),
        ("/card", json!("a\u{1b}[1m"), "card: it has control characters"),
        ("/enabled", json!("yes"), "expected a boolean"),
        ("/group_macs/0/mac", json!("02:00:5e:10:00"), "is not a MAC address"),
        ("/group_macs/0/mac", json!("0:200:5e:10:00:01"), "is not a MAC address"),
        ("/group_macs", json!([]), "group_macs: there are 0, and a card has 8"),
        ("/pairs", json!([0, 2]), "pairs: there is no port 2"),
        ("/managers/0/id", json!(0), "managers[0]: its id is 0"),
        ("/managers/0/id", json!(256), "expected u8"),
        ("/managers/0/port", json!(2), "managers[0]: there is no port 2"),
        ("/groups", json!([]), "groups: there are 0"),
        ("/groups/1/key", json!("00010203040506zz"), "not 16 hexadecimal digits"),
        ("/groups/1/entries", json!("00"), "not 8192 hexadecimal digits"),
        ("/rules/0/group", json!(8), "rules[0]: there is no group 8"),
        ("/rules/3/lowest", json!(70_000), "expected u16"),
        ("/groups/0/designated", json!(1), "the file is damaged or was changed by hand"),
    ];
    for (place, value, expected) in changes {
        let mut document = document();
        *document.pointer_mut(place).unwrap() = value;
        let error = CardTables::from_json(&document.to_string()).unwrap_err().to_string();
        assert!(error.contains(expected) && error.contains("export"), "{place}: {error}");
    }
    for text in ["", "{}", "[1, 2]", "enabled = true", "\u{feff}{}"] {
        let error = CardTables::from_json(text).unwrap_err().to_string();
        assert!(error.contains("line 1") && error.contains("`tandem export`"), "{text:?}: {error}");
    }
    let mut twice = document();
    let manager = twice["managers"][0].clone();
    twice["managers"].as_array_mut().unwrap().push(manager);
    let error = CardTables::from_json(&twice.to_string()).unwrap_err().to_string();
    assert!(error.contains("managers[1]: its id is 255; ids are from 1 to 255, and each is there once"), "{error}");
    let mut foreign = document();
    foreign["colour"] = json!("red");
    assert!(CardTables::from_json(&foreign.to_string()).unwrap_err().to_string().contains("unknown field `colour`"));
}

#[test]
fn a_card_becomes_like_another_whatever_it_holds() {
    let mut now = Tables::empty(2);
    now.enabled = true;
    now.groups[0].entries = [7; 4096];
    now.managers[7] = Manager { mac: [2, 0, 0, 0, 0, 7], egress: 0, enabled: true };
    let plan = Plan::copy(&now, &filled()).unwrap();
    assert_eq!(plan.next.decision_digest(), filled().decision_digest());
    // Group 0 loses 4096 entries of a machine; in group 1 those of id 255 get one, and those of id 1, which has no row, do not.
    assert_eq!((plan.moved(), plan.minimum()), (4097, 4097));
    assert!(plan.next == filled() && Plan::copy(&plan.next, &filled()).unwrap().is_empty());
    let fresh = Plan::copy(&Tables::empty(2), &filled()).unwrap();
    assert!(fresh.next == filled());
    assert!(Plan::copy(&filled(), &filled()).unwrap().is_empty());
}

#[test]
fn tables_go_to_cards_with_as_many_groups_as_they_use() {
    assert_eq!(Plan::copy(&Tables::empty(4), &filled()).unwrap().next.groups.len(), 4);
    let small = Plan::copy(&Tables::empty(1), &filled()).unwrap_err().to_string();
    assert!(small.starts_with("these tables use 2 groups, but the card has 1;"), "{small}");
    let wide = Plan::copy(&Tables::empty(4), &filled()).unwrap().next;
    assert!(Plan::copy(&Tables::empty(2), &wide).unwrap().next == filled());
}
