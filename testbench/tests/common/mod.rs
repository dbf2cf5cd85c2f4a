//! The programs that tests of several kinds run.

use std::path::Path;
use std::process::Command;

pub(crate) const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// The folder with `tandem-card` in it, after `tandem` was built into it, too.
pub(crate) fn programs() -> &'static Path {
    let folder = Path::new(env!("CARGO_BIN_EXE_tandem-card")).parent().unwrap();
    let mut build = Command::new(env!("CARGO"));
    build.args(["build", "--quiet", "--workspace", "--bin", "tandem"]).current_dir(ROOT);
    if folder.ends_with("release") {
        build.arg("--release");
    }
    assert!(build.status().unwrap().success() && folder.join("tandem").exists(), "tandem is built into {}", folder.display());
    folder
}
