//! Captures, FIFOs and interfaces as endpoints of a port.

use super::attachment::{Attachment, Endpoint};
use anyhow::{Context, Result, anyhow};
use capture::{Frame, Piece, Stream, Writer};
use contract::limits::FRAME_MAX;
use pnet_datalink::{Channel, Config, DataLinkReceiver, DataLinkSender};
use sim::Halted;
use std::io;
use std::os::unix::fs::FileTypeExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;
use tun_rs::{DeviceBuilder, Layer, SyncDevice};

/// Bytes of the largest frame that an interface may give: one that is longer than the card takes is told, not cut.
const ROOM: usize = 1 << 16;
const _: () = assert!(FRAME_MAX < ROOM);

/// Gives every frame that comes in to a function, until there are no more or the card takes none.
pub(crate) type Frames = Box<dyn FnOnce(&mut Take<'_>) -> Result<()> + Send>;

/// Takes a frame into the card.
pub(crate) type Take<'t> = dyn FnMut(&[u8]) -> Result<(), Halted> + 't;

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
        Some(Endpoint::Tap(name)) => {
            let (frames, output) = tap(name)?;
            (Some(Input::Interface(frames)), output)
        }
        Some(Endpoint::Interface(name)) => {
            let (receiver, sender) = interface(name)?;
            (Some(Input::Interface(received(receiver))), sent(name, sender))
        }
        Some(Endpoint::File(path)) => (Some(Input::Capture(path.clone(), captured(path)?)), optional_output(attachment)?),
        None => (None, optional_output(attachment)?),
    })
}

fn optional_output(attachment: &Attachment) -> Result<Output> {
    attachment.output.as_ref().map_or_else(|| Ok(Box::new(|_: &[u8]| Ok(())) as Output), open_output)
}

/// Opens where frames go to.
pub(crate) fn open_output(endpoint: &Endpoint) -> Result<Output> {
    match endpoint {
        Endpoint::Tap(name) => Ok(tap(name)?.1),
        Endpoint::Interface(name) => Ok(sent(name, interface(name)?.1)),
        Endpoint::File(path) => {
            let mut writer = Writer::live(path)?;
            writer.flush()?;
            Ok(Box::new(move |bytes| {
                let time = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
                let frame = Frame { record: 0, interface: 0, time, original: bytes.len() as u32, bytes: Vec::new() };
                writer.write(&frame, bytes).and_then(|()| writer.flush()).map_err(io::Error::other)
            }))
        }
    }
}

fn captured(path: &Path) -> Result<Frames> {
    if std::fs::metadata(path).is_ok_and(|found| found.file_type().is_fifo()) {
        return Ok(followed(path.into()));
    }
    let capture = capture::read(path)?;
    capture.remarks().iter().for_each(|remark| eprintln!("warning: {}: {remark}", path.display()));
    Ok(Box::new(move |take| Ok(capture.frames.iter().try_for_each(|frame| take(&frame.bytes))?)))
}

/// What is written into a FIFO, as it is written.
fn followed(path: PathBuf) -> Frames {
    Box::new(move |take| {
        // Waits for somebody to write.
        let mut stream = Stream::follow(&path, FRAME_MAX)?;
        let mut piece = Piece::default();
        while stream.read(&mut piece)? {
            piece.frames().try_for_each(|frame| take(frame.bytes))?;
        }
        stream.finish()?.remarks().iter().for_each(|remark| eprintln!("warning: {}: {remark}", path.display()));
        Ok(())
    })
}

fn tap(name: &str) -> Result<(Frames, Output)> {
    let device = DeviceBuilder::new().name(name).layer(Layer::L2).enable(true).build_sync();
    let device: Arc<SyncDevice> =
        Arc::new(device.with_context(|| format!("tap:{name}: cannot be opened; it takes root or CAP_NET_ADMIN, and /dev/net/tun"))?);
    let from = Arc::clone(&device);
    let frames = move |take: &mut Take<'_>| {
        let mut room = vec![0; ROOM];
        loop {
            let length = from.recv(&mut room)?;
            take(&room[..length])?;
        }
    };
    let mut lossy = Lossy::new(format!("tap:{name}"));
    Ok((Box::new(frames), Box::new(move |bytes| lossy.heed(device.send(bytes).map(drop)))))
}

type Halves = (Box<dyn DataLinkReceiver>, Box<dyn DataLinkSender>);

fn interface(name: &str) -> Result<Halves> {
    let found = pnet_datalink::interfaces().into_iter().find(|interface| interface.name == name);
    let found =
        found.ok_or_else(|| anyhow!("if:{name}: there is no such interface; `ip link` lists them, and tap:{name} would make one"))?;
    let config = Config { read_buffer_size: ROOM, write_buffer_size: ROOM, ..Config::default() };
    match pnet_datalink::channel(&found, config).with_context(|| format!("if:{name}: cannot be opened; it takes root or CAP_NET_RAW"))? {
        Channel::Ethernet(sender, receiver) => Ok((receiver, sender)),
        _ => Err(anyhow!("if:{name}: carries no Ethernet frames; name another interface")),
    }
}

fn received(mut receiver: Box<dyn DataLinkReceiver>) -> Frames {
    Box::new(move |take| {
        loop {
            take(receiver.next()?)?;
        }
    })
}

fn sent(name: &str, mut sender: Box<dyn DataLinkSender>) -> Output {
    let mut lossy = Lossy::new(format!("if:{name}"));
    Box::new(move |bytes| lossy.heed(sender.send_to(bytes, None).unwrap_or_else(|| Err(io::ErrorKind::OutOfMemory.into()))))
}

/// An interface that may be down: frames that it does not accept are lost, and a warning is printed once.
struct Lossy {
    name: String,
    told: bool,
}

impl Lossy {
    fn new(name: String) -> Self {
        Self { name, told: false }
    }

    fn heed(&mut self, sent: io::Result<()>) -> io::Result<()> {
        if let Err(error) = sent
            && !std::mem::replace(&mut self.told, true)
        {
            eprintln!("warning: {}: does not take frames ({error}); is it up? they are lost", self.name);
        }
        Ok(())
    }
}
