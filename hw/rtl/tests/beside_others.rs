//! The emitted designs can be read into one project: both of a variant together, with the shells' modules and with other people's.
//!
//! Other people's are small modules of the names in `foreign_modules.txt`: a name that two define is what tools refuse. The designs are
//! those of the folder TANDEM_VERILOG, or emitted anew.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::{env, fs};

const VARIANTS: [&str; 2] = ["tandem_512x8", "tandem_256x4"];
const DESIGNS: [&str; 2] = ["tandem_core", "tandem_distributor"];
const FOREIGN: &str = include_str!("foreign_modules.txt");

/// The folder that holds every emitted design.
fn emitted() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        if let Some(given) = env::var_os("TANDEM_VERILOG") {
            return given.into();
        }
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("beside_others");
        let _ = fs::remove_dir_all(&folder); // from an earlier run, if there was one
        rtl::emit::emit_all(&rtl::designs(), &folder).unwrap_or_else(|error| panic!("{error}"));
        folder
    })
}

/// The files that the lists of these designs name, each once: a list has a path a line, from its own folder.
fn files(variant: &str, designs: &[&str]) -> BTreeSet<PathBuf> {
    let folder = emitted().join(variant);
    let mut files = BTreeSet::new();
    for design in designs {
        let list = folder.join(design).with_extension("f");
        let text = fs::read_to_string(&list).unwrap_or_else(|error| panic!("{}: {error}", list.display()));
        files.extend(text.lines().filter(|line| !line.is_empty()).map(|line| folder.join(line)));
    }
    files
}

/// The shells' modules, which stand beside the designs in every bitstream.
fn shells() -> BTreeSet<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shells/common");
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    entries.map(|entry| entry.expect("the folder can be read").path()).collect()
}

fn foreign() -> Vec<&'static str> {
    FOREIGN.lines().filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace).collect()
}

/// A file of small modules of these names, and a top that holds one of each and both designs. None is empty: Yosys lets an empty module
/// be defined again. The file is read first and leaves no implicit nets behind, as much of other people's RTL does.
fn project(name: &str, modules: &[&str]) -> PathBuf {
    let stubs: String =
        modules.iter().map(|module| format!("module {module} (input wire a, output wire b);\nassign b = a;\nendmodule\n")).collect();
    let held = modules.iter().chain(&DESIGNS).enumerate().map(|(number, module)| format!("    {module} held_{number} ();\n"));
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.v"));
    fs::write(&file, format!("`default_nettype none\n{stubs}module one_project;\n{}endmodule\n", held.collect::<String>()))
        .expect("the file can be written");
    file
}

/// What Yosys answers when it reads and elaborates everything in one run.
fn yosys(ours: &BTreeSet<PathBuf>, project: &Path) -> Result<String, String> {
    let mut script = String::new();
    for file in [project].into_iter().chain(ours.iter().map(PathBuf::as_path)) {
        script += &format!("read_verilog {}; ", file.display());
    }
    for file in shells() {
        script += &format!("read_verilog -sv {}; ", file.display());
    }
    script += "hierarchy -check -top one_project";
    let yosys = tools::find("yosys").map_err(|error| error.to_string())?;
    tools::run(Command::new(yosys).args(["-q", "-p", &script])).map_err(|error| error.to_string())
}

/// What Verilator answers when it reads and elaborates everything in one run.
fn verilator(ours: &BTreeSet<PathBuf>, project: &Path) -> Result<String, String> {
    let verilator = tools::find("verilator").map_err(|error| error.to_string())?;
    let mut command = Command::new(verilator);
    // Only what concerns several designs: each design's own lint is the emitter's, and pins stay open in `one_project`.
    command.args(["--lint-only", "-Wno-fatal", "-Wno-lint", "-Wno-style", "-Werror-MODDUP", "--top-module", "one_project"]);
    tools::run(command.arg(project).args(ours).args(shells())).map_err(|error| error.to_string())
}

#[test]
fn both_designs_and_other_people_s_modules_elaborate_in_one_run() {
    for variant in VARIANTS {
        let project = project(variant, &foreign());
        let ours = files(variant, &DESIGNS);
        yosys(&ours, &project).unwrap_or_else(|error| panic!("{variant}: {error}"));
        verilator(&ours, &project).unwrap_or_else(|error| panic!("{variant}: {error}"));
    }
}

#[test]
fn a_module_that_two_define_is_refused() {
    let clash = project("clash", &["arbiter", "tandem_pipeline"]);
    let ours = files(VARIANTS[0], &DESIGNS);
    for answer in [yosys(&ours, &clash), verilator(&ours, &clash)] {
        let error = answer.expect_err("tandem_pipeline is defined twice");
        assert!(error.contains("tandem_pipeline"), "{error}");
    }
}

#[test]
fn every_emitted_module_has_the_prefix_and_its_own_file() {
    for variant in VARIANTS {
        for file in files(variant, &DESIGNS) {
            let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
            let modules: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("module ")).collect();
            let [module] = modules[..] else { panic!("{} holds {modules:?}", file.display()) };
            let name = module.split([' ', '(', ';', '#']).next().unwrap_or_default();
            assert!(name.starts_with("tandem_"), "{}: {name} has no prefix", file.display());
            assert_eq!(file.file_stem().and_then(|stem| stem.to_str()), Some(name));
        }
    }
}

#[test]
fn the_designs_share_their_files() {
    for variant in VARIANTS {
        let [core, distributor] = DESIGNS.map(|design| files(variant, &[design]));
        assert!(core.intersection(&distributor).count() > 10, "{variant}: the distributor holds cores, of the same files");
    }
}
