//! Configurations as people write them, right and wrong.

mod faults;

use contract::row::{GroupMac, GroupRow, RuleRow};
use control::{Configuration, Faults, Profile};
use model::manager_table::Manager;

const SMALL: &str = r#"group_macs = ["02:00:00:00:00:01"]

[[manager]]
name = "alpha"
id = 1
mac = "02:00:00:00:01:01"
port = 1

[[manager]]
name = "beta"
id = 9
mac = "02-00-00-00-01-0A"
port = 0
weight = 0.5
state = "down"

[[manager]]
name = "gamma"
id = 255
mac = "02:00:00:00:01:03"
port = 0
weight = 3

[[group]]
name = "all"
key = "0123456789abcDEF"

[[group]]
name = "some"
id = 3
key = "74616e64656d2121"
profile = "weighted"
members = ["gamma", { name = "alpha", weight = 1.5 }, "beta"]
designated = "beta"
equal_ports = "hash"

[[rule]]
protocol = "tcp"
ports = "80-443"
group = "some"

[[rule]]
ports = 53
group = "some"
key_on = "peer"

[[rule]]
protocol = 47
group = "all"
"#;

fn parse(text: &str) -> Result<Configuration, Faults> {
    Configuration::parse(text, "tandem.toml")
}

#[test]
fn every_key_reaches_its_table() {
    let tables = parse(SMALL).unwrap().tables(8).unwrap();
    assert!(tables.enabled);
    assert_eq!(tables.port_pairs, [1, 0]);
    assert_eq!(tables.group_macs[0], GroupMac { mac: [2, 0, 0, 0, 0, 1], enabled: true });
    assert_eq!(tables.group_macs[1..], [GroupMac::default(); 7]);
    assert_eq!(tables.managers[1], Manager { mac: [2, 0, 0, 0, 1, 1], egress: 1, enabled: true });
    assert_eq!(tables.managers[9], Manager { mac: [2, 0, 0, 0, 1, 10], egress: 0, enabled: false });
    assert_eq!(tables.managers.iter().filter(|row| row.enabled).count(), 2);
    let row = GroupRow { key: [0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef], designated: 1, equal_ports_hash: false };
    assert_eq!(tables.groups[0].row, row);
    assert_eq!(tables.groups[3].row, GroupRow { key: *b"tandem!!", designated: 9, equal_ports_hash: true });
    assert_eq!(tables.groups.len(), 8);
    let some = RuleRow { lowest: 80, highest: 443, protocol: Some(6), group: 3, key_on_peer: false, in_use: true };
    let names = RuleRow { lowest: 53, highest: 53, protocol: None, group: 3, key_on_peer: true, in_use: true };
    let gre = RuleRow { lowest: 0, highest: 65535, protocol: Some(47), group: 0, key_on_peer: false, in_use: true };
    assert_eq!(tables.rules[..4], [some, names, gre, RuleRow::default()]);
}

#[test]
fn only_enabled_members_get_entries_and_their_weights_decide_how_many() {
    let tables = parse(SMALL).unwrap().tables(4).unwrap();
    let held = |group: usize, manager: u8| tables.groups[group].entries.iter().filter(|&&entry| entry == manager).count();
    assert_eq!([held(0, 1), held(0, 9), held(0, 255)], [2048, 0, 2048], "uniform, whatever the managers' weights");
    // gamma has its own 3, alpha 1.5 in this group: two thirds and one third of 4096.
    assert_eq!([held(3, 1), held(3, 9), held(3, 255)], [1365, 0, 2731]);
    assert_eq!(tables.groups[1].entries, [0; 4096]);
}

#[test]
fn what_is_left_out_takes_its_documented_value() {
    let configuration = parse(SMALL).unwrap();
    assert_eq!(configuration.groups[0].profile, Profile::Uniform);
    assert_eq!(configuration.manager(9).unwrap().name, "beta");
    assert_eq!(configuration.manager(2), None);
    let off = parse("enabled = false\ngroup_macs = [\"02:00:00:00:00:01\"]").unwrap().tables(4).unwrap();
    assert!(!off.enabled);
    let off = parse(&SMALL.replace("[\"02", "[\"02:00:00:00:00:07\", \"02")).unwrap();
    assert_eq!(off.tables(8).unwrap().group_macs[1].mac, [2, 0, 0, 0, 0, 1]);
}

#[test]
fn a_group_s_addresses_are_answered_with_its_mac_or_the_first_of_the_card() {
    let answered = |text: &str| {
        let groups = parse(text).unwrap().groups;
        groups.into_iter().map(|group| (group.addresses, group.mac)).collect::<Vec<_>>()
    };
    let first = [2, 0, 0, 0, 0, 1];
    assert_eq!(answered(SMALL), [(vec![], first), (vec![], first)]);
    let two = SMALL.replace("[\"02:00:00:00:00:01\"]", "[\"02:00:00:00:00:01\", \"02:00:00:00:00:02\"]");
    let both = two.replace("id = 3\n", "id = 3\naddresses = [\"192.0.2.1\", \"2001:DB8::1\"]\nmac = \"02-00-00-00-00-02\"\n");
    let addresses = vec![[192, 0, 2, 1].into(), [0x2001, 0xdb8, 0, 0, 0, 0, 0, 1].into()];
    assert_eq!(answered(&both), [(vec![], first), (addresses, [2, 0, 0, 0, 0, 2])]);
    // The card holds nothing of it.
    assert_eq!(parse(&both).unwrap().tables(8), parse(&two).unwrap().tables(8));
}

#[test]
fn a_group_without_an_enabled_member_is_empty() {
    let text = SMALL.replace("port = 1\n", "port = 1\nstate = \"down\"\n").replace("weight = 3", "weight = 3\nstate = \"down\"");
    let tables = parse(&text).unwrap().tables(4).unwrap();
    assert_eq!((tables.groups[0].row.designated, tables.groups[0].entries), (0, [0; 4096]));
}

#[test]
fn the_documented_examples_and_the_recorded_captures_card_are_valid() {
    let page = include_str!("../../../../docs/configuration.md");
    let examples: Vec<&str> = page.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert_eq!(examples.len(), 2);
    for example in examples {
        parse(example).unwrap().tables(4).unwrap();
    }
    let data = parse(include_str!("../../../../testbench/data/tandem.toml")).unwrap();
    assert_eq!((data.groups.len(), data.managers.len()), (2, 4));
    data.tables(4).unwrap();
}
