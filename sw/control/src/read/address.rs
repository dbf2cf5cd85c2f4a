//! `addresses` of a group: which the slow path answers neighbour questions for, and with which MAC.

use super::{Section, Source, Value, every, value};
use contract::row::{Mac, mac_text};
use std::net::IpAddr;

/// The addresses of one group. None of `seen`, those of the groups before, may be among them.
pub(super) fn read(section: &Section<'_>, seen: &mut Vec<IpAddr>) -> Option<Vec<IpAddr>> {
    let source = section.source;
    section.or("addresses", Vec::new(), |value| every(source.list(value)?.iter().map(|written| address(source, written, seen))))
}

fn address(source: &Source<'_>, written: &Value<'_>, seen: &mut Vec<IpAddr>) -> Option<IpAddr> {
    let text = source.string(written)?;
    let Ok(address) = text.parse::<IpAddr>() else {
        let remedy = "write one address without its prefix length, such as \"192.0.2.1\" or \"2001:db8::1\"";
        return source.fault(written.span(), format!("{text:?} is not an IP address"), remedy);
    };
    let is_of_one = match address {
        IpAddr::V4(address) => !address.is_multicast() && !address.is_unspecified() && !address.is_broadcast() && !address.is_loopback(),
        IpAddr::V6(address) => {
            !address.is_multicast() && !address.is_unspecified() && !address.is_loopback() && address.to_ipv4_mapped().is_none()
        }
    };
    if !is_of_one {
        let remedy = "use an address that hosts of the network can ask for: unicast, and not the loopback's";
        return source.fault(written.span(), format!("{address} is not the address of one station"), remedy);
    }
    source.unique(written.span(), "group address", address, seen, IpAddr::to_string)
}

/// The MAC with which a group's addresses are answered: one of the card's group MACs, and without `mac` the first of them.
pub(super) fn mac(section: &Section<'_>, group_macs: Option<&[Mac]>) -> Option<Mac> {
    let source = section.source;
    let Some(value) = section.get("mac") else { return group_macs.and_then(|macs| macs.first().copied()) };
    let mac = value::mac(source, value)?;
    let macs = group_macs?;
    if !macs.contains(&mac) {
        let remedy = format!("use one of group_macs: {}", macs.iter().map(|mac| mac_text(*mac)).collect::<Vec<_>>().join(", "));
        return source.fault(value.span(), format!("{} is no group MAC of the card", mac_text(mac)), remedy);
    }
    Some(mac)
}
