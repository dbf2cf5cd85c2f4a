//! Single values: what they must look like, and what to do if they do not.

use super::{Source, Value};
use crate::weight::Weight;
use contract::limits::PORTS;
use contract::row::Mac;
use model::icmp::{ICMP, ICMPV6};
use model::transport::{TCP, UDP};
use std::ops::RangeInclusive;
use toml::de::{DeTable, DeValue};

impl<'t> Source<'t> {
    fn wrong_type<T>(&self, value: &Value<'_>, wanted: &str, remedy: &str) -> Option<T> {
        let found = value.get_ref().type_str();
        let article = if found.starts_with(['a', 'i']) { "an" } else { "a" };
        self.fault(value.span(), format!("expected {wanted}, found {article} {found}"), remedy)
    }

    pub(super) fn boolean(&self, value: &Value<'_>) -> Option<bool> {
        value.get_ref().as_bool().or_else(|| self.wrong_type(value, "a boolean", "write true or false, without quotes"))
    }

    pub(super) fn string<'v>(&self, value: &'v Value<'_>) -> Option<&'v str> {
        value.get_ref().as_str().or_else(|| self.wrong_type(value, "a string", "put the value in double quotes"))
    }

    pub(super) fn list<'v>(&self, value: &'v Value<'v>) -> Option<&'v [Value<'v>]> {
        let list = value.get_ref().as_array().map(AsRef::as_ref);
        list.or_else(|| self.wrong_type(value, "a list", "write [...], or [[...]] above each table of one"))
    }

    pub(super) fn table<'v>(&self, value: &'v Value<'v>) -> Option<&'v DeTable<'v>> {
        value.get_ref().as_table().or_else(|| self.wrong_type(value, "a table", "write [[...]] above its keys, or { key = value }"))
    }

    /// A whole number of this range.
    pub(super) fn number(&self, value: &Value<'_>, range: RangeInclusive<u8>, what: &str) -> Option<u8> {
        let remedy = format!("use a number from {} to {}, without quotes", range.start(), range.end());
        let DeValue::Integer(written) = value.get_ref() else {
            return self.wrong_type(value, "a whole number", &remedy);
        };
        let number = u8::from_str_radix(written.as_str(), written.radix()).ok().filter(|number| range.contains(number));
        number.or_else(|| self.fault(value.span(), format!("{what} {} is out of range", self.digits(value)), remedy))
    }

    pub(super) fn port(&self, value: &Value<'_>) -> Option<u8> {
        self.number(value, 0..=PORTS as u8 - 1, "port")
    }

    /// A number as it is written in the file.
    fn digits(&self, value: &Value<'_>) -> &'t str {
        self.text.get(value.span()).unwrap_or_default()
    }

    /// A weight, from its digits in the file: a binary fraction would not be the number that was written.
    pub(super) fn weight(&self, value: &Value<'_>) -> Option<Weight> {
        let digits = self.digits(value);
        let not_a_weight =
            |error: crate::weight::NotAWeight| self.fault(value.span(), format!("{digits} is not a weight"), error.to_string());
        digits.parse().map_or_else(not_a_weight, Some)
    }

    /// A number within limits, of any form that TOML has.
    pub(super) fn real(&self, value: &Value<'_>, range: RangeInclusive<f64>, what: &str) -> Option<f64> {
        let number: Option<f64> = match value.get_ref() {
            DeValue::Integer(number) => number.as_str().parse().ok().filter(|_| number.radix() == 10),
            DeValue::Float(number) => number.as_str().parse().ok(),
            _ => None,
        };
        let remedy = format!("write a number from {} to {}", range.start(), range.end());
        let outside = || self.fault(value.span(), format!("{} is not a valid {what}", self.digits(value)), remedy);
        number.filter(|number| range.contains(number)).or_else(outside)
    }

    /// One of a few words.
    pub(super) fn choice<T: Copy>(&self, value: &Value<'_>, what: &str, choices: &[(&str, T)]) -> Option<T> {
        let word = self.string(value)?;
        let words = || choices.iter().map(|(word, _)| format!("{word:?}")).collect::<Vec<_>>().join(", ");
        let unknown = || self.fault(value.span(), format!("{word:?} is not a valid {what}"), format!("use one of: {}", words()));
        choices.iter().find(|(choice, _)| *choice == word).map(|(_, meaning)| *meaning).or_else(unknown)
    }

    pub(super) fn name<'v>(&self, value: &'v Value<'_>) -> Option<&'v str> {
        let name = self.string(value)?;
        if name.trim().is_empty() {
            return self.fault(value.span(), "the name is empty", "give it a name of its own");
        }
        // A name is printed on terminals, in tables and in pictures.
        if let Some(control) = name.chars().find(|letter| letter.is_control()) {
            let problem = format!("the name has the control character U+{:04X}", u32::from(control));
            return self.fault(value.span(), problem, "write names of one line, in letters that can be printed");
        }
        Some(name)
    }

    /// A unicast MAC address: six pairs of hexadecimal digits with colons or dashes.
    pub(super) fn mac(&self, value: &Value<'_>) -> Option<Mac> {
        let text = self.string(value)?;
        let byte = |pair: &str| u8::from_str_radix(pair, 16).ok().filter(|_| pair.len() == 2 && !pair.starts_with('+'));
        let bytes: Option<Vec<u8>> = text.split([':', '-']).map(byte).collect();
        let Some(mac) = bytes.and_then(|bytes| Mac::try_from(bytes).ok()) else {
            return self.fault(value.span(), format!("{text:?} is not a MAC address"), "write it as \"02:00:5e:10:00:01\"");
        };
        if mac[0] & 1 == 1 || mac == [0; 6] {
            let problem = format!("{text} is not the address of one station");
            return self.fault(value.span(), problem, "use a unicast address: the first byte even, not all zero");
        }
        Some(mac)
    }

    /// The eight bytes of a hash key.
    pub(super) fn key(&self, value: &Value<'_>) -> Option<[u8; 8]> {
        let text = self.string(value)?;
        let sound = text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let number = if sound { u64::from_str_radix(text, 16).ok() } else { None };
        let remedy = "write 16 random hexadecimal digits; `openssl rand -hex 8` prints some";
        number.map(u64::to_be_bytes).or_else(|| self.fault(value.span(), "not a hash key of 8 bytes", remedy))
    }

    /// A rule's protocol; the inner `None` is any.
    pub(super) fn protocol(&self, value: &Value<'_>) -> Option<Option<u8>> {
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
        number.map(Some).or_else(|| self.fault(value.span(), "not a protocol", remedy))
    }

    /// Lowest and highest port of a range.
    pub(super) fn ports(&self, value: &Value<'_>) -> Option<(u16, u16)> {
        let range = match value.get_ref() {
            DeValue::Integer(port) => u16::from_str_radix(port.as_str(), port.radix()).ok().map(|port| (port, port)),
            DeValue::String(text) => {
                let (lowest, highest) = text.split_once('-').unwrap_or((text, text));
                lowest.trim().parse().ok().zip(highest.trim().parse().ok())
            }
            _ => None,
        };
        let remedy = "write a port such as 53 or a range such as \"8000-8999\", the lower port first, up to 65535";
        match range {
            Some((lowest, highest)) if lowest <= highest => Some((lowest, highest)),
            Some(_) => self.fault(value.span(), "the port range ends before it starts", remedy),
            None => self.fault(value.span(), "not a port range", remedy),
        }
    }
}
