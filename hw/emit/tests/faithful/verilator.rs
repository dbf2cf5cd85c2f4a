//! Runs many small modules under Verilator at once.

use std::fmt::Write;
use std::fs::File;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::Command;

/// One value for each input.
pub type Inputs = [u64; INPUTS.len()];

/// Name and width of each input.
pub const INPUTS: [(&str, usize); 8] = [("a", 1), ("b", 1), ("c", 5), ("d", 8), ("e", 8), ("f", 16), ("g", 32), ("h", 40)];

/// A module with these inputs and the output `o`, in two renderings: `raw_<name>` and `<name>`.
pub struct Case {
    pub name: String,
    pub width: usize,
    pub raw: String,
    pub readable: Option<String>,
}

/// Many cases, built into one program.
pub struct Model(PathBuf);

impl Model {
    pub fn build(cases: &[Case]) -> Self {
        let verilator = tools::find("verilator").unwrap_or_else(|error| panic!("{error}"));
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("faithful");
        let _ = std::fs::remove_dir_all(&folder); // from an earlier run, if there was one
        std::fs::create_dir_all(&folder).expect("the target folder can be written");
        std::fs::write(folder.join("top.v"), top(cases)).expect("the target folder can be written");
        std::fs::write(folder.join("main.cpp"), main()).expect("the target folder can be written");

        let mut build = Command::new(verilator);
        build.args(["--cc", "--exe", "--build", "-j", "2", "-Wno-fatal", "-Wno-lint", "-Wno-style", "--x-assign", "0", "--x-initial", "0"]);
        build.args(["-CFLAGS", "-O0", "--top-module", "top", "--Mdir", "obj", "top.v", "main.cpp"]).current_dir(&folder);
        let built = build.output().expect("Verilator starts");
        assert!(built.status.success(), "{}{}", String::from_utf8_lossy(&built.stdout), String::from_utf8_lossy(&built.stderr));
        Self(folder.join("obj/Vtop"))
    }

    /// For each of the inputs, one after the other, what both renderings of each case give; 0 where there is no second.
    pub fn run(&self, cases: Range<usize>, inputs: &[Inputs]) -> Vec<Vec<(u64, u64)>> {
        let rows: String = inputs.iter().map(|row| row.map(|value| format!("{value:x} ")).concat() + "\n").collect();
        let file = self.0.with_file_name(format!("inputs-{}", cases.start));
        std::fs::write(&file, rows).expect("the target folder can be written");
        let range = [2 * cases.start, 2 * cases.end].map(|bound| bound.to_string());
        let stdin = File::open(file).expect("it was just written");
        let ran = Command::new(&self.0).args(range).stdin(stdin).output().expect("the model starts");
        let text = String::from_utf8(ran.stdout).expect("the model prints numbers");
        let mut numbers = text.split_whitespace().map(|number| u64::from_str_radix(number, 16).expect("the model prints numbers"));
        let mut next = || numbers.next().expect("the model prints a number for each");
        inputs.iter().map(|_| cases.clone().map(|_| (next(), next())).collect()).collect()
    }
}

/// All modules, and one that holds them and selects which of them is seen.
fn top(cases: &[Case]) -> String {
    let mut text = String::new();
    for case in cases {
        text += &case.raw;
        text += case.readable.as_deref().unwrap_or_default();
    }
    let ports: String = INPUTS.iter().map(|(name, width)| format!("input [{}:0] {name}, ", width - 1)).collect();
    let pins: String = INPUTS.iter().map(|(name, _)| format!(".{name}({name}), ")).collect();
    let _ = writeln!(text, "module top({ports}input [31:0] select, output reg [63:0] seen);");
    let mut choose = String::new();
    for (number, case) in cases.iter().enumerate() {
        let names = [Some(format!("raw_{}", case.name)), case.readable.as_ref().map(|_| case.name.clone())];
        for (which, name) in names.into_iter().enumerate() {
            let Some(name) = name else { continue };
            let (at, width) = (2 * number + which, case.width);
            let _ = writeln!(text, "wire [{}:0] o{at}; {name} m{at}({pins}.o(o{at}));", width - 1);
            let _ = writeln!(choose, "{at}: seen = {{{}'h0, o{at}}};", 64 - width);
        }
    }
    let _ = writeln!(text, "always @(*) case (select)\n{choose}default: seen = 0;\nendcase\nendmodule");
    text
}

/// A program that reads inputs, a row at a time, and prints the outputs of the modules in the range that its arguments give.
fn main() -> String {
    let set: String = INPUTS.iter().enumerate().map(|(at, (name, _))| format!("top.{name} = row[{at}]; ")).collect();
    format!(
        "#include \"Vtop.h\"\n#include <cstdio>\n#include <cstdlib>\n\
         int main(int, char **range) {{\n  Vtop top;\n  unsigned long long row[{count}];\n  for (;;) {{\n    \
         for (auto &value : row) if (scanf(\"%llx\", &value) != 1) return 0;\n    {set}\n    \
         for (int at = atoi(range[1]); at < atoi(range[2]); at++) {{\n      \
         top.select = at; top.eval(); printf(\"%llx\\n\", (unsigned long long)top.seen);\n    }}\n  }}\n}}\n",
        count = INPUTS.len(),
    )
}
