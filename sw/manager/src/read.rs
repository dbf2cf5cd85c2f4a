//! From the text of a `manager.toml` to a configuration, or to everything that is wrong with it.

mod check;
mod nat;
mod server;
mod service;

use crate::configuration::{CONTROL, Configuration, Control, Distributor, Io, Start};
use contract::row::mac_text;
use control::read::value::mac;
use document::{DeTable, Faults, Section, Source, Value, every, read};
use flow::tcp::Timeouts;
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

/// Describes the file.
const PAGE: &str = "docs/manager.md";
/// Bytes of a connection, and the most connections: 64 million take 13 GiB.
const CONNECTIONS: std::ops::RangeInclusive<u32> = 16..=1 << 26;
const DAY: u64 = 86_400;

impl Configuration {
    /// Reads the text of a `manager.toml`; `file` is its name in faults.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with its line and column and what to do about it.
    pub fn parse(text: &str, file: &str) -> Result<Self, Faults> {
        read(text, file, PAGE, |source, table| top(source, table, file))
    }
}

const KEYS: [&str; 17] = [
    "interfaces",
    "io",
    "bulk",
    "workers",
    "bind_workers",
    "connections",
    "metrics",
    "drain",
    "load_interval",
    "group_macs",
    "server_networks",
    "affinity_key",
    "control",
    "distributor",
    "timeouts",
    "nat",
    "server",
];

fn top(source: &Source<'_>, table: &DeTable<'_>, file: &str) -> Option<Configuration> {
    let keys = [&KEYS[..], &["service"]].concat();
    let section = Section::new(source, 0..0, table, &keys);
    let control = section.or("control", None, |value| control(source, value).map(Some));
    let start = start(&section, control.clone());
    let mut seen = Vec::new();
    let group_macs = section.or("group_macs", Vec::new(), |value| {
        every(
            source
                .list(value)?
                .iter()
                .map(|written| source.unique(written.span(), "group MAC", mac(source, written)?, &mut seen, |mac| mac_text(*mac))),
        )
    });
    let server_networks =
        section.or("server_networks", Vec::new(), |value| every(source.list(value)?.iter().map(|network| prefix(source, network))));
    let affinity_key = section.or("affinity_key", None, |value| affinity_key(source, value).map(Some));
    let distributor = section.or("distributor", None, |value| distributor(source, value).map(Some));
    let timeouts = timeouts(&section);
    let drain = section.or("drain", 10, |value| source.number(value, 0..=DAY, "drain time"));
    let load_interval = section.or("load_interval", 2.0, |value| source.real(value, 0.1..=3600.0, "number of seconds"));
    let servers = server::read(&section);
    let names: Vec<&str> =
        section.tables("server").iter().filter_map(|server| server.get_ref().as_table()?.get("name")?.get_ref().as_str()).collect();
    let services = service::read(&section, &servers, &names, control.as_ref().and_then(Option::as_ref), affinity_key.flatten().is_some());
    let nat = section.or("nat", None, |value| {
        let services = services.as_deref().unwrap_or_default();
        nat::read(source, value, &nat::Others { servers: &servers, services, control: control.as_ref().and_then(Option::as_ref) }).map(Some)
    });
    Some(Configuration {
        file: file.to_owned(),
        start: start?,
        group_macs: group_macs?,
        server_networks: server_networks?,
        affinity_key: affinity_key?.unwrap_or_default(),
        distributor: distributor?,
        nat: nat?,
        timeouts: timeouts?,
        load_interval: Duration::from_secs_f64(load_interval?),
        drain: drain?,
        servers: every(servers.into_iter())?,
        services: services?,
    })
}

fn start(section: &Section<'_>, control: Option<Option<Control>>) -> Option<Start> {
    let source = section.source;
    let mut seen = Vec::new();
    let interfaces = section.required("interfaces", |value| {
        let list = source.list(value)?;
        if list.is_empty() {
            return source.fault(value.span(), "no interface", "name the interfaces to clients and to servers; one may be both");
        }
        every(list.iter().map(|name| source.unique(name.span(), "interface", interface(source, name)?, &mut seen, String::clone)))
    });
    let io = section.or("io", Io::Packet, |value| source.choice(value, "input and output", &[("packet", Io::Packet), ("xdp", Io::Xdp)]));
    let bulk = section.or("bulk", false, |value| {
        let bulk = source.boolean(value)?;
        if bulk && io == Some(Io::Packet) {
            return source.fault(value.span(), "bulk takes XDP programs", "write io = \"xdp\" too, or leave bulk out");
        }
        Some(bulk)
    });
    let workers = section.or("workers", None, |value| source.number(value, 1..=256, "number of workers").map(Some));
    let bind_workers = section.or("bind_workers", true, |value| source.boolean(value));
    let connections = section.or("connections", 1 << 20, |value| source.number(value, CONNECTIONS, "number of connections"));
    let metrics = section.or("metrics", None, |value| socket_address(source, value).map(Some));
    Some(Start {
        interfaces: interfaces?,
        io: io?,
        bulk: bulk?,
        workers: workers?,
        bind_workers: bind_workers?,
        connections: connections?,
        control: control?,
        metrics: metrics?,
    })
}

fn interface(source: &Source<'_>, value: &Value<'_>) -> Option<String> {
    let name = source.string(value)?;
    match format!("if:{name}").parse::<ring::InterfaceName>() {
        Ok(_) if !name.contains('@') => Some(name.to_owned()),
        Ok(_) => source.fault(value.span(), format!("{name:?} names another namespace"), "run the manager in that namespace"),
        Err(_) => source.fault(value.span(), format!("{name:?} cannot name an interface"), "write a name that `ip link` lists"),
    }
}

fn control(source: &Source<'_>, value: &Value<'_>) -> Option<Control> {
    let section = Section::of(source, value, &["name", "address", "pool"])?;
    let name = section.or("name", "tandem0".to_owned(), |value| interface(source, value));
    let address = section.required("address", |value| address(source, value));
    let pool = section.required("pool", |value| address_like(source, value, address?, "address"));
    if let (Some(address), Some(pool)) = (address, pool)
        && address == pool
    {
        return source.fault(section.span, "pool is the address of the host itself", "use another address of the same small network");
    }
    Some(Control { name: name?, address: address?, pool: pool? })
}

fn distributor(source: &Source<'_>, value: &Value<'_>) -> Option<Distributor> {
    let section = Section::of(source, value, &["configuration", "tables", "manager"])?;
    let configuration = section.required("configuration", |value| source.string(value));
    let tables = section.or("tables", None, |value| source.string(value).map(|path| Some(path.into())));
    let manager = section.required("manager", |value| source.name(value));
    Some(Distributor { configuration: configuration?.into(), tables: tables?, manager: manager?.to_owned() })
}

/// The timeouts by their names, with what each is if it is left out.
fn defaults() -> BTreeMap<&'static str, u64> {
    let all = Timeouts::default();
    let named = [
        ("half_open", all.half_open),
        ("established", all.established),
        ("closing", all.closing),
        ("closed", all.closed),
        ("reset", all.reset),
        ("udp_new", all.udp_new),
        ("udp", all.udp),
        ("direct_idle", all.direct_idle),
    ];
    named.map(|(name, time)| (name, time.as_secs())).into()
}

fn timeouts(top: &Section<'_>) -> Option<BTreeMap<&'static str, u64>> {
    let source = top.source;
    let mut timeouts = defaults();
    let Some(value) = top.get("timeouts") else { return Some(timeouts) };
    let names: Vec<&str> = timeouts.keys().copied().collect();
    let section = Section::of(source, value, &names)?;
    let read = every(timeouts.iter_mut().map(|(name, seconds)| {
        *seconds = section.or(name, *seconds, |value| source.number(value, 1..=30 * DAY, "timeout"))?;
        Some(())
    }));
    read.map(|_| timeouts)
}

fn affinity_key(source: &Source<'_>, value: &Value<'_>) -> Option<[u64; 2]> {
    let key: [u8; 16] = source.key(value, "affinity key, the same in every manager,")?;
    let half = |at: usize| u64::from_be_bytes(std::array::from_fn(|i| key[at + i]));
    Some([half(0), half(8)])
}

/// The address of one station.
fn address(source: &Source<'_>, value: &Value<'_>) -> Option<IpAddr> {
    let text = source.string(value)?;
    let Ok(address) = text.parse::<IpAddr>() else {
        let remedy = "write one address without its prefix length, such as \"192.0.2.1\" or \"2001:db8::1\"";
        return source.fault(value.span(), format!("{text:?} is not an IP address"), remedy);
    };
    let is_mapped = matches!(address, IpAddr::V6(address) if address.to_ipv4_mapped().is_some());
    let is_broadcast = matches!(address, IpAddr::V4(address) if address.is_broadcast());
    if is_mapped || is_broadcast || address.is_multicast() || address.is_unspecified() || address.is_loopback() {
        return source.fault(
            value.span(),
            format!("{address} is not the address of one station"),
            "use a unicast address, and not the loopback's",
        );
    }
    Some(address)
}

/// An address of the same family as another one, the `what`.
fn address_like(source: &Source<'_>, value: &Value<'_>, other: IpAddr, what: &str) -> Option<IpAddr> {
    let read = address(source, value)?;
    if read.is_ipv4() != other.is_ipv4() {
        let remedy = format!("use an address of the family of {what}, {other}");
        return source.fault(value.span(), format!("{read} is of another family"), remedy);
    }
    Some(read)
}

fn prefix(source: &Source<'_>, value: &Value<'_>) -> Option<(IpAddr, u8)> {
    let text = source.string(value)?;
    let read = text.split_once('/').and_then(|(address, length)| {
        let (address, length): (IpAddr, u8) = (address.parse().ok()?, length.parse().ok()?);
        (length <= if address.is_ipv4() { 32 } else { 128 }).then_some((address, length))
    });
    read.or_else(|| {
        source.fault(value.span(), format!("{text:?} is not a network"), "write one such as \"10.0.0.0/24\" or \"2001:db8::/64\"")
    })
}

fn socket_address(source: &Source<'_>, value: &Value<'_>) -> Option<SocketAddr> {
    let text = source.string(value)?;
    let remedy = "write an address of this host and a port, such as \"127.0.0.1:9322\"";
    text.parse().ok().or_else(|| source.fault(value.span(), format!("{text:?} is not an address with a port"), remedy))
}

/// Whether this name is no server's: it is the manager's own host.
fn is_reserved(name: &str) -> bool {
    name == CONTROL
}
