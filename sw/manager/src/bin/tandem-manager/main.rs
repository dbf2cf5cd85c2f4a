//! `tandem-manager`: runs a traffic manager, and asks one that runs.
//!
//! Ends with 0 if there was nothing to say against it, with 1 after an error, and with 2 where `plan` finds changes.

use anyhow::{Context as _, Result, bail};
use clap::{Parser, Subcommand};
use document::{ConfigError, Faults};
use manager::Configuration;
use manager::ask::{Answer, Ask, ask};
use manager::changes::{Change, changes, document};
use model::transport::{TCP, UDP};
use serde::Serialize;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

/// Balances the connections of services over their servers
#[derive(Parser)]
#[command(version, about, disable_help_subcommand = true)]
struct Arguments {
    /// The socket at which a running manager is asked
    #[arg(long, global = true, value_name = "PATH", env = "TANDEM_MANAGER", hide_env_values = true, default_value = "/run/tandem/manager")]
    socket: PathBuf,
    /// Prints JSON for programs instead of text for people
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serves until SIGTERM; SIGHUP reads the file again
    ///
    /// At SIGTERM it takes no new connections, and ends once the others have, or after `drain` seconds; at a second one it ends at once.
    Run {
        /// The configuration; docs/manager.md describes it
        file: PathBuf,
        /// Goes on with the connections of the manager that is asked at the same socket, which ends
        #[arg(long)]
        take_over: bool,
    },
    /// Tells what is wrong with a configuration
    Check {
        /// The configuration
        file: PathBuf,
    },
    /// Tells what a configuration would change; ends with 2 if it would
    Plan {
        /// The configuration
        file: PathBuf,
    },
    /// Has the running manager follow a configuration, without losing a connection
    Apply {
        /// The configuration
        file: PathBuf,
    },
    /// Shows connections, frames, interfaces and servers
    Show,
    /// Tells what becomes of a packet of a client
    Explain {
        /// The client, such as 198.51.100.9:40000
        from: SocketAddr,
        /// Where it asks, such as 192.0.2.10:80
        to: SocketAddr,
        /// The packet is of UDP, and not of TCP
        #[arg(long)]
        udp: bool,
    },
    /// Shows the same as `show`, again and again
    Watch {
        /// Seconds between two looks
        #[arg(long, default_value_t = 1.0, value_parser = seconds)]
        interval: f64,
        /// Ends after this many looks
        #[arg(long)]
        count: Option<u64>,
    },
}

fn seconds(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|seconds| (0.01..=86_400.0).contains(seconds)).ok_or_else(|| "write seconds from 0.01 to 86400".to_owned())
}

fn main() -> ExitCode {
    let arguments = Arguments::try_parse().unwrap_or_else(|error| {
        let _ = error.print();
        // 2 means changes, so a wrong command line, unlike clap's own, ends with 1.
        std::process::exit(i32::from(error.use_stderr()))
    });
    run(&arguments).unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}

fn run(arguments: &Arguments) -> Result<ExitCode> {
    let Arguments { socket, json, command } = arguments;
    match command {
        Command::Run { file, take_over } => {
            let wanted = parse(file)?;
            let ready = format!("ready: traffic manager by {}, asked at {}", file.display(), socket.display());
            let report = manager::run(wanted, socket, *take_over, || eprintln!("{ready}"))?;
            print(*json, &report, || report.text());
        }
        Command::Check { file } => return check(file, *json),
        Command::Plan { file } => {
            let wanted = parse(file)?;
            let Answer::Configuration(running) = asked(socket, &Ask::Configuration)? else { bail!(unexpected(socket)) };
            let changes = changes(&running, &document(&wanted));
            print(*json, &changes, || told(&changes, "nothing to change"));
            return Ok(if changes.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(2) });
        }
        Command::Apply { file } => {
            parse(file)?;
            let (text, file) = (read(file)?, std::path::absolute(file)?.display().to_string());
            let Answer::Applied(changes) = asked(socket, &Ask::Apply { text, file })? else { bail!(unexpected(socket)) };
            print(*json, &changes, || told(&changes, "nothing has changed"));
        }
        Command::Show => show(socket, *json)?,
        Command::Explain { from, to, udp } => {
            let protocol = if *udp { UDP } else { TCP };
            let question = Ask::Explain { protocol, from: *from, to: *to };
            let Answer::Explanation(explanation) = asked(socket, &question)? else { bail!(unexpected(socket)) };
            print(*json, &explanation, || explanation.text());
        }
        Command::Watch { interval, count } => {
            let mut looks = 0;
            while count.is_none_or(|count| looks < count) {
                if looks > 0 {
                    std::thread::sleep(Duration::from_secs_f64(*interval));
                }
                looks += 1;
                show(socket, *json)?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints one line of JSON, or text.
fn print(json: bool, document: &impl Serialize, text: impl FnOnce() -> String) {
    use std::io::Write as _;
    let text = if json { serde_json::to_string(document).expect("a document has string keys only") + "\n" } else { text() };
    // Whoever closes our output, `head` for example, has enough.
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
}

fn show(socket: &Path, json: bool) -> Result<()> {
    let Answer::Report(report) = asked(socket, &Ask::Show)? else { bail!(unexpected(socket)) };
    print(json, &report, || report.text());
    Ok(())
}

fn told(changes: &[Change], nothing: &str) -> String {
    if changes.is_empty() {
        return format!("{nothing}\n");
    }
    changes.iter().map(|change| change.text() + if change.needs_restart() { "  (at a start only)\n" } else { "\n" }).collect()
}

fn asked(socket: &Path, question: &Ask) -> Result<Answer> {
    match ask(socket, question)? {
        Answer::Refused(why) => bail!(why),
        answer => Ok(answer),
    }
}

fn unexpected(socket: &Path) -> String {
    format!("{}: the answer is not that of this release's traffic manager", socket.display())
}

fn read(file: &Path) -> Result<String> {
    std::fs::read_to_string(file).with_context(|| format!("{}: cannot be read", file.display()))
}

fn parse(file: &Path) -> Result<Configuration> {
    let name = std::path::absolute(file)?.display().to_string();
    Configuration::parse(&read(file)?, &file.display().to_string())
        .map(|configuration| Configuration { file: name, ..configuration })
        .map_err(|faults| anyhow::anyhow!("{} in {}\n{faults}", count(&faults), file.display()))
}

fn count(Faults(faults): &Faults) -> String {
    if faults.len() == 1 { "1 fault".to_owned() } else { format!("{} faults", faults.len()) }
}

/// What is said of a configuration.
#[derive(Serialize)]
struct Checked {
    file: String,
    faults: Vec<Fault>,
}

/// One fault and its place, line and column from 1.
#[derive(Serialize)]
struct Fault {
    line: usize,
    column: usize,
    problem: String,
    remedy: String,
}

fn check(file: &Path, json: bool) -> Result<ExitCode> {
    let name = file.display().to_string();
    if !json {
        let configuration = parse(file)?;
        print(false, &(), || format!("{name}: OK: services {}, servers {}\n", configuration.services.len(), configuration.servers.len()));
        return Ok(ExitCode::SUCCESS);
    }
    let faults = Configuration::parse(&read(file)?, &name).err().map_or_else(Vec::new, |Faults(faults)| faults);
    let is_sound = faults.is_empty();
    let fault = |fault: ConfigError| Fault { line: fault.line, column: fault.column, problem: fault.problem, remedy: fault.remedy };
    print(true, &Checked { file: name, faults: faults.into_iter().map(fault).collect() }, String::new);
    Ok(if is_sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
