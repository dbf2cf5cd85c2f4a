//! Records what a host sends.

use super::namespace::Namespace;
use anyhow::{Context as _, Result, anyhow};
use capture::{Frame, Writer};
use ring::{Interface, InterfaceName, ROOM, Received};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::SystemTime;

/// Frames are recorded until this ends.
pub struct Recording {
    over: Arc<AtomicBool>,
    thread: JoinHandle<Result<()>>,
}

impl Recording {
    /// Begins to record into a file what comes in by an interface: at the other end of a host's, what it sends.
    ///
    /// # Errors
    /// If the interface or the file cannot be opened.
    pub fn begin(namespace: &Namespace, interface: &str, file: &Path) -> Result<Self> {
        let name = format!("if:{interface}@{}", namespace.name());
        let interface = Interface::open(&name.parse::<InterfaceName>().map_err(|error| anyhow!("{name}: {error}"))?)?;
        let mut writer = Writer::live(file)?;
        let over = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&over);
        let thread = std::thread::spawn(move || {
            let mut room = vec![0; ROOM];
            while !told.load(Ordering::Acquire) {
                let Received::Frame(length) = interface.receive(&mut room)? else { continue };
                let time = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
                let frame = Frame { record: 0, interface: 0, time, original: length as u32, bytes: Vec::new() };
                writer.write(&frame, &room[..length])?;
            }
            writer.flush().context("the recording")
        });
        Ok(Self { over, thread })
    }

    /// Ends it with the next frame: then the file is complete.
    ///
    /// # Errors
    /// If the file could not be written.
    pub fn end(self) -> Result<()> {
        self.over.store(true, Ordering::Release);
        self.thread.join().map_err(|_| anyhow!("the recording ended early"))?
    }
}
