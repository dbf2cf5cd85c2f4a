//! `tandem-manager`: runs a traffic manager, and queries a running one.
//!
//! Ends with 0 when all is well, with 1 after an error, and with 2 where `plan` finds changes.

use anyhow::{Result, bail};
use clap::{Parser, Subcommand};
use document::{ConfigError, Faults};
use manager::Configuration;
use manager::ask::{Answer, Ask, ask};
use manager::changes::{Change, changes, document};
use model::transport::{TCP, UDP};
use operator::input;
use operator::output::{self, some};
use operator::program::{self, Finding};
use serde::Serialize;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

/// Balances the connections of services over their servers
#[derive(Parser)]
#[command(version, about, disable_help_subcommand = true)]
struct Arguments {
    /// The socket of the running manager
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
    /// After SIGTERM it takes no new connections, and ends when the others have ended, or after `drain` seconds; at a second SIGTERM it ends at once.
    Run {
        /// The configuration; docs/manager.md describes it
        file: PathBuf,
        /// Takes the connections over from the manager that answers at the same socket, and ends that one
        #[arg(long)]
        take_over: bool,
    },
    /// Checks a configuration, and prints line and column of every fault
    Check {
        /// The configuration
        file: PathBuf,
    },
    /// Lists what a configuration would change; ends with 2 if it would change anything
    Plan {
        /// The configuration
        file: PathBuf,
    },
    /// Makes the running manager follow a configuration, without losing a connection
    Apply {
        /// The configuration
        file: PathBuf,
    },
    /// Shows connections, frames, interfaces and servers
    Show,
    /// Explains what becomes of a packet of a client
    Explain {
        /// The client, such as 198.51.100.9:40000
        from: SocketAddr,
        /// Where it asks, such as 192.0.2.10:80
        to: SocketAddr,
        /// The packet is UDP, not TCP
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
    let arguments: Arguments = program::arguments();
    let changes = matches!(arguments.command, Command::Run { .. } | Command::Apply { .. });
    program::exit_code(&run(&arguments), changes)
}

fn run(arguments: &Arguments) -> Result<Finding> {
    let Arguments { socket, json, command } = arguments;
    match command {
        Command::Run { file, take_over } => {
            let wanted = parse(file)?;
            let ready = format!("ready: traffic manager by {}, asked at {}", file.display(), socket.display());
            let report = manager::run(wanted, socket, *take_over, || output::tell(&ready))?;
            print(*json, &report, || report.text());
        }
        Command::Check { file } => return check(file, *json),
        Command::Plan { file } => {
            let wanted = parse(file)?;
            let Answer::Configuration(running) = asked(socket, &Ask::Configuration)? else { bail!(unexpected(socket)) };
            let changes = changes(&running, &document(&wanted));
            print(*json, &changes, || told(&changes, "nothing to change"));
            return Ok(if changes.is_empty() { Finding::Clean } else { Finding::Something });
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
            while count.is_none_or(|count| looks < count) && output::failure().is_none() {
                if looks > 0 {
                    std::thread::sleep(Duration::from_secs_f64(*interval));
                }
                looks += 1;
                show(socket, *json)?;
            }
        }
    }
    Ok(Finding::Clean)
}

/// Prints one line of JSON, or text.
fn print(json: bool, document: &impl Serialize, text: impl FnOnce() -> String) {
    if json { output::json_line(document) } else { output::print(text()) }
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
    input::text(file, "docs/manager.md")
}

fn parse(file: &Path) -> Result<Configuration> {
    let name = std::path::absolute(file)?.display().to_string();
    Configuration::parse(&read(file)?, &file.display().to_string())
        .map(|configuration| Configuration { file: name, ..configuration })
        .map_err(|faults| anyhow::anyhow!("{} in {}\n{faults}", some(faults.0.len(), "fault"), file.display()))
}

/// What is said of a configuration.
#[derive(Serialize)]
struct Checked<'a> {
    file: &'a str,
    faults: &'a [ConfigError],
}

fn check(file: &Path, json: bool) -> Result<Finding> {
    let name = file.display().to_string();
    if !json {
        let configuration = parse(file)?;
        let (services, servers) = (configuration.services.len(), configuration.servers.len());
        output::print(format_args!("{name}: OK: {}, {}\n", some(services, "service"), some(servers, "server")));
        return Ok(Finding::Clean);
    }
    let parsed = Configuration::parse(&read(file)?, &name);
    let faults = parsed.as_ref().err().map_or(&[][..], |Faults(faults)| faults);
    output::json_line(&Checked { file: &name, faults });
    Ok(if faults.is_empty() { Finding::Clean } else { Finding::Wrong })
}
