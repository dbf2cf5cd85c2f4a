//! What is missing or wrong ends a build with what it is, what helps, and an exit code that is not 0.

use constraints::{Build, Stage};
use std::process::Command;

fn refused(build: &Build, wrong: &str, remedy: &str) {
    assert!(!build.succeeded, "succeeded:\n{}", build.printed);
    assert!(build.printed.contains(wrong), "no {wrong:?} in:\n{}", build.printed);
    let remedies = build.printed.lines().find(|line| line.contains("remedy: "));
    assert!(remedies.is_some_and(|line| line.contains(remedy)), "no remedy {remedy:?} in:\n{}", build.printed);
}

#[test]
fn a_board_that_is_unknown_or_unnamed() {
    let stage = Stage::new("board");
    for board in ["au251", "open_nic", "check", "", "*"] {
        refused(&stage.bitstream(&[board, "--shell", "open_nic"]), "there is no board", "au200 au250 au280 au50 au55c");
    }
}

#[test]
fn vivado_that_is_not_there() {
    let stage = Stage::new("vivado");
    stage.remove("bin/vivado");
    refused(&stage.bitstream(&["au250", "--shell", "open_nic"]), "no vivado in PATH", "settings64.sh");
    let plain = stage.run(Command::new("tclsh").arg(stage.path("constraints/au250/build.tcl")).args(["--shell", "open_nic"]), &[]);
    refused(&plain, "this Tcl is not Vivado's", "just bitstream");
}

#[test]
fn a_shell_that_is_missing_or_foreign() {
    let stage = Stage::new("shell");
    refused(&stage.bitstream(&["au250"]), "no checkout of OpenNIC's shell is named", "--shell FOLDER");
    refused(&stage.bitstream(&["au250", "--shell", "nowhere"]), "there is no folder", "git clone https://github.com/Xilinx/open-nic-shell");
    refused(&stage.bitstream(&["au250", "--shell", "hw"]), "is not a checkout of OpenNIC's shell", "name a checkout of");
    stage.remove("open_nic/script/board_settings/au250.tcl");
    refused(&stage.bitstream(&["au250", "--shell", "open_nic"]), "it has no script/board_settings/au250.tcl", "name a checkout of");
}

#[test]
fn a_shell_whose_script_stops() {
    let stage = Stage::new("stops");
    stage.plant("open_nic/script/build.tcl", "create_project", "return\ncreate_project");
    refused(&stage.bitstream(&["au250", "--shell", "open_nic", "--box", "322"]), "has left no project open", "build/au250_tandem_322");
    stage.plant("open_nic/script/build.tcl", "return\ncreate_project", "error {no board files}");
    refused(&stage.bitstream(&["au250", "--shell", "open_nic", "--box", "322"]), "no board files", "see the lines above");
}

#[test]
fn a_netfpga_whose_release_this_build_does_not_support() {
    let stage = Stage::new("netfpga_shell");
    let build = |kind: &str, options: &[&str]| stage.bitstream(&[&[kind, "--shell", kind], options].concat());
    refused(&stage.bitstream(&["netfpga_plus"]), "no checkout of NetFPGA-PLUS is named", "--shell FOLDER");
    refused(&stage.bitstream(&["netfpga_sume", "--shell", "netfpga_plus"]), "is not a checkout of NetFPGA-SUME-live", "name a checkout of");
    refused(&build("netfpga_plus", &["--board", "au50"]), "--board is au50", "au250, au200, au280, vcu1525");
    let variables = [("TANDEM_BOARD_PART", "")];
    let unknown = stage.bitstream_with(&["netfpga_plus", "--shell", "netfpga_plus"], &variables);
    refused(&unknown, "Vivado knows no board au250", "install its board files");
    let script = "netfpga_plus/hw/projects/reference_switch_lite/hw/tcl/reference_switch_lite.tcl";
    stage.plant(script, "set datapath_freq_mhz ", "set datapath_frequency ");
    refused(&build("netfpga_plus", &[]), "is not the one that this build supports", "docs/netfpga.md");
    stage.remove("netfpga_sume/lib/hw/std/cores/input_arbiter_v1_0_0/component.xml");
    refused(&build("netfpga_sume", &[]), "are not packed yet", "make -C");
    stage.write("netfpga_sume/lib/hw/std/cores/input_arbiter_v1_0_0/component.xml", "");
    stage.plant("netfpga_sume/projects/reference_switch_lite/hw/Makefile", "mkdir -p create_ip", "false");
    refused(&build("netfpga_sume", &[]), "make identifier has failed", "see the lines above");
}

#[test]
fn verilog_that_is_not_emitted() {
    let build = Stage::new("verilog").bitstream_with(&["au250", "--shell", "open_nic"], &[("TANDEM_VERILOG", "/nowhere")]);
    refused(&build, "there is no emitted Verilog in /nowhere", "just emit");
}

#[test]
fn options_that_are_wrong() {
    let stage = Stage::new("options");
    for (options, wrong, remedy) in [
        (["--box", "400"], "--box is 400", "250, 322"),
        (["--sides", "3"], "--sides is 3", "1, 2"),
        (["--until", "dawn"], "--until is dawn", "project, box, bitstream"),
        (["--jobs", "many"], "--jobs is many", "from 1 to 32"),
        (["--max-frame", "9601"], "--max-frame is 9601", "from 256 to 9600"),
        (["--bax", "250"], "there is no option --bax", "--shell, --box"),
        (["box", "250"], "there is no option box", "--shell, --box"),
        (["--box", ""], "--box has no value", "--box VALUE"),
    ] {
        refused(&stage.bitstream(&[&["au250", "--shell", "open_nic"], &options[..]].concat()), wrong, remedy);
    }
    let both = ["au250", "--shell", "open_nic", "--box", "322", "--sides", "2"];
    refused(&stage.bitstream(&both), "--sides is 2", "as one of: 1");
}

#[test]
fn a_run_that_fails_and_a_design_that_is_too_slow() {
    let stage = Stage::new("runs");
    let arguments = ["au250", "--shell", "open_nic", "--box", "322"];
    refused(&stage.bitstream_with(&arguments, &[("TANDEM_PROGRESS", "40%")]), "synth_1 has ended as: ERROR", "runme.log");
    refused(&stage.bitstream_with(&arguments, &[("TANDEM_SLACK", "-0.012")]), "the worst slack is -0.012 ns", "timing.txt");
    let alone = ["au250", "--shell", "open_nic", "--box", "322", "--until", "box"];
    refused(&stage.bitstream_with(&alone, &[("TANDEM_SLACK", "-0.012")]), "the worst slack is -0.012 ns", "timing.txt");
}
