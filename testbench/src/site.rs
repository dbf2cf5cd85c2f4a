//! A site in network namespaces: a client, servers and managers, and between them simulated cards, for live traffic.
//!
//! The figures are those of US 7,395,349: FIG. 4 has one card on which both sides of the managers meet; FIG. 3 has one on each side of them;
//! FIG. 5 has several on each side, as parallel links, and the two directions of a flow may cross different ones. Managers are traffic managers
//! of ours, or Linux hosts that translate by nftables. A slow path of each card answers for the group's MAC and passes fragments on; without it,
//! neighbours are static, and frames for the host go into a capture.

pub mod capture;
mod card;
pub mod change;
pub mod client;
mod combined;
mod forecast;
mod health;
mod manager;
mod nat;
mod parallel;
mod slow_path;
mod small_link;
mod wiring;

pub use card::{Card, Programs};
pub use forecast::Forecast;
pub use health::Health;
pub use hosts::{cleanup, namespace, server, user, web};
pub use nat::{Nat, SourcePorts};
pub use small_link::Far;

use crate::program;
use anyhow::{Context as _, Result};
use hosts::cleanup::Trace;
use hosts::namespace::Namespace;
use hosts::process::Process;
use hosts::web::Web;
use std::fmt::Write as _;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;

/// Servers of a site.
pub const SERVERS: usize = 3;

/// The address that clients ask, and its IPv6 sister, which FIG. 4 has as well.
pub const VIRTUAL: [&str; 2] = ["10.9.0.80", "fd09::80"];

/// The virtual address whose port 80 is the servers' port 8080.
pub const VIRTUAL_8080: &str = "10.9.0.81";

/// The virtual address whose servers answer the client themselves; they hold it, too.
pub const VIRTUAL_DIRECT: &str = "10.9.0.82";

/// The virtual address whose servers see an address of the managers' as their client.
pub const VIRTUAL_FULL: &str = "10.9.0.83";

/// The address that managers which translate both addresses have in common.
pub const SOURCE: &str = "10.9.0.100";

/// Programs that a site runs.
pub const NEEDED: [&str; 3] = ["ip", "bridge", "nft"];

/// Which of the patent's figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figure {
    /// FIG. 4: one card, on which both sides meet.
    Combined,
    /// FIG. 3 with one link a side, FIG. 5 with more.
    TwoSided {
        /// Cards on each side.
        links: usize,
    },
}

/// What managers are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Managers {
    /// Traffic managers: `tandem-manager`
    Tandem,
    /// Linux hosts that route, and translate by nftables
    Linux,
}

/// What a site is made of.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where the programs are.
    pub programs: Programs,
    /// Its figure.
    pub figure: Figure,
    /// What its managers are.
    pub kind: Managers,
    /// How many managers it begins with.
    pub managers: usize,
    /// What serves on the servers.
    pub web: Web,
    /// The cards.
    pub design: program::CardDesign,
    /// Whether the golden model decides, instead of the hardware.
    pub model: bool,
    /// Whether each card has its slow path.
    pub slow_path: bool,
    /// More virtual addresses of the web service: one of IPv4 and one of IPv6.
    pub more: Option<[&'static str; 2]>,
}

/// A site that is up; it is taken down with this: first the cards, then the namespaces, at last the folder.
pub struct Site {
    options: Options,
    /// The programs of its traffic managers; one that died is gone.
    programs: Vec<Option<Process>>,
    slow_paths: Vec<Process>,
    /// Of the servers.
    webs: Vec<Process>,
    /// The cards: those on the clients' side first, then those on the servers'.
    pub cards: Vec<Card>,
    /// The client.
    pub client: Namespace,
    /// The servers, `s1` first.
    pub servers: Vec<Namespace>,
    /// The managers, `m1` first.
    pub managers: Vec<Namespace>,
    /// The segments between all of them, with the cards' ports.
    pub wires: Namespace,
    prefix: String,
    folder: TempDir,
}

/// Sites that this process has built so far.
static BUILT: AtomicU32 = AtomicU32::new(0);

impl Site {
    /// Builds one, with managers that translate the destination, and cards that are in service.
    ///
    /// # Errors
    /// If a program is missing or fails. What was built until then is taken down.
    pub fn up(options: Options) -> Result<Self> {
        namespace::need(&NEEDED)?;
        user::need_taps()?;
        let prefix = format!("tandem-{}-{}-", std::process::id(), BUILT.fetch_add(1, Ordering::Relaxed));
        let make = |name: &str| Namespace::new(format!("{prefix}{name}"));
        let mut site = Self {
            programs: Vec::new(),
            slow_paths: Vec::new(),
            webs: Vec::new(),
            cards: Vec::new(),
            client: make("c1")?,
            servers: (1..=SERVERS).map(|number| make(&format!("s{number}"))).collect::<Result<_>>()?,
            managers: Vec::new(),
            wires: make("wires")?,
            folder: TempDir::new().context("no folder for a site's files")?,
            prefix,
            options,
        };
        cleanup::remember(Trace::Folder(site.folder.path().into()));
        site.quiet_wires()?;
        match site.options.figure {
            Figure::Combined => site.build_combined()?,
            Figure::TwoSided { links } => site.build_parallel(links)?,
        }
        for number in 1..=site.options.managers {
            site.wire_manager(number)?;
        }
        for (number, server) in (1..).zip(&site.servers) {
            site.webs.extend(site.options.web.start(server, site.folder.path(), &format!("s{number}"))?);
            server::start_echo(server)?;
        }
        site.apply_all()?;
        if site.options.slow_path {
            site.start_slow_paths()?;
        }
        if site.options.kind == Managers::Tandem {
            site.know_the_card()?;
        }
        (1..=site.options.managers).try_for_each(|number| site.start_manager(number))?;
        site.wait_for_managers()?;
        Ok(site)
    }

    /// Adds the manager of this number, which no card knows yet.
    ///
    /// # Errors
    /// If it cannot be built.
    pub fn add_manager(&mut self, number: usize) -> Result<()> {
        self.wire_manager(number)?;
        if self.options.kind == Managers::Tandem {
            self.know_the_card()?;
        }
        self.start_manager(number)?;
        self.wait_for_managers()
    }

    fn wire_manager(&mut self, number: usize) -> Result<()> {
        let manager = Namespace::new(format!("{}m{number}", self.prefix))?;
        match self.options.figure {
            Figure::Combined => self.connect_combined(&manager, number)?,
            Figure::TwoSided { links } => self.connect_parallel(&manager, number, links)?,
        }
        // It asks for neighbours in its own name, and not in that of the virtual addresses that it has as well.
        manager.set("ipv4/conf/all/arp_announce", "2")?;
        self.managers.push(manager);
        Ok(())
    }

    fn start_manager(&mut self, number: usize) -> Result<()> {
        match self.options.kind {
            Managers::Tandem => self.run_manager(number, &[]),
            Managers::Linux => self.route(number),
        }
    }

    /// Brings the cards in service, all at once, by a file for each side.
    fn apply_all(&self) -> Result<()> {
        std::thread::scope(|scope| {
            let apply = |card| scope.spawn(move || self.apply(card, &self.configuration(card, self.options.managers, "")));
            let applies: Vec<_> = self.cards.iter().map(apply).collect();
            applies.into_iter().try_for_each(|apply| apply.join().expect("no panic"))
        })
    }

    /// Applies a configuration to a card.
    ///
    /// # Errors
    /// If `tandem apply` fails.
    pub fn apply(&self, card: &Card, configuration: &str) -> Result<()> {
        card.tandem(&["apply", &self.file(card, configuration)?, "--yes"]).map(drop)
    }

    /// Writes a configuration for a card into a file of the site.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn file(&self, card: &Card, configuration: &str) -> Result<String> {
        let path = self.path(&format!("{}.toml", card.name()));
        std::fs::write(&path, configuration)?;
        Ok(path.display().to_string())
    }

    /// The configuration of a card with so many managers; `more` is added to the last one's lines, such as `state = "draining"`.
    pub fn configuration(&self, card: &Card, managers: usize, more: &str) -> String {
        let mut text = format!("group_macs = [\"{}\"]\n", card.group_mac());
        for number in 1..=managers {
            let [mac, port] = [wiring::manager_mac(card.side(), number), card.managers_port().to_string()];
            write!(text, "\n[[manager]]\nname = \"m{number}\"\nid = {number}\nmac = \"{mac}\"\nport = {port}\n").expect("text takes all");
        }
        text += more;
        text += "\n[[group]]\nname = \"all\"\nkey = \"5a1f0c77e2943bd8\"\n";
        if self.options.slow_path {
            writeln!(text, "addresses = {}", self.group_addresses(card)).expect("text takes all");
            text.insert_str(0, "neighbours = \"host\"\n");
        }
        text
    }

    /// A path in the site's folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Whether its managers route, too, what is for no service.
    pub fn routes(&self) -> bool {
        self.options.kind == Managers::Linux
    }

    /// Interfaces of a manager.
    fn legs(&self) -> &'static [&'static str] {
        match self.options.figure {
            Figure::Combined => &["eth0"],
            Figure::TwoSided { .. } => &["eth1", "eth2"],
        }
    }

    /// Addresses of the servers.
    fn server_addresses(&self) -> Vec<String> {
        (1..=SERVERS).map(|number| self.server_address(number)).collect()
    }

    /// The address of a server.
    pub fn server_address(&self, number: usize) -> String {
        match self.options.figure {
            Figure::Combined => format!("10.2.0.2{number}"),
            Figure::TwoSided { .. } => format!("10.2.99.2{number}"),
        }
    }

    /// The client's address.
    pub fn client_address(&self) -> &'static str {
        match self.options.figure {
            Figure::Combined => "10.1.0.11",
            Figure::TwoSided { .. } => "10.1.99.11",
        }
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        cleanup::forget(&Trace::Folder(self.folder.path().into()));
    }
}

/// Port 80 of an address.
///
/// # Panics
/// If it is none.
pub fn http(address: &str) -> SocketAddr {
    SocketAddr::new(address.parse::<IpAddr>().expect("an address of the site"), server::HTTP[0])
}
