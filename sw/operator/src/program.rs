//! How an operator's program begins and ends: its arguments, and its exit code.

use crate::output;
use std::io::ErrorKind;
use std::process::ExitCode;

/// What a command found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Nothing to do.
    Clean,
    /// Something to look at, such as changes, drift or hazards: exit code 2.
    Something,
    /// Something wrong, which the answer has reported already: exit code 1.
    Wrong,
}

/// The arguments of this process. Wrong ones end it here.
pub fn arguments<A: clap::Parser>() -> A {
    A::try_parse().unwrap_or_else(|error| {
        let _ = error.print();
        // 2 is a finding, so a wrong command line, unlike clap's own, ends with 1.
        std::process::exit(i32::from(error.use_stderr()))
    })
}

/// Prints the error, if there is one, and returns the exit code. `changes` says whether the command is there to change something, and not to
/// answer: its exit code tells what was done, even if standard output took nothing.
pub fn exit_code(ended: &anyhow::Result<Finding>, changes: bool) -> ExitCode {
    if let Err(error) = ended {
        output::tell(format_args!("error: {error:#}"));
    }
    // Whoever closes our output, `head` for example, has enough.
    let untold = output::failure().filter(|failure| failure.kind() != ErrorKind::BrokenPipe);
    if let Some(failure) = untold {
        output::tell(format_args!("error: standard output: {failure}; make room there, or write somewhere else"));
    }
    match ended {
        Ok(_) if untold.is_some() && !changes => ExitCode::FAILURE,
        Ok(Finding::Clean) => ExitCode::SUCCESS,
        Ok(Finding::Something) => ExitCode::from(2),
        Ok(Finding::Wrong) | Err(_) => ExitCode::FAILURE,
    }
}
