//! A claim: what is proved of a block, and how.

use synth::verilog::ModuleText;

/// How something is proved for all time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Method {
    /// By the solver: it holds for these clocks from reset, and where it held in a clock it holds in the next.
    Induction(usize),
    /// By the solver, of a pipeline that forgets: it holds for these clocks from reset, and where it held for as many it holds in the next.
    History(usize),
    /// By ABC, which finds what holds in every clock by itself (property directed reachability); and by the solver for these clocks from reset.
    Reachability(usize),
}

/// Properties of one block.
pub struct Claim {
    /// The module; with `_` at its end, all whose names are that or begin with it.
    pub block: &'static str,
    /// What is proved.
    pub says: &'static str,
    /// The same for Yosys.
    pub properties: &'static str,
    /// Modules that others stand for: their names, likewise, and the file.
    pub stand_ins: &'static [(&'static str, &'static str)],
    /// Modules inside that properties are put into too: their name, and the file.
    pub inside: &'static [(&'static str, &'static str)],
    /// What its parameters are in the proof, where they differ from those of the module.
    pub parameters: &'static [(&'static str, u32)],
    /// How.
    pub method: Method,
}

/// What most blocks are proved as.
pub(crate) const AS_IT_IS: Claim =
    Claim { block: "", says: "", properties: "", stand_ins: &[], inside: &[], parameters: &[], method: Method::Induction(4) };

impl Claim {
    /// Of `modules`, those it is claimed of.
    pub fn blocks<'a>(&self, modules: &[ModuleText<'a>]) -> Vec<&'a str> {
        modules.iter().map(|module| module.name).filter(|name| fits(self.block, name)).collect()
    }

    /// The file that stands for a module.
    pub fn stand_in(&self, module: &ModuleText) -> Option<&'static str> {
        self.stand_ins.iter().find(|(name, _)| fits(name, module.name)).map(|(_, file)| *file)
    }
}

/// Whether a module's name is the one that a claim names, or begins with it.
pub(crate) fn fits(pattern: &str, name: &str) -> bool {
    pattern.strip_suffix('_').map_or(name == pattern, |kind| name == kind || name.starts_with(pattern))
}
