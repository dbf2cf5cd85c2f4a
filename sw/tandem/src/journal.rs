//! A line in the journal of systemd for every change of a card.

use crate::change::Change;
use std::io::{Error, ErrorKind};
use std::os::unix::net::UnixDatagram;
use std::path::PathBuf;
use std::time::Duration;

/// By which `journalctl MESSAGE_ID=...` finds all changes.
const MESSAGE_ID: &str = "7c42455fbf7a4df8ab9a3f94e71d6e97";

/// Where the journal listens.
pub(crate) fn socket() -> PathBuf {
    std::env::var_os("TANDEM_JOURNAL").map_or_else(|| "/run/systemd/journal/socket".into(), PathBuf::from)
}

/// Sends a change to the journal. A host without one has nobody to tell.
///
/// # Errors
/// If the journal is there and does not take it.
pub(crate) fn send(change: &Change) -> std::io::Result<()> {
    let datagram = || -> std::io::Result<()> {
        let socket = UnixDatagram::unbound()?;
        // A change of a card does not wait for a journal that hangs.
        socket.set_write_timeout(Some(Duration::from_secs(1)))?;
        socket.send_to(&message(change), self::socket()).map(drop)
    };
    let absent = |error: &Error| matches!(error.kind(), ErrorKind::NotFound | ErrorKind::ConnectionRefused);
    datagram().or_else(|error| if absent(&error) { Ok(()) } else { Err(error) })
}

/// The fields of a change, as systemd's native protocol has them. Source: <https://systemd.io/JOURNAL_NATIVE_PROTOCOL/>.
fn message(change: &Change) -> Vec<u8> {
    let Change { card, who, command, file, generation, left, moved, digest, decision_digest, problem, .. } = change;
    let of = file.as_ref().map_or(String::new(), |file| format!(" {file}"));
    let end = match (problem, generation) {
        (Some(problem), _) => format!("failed: {problem}"),
        (None, Some(generation)) => format!("generation {left} -> {generation}, {moved} entries moved"),
        (None, None) => "done".into(),
    };
    let number = |number: &Option<u32>| number.map(|number| number.to_string());
    let fields = [
        ("MESSAGE", Some(format!("{command}{of} on {card} by {who}: {end}"))),
        // Notices of syslog are 5, warnings 4.
        ("PRIORITY", Some(if problem.is_some() { "4" } else { "5" }.into())),
        ("SYSLOG_IDENTIFIER", Some("tandem".into())),
        ("MESSAGE_ID", Some(MESSAGE_ID.into())),
        ("TANDEM_CARD", Some(card.clone())),
        ("TANDEM_WHO", Some(who.to_string())),
        ("TANDEM_COMMAND", Some(command.clone())),
        ("TANDEM_FILE", file.clone()),
        ("TANDEM_GENERATION", number(generation)),
        ("TANDEM_LEFT", Some(left.to_string())),
        ("TANDEM_MOVED", Some(moved.to_string())),
        ("TANDEM_DIGEST", digest.clone()),
        ("TANDEM_DECISION_DIGEST", decision_digest.clone()),
        ("TANDEM_PROBLEM", problem.clone()),
    ];
    let mut message = Vec::new();
    for (name, value) in fields.iter().filter_map(|(name, value)| Some((name, value.as_ref()?))) {
        message.extend(name.as_bytes());
        // A value of several lines tells its length; one that ended at its line could feign another field.
        if value.contains('\n') {
            message.push(b'\n');
            message.extend((value.len() as u64).to_le_bytes());
        } else {
            message.push(b'=');
        }
        message.extend(value.as_bytes());
        message.push(b'\n');
    }
    message
}
