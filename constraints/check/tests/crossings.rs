//! Which flip-flops hear another clock than their own is found in the netlist, by another program than the one that the constraints are
//! run by; every one of them has to be bounded.

use constraints::{Build, Stage};
use std::collections::BTreeSet;
use std::process::Command;

/// A way: the clock that is heard, and the flip-flop that hears it, as a path of names with points between.
type Ways = BTreeSet<(String, String)>;

/// What a wrapper's ports belong to, as crossings.py takes it.
struct Wrapper {
    module: &'static str,
    /// What has the clock of its `clk`, and is looked at from outside only.
    core: &'static str,
    parameter: &'static str,
    ports: &'static [&'static str],
}

const BOX_322: Wrapper = Wrapper {
    module: "tandem_322mhz",
    core: "tandem_distributor.v",
    parameter: "NUM_CMAC_PORT 2",
    ports: &[
        "s_axil=axil_aclk",
        "mod_=axil_aclk",
        "axil_aclk=axil_aclk",
        "cmac_clk=cmac_clk[*]",
        "s_axis=cmac_clk[*]",
        "m_axis=cmac_clk[*]",
    ],
};

const LOOKUP: Wrapper = Wrapper {
    module: "tandem_lookup",
    core: "tandem_core.v",
    parameter: "DATA_W 256",
    ports: &["s_axil=axil_aclk", "axil_=axil_aclk", "s_axis=axis_aclk", "m_axis=axis_aclk", "axis_=axis_aclk"],
};

/// The ways in the netlist that Yosys makes of the files a build has read. A flip-flop has as many names as it has wires.
fn found(stage: &Stage, build: &Build, wrapper: &Wrapper) -> Vec<(String, Vec<String>)> {
    let elaborated = &build.commands[build.place("elaborate")];
    let files: Vec<&str> = elaborated.split(' ').filter(|file| file.starts_with('/') && file.contains("tandem_")).collect();
    let mut script = String::new();
    for file in files.iter().filter(|file| file.ends_with(".v") || file.ends_with(".sv")) {
        let library = if file.ends_with(wrapper.core) { "-lib" } else { "" };
        script += &format!("read_verilog -sv {library} {file}\n");
    }
    let netlist = stage.path("netlist.json");
    let Wrapper { module, parameter, .. } = wrapper;
    script += &format!("chparam -set {parameter} {module}\nhierarchy -check -top {module}\nproc\nflatten\nopt_clean\nmemory_collect\n");
    script += &format!("rename -top wrapper\nwrite_json {}\n", netlist.display());
    stage.write("netlist.ys", &script);
    let yosys = tools::find("yosys").unwrap_or_else(|error| panic!("{error}"));
    let made = stage.run(Command::new(yosys).arg("-q").arg(stage.path("netlist.ys")), &[]);
    assert!(made.succeeded, "{}", made.said);
    let mut command = Command::new("python3");
    command.arg(stage.path("constraints/check/crossings.py")).arg(&netlist).arg("wrapper").args(wrapper.ports);
    let listed = stage.run(&mut command, &[]);
    assert!(listed.succeeded, "{}", listed.said);
    let way = |line: &str| {
        let (clock, names) = line.split_once(' ').unwrap_or_else(|| panic!("{line}"));
        (clock.to_owned(), names.split('|').map(str::to_owned).collect())
    };
    listed.said.lines().map(way).collect()
}

/// The ways that a build's constraints bound, named from `inside`; `clocks` says what the wrapper calls the shell's.
fn bounded(build: &Build, inside: &str, clocks: &[(&str, &str)]) -> Ways {
    let mut ways = Ways::new();
    for command in build.all("set_max_delay") {
        let words: Vec<&str> = command.split_whitespace().map(|word| word.trim_matches(['{', '}'])).collect();
        let place = |option: &str| words.iter().position(|word| *word == option).unwrap_or_else(|| panic!("{command} has no {option}"));
        let clock = words[place("-from") + 1];
        let clock = clocks.iter().find(|(theirs, _)| *theirs == clock).map_or(clock, |(_, ours)| ours);
        for cell in &words[place("-to") + 1..words.len() - 1] {
            if let Some(cell) = cell.strip_prefix(inside) {
                ways.insert((clock.to_owned(), cell.replace('/', ".").replacen("_reg", "", 1)));
            }
        }
    }
    ways
}

/// Compares both, one way: what is bounded and not there is a flip-flop that nobody reads, which the netlist leaves out.
fn every_one_is_bounded(found: &[(String, Vec<String>)], bounded: &Ways) {
    assert!(!found.is_empty());
    let is_bounded = |clock: &String, names: &[String]| names.iter().any(|name| bounded.contains(&(clock.clone(), name.clone())));
    let loose: Vec<_> = found.iter().filter(|(clock, names)| !is_bounded(clock, names)).collect();
    assert!(loose.is_empty(), "{} of {} ways are not bounded: {:#?}", loose.len(), found.len(), &loose[..loose.len().min(9)]);
}

fn alone(stage: &Stage) -> Build {
    let build = stage.bitstream(&["au250", "--shell", "open_nic", "--box", "322", "--until", "box"]);
    assert!(build.succeeded, "{}", build.said);
    build
}

#[test]
fn every_way_between_clocks_in_the_box_at_322_mhz_is_bounded() {
    let stage = Stage::new("ways_322");
    let build = alone(&stage);
    every_one_is_bounded(&found(&stage, &build, &BOX_322), &bounded(&build, "", &[]));
}

#[test]
fn every_way_between_clocks_in_the_lookup_is_bounded() {
    let stage = Stage::new("ways_lookup");
    let build = stage.bitstream(&["netfpga_sume", "--shell", "netfpga_sume"]);
    assert!(build.succeeded, "{}", build.said);
    let clocks = [("clk_200", "axis_aclk"), ("axi_clk", "axil_aclk")];
    let bounded = bounded(&build, "nf_datapath_0/output_port_lookup_1/lookup/", &clocks);
    every_one_is_bounded(&found(&stage, &build, &LOOKUP), &bounded);
}

#[test]
#[should_panic(expected = "ways are not bounded")]
fn a_way_past_the_crossings_is_found() {
    let stage = Stage::new("ways_planted");
    // The reset's clock is the registers', the clearing of a port is in the port's.
    stage.plant("hw/shells/open_nic/box_322mhz/tandem_322mhz.sv", ".request(!mod_rstn)", ".request(!mod_rstn || port_clear[1])");
    let build = alone(&stage);
    every_one_is_bounded(&found(&stage, &build, &BOX_322), &bounded(&build, "", &[]));
}

#[test]
#[should_panic(expected = "ways are not bounded")]
fn a_constraint_that_is_left_out_is_found() {
    let stage = Stage::new("ways_left_out");
    stage.plant("constraints/crossings.xdc", "clear_seen $here ", "");
    let build = alone(&stage);
    every_one_is_bounded(&found(&stage, &build, &BOX_322), &bounded(&build, "", &[]));
}
