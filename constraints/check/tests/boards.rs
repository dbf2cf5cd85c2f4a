//! Every board builds, from the project to the bitstream, with constraints that name what is there.

use constraints::{Build, Stage};

/// The boards of OpenNIC's shell, how many Ethernet ports each has, and whether the distributor has a place on it.
const OPEN_NIC: [(&str, usize, bool); 5] =
    [("au50", 1, false), ("au55c", 2, false), ("au200", 2, true), ("au250", 2, true), ("au280", 2, true)];

/// The folder that the distributor was read from, which tells how many decision sides it has.
fn design_of(build: &Build) -> &str {
    let read = build.all("read_verilog").find(|command| command.contains("tandem_distributor.v")).expect("the distributor is read");
    let (folder, _) = read.split_once("/tandem_distributor.v").expect("it is a file of a folder");
    folder.rsplit('/').next().unwrap_or(folder)
}

fn open_nic(stage: &Stage, board: &str, options: &[&str]) -> Build {
    let build = stage.bitstream(&[&[board, "--shell", "open_nic"], options].concat());
    assert!(build.succeeded, "{board} {options:?}:\n{}", build.printed);
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

fn every_alveo_builds_with(frequency: &str) {
    let stage = Stage::new(&format!("every_alveo_{frequency}"));
    for (board, ports, placed) in OPEN_NIC {
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
        let places: Vec<usize> = order.iter().map(|command| build.index(command)).collect();
        assert!(places.is_sorted(), "{board} {frequency}: {places:?}\n{:#?}", build.commands);
        assert!(build.commands[build.index("elaborate")].contains(&format!("NUM_CMAC_PORT={ports}")));
        assert_eq!(build.all("add_cells_to_pblock").count(), usize::from(placed), "{board}");
        let bitstream = stage.path(&format!("out/bitstream/{board}_{frequency}/{board}_{frequency}.bit"));
        assert!(bitstream.exists(), "{}", bitstream.display());
    }
}

#[test]
fn every_alveo_builds_with_the_distributor_in_the_box_at_250_mhz() {
    every_alveo_builds_with("250");
}

#[test]
fn every_alveo_builds_with_the_distributor_in_the_box_at_322_mhz() {
    every_alveo_builds_with("322");
}

/// With so many clocks, by the number of Ethernet ports.
fn the_box_alone_has_clocks(frequency: &str, clocks: impl Fn(usize) -> usize) {
    let stage = Stage::new(&format!("alone_{frequency}"));
    for (board, ports, _) in OPEN_NIC {
        let build = open_nic(&stage, board, &["--box", frequency, "--until", "box"]);
        assert_eq!(build.all("create_clock").count(), clocks(ports), "{board} {frequency}");
        assert!(build.index("route_design") < build.index("report_timing_summary"));
        assert_eq!(build.all("launch_runs").count(), 0);
    }
}

#[test]
fn the_box_at_250_mhz_alone_is_placed_and_routed_with_clocks_on_its_ports() {
    the_box_alone_has_clocks("250", |_| 2);
}

#[test]
fn the_box_at_322_mhz_alone_is_placed_and_routed_with_clocks_on_its_ports() {
    the_box_alone_has_clocks("322", |ports| 1 + ports);
}

#[test]
fn the_owner_chooses_the_decision_sides_at_250_mhz() {
    let stage = Stage::new("sides");
    for (options, design) in [
        (&["--box", "250"][..], "tandem_512x8"),
        (&["--box", "250", "--sides", "2"], "tandem_512x8"),
        (&["--box", "250", "--sides", "1"], "tandem_512x8_shared"),
        (&["--box", "322"], "tandem_512x8_shared"),
        (&["--box", "322", "--sides", "1"], "tandem_512x8_shared"),
    ] {
        let build = open_nic(&stage, "au250", &[options, &["--until", "project"]].concat());
        assert_eq!(design_of(&build), design, "{options:?}");
    }
}

#[test]
fn a_project_alone_launches_nothing() {
    let build = open_nic(&Stage::new("project"), "au250", &["--box", "322", "--until", "project"]);
    assert_eq!(build.all("launch_runs").count(), 0);
    build.index("set_property top open_nic_shell");
}

#[test]
fn every_netfpga_builds_with_our_lookup_in_its_reference_project() {
    let stage = Stage::new("netfpga");
    let [plus, sume] = ["netfpga_plus", "netfpga_sume"];
    for (kind, board, part, core) in [
        (plus, "au200", "xcu200-fsgd2104-2-e", "tandem_512x8"),
        (plus, "au250", "xcu250-figd2104-2L-e", "tandem_512x8"),
        (plus, "au280", "xcu280-fsvh2892-2L-e", "tandem_512x8"),
        (plus, "vcu1525", "xcvu9p-fsgd2104-2L-e", "tandem_512x8"),
        (sume, "sume", "xc7vx690t-3-ffg1761", "tandem_256x4"),
    ] {
        let build = stage.bitstream(&[kind, "--shell", kind, "--board", board]);
        assert!(build.succeeded, "{kind} {board}:\n{}", build.printed);
        let order = [
            "ipx::save_core tandem_output_port_lookup",
            "create_fileset -constrset",
            "create_ip -name tandem_output_port_lookup",
            "read_verilog ./hdl/nf_datapath.v",
            "add_files -fileset constraints -norecurse",
            "launch_runs synth",
            "elaborate top",
            "launch_runs impl_1",
            "constraints /",
            "constrained",
            "report_timing_summary",
        ];
        let places: Vec<usize> = order.iter().map(|command| build.index(command)).collect();
        assert!(places[..4].is_sorted() && places[5..].is_sorted(), "{kind} {board}: {places:?}\n{:#?}", build.commands);
        assert!(build.all("create_project").all(|command| command.contains(&format!("-part {part}"))), "{board}");
        assert!(stage.path(&format!("out/bitstream/{kind}_{board}/tandem.bit")).exists());
        let project = if kind == plus { "hw/projects" } else { "projects" };
        assert!(stage.path(&format!("{kind}/{project}/tandem/hw/tcl/make.tcl")).exists());
        let library = if kind == plus { "hw/lib/contrib" } else { "lib/hw/contrib/cores" };
        let copied = stage.path(&format!("{kind}/{library}/tandem_output_port_lookup_v1_0_0/hdl/tandem_core.v"));
        let emitted = constraints::verilog().join(core).join("tandem_core.v");
        assert!(std::fs::read(copied).unwrap() == std::fs::read(emitted).unwrap(), "{kind} has another core than {core}");
        // Where the registers have the data's clock, nothing crosses.
        assert_eq!(build.all("set_bus_skew").count() > 0, kind == sume, "{kind}");
    }
}

#[test]
fn a_netfpga_plus_looks_for_boards_where_its_user_has_them() {
    let stage = Stage::new("board_files");
    let arguments = ["netfpga_plus", "--shell", "netfpga_plus", "--until", "project"];
    for (variables, folder) in [(&[][..], "/vivado/boards"), (&[("BOARD_FILE_PATH", "/boards")], "/boards")] {
        let build = stage.bitstream_with(&arguments, variables);
        assert!(build.succeeded, "{}", build.printed);
        let all: Vec<&str> = build.all("set_param board.repoPaths").collect();
        let wanted = format!("set_param board.repoPaths {folder}");
        assert!(all.iter().all(|command| *command == wanted) && all.last().is_some(), "{all:?}");
    }
}

#[test]
fn a_second_build_replaces_the_first() {
    let stage = Stage::new("second");
    open_nic(&stage, "au200", &["--box", "322"]);
    open_nic(&stage, "au200", &["--box", "322"]);
}

#[test]
fn paths_between_two_clocks_are_bounded_in_both_directions() {
    let build = open_nic(&Stage::new("bounded"), "au250", &["--box", "322"]);
    let ours = build.commands[build.index("constraints /") + 1..].iter().map(String::as_str);
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
    // A reset bounds two paths into each of its domains, and two back; one domain's clock is not the reset's.
    let resets = build.all("set_max_delay").filter(|delay| delay.contains("_seen_reg[0]")).count();
    assert!(resets > 0 && resets % 4 == 0, "{resets}");
}
