//! `tandem slow-path`.

use crate::slow_path::{self, Ask, Interfaces, Role, Runtime, Setup};
use crate::{Finding, Global, card, input, output, seconds};
use anyhow::{Context as _, Result, bail};
use contract::limits::PORTS;
use control::Configuration;
use ring::InterfaceName;
use slowpath::{Bounds, Rate, Settings};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

/// Handles what the card hands to its host: neighbour questions for the groups' addresses, fragments, and packets that the card cannot decide
///
/// Runs until SIGTERM or SIGINT, then prints what became of every frame. It reads the card's tables and follows them when they change. Each
/// port of the card has an interface on the host, by which frames come and answers leave: the shell's network device of the port on a
/// board, `--host N=tap:NAME` at the simulated card. Turn IPv6 off there, and give it no address: what the host's kernel sends by
/// itself would leave by the port.
///
/// What is for the host's own programs, such as LLDP, goes to the TAPs tandem0 and tandem1, and what they send there leaves by the port.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tandem slow-path tandem.toml --port 0=if:enp1s0f0 --port 1=if:enp1s0f1
  tandem slow-path tandem.toml --port 0=if:host0 --port 1=if:host1 --stand-by
  tandem slow-path --tell take-over         to the one that is running
  tandem show slow-path                     what became of every frame")]
pub(crate) struct Arguments {
    /// The configuration, for the groups' addresses
    #[arg(required_unless_present = "tell")]
    file: Option<PathBuf>,
    /// The interface by which the card hands up what came in by port N: if:NAME, or tap:NAME; @NETNS after it for one in a namespace
    #[arg(long, value_name = "N=INTERFACE", required_unless_present = "tell")]
    port: Vec<PortInterface>,
    /// Name of the TAPs for the host's own programs, to which the port's number is added; `none` for no TAPs
    #[arg(long, value_name = "NAME", default_value = "tandem")]
    taps: String,
    /// Starts as the standby of a pair: answers no question and announces nothing
    #[arg(long)]
    stand_by: bool,
    /// Tells the running slow path of this card what to do
    #[arg(long, value_enum, value_name = "WHAT", conflicts_with_all = ["file", "port", "stand_by"])]
    tell: Option<Ask>,
    /// Seconds between two checks of the card's generation
    #[arg(long, value_name = "SECONDS", default_value = "0.5", value_parser = seconds::<10>)]
    interval: Duration,
    /// Datagrams whose fragments are remembered, at most
    #[arg(long, value_name = "NUMBER", default_value = "65536", value_parser = clap::value_parser!(u32).range(1..=1 << 24))]
    datagrams: u32,
    /// MiB of fragments that are held, at most
    #[arg(long, value_name = "MIB", default_value = "64", value_parser = clap::value_parser!(u32).range(1..=65_536))]
    held: u32,
    /// Answers per source and second, in the long run
    #[arg(long, value_name = "NUMBER", default_value = "10", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    rate: u32,
    /// Answers that a source may get in a burst
    #[arg(long, value_name = "NUMBER", default_value = "20", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    burst: u32,
    #[command(flatten)]
    runtime: Runtime,
}

/// A port, and its interface.
#[derive(Clone)]
struct PortInterface(usize, InterfaceName);

impl FromStr for PortInterface {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (port, name) = text.split_once('=').ok_or("write N=INTERFACE, such as 0=if:enp1s0f0")?;
        let port = port
            .parse()
            .ok()
            .filter(|port| *port < PORTS)
            .ok_or_else(|| format!("no port is called {port:?}; there are 0 to {}", PORTS - 1))?;
        Ok(Self(port, name.parse()?))
    }
}

pub(crate) fn run(global: &Global, arguments: &Arguments) -> Result<Finding> {
    let report = match (arguments.tell, &arguments.file) {
        (Some(ask), _) => arguments.runtime.ask(&card::locator(global)?, ask)?.report,
        (None, Some(file)) => slow_path::run(global, &arguments.runtime, arguments.setup(&input::configuration(file)?)?)?,
        (None, None) => bail!("name the configuration, or what to --tell the slow path that is running"),
    };
    if global.json {
        output::json(&report);
    } else {
        output::print(report.text());
    }
    Ok(Finding::Clean)
}

impl Arguments {
    fn setup(&self, configuration: &Configuration) -> Result<Setup> {
        let addresses = configuration.groups.iter().flat_map(|group| group.addresses.iter().map(|address| (*address, group.mac))).collect();
        let bounds = Bounds { datagrams: self.datagrams as usize, bytes: (self.held as usize) << 20, ..Bounds::default() };
        let rate = Rate { per_second: self.rate.into(), burst: self.burst.into() };
        Ok(Setup {
            interfaces: self.interfaces(configuration)?,
            settings: Settings { addresses, rate, bounds, ..Settings::default() },
            role: if self.stand_by { Role::Standby } else { Role::Active },
            interval: self.interval,
        })
    }

    fn interfaces(&self, configuration: &Configuration) -> Result<Interfaces> {
        let interface = |port| {
            let mut of_port =
                self.port.iter().filter(|PortInterface(number, _)| *number == port).map(|PortInterface(_, name)| name.clone());
            let first = of_port.next().with_context(|| format!("port {port} has no interface; add --port {port}=if:NAME"))?;
            if let Some(second) = of_port.next() {
                bail!("--port {port} is given twice, {first} and {second}; leave one out");
            }
            Ok(first)
        };
        let tap = |port| InterfaceName::tap(&format!("{}{port}", self.taps)).map_err(|error| anyhow::anyhow!("--taps: {error}"));
        let ports = [interface(0)?, interface(1)?];
        let taps = if self.taps == "none" { None } else { Some([tap(0)?, tap(1)?]) };
        if ports[0] == ports[1]
            || taps.iter().flatten().any(|tap| ports.iter().any(|port| port.name() == tap.name() && port.namespace().is_none()))
        {
            bail!("one interface is named twice; give each port, and --taps, one of its own");
        }
        Ok(Interfaces { ports, taps, mac: configuration.group_macs.first().copied() })
    }
}
