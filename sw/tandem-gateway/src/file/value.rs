//! Single values that only a gateway's configuration has.

use document::{DeValue, Section, Source, Value, every};
use gateway::keys::{KeyRing, Trust};
use gateway::rate::Rate;
use gateway::{Address, Mode, Prefix};
use ring::InterfaceName;
use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use std::time::Duration;

/// Keys of one partner that are valid at once.
const KEYS: usize = 2;

pub(super) fn interface(source: &Source<'_>, value: &Value<'_>) -> Option<InterfaceName> {
    let text = source.string(value)?;
    let remedy = "write \"if:NAME\" for an interface that is there, or \"tap:NAME\" for a TAP, and @NAMESPACE after it for one elsewhere";
    text.parse().ok().or_else(|| source.fault(value.span(), format!("{text:?} is no interface"), remedy))
}

pub(super) fn socket(source: &Source<'_>, value: &Value<'_>) -> Option<SocketAddr> {
    let text = source.string(value)?;
    let remedy = "write an address of this host and a port, such as \"127.0.0.1:9180\" or \"[::1]:9180\"";
    text.parse().ok().or_else(|| source.fault(value.span(), format!("{text:?} is no address with a port"), remedy))
}

/// The address of one station.
pub(super) fn address(source: &Source<'_>, value: &Value<'_>) -> Option<Address> {
    let text = source.string(value)?;
    let remedy = "write one address without a prefix length, such as \"192.0.2.1\" or \"2001:db8::1\"";
    let Ok(address) = text.parse::<IpAddr>() else {
        return source.fault(value.span(), format!("{text:?} is no IP address"), remedy);
    };
    if address.is_multicast() || address.is_unspecified() {
        return source.fault(value.span(), format!("{address} is not the address of one station"), remedy);
    }
    Some(address.to_canonical().into())
}

pub(super) fn addresses(source: &Source<'_>, value: &Value<'_>) -> Option<Vec<Address>> {
    let mut seen = Vec::new();
    let one = |written| source.unique(Value::span(written), "address", address(source, written)?, &mut seen, Address::to_string);
    every(source.list(value)?.iter().map(one))
}

/// At most one address of each family.
pub(super) fn own(source: &Source<'_>, value: &Value<'_>) -> Option<Vec<Address>> {
    let own = addresses(source, value)?;
    let twice = [true, false].iter().any(|v4| own.iter().filter(|address| address.is_v4() == *v4).count() > 1);
    if own.is_empty() || twice {
        return source.fault(value.span(), "not one address of each family", "write one of IPv4, one of IPv6, or both");
    }
    Some(own)
}

/// An address, or a network with its prefix length.
pub(super) fn prefix(source: &Source<'_>, value: &Value<'_>) -> Option<Prefix> {
    let text = source.string(value)?;
    let read = || {
        let (address, length) = text.split_once('/').map_or((text, None), |(address, length)| (address, Some(length)));
        let address: IpAddr = address.parse().ok()?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        Prefix::new(address, length.map_or(Some(most), |length| length.parse().ok())?)
    };
    let remedy = "write an address, or a network such as \"192.0.2.0/24\" or \"2001:db8::/48\"";
    read().or_else(|| source.fault(value.span(), format!("{text:?} is no prefix"), remedy))
}

pub(super) fn prefixes(source: &Source<'_>, value: &Value<'_>) -> Option<Vec<Prefix>> {
    every(source.list(value)?.iter().map(|written| prefix(source, written)))
}

/// `servers` and `ports` of a site or a class: every server with every range of ports.
pub(super) fn servers(section: &Section<'_>) -> Option<Vec<(Prefix, RangeInclusive<u16>)>> {
    let source = section.source;
    let servers = section.required("servers", |value| prefixes(source, value));
    let ports = section.or("ports", vec![(80, 80)], |value| every(source.list(value)?.iter().map(|range| source.ports(range))));
    let (servers, ports) = (servers?, ports?);
    Some(servers.iter().flat_map(|server| ports.iter().map(|(lowest, highest)| (*server, *lowest..=*highest))).collect())
}

/// `keys`, or `open` for the laboratory: whom a partner's tags and echoes are trusted by. `open` is a list of replicas where `listed`, else `true`.
pub(super) fn trust(section: &Section<'_>, listed: bool) -> Option<Trust> {
    let source = section.source;
    match (section.get("keys"), section.get("open")) {
        (Some(value), None) => keys(source, value).map(Trust::Keys),
        (None, Some(value)) if listed => addresses(source, value).map(Trust::Open),
        (None, Some(value)) => source
            .boolean(value)
            .filter(|open| *open)
            .map(|_| Trust::Open(Vec::new()))
            .or_else(|| source.fault(value.span(), "open = false gives no key", "write keys = [{ id = 1, key = \"...\" }]")),
        (Some(_), Some(value)) => source.fault(value.span(), "both keys and open", "remove open: it is for a laboratory without keys"),
        (None, None) => {
            let remedy = "write keys = [{ id = 1, key = \"...\" }]; `openssl rand -hex 16` prints a key";
            source.fault(section.span.clone(), "missing key `keys`", remedy)
        }
    }
}

/// Keys: the first is used, all count.
fn keys(source: &Source<'_>, value: &Value<'_>) -> Option<KeyRing> {
    let list = source.list(value)?;
    if list.is_empty() || list.len() > KEYS {
        let remedy = "write one key, or two while you exchange one for the other: the first is used, both count";
        return source.fault(value.span(), format!("{} keys", list.len()), remedy);
    }
    let mut ids = Vec::new();
    let read = |written| {
        let section = Section::of(source, written, &["id", "key"])?;
        let id = section.required("id", |value| {
            source.unique(value.span(), "key's id", source.number(value, 0..=15, "key's id")?, &mut ids, u8::to_string)
        });
        let key = section.required("key", |value| source.key::<16>(value, "key"));
        Some((id?, key?))
    };
    let keys = every(list.iter().map(read))?;
    let (id, key) = keys[0];
    Some(keys[1..].iter().fold(KeyRing::new(id, key), |ring, (id, key)| ring.with(*id, *key)))
}

pub(super) fn mode(source: &Source<'_>, value: &Value<'_>) -> Option<Mode> {
    source.choice(value, "mode", &[("A", Mode::A), ("B", Mode::B), ("C", Mode::C)])
}

/// How packets are put into others: whether by IP in IP.
pub(super) fn encapsulation(section: &Section<'_>) -> Option<bool> {
    section.or("encapsulation", false, |value| section.source.choice(value, "encapsulation", &[("gue", false), ("ipip", true)]))
}

pub(super) fn modes(source: &Source<'_>, value: &Value<'_>) -> Option<Vec<Mode>> {
    let modes = every(source.list(value)?.iter().map(|written| mode(source, written)))?;
    if modes.is_empty() {
        return source.fault(value.span(), "no mode is accepted", "name some of \"A\", \"B\" and \"C\"");
    }
    Some(modes)
}

/// Milliseconds, with a fraction if need be.
pub(super) fn milliseconds(source: &Source<'_>, value: &Value<'_>, range: RangeInclusive<f64>) -> Option<Duration> {
    source.real(value, range, "number of milliseconds").map(|milliseconds| Duration::from_secs_f64(milliseconds / 1000.0))
}

/// So many in a second, and as many at once.
pub(super) fn rate(source: &Source<'_>, value: &Value<'_>) -> Option<Rate> {
    source.real(value, 1.0..=1e9, "number in a second").map(Rate::per_second)
}

pub(super) fn hold(source: &Source<'_>, value: &Value<'_>) -> Option<gateway::hold::Hold> {
    use gateway::hold::Hold;
    match value.get_ref() {
        DeValue::String(_) => source.choice(value, "hold", &[("off", Hold::Off), ("equal", Hold::Equal)]),
        _ => milliseconds(source, value, 0.0..=900.0).map(Hold::HeadStart),
    }
}

pub(super) fn mtu(section: &Section<'_>) -> Option<u16> {
    section.or("mtu", 1500, |value| section.source.number(value, 1280..=u16::MAX, "MTU"))
}
