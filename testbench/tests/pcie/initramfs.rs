//! The guest's file system: busybox, the release `tandem` with its libraries, and nothing else.

use cpio::newc::{Builder, trailer};
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

const DIRECTORY: u32 = 0o040_755;
const EXECUTABLE: u32 = 0o100_755;

/// The archive, packed once for all tests.
pub(crate) fn archive() -> &'static Path {
    static ARCHIVE: OnceLock<PathBuf> = OnceLock::new();
    ARCHIVE.get_or_init(|| {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("initramfs.cpio");
        std::fs::write(&path, pack(&contents())).unwrap();
        path
    })
}

/// What a tool that `./justw setup` brings is called under `.tools/guest`.
///
/// # Panics
/// If it is not there: nothing here can be tested without.
pub(crate) fn tool(name: &str) -> PathBuf {
    tools::unpacked(&format!("guest/{name}")).unwrap_or_else(|error| panic!("{error}"))
}

fn contents() -> BTreeMap<PathBuf, Vec<u8>> {
    let tandem = release_tandem();
    let read = |path: &Path| std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut files = BTreeMap::from([
        ("/init".into(), include_bytes!("init.sh").to_vec()),
        ("/bin/busybox".into(), read(&tool("usr/bin/busybox"))),
        ("/bin/tandem".into(), read(&tandem)),
    ]);
    for library in libraries(&tandem) {
        let bytes = read(&library);
        files.insert(library, bytes);
    }
    files
}

/// The host program as it is shipped, built now so that it is never an old one.
fn release_tandem() -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let build = ["build", "--quiet", "--release", "--workspace", "--bin", "tandem", "--message-format", "json-render-diagnostics"];
    let output = Command::new(cargo).args(build).current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/..")).output().unwrap();
    assert!(output.status.success(), "tandem does not build:\n{}", String::from_utf8_lossy(&output.stderr));
    let messages = serde_json::Deserializer::from_slice(&output.stdout).into_iter::<serde_json::Value>().map(Result::unwrap);
    let mut programs = messages
        .filter(|message| message["target"]["name"] == "tandem")
        .filter_map(|message| message["executable"].as_str().map(PathBuf::from));
    programs.next().expect("cargo says where it put the program")
}

/// What the dynamic loader brings to a program, itself among them.
fn libraries(program: &Path) -> Vec<PathBuf> {
    let output = Command::new("ldd").arg(program).env_remove("LD_LIBRARY_PATH").output().expect("ldd comes with the C library");
    let text = String::from_utf8(output.stdout).unwrap();
    text.split_whitespace().filter(|word| word.starts_with('/')).map(PathBuf::from).collect()
}

/// A `newc` archive, in which every folder stands before what it holds.
fn pack(files: &BTreeMap<PathBuf, Vec<u8>>) -> Vec<u8> {
    let mounts = ["/dev", "/proc", "/sys", "/tmp"].map(Path::new);
    let parents = files.keys().flat_map(|path| path.ancestors().skip(1));
    let mut entries: BTreeMap<&Path, (u32, &[u8])> =
        mounts.into_iter().chain(parents).filter(|path| *path != Path::new("/")).map(|path| (path, (DIRECTORY, &[][..]))).collect();
    entries.extend(files.iter().map(|(path, bytes)| (path.as_path(), (EXECUTABLE, bytes.as_slice()))));
    let mut archive = Vec::new();
    for (inode, (path, (mode, bytes))) in (1..).zip(entries) {
        let name = path.strip_prefix("/").unwrap().to_str().unwrap();
        let mut entry = Builder::new(name).ino(inode).mode(mode).nlink(1).write(&mut archive, bytes.len().try_into().unwrap());
        entry.write_all(bytes).unwrap();
        entry.finish().unwrap();
    }
    trailer(&mut archive).unwrap();
    archive
}
