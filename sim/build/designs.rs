//! What the simulator runs: how each design is made of its Verilog, for those that are built ahead and for those made at run time.

use std::path::Path;

/// A design, and where it comes from.
pub(crate) struct Design {
    /// Name in Rust, in C++ and of the library.
    pub(crate) name: &'static str,
    /// Folder of its emitted Verilog.
    pub(crate) variant: &'static str,
    /// Its emitted top module.
    pub(crate) emitted: &'static str,
    /// What is written by hand around that, by paths from the workspace's root; the module that is simulated comes last.
    pub(crate) around: &'static [&'static str],
    /// The module that is simulated.
    pub(crate) top: &'static str,
    /// A port as wide as a beat.
    data: &'static str,
    /// What `wires.cpp` needs to hear beyond names.
    kind: &'static [&'static str],
}

const fn core(name: &'static str, variant: &'static str) -> Design {
    Design { name, variant, emitted: "tandem_core", around: &[], top: "tandem_core", data: "s_axis_tdata", kind: &[] }
}

const fn distributor(name: &'static str, variant: &'static str) -> Design {
    let top = "tandem_distributor";
    Design { name, variant, emitted: top, around: &[], top, data: "s_axis_0_tdata", kind: &["DISTRIBUTOR"] }
}

/// The modules that the wrappers of OpenNIC's boxes are made of.
const BOX_250MHZ: &[&str] = &[
    "hw/shells/common/tandem_async_fifo.sv",
    "hw/shells/common/tandem_reset.sv",
    "hw/shells/common/tandem_frame_sync.sv",
    "hw/shells/common/tandem_host_arb_mux.sv",
    "hw/shells/common/tandem_axil_slave.sv",
    "hw/shells/common/tandem_axil_master.sv",
    "hw/shells/open_nic/box_250mhz/tandem_250mhz.sv",
    "sim/tops/box250.sv",
];

const BOX_322MHZ: &[&str] = &[
    "hw/shells/common/tandem_async_fifo.sv",
    "hw/shells/common/tandem_reset.sv",
    "hw/shells/common/tandem_cdc_counter.sv",
    "hw/shells/common/tandem_frame_sync.sv",
    "hw/shells/common/tandem_frame_fifo.sv",
    "hw/shells/common/tandem_store_forward.sv",
    "hw/shells/common/tandem_host_arb_mux.sv",
    "hw/shells/common/tandem_axil_slave.sv",
    "hw/shells/common/tandem_axil_master.sv",
    "hw/shells/open_nic/box_322mhz/tandem_322mhz.sv",
    "sim/tops/box322.sv",
];

const LOOKUP_512: &[&str] = &[
    "hw/shells/common/tandem_async_fifo.sv",
    "hw/shells/common/tandem_reset.sv",
    "hw/shells/common/tandem_host_arb_mux.sv",
    "hw/shells/common/tandem_axil_slave.sv",
    "hw/shells/common/tandem_axil_master.sv",
    "hw/shells/common/tandem_lookup.sv",
    "hw/shells/netfpga_plus/hw/lib/contrib/tandem_output_port_lookup_v1_0_0/hdl/tandem_output_port_lookup.v",
    "sim/tops/lookup_512.sv",
    "sim/tops/lookup.sv",
];

const LOOKUP_256: &[&str] = &[
    "hw/shells/common/tandem_async_fifo.sv",
    "hw/shells/common/tandem_reset.sv",
    "hw/shells/common/tandem_host_arb_mux.sv",
    "hw/shells/common/tandem_axil_slave.sv",
    "hw/shells/common/tandem_axil_master.sv",
    "hw/shells/common/tandem_lookup.sv",
    "hw/shells/netfpga_sume/hw/lib/contrib/tandem_output_port_lookup_v1_0_0/hdl/tandem_output_port_lookup.v",
    "sim/tops/lookup_256.sv",
    "sim/tops/lookup.sv",
];

/// Every design.
pub(crate) const DESIGNS: [Design; 9] = [
    core("core512", "tandem_512x8"),
    core("core256", "tandem_256x4"),
    distributor("distributor512", "tandem_512x8"),
    distributor("shared512", "tandem_512x8_shared"),
    distributor("distributor256", "tandem_256x4"),
    Design { around: BOX_250MHZ, top: "box250", kind: &["DISTRIBUTOR", "SHELL"], ..distributor("box250", "tandem_512x8") },
    Design {
        around: BOX_322MHZ,
        top: "box322",
        kind: &["DISTRIBUTOR", "SHELL", "SECOND_CLOCK"],
        ..distributor("box322", "tandem_512x8_shared")
    },
    Design { around: LOOKUP_512, top: "lookup", kind: &["AXIL_CLOCK"], ..core("lookup512", "tandem_512x8") },
    Design { around: LOOKUP_256, top: "lookup", kind: &["AXIL_CLOCK"], ..core("lookup256", "tandem_256x4") },
];

/// The C++ that binds a design to the harness, for a model of this name made by a function of that name.
pub(crate) fn binding(design: &Design, model: &str, make: &str, harness: &Path) -> String {
    let mut text = format!("#define MODEL {model}\n#define HEADER \"{model}.h\"\n#define MAKE {make}\n#define DATA {}\n", design.data);
    design.kind.iter().for_each(|kind| text += &format!("#define {kind}\n"));
    text + &format!("#include {:?}\n", harness.join("wires.cpp"))
}
