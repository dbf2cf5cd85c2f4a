//! The state of a gateway, as it reports it when asked and at its end.

use anstyle::Style;
use gateway::client::races::{Answerer, Happened, MARGINS, Race, Tally};
use gateway::counters::Counters;
use gateway::entry::Key;
use gateway::{ClientGateway, ServerGateway, Time};
use operator::output::{ASIDE, BAD, Table, painted, some, thousands};
use ring::InterfaceName;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

/// Everything that a running gateway tells.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Report {
    pub(crate) name: String,
    /// `client`, `server` or `replica`.
    pub(crate) role: String,
    /// When it was started.
    pub(crate) since: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) interfaces: Vec<Interface>,
    /// What has happened, by name; what stands at 0 is left out.
    pub(crate) counters: BTreeMap<String, u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) races: Option<Races>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) classes: Vec<Classes>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) replica: Option<Standing>,
}

/// Frames of a side.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Interface {
    pub(crate) side: String,
    pub(crate) interface: String,
    pub(crate) came: u64,
    pub(crate) left: u64,
    /// Frames that it did not take.
    pub(crate) lost: u64,
    /// What came that its sender's kernel wanted a network card to cut, and that is no TCP.
    pub(crate) uncut: u64,
}

impl Interface {
    pub(crate) fn new(side: &str, name: &InterfaceName) -> Self {
        let (came, left, lost, uncut) = Default::default();
        Self { side: side.into(), interface: name.to_string(), came, left, lost, uncut }
    }
}

/// The races of a clients' gateway.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Races {
    /// Connections in the table.
    pub(crate) connections: usize,
    /// Upper bounds in milliseconds of the counts in `margins`, but for the last.
    pub(crate) bounds_ms: Vec<u64>,
    pub(crate) answerers: Vec<Answers>,
}

/// How somebody does in races.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Answers {
    /// A replica's address, or `server`.
    pub(crate) who: String,
    pub(crate) wins: u64,
    pub(crate) losses: u64,
    /// Races won, by how much later the next answer came.
    pub(crate) margins: Vec<u64>,
    /// Mean of these margins.
    pub(crate) mean_margin_ms: Option<f64>,
}

impl Races {
    pub(crate) fn of(client: &ClientGateway) -> Self {
        let answers = client.races().tallies().iter().map(|(who, tally)| Answers {
            who: who.map_or_else(|| "server".into(), |replica| replica.to_string()),
            wins: tally.wins,
            losses: tally.losses,
            margins: tally.margins.to_vec(),
            mean_margin_ms: mean(tally),
        });
        Self { connections: client.table().len(), bounds_ms: MARGINS.to_vec(), answerers: answers.collect() }
    }
}

fn mean(tally: &Tally) -> Option<f64> {
    let count: u64 = tally.margins.iter().sum();
    (count > 0).then(|| milliseconds(tally.margin) / count as f64)
}

/// A class of servers, and how far its replicas are.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Classes {
    pub(crate) class: String,
    pub(crate) hold: String,
    pub(crate) replicas: Vec<Delayed>,
}

/// A replica, and half its probes' round trip.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Delayed {
    pub(crate) replica: String,
    pub(crate) delay_ms: Option<f64>,
    /// How long its copies are held.
    pub(crate) held_ms: f64,
}

impl Classes {
    pub(crate) fn of(names: &[String], server: &ServerGateway) -> Vec<Self> {
        let settings = server.settings();
        let classes = names.iter().zip(&settings.classes).zip(server.delays());
        let class = |((name, class), delays): ((&String, &gateway::server::Class), Vec<Option<Time>>)| {
            let schedule = gateway::hold::Schedule::new(class.hold, &delays, settings.cap);
            let replicas = class.replicas.iter().zip(&delays).zip(&schedule.copies).map(|((replica, delay), held)| Delayed {
                replica: replica.to_string(),
                delay_ms: delay.map(milliseconds),
                held_ms: milliseconds(*held),
            });
            Self { class: name.clone(), hold: hold(class.hold), replicas: replicas.collect() }
        };
        classes.map(class).collect()
    }
}

/// A hold as it is written in the file.
pub(crate) fn hold(hold: gateway::hold::Hold) -> String {
    use gateway::hold::Hold;
    match hold {
        Hold::Off => "off".into(),
        Hold::Equal => "equal".into(),
        Hold::HeadStart(time) => format!("{} ms", milliseconds(time)),
    }
}

/// A replica's agent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Standing {
    pub(crate) mode: String,
    /// `ready`, `busy` or `draining`.
    pub(crate) load: String,
    /// Connections that wait to be accepted.
    pub(crate) queue: u32,
    /// Packets that neither host nor network took.
    pub(crate) lost: u32,
    /// Mode B: whether the network lets out what it sends in its servers' name: `passes`, `dropped` or `unknown`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) spoofing: Option<String>,
    pub(crate) installed: Vec<String>,
}

impl Report {
    pub(crate) fn new(name: &str, since: &str) -> Self {
        Self { name: name.into(), since: since.into(), ..Self::default() }
    }

    pub(crate) fn count(&mut self, counters: &Counters) {
        self.counters = counters.seen().map(|(name, number)| (name.to_owned(), number)).collect();
    }

    /// The same for people.
    pub(crate) fn text(&self) -> String {
        let mut text = format!("{}: {} since {}\n", self.name, self.role, self.since);
        if let Some(Standing { mode, load, queue, lost, spoofing, installed }) = &self.replica {
            text += &format!("mode {mode}, {load}, {} in the queue, {} lost\n", thousands((*queue).into()), thousands((*lost).into()));
            text += &match spoofing.as_deref() {
                Some("passes") => "what is sent in the servers' name arrives\n".to_owned(),
                Some("dropped") => format!("{}\n", painted(BAD, "what is sent in the servers' name does not arrive: use mode A or C")),
                Some(_) => "no probe has told yet whether what is sent in the servers' name arrives\n".to_owned(),
                None => String::new(),
            };
            text += &installed.iter().map(|line| format!("  {}\n", painted(ASIDE, line))).collect::<String>();
        }
        if !self.interfaces.is_empty() {
            let mut table = Table::new(&["side", "interface", ">came", ">left", ">lost"]);
            for Interface { side, interface, came, left, lost, .. } in &self.interfaces {
                table.row(Style::new(), [side.clone(), interface.clone(), thousands(*came), thousands(*left), thousands(*lost)]);
            }
            text += &format!("\n{table}");
        }
        for interface in self.interfaces.iter().filter(|interface| interface.uncut > 0) {
            let told =
                format!("{}: {} dropped that a network card was to cut", interface.interface, some(interface.uncut as usize, "packet"));
            text += &format!("{}\n", painted(BAD, told + "; at the other end: ethtool -K NAME tx-udp-segmentation off"));
        }
        text += &self.races_text();
        for Classes { class, hold, replicas } in &self.classes {
            let mut table = Table::new(&["replica", ">delay ms", ">held ms"]);
            for Delayed { replica, delay_ms, held_ms } in replicas {
                let delay = delay_ms.map_or_else(|| "unknown".into(), |delay| format!("{delay:.1}"));
                table.row(if delay_ms.is_some() { Style::new() } else { BAD }, [replica.clone(), delay, format!("{held_ms:.1}")]);
            }
            text += &format!("\nclass {class}, hold {hold}\n{table}");
        }
        if !self.counters.is_empty() {
            let mut table = Table::new(&["counter", ">count"]);
            self.counters.iter().for_each(|(name, count)| table.row(Style::new(), [name.clone(), thousands(*count)]));
            text += &format!("\n{table}");
        }
        text
    }

    fn races_text(&self) -> String {
        let Some(Races { connections, answerers, .. }) = &self.races else { return String::new() };
        let mut text = format!("\n{} in the table\n", some(*connections, "connection"));
        if !answerers.is_empty() {
            let mut table = Table::new(&["answers", ">wins", ">losses", ">mean margin ms"]);
            for Answers { who, wins, losses, mean_margin_ms, .. } in answerers {
                let margin = mean_margin_ms.map_or_else(String::new, |margin| format!("{margin:.1}"));
                table.row(Style::new(), [who.clone(), thousands(*wins), thousands(*losses), margin]);
            }
            text += &table.to_string();
        }
        text
    }
}

/// One race.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Traced {
    pub(crate) client: SocketAddr,
    pub(crate) server: SocketAddr,
    /// When the SYN came, in seconds since 1970.
    pub(crate) begun: f64,
    /// Who has won; `None`: nobody so far.
    pub(crate) winner: Option<String>,
    pub(crate) margin_ms: Option<f64>,
    pub(crate) events: Vec<Happening>,
}

/// Something that happened in a race.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Happening {
    /// Since the SYN.
    pub(crate) after_ms: f64,
    pub(crate) what: String,
}

impl Traced {
    /// The newest races of connections that are wanted, at most so many.
    pub(crate) fn of(races: &gateway::client::races::Races, most: usize, wanted: impl Fn(&Key) -> bool) -> Vec<Self> {
        races.newest().filter(|(key, _)| wanted(key)).take(most).map(|(key, race)| Self::one(key, race)).collect()
    }

    fn one(key: &Key, race: &Race) -> Self {
        let socket = |ip: IpAddr, port| SocketAddr::new(ip, port);
        let events = race
            .happened
            .iter()
            .map(|(time, happened)| Happening { after_ms: milliseconds(time.saturating_sub(race.begun)), what: what(happened) });
        Self {
            client: socket(key.client.ip(), key.client_port),
            server: socket(key.server.ip(), key.server_port),
            begun: race.begun.as_secs_f64(),
            winner: race.won().map(|(_, who)| self::who(who)),
            margin_ms: race.margin().map(milliseconds),
            events: events.collect(),
        }
    }
}

fn what(happened: &Happened) -> String {
    match happened {
        Happened::Tagged => "the SYN is tagged".into(),
        Happened::Untagged(Some(count)) => format!("the SYN goes untagged: {}", count.name()),
        Happened::Untagged(None) => "the SYN comes again".into(),
        Happened::Won(from) => format!("{} answers, and wins", who(*from)),
        Happened::Lost(from) => format!("{} answers, and is reset", who(*from)),
        Happened::Dropped(from, count) => format!("{}: dropped, {}", who(*from), count.name()),
        Happened::Refused => "the server refuses; held".into(),
    }
}

fn who(answerer: Answerer) -> String {
    answerer.map_or_else(|| "server".into(), |(replica, mode)| format!("{replica} in mode {mode:?}"))
}

pub(crate) fn milliseconds(time: Time) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1e3
}
