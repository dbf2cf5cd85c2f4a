//! Every board builds, from the project to the bitstream, with constraints that name what is there.

use constraints::{Build, Stage};

/// The boards of OpenNIC's shell, how many Ethernet ports each has, and whether the distributor has a place on it.
const OPEN_NIC: [(&str, usize, bool); 5] =
    [("au50", 1, false), ("au55c", 2, false), ("au200", 2, true), ("au250", 2, true), ("au280", 2, true)];

fn open_nic(stage: &Stage, board: &str, options: &[&str]) -> Build {
    let build = stage.bitstream(&[&[board, "--shell", "open_nic"], options].concat());
    assert!(build.succeeded, "{board} {options:?}:\n{}", build.said);
    build
}

/// The names in the value that follows an option.
fn ends<'a>(command: &'a str, option: &str) -> Vec<&'a str> {
    let (_, rest) = command.split_once(option).unwrap_or_else(|| panic!("{command} has no {option}"));
    let rest = rest.trim_start();
    let list = if let Some(inside) = rest.strip_prefix('{') {
        inside.split("}}").next().unwrap_or(inside)
    } else {
        rest.split(' ').next().unwrap_or(rest)
    };
    list.split_whitespace().map(|name| name.trim_matches(['{', '}'])).collect()
}

#[test]
fn every_alveo_builds_with_the_distributor_in_either_box() {
    let stage = Stage::new("every_alveo");
    for (board, ports, placed) in OPEN_NIC {
        for frequency in ["250", "322"] {
            let build = open_nic(&stage, board, &["--box", frequency]);
            let order = [
                "create_project",
                &format!("set_property verilog_define {{__synthesis__ __{board}__}}"),
                "read_verilog",
                "set_property top open_nic_shell",
                "launch_runs synth_1",
                "elaborate open_nic_shell",
                "launch_runs impl_1 -to_step write_bitstream",
                "constraints",
                "constrained",
                "open_run impl_1",
                "report_timing_summary",
                "report_cdc",
            ];
            let places: Vec<usize> = order.iter().map(|command| build.place(command)).collect();
            assert!(places.is_sorted(), "{board} {frequency}: {places:?}\n{:#?}", build.commands);
            assert!(build.commands[build.place("elaborate")].contains(&format!("NUM_CMAC_PORT={ports}")));
            assert_eq!(build.all("add_cells_to_pblock").count(), usize::from(placed), "{board}");
            let bitstream = stage.path(&format!("out/bitstream/{board}_{frequency}/{board}_{frequency}.bit"));
            assert!(bitstream.exists(), "{}", bitstream.display());
        }
    }
}

#[test]
fn the_box_alone_is_placed_and_routed_with_clocks_on_its_ports() {
    let stage = Stage::new("alone");
    for (board, ports, _) in OPEN_NIC {
        for (frequency, clocks) in [("250", 2), ("322", 1 + ports)] {
            let build = open_nic(&stage, board, &["--box", frequency, "--until", "box"]);
            assert_eq!(build.all("create_clock").count(), clocks, "{board} {frequency}");
            assert!(build.place("route_design") < build.place("report_timing_summary"));
            assert_eq!(build.all("launch_runs").count(), 0);
        }
    }
}

#[test]
fn a_project_alone_launches_nothing() {
    let build = open_nic(&Stage::new("project"), "au250", &["--until", "project"]);
    assert_eq!(build.all("launch_runs").count(), 0);
    build.place("set_property top open_nic_shell");
}

#[test]
fn a_second_build_replaces_the_first() {
    let stage = Stage::new("second");
    open_nic(&stage, "au200", &[]);
    open_nic(&stage, "au200", &[]);
}

#[test]
fn ways_between_two_clocks_are_bounded_both_ways() {
    let build = open_nic(&Stage::new("bounded"), "au250", &["--box", "322"]);
    let ours = build.commands[build.place("constraints /") + 1..].iter().map(String::as_str);
    let mut crossings = 0;
    let mut skews = vec![];
    for command in ours {
        if command.starts_with("set_bus_skew") {
            skews.push(command);
        }
    }
    for skew in &skews {
        let (from, to) = (ends(skew, "-from"), ends(skew, "-to"));
        assert_eq!(from.len(), to.len(), "{skew}");
        // As many bits as bound apart are bound in their delay.
        let delays = build.all("set_max_delay").filter(|delay| ends(delay, "-to") == to).count();
        assert_eq!(delays, 1, "{skew}");
        crossings += usize::from(from[0].ends_with("/write_gray_reg[0]"));
    }
    assert!(crossings > 0);
    assert_eq!(skews.len(), 2 * crossings, "each crossing has two pointers");
    let heads = build.all("set_max_delay").filter(|delay| ends(delay, "-to")[0].ends_with("/head_reg[0]")).count();
    assert_eq!(heads, crossings, "each crossing has words");
    // A reset bounds two ways into each of its domains, and two back; one domain's clock is not the reset's.
    let resets = build.all("set_max_delay").filter(|delay| delay.contains("_seen_reg[0]")).count();
    assert!(resets > 0 && resets % 4 == 0, "{resets}");
}
