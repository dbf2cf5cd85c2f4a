//! What the control processor answers.

use super::Processor;
use crate::ask::{Answer, Ask, Asked};
use crate::changes::{changes, document};
use crate::configuration::{self, state_name};
use crate::handover::fits;
use crate::master::{interface_names, members};
use crate::report::{Connection, Connections, Explanation, Frames, Interface, Report, Rings, ServerReport, ServiceReport};
use crate::worker::{Account, Passed, now};
use anyhow::{Result, ensure};
use contract::limits::BUCKETS;
use flow::{Endpoint, Key, Reason, ServerState, Vlans};
use model::network::Address;
use model::transport::UDP;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::{Ipv6Addr, SocketAddr};
use std::sync::PoisonError;
use std::time::Instant;

impl Processor<'_> {
    pub(super) fn answer(&mut self, Asked { ask, reply }: Asked) {
        let answer = match ask {
            Ask::Show => Answer::Report(Box::new(self.report())),
            Ask::Configuration => Answer::Configuration(document(&self.wanted)),
            Ask::Apply { text, file } => {
                self.apply(&text, &file).map_or_else(|error| Answer::Refused(format!("{error:#}")), Answer::Applied)
            }
            Ask::HandOver { start, workers } => match self.may_leave(&start, workers) {
                Ok(()) => {
                    self.successor = Some(reply);
                    return;
                }
                Err(why) => Answer::Refused(format!("{why:#}")),
            },
            Ask::Explain { protocol, from, to } => Answer::Explanation(self.explain(protocol, from, to)),
        };
        // Who asked may be gone.
        let _ = reply.send(answer.into());
    }

    /// Whether a process with this start may take over.
    fn may_leave(&self, start: &serde_json::Value, workers: usize) -> Result<()> {
        let own = document(&self.wanted);
        let differs: Vec<String> = changes(&own["start"], start).into_iter().map(|change| change.key).collect();
        let file = &self.wanted.file;
        ensure!(
            differs.is_empty(),
            "the running manager, by {file}, has another {}: only one with the same takes over",
            differs.join(", ")
        );
        ensure!(
            workers == self.accounts.len(),
            "the running manager has {} workers, and not {workers}: write workers = {}",
            self.accounts.len(),
            self.accounts.len()
        );
        fits(workers, self.wanted.start.interfaces.len())
    }

    /// How the manager is.
    pub fn report(&self) -> Report {
        let accounts: Vec<Account> =
            self.accounts.iter().map(|account| account.lock().unwrap_or_else(PoisonError::into_inner).clone()).collect();
        Report {
            state: if self.deadline.is_some() { "draining" } else { "serving" }.into(),
            since: humantime::format_rfc3339_seconds(self.since).to_string(),
            file: self.wanted.file.clone(),
            generation: self.generation,
            workers: accounts.len(),
            processors: accounts.iter().map(|account| account.processor).collect(),
            connections: Connections { live: self.table.live(), half_open: self.table.half_open(), room: self.table.connections() },
            frames: frames(&accounts, self.carried()),
            load_reports: [self.resources.taken, self.resources.refused],
            interfaces: interface_names(&self.wanted)
                .iter()
                .enumerate()
                .map(|(number, name)| self.interface(name, number, &accounts))
                .collect(),
            services: self.services(),
        }
    }

    fn interface(&self, name: &str, number: usize, accounts: &[Account]) -> Interface {
        let passed = accounts.iter().filter_map(|account| account.passed.get(number));
        let sum = |count: fn(&Passed) -> u64| passed.clone().map(count).sum();
        let rings = self.ingress.steered(number).map(|steered| Rings {
            to_kernel: steered.to_kernel,
            unpolled: steered.unpolled,
            carried: steered.carried,
            carried_out: self.bulk.map_or(0, |bulk| bulk.sent(number)),
            astray: sum(|passed| passed.astray),
            no_frame: sum(|passed| passed.rings.no_frame),
            ring_full: sum(|passed| passed.rings.ring_full),
            discarded: sum(|passed| passed.rings.discarded),
            faults: sum(|passed| passed.rings.invalid_fill + passed.rings.invalid_send + passed.rings.strange),
        });
        Interface {
            name: name.to_owned(),
            mtu: self.buffers.active().settings().interfaces[number].mtu,
            received: sum(|passed| passed.received) + rings.map_or(0, |rings| rings.carried),
            sent: sum(|passed| passed.sent) + rings.map_or(0, |rings| rings.carried_out),
            not_sent: sum(|passed| passed.not_sent),
            overflowed: sum(|passed| passed.overflowed),
            rings,
        }
    }

    /// Frames that the drivers' programs have carried.
    fn carried(&self) -> u64 {
        (0..self.wanted.start.interfaces.len()).filter_map(|number| self.ingress.steered(number)).map(|steered| steered.carried).sum()
    }

    fn services(&self) -> Vec<ServiceReport> {
        let mut connections: HashMap<u16, usize> = HashMap::new();
        self.table.all().for_each(|(connection, _)| *connections.entry(connection.server_number).or_default() += 1);
        let active = self.buffers.active();
        let settings = active.settings();
        let service = |service: &configuration::Service| {
            let entries: &[u16] = self.place(&service.name).map_or(&[], |place| &settings.services[place].entries);
            let server = |(member, _, state): (crate::master::Member, _, ServerState)| {
                let number = self.master.members().iter().position(|other| *other == member);
                let number_is = |entry: &&u16| number == Some(usize::from(**entry));
                let server = member.server.clone();
                ServerReport {
                    well: !self.ill.contains(&member),
                    reachable: number.is_some_and(|number| settings.servers[number].hop.is_some()),
                    entries: entries.iter().filter(number_is).count(),
                    connections: number.and_then(|number| connections.get(&(number as u16))).copied().unwrap_or(0),
                    name: member.server,
                    address: member.address,
                    state: state_name(self.resources.state(&server, state)).into(),
                    load: self.resources.shown(&server, self.wanted.load_interval, Instant::now()),
                }
            };
            ServiceReport {
                name: service.name.clone(),
                address: service.address,
                protocol: if service.protocol == UDP { "udp" } else { "tcp" }.into(),
                ports: [*service.ports.start(), *service.ports.end()],
                servers: members(&self.wanted, service).map(server).collect(),
            }
        };
        self.wanted.services.iter().map(service).collect()
    }

    /// The name of a connection's server.
    fn server_name(&self, number: u16) -> String {
        let member = self.master.members().get(usize::from(number));
        member.map_or_else(|| "others, by [nat]".to_owned(), |member| member.server.clone())
    }

    fn place(&self, service: &str) -> Option<usize> {
        self.master.services().iter().position(|name| name == service)
    }

    fn explain(&self, protocol: u8, from: SocketAddr, to: SocketAddr) -> Explanation {
        let endpoint = |at: SocketAddr| Endpoint { address: flow::address(at.ip()), port: at.port() };
        let key = Key { source: endpoint(from), destination: endpoint(to), protocol, vlans: Vlans::NONE };
        let found = self.table.find(&key).map(|(found, connection)| {
            let (tracking, _) = self.table.track(found, |tracking| tracking);
            Connection {
                server: self.server_name(connection.server_number),
                stage: format!("{:?}", tracking.stage).to_lowercase(),
                idle: now().as_secs().saturating_sub(tracking.seen.into()),
                carried: self.bulk.map_or([0; 2], |bulk| {
                    let both = [Some(&connection.client), connection.server.as_ref()].into_iter().flatten();
                    both.map(|key| bulk.carried(key)).fold([0; 2], |[a, b], [c, d]| [a + c, b + d])
                }),
                seen_as: connection.server.map(|server| [server.destination, server.source].map(socket_address)),
            }
        });
        let is_for = |service: &&configuration::Service| {
            (service.address, service.protocol) == (to.ip(), protocol) && service.ports.contains(&to.port())
        };
        let service = self.wanted.services.iter().find(is_for);
        let active = self.buffers.active();
        let (mut takes, mut without_mac) = (BTreeMap::new(), BTreeSet::new());
        if let Some(place) = service.and_then(|service| self.place(&service.name)) {
            for entry in active.settings().services[place].entries.iter().map(|entry| usize::from(*entry)) {
                let server = self.master.members()[entry].server.clone();
                if active.settings().servers[entry].hop.is_some() {
                    *takes.entry(server).or_default() += 100.0 / BUCKETS as f64;
                } else {
                    without_mac.insert(server);
                }
            }
        }
        let reason = match (&found, service, takes.is_empty()) {
            (Some(_), ..) => Reason::Connection,
            (None, None, _) => Reason::NoService,
            (None, Some(_), true) => Reason::NoServer,
            (None, Some(_), false) => Reason::NewConnection,
        };
        Explanation {
            service: service.map(|service| service.name.clone()),
            connection: found,
            takes,
            without_mac,
            reason: reason.name().into(),
        }
    }
}

fn socket_address(endpoint: Endpoint) -> SocketAddr {
    let address: Address = endpoint.address;
    SocketAddr::new(Ipv6Addr::from(address).to_canonical(), endpoint.port)
}

/// What the workers have taken, and what the drivers' programs have carried.
fn frames(accounts: &[Account], carried: u64) -> Frames {
    let sum = |count: fn(&Account) -> u64| accounts.iter().map(count).sum();
    let of = |reason: &Reason| accounts.iter().map(|account| account.counters.of(*reason)).sum::<u64>();
    let reasons = Reason::ALL.iter().map(|reason| (reason.name().to_owned(), of(reason)));
    let reasons = reasons.chain([("carried".to_owned(), carried)]);
    Frames {
        received: sum(|account| account.counters.taken) + carried,
        passed: sum(|account| account.counters.passed) + carried,
        dropped: sum(|account| account.counters.dropped()),
        held: sum(|account| account.held),
        reasons: reasons.filter(|(_, count)| *count > 0).collect(),
        originated: sum(|account| account.counters.originated),
        suppressed: sum(|account| account.counters.suppressed),
        evicted: sum(|account| account.counters.evicted),
        expired: sum(|account| account.counters.expired),
        reset: sum(|account| account.counters.reset),
        waited: sum(|account| account.counters.waited),
        resumed: sum(|account| account.counters.resumed),
    }
}
