//! Plans: what a configuration would change on a card, and what it would leave alone.

use contract::limits::BUCKETS;
use contract::row::RuleRow;
use control::plan::{Change, ManagerAction, MemberAction, RuleChange, Unbanked};
use control::{Configuration, Plan, Tables};
use model::entry_table::bucket;
use model::hash::hash;
use model::manager_table::Manager;
use proptest::prelude::*;
use serde_json::json;

const FOUR: &str = r#"group_macs = ["02:00:00:00:00:01"]

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

[[manager]]
name = "gamma"
id = 3
mac = "02:00:00:00:01:03"
port = 0

[[manager]]
name = "delta"
id = 4
mac = "02:00:00:00:01:04"
port = 1

[[group]]
name = "web"
key = "0123456789abcdef"
profile = "weighted"

[[rule]]
protocol = "tcp"
ports = "80-443"
group = "web"

[[rule]]
protocol = "udp"
ports = 53
group = "web"
"#;

fn configuration(text: &str) -> Configuration {
    Configuration::parse(text, "tandem.toml").unwrap()
}

/// What a card holds that was fresh when the four managers came.
fn four() -> Tables {
    configuration(FOUR).tables(2).unwrap()
}

/// What replacing a piece of the file would change.
fn plan(old: &str, new: &str) -> Plan {
    assert!(FOUR.contains(old), "{old:?}");
    Plan::new(&four(), &configuration(&FOUR.replacen(old, new, 1))).unwrap()
}

fn without_delta() -> String {
    let (before, rest) = FOUR.split_once("[[manager]]\nname = \"delta\"").unwrap();
    format!("{before}{}", &rest[rest.find("[[group]]").unwrap()..])
}

#[test]
fn what_is_as_it_should_be_needs_no_plan() {
    let plan = Plan::new(&four(), &configuration(FOUR)).unwrap();
    assert!(plan.is_empty());
    assert_eq!(plan.next, four());
}

#[test]
fn a_fresh_card_gets_everything() {
    let plan = Plan::new(&Tables::empty(2), &configuration(FOUR)).unwrap();
    assert_eq!(plan.next, four());
    assert_eq!(plan.enabled, Some(Change { from: false, to: true }));
    assert_eq!((plan.group_macs_added.as_slice(), plan.group_macs_removed.len()), (&["02:00:00:00:00:01".to_owned()][..], 0));
    assert!(plan.managers.iter().all(|manager| manager.action == ManagerAction::Added && manager.from.is_none()));
    assert_eq!((plan.managers.len(), plan.rules.len(), plan.pairs), (4, 2, None));
    let [web] = plan.groups.as_slice() else { panic!("{:?}", plan.groups) };
    assert!(web.members.iter().all(|member| member.action == MemberAction::Added && member.entries == Change { from: 0, to: 1024 }));
    assert_eq!((web.moved, web.minimum, plan.moved(), plan.minimum()), (4096, 4096, 4096, 4096));
    assert_eq!(web.designated.as_ref().map(|change| (change.from.is_none(), change.to.as_ref().unwrap().id)), Some((true, 1)));
}

#[test]
fn a_manager_that_leaves_the_file_leaves_the_card() {
    let plan = Plan::new(&four(), &configuration(&without_delta())).unwrap();
    let [delta] = plan.managers.as_slice() else { panic!("{:?}", plan.managers) };
    assert_eq!((delta.manager.name.as_str(), delta.action), ("manager 4", ManagerAction::Removed));
    assert_eq!((plan.next.managers[4], delta.to.as_ref()), (Manager::default(), None));
    let [web] = plan.groups.as_slice() else { panic!("{:?}", plan.groups) };
    // Its 1024 entries go to three: 4096 / 3 is 1365 and a remainder of 1, which is alpha's.
    let shares: Vec<_> = web.members.iter().map(|member| (member.manager.id, member.action, member.entries.to)).collect();
    let more = MemberAction::Reweighed;
    assert_eq!(shares, [(1, more, 1366), (2, more, 1365), (3, more, 1365), (4, MemberAction::Removed, 0)]);
    assert_eq!((web.moved, web.minimum, web.flows_moved), (1024, 1024, 0.25));
    // It has gone: the same plan for the card as it is then says nothing more of it.
    assert!(Plan::new(&plan.next, &configuration(&without_delta())).unwrap().is_empty());
}

#[test]
fn a_draining_manager_hands_its_entries_over_and_stays_reachable() {
    let plan = plan("id = 4\n", "id = 4\nstate = \"draining\"\n");
    assert!(plan.managers.is_empty() && plan.next.managers[4].enabled);
    assert_eq!(plan.groups[0].members[3].action, MemberAction::Drained);
    assert_eq!(plan.moved(), 1024);
}

#[test]
fn a_manager_may_go_down_come_back_and_move_house() {
    let down = plan("id = 4\n", "id = 4\nstate = \"down\"\n");
    assert_eq!(down.managers[0].action, ManagerAction::Down);
    let back = Plan::new(&down.next, &configuration(FOUR)).unwrap();
    assert_eq!((back.managers[0].action, back.managers[0].manager.name.as_str()), (ManagerAction::Enabled, "delta"));
    let moved = plan("\"02:00:00:00:01:04\"\nport = 1", "\"02:00:00:00:01:05\"\nport = 0");
    assert_eq!(
        (moved.managers[0].action, moved.managers[0].to.as_ref().unwrap().mac.as_str()),
        (ManagerAction::Changed, "02:00:00:00:01:05")
    );
    assert_eq!((moved.groups.len(), moved.moved()), (1, 1024), "its flows reach another machine");
}

#[test]
fn a_group_that_leaves_the_file_is_emptied() {
    let mut now = four();
    now.groups[1] = now.groups[0].clone();
    let plan = Plan::new(&now, &configuration(FOUR)).unwrap();
    let [group] = plan.groups.as_slice() else { panic!("{:?}", plan.groups) };
    assert_eq!((group.group.name.as_str(), group.moved, group.minimum), ("group 1", 4096, 4096));
    assert_eq!(plan.next.groups[1].entries, [0; BUCKETS]);
}

#[test]
fn rules_that_come_go_and_change_are_told_apart_and_the_others_stay() {
    let first = "[[rule]]\nports = 22\ngroup = \"web\"\nkey_on = \"peer\"\n\n[[rule]]\nprotocol = \"tcp\"";
    let [RuleChange::Added { place: 0, rule }] = &plan("[[rule]]\nprotocol = \"tcp\"", first).rules[..] else { panic!() };
    assert_eq!(rule.to_string(), "any 22 -> web, keyed on the peer");
    let [RuleChange::Changed { place: 1, from, to }] = &plan("ports = 53", "ports = \"53-54\"").rules[..] else { panic!() };
    assert_eq!([from.to_string(), to.to_string()], ["udp 53 -> web", "udp 53-54 -> web"]);
    let [RuleChange::Removed { place: 0, rule }] =
        &plan("[[rule]]\nprotocol = \"tcp\"\nports = \"80-443\"\ngroup = \"web\"\n", "").rules[..]
    else {
        panic!()
    };
    assert_eq!(rule.to_string(), "tcp 80-443 -> web");
}

#[test]
fn group_macs_pairs_and_policies_show_when_they_change() {
    let plan = plan("group_macs = [\"02:00:00:00:00:01\"]", "pairs = [0, 1]\ngroup_macs = [\"02:00:00:00:00:02\"]");
    assert_eq!(
        (plan.group_macs_added.as_slice(), plan.group_macs_removed.as_slice()),
        (&["02:00:00:00:00:02".to_owned()][..], &["02:00:00:00:00:01".to_owned()][..])
    );
    assert_eq!(plan.pairs, Some(Change { from: [1, 0], to: [0, 1] }));
    let neighbours = self::plan("group_macs", "neighbours = \"host\"\ngroup_macs");
    assert_eq!((neighbours.neighbours, neighbours.is_empty()), (Some(Change { from: "bridge", to: "host" }), false));
    assert!(self::plan("group_macs", "neighbours = \"bridge\"\ngroup_macs").is_empty());
    let policy = self::plan("profile = \"weighted\"", "equal_ports = \"hash\"\ndesignated = \"beta\"");
    let [web] = policy.groups.as_slice() else { panic!("{:?}", policy.groups) };
    assert_eq!((web.equal_ports, web.moved), (Some(Change { from: "designated", to: "hash" }), 0));
    assert_eq!(web.designated.as_ref().unwrap().to.as_ref().unwrap().name, "beta");
}

/// Group MACs are a set, and a row that is not in use says nothing.
#[test]
fn what_has_no_meaning_is_no_change() {
    let two = FOUR.replace("[\"02:00:00:00:00:01\"]", "[\"02:00:00:00:00:01\", \"02:00:00:00:00:02\"]");
    let mut now = configuration(&two).tables(2).unwrap();
    now.group_macs.swap(0, 7);
    now.rules[9] = RuleRow { lowest: 7, ..RuleRow::default() };
    assert!(Plan::new(&now, &configuration(&two)).unwrap().is_empty());
}

/// The share of flows that change is what becomes of flows, not only of entries: 40,000 of them are hashed under both states.
#[test]
fn the_share_of_flows_that_move_is_what_flows_do() {
    for (old, new, key_changes) in [
        ("id = 2\n", "id = 2\nweight = 3\n", false),
        ("key = \"0123456789abcdef\"", "key = \"fedcba9876543210\"", true),
        (
            "key = \"0123456789abcdef\"\nprofile = \"weighted\"",
            "key = \"fedcba9876543210\"\nprofile = { rayleigh = { sigma = 0.3 } }",
            true,
        ),
    ] {
        let plan = plan(old, new);
        let [web] = plan.groups.as_slice() else { panic!("{:?}", plan.groups) };
        assert_eq!(web.key_changed, key_changes);
        let (now, next) = (&four().groups[0], &plan.next.groups[0]);
        let manager = |group: &model::entry_table::Group, flow: u32| {
            let mut key = [0x5a; 18];
            key[..4].copy_from_slice(&flow.to_be_bytes());
            group.entries[usize::from(bucket(hash(group.row.key, &key)))]
        };
        let flows = 40_000;
        let moved = (0..flows).filter(|&flow| manager(now, flow) != manager(next, flow)).count();
        // Five standard deviations of a share of 40,000 are at most 0.0125.
        let seen = moved as f64 / f64::from(flows);
        assert!((web.flows_moved - seen).abs() < 0.0125, "{new}: {} planned, {seen} seen", web.flows_moved);
    }
}

/// Entries behind which another MAC or port stands, counted on the tables.
fn moved_by_mac(now: &Tables, next: &Tables, group: usize) -> usize {
    let reached = |tables: &Tables, bucket: usize| {
        let row = tables.managers[usize::from(tables.groups[group].entries[bucket])];
        row.enabled.then_some((row.mac, row.egress))
    };
    (0..BUCKETS).filter(|&bucket| reached(now, bucket) != reached(next, bucket)).count()
}

/// The file without alpha, the others with these ids.
fn without_alpha(ids: [u8; 3]) -> Configuration {
    let (head, rest) = FOUR.split_once("[[manager]]\nname = \"alpha\"").unwrap();
    let mut text = format!("{head}{}", &rest[rest.find("[[manager]]").unwrap()..]);
    for (old, new) in [2, 3, 4].into_iter().zip(ids) {
        text = text.replacen(&format!("id = {old}\n"), &format!("id = {new} # \n"), 1);
    }
    configuration(&text)
}

#[test]
fn managers_with_new_numbers_are_counted_by_their_machines() {
    let now = four();
    let plan = Plan::new(&now, &without_alpha([1, 2, 3])).unwrap();
    let [web] = plan.groups.as_slice() else { panic!("{:?}", plan.groups) };
    assert_eq!(web.moved, moved_by_mac(&now, &plan.next, 0));
    assert!(web.moved > 3000 && web.flows_moved == web.moved as f64 / 4096.0, "{}", web.moved);
    assert_eq!(web.minimum, 1024, "alpha's entries, whatever the others are called");
    let renumbered: Vec<_> = plan.renumbered.iter().map(|it| (it.manager.name.as_str(), it.manager.id, it.on_card)).collect();
    assert_eq!(renumbered, [("beta", 1, 2), ("gamma", 2, 3), ("delta", 3, 4)]);
    // With the ids that the plan asks for, only alpha's entries move.
    let plan = Plan::new(&now, &without_alpha([2, 3, 4])).unwrap();
    assert_eq!((plan.moved(), plan.minimum(), plan.renumbered.len()), (1024, 1024, 0));
    assert_eq!(plan.moved(), moved_by_mac(&now, &plan.next, 0));
}

#[test]
fn a_manager_in_service_that_gets_another_address_moves_its_entries_in_the_one_commit() {
    for (old, new) in [("02:00:00:00:01:02", "02:00:00:00:01:22"), ("01:02\"\nport = 1", "01:02\"\nport = 0")] {
        let plan = plan(old, new);
        assert_eq!((plan.moved(), plan.minimum()), (1024, 1024));
        assert_eq!(plan.moved(), moved_by_mac(&four(), &plan.next, 0));
        assert_eq!((plan.groups[0].members.len(), plan.groups[0].flows_moved), (0, 0.25));
        assert_eq!(plan.not_at_once, []);
    }
}

#[test]
fn what_no_commit_carries_is_named_on_a_card_in_service_only() {
    let unbanked = |old: &str, new: &str| plan(old, new).not_at_once;
    assert_eq!(unbanked("group_macs = [\"02:00:00:00:00:01\"]", "group_macs = [\"02:00:00:00:00:02\"]"), [Unbanked::GroupMacs]);
    assert_eq!(unbanked("group_macs", "pairs = [0, 1]\ngroup_macs"), [Unbanked::Pairs]);
    assert_eq!(unbanked("group_macs", "neighbours = \"host\"\ngroup_macs"), [Unbanked::Neighbours]);
    assert_eq!(unbanked("group_macs", "enabled = false\ngroup_macs"), [Unbanked::Enabled]);
    assert_eq!(unbanked("id = 4\n", "id = 4\nstate = \"down\"\n"), [], "of a manager that loses its entries by the commit");
    assert_eq!(unbanked("0123456789abcdef", "0123456789abcdee"), []);
    let fresh = Plan::new(&Tables::empty(2), &configuration(FOUR)).unwrap();
    assert_eq!(fresh.not_at_once, []);
}

#[test]
fn cards_with_one_file_and_two_histories_are_alike_only_where_that_is_asked_for() {
    let (file, fresh) = (configuration(FOUR), Tables::empty(2));
    let without = configuration(&without_delta());
    let long_way = Plan::new(&Plan::new(&four(), &without).unwrap().next, &file).unwrap();
    let short_way = Plan::new(&fresh, &file).unwrap();
    assert_ne!(long_way.next.groups[0].entries, short_way.next.groups[0].entries);
    assert_ne!(long_way.next.decision_digest(), short_way.next.decision_digest());
    assert!(!long_way.is_canonical(&file).unwrap() && short_way.is_canonical(&file).unwrap());
    let alike = Plan::canonical(&long_way.next, &file).unwrap();
    assert_eq!(alike.next.groups, short_way.next.groups);
    assert_eq!(alike.next.decision_digest(), short_way.next.decision_digest());
    assert!(alike.moved() > 0 && alike.is_canonical(&file).unwrap());
}

#[test]
fn a_decision_digest_covers_what_decides_and_nothing_else() {
    let digest = |change: &dyn Fn(&mut Tables)| {
        let mut tables = four();
        change(&mut tables);
        tables.decision_digest()
    };
    let same = digest(&|_| {});
    let other: [&dyn Fn(&mut Tables); 8] = [
        &|tables| tables.enabled = false,
        &|tables| tables.groups[0].row.key[7] ^= 1,
        &|tables| tables.groups[0].row.designated = 2,
        &|tables| tables.groups[0].row.equal_ports_hash = true,
        &|tables| tables.groups[0].entries[4095] = 1,
        &|tables| tables.rules[1].key_on_peer = true,
        &|tables| tables.managers[3].mac[0] ^= 4,
        &|tables| tables.managers[3].enabled = false,
    ];
    for (number, change) in other.iter().enumerate() {
        assert_ne!(digest(change), same, "change {number}");
    }
    let unused: [&dyn Fn(&mut Tables); 5] = [
        &|tables| tables.managers[3].egress ^= 1,
        &|tables| tables.managers[200].mac[0] = 2,
        &|tables| tables.groups[1].row.key[0] = 1,
        &|tables| tables.group_macs[7].mac[0] = 2,
        &|tables| tables.port_pairs = [0, 0],
    ];
    for (number, change) in unused.iter().enumerate() {
        assert_eq!(digest(change), same, "change {number}");
    }
}

#[test]
fn a_plan_is_a_json_document_for_machines() {
    let plan = plan("id = 4\n", "id = 4\nstate = \"down\"\n");
    let row = |enabled: bool| json!({ "mac": "02:00:00:00:01:04", "port": 1, "enabled": enabled });
    let member = |id: u8, name: &str, action: &str, to: usize| json!({ "id": id, "name": name, "action": action, "entries": { "from": 1024, "to": to } });
    let members = [
        member(1, "alpha", "reweighed", 1366),
        member(2, "beta", "reweighed", 1365),
        member(3, "gamma", "reweighed", 1365),
        member(4, "delta", "down", 0),
    ];
    let expected = json!({
        "enabled": null,
        "group_macs_added": [],
        "group_macs_removed": [],
        "neighbours": null,
        "pairs": null,
        "managers": [{ "id": 4, "name": "delta", "action": "down", "from": row(true), "to": row(false) }],
        "groups": [{
            "id": 0, "name": "web", "members": members, "moved": 1024, "minimum": 1024, "flows_moved": 0.25,
            "key_changed": false, "designated": null, "equal_ports": null,
        }],
        "renumbered": [],
        "renumbered_groups": [],
        "rules": [],
        "not_at_once": [],
        "dropped": [],
        // The others only gain entries, so what leads to them still does.
        "stale_ports": [{ "id": 4, "name": "delta" }],
    });
    assert_eq!(serde_json::to_value(&plan).unwrap(), expected);
}

#[test]
fn a_group_that_the_card_does_not_have_is_refused() {
    let error = Plan::new(
        &Tables::empty(2),
        &configuration(&FOUR.replace(
            "[[rule]]\nprotocol = \"tcp\"",
            "[[group]]\nname = \"far\"\nid = 2\nkey = \"0123456789abcdef\"\n\n[[rule]]\nprotocol = \"tcp\"",
        )),
    )
    .unwrap_err();
    assert_eq!(error.problem, "group \"far\" has id 2, but this card has 2 groups");
}

/// A file with some of these managers, weights and states, and one or two groups.
fn files() -> impl Strategy<Value = String> {
    let managers = prop::collection::btree_map(1..40u8, (0..5u32, 0..3usize, 0..2u8), 1..12);
    (managers, any::<bool>(), 0..2u64, prop::collection::vec((any::<bool>(), 0..3u16), 0..4)).prop_map(|(managers, two, key, rules)| {
        let manager = |(id, (weight, state, port)): (u8, (u32, usize, u8))| {
            let state = ["enabled", "draining", "down"][state];
            format!("[[manager]]\nname = \"m{id}\"\nid = {id}\nmac = \"02:00:00:00:01:{id:02x}\"\nport = {port}\nweight = {weight}\nstate = \"{state}\"\n")
        };
        let managers: String = managers.into_iter().map(manager).collect();
        let mut groups = format!("[[group]]\nname = \"one\"\nkey = \"{key:016x}\"\n");
        if two {
            groups += "[[group]]\nname = \"two\"\nkey = \"0123456789abcdef\"\nprofile = { rayleigh = { sigma = 0.3 } }\n";
        }
        let rule = |(second, port)| format!("[[rule]]\nports = {port}\ngroup = \"{}\"\n", if second && two { "two" } else { "one" });
        format!("group_macs = [\"02:00:00:00:00:01\"]\n{managers}{groups}{}", rules.into_iter().map(rule).collect::<String>())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_card_that_did_what_the_plan_says_needs_no_other_and_moved_the_minimum(files in prop::collection::vec(files(), 1..5)) {
        let mut card = Tables::empty(2);
        for file in files {
            let wanted = configuration(&file);
            let plan = Plan::new(&card, &wanted).unwrap();
            prop_assert_eq!(plan.moved(), plan.minimum());
            prop_assert_eq!(plan.is_empty(), plan.next == card);
            card = plan.next;
            prop_assert!(Plan::new(&card, &wanted).unwrap().is_empty());
        }
    }
}
