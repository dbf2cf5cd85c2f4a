//! Captures, FIFOs and interfaces as endpoints of a port.

use super::attachment::{Attachment, Endpoint};
use anyhow::Result;
use capture::{Frame, Piece, Stream, Writer};
use contract::limits::FRAME_MAX;
use ring::{Burst, Interface, ROOM};
use sim::Halted;
use std::io;
use std::os::unix::fs::FileTypeExt as _;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

// A frame that is longer than the card takes is told, not cut.
const _: () = assert!(FRAME_MAX < ROOM);

/// Frames of a capture that are given together: others want the card, too.
const TOGETHER: usize = 64;

/// Gives all frames that come in to a function, those that wait together, until there are no more or the card takes none.
pub(crate) type Frames = Box<dyn FnOnce(&mut Take<'_>) -> Result<()> + Send>;

/// Takes frames into the card.
pub(crate) type Take<'t> = dyn FnMut(&[&[u8]]) -> Result<(), Halted> + 't;

/// Takes frames that leave.
pub(crate) type Output = Box<dyn FnMut(&[u8]) -> io::Result<()> + Send>;

/// Where frames come from.
pub(crate) enum Input {
    /// A capture, or a FIFO: waits until the card is enabled.
    Capture(PathBuf, Frames),
    /// An interface, on which frames come when they come.
    Interface(Frames),
}

/// Opens both endpoints of a port.
pub(crate) fn open(attachment: &Attachment) -> Result<(Option<Input>, Output)> {
    Ok(match &attachment.input {
        Some(both @ Endpoint::Interface(_)) => open_both(both)?,
        Some(Endpoint::File(path)) => (Some(Input::Capture(path.clone(), captured(path)?)), optional_output(attachment)?),
        None => (None, optional_output(attachment)?),
    })
}

fn optional_output(attachment: &Attachment) -> Result<Output> {
    attachment.output.as_ref().map_or_else(|| Ok(Box::new(|_: &[u8]| Ok(())) as Output), |output| Ok(open_both(output)?.1))
}

/// Opens where frames go to; an interface also gives frames.
pub(crate) fn open_both(endpoint: &Endpoint) -> Result<(Option<Input>, Output)> {
    match endpoint {
        Endpoint::Interface(place) => {
            let interface = Interface::open(place)?;
            Ok((Some(Input::Interface(received(place.to_string(), interface.clone()))), sent(place.to_string(), interface)))
        }
        Endpoint::File(path) => {
            let mut writer = Writer::live(path)?;
            writer.flush()?;
            let output = move |bytes: &[u8]| {
                let time = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
                let frame = Frame { record: 0, interface: 0, time, original: bytes.len() as u32, bytes: Vec::new() };
                writer.write(&frame, bytes).and_then(|()| writer.flush()).map_err(io::Error::other)
            };
            Ok((None, Box::new(output)))
        }
    }
}

fn captured(path: &Path) -> Result<Frames> {
    if std::fs::metadata(path).is_ok_and(|found| found.file_type().is_fifo()) {
        return Ok(followed(path.into()));
    }
    let capture = capture::read(path)?;
    capture.remarks().iter().for_each(|remark| eprintln!("warning: {}: {remark}", path.display()));
    Ok(Box::new(move |take| {
        let frames: Vec<&[u8]> = capture.frames.iter().map(|frame| &*frame.bytes).collect();
        Ok(frames.chunks(TOGETHER).try_for_each(take)?)
    }))
}

/// What is written into a FIFO, as it is written.
fn followed(path: PathBuf) -> Frames {
    Box::new(move |take| {
        // Waits for somebody to write.
        let mut stream = Stream::follow(&path, FRAME_MAX)?;
        let mut piece = Piece::default();
        while stream.read(&mut piece)? {
            let frames: Vec<&[u8]> = piece.frames().map(|frame| frame.bytes).collect();
            frames.chunks(TOGETHER).try_for_each(&mut *take)?;
        }
        stream.finish()?.remarks().iter().for_each(|remark| eprintln!("warning: {}: {remark}", path.display()));
        Ok(())
    })
}

fn received(name: String, interface: Interface) -> Frames {
    Box::new(move |take| {
        let mut burst = Burst::default();
        let mut warning = Warning::default();
        loop {
            interface.receive_burst(&mut burst)?;
            take(&burst.frames())?;
            if let Some(length) = burst.uncut() {
                warning.tell(|| {
                    let [kind, other] = ["tso off gso off gro off", "the interface that sends"];
                    format!("{name}: {length} bytes in one are left out: segmentation offload is on; `ethtool -K NAME {kind}` at {other} ends it")
                });
            }
        }
    })
}

fn sent(name: String, interface: Interface) -> Output {
    let mut warning = Warning::default();
    Box::new(move |bytes| {
        if let Err(error) = interface.send(bytes) {
            warning.tell(|| format!("{name}: does not take frames ({error}); is it up? they are lost"));
        }
        Ok(())
    })
}

/// What is told a person once, however often it happens.
#[derive(Default)]
pub(crate) struct Warning {
    told: bool,
}

impl Warning {
    pub(crate) fn tell(&mut self, text: impl FnOnce() -> String) {
        if !std::mem::replace(&mut self.told, true) {
            eprintln!("warning: {}; this warning is printed once", text());
        }
    }
}
