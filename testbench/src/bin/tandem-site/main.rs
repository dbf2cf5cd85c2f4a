//! `tandem-site`: a site in network namespaces, shown and taken down again, and what was seen of it against what is promised.

mod change;
mod picture;
mod promises;
mod small_link;

use anyhow::{Context as _, Result};
use clap::Parser;
use operator::output;
use picture::Shown;
use promises::Promises;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use testbench::program::{CardDesign, exit_code};
use testbench::site::web::Web;
use testbench::site::{Figure, Managers, NEEDED, Options, Programs, Site, cleanup, namespace, user};

/// Time for a site to be taken down in order.
const GRACE: Duration = Duration::from_secs(4);

/// Builds a site in network namespaces, sends traffic through its simulated cards, and takes it down
///
/// A client, three servers and traffic managers: Linux hosts without machines. Between them the emitted hardware under Verilator. Each line
/// compares what was seen with what is promised; a picture with the frames a second stands below them in a terminal.
///
/// The machine's own network is not touched. As another user than root it runs in namespaces of that user.
///
/// Ends with 0 if every promise was kept, with 1 if one was broken, and with 2 if the site could not be built.
#[derive(Parser)]
#[command(
    version,
    about,
    after_help = "Examples:
  tandem-site                    one card on which both sides meet
  tandem-site --figure 5         two cards on each side of the managers, as parallel links
  tandem-site --stay             and leaves it up until Ctrl-C, with the commands to look around"
)]
struct Arguments {
    /// Of US 7,395,349: 4 is one card for both sides, 3 one on each side of the managers, 5 two on each side
    #[arg(long, value_name = "FIGURE", default_value = "4", value_parser = figure)]
    figure: Figure,
    /// How many managers it begins with
    #[arg(long, value_name = "COUNT", default_value = "4", value_parser = clap::value_parser!(u8).range(2..=8))]
    managers: u8,
    /// What the managers are
    #[arg(long, value_enum, default_value = "tandem")]
    kind: Managers,
    /// The cards that are simulated
    #[arg(long, value_enum, default_value = "512x8_shared")]
    design: CardDesign,
    /// What decides the frames: the hardware, or the golden model, which is faster
    #[arg(long, value_enum, default_value = "rtl")]
    from: From,
    /// Runs no slow path: neighbours are static entries, and fragments are lost
    #[arg(long)]
    static_neighbours: bool,
    /// Leaves the site up, once all was seen, until Ctrl-C
    #[arg(long)]
    stay: bool,
}

/// What decides the frames.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum From {
    /// The emitted hardware under Verilator
    Rtl,
    /// The golden model
    Model,
}

fn figure(text: &str) -> Result<Figure, String> {
    match text {
        "3" => Ok(Figure::TwoSided { links: 1 }),
        "4" => Ok(Figure::Combined),
        "5" => Ok(Figure::TwoSided { links: 2 }),
        _ => Err("a figure is 3, 4 or 5".into()),
    }
}

fn main() -> ExitCode {
    exit_code(run(&Arguments::parse()))
}

fn run(arguments: &Arguments) -> Result<ExitCode> {
    namespace::need(&NEEDED)?;
    namespace::need(&["curl", "ping", "traceroute"])?;
    if let Some(code) = user::again_as_root_of_its_own()? {
        return Ok(code);
    }
    let told = Arc::new(AtomicBool::new(false));
    for signal in [signal_hook::consts::SIGTERM, signal_hook::consts::SIGINT] {
        signal_hook::flag::register(signal, Arc::clone(&told))?;
    }
    let watched = Arc::clone(&told);
    std::thread::spawn(move || end_when_told(&watched));
    let programs = Programs::in_folder(std::env::current_exe()?.parent().context("a program is in a folder")?)?;
    let web = Web::find();
    output::print(format_args!("building the site: namespaces, cards, `tandem apply`; servers are {}\n", web.what()));
    let (figure, managers) = (arguments.figure, arguments.managers.into());
    let kind = arguments.kind;
    let mut site = Site::up(Options {
        programs,
        figure,
        kind,
        managers,
        web,
        design: arguments.design,
        model: arguments.from == From::Model,
        slow_path: !arguments.static_neighbours,
        more: None,
    })?;
    let shown = Shown::start(&site, figure)?;
    let mut promises = Promises::new(&shown);
    promises.of_requests(&site, figure)?;
    promises.of_others(&site)?;
    if !arguments.static_neighbours {
        promises.of_fragments(&site)?;
    }
    if figure == Figure::Combined {
        promises.of_a_small_link(&site)?;
        if kind == Managers::Tandem {
            promises.of_translations(&site)?;
            promises.of_maintenance(&mut site)?;
        }
        promises.of_a_manager_that_comes(&mut site)?;
        if kind == Managers::Tandem {
            promises.of_a_manager_that_dies(&mut site)?;
        }
    }
    let kept = promises.end();
    if arguments.stay {
        stay(&site, &shown);
        while !told.load(Ordering::Acquire) {
            std::thread::sleep(Duration::from_millis(50));
        }
    }
    shown.end();
    Ok(if kept { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Ends the process in the middle of whatever it does, a while after it was told to: time enough for a site that only stays up.
fn end_when_told(told: &AtomicBool) {
    while !told.load(Ordering::Acquire) {
        std::thread::sleep(Duration::from_millis(50));
    }
    std::thread::sleep(GRACE);
    cleanup::remove_all();
    std::process::exit(2);
}

/// Tells how to look around.
fn stay(site: &Site, shown: &Shown) {
    let exec = "ip netns exec";
    shown.tell("\nThe site stays up until Ctrl-C. Look around from another terminal, as root:");
    shown.tell(&format!("  {exec} {} curl http://10.9.0.80/", site.client.name()));
    match site.manager_socket(1) {
        Some(socket) => shown.tell(&format!("  tandem-manager --socket {} show", socket.display())),
        None => shown.tell(&format!("  {exec} {} nft list counters", site.managers[0].name())),
    }
    for card in &site.cards {
        shown.tell(&format!("  tandem --card {} show counters", card.locator()));
    }
}
