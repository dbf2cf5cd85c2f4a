//! Single values that only a card's configuration has.

use super::{Source, Value};
use crate::weight::Weight;
use contract::limits::PORTS;
use contract::row::Mac;
use document::DeValue;
use model::icmp::{ICMP, ICMPV6};
use model::transport::{TCP, UDP};

/// A port of the card.
pub(super) fn port(source: &Source<'_>, value: &Value<'_>) -> Option<u8> {
    source.number(value, 0..=PORTS as u8 - 1, "port")
}

/// A weight, from its digits in the file: a binary fraction would not be the number that was written.
pub fn weight(source: &Source<'_>, value: &Value<'_>) -> Option<Weight> {
    let digits = source.digits(value);
    let not_a_weight =
        |error: crate::weight::NotAWeight| source.fault(value.span(), format!("{digits} is not a weight"), error.to_string());
    digits.parse().map_or_else(not_a_weight, Some)
}

/// A unicast MAC address: six pairs of hexadecimal digits with colons or dashes.
pub fn mac(source: &Source<'_>, value: &Value<'_>) -> Option<Mac> {
    let text = source.string(value)?;
    let byte = |pair: &str| u8::from_str_radix(pair, 16).ok().filter(|_| pair.len() == 2 && !pair.starts_with('+'));
    let bytes: Option<Vec<u8>> = text.split([':', '-']).map(byte).collect();
    let Some(mac) = bytes.and_then(|bytes| Mac::try_from(bytes).ok()) else {
        return source.fault(value.span(), format!("{text:?} is not a MAC address"), "write it as \"02:00:5e:10:00:01\"");
    };
    if mac[0] & 1 == 1 || mac == [0; 6] {
        let problem = format!("{text} is not the address of one station");
        return source.fault(value.span(), problem, "use a unicast address: the first byte even, not all zero");
    }
    Some(mac)
}

/// A rule's protocol; the inner `None` is any.
pub(super) fn protocol(source: &Source<'_>, value: &Value<'_>) -> Option<Option<u8>> {
    let number = match value.get_ref() {
        DeValue::String(name) => match name.as_ref() {
            "any" => return Some(None),
            "tcp" => Some(TCP),
            "udp" => Some(UDP),
            "icmp" => Some(ICMP),
            "icmpv6" => Some(ICMPV6),
            _ => None,
        },
        DeValue::Integer(number) => u8::from_str_radix(number.as_str(), number.radix()).ok(),
        _ => None,
    };
    let remedy = "write \"tcp\", \"udp\", \"icmp\", \"icmpv6\", \"any\" or a number from 0 to 255";
    number.map(Some).or_else(|| source.fault(value.span(), "not a protocol", remedy))
}
