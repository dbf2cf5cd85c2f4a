//! Modules written by hand, with parameters.

use rust_hdl::prelude::Verilog;
use std::fmt::Write;

/// A module written by hand: a memory, say. It is emitted once, whatever its parameters are where it is used.
///
/// ```
/// use emit::Primitive;
///
/// let verilog = Primitive::new("Delay", "reg [WIDTH-1:0] line [0:CLOCKS-2];\n/* ... */")
///     .parameter("WIDTH", 8, 512, &["d", "q"])
///     .parameter("CLOCKS", 2, 4, &[])
///     .verilog();
/// ```
///
/// `verilog` is what a block returns from `Logic::hdl`. rust-hdl's own printer takes it, too: there, each instance is a module of its own.
pub struct Primitive {
    /// Its name, as a struct would have it.
    pub(crate) name: String,
    /// What it promises, where that is not the doc comment of the struct of this name.
    pub(crate) doc: Vec<String>,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: String,
}

/// A parameter of a module.
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) default: usize,
    /// What it is here.
    pub(crate) value: usize,
    /// The ports that have as many bits.
    pub(crate) ports: Vec<String>,
}

const NAME: &str = "// primitive ";
const DOC: &str = "/// ";

impl Primitive {
    /// The module that is called `name`, as a struct would be, with `body` between its ports and its end.
    pub fn new(name: &str, body: &str) -> Self {
        Self { name: name.into(), doc: vec![], parameters: vec![], body: body.into() }
    }

    /// Says what it promises; without it, the doc comment of the struct that is called as it is says so.
    pub fn doc(mut self, line: &str) -> Self {
        self.doc.push(line.into());
        self
    }

    /// Adds a parameter: `default` where nobody says otherwise, `value` here; `ports` have as many bits.
    pub fn parameter(mut self, name: &str, default: usize, value: usize, ports: &[&str]) -> Self {
        let ports = ports.iter().map(|port| port.to_string()).collect();
        self.parameters.push(Parameter { name: name.into(), default, value, ports });
        self
    }

    /// What `Logic::hdl` returns.
    pub fn verilog(&self) -> Verilog {
        let mut text = format!("{NAME}{}\n", self.name);
        self.doc.iter().for_each(|line| _ = writeln!(text, "{DOC}{line}"));
        for Parameter { name, default, value, ports } in &self.parameters {
            let _ = writeln!(text, "parameter {name} = {value}; // {default} {}", ports.join(" "));
        }
        Verilog::Custom(text + &self.body)
    }

    /// The primitive that was made into `code`.
    pub(crate) fn read(code: &Verilog) -> Option<Self> {
        let Verilog::Custom(code) = code else { return None };
        let (name, mut rest) = code.strip_prefix(NAME)?.split_once('\n')?;
        let mut primitive = Self::new(name, "");
        while let Some((line, after)) = rest.split_once('\n') {
            if let Some(doc) = line.strip_prefix(DOC) {
                primitive = primitive.doc(doc);
            } else if let Some((name, told)) = line.strip_prefix("parameter ").and_then(|line| line.split_once(" = ")) {
                let (value, noted) = told.split_once("; // ")?;
                let (default, ports) = noted.split_once(' ')?;
                let ports: Vec<_> = ports.split_whitespace().collect();
                primitive = primitive.parameter(name, default.parse().ok()?, value.parse().ok()?, &ports);
            } else {
                break;
            }
            rest = after;
        }
        primitive.body = rest.into();
        Some(primitive)
    }

    /// The range of a port of so many bits, as Verilog declares it; empty for one bit.
    pub(crate) fn range(&self, port: &str, width: usize) -> String {
        match self.parameters.iter().find(|parameter| parameter.ports.iter().any(|other| other == port)) {
            Some(parameter) => format!("[{}-1:0]", parameter.name),
            None if width == 1 => String::new(),
            None => format!("[{}:0]", width - 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_was_made_of() {
        let made =
            Primitive::new("Ram", "reg store;\nq = 1;").doc("A memory.").parameter("WIDTH", 8, 12, &["d", "q"]).parameter("A", 4, 9, &[]);
        let read = Primitive::read(&made.verilog()).expect("it is one");
        assert_eq!((read.name.as_str(), read.body.as_str(), read.doc), ("Ram", "reg store;\nq = 1;", vec!["A memory.".to_string()]));
        assert_eq!((read.parameters[0].default, read.parameters[0].value, read.parameters[1].value), (8, 12, 9));
        assert_eq!((made.range("q", 12), made.range("e", 1), made.range("f", 3)), ("[WIDTH-1:0]".into(), String::new(), "[2:0]".into()));
        assert!(Primitive::read(&Verilog::Custom("assign q = d;".into())).is_none());
    }
}
