//! What a design is printed as.

/// Begins every file that is emitted, and tells it from others.
pub const HEADER: &str = "// Emitted from the Rust description of the hardware; do not edit.\n";

/// The modules of a design, each once.
#[derive(Debug)]
pub struct Library {
    pub(crate) modules: Vec<Module>,
    /// Each top, and the numbers of the modules it is made of.
    pub(crate) tops: Vec<(String, Vec<usize>)>,
}

/// One module.
#[derive(Debug)]
pub struct Module {
    pub(crate) name: String,
    pub(crate) text: String,
}

impl Module {
    /// What it is called; its file is called so, too.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its comment, and the module from `module` to `endmodule`.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl Library {
    /// Every module.
    pub fn modules(&self) -> &[Module] {
        &self.modules
    }

    /// The modules that `top` is made of, each after those it holds; none where the design has no such top.
    pub fn list(&self, top: &str) -> Vec<&Module> {
        let numbers = self.tops.iter().find(|(name, _)| name == top).map_or(&[][..], |(_, numbers)| numbers);
        numbers.iter().map(|&number| &self.modules[number]).collect()
    }

    /// All that `top` is made of, in one text.
    pub fn text(&self, top: &str) -> String {
        self.list(top).iter().fold(HEADER.to_string(), |text, module| text + "\n" + &module.text)
    }
}
