//! Configurations with mistakes: every one is found, where it stands.

use crate::{SMALL, parse};
use control::{ConfigError, Faults};

/// Line, column and problem of everything that is wrong with a text.
fn faults(text: &str) -> Vec<(usize, usize, String)> {
    let Faults(faults) = parse(text).expect_err(text);
    assert!(!faults.is_empty());
    let read = |fault: ConfigError| {
        assert_eq!(fault.file, "tandem.toml");
        assert!(fault.remedy.len() > 10, "{fault}");
        (fault.line, fault.column, fault.problem)
    };
    faults.into_iter().map(read).collect()
}

/// The same of the small configuration with one piece replaced.
fn faults_with(old: &str, new: &str) -> Vec<(usize, usize, String)> {
    assert!(SMALL.contains(old), "{old:?}");
    faults(&SMALL.replacen(old, new, 1))
}

/// The first of them. Where a name went with what was replaced, its mentions may follow; anything else would be blamed wrongly.
fn first_with(old: &str, new: &str) -> (usize, usize, String) {
    let mut faults = faults_with(old, new);
    let mentions = |(.., problem): &(usize, usize, String)| problem.contains(" is named ") && old.contains("name = ");
    assert!(faults[1..].iter().all(mentions), "{old} -> {new}: {faults:?}");
    faults.swap_remove(0)
}

/// The one fault of a text.
fn only(text: &str) -> (usize, usize, String) {
    let mut faults = faults(text);
    assert_eq!(faults.len(), 1, "{faults:?}");
    faults.remove(0)
}

#[test]
fn errors_stand_where_the_mistake_is() {
    for (old, new, line, column, problem) in [
        ("id = 9", "id = 256", 11, 6, "manager id 256 is out of range"),
        ("id = 9", "id = 0", 11, 6, "manager id 0 is out of range"),
        ("id = 9", "id = 1", 11, 6, "manager id 1 is used twice"),
        ("name = \"beta\"", "name = \"alpha\"", 10, 8, "manager name alpha is used twice"),
        ("name = \"beta\"", "name = \"\"", 10, 8, "the name is empty"),
        ("name = \"beta\"", "name = \"be\\u001b]0;owned\\u0007\"", 10, 8, "the name has the control character U+001B"),
        ("name = \"beta\"", "name = \"two\\nlines\"", 10, 8, "the name has the control character U+000A"),
        ("02-00-00-00-01-0A", "02:00:00:00:01:01", 12, 7, "manager MAC 02:00:00:00:01:01 is used twice"),
        ("02-00-00-00-01-0A", "02:00:00:00:00:01", 12, 7, "manager MAC 02:00:00:00:00:01 is a group MAC of the card"),
        ("02-00-00-00-01-0A", "03:00:00:00:01:01", 12, 7, "03:00:00:00:01:01 is not the address of one station"),
        ("02-00-00-00-01-0A", "02:00:00:00:01", 12, 7, "\"02:00:00:00:01\" is not a MAC address"),
        ("02-00-00-00-01-0A", "02:00:00:00:01:+1", 12, 7, "\"02:00:00:00:01:+1\" is not a MAC address"),
        ("port = 0", "port = 2", 13, 8, "port 2 is out of range"),
        ("weight = 0.5", "weight = -0.5", 14, 10, "-0.5 is not a weight"),
        ("weight = 0.5", "weight = \"1\"", 14, 10, "\"1\" is not a weight"),
        ("weight = 0.5", "weight = nan", 14, 10, "nan is not a weight"),
        ("[\"02:00:00:00:00:01\"]", "[]", 1, 14, "0 group MACs"),
        ("[\"02:00:00:00:00:01\"]", "[\"02:00:00:00:00:01\", \"02:00:00:00:00:01\"]", 1, 36, "group MAC 02:00:00:00:00:01 is used twice"),
        ("[\"02:00:00:00:00:01\"]", "[\"ff:ff:ff:ff:ff:ff\"]", 1, 15, "ff:ff:ff:ff:ff:ff is not the address of one station"),
        ("group_macs", "pairs = [1]\ngroup_macs", 1, 9, "pairs has the wrong length"),
        ("group_macs", "pairs = [1, 2]\ngroup_macs", 1, 13, "port 2 is out of range"),
        ("abcDEF\"", "abcDE\"", 26, 7, "not a hash key of 8 bytes"),
        ("0123456789abcDEF", "+123456789abcDEF", 26, 7, "not a hash key of 8 bytes"),
        ("id = 3", "id = 3\naddresses = \"10.0.0.1\"", 31, 13, "expected a list, found a string"),
        ("id = 3", "id = 3\naddresses = [\"10.0.0.0/8\"]", 31, 14, "\"10.0.0.0/8\" is not an IP address"),
        ("id = 3", "id = 3\naddresses = [\"fd00::1\", \"ff02::1\"]", 31, 25, "ff02::1 is not the address of one station"),
        ("id = 3", "id = 3\naddresses = [\"0.0.0.0\"]", 31, 14, "0.0.0.0 is not the address of one station"),
        ("id = 3", "id = 3\naddresses = [\"::ffff:10.0.0.1\"]", 31, 14, "::ffff:10.0.0.1 is not the address of one station"),
        ("id = 3", "id = 3\naddresses = [\"fd00::1\", \"fd00:0::1\"]", 31, 25, "group address fd00::1 is used twice"),
        ("id = 3", "id = 3\nmac = \"02:00:00:00:00:09\"", 31, 7, "02:00:00:00:00:09 is no group MAC of the card"),
        ("id = 3", "id = 8", 30, 6, "group id 8 is out of range"),
        ("id = 3", "id = 0", 30, 6, "group id 0 is used twice"),
        ("name = \"all\"\n", "name = \"all\"\nid = 1\n", 26, 6, "no group has id 0"),
        ("name = \"some\"", "name = \"all\"", 29, 8, "group name all is used twice"),
        ("\"gamma\", {", "\"delta\", {", 33, 12, "no manager is named \"delta\""),
        ("name = \"alpha\", weight", "name = \"delta\", weight", 33, 30, "no manager is named \"delta\""),
        ("\"beta\"]", "\"alpha\"]", 33, 55, "member alpha is used twice"),
        ("weight = 1.5", "weight = 1e0", 33, 48, "1e0 is not a weight"),
        ("profile = \"weighted\"", "profile = \"uniform\"", 33, 48, "a weight has no effect in a group that is not weighted"),
        ("designated = \"beta\"", "designated = \"omega\"", 34, 14, "no manager is named \"omega\""),
        ("protocol = \"tcp\"", "protocol = \"tpc\"", 38, 12, "not a protocol"),
        ("protocol = 47", "protocol = 256", 48, 12, "not a protocol"),
        ("\"80-443\"", "\"443-80\"", 39, 9, "the port range ends before it starts"),
        ("\"80-443\"", "\"80-65536\"", 39, 9, "not a port range"),
        ("ports = 53", "ports = -1", 43, 9, "not a port range"),
        ("ports = 53", "ports = [53]", 43, 9, "not a port range"),
        ("group = \"some\"", "group = \"none\"", 40, 9, "no group is named \"none\""),
    ] {
        assert_eq!(first_with(old, new), (line, column, problem.to_owned()), "{old} -> {new}");
    }
}

#[test]
fn unknown_missing_and_misspelt_keys_are_faults_with_their_place() {
    for (old, new, line, column, problem) in [
        ("weight = 1.5", "weigth = 1.5", 33, 39, "unknown key `weigth`"),
        ("port = 1\n", "", 3, 1, "missing key `port`"),
        ("id = 9", "id = \"9\"", 11, 6, "expected a whole number, found a string"),
        ("id = 9", "id = 9.0", 11, 6, "expected a whole number, found a float"),
        ("name = \"beta\"", "name = 7", 10, 8, "expected a string, found an integer"),
        ("group_macs", "enabled = 1\ngroup_macs", 1, 11, "expected a boolean, found an integer"),
        ("group_macs", "neighbours = \"tap\"\ngroup_macs", 1, 14, "\"tap\" is not a valid place for neighbour questions"),
        ("[\"02:00:00:00:00:01\"]", "\"02:00:00:00:00:01\"", 1, 14, "expected a list, found a string"),
        ("\"beta\"]", "7]", 33, 55, "expected a table, found an integer"),
        ("state = \"down\"", "state = \"off\"", 15, 9, "\"off\" is not a valid state of a manager"),
        ("key_on = \"peer\"", "key_on = \"server\"", 45, 10, "\"server\" is not a valid side to key on"),
        ("equal_ports = \"hash\"", "equal_ports = \"spread\"", 35, 15, "\"spread\" is not a valid policy for equal ports"),
        ("profile = \"weighted\"", "profile = \"wieghted\"", 32, 11, "\"wieghted\" is not a valid profile"),
        ("name = \"all\"", "name = \"all\"\nprofile = {}", 26, 11, "a profile is one of gaussian and rayleigh"),
        ("name = \"all\"", "name = \"all\"\nprofile = { rayleigh = {} }", 26, 24, "missing key `sigma`"),
        ("name = \"all\"", "name = \"all\"\nprofile = { rayleigh = { sigma = 0 } }", 26, 34, "0 is not a valid sigma"),
        ("name = \"all\"", "name = \"all\"\nprofile = { rayleigh = { sigma = nan } }", 26, 34, "nan is not a valid sigma"),
        ("name = \"all\"", "name = \"all\"\nprofile = { gaussian = { mean = 1.1, sigma = 1 } }", 26, 33, "1.1 is not a valid mean"),
    ] {
        assert_eq!(first_with(old, new), (line, column, problem.to_owned()), "{old} -> {new}");
    }
    let renamed = [(3, 1, "missing key `port`".to_owned()), (7, 1, "unknown key `prot`".to_owned())];
    assert_eq!(faults_with("port = 1", "prot = 1"), renamed);
}

#[test]
fn a_text_that_is_no_toml_is_one_fault_where_it_ceases_to_be() {
    for (old, new, line, column, part) in [
        ("id = 9", "id = ", 11, 6, "string values must be quoted"),
        ("name = \"all\"", "name = \"all\"\nname = \"all\"", 26, 1, "duplicate key"),
        ("members = [\"gamma\"", "members = [\"gamma", 33, 30, "missing comma"),
    ] {
        let (at_line, at_column, problem) = only(&SMALL.replacen(old, new, 1));
        assert_eq!((at_line, at_column), (line, column), "{old} -> {new}: {problem}");
        assert!(problem.contains(part), "{problem}");
    }
}

#[test]
fn every_fault_is_found_in_one_look_and_none_is_blamed_for_another() {
    let text = r#"group_macs = ["02:00:00:00:00:01", "33:00:00:00:00:01", 7]
pairs = [1, 5]
colour = "red"

[[manager]]
name = "alpha"
id = 0
mac = "02:00:00:00:01"
port = "1"

[[manager]]
name = "beta"
id = 2
mac = "02:00:00:00:01:02"
port = 0
weight = -1
state = "dead"

[[group]]
name = "web"
key = "short"
profile = { gaussian = { mean = 2, sigma = 0 } }
members = ["alpha", "beta", "gamma"]

[[rule]]
group = "web"
ports = "9-1"

[[rule]]
group = "mail"
protocol = "tpc"
"#;
    let places: Vec<(usize, usize)> = faults(text).into_iter().map(|(line, column, _)| (line, column)).collect();
    let expected = [
        (1, 36), // a multicast address
        (1, 57), // no string
        (2, 13), // no such port
        (3, 1),  // unknown key
        (7, 6),  // id 0
        (8, 7),  // a byte of the MAC is missing
        (9, 8),  // no number
        (16, 10),
        (17, 9),
        (21, 7),  // no key
        (22, 33), // mean
        (22, 44), // sigma
        (23, 29), // gamma is unknown; alpha and beta are listed, though they cannot be read
        (27, 9),
        (30, 9), // mail is unknown; web is listed
        (31, 12),
    ];
    assert_eq!(places, expected);
}

/// Of the one manager that can be read it would be true that all weights are 0.
#[test]
fn a_manager_that_cannot_be_read_is_not_taken_for_one_that_is_not_there() {
    let text = r#"group_macs = ["02:00:00:00:00:01"]
manager = [
  { name = "alpha", id = 1, mac = "02:00:00:00:01:01", port = 0, weight = 0 },
  { name = "beta", id = 2, mac = "02:00:00:00:01:02", port = 9 },
]
group = [{ name = "all", key = "0123456789abcdef", profile = "weighted", designated = "beta" }]
"#;
    assert_eq!(only(text), (4, 62, "port 9 is out of range".to_owned()));
}

#[test]
fn columns_count_characters() {
    let manager = "{ name = \"ü\", id = 0, mac = \"02:00:00:00:00:02\", port = 0 }";
    let (line, column, _) = only(&format!("enabled = false\ngroup_macs = [\"02:00:00:00:00:01\"] # ü\nmanager = [{manager}]"));
    assert_eq!((line, column), (3, 31));
}

#[test]
fn faults_read_as_sentences_with_their_places_and_remedies() {
    let text = SMALL.replace("designated = \"beta\"", "designated = \"bate\"").replace("port = 1", "port = 2");
    let expected = "tandem.toml:7:8: port 2 is out of range
  help: use a number from 0 to 1, without quotes
tandem.toml:34:14: no manager is named \"bate\"
  help: add a [[manager]] with this name, or use one of: alpha, beta, gamma";
    assert_eq!(parse(&text).unwrap_err().to_string(), expected);
}

#[test]
fn weights_that_are_all_0_are_refused() {
    let (line, column, problem) = only(&SMALL.replace("weight = 3", "weight = 0").replace("weight = 1.5", "weight = 0.0"));
    assert_eq!((line, column, problem.as_str()), (29, 8, "every enabled member of group \"some\" has weight 0"));
}

#[test]
fn more_than_a_card_holds_is_refused_where_it_begins() {
    let rules = "\n[[rule]]\ngroup = \"all\"\n";
    let fits = SMALL.to_owned() + &rules.repeat(13);
    assert_eq!(parse(&fits).unwrap().rules.len(), 16);
    let line = fits.lines().count() + 2;
    assert_eq!(only(&(fits + &rules.repeat(2))), (line, 1, "too many rules".to_owned()));
    let group = |i: usize| format!("\n[[group]]\nname = \"g{i}\"\nkey = \"0123456789abcdef\"\n");
    let groups: String = (0..9).map(group).collect();
    let text = format!("group_macs = [\"02:00:00:00:00:01\"]\n{groups}");
    assert_eq!(only(&text), (36, 8, "too many groups".to_owned()));
}

#[test]
fn a_group_that_the_card_does_not_have_is_refused_where_its_id_stands() {
    let text = SMALL.replace("id = 3", "id = 4");
    assert!(parse(&text).unwrap().tables(8).is_ok());
    let error = parse(&text).unwrap().tables(4).unwrap_err();
    assert_eq!((error.line, error.column), (30, 6));
    assert_eq!(error.problem, "group \"some\" has id 4, but this card has 4 groups");
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
fn a_file_with_far_too_much_in_it_is_refused_soon() {
    // Neither comparing each with each nor counting lines anew for each fault ends soon with these.
    let many = 50_000;
    let managers: String = (0..many)
        .map(|number| format!("[[manager]]\nname = \"m{number}\"\nid = {}\nmac = \"02:00:00:00:01:01\"\nport = 0\n", number % 255 + 1))
        .collect();
    let rules: String = (0..many).map(|_| "[[rule]]\nports = 70000\ngroup = \"all\"\n").collect();
    let unknown: String = (0..many).map(|number| format!("key{number} = 1\n")).collect();
    let text =
        format!("{unknown}group_macs = [\"02:00:00:00:00:01\"]\n{managers}[[group]]\nname = \"all\"\nkey = \"0123456789abcdef\"\n{rules}");
    let faults = parse(&text).unwrap_err();
    assert_eq!((faults.0[many - 1].line, faults.0[many - 1].problem.as_str()), (many, "unknown key `key49999`"));
    assert!(faults.0.iter().any(|fault| fault.problem == "too many rules"));
}
