//! Writes the Verilog of every design, once every check is clean: `emit OUT_DIR`.

use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

const USAGE: &str = "usage: emit OUT_DIR";

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let (out, none) = (arguments.next(), arguments.next());
    if out.as_ref().is_some_and(|out| out == "--help" || out == "-h") {
        let _ = writeln!(io::stdout(), "{USAGE}");
        return ExitCode::SUCCESS;
    }
    // What looks like an option is no folder: `./-x` is one.
    let (Some(out), None) = (out.filter(|out| !out.as_encoded_bytes().starts_with(b"-")), none) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match emit::emit_all(&rtl::designs(), Path::new(&out)) {
        Ok(files) => {
            // What was done counts, whoever reads of it.
            let _ = files.iter().try_for_each(|file| writeln!(io::stdout(), "{}", file.display()));
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("emit: {error}");
            ExitCode::FAILURE
        }
    }
}
