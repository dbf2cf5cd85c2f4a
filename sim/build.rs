//! Makes the Verilog that `rtl` emits into static libraries: one model per design, and Verilator's runtime with our clock loop.
//!
//! They are kept under `<target>/models`, named by everything that goes into them, so none is built twice and none is stale, whatever
//! the profile. With `TANDEM_VERILOG=<folder>` the Verilog comes from there (laid out as the emitter does it) instead.

#[path = "build/cache.rs"]
mod cache;
#[path = "build/designs.rs"]
mod designs;
#[path = "build/model.rs"]
mod model;
#[path = "build/tools.rs"]
mod tools;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs, thread};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() {
    if let Err(error) = build() {
        error.to_string().lines().for_each(|line| println!("cargo::error={line}"));
    }
}

fn build() -> Result<()> {
    ["build.rs", "build", "harness"].iter().for_each(|input| println!("cargo::rerun-if-changed={input}"));
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().ok_or("sim lies in no workspace")?;
    let tools = tools::find()?;
    let harness = fs::canonicalize("harness")?;
    let store = target_folder()?.join("models");
    fs::create_dir_all(&store)?;
    // Builds of two profiles may run at once; the later one then finds the work done.
    let lock = fs::File::create(store.join("lock"))?;
    lock.lock()?;
    let verilog = verilog(workspace)?;
    thread::scope(|scope| {
        let (tools, harness, store) = (&tools, &harness, &store);
        let link = |(design, text): (&'static designs::Design, String)| {
            model::link_model(design, &text, tools, harness, store).map_err(|error| error.to_string())
        };
        let builds: Vec<_> = verilog.into_iter().map(|design| scope.spawn(move || link(design))).collect();
        builds.into_iter().try_for_each(|build| build.join().unwrap_or(Err("a model does not compile: see below".into())))
    })?;
    model::link_runtime(&tools, &harness, &store)
}

/// The Verilog of every design: what is emitted, from `rtl` or else from the folder that the environment names, and what is around it.
fn verilog(workspace: &Path) -> Result<Vec<(&'static designs::Design, String)>> {
    println!("cargo::rerun-if-env-changed=TANDEM_VERILOG");
    let folder = env::var_os("TANDEM_VERILOG").map(PathBuf::from);
    let read = |path: PathBuf| {
        println!("cargo::rerun-if-changed={}", path.display());
        fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))
    };
    let mut libraries = vec![];
    for design in rtl::designs().iter().filter(|_| folder.is_none()) {
        libraries.push((design.variant().to_owned(), emit::render(design)?));
    }
    let text = |design: &'static designs::Design| {
        let mut text = if let Some(folder) = &folder {
            let list = folder.join(design.variant).join(design.emitted).with_extension("f");
            println!("cargo::rerun-if-changed={}", list.display());
            ::tools::listed(&list)?.into_iter().map(read).collect::<std::result::Result<String, _>>()?
        } else {
            let library = libraries.iter().find(|(variant, _)| variant == design.variant);
            library.ok_or(format!("rtl emits no {}", design.variant))?.1.text(design.emitted)
        };
        for path in design.around {
            text = text + "\n" + &read(workspace.join(path))?;
        }
        Ok((design, text))
    };
    designs::DESIGNS.iter().map(text).collect()
}

/// The folder that all profiles share: `OUT_DIR` is `<target>/<profile>/build/sim-<hash>/out`.
fn target_folder() -> Result<PathBuf> {
    let out = PathBuf::from(env::var("OUT_DIR")?);
    Ok(out.ancestors().nth(4).ok_or("OUT_DIR is not as cargo lays it out")?.to_path_buf())
}
