//! The order of lines in a file says nothing: only ids, and the places under a curve.

use control::{Configuration, Tables};
use proptest::prelude::*;

/// A manager, or a group's member, with its weight.
type Weighed = (u8, u32);

/// A file with these managers, groups and members, in these orders. All groups have an id; weights are made to tie often.
fn file(managers: &[Weighed], groups: &[(u8, &str, Vec<u8>)]) -> String {
    let mut text = "group_macs = [\"02:00:00:00:00:01\"]\n".to_owned();
    for (id, weight) in managers {
        text += &format!("[[manager]]\nname = \"m{id}\"\nid = {id}\nmac = \"02:00:00:00:01:{id:02x}\"\nport = 0\nweight = {weight}\n");
    }
    for (id, profile, members) in groups {
        text += &format!("[[group]]\nname = \"g{id}\"\nid = {id}\nkey = \"0123456789abcde{id}\"\nprofile = {profile}\n");
        if !members.is_empty() {
            text += &format!("members = {:?}\n", members.iter().map(|id| format!("m{id}")).collect::<Vec<_>>());
        }
    }
    text + "[[rule]]\nprotocol = \"udp\"\ngroup = \"g1\"\n[[rule]]\nprotocol = \"tcp\"\nports = 53\ngroup = \"g2\"\n"
}

fn configuration(text: &str) -> Configuration {
    Configuration::parse(text, "tandem.toml").unwrap()
}

/// Some managers and members of three groups: by weight, alike, and all under a curve; and the same in another order.
fn shuffled() -> impl Strategy<Value = [String; 2]> {
    let managers = prop::collection::btree_map(1..=40u8, 1..4u32, 2..14).prop_map(|managers| managers.into_iter().collect::<Vec<_>>());
    managers.prop_flat_map(|managers| {
        let ids: Vec<u8> = managers.iter().map(|(id, _)| *id).collect();
        let count = ids.len();
        let groups = (prop::sample::subsequence(ids.clone(), 1..=count), prop::sample::subsequence(ids, 1..=count));
        (Just(managers), groups).prop_flat_map(|(managers, (some, others))| {
            let groups =
                vec![(0, "\"weighted\"", some.clone()), (1, "\"uniform\"", others.clone()), (2, "{ rayleigh = { sigma = 0.4 } }", vec![])];
            let one = file(&managers, &groups);
            (Just(one), Just(managers).prop_shuffle(), Just(groups).prop_shuffle(), Just(some).prop_shuffle(), Just(others).prop_shuffle())
                .prop_map(|(one, managers, mut groups, some, others)| {
                    for (id, _, members) in &mut groups {
                        match id {
                            0 => members.clone_from(&some),
                            1 => members.clone_from(&others),
                            _ => {}
                        }
                    }
                    [one, file(&managers, &groups)]
                })
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn files_with_the_same_lines_in_another_order_give_the_same_tables([one, other] in shuffled(), groups in 3usize..5) {
        let [one, other] = [one, other].map(|text| configuration(&text));
        prop_assert!(one.tables(groups).unwrap() == other.tables(groups).unwrap(), "on a fresh card");
        let before = configuration(&file(&[(1, 1), (2, 1), (50, 2)], &[(0, "\"weighted\"", vec![]), (1, "\"uniform\"", vec![2]), (2, "\"uniform\"", vec![50])]));
        let held: Tables = before.tables(groups).unwrap();
        let [one, other] = [&one, &other].map(|file| control::Plan::new(&held, file).unwrap());
        prop_assert!(one.next == other.next, "on a card with a history");
    }
}

#[test]
fn what_does_not_divide_goes_to_the_lower_id_wherever_it_stands() {
    // 4096 / 3 is 1365 and a remainder of 1.
    for managers in [[(1, 1), (2, 1), (3, 1)], [(3, 1), (2, 1), (1, 1)]] {
        let groups = [(0, "\"weighted\"", vec![]), (1, "\"uniform\"", vec![3, 1, 2]), (2, "\"uniform\"", vec![3, 2])];
        let tables = configuration(&file(&managers, &groups)).tables(3).unwrap();
        let held = |group: usize, id: u8| tables.groups[group].entries.iter().filter(|entry| **entry == id).count();
        assert_eq!([1, 2, 3].map(|id| held(0, id)), [1366, 1365, 1365]);
        assert_eq!([1, 2, 3].map(|id| held(1, id)), [1366, 1365, 1365]);
        assert_eq!([0, 1, 2].map(|group| tables.groups[group].row.designated), [1, 1, 2]);
    }
}
