//! The resource manager: collects what servers report of their load. Source: WO 00/30322, FIG. 4, resource manager 52.

use crate::agent::{Line, clamped};
use crate::configuration::{Configuration, Distribution, Server};
use crate::load::{self, Load, normalised};
use crate::report::ServerLoad;
use control::Weight;
use flow::ServerState;
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// Intervals after which a report is old.
const STALE: u32 = 3;
/// Intervals after which a server has not reported for long.
pub const GONE: u32 = 10;

/// What all servers have reported, and the shares that follow.
#[derive(Debug, Default)]
pub struct Resources {
    reports: HashMap<String, (Instant, Line)>,
    /// Why the last report of a server was refused.
    troubles: HashMap<String, String>,
    /// The shares, by service, then by server.
    shares: Shares,
    /// Reports that were refused, because they tell what cannot be, and servers that gave none.
    pub refused: u64,
    /// Reports that were taken.
    pub taken: u64,
}

/// The shares of services, each by its servers.
pub type Shares = HashMap<String, HashMap<String, f64>>;

impl From<Shares> for Resources {
    /// With these shares, and no reports yet.
    fn from(shares: Shares) -> Self {
        Self { shares, ..Self::default() }
    }
}

impl Resources {
    /// The shares that follow the load.
    pub fn into_shares(self) -> Shares {
        self.shares
    }

    /// Takes a report, or counts that there was none to take. What a line leaves out stays.
    ///
    /// Returns what an operator should hear of: why there is none, if that is another reason than the last time; or `None` inside, if there is one
    /// again.
    pub fn note(&mut self, server: &str, report: Result<Line, String>, now: Instant) -> Option<Option<String>> {
        let line = match report {
            Ok(line) => line,
            Err(why) => {
                self.refused += 1;
                let before = self.troubles.insert(server.to_owned(), why.clone());
                return (before.as_ref() != Some(&why)).then_some(Some(why));
            }
        };
        self.taken += 1;
        let before = self.reports.get(server).map(|(_, line)| *line).unwrap_or_default();
        let line = Line { utilisation: line.utilisation.or(before.utilisation), state: line.state.or(before.state) };
        self.reports.insert(server.to_owned(), (now, line));
        self.troubles.remove(server).map(|_| None)
    }

    /// Forgets what this server has reported: it reports in another way from now on, or not at all.
    pub fn forget(&mut self, server: &str) {
        self.reports.remove(server);
        self.troubles.remove(server);
    }

    /// What a server reports to be there for. It may take itself out, and not in.
    pub fn state(&self, server: &str, wanted: ServerState) -> ServerState {
        let told = self.reports.get(server).and_then(|(_, line)| line.state);
        match (wanted, told) {
            (ServerState::Down, _) | (_, Some(ServerState::Down)) => ServerState::Down,
            (ServerState::Draining, _) | (_, Some(ServerState::Draining)) => ServerState::Draining,
            _ => ServerState::Enabled,
        }
    }

    /// The weight of a server in a service whose shares follow the load; `None` until they do.
    pub fn weight(&self, service: &str, server: &str) -> Option<Weight> {
        format!("{:.9}", self.shares.get(service)?.get(server)?).parse().ok()
    }

    /// One update of the shares of each service that follows the load. Returns whether any has changed.
    pub fn update(&mut self, wanted: &Configuration, now: Instant) -> bool {
        let mut has_changed = false;
        for service in wanted.services.iter().filter(|service| service.distribution == Distribution::Load) {
            let takes = |(server, _): &(&Server, Weight)| self.state(&server.name, server.state) == ServerState::Enabled;
            let members: Vec<(&Server, Weight)> = wanted.members(service).filter(takes).collect();
            let before = self.shares.get(&service.name);
            let start = |server: &Server| server.weight.billionths() as f64 / 1e9;
            let sum: f64 = members.iter().map(|(server, _)| start(server)).sum();
            let share = |server: &Server| before.and_then(|before| before.get(&server.name).copied()).unwrap_or(start(server) / sum);
            let shares: Vec<f64> = members.iter().map(|(server, _)| share(server)).collect();
            if members.is_empty() || sum == 0.0 {
                continue;
            }
            let loads: Vec<Load> = members.iter().map(|(server, _)| self.load(&server.name, wanted.load_interval, now)).collect();
            let shares = load::update(&normalised(shares), &loads);
            let shares = members.iter().map(|(server, _)| server.name.clone()).zip(shares).collect();
            has_changed |= before != Some(&shares);
            self.shares.insert(service.name.clone(), shares);
        }
        has_changed
    }

    /// What an operator sees of a server's reports; `None` if there is nothing yet.
    pub fn shown(&self, server: &str, interval: Duration, now: Instant) -> Option<ServerLoad> {
        let (report, why) = (self.reports.get(server), self.troubles.get(server).cloned());
        if report.is_none() && why.is_none() {
            return None;
        }
        let state = match self.load(server, interval, now) {
            Load::Known(_) => "known",
            Load::Stale => "stale",
            Load::Gone => "gone",
        };
        let utilisation = report.and_then(|(_, line)| line.utilisation);
        Some(ServerLoad { state: state.into(), utilisation, age: report.map(|(at, _)| now.duration_since(*at).as_secs()), why })
    }

    fn load(&self, server: &str, interval: Duration, now: Instant) -> Load {
        match self.reports.get(server) {
            Some((at, Line { utilisation: Some(load), .. })) if now.duration_since(*at) <= interval * STALE => Load::Known(clamped(*load)),
            Some((at, _)) if now.duration_since(*at) <= interval * GONE => Load::Stale,
            _ => Load::Gone,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"
        interfaces = ["eth0"]
        load_interval = 1
        [[server]]
        name = "one"
        address = "10.0.0.1"
        agent = 9323
        [[server]]
        name = "two"
        address = "10.0.0.2"
        agent = 9323
        [[service]]
        name = "web"
        address = "192.0.2.7"
        ports = 80
        servers = ["one", "two"]
        distribution = "load"
    "#;

    fn read(line: &str) -> Result<Line, String> {
        Line::read(line).map_err(|error| error.to_string())
    }

    fn weights(resources: &Resources) -> [u64; 2] {
        ["one", "two"].map(|server| resources.weight("web", server).map_or(0, |weight| weight.billionths()))
    }

    #[test]
    fn shares_follow_reports_and_reports_grow_old() {
        let wanted = Configuration::parse(TEXT, "manager.toml").unwrap();
        let begin = Instant::now();
        let at = |seconds: u64| begin + Duration::from_secs(seconds);
        let mut resources = Resources::default();
        resources.note("one", read("20%"), at(0));
        resources.note("two", read("80%"), at(0));
        assert!(resources.update(&wanted, at(0)));
        // By hand: shares of a half, the mean utilisation 0.5, a gain of 0.2: 0.5 (1 - 0.2 0.3) and 0.5 (1 + 0.2 0.3).
        assert_eq!(weights(&resources), [470_000_000, 530_000_000]);
        // A silent server's share is held until it has been silent for ten intervals.
        resources.note("two", read("junk"), at(4));
        assert!(!resources.update(&wanted, at(4)));
        assert_eq!((weights(&resources), resources.refused), ([470_000_000, 530_000_000], 1));
        assert!(resources.update(&wanted, at(11)));
        assert_eq!(weights(&resources), [500_000_000, 500_000_000]);
    }

    #[test]
    fn an_operator_sees_how_old_a_report_is_and_why_there_is_no_newer_one() {
        let begin = Instant::now();
        let mut resources = Resources::default();
        let second = Duration::from_secs(1);
        assert_eq!(resources.shown("one", second, begin), None);
        resources.note("one", Err("silent".into()), begin);
        let shown = |resources: &Resources, age: u32| {
            let ServerLoad { state, utilisation, age, why } = resources.shown("one", second, begin + second * age).unwrap();
            (state, utilisation, age, why)
        };
        assert_eq!(shown(&resources, 0), ("gone".into(), None, None, Some("silent".into())));
        resources.note("one", read("75%"), begin);
        for (age, state) in [(0, "known"), (3, "known"), (4, "stale"), (10, "stale"), (11, "gone")] {
            assert_eq!(shown(&resources, age), (state.into(), Some(0.25), Some(age.into()), None));
        }
        resources.note("one", Err("silent".into()), begin + second);
        assert_eq!(shown(&resources, 4), ("stale".into(), Some(0.25), Some(4), Some("silent".into())));
    }

    #[test]
    fn a_server_takes_itself_out_and_not_in() {
        let mut resources = Resources::default();
        resources.note("one", read("drain"), Instant::now());
        assert_eq!(resources.state("one", ServerState::Enabled), ServerState::Draining);
        resources.note("one", read("75%"), Instant::now());
        assert_eq!(resources.state("one", ServerState::Enabled), ServerState::Draining, "what a line leaves out stays");
        resources.note("one", read("up"), Instant::now());
        assert_eq!(resources.state("one", ServerState::Enabled), ServerState::Enabled);
        assert_eq!(resources.state("one", ServerState::Down), ServerState::Down);
    }

    #[test]
    fn an_operator_hears_of_each_trouble_once_and_of_its_end() {
        let mut resources = Resources::default();
        let mut note = |report: Result<Line, &str>| resources.note("one", report.map_err(str::to_owned), Instant::now());
        let line = Line { utilisation: Some(0.5), state: None };
        assert_eq!(note(Ok(line)), None);
        assert_eq!((note(Err("silent")), note(Err("silent"))), (Some(Some("silent".into())), None));
        assert_eq!((note(Err("broken")), note(Ok(line)), note(Ok(line))), (Some(Some("broken".into())), Some(None), None));
        assert_eq!((resources.taken, resources.refused), (3, 3));
    }

    #[test]
    fn a_server_that_reports_in_another_way_is_out_no_longer() {
        let mut resources = Resources::default();
        resources.note("one", read("down"), Instant::now());
        resources.forget("one");
        assert_eq!(resources.state("one", ServerState::Enabled), ServerState::Enabled);
    }
}
