//! `tandem-wan`: the wide-area network in a box, shown and taken down again, and what was seen of it against what is promised.

mod promises;

use anyhow::{Context as _, Result, ensure};
use clap::Parser;
use hosts::{cleanup, user};
use operator::output;
use promises::Seen;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use wan::config::{REPLICAS, SERVER};
use wan::lab::{DELAYS, Lab, Options, url};
use wan::web::Web;

/// Time for a lab to be taken down in order.
const GRACE: Duration = Duration::from_secs(6);

/// Builds a wide-area network in namespaces, lets replicas race in it, and takes it down
///
/// A client behind `tandem-gateway`, an origin behind another, three replicas with their agents, Linux and unmodified servers; between the sites a
/// router in user space with the delays of continents. Each line compares what was seen with what is promised.
///
/// The machine's own network is not touched. As another user than root it runs in namespaces of that user.
///
/// Ends with 0 if every promise was kept, with 1 if one was broken, and with 2 if the network could not be built.
#[derive(Parser)]
#[command(
    version,
    about,
    after_help = "Examples:
  tandem-wan                         modes A, B and C, and all three mixed
  tandem-wan --mode C --hold off     one mode, and no hold: the origin wins
  tandem-wan --stay                  and leaves it up until Ctrl-C, with the commands to look around"
)]
struct Arguments {
    /// How replicas are reached; mixed is a mode for each of them
    #[arg(long, value_enum, default_value = "all")]
    mode: Mode,
    /// When copies and original leave: equal, off, or a head start in milliseconds
    #[arg(long, value_name = "HOLD", default_value = "equal", value_parser = hold)]
    hold: String,
    /// Of what happens by chance
    #[arg(long, value_name = "NUMBER", default_value = "7")]
    seed: u64,
    /// Only these: races, paths (losses, narrow paths), attacks, hosts (strict, busy, restarted), operation, failures. Without a hold there are no
    /// attacks, hosts and failures
    #[arg(long, value_enum, value_delimiter = ',', value_name = "PARTS", default_values = ["races", "paths", "attacks", "hosts", "operation", "failures"])]
    only: Vec<Part>,
    /// So many races more in each mode, with losses and jitter, each judged
    #[arg(long, value_name = "NUMBER", default_value = "0")]
    races: usize,
    /// Leaves the network up, once all was seen, until Ctrl-C
    #[arg(long)]
    stay: bool,
}

/// The modes that are put to the test.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Mode {
    #[value(name = "A")]
    A,
    #[value(name = "B")]
    B,
    #[value(name = "C")]
    C,
    /// r1 in A, r2 in B, r3 in C
    Mixed,
    /// One after the other
    All,
}

impl Mode {
    fn each(self) -> Vec<[char; REPLICAS]> {
        match self {
            Self::A => vec![['A'; REPLICAS]],
            Self::B => vec![['B'; REPLICAS]],
            Self::C => vec![['C'; REPLICAS]],
            Self::Mixed => vec![['A', 'B', 'C']],
            Self::All => [Self::A, Self::B, Self::C, Self::Mixed].into_iter().flat_map(Self::each).collect(),
        }
    }
}

/// What is put to the test.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    Races,
    Paths,
    Attacks,
    Hosts,
    Operation,
    Failures,
}

fn hold(text: &str) -> Result<String, String> {
    match text {
        "equal" | "off" => Ok(format!("{text:?}")),
        _ => text.parse::<u16>().map(|hold| hold.to_string()).map_err(|_| "write equal, off, or milliseconds".into()),
    }
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &Arguments) -> Result<ExitCode> {
    if let Some(code) = user::again_as_root_of_its_own()? {
        return Ok(code);
    }
    let told = Arc::new(AtomicBool::new(false));
    for signal in [signal_hook::consts::SIGTERM, signal_hook::consts::SIGINT] {
        signal_hook::flag::register(signal, Arc::clone(&told))?;
    }
    let watched = Arc::clone(&told);
    std::thread::spawn(move || end_when_told(&watched));
    let program = std::env::current_exe()?.parent().context("a program is in a folder")?.join("tandem-gateway");
    ensure!(program.exists(), "{} is missing; build it: cargo build --release --bin tandem-gateway", program.display());
    let web = Web::find();
    let modes = arguments.mode.each();
    output::print(format_args!("building the network: namespaces, router, gateways, agents; servers are {}\n", web.what()));
    output::print(format_args!(
        "ms to the core: client {}, origin {}, replicas {:?}; hold {}; seed {}\n",
        DELAYS[0],
        DELAYS[1],
        &DELAYS[2..],
        arguments.hold,
        arguments.seed
    ));
    let mut lab = Lab::up(Options { program, web, hold: arguments.hold.clone(), modes: modes[0], seed: arguments.seed, direct: false })?;
    let held = arguments.hold != "\"off\"";
    let mut seen = Seen::new(held);
    // Paths come after what judges half-open connections: what a lost RST leaves half open is closed by the next SYN-ACK only.
    for part in [Part::Races, Part::Attacks, Part::Hosts, Part::Paths].iter().filter(|part| arguments.only.contains(part)) {
        for modes in &modes {
            match part {
                Part::Races => seen.of_modes(&mut lab, *modes)?,
                Part::Attacks if held => seen.of_attacks(&mut lab, *modes)?,
                Part::Hosts if held => seen.of_hosts(&mut lab, *modes)?,
                Part::Paths => seen.of_bad_paths(&mut lab, *modes)?,
                _ => {}
            }
        }
    }
    for modes in modes.iter().filter(|_| arguments.races > 0) {
        seen.of_many(&mut lab, *modes, arguments.races)?;
    }
    if arguments.only.contains(&Part::Operation) {
        seen.of_operation(&mut lab)?;
    }
    if arguments.only.contains(&Part::Failures) {
        seen.of_failures(&mut lab)?;
    }
    let kept = seen.end();
    if arguments.stay {
        stay(&lab);
        while !told.load(Ordering::Acquire) {
            std::thread::sleep(Duration::from_millis(50));
        }
    }
    Ok(if kept { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Ends the process in the middle of whatever it does, a while after it was told to: time enough for a lab that only stays up.
fn end_when_told(told: &AtomicBool) {
    while !told.load(Ordering::Acquire) {
        std::thread::sleep(Duration::from_millis(50));
    }
    std::thread::sleep(GRACE);
    cleanup::remove_all();
    std::process::exit(2);
}

/// Tells how to look around.
fn stay(lab: &Lab) {
    output::print(format_args!("\nThe network stays up until Ctrl-C. Look around from another terminal, as root:\n"));
    output::print(format_args!("  ip netns exec {} curl {}\n", lab.client.name(), url(SERVER[0], "/")));
    output::print(format_args!("  {} trace\n", lab.command("client")));
    output::print(format_args!("  {} show\n", lab.command("server")));
    output::print(format_args!("  {} tell drain\n", lab.command("r1")));
}
