//! QEMU's control socket: one JSON document a line.

use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

/// A connection that takes commands.
pub(crate) struct Qmp {
    stream: BufReader<UnixStream>,
}

impl Qmp {
    pub(crate) fn connect(socket: &Path) -> Self {
        let stream = UnixStream::connect(socket).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        let mut qmp = Self { stream: BufReader::new(stream) };
        assert!(qmp.message()["QMP"].is_object(), "QEMU greets");
        qmp.execute("qmp_capabilities", &json!({}));
        qmp
    }

    /// Has a command done.
    ///
    /// # Panics
    /// If QEMU refuses it.
    pub(crate) fn execute(&mut self, command: &str, arguments: &Value) -> Value {
        let line = json!({ "execute": command, "arguments": arguments });
        writeln!(self.stream.get_mut(), "{line}").unwrap();
        loop {
            let mut message = self.message();
            assert!(message["error"].is_null(), "{line}: {message}");
            if message["event"].is_null() {
                return message["return"].take();
            }
        }
    }

    /// Waits until something happens to a device.
    pub(crate) fn wait_for(&mut self, event: &str, device: &str) {
        loop {
            let message = self.message();
            if message["event"] == event && message["data"]["device"] == device {
                return;
            }
        }
    }

    fn message(&mut self) -> Value {
        let mut line = String::new();
        self.stream.read_line(&mut line).expect("QEMU answers within a minute");
        serde_json::from_str(&line).expect("QEMU answers in JSON while it runs")
    }
}
