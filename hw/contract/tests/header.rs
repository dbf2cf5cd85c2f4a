//! The header that C programs read holds what the table holds.

use contract::code::{Reason, Verdict};
use contract::field::Field;
use contract::register::MAP;
use contract::{limits, metadata, register};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tandem.h");

/// Every value that a program in C needs, by the C expression that must have it.
fn wanted() -> BTreeMap<String, u64> {
    let mut wanted = BTreeMap::new();
    macro_rules! numbers {
        ($($module:ident::$name:ident),*) => { $(wanted.insert(format!("TANDEM_{}", stringify!($name)), $module::$name as u64);)* };
    }
    numbers!(register::IDENTITY_VALUE, register::CONTRACT_VALUE, register::VIEW_IDLE_BANK, register::UNIT_RULES, register::ENTRY_WORDS);
    numbers!(register::MANAGER_WORDS, register::COUNTER_WORDS, register::COUNTER_REASON, register::COUNTER_HOST_LOST, register::COUNTERS);
    numbers!(limits::BUCKETS, limits::GROUPS, limits::MANAGERS, limits::RULES, limits::GROUP_MACS, limits::PORTS);
    numbers!(limits::REGISTER_WINDOW, metadata::EGRESS_HOST);
    for register in MAP {
        for index in 0..register.count as usize {
            let argument = if register.count == 1 { String::new() } else { format!("({index})") };
            wanted.insert(format!("TANDEM_{}{argument}", register.name), register.at(index).into());
        }
        wanted.extend(register.fields.iter().flat_map(|field| shift_and_mask(register.name, field)));
    }
    wanted.extend(metadata::FIELDS.iter().flat_map(|field| shift_and_mask("METADATA", field)));
    wanted.extend(Verdict::ALL.iter().map(|code| (format!("TANDEM_VERDICT_{}", code.name().to_uppercase()), code.code().into())));
    wanted.extend(Reason::ALL.iter().map(|code| (format!("TANDEM_REASON_{}", code.name().to_uppercase()), code.code().into())));
    wanted
}

fn shift_and_mask(word: &str, field: &Field) -> [(String, u64); 2] {
    let name = format!("TANDEM_{word}_{}", field.name.to_uppercase());
    [(format!("{name}_SHIFT"), field.lsb.into()), (format!("{name}_MASK"), field.mask())]
}

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
