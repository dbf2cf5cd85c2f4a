//! The programs that tests of several kinds run.

use std::path::Path;
use std::process::Command;

/// Programs of `sw` that tests run.
const PROGRAMS: [&str; 3] = ["tandem", "tandem-gateway", "tandem-manager"];

pub(crate) const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// The folder with `tandem-card` in it, after the programs of `sw` were built into it, too.
pub(crate) fn programs() -> &'static Path {
    let folder = Path::new(env!("CARGO_BIN_EXE_tandem-card")).parent().unwrap();
    let mut build = Command::new(env!("CARGO"));
    build.args(["build", "--quiet", "--workspace"]).args(PROGRAMS.iter().flat_map(|program| ["--bin", program])).current_dir(ROOT);
    if folder.ends_with("release") {
        build.arg("--release");
    }
    assert!(
        build.status().unwrap().success() && PROGRAMS.iter().all(|program| folder.join(program).exists()),
        "{PROGRAMS:?} are built into {}",
        folder.display()
    );
    folder
}
