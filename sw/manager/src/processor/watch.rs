//! What the control processor has watched: the stations of the servers, whether these are well, and their load.

use super::{Event, Processor};
use crate::agent::Line;
use crate::configuration::CONTROL;
use crate::health::{Checker, Task};
use crate::master::{Member, interface_names, members, stations};
use crate::reporter::{Origin, Reporter};
use flow::{ServerState, Station};
use operator::output::tell;
use std::net::Ipv6Addr;
use std::time::Instant;

impl Processor<'_> {
    /// Has the kernel find out the MACs of the servers, and look after those that it has.
    pub(super) fn resolve(&self) {
        for (link, station) in stations(&self.wanted, &self.network) {
            // A link that is down answers by itself, later.
            let _ = self.kernel.resolve(link, station);
        }
    }

    /// The same of a station that packets wait for.
    pub(super) fn resolve_station(&self, Station { interface, address }: Station) {
        let names = interface_names(&self.wanted);
        let link = names.get(usize::from(interface)).and_then(|name| self.network.link(name));
        let _ = link.map(|link| self.kernel.resolve(link.index, Ipv6Addr::from(address).to_canonical()));
    }

    pub(super) fn note(&mut self, member: Member, is_well: bool, why: &str) {
        tell(format_args!("server {} of service {} is {}: {why}", member.server, member.service, if is_well { "well" } else { "ill" }));
        let _ = if is_well { self.ill.remove(&member) } else { self.ill.insert(member) };
        self.put_in_force();
    }

    /// Takes a report. A server that takes itself out, or comes back, does so at once; its share follows at the next update.
    pub(super) fn note_load(&mut self, server: &str, report: Result<Line, String>) {
        let before = self.resources.state(server, ServerState::Enabled);
        match self.resources.note(server, report, Instant::now()) {
            Some(Some(why)) => tell(format_args!("server {server}: no load report: {why}")),
            Some(None) => tell(format_args!("server {server}: it reports its load again")),
            None => {}
        }
        if self.resources.state(server, ServerState::Enabled) != before {
            self.put_in_force();
        }
    }

    /// Begins to take the load reports that the configuration names, and stops to take others.
    pub(super) fn collect(&mut self) {
        let interval = self.wanted.load_interval;
        let origins: Vec<Origin> = self.wanted.servers.iter().filter_map(|server| Origin::of(server, interval)).collect();
        let (kept, ended): (Vec<_>, Vec<_>) = self.reporters.drain(..).partition(|reporter| origins.contains(&reporter.origin));
        let reports_otherwise = |ended: &&Reporter| !origins.iter().any(|origin| origin.continues(&ended.origin));
        ended.iter().filter(reports_otherwise).for_each(|ended| self.resources.forget(&ended.origin.server));
        self.reporters = kept;
        for origin in origins {
            if !self.reporters.iter().any(|reporter| reporter.origin == origin) {
                self.report_by(origin);
            }
        }
    }

    fn report_by(&mut self, origin: Origin) {
        let (send, server) = (self.send.clone(), origin.server.clone());
        // Where many events wait already, the report is left out, and ages.
        let hand_over = move |report| drop(send.try_send(Event::Load(server.clone(), report)));
        match Reporter::start(origin, &mut self.streams, hand_over) {
            Ok(reporter) => self.reporters.push(reporter),
            Err(error) => {
                tell(format_args!("warning: load reports by ORCA are not taken: {error}; raise the limits of threads and open files"))
            }
        }
    }

    /// Begins the checks that the configuration wants, and ends the others.
    pub(super) fn check(&mut self) {
        let wanted = &self.wanted;
        let tasks = wanted.services.iter().filter_map(|service| Some((service, service.check.as_ref()?))).flat_map(|(service, check)| {
            let task = move |member: Member| Task { at: member.checked_at(check, service), member, check: check.clone() };
            members(wanted, service).map(|(member, ..)| member).filter(|member| member.server != CONTROL).map(task)
        });
        let tasks: Vec<Task> = tasks.collect();
        self.checkers.retain(|checker| tasks.contains(&checker.task));
        self.ill.retain(|member| self.checkers.iter().any(|checker| checker.task.member == *member));
        for task in tasks {
            if !self.checkers.iter().any(|checker| checker.task == task) {
                let send = self.send.clone();
                // The last news of a check that has ended meanwhile are of no interest.
                let hand_over = move |member: &Member, is_well, why| drop(send.send(Event::Health(member.clone(), is_well, why)));
                self.checkers.push(Checker::start(task, hand_over));
            }
        }
    }
}
