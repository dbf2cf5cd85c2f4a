//! `check` of a service: how the health of its servers is checked.

use crate::configuration::{Check, CheckKind};
use document::{Section, Source, Value};
use std::time::Duration;

const KEYS: [&str; 7] = ["kind", "path", "port", "interval", "timeout", "rise", "fall"];

pub(super) fn read(source: &Source<'_>, value: &Value<'_>) -> Option<Check> {
    let section = Section::of(source, value, &KEYS)?;
    let kind = section.or("kind", false, |value| source.choice(value, "kind of check", &[("tcp", false), ("http", true)]));
    let path = section.or("path", None, |value| path(source, value).map(Some));
    let port = section.or("port", None, |value| source.number(value, 1..=u16::MAX, "port").map(Some));
    let seconds = |key, left_out: f64| {
        section.or(key, left_out, |value| source.real(value, 0.1..=3600.0, "number of seconds")).map(Duration::from_secs_f64)
    };
    let (interval, timeout) = (seconds("interval", 2.0), seconds("timeout", 1.0));
    let count = |key, left_out| section.or(key, left_out, |value| source.number(value, 1..=100, "number of answers"));
    let (rise, fall) = (count("rise", 2), count("fall", 3));
    if let (Some(false), Some(Some(_))) = (kind, &path) {
        return source.fault(section.span, "a check of kind \"tcp\" has a path", "write kind = \"http\", or leave path out");
    }
    let kind = if kind? { CheckKind::Http(path?.unwrap_or_else(|| "/".to_owned())) } else { CheckKind::Tcp };
    Some(Check { kind, port: port?, interval: interval?, timeout: timeout?, rise: rise?, fall: fall? })
}

fn path(source: &Source<'_>, value: &Value<'_>) -> Option<String> {
    let path = source.string(value)?;
    let sound = path.starts_with('/') && path.bytes().all(|byte| byte.is_ascii_graphic());
    let remedy = "write one that starts with / and has neither blanks nor control characters";
    if sound { Some(path.to_owned()) } else { source.fault(value.span(), format!("{path:?} is not a path"), remedy) }
}
