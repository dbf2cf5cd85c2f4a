//! Single values: what they must look like, and what to do if they do not.

use super::{Source, Value};
use std::fmt::Display;
use std::ops::RangeInclusive;
use toml::de::{DeTable, DeValue};

impl<'t> Source<'t> {
    /// A fault: the value is of another type than the wanted one.
    pub fn wrong_type<T>(&self, value: &Value<'_>, wanted: &str, remedy: &str) -> Option<T> {
        let found = value.get_ref().type_str();
        let article = if found.starts_with(['a', 'i']) { "an" } else { "a" };
        self.fault(value.span(), format!("expected {wanted}, found {article} {found}"), remedy)
    }

    /// True or false.
    pub fn boolean(&self, value: &Value<'_>) -> Option<bool> {
        value.get_ref().as_bool().or_else(|| self.wrong_type(value, "a boolean", "write true or false, without quotes"))
    }

    /// A string.
    pub fn string<'v>(&self, value: &'v Value<'_>) -> Option<&'v str> {
        value.get_ref().as_str().or_else(|| self.wrong_type(value, "a string", "put the value in double quotes"))
    }

    /// A list.
    pub fn list<'v>(&self, value: &'v Value<'v>) -> Option<&'v [Value<'v>]> {
        let list = value.get_ref().as_array().map(AsRef::as_ref);
        list.or_else(|| self.wrong_type(value, "a list", "write [...], or [[...]] above each table of one"))
    }

    /// A table.
    pub fn table<'v>(&self, value: &'v Value<'v>) -> Option<&'v DeTable<'v>> {
        value.get_ref().as_table().or_else(|| self.wrong_type(value, "a table", "write [[...]] above its keys, or { key = value }"))
    }

    /// A whole number of this range.
    pub fn number<N>(&self, value: &Value<'_>, range: RangeInclusive<N>, what: &str) -> Option<N>
    where
        N: TryFrom<u64> + PartialOrd + Display,
    {
        let remedy = format!("use a number from {} to {}, without quotes", range.start(), range.end());
        let DeValue::Integer(written) = value.get_ref() else {
            return self.wrong_type(value, "a whole number", &remedy);
        };
        let number = u64::from_str_radix(written.as_str(), written.radix()).ok();
        let number = number.and_then(|number| N::try_from(number).ok()).filter(|number| range.contains(number));
        number.or_else(|| self.fault(value.span(), format!("{what} {} is out of range", self.digits(value)), remedy))
    }

    /// A number as it is written in the file.
    pub fn digits(&self, value: &Value<'_>) -> &'t str {
        self.text.get(value.span()).unwrap_or_default()
    }

    /// A number within limits, of any form that TOML has.
    pub fn real(&self, value: &Value<'_>, range: RangeInclusive<f64>, what: &str) -> Option<f64> {
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
    pub fn choice<T: Copy>(&self, value: &Value<'_>, what: &str, choices: &[(&str, T)]) -> Option<T> {
        let word = self.string(value)?;
        let words = || choices.iter().map(|(word, _)| format!("{word:?}")).collect::<Vec<_>>().join(", ");
        let unknown = || self.fault(value.span(), format!("{word:?} is not a valid {what}"), format!("use one of: {}", words()));
        choices.iter().find(|(choice, _)| *choice == word).map(|(_, meaning)| *meaning).or_else(unknown)
    }

    /// A name: one line, not empty.
    pub fn name<'v>(&self, value: &'v Value<'_>) -> Option<&'v str> {
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

    /// The bytes of a key.
    pub fn key<const BYTES: usize>(&self, value: &Value<'_>, what: &str) -> Option<[u8; BYTES]> {
        let text = self.string(value)?.as_bytes();
        let digit = |digit: &u8| char::from(*digit).to_digit(16);
        let (pairs, rest) = text.as_chunks();
        let bytes: Option<Vec<u8>> = pairs.iter().map(|[high, low]| Some((digit(high)? << 4 | digit(low)?) as u8)).collect();
        let key = bytes.filter(|_| rest.is_empty()).and_then(|bytes| bytes.try_into().ok());
        let remedy = format!("write {} random hexadecimal digits; `openssl rand -hex {BYTES}` prints some", 2 * BYTES);
        key.or_else(|| self.fault(value.span(), format!("not a {what} of {BYTES} bytes"), remedy))
    }

    /// Lowest and highest port of a range.
    pub fn ports(&self, value: &Value<'_>) -> Option<(u16, u16)> {
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

    /// Nothing has this name; the remedy lists the names that there are.
    pub fn report_unknown(&self, value: &Value<'_>, what: &str, name: &str, names: &[&str]) {
        let remedy = match names {
            [] => format!("there is no [[{what}]] yet; add one with this name"),
            names => format!("add a [[{what}]] with this name, or use one of: {}", names.join(", ")),
        };
        self.report(value.span(), format!("no {what} is named {name:?}"), remedy);
    }
}
