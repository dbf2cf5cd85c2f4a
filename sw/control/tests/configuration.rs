//! Configurations as people write them, right and wrong.

use contract::row::{GroupMac, GroupRow, ManagerRow, RuleRow};
use control::{ConfigError, Configuration, Faults, Profile};

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

fn parse(text: &str) -> Result<Configuration, ConfigError> {
    Configuration::parse(text, "tandem.toml").map_err(|Faults(mut faults)| faults.remove(0))
}

/// The error of the small configuration with one piece replaced: line, column, problem.
fn error(old: &str, new: &str) -> (usize, usize, String) {
    assert!(SMALL.contains(old), "{old:?}");
    let error = parse(&SMALL.replacen(old, new, 1)).expect_err(new);
    assert_eq!(error.file, "tandem.toml");
    assert!(error.remedy.len() > 10, "{error}");
    (error.line, error.column, error.problem)
}

#[test]
fn every_key_reaches_its_table() {
    let tables = parse(SMALL).unwrap().tables(8).unwrap();
    assert!(tables.enabled);
    assert_eq!(tables.port_pairs, [1, 0]);
    assert_eq!(tables.group_macs[0], GroupMac { mac: [2, 0, 0, 0, 0, 1], enabled: true });
    assert_eq!(tables.group_macs[1..], [GroupMac::default(); 7]);
    assert_eq!(tables.managers[1], ManagerRow { mac: [2, 0, 0, 0, 1, 1], egress: 1, enabled: true });
    assert_eq!(tables.managers[9], ManagerRow { mac: [2, 0, 0, 0, 1, 10], egress: 0, enabled: false });
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
fn a_group_without_an_enabled_member_is_empty() {
    let text = SMALL.replace("port = 1\n", "port = 1\nstate = \"down\"\n").replace("weight = 3", "weight = 3\nstate = \"down\"");
    let tables = parse(&text).unwrap().tables(4).unwrap();
    assert_eq!((tables.groups[0].row.designated, tables.groups[0].entries), (0, [0; 4096]));
}

#[test]
fn errors_stand_where_the_mistake_is() {
    for (old, new, line, column, problem) in [
        ("id = 9", "id = 256", 11, 6, "manager id 256 is out of range"),
        ("id = 9", "id = 0", 11, 6, "manager id 0 is out of range"),
        ("id = 9", "id = 1", 11, 6, "manager id 1 is there twice"),
        ("name = \"beta\"", "name = \"alpha\"", 10, 8, "manager name alpha is there twice"),
        ("name = \"beta\"", "name = \"\"", 10, 8, "the name is empty"),
        ("02-00-00-00-01-0A", "02:00:00:00:01:01", 12, 7, "manager MAC 02:00:00:00:01:01 is there twice"),
        ("02-00-00-00-01-0A", "02:00:00:00:00:01", 12, 7, "manager \"beta\" has a group MAC of the card"),
        ("02-00-00-00-01-0A", "03:00:00:00:01:01", 12, 7, "03:00:00:00:01:01 is not the address of one station"),
        ("02-00-00-00-01-0A", "02:00:00:00:01", 12, 7, "\"02:00:00:00:01\" is not a MAC address"),
        ("02-00-00-00-01-0A", "02:00:00:00:01:+1", 12, 7, "\"02:00:00:00:01:+1\" is not a MAC address"),
        ("port = 0", "port = 2", 13, 8, "port 2 is out of range"),
        ("weight = 0.5", "weight = -0.5", 14, 10, "-0.5 is not a weight"),
        ("weight = 0.5", "weight = \"1\"", 14, 10, "\"1\" is not a weight"),
        ("weight = 0.5", "weight = nan", 14, 10, "nan is not a weight"),
        ("[\"02:00:00:00:00:01\"]", "[]", 1, 14, "0 group MACs"),
        ("[\"02:00:00:00:00:01\"]", "[\"02:00:00:00:00:01\", \"02:00:00:00:00:01\"]", 1, 36, "group MAC 02:00:00:00:00:01 is there twice"),
        ("[\"02:00:00:00:00:01\"]", "[\"ff:ff:ff:ff:ff:ff\"]", 1, 15, "ff:ff:ff:ff:ff:ff is not the address of one station"),
        ("group_macs", "pairs = [1]\ngroup_macs", 1, 9, "pairs has the wrong length"),
        ("group_macs", "pairs = [1, 2]\ngroup_macs", 1, 13, "port 2 is out of range"),
        ("abcDEF\"", "abcDE\"", 26, 7, "not a hash key of 8 bytes"),
        ("0123456789abcDEF", "+123456789abcDEF", 26, 7, "not a hash key of 8 bytes"),
        ("id = 3", "id = 8", 30, 6, "group id 8 is out of range"),
        ("id = 3", "id = 0", 30, 6, "group id 0 is there twice"),
        ("name = \"all\"\n", "name = \"all\"\nid = 1\n", 26, 6, "no group has id 0"),
        ("name = \"some\"", "name = \"all\"", 29, 8, "group name all is there twice"),
        ("\"gamma\", {", "\"delta\", {", 33, 12, "no manager is named \"delta\""),
        ("name = \"alpha\", weight", "name = \"delta\", weight", 33, 21, "no manager is named \"delta\""),
        ("\"beta\"]", "\"alpha\"]", 33, 55, "member alpha is there twice"),
        ("weight = 1.5", "weight = 1e0", 33, 48, "1e0 is not a weight"),
        ("profile = \"weighted\"", "profile = \"uniform\"", 33, 48, "a weight in a uniform group has no effect"),
        ("designated = \"beta\"", "designated = \"omega\"", 34, 14, "no manager is named \"omega\""),
        ("protocol = \"tcp\"", "protocol = \"tpc\"", 38, 12, "not a protocol"),
        ("protocol = 47", "protocol = 256", 48, 12, "not a protocol"),
        ("\"80-443\"", "\"443-80\"", 39, 9, "the port range is upside down"),
        ("\"80-443\"", "\"80-65536\"", 39, 9, "not a port range"),
        ("ports = 53", "ports = -1", 43, 9, "not a port range"),
        ("ports = 53", "ports = [53]", 43, 9, "not a port range"),
        ("group = \"some\"", "group = \"none\"", 40, 9, "no group is named \"none\""),
    ] {
        assert_eq!(error(old, new), (line, column, problem.to_owned()), "{old} -> {new}");
    }
}

#[test]
fn unknown_missing_and_misspelt_keys_are_errors_with_their_place() {
    for (old, new, line, column, part) in [
        ("port = 1", "prot = 1", 7, 1, "unknown field `prot`"),
        ("group_macs =", "group_mac =", 1, 1, "unknown field `group_mac`"),
        ("weight = 1.5", "weigth = 1.5", 33, 39, "unknown field `weigth`"),
        ("port = 1\n", "", 3, 1, "missing field `port`"),
        ("id = 9", "id = \"9\"", 11, 6, "invalid type"),
        ("state = \"down\"", "state = \"off\"", 15, 9, "unknown variant `off`"),
        ("key_on = \"peer\"", "key_on = \"server\"", 45, 10, "unknown variant `server`"),
        ("id = 9", "id = ", 11, 6, ""),
        ("name = \"all\"", "name = \"all\"\nname = \"all\"", 26, 1, "duplicate key"),
    ] {
        let (at_line, at_column, problem) = error(old, new);
        assert_eq!((at_line, at_column), (line, column), "{old} -> {new}: {problem}");
        assert!(problem.contains(part), "{problem}");
    }
}

#[test]
fn columns_count_characters() {
    let manager = "{ name = \"ü\", id = 0, mac = \"02:00:00:00:00:02\", port = 0 }";
    let error = parse(&format!("group_macs = [\"02:00:00:00:00:01\"] # ü\nmanager = [{manager}]")).unwrap_err();
    assert_eq!((error.line, error.column), (2, 31));
}

#[test]
fn an_error_reads_as_a_sentence_with_its_place_and_its_remedy() {
    let error = parse(&SMALL.replace("designated = \"beta\"", "designated = \"bate\"")).unwrap_err();
    let expected =
        "tandem.toml:34:14: no manager is named \"bate\"\n  help: add a [[manager]] with this name, or use one of: alpha, beta, gamma";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn weights_that_are_all_0_are_refused() {
    let text = SMALL.replace("weight = 3", "weight = 0").replace("weight = 1.5", "weight = 0.0");
    let error = parse(&text).unwrap_err();
    assert_eq!((error.line, error.column), (29, 8));
    assert!(error.problem.contains("weight 0"));
}

#[test]
fn more_than_a_card_holds_is_refused_where_it_begins() {
    let rules = "\n[[rule]]\ngroup = \"all\"\n";
    let fits = SMALL.to_owned() + &rules.repeat(13);
    assert_eq!(parse(&fits).unwrap().rules.len(), 16);
    let error = parse(&(fits.clone() + rules)).unwrap_err();
    assert_eq!((error.problem.as_str(), error.line), ("too many rules", fits.lines().count() + 2));
    let group = |i: usize| format!("\n[[group]]\nname = \"g{i}\"\nkey = \"0123456789abcdef\"\n");
    let groups: String = (0..9).map(group).collect();
    let error = parse(&format!("group_macs = [\"02:00:00:00:00:01\"]\n{groups}")).unwrap_err();
    assert_eq!((error.problem.as_str(), error.line, error.column), ("too many groups", 36, 8));
}

#[test]
fn a_group_that_the_card_does_not_have_is_refused_where_its_id_stands() {
    let text = SMALL.replace("id = 3", "id = 4");
    assert!(parse(&text).unwrap().tables(8).is_ok());
    let error = parse(&text).unwrap().tables(4).unwrap_err();
    assert_eq!((error.line, error.column), (30, 6));
    assert_eq!(error.problem, "group \"some\" has id 4, and this card has 4 groups");
}

#[test]
fn no_text_makes_the_parser_panic() {
    let text = SMALL.to_owned();
    for end in 0..text.len() {
        let _ = parse(&text[..end]);
        let _ = parse(&format!("{}{}", &text[..end], &text[end + 1..]));
    }
}

#[test]
fn the_documented_examples_and_the_recorded_captures_card_are_valid() {
    let page = include_str!("../../../docs/configuration.md");
    let examples: Vec<&str> = page.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert_eq!(examples.len(), 2);
    for example in examples {
        parse(example).unwrap().tables(4).unwrap();
    }
    let data = parse(include_str!("../../../testbench/data/tandem.toml")).unwrap();
    assert_eq!((data.groups.len(), data.managers.len()), (2, 4));
    data.tables(4).unwrap();
}
