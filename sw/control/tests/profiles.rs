//! Profiles and states: what share each manager of a group gets.

use control::{Configuration, ManagerState, Tables};

/// A configuration of managers m1, m2, ... with these lines added to each, and one group with this profile.
fn configuration(managers: &[&str], profile: &str) -> Configuration {
    let manager = |(number, line): (usize, &&str)| {
        format!("[[manager]]\nname = \"m{number}\"\nid = {number}\nmac = \"02:00:00:00:01:{number:02x}\"\nport = 0\n{line}\n")
    };
    let managers: String = (1..).zip(managers).map(manager).collect();
    let group = format!("[[group]]\nname = \"all\"\nkey = \"0123456789abcdef\"\nprofile = {profile}\n");
    Configuration::parse(&format!("group_macs = [\"02:00:00:00:00:01\"]\n{managers}{group}"), "tandem.toml").unwrap()
}

/// Entries of managers 1 to `managers`.
fn entries(tables: &Tables, managers: usize) -> Vec<usize> {
    (1..=managers).map(|manager| tables.groups[0].entries.iter().filter(|&&entry| usize::from(entry) == manager).count()).collect()
}

/// The counts are from densities computed with 40 decimal digits by another program.
#[test]
fn densities_become_entries() {
    for (profile, expected) in [
        ("{ gaussian = { mean = 0.5, sigma = 0.2 } }", &[355, 1693, 1693, 355][..]),
        ("{ gaussian = { mean = 0.25, sigma = 0.1 } }", &[1063, 2889, 144, 0, 0]),
        ("{ gaussian = { mean = 0.5, sigma = 0.01 } }", &[0, 4096, 0]),
        ("{ rayleigh = { sigma = 0.3 } }", &[1268, 1900, 790, 138]),
        ("{ rayleigh = { sigma = 0.4 } }", &[133, 373, 549, 637, 638, 570, 463, 345, 237, 151]),
        ("\"uniform\"", &[1366, 1365, 1365]),
    ] {
        let tables = configuration(&vec![""; expected.len()], profile).tables(1).unwrap();
        assert_eq!(entries(&tables, expected.len()), expected, "{profile}");
    }
}

#[test]
fn the_narrowest_and_the_widest_curves_have_members_to_share() {
    for profile in
        ["{ gaussian = { mean = 1, sigma = 0.001 } }", "{ rayleigh = { sigma = 0.001 } }", "{ gaussian = { mean = 0, sigma = 100 } }"]
    {
        let tables = configuration(&[""; 40], profile).tables(1).unwrap();
        assert_eq!(entries(&tables, 40).iter().sum::<usize>(), 4096, "{profile}");
    }
    let wide = configuration(&[""; 4], "{ gaussian = { mean = 0.5, sigma = 100.0 } }").tables(1).unwrap();
    assert_eq!(entries(&wide, 4), [1024; 4]);
}

#[test]
fn only_enabled_members_have_places_under_a_curve() {
    let managers = ["", "state = \"draining\"", "", "state = \"down\"", "", ""];
    let tables = configuration(&managers, "{ gaussian = { mean = 0.5, sigma = 0.2 } }").tables(1).unwrap();
    assert_eq!(entries(&tables, 6), [355, 0, 1693, 0, 1693, 355]);
}

#[test]
fn a_draining_manager_is_reached_and_a_down_one_is_not_and_neither_gets_entries() {
    let configuration = configuration(&["state = \"draining\"", "state = \"down\"", ""], "\"uniform\"");
    assert_eq!(configuration.manager(1).unwrap().state, ManagerState::Draining);
    let tables = configuration.tables(1).unwrap();
    assert_eq!([1, 2, 3].map(|id| tables.managers[id].enabled), [true, false, true]);
    assert_eq!(entries(&tables, 3), [0, 0, 4096]);
    assert_eq!(tables.groups[0].row.designated, 3, "the first member that takes its share");
}
