//! Slips of the pen in scripts, constraints and wrappers do not come through.

use constraints::Stage;

/// Builds for a U250 with `old` replaced by `new` in one file; it has to fail, and to name the slip.
fn planted(name: &str, options: &[&str], file: &str, old: &str, new: &str, named: &str) {
    let stage = Stage::new(&format!("planted_{name}"));
    stage.plant(file, old, new);
    let build = stage.bitstream(&[&["au250", "--shell", "open_nic"], options].concat());
    assert!(!build.succeeded, "{new} in {file} comes through");
    assert!(build.printed.contains(named), "no {named:?} in:\n{}", build.printed);
}

/// As [`planted`], for a NetFPGA.
fn planted_lookup(name: &str, kind: &str, file: &str, old: &str, new: &str, named: &str) {
    let stage = Stage::new(&format!("planted_{name}"));
    stage.plant(file, old, new);
    let build = stage.bitstream(&[kind, "--shell", kind]);
    assert!(!build.succeeded, "{new} in {file} comes through");
    assert!(build.printed.contains(named), "no {named:?} in:\n{}", build.printed);
}

const FAST: [&str; 2] = ["--box", "322"];
const ALONE: [&str; 4] = ["--box", "322", "--until", "box"];

#[test]
fn a_command_of_tcl() {
    planted(
        "command",
        &FAST,
        "constraints/tandem.tcl",
        "wait_on_run synth_1",
        "wait_for_run synth_1",
        "invalid command name \"wait_for_run\"",
    );
    planted("command_in_xdc", &FAST, "constraints/crossings.xdc", "set_bus_skew", "set_bus_skw", "invalid command name \"set_bus_skw\"");
}

#[test]
fn an_option_of_a_command() {
    planted(
        "option",
        &FAST,
        "constraints/crossings.xdc",
        "-datapath_only",
        "-data_path_only",
        "set_max_delay: unknown option -data_path_only",
    );
    planted("option_of_run", &FAST, "constraints/tandem.tcl", "-to_step", "-to_stop", "launch_runs: unknown option -to_stop");
}

#[test]
fn a_port_a_net_and_a_width_in_a_wrapper() {
    let wrapper = "hw/shells/open_nic/box_322mhz/tandem_322mhz.sv";
    let instance = "hw/shells/open_nic/box_322mhz/user_plugin_322mhz_inst.vh";
    planted("wrapper_port", &FAST, instance, ".s_axil_awvalid (", ".s_axil_avalid (", "s_axil_avalid");
    planted("wrapper_net", &FAST, instance, "(axil_tandem_awvalid)", "(axil_tandem_avalid)", "axil_tandem_avalid");
    planted("wrapper_width", &FAST, wrapper, "wire [47:0] host_user", "wire [31:0] host_user", "host_user");
    let lookup = "hw/shells/netfpga_plus/hw/lib/contrib/tandem_output_port_lookup_v1_0_0/hdl/tandem_output_port_lookup.v";
    planted_lookup("lookup_port", "netfpga_plus", lookup, "input  wire S_AXI_ACLK,", "input  wire S_AXI_CLK,", "S_AXI_ACLK");
    planted_lookup(
        "lookup_parameter",
        "netfpga_plus",
        lookup,
        "parameter C_M_AXIS_DATA_WIDTH",
        "parameter C_M_DATA_WIDTH",
        "C_M_AXIS_DATA_WIDTH",
    );
}

#[test]
fn a_command_in_a_script_of_a_wrapper() {
    planted("script", &FAST, "hw/shells/open_nic/read_box.tcl", "read_verilog", "read_verilg", "invalid command name \"read_verilg\"");
    let modules = "hw/shells/open_nic/build_box_322mhz.tcl";
    planted("module", &FAST, modules, "host_arb_mux", "host_arb_max", "tandem_host_arb_max.sv");
    planted("forgotten", &FAST, modules, " host_arb_mux", "", "has a module tandem_host_arb_mux");
    let packer = "hw/shells/netfpga_sume/hw/lib/contrib/tandem_output_port_lookup_v1_0_0/tandem_output_port_lookup.tcl";
    planted_lookup("packer", "netfpga_sume", packer, "ipx::save_core", "ipx::store_core", "invalid command name \"ipx::store_core\"");
}

#[test]
fn a_name_of_a_file() {
    planted("file", &FAST, "constraints/open_nic.tcl", "constraints crossings.xdc", "constraints crossing.xdc", "file does not exist");
    planted("placement", &FAST, "constraints/au250/build.tcl", "placement.xdc", "placements.xdc", "file does not exist");
    planted("source", &FAST, "constraints/au250/build.tcl", "open_nic.tcl", "open_nik.tcl", "no such file or directory");
}

#[test]
fn a_pattern_of_cells() {
    planted(
        "module",
        &FAST,
        "constraints/crossings.xdc",
        "instances tandem_async_fifo]",
        "instances tandem_async_fifos]",
        "REF_NAME == tandem_async_fifos",
    );
    planted("cells", &FAST, "constraints/crossings.xdc", "_first_reg\\[*\\]", "_fist_reg\\[*\\]", "_fist_reg[*]");
    planted("reset", &FAST, "constraints/crossings.xdc", "stop_seen_reg\\[0\\]\"]", "stop_seen_reg\\[9\\]\"]", "stop_seen_reg[9]");
    planted(
        "place",
        &FAST,
        "constraints/open_nic/placement.xdc",
        "{REF_NAME == tandem_distributor ||",
        "{REF_NAME == tandem_distribution &&",
        "tandem_distribution",
    );
}

#[test]
fn a_name_of_a_port() {
    planted(
        "port",
        &ALONE,
        "constraints/open_nic/clocks_322mhz.xdc",
        "get_ports axil_aclk",
        "get_ports axil_clk",
        "get_ports: nothing is called axil_clk",
    );
}

#[test]
fn a_clock_that_is_missing() {
    planted("clock", &ALONE, "constraints/open_nic/clocks_322mhz.xdc", "create_clock -period 8.000", "#", "no clock reaches");
    planted("pin", &FAST, "constraints/crossings.xdc", "REF_PIN_NAME == C}", "REF_PIN_NAME == CK}", "REF_PIN_NAME == CK");
}

#[test]
fn a_region_of_the_chip() {
    planted("region", &FAST, "constraints/open_nic/placement.xdc", "{SLR2}", "{SRL2}", "SRL2 is no region");
}

#[test]
fn a_step_out_of_order() {
    planted("order", &FAST, "constraints/tandem.tcl", "launch_runs synth_1", "launch_runs impl_1", "impl_1 before synth_1 has ended");
}

#[test]
fn an_option_of_the_shell_that_the_distributor_cannot_serve() {
    let slow = ["--box", "250"];
    for (name, options) in [("qdma", "-num_qdma 2"), ("function", "-use_phys_func 0"), ("functions", "-num_phys_func 1")] {
        planted(
            name,
            &slow,
            "constraints/open_nic.tcl",
            " -max_pkt_len",
            &format!(" {options} -max_pkt_len"),
            "needs -use_phys_func 1, -num_qdma 1",
        );
    }
}
