//! Files that hold together and that hardly anyone means: each kind is warned of, and what is meant is not.

use control::hazard::HazardKind::{self, *};
use control::lint::warnings;
use control::{Configuration, Plan, Tables};

const KEYS: [&str; 2] = ["5a1f0c77e2943bd8", "91d3b86f204ce57a"];

/// Managers with these states, and then this text.
fn file(states: &[&str], rest: &str) -> Configuration {
    let manager = |(id, state): (usize, &&str)| {
        format!("[[manager]]\nname = \"m{id}\"\nid = {id}\nmac = \"02:00:5e:20:00:0{id}\"\nport = 0\nstate = \"{state}\"\n")
    };
    let managers: String = (1..).zip(states).map(manager).collect();
    let text = format!("group_macs = [\"02:00:5e:10:00:01\"]\n{managers}{rest}");
    Configuration::parse(&text, "tandem.toml").unwrap_or_else(|faults| panic!("{faults}\n{text}"))
}

/// A group with an id, one of two keys, and these lines.
fn group(id: usize, lines: &str) -> String {
    format!("[[group]]\nname = \"g{id}\"\nid = {id}\nkey = \"{}\"\n{lines}\n", KEYS[id])
}

fn rule(lines: &str) -> String {
    format!("[[rule]]\n{}\n", lines.replace(", ", "\n"))
}

fn found(configuration: &Configuration) -> Vec<(HazardKind, String)> {
    warnings(configuration).into_iter().map(|warning| (warning.kind, warning.subject)).collect()
}

#[track_caller]
fn warns(states: &[&str], rest: &str, expected: &[(HazardKind, &str)]) {
    let expected: Vec<(HazardKind, String)> = expected.iter().map(|(kind, subject)| (*kind, (*subject).to_owned())).collect();
    assert_eq!(found(&file(states, rest)), expected, "{rest}");
}

#[test]
fn a_file_that_is_meant_warns_of_nothing() {
    warns(&["enabled", "draining", "down"], &group(0, ""), &[]);
    let rules = [rule("protocol = \"udp\", ports = 53, group = \"g1\""), rule("ports = \"50-60\", group = \"g0\"")].concat();
    warns(&["enabled"], &[group(0, ""), group(1, ""), rules].concat(), &[]);
}

#[test]
fn a_group_whose_members_take_no_traffic_drops_it() {
    let empty = [(EmptyGroup, "group g0")];
    warns(&["down", "draining"], &group(0, ""), &empty);
    warns(&["enabled"], &group(0, "members = []"), &empty);
    warns(&[], &group(0, ""), &empty);
    // A group without traffic drops none.
    warns(&["enabled"], &[group(0, ""), group(1, "members = []")].concat(), &[(GroupUnreached, "group g1")]);
}

#[test]
fn a_designated_manager_has_to_take_traffic_unless_equal_ports_are_hashed() {
    let designated = |more: &str| group(0, &format!("designated = \"m1\"\n{more}"));
    warns(&["down", "enabled"], &designated(""), &[(DesignatedDown, "group g0")]);
    warns(&["draining", "enabled"], &designated(""), &[(DesignatedDraining, "group g0")]);
    warns(&["down", "enabled"], &designated("equal_ports = \"hash\""), &[]);
}

#[test]
fn a_rule_without_effect_is_named_by_its_place() {
    let groups = || [group(0, ""), group(1, "")].concat();
    let rules = |rules: &[&str]| [groups(), rules.iter().map(|lines| rule(lines)).collect()].concat();
    let never = rules(&["protocol = \"icmp\", ports = 80, group = \"g1\"", "ports = 53, group = \"g1\""]);
    warns(&["enabled"], &never, &[(RuleNeverMatches, "rule 1")]);
    let shadowed = rules(&[
        "ports = \"0-99\", group = \"g1\"",
        "ports = \"100-200\", group = \"g0\"",
        "protocol = \"tcp\", ports = \"90-110\", group = \"g0\"",
    ]);
    warns(&["enabled"], &shadowed, &[(RuleShadowed, "rule 3")]);
    // TCP alone does not shadow a rule for any protocol.
    warns(&["enabled"], &rules(&["protocol = \"tcp\", group = \"g0\"", "ports = 80, group = \"g1\""]), &[]);
    // A group whose only rule is shadowed is not reached.
    let unreached = rules(&["group = \"g0\"", "ports = 80, group = \"g1\""]);
    warns(&["enabled"], &unreached, &[(RuleShadowed, "rule 2"), (GroupUnreached, "group g1")]);
}

#[test]
fn ids_by_place_and_keys_that_protect_nothing_are_named() {
    let without_id = |name: &str, key: &str| format!("[[group]]\nname = \"{name}\"\nkey = \"{key}\"\n");
    warns(&["enabled"], &without_id("all", KEYS[0]), &[]);
    let two = [without_id("web", KEYS[0]), without_id("dns", KEYS[1]), rule("ports = 53, group = \"dns\"")].concat();
    warns(&["enabled"], &two, &[(ImplicitGroupId, "group web"), (ImplicitGroupId, "group dns")]);
    let shared = [group(0, ""), group(1, "").replace(KEYS[1], KEYS[0]), rule("ports = 53, group = \"g1\"")].concat();
    warns(&["enabled"], &shared, &[(SharedKey, "group g1")]);
    warns(&["enabled"], &group(0, "").replace(KEYS[0], "0000000000000000"), &[(ZeroKey, "group g0")]);
}

/// What a plan says of dropped traffic, from the first file's card to the second file: share of group 0, equal ports, and whether it is new.
fn dropped(from: &Configuration, to: &Configuration) -> Vec<(f64, bool, bool)> {
    let plan = Plan::new(&from.tables(2).unwrap(), to).unwrap();
    plan.dropped.iter().map(|forecast| (forecast.share, forecast.equal_ports, forecast.is_new())).collect()
}

#[test]
fn a_plan_tells_what_it_drops_and_whether_that_is_new() {
    let up = file(&["enabled", "enabled"], &group(0, "designated = \"m1\""));
    let down = file(&["down", "down"], &group(0, "designated = \"m1\""));
    let designated = file(&["down", "enabled"], &group(0, "designated = \"m1\""));
    assert_eq!(dropped(&up, &up), []);
    assert_eq!(dropped(&up, &down), [(1.0, true, true)]);
    assert_eq!(dropped(&down, &down), [(1.0, true, false)]);
    assert_eq!(dropped(&down, &designated), [(0.0, true, false)]);
    assert_eq!(dropped(&up, &designated), [(0.0, true, true)]);
    // A card that decides nothing drops nothing yet.
    let plan = Plan::new(&Tables::empty(2), &down).unwrap();
    assert_eq!(plan.dropped.iter().map(|forecast| (forecast.share, forecast.share_now)).collect::<Vec<_>>(), [(1.0, 0.0)]);
}

#[test]
fn a_group_put_on_top_of_others_shows_that_their_ids_change() {
    let named = |name: &str, key: &str| format!("[[group]]\nname = \"{name}\"\nkey = \"{key}\"\n");
    let dns = rule("ports = 53, group = \"dns\"");
    let before = file(&["enabled"], &[named("web", KEYS[0]), named("dns", KEYS[1]), dns.clone()].concat());
    let after = file(&["enabled"], &[named("rpc", "c0ffee0123456789"), named("web", KEYS[0]), named("dns", KEYS[1]), dns].concat());
    let plan = Plan::new(&before.tables(4).unwrap(), &after).unwrap();
    let groups: Vec<_> = plan.renumbered_groups.iter().map(|it| (it.group.name.as_str(), it.group.id, it.on_card)).collect();
    assert_eq!(groups, [("web", 1, 0), ("dns", 2, 1)]);
    assert_eq!(Plan::new(&before.tables(4).unwrap(), &before).unwrap().renumbered_groups, []);
}
