//! Writes the Verilog of every design, once every check is clean: `emit OUT_DIR`.

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let (Some(out), None) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: emit OUT_DIR");
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
