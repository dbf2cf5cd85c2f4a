//! The header that C programs read holds what the table holds.

mod wanted;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;
use wanted::wanted;

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tandem.h");

/// Lets the C compiler make `program` from `source`, with every warning an error.
fn compile(source: &Path, program: &Path) {
    let folder = Path::new(PATH).parent().unwrap();
    let options = ["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic"];
    let compiled = tools::find("cc")
        .and_then(|cc| tools::run(Command::new(cc).args(options).arg("-I").arg(folder).arg(source).arg("-o").arg(program)));
    compiled.unwrap_or_else(|error| panic!("the header does not compile: {error}"));
}

#[test]
fn the_header_is_the_table() {
    let header = fs::read_to_string(PATH).unwrap_or_else(|error| panic!("{PATH}: {error}; write it with: just registers"));
    assert!(header == contract::header::render(), "tandem.h is not what the table says: look at the difference after: just registers");
}

#[test]
fn a_c_program_sees_the_values_that_rust_has() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (source, program) = (folder.join("values.c"), folder.join("values"));
    let mut text = String::from("#include \"tandem.h\"\n#include \"tandem.h\"\n#include <stdio.h>\nint main(void) {\n");
    for name in wanted().keys() {
        let _ = writeln!(text, "    printf(\"%s %llu\\n\", \"{name}\", (unsigned long long)({name}));");
    }
    fs::write(&source, text + "    return 0;\n}\n").unwrap();
    compile(&source, &program);
    let output = String::from_utf8(Command::new(&program).output().unwrap().stdout).unwrap();
    let seen: BTreeMap<String, u64> =
        output.lines().map(|line| line.split_once(' ').unwrap()).map(|(name, value)| (name.to_owned(), value.parse().unwrap())).collect();
    assert_eq!(seen, wanted());
}

#[test]
fn the_header_defines_nothing_that_is_not_compared() {
    let header = contract::header::render();
    let defined = header.lines().filter_map(|line| line.strip_prefix("#define ")).filter_map(|line| line.split([' ', '(']).next());
    let compared: Vec<String> = wanted().into_keys().map(|name| name.split('(').next().unwrap().to_owned()).collect();
    for name in defined.filter(|name| *name != "TANDEM_H") {
        assert!(compared.iter().any(|compared| compared == name), "{name}");
    }
}
