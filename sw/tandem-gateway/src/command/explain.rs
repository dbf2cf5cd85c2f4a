//! `tandem-gateway explain`.

use super::ask::ask;
use crate::file::{Client, File, Role, Server};
use crate::report::{Report, hold, milliseconds};
use crate::{Finding, Global};
use anstyle::Style;
use anyhow::{Result, anyhow, bail, ensure};
use gateway::forecast::{Distances, forecast};
use gateway::hold::Hold;
use gateway::{Address, Time};
use operator::output::{self, Table};
use serde::Serialize;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;

/// Explains what becomes of a connection, and forecasts its race under each hold
///
/// With the file of a clients' gateway: whether its SYN is tagged, and why not. With that of a servers' gateway: which replicas get copies, and, if the
/// distances are given, who wins, how long the set-up takes, and after how many round trips of data a longer one pays off.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tandem-gateway explain client.toml 10.0.0.7 192.0.2.10:80
  tandem-gateway explain server.toml 10.0.0.7 192.0.2.10:80 --distance server=41 --distance paris=6 --delay paris=45

Distances are one-way delays in milliseconds: --distance from the client, --delay from the servers' gateway. Delays that are not given are asked of
the gateway, if it is running.")]
pub(crate) struct Arguments {
    /// The configuration of a clients' or a servers' gateway
    file: PathBuf,
    /// The client's address
    client: IpAddr,
    /// The server's address and port
    server: SocketAddr,
    /// Milliseconds from the client to `server`, or to a replica by its name
    #[arg(long, value_name = "NAME=MS")]
    distance: Vec<Named>,
    /// Milliseconds from the servers' gateway to a replica by its name
    #[arg(long, value_name = "NAME=MS")]
    delay: Vec<Named>,
}

/// A delay of something that has a name.
#[derive(Clone, Debug)]
struct Named(String, Time);

impl FromStr for Named {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, delay) = text.rsplit_once('=').ok_or("write NAME=MILLISECONDS, such as paris=5.5")?;
        let delay: f64 = delay.parse().ok().filter(|delay| (0.0..=10_000.0).contains(delay)).ok_or("write 0 to 10000 milliseconds")?;
        Ok(Self(name.to_owned(), Time::from_secs_f64(delay / 1000.0)))
    }
}

/// What is told.
#[derive(Debug, Default, Serialize)]
struct Told {
    /// One line for each thing that is decided.
    lines: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    forecasts: Vec<Foreseen>,
}

/// A race under a hold.
#[derive(Debug, Serialize)]
struct Foreseen {
    hold: String,
    winner: String,
    set_up_ms: f64,
    direct_ms: f64,
    margin_ms: Option<f64>,
    /// Round trips of data that repay a longer set-up; absent: none do.
    repaid_after: Option<f64>,
}

pub(crate) fn run(global: &Global, arguments: &Arguments) -> Result<Finding> {
    ensure!(
        arguments.client.is_ipv4() == arguments.server.is_ipv4(),
        "client and server are of two families; write both as IPv4 or as IPv6"
    );
    let told = match File::read(&arguments.file)?.role {
        Role::Client(client) => of_client(&client, arguments),
        Role::Server(server) => of_server(global, &server, arguments)?,
        Role::Replica(_) => {
            bail!("{}: a replica's agent has no part in this decision; name the file of a gateway", arguments.file.display())
        }
    };
    if global.json {
        output::json(&told);
    } else {
        told.lines.iter().for_each(|line| output::print(format!("{line}\n")));
        if !told.forecasts.is_empty() {
            output::print(format!("\n{}", table(&told.forecasts)));
        }
    }
    Ok(Finding::Clean)
}

fn table(forecasts: &[Foreseen]) -> Table {
    let mut table = Table::new(&["hold", "winner", ">set-up ms", ">direct ms", ">margin ms", ">repaid after"]);
    for Foreseen { hold, winner, set_up_ms, direct_ms, margin_ms, repaid_after } in forecasts {
        let margin = margin_ms.map_or_else(|| "alone".into(), |margin| format!("{margin:.1}"));
        let repaid = repaid_after.map_or_else(|| "never".into(), |trips| format!("{trips:.2} round trips"));
        table.row(Style::new(), [hold.clone(), winner.clone(), format!("{set_up_ms:.1}"), format!("{direct_ms:.1}"), margin, repaid]);
    }
    table
}

fn of_client(client: &Client, arguments: &Arguments) -> Told {
    let (address, server) = (Address::from(arguments.client), Address::from(arguments.server.ip()));
    let settings = &client.settings;
    let site = settings.sites.iter().zip(&client.sites).find(|(site, _)| site.has(&server, arguments.server.port()));
    let lines = match site {
        None => vec![format!("{} is in no site: its SYNs pass, and get no entry", arguments.server)],
        Some((site, name)) if site.excludes(&address, &server) => {
            vec![format!("{} is in site {name:?}", arguments.server), "the connection is excluded: its SYNs go untagged".into()]
        }
        Some((_, name)) => {
            let modes: Vec<String> = settings.modes.iter().map(|mode| format!("{mode:?}")).collect();
            vec![
                format!("{} is in site {name:?}", arguments.server),
                format!("the first {} SYNs are tagged, for modes {}", settings.rules.tag_syns, modes.join(", ")),
                "unless they carry data, have no room for 16 bytes of options, or MD5, AO, MPTCP or Fast Open among them".into(),
            ]
        }
    };
    Told { lines, forecasts: Vec::new() }
}

fn of_server(global: &Global, server: &Server, arguments: &Arguments) -> Result<Told> {
    let (client, address, port) = (Address::from(arguments.client), Address::from(arguments.server.ip()), arguments.server.port());
    let settings = &server.settings;
    let mut told = Told::default();
    let trusted = settings.gateways.iter().any(|(clients, _)| clients.contains(&client));
    told.lines.push(if trusted {
        format!("{client} has a key: its tags count")
    } else {
        format!("{client} has no key: its SYNs are not copied")
    });
    let has =
        |class: &gateway::server::Class| class.servers.iter().any(|(servers, ports)| servers.contains(&address) && ports.contains(&port));
    let Some(place) = settings.classes.iter().position(has) else {
        told.lines.push(format!("{} is in no class: its SYNs are not copied", arguments.server));
        return Ok(told);
    };
    let class = &settings.classes[place];
    let replicas: Vec<Address> = class.replicas.iter().copied().filter(|replica| replica.is_v4() == address.is_v4()).collect();
    let in_class = format!("{} is in class {:?}", arguments.server, server.classes[place]);
    let Some(own_hold) = class.hold_of(&client) else {
        told.lines.push(format!("{in_class}, which makes no copies for {client}"));
        return Ok(told);
    };
    told.lines.push(format!("{in_class}: {} of its family, hold {}", output::some(replicas.len(), "replica"), hold(own_hold)));
    let name = |replica: &Address| server.replicas.iter().find(|named| named.addresses.contains(replica)).map_or("", |named| &named.name);
    let named = |list: &[Named], wanted: &str| list.iter().find(|Named(name, _)| name == wanted).map(|Named(_, delay)| *delay);
    for Named(other, _) in arguments.distance.iter().chain(&arguments.delay) {
        let known = other == "server" || server.replicas.iter().any(|replica| replica.name == *other);
        ensure!(known, "no replica is named {other:?}; use `server`, or one of the file's replicas");
    }
    let Some(to_server) = named(&arguments.distance, "server") else {
        told.lines.push("no forecast: give --distance server=MS and --distance NAME=MS for replicas".into());
        return Ok(told);
    };
    let measured = if replicas.iter().all(|replica| named(&arguments.delay, name(replica)).is_some()) {
        None
    } else {
        ask::<Report>(global, "show").ok()
    };
    let asked = |replica: &Address| {
        let all = measured.iter().flat_map(|report| &report.classes).flat_map(|class| &class.replicas);
        let found = all.filter(|delayed| delayed.replica == replica.to_string()).find_map(|delayed| delayed.delay_ms);
        found.map(|delay| Time::from_secs_f64(delay / 1000.0))
    };
    let distances = replicas.iter().map(|replica| {
        let to_client = named(&arguments.distance, name(replica))
            .ok_or_else(|| anyhow!("no --distance {}=MS: the forecast needs all", name(replica)))?;
        Ok((named(&arguments.delay, name(replica)).or_else(|| asked(replica)), to_client))
    });
    let distances = Distances { server: to_server, replicas: distances.collect::<Result<_>>()? };
    let nearest = distances.replicas.iter().filter_map(|(delay, to_client)| Some((*to_client, (*delay)?))).min();
    let mut holds = vec![Hold::Off, Hold::Equal];
    holds.extend(nearest.map(|(_, delay)| Hold::HeadStart(Time::from_millis(delay.as_millis() as u64 + 1))));
    if !holds.contains(&own_hold) {
        holds.push(own_hold);
    }
    for hold in holds {
        let foreseen = forecast(hold, &distances, settings.cap);
        told.forecasts.push(Foreseen {
            hold: crate::report::hold(hold),
            winner: foreseen.winner.map_or_else(|| "server".into(), |place| name(&replicas[place]).to_owned()),
            set_up_ms: milliseconds(foreseen.set_up),
            direct_ms: milliseconds(foreseen.direct),
            margin_ms: foreseen.margin.map(milliseconds),
            repaid_after: foreseen.repaid_after,
        });
    }
    Ok(told)
}
