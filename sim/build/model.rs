//! Verilog made into static libraries by `verilator` and `cc`.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::cache;
use super::designs::{self, Design};
use super::tools::Tools;

/// Flags of the C++ compiler, after `cc`'s own.
pub(crate) const CXXFLAGS: &str = "-std=gnu++17 -O2 -w -DVM_TRACE=1 -DVM_TRACE_FST=1";
/// Flags of Verilator. Lint is the emitter's business, and was fatal there.
const FLAGS: &str = "--trace-fst -O3 --x-assign fast --x-initial fast -Wno-fatal -Wno-lint";

/// Gives cargo the library of a design, from the cache where it is there.
///
/// # Errors
/// If Verilator refuses the Verilog, or the file system something.
///
/// # Panics
/// If the C++ does not compile: `verilator` and `cc` know no other way to say so.
pub(crate) fn link_model(design: &Design, verilog: &str, tools: &Tools, harness: &Path, store: &Path) -> Result<(), Box<dyn Error>> {
    let wires = fs::read(harness.join("wires.cpp"))?;
    let bench = fs::read(harness.join("bench.h"))?;
    let own = include_bytes!("model.rs");
    let how = include_bytes!("designs.rs");
    let key = cache::key(&[verilog.as_bytes(), &wires, &bench, own, how, tools.verilator.as_bytes(), tools.compiler.as_bytes()]);
    let library = format!("V{}__ALL", design.name);
    let (folder, new) = cache::obtain(store, design.name, &key, |folder| build_model(design, verilog, harness, folder))?;
    link(&library, &folder, new);
    println!("cargo::rustc-env=SIM_VERILOG_{}={}", design.name, folder.join("design.v").display());
    Ok(())
}

/// `verilator` 0.1.6 verilates, compiles and archives, but was written for Verilator 4.038: it compiles `V<top>.cpp`, `V<top>__Syms.cpp`
/// and `V<top>__Slow.cpp`, where a current Verilator writes many more files, whose names are known only afterwards. So it runs twice:
/// once here for the names, once in `verilator`, which is given them; and `V<top>__Slow.cpp` is ours, made of all the slow ones.
fn build_model(design: &Design, verilog: &str, harness: &Path, folder: &Path) -> Result<(), Box<dyn Error>> {
    let Design { name, top, .. } = design;
    let source = folder.join("design.v");
    fs::write(&source, verilog)?;
    // The last `--top-module` wins: `verilator` gives the library's name, because two designs have the same top.
    let flags = folder.join("flags.f");
    fs::write(&flags, format!("--prefix V{name} --top-module {top} {FLAGS}\n"))?;
    let output = Command::new("verilator_bin").arg("--cc").arg("-Mdir").arg(folder).arg("-f").arg(&flags).arg(&source).output()?;
    if !output.status.success() {
        return Err(format!("Verilator refuses {name}:\n{}", String::from_utf8_lossy(&output.stderr)).into());
    }

    let seldom = |file: &PathBuf| ["__Slow.cpp", "__Trace__"].iter().any(|part| file.to_string_lossy().contains(part));
    let (slow, fast): (Vec<_>, Vec<_>) = generated(folder)?.into_iter().partition(seldom);
    // What runs once, or for waves only, is half of the text and not worth an optimiser's time.
    let mut text = "#ifdef __clang__\n#pragma clang optimize off\n#else\n#pragma GCC optimize(\"O0\")\n#endif\n".to_owned();
    text += &includes(&slow);
    fs::write(folder.join(format!("V{name}__Slow.cpp")), text)?;
    // One unit: each file by itself would take two seconds for Verilator's headers alone.
    let unit = folder.join("fast.cpp");
    fs::write(&unit, includes(&fast))?;
    let wires = folder.join("wires.cpp");
    fs::write(&wires, designs::binding(design, &format!("V{name}"), &format!("model_{name}"), harness))?;

    let mut verilator = verilator::r#gen::Verilator::default();
    verilator.out_dir(folder).file("-f").file(flags).file(source).file(wires).file(unit).build(name);
    for file in fs::read_dir(folder)? {
        let file = file?.path();
        if !file.extension().is_some_and(|extension| extension == "a" || extension == "v") {
            fs::remove_file(file)?;
        }
    }
    Ok(())
}

fn includes(files: &[PathBuf]) -> String {
    files.iter().map(|file| format!("#include {file:?}\n")).collect()
}

/// The C++ that Verilator wrote, but for the two files that `verilator` expects anyway.
fn generated(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut files = Vec::new();
    for file in fs::read_dir(folder)? {
        let file = file?.path();
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        if name.ends_with(".cpp") && name.contains("__") && !name.ends_with("__Syms.cpp") {
            files.push(file);
        }
    }
    files.sort();
    Ok(files)
}

/// Gives cargo Verilator's runtime and the clock loop. To be called after the models, which refer to them.
///
/// # Errors
/// If the file system refuses something, or the C++ does not compile.
pub(crate) fn link_runtime(tools: &Tools, harness: &Path, store: &Path) -> Result<(), Box<dyn Error>> {
    let own = ["bench.h", "bench.cpp", "broken.cpp"].map(|file| harness.join(file));
    let [header, bench, broken] = [fs::read(&own[0])?, fs::read(&own[1])?, fs::read(&own[2])?];
    let key = cache::key(&[&header, &bench, &broken, include_bytes!("model.rs"), tools.verilator.as_bytes(), tools.compiler.as_bytes()]);
    let (folder, new) = cache::obtain(store, "runtime", &key, |folder| {
        let runtime = ["verilated.cpp", "verilated_threads.cpp", "verilated_fst_c.cpp"].map(|file| tools.include.join(file));
        let mut build = cc::Build::new();
        build.cpp(true).include(&tools.include).include(tools.include.join("vltstd")).files(&own[1..]).files(runtime);
        Ok(build.out_dir(folder).try_compile("verilated")?)
    })?;
    link("verilated", &folder, new);
    // What `src/mutant.rs` needs at run time.
    for (name, path) in [("RUNTIME", folder.as_path()), ("INCLUDE", &tools.include), ("HARNESS", harness), ("STORE", store)] {
        println!("cargo::rustc-env=SIM_{name}={}", path.display());
    }
    for name in ["PATH", "CXX"] {
        println!("cargo::rustc-env=SIM_{name}={}", std::env::var(name)?);
    }
    ["stdc++", "z"].iter().for_each(|library| println!("cargo::rustc-link-lib={library}"));
    Ok(())
}

/// Tells cargo of a library; one that is new `cc` has told of already.
fn link(library: &str, folder: &Path, new: bool) {
    println!("cargo::rerun-if-changed={}", folder.join("complete").display());
    if !new {
        println!("cargo::rustc-link-search=native={}", folder.display());
        println!("cargo::rustc-link-lib=static={library}");
    }
}
