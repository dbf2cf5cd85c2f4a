//! The wrappers of the emitted core, each inside a model of its shell.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use shells::Bench;

const SEEDS: std::ops::Range<u32> = 1..4;

/// Checks that a bench with the emitted top of a variant and these files of the repository passes with every seed. It works in its own
/// folder.
#[track_caller]
fn passes(bench: &str, variant: &str, top: &str, files: &[&str]) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(variant);
    fs::create_dir_all(&folder).expect("the target folder can be written");
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut around = emitted(variant, top, &folder);
    around.extend(files.iter().map(|file| workspace.join(file)));
    let bench = Bench::build(bench, &around, &folder).unwrap_or_else(|error| panic!("{error}"));
    for seed in SEEDS {
        let passed = bench.run(&[format!("+seed={seed}"), format!("+verilator+seed+{seed}")]);
        println!("{}", passed.unwrap_or_else(|error| panic!("seed {seed}\n{error}")));
    }
}

/// The emitted Verilog: from the folder in TANDEM_VERILOG, or rendered by `rtl`.
fn emitted(variant: &str, top: &str, folder: &Path) -> Vec<PathBuf> {
    if let Some(elsewhere) = env::var_os("TANDEM_VERILOG") {
        let list = Path::new(&elsewhere).join(variant).join(top).with_extension("f");
        return tools::listed(&list).unwrap_or_else(|error| panic!("{error}"));
    }
    let designs = rtl::designs();
    let design = designs.iter().find(|design| design.variant() == variant).expect("rtl emits it");
    let library = emit::render(design).expect("it passes the checks of the emitter");
    let path = folder.join(top).with_extension("v");
    fs::write(&path, library.text(top)).expect("the target folder can be written");
    vec![path]
}

#[test]
fn netfpga_plus_delivers_every_frame_whole_and_in_order_with_the_right_port() {
    let slot = "hw/shells/netfpga_plus/hw/lib/contrib/tandem_output_port_lookup_v1_0_0/hdl/tandem_output_port_lookup.v";
    passes("output_port_lookup", "tandem_512x8", "tandem_core", &["sim/tops/lookup_512.sv", "sim/tops/lookup.sv", slot]);
}

#[test]
fn netfpga_sume_delivers_every_frame_whole_and_in_order_with_the_right_port() {
    let slot = "hw/shells/netfpga_sume/hw/lib/contrib/tandem_output_port_lookup_v1_0_0/hdl/tandem_output_port_lookup.v";
    passes("output_port_lookup", "tandem_256x4", "tandem_core", &["sim/tops/lookup_256.sv", "sim/tops/lookup.sv", slot]);
}
