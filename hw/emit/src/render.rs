//! From a block to its text.

use crate::design::Design;
use crate::error::EmitError;
use crate::library::Library;
use crate::source::Sources;
use crate::{check, print, tree};
use rust_hdl::core::check_error::{CheckError, PathedName, check_all};

/// Stack of the thread that builds and walks a block: pipelines of wide stages overflow the usual 2 MiB in debug builds.
const STACK_BYTES: usize = 512 << 20;

/// The modules of `design`, after rust-hdl's checks and the translation check; needs no other program.
///
/// # Errors
/// Whatever either of them refuses, all at once.
pub fn render(design: &Design) -> Result<Library, EmitError> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK_BYTES);
        let handle = thread.spawn_scoped(scope, || render_here(design)).expect("the system refuses a thread");
        handle.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

fn render_here(design: &Design) -> Result<Library, EmitError> {
    let sources = Sources::read(&design.sources)?;
    let mut tops = vec![];
    for top in &design.tops {
        let mut block = (top.build)();
        block.connect_all();
        check_all(block.as_ref()).map_err(|error| EmitError::Check { top: top.name.clone(), findings: findings(&top.name, error) })?;
        let tree = tree::read(block.as_ref(), &top.name, top.of, &sources);
        let mut refusals = sources.refusals.clone();
        refusals.extend(check::refusals(&tree));
        if !refusals.is_empty() {
            return Err(EmitError::Translation { top: top.name.clone(), refusals });
        }
        tops.push((top.name.clone(), tree));
    }
    Ok(print::print(&tops, &design.prefix, &sources))
}

/// What rust-hdl found, and where.
fn findings(top: &str, error: CheckError) -> String {
    let (what, mut places): (_, Vec<PathedName>) = match error {
        CheckError::OpenSignal(open) => ("nothing drives", open.into_values().collect()),
        CheckError::LogicLoops(loops) => ("read before written", loops),
        CheckError::WritesToInputs(inputs) => ("inputs written by their own block", inputs),
    };
    places.sort_by(|a, b| (&a.path, &a.name).cmp(&(&b.path, &b.name)));
    let places: Vec<_> =
        places.iter().map(|place| format!("{}.{}", place.path.replacen("uut", top, 1).replace('$', "."), place.name)).collect();
    format!("{what}: {}", places.join(", "))
}
