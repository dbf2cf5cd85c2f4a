//! Every flip-flop that samples another clock domain is bounded by a constraint. The flip-flops are searched for in the netlist, by a program
//! independent of the one that runs the constraints.

use constraints::{Build, Stage};
use std::collections::BTreeSet;
use std::process::Command;

/// Paths: for each the clock that is sampled, and the flip-flop that samples it, as names with dots between.
type Paths = BTreeSet<(String, String)>;

/// The clocks of a wrapper's ports, in the form that crossings.py expects.
struct Wrapper {
    module: &'static str,
    /// The emitted top, which has one clock and is treated as a black box.
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

/// The paths in the netlist that Yosys makes of the files that a build has read. A flip-flop has a name for each of its wires.
fn found(stage: &Stage, build: &Build, wrapper: &Wrapper) -> Vec<(String, Vec<String>)> {
    let elaborated = &build.commands[build.index("elaborate")];
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
    assert!(made.succeeded, "{}", made.printed);
    let mut command = Command::new("python3");
    command.arg(stage.path("constraints/check/crossings.py")).arg(&netlist).arg("wrapper").args(wrapper.ports);
    let listed = stage.run(&mut command, &[]);
    assert!(listed.succeeded, "{}", listed.printed);
    let path = |line: &str| {
        let (clock, names) = line.split_once(' ').unwrap_or_else(|| panic!("{line}"));
        (clock.to_owned(), names.split('|').map(str::to_owned).collect())
    };
    listed.printed.lines().map(path).collect()
}

/// The paths that a build's constraints bound, with names relative to `inside`; `clocks` maps the shell's clocks to the wrapper's.
fn bounded(build: &Build, inside: &str, clocks: &[(&str, &str)]) -> Paths {
    let mut paths = Paths::new();
    for command in build.all("set_max_delay") {
        let words: Vec<&str> = command.split_whitespace().map(|word| word.trim_matches(['{', '}'])).collect();
        let place = |option: &str| words.iter().position(|word| *word == option).unwrap_or_else(|| panic!("{command} has no {option}"));
        let clock = words[place("-from") + 1];
        let clock = clocks.iter().find(|(theirs, _)| *theirs == clock).map_or(clock, |(_, ours)| ours);
        for cell in &words[place("-to") + 1..words.len() - 1] {
            if let Some(cell) = cell.strip_prefix(inside) {
                paths.insert((clock.to_owned(), cell.replace('/', ".").replacen("_reg", "", 1)));
            }
        }
    }
    paths
}

/// Checks that every path found is bounded. The converse does not hold: the netlist leaves out flip-flops that nothing reads.
fn every_one_is_bounded(found: &[(String, Vec<String>)], bounded: &Paths) {
    assert!(!found.is_empty());
    let is_bounded = |clock: &String, names: &[String]| names.iter().any(|name| bounded.contains(&(clock.clone(), name.clone())));
    let loose: Vec<_> = found.iter().filter(|(clock, names)| !is_bounded(clock, names)).collect();
    assert!(loose.is_empty(), "{} of {} paths are not bounded: {:#?}", loose.len(), found.len(), &loose[..loose.len().min(9)]);
}

fn alone(stage: &Stage) -> Build {
    let build = stage.bitstream(&["au250", "--shell", "open_nic", "--box", "322", "--until", "box"]);
    assert!(build.succeeded, "{}", build.printed);
    build
}

#[test]
fn every_path_between_clocks_in_the_box_at_322_mhz_is_bounded() {
    let stage = Stage::new("paths_322");
    let build = alone(&stage);
    every_one_is_bounded(&found(&stage, &build, &BOX_322), &bounded(&build, "", &[]));
}

#[test]
fn every_path_between_clocks_in_the_lookup_is_bounded() {
    let stage = Stage::new("paths_lookup");
    let build = stage.bitstream(&["netfpga_sume", "--shell", "netfpga_sume"]);
    assert!(build.succeeded, "{}", build.printed);
    let clocks = [("clk_200", "axis_aclk"), ("axi_clk", "axil_aclk")];
    let bounded = bounded(&build, "nf_datapath_0/output_port_lookup_1/lookup/", &clocks);
    every_one_is_bounded(&found(&stage, &build, &LOOKUP), &bounded);
}

#[test]
#[should_panic(expected = "paths are not bounded")]
fn a_path_past_the_crossings_is_found() {
    let stage = Stage::new("paths_planted");
    // The reset runs in the register clock, the clearing of a port in the port's.
    stage.plant("hw/shells/open_nic/box_322mhz/tandem_322mhz.sv", ".request(!mod_rstn)", ".request(!mod_rstn || port_clear[1])");
    let build = alone(&stage);
    every_one_is_bounded(&found(&stage, &build, &BOX_322), &bounded(&build, "", &[]));
}

#[test]
#[should_panic(expected = "paths are not bounded")]
fn a_constraint_that_is_left_out_is_found() {
    let stage = Stage::new("paths_left_out");
    stage.plant("constraints/crossings.xdc", "clear_seen $here ", "");
    let build = alone(&stage);
    every_one_is_bounded(&found(&stage, &build, &BOX_322), &bounded(&build, "", &[]));
}
