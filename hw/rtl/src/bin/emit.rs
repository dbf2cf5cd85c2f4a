//! Writes the Verilog of every design, once every check is clean: `emit OUT_DIR`.

use std::path::Path;
use std::process::ExitCode;

const USAGE: &str = "usage: emit OUT_DIR";

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let (out, none) = (arguments.next(), arguments.next());
    if out.as_ref().is_some_and(|out| out == "--help" || out == "-h") {
        println!("{USAGE}");
        return ExitCode::SUCCESS;
    }
    // What looks like an option is no folder: `./-x` is one.
    let (Some(out), None) = (out.filter(|out| !out.as_encoded_bytes().starts_with(b"-")), none) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match emit::emit_all(&rtl::designs(), Path::new(&out)) {
        Ok(files) => {
            files.iter().for_each(|file| println!("{}", file.display()));
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("emit: {error}");
            ExitCode::FAILURE
        }
    }
}
