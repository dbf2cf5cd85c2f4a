//! Managers that are traffic managers: `tandem-manager`, by a configuration of the site's.

use super::namespace::{run, text};
use super::{Card, Figure, Managers, SERVERS, SOURCE, Site, VIRTUAL, VIRTUAL_8080, VIRTUAL_DIRECT, VIRTUAL_FULL, server};
use anyhow::{Context as _, Result, bail, ensure};
use hosts::process::Process;
use serde_json::Value;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

/// How long a manager may take until it can send to every server.
const PATIENCE: Duration = Duration::from_secs(60);

/// The distributor's files, for all managers.
const DISTRIBUTOR: [&str; 2] = ["distributor.toml", "distributor.json"];

impl Site {
    /// Starts the program of a manager, with these options.
    pub(super) fn run_manager(&mut self, number: usize, options: &[&str]) -> Result<()> {
        let file = self.manager_file(number, None)?;
        if self.options.figure == Figure::Combined && options.is_empty() {
            self.tell_of_client(&self.managers[number - 1])?;
        }
        let mut command = self.managers[number - 1].command(&self.options.programs.manager, ["run"]);
        command.arg(file).arg("--socket").arg(self.socket(number)).args(options);
        let program = Process::start_ready(&mut command, &format!("m{number}"))?;
        self.programs.resize_with(self.programs.len().max(number), || None);
        self.programs[number - 1] = Some(program);
        Ok(())
    }

    /// A new process takes over from a manager's, with its connections.
    ///
    /// # Errors
    /// If it does not start.
    pub fn restart_manager(&mut self, number: usize) -> Result<()> {
        self.run_manager(number, &["--take-over"])
    }

    /// Kills a manager's program.
    pub fn kill_manager(&mut self, number: usize) {
        self.programs[number - 1] = None;
    }

    /// Lets all managers that live follow what the cards hold, and take no new connection to the server of this number.
    ///
    /// # Errors
    /// If a manager refuses.
    pub fn reload_managers(&self, drained: Option<usize>) -> Result<()> {
        self.know_the_card()?;
        for number in self.living() {
            let file = self.manager_file(number, drained)?;
            self.ask_manager(number, &["apply", &file.display().to_string()])?;
        }
        Ok(())
    }

    /// Waits until every manager can send to every server.
    pub(super) fn wait_for_managers(&self) -> Result<()> {
        for number in self.living() {
            let begun = Instant::now();
            while !self.reaches_all(number)? {
                ensure!(begun.elapsed() < PATIENCE, "m{number} does not reach its servers; `tandem-manager show` there tells which");
                std::thread::sleep(Duration::from_millis(20));
            }
        }
        Ok(())
    }

    fn reaches_all(&self, number: usize) -> Result<bool> {
        let report = self.manager_report(number)?;
        let services = report["services"].as_array().context("a report has services")?;
        let mut servers = services.iter().filter_map(|service| service["servers"].as_array()).flatten();
        Ok(servers.all(|server| server["reachable"] == true))
    }

    /// Numbers of the managers whose program runs.
    pub(super) fn living(&self) -> impl Iterator<Item = usize> {
        (1..).zip(&self.programs).filter_map(|(number, program)| program.as_ref().map(|_| number))
    }

    /// What a manager tells of itself.
    pub(super) fn manager_report(&self, number: usize) -> Result<Value> {
        Ok(serde_json::from_str(&self.ask_manager(number, &["show", "--json"])?)?)
    }

    fn ask_manager(&self, number: usize, arguments: &[&str]) -> Result<String> {
        let output = run(Command::new(&self.options.programs.manager).arg("--socket").arg(self.socket(number)).args(arguments))?;
        if !output.status.success() {
            bail!("m{number}: tandem-manager {}: {}", arguments.join(" "), text(&output.stderr));
        }
        Ok(String::from_utf8(output.stdout)?)
    }

    /// Where the program of a manager answers; `None` if it is none of ours.
    pub fn manager_socket(&self, number: usize) -> Option<PathBuf> {
        (self.options.kind == Managers::Tandem).then(|| self.socket(number))
    }

    fn socket(&self, number: usize) -> PathBuf {
        self.path(&format!("m{number}.socket"))
    }

    /// Writes for the managers what the cards are programmed with, and what one of those on the servers' side holds once it is.
    pub(super) fn know_the_card(&self) -> Result<()> {
        let card = self.cards.last().context("a site has a card")?;
        let [configuration, tables] = DISTRIBUTOR.map(|name| self.path(name));
        std::fs::write(configuration, self.configuration(card, self.managers.len(), ""))?;
        card.tandem(&["export", &tables.display().to_string()]).map(drop)
    }

    /// Writes the configuration of a manager, without new connections to the server of number `drained`.
    fn manager_file(&self, number: usize, drained: Option<usize>) -> Result<PathBuf> {
        let path = self.path(&format!("m{number}.manager.toml"));
        std::fs::write(&path, self.manager_configuration(number, drained))?;
        Ok(path)
    }

    fn manager_configuration(&self, number: usize, drained: Option<usize>) -> String {
        let [configuration, tables] = DISTRIBUTOR;
        // Both sides' distributors pass fragments on in their groups' name.
        let mut groups: Vec<&str> = self.cards.iter().map(Card::group_mac).collect();
        groups.dedup();
        let mut file = format!(
            "interfaces = {:?}\ngroup_macs = {groups:?}\nworkers = 1\nbind_workers = false\nconnections = 65536\n\
             [distributor]\nconfiguration = \"{configuration}\"\ntables = \"{tables}\"\nmanager = \"m{number}\"\n",
            self.legs()
        );
        let mut server = |name: &str, address: &str, more: &str| {
            writeln!(file, "[[server]]\nname = \"{name}\"\naddress = \"{address}\"\n{more}").expect("text takes all");
        };
        for at in 1..=SERVERS {
            let state = if drained == Some(at) { "state = \"draining\"" } else { "" };
            server(&format!("s{at}"), &self.server_address(at), state);
            server(&format!("v{at}"), &format!("fd02::{}", 20 + at), state);
        }
        let [_, above] = server::HTTP;
        server("above", &self.server_address(1), &format!("port = {above}"));
        let named = |letter: char| format!("{:?}", (1..=SERVERS).map(|at| format!("{letter}{at}")).collect::<Vec<_>>());
        let mut service = |name: &str, address: &str, ports: u16, servers: &str, more: &str| {
            let what = format!("[[service]]\nname = \"{name}\"\naddress = \"{address}\"\nports = {ports}\nservers = {servers}\n{more}\n");
            file += &what;
        };
        let ([four, six], [web, _], echo) = (VIRTUAL, server::HTTP, server::ECHO);
        service("web", four, web, &named('s'), "");
        if let Some([four, six]) = self.options.more {
            service("more", four, web, &named('s'), "");
            service("more6", six, web, &named('v'), "");
        }
        service("above", VIRTUAL_8080, web, "[\"above\"]", "");
        service("echo", four, echo, "[\"s1\"]", "protocol = \"udp\"");
        service("full", VIRTUAL_FULL, web, &named('s'), &format!("translation = \"full\"\npool = [\"{SOURCE}\"]"));
        if self.options.figure == Figure::Combined {
            service("direct", VIRTUAL_DIRECT, web, &named('s'), "translation = \"direct\"");
            service("web6", six, web, &named('v'), "");
            service("echo6", six, echo, "[\"v1\"]", "protocol = \"udp\"");
        }
        file
    }
}
