//! Designs from Verilog that is not the emitted one: made at run time, so that a test can put a fault in and see it found.

use std::ffi::c_void;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::{error, fs, io};

use libloading::{Library, Symbol};

use crate::{Design, Sim};

#[path = "../build/cache.rs"]
mod cache;
#[expect(dead_code, reason = "the build script reads the rest of it")]
#[path = "../build/designs.rs"]
mod designs;

type Result<T> = std::result::Result<T, Box<dyn error::Error>>;

/// What the build script found and made.
const PATH: &str = env!("SIM_PATH");
const COMPILER: &str = env!("SIM_CXX");
const INCLUDE: &str = env!("SIM_INCLUDE");
const HARNESS: &str = env!("SIM_HARNESS");
const RUNTIME: &str = env!("SIM_RUNTIME");
const STORE: &str = env!("SIM_STORE");

/// One build at a time for each design would do; one at a time altogether is simpler, and a build keeps a machine busy anyway.
static BUILDING: Mutex<()> = Mutex::new(());

impl Sim {
    /// A design after reset, of Verilog with the same ports as its own. Built once for each text, and then kept like all models.
    ///
    /// # Errors
    /// If Verilator or the C++ compiler refuses the Verilog.
    pub fn of_verilog(design: Design, verilog: &str) -> Result<Self> {
        let (name, key) = place(design, verilog);
        let building = BUILDING.lock();
        let (folder, _) = cache::obtain(Path::new(STORE), &name, &key, |folder| build(design, verilog, folder))?;
        drop(building);
        // SAFETY: the library is ours; loading it runs nothing but the constructors of Verilator's runtime.
        let library = unsafe { Library::new(folder.join("mutant.so"))? };
        // SAFETY: this is how `wires.cpp` declares it.
        let make: Symbol<'_, unsafe extern "C" fn() -> *mut c_void> = unsafe { library.get(b"model_mutant")? };
        // SAFETY: it makes a model as those that are linked in; that its ports are this design's, the C++ compiler has seen.
        let sim = unsafe { Self::of_model(design, make()) };
        // The model's code lies in the library, which must not go while a model may be there: it stays.
        std::mem::forget(library);
        Ok(sim)
    }

    /// Removes what [`Sim::of_verilog`] keeps of this Verilog, which nobody will ask for again.
    ///
    /// # Errors
    /// If the file system refuses it.
    pub fn discard_verilog(design: Design, verilog: &str) -> io::Result<()> {
        let (name, key) = place(design, verilog);
        fs::remove_dir_all(Path::new(STORE).join(format!("{name}-{key}")))
    }
}

/// Name and key under which the model of this Verilog is kept.
fn place(design: Design, verilog: &str) -> (String, String) {
    // The runtime's folder stands for the tools and the rest of the harness.
    let own: [&[u8]; 3] = [include_bytes!("mutant.rs"), include_bytes!("../build/designs.rs"), include_bytes!("../harness/wires.cpp")];
    let key = cache::key(&[verilog.as_bytes(), COMPILER.as_bytes(), INCLUDE.as_bytes(), RUNTIME.as_bytes(), own[0], own[1], own[2]]);
    (format!("mutant-{}", design.name()), key)
}

fn build(design: Design, verilog: &str, folder: &Path) -> Result<()> {
    let design = designs::DESIGNS.iter().find(|made| made.name == design.name()).ok_or("a design that nobody makes")?;
    let source = folder.join("design.v");
    fs::write(&source, verilog)?;
    let mut verilator = Command::new("verilator_bin");
    verilator.args(["--cc", "-O3", "--x-assign", "fast", "--x-initial", "fast", "-Wno-fatal", "-Wno-lint"]);
    verilator.args(["--prefix", "Vmutant", "--top-module", design.top, "-Mdir"]).arg(folder).arg(&source);
    run(&mut verilator)?;

    fs::write(folder.join("wires.cpp"), designs::binding(design, "Vmutant", "model_mutant", Path::new(HARNESS)))?;
    // One unit of all files: most of the time of a small one goes to Verilator's headers.
    let all = folder.join("all.cpp");
    fs::write(&all, includes(folder)?)?;
    let mut words = COMPILER.split_whitespace(); // CXX may be "ccache clang++"
    let mut compiler = Command::new(words.next().unwrap_or_default());
    // It runs for moments and writes no waves: compiling it fast matters more than running it fast.
    compiler.args(words).args(["-shared", "-fPIC", "-std=gnu++17", "-O1", "-w", "-o"]);
    compiler
        .arg(folder.join("mutant.so"))
        .arg("-I")
        .arg(folder)
        .arg(format!("-I{INCLUDE}"))
        .arg(format!("-I{INCLUDE}/vltstd"))
        .arg(format!("-I{HARNESS}"))
        .arg(all);
    compiler.arg(format!("-L{RUNTIME}")).args(["-lverilated", "-lz"]);
    run(&mut compiler)
}

/// Includes every C++ file of a folder.
fn includes(folder: &Path) -> Result<String> {
    let mut files = Vec::new();
    for file in fs::read_dir(folder)? {
        let file = file?.path();
        if file.extension().is_some_and(|extension| extension == "cpp") {
            files.push(format!("#include {file:?}\n"));
        }
    }
    files.sort();
    Ok(files.concat())
}

fn run(command: &mut Command) -> Result<()> {
    let output = command.env("PATH", PATH).output()?;
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into()) }
}
