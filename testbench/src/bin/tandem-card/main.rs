//! `tandem-card`: the simulated card as a PCI device, its clock running on its own.

mod attachment;
mod distinct;
mod endpoint;

use anyhow::{Context, Result};
use attachment::{Attachment, Endpoint};
use clap::Parser;
use contract::limits::{FRAME_MAX, PORTS, REGISTER_WINDOW};
use contract::register::CONTROL;
use endpoint::{Input, Output};
use pcie::{Device, Port, Slverr};
use sim::{Halted, Live, LiveHandle, Sim};
use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Duration;
use testbench::bar::Bar;
use testbench::program::{Card, exit_code};

/// Serves the simulated card as a PCI device at a vfio-user socket; its clock runs on its own
///
/// `tandem --card vfio-user:SOCKET` drives it, or QEMU's vfio-user-pci passes it to a guest. Prints a line `ready: vfio-user:SOCKET` when
/// it can be reached, and serves one client after the other until it gets SIGTERM or SIGINT. Its clock stands still while there is
/// nothing to do.
///
/// IN and OUT of a port are captures or FIFOs, either of which may be left out, or both are one interface: `tap:NAME` (created if it does
/// not exist) or `if:NAME`. A capture is sent once the card is first enabled, and a line is printed when all of it has left the card; an
/// interface is connected from the start. Frames that leave are written at once; without an OUT they are discarded.
///
/// `if:NAME` opens a packet socket: the kernel strips VLAN tags from the frames it receives, frames that this host sends on the interface
/// come in too, and segmentation offload must be off (`ethtool -K NAME gro off tso off gso off`). A TAP carries frames unchanged.
#[derive(Parser)]
#[command(
    version,
    about,
    after_help = "Examples:
  tandem-card --socket /tmp/card --port 0=testbench/data/web.pcap,/tmp/port0.pcap --port 1=,/tmp/port1.pcap
  tandem-card --socket /tmp/card --port 0=tap:wire0 --port 1=if:veth1 --host /tmp/host.pcap --log /tmp/accesses"
)]
struct Arguments {
    /// The socket that clients connect to; replaced if it exists
    #[arg(long, value_name = "SOCKET")]
    socket: PathBuf,
    /// The card that is simulated
    #[arg(long, value_enum, default_value = "512x8")]
    design: Card,
    /// PCI vendor and device id, hexadecimal
    #[arg(long, value_name = "VENDOR:DEVICE", default_value = "10ee:903f", value_parser = ids)]
    config_space: (u16, u16),
    /// Where in BAR 2 the card's registers begin
    #[arg(long, value_name = "OFFSET", default_value = "0x100000", value_parser = offset)]
    window: u32,
    /// Writes a line for every register access: clock, R or W, address, data, and how it was answered
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
    /// What is attached to port N
    #[arg(long, value_name = "N=IN,OUT")]
    port: Vec<Attachment>,
    /// Where frames to the host go
    #[arg(long, value_name = "OUT")]
    host: Option<Endpoint>,
}

fn ids(text: &str) -> Result<(u16, u16), String> {
    let parts = text.split_once(':').and_then(|(vendor, device)| Some((hex(vendor)?, hex(device)?)));
    parts.ok_or_else(|| "write two numbers of four hexadecimal digits, such as 10ee:903f".into())
}

fn hex(text: &str) -> Option<u16> {
    let digits = text.len() == 4 && text.bytes().all(|digit| digit.is_ascii_hexdigit());
    u16::from_str_radix(text, 16).ok().filter(|_| digits)
}

fn offset(text: &str) -> Result<u32, String> {
    let number = text.strip_prefix("0x").map_or_else(|| text.parse(), |digits| u32::from_str_radix(digits, 16));
    number.map_err(|error| format!("{error}; write a number such as 0x100000"))
}

/// The first time that the card was enabled.
type Enabled = Arc<OnceLock<()>>;

/// The live card's register port, which tells when the card is first enabled.
struct Registers {
    bar: Bar,
    enabled: Enabled,
}

impl Port for Registers {
    fn read(&mut self, address: u32) -> Result<u32, Slverr> {
        self.bar.read(address)
    }

    fn write(&mut self, address: u32, data: u32) -> Result<(), Slverr> {
        self.bar.write(address, data)?;
        if address == CONTROL.at(0) && data & 1 == 1 {
            // Only the first time counts.
            let _ = self.enabled.set(());
        }
        Ok(())
    }

    fn reset(&mut self) {
        self.bar.reset();
    }

    fn clock(&self) -> u64 {
        self.bar.clock()
    }
}

fn main() -> ExitCode {
    exit_code(run(&Arguments::parse()))
}

fn run(arguments: &Arguments) -> Result<ExitCode> {
    let told = Arc::new(AtomicBool::new(false));
    for signal in [signal_hook::consts::SIGTERM, signal_hook::consts::SIGINT] {
        signal_hook::flag::register(signal, Arc::clone(&told))?;
    }
    distinct::check(&arguments.port, arguments.host.as_ref(), arguments.log.as_deref())?;
    let log: Box<dyn io::Write + Send> = match &arguments.log {
        Some(path) => Box::new(File::create(path).with_context(|| format!("{}: --log names no file that can be written", path.display()))?),
        None => Box::new(io::sink()),
    };
    let (inputs, outputs) = open(arguments)?;
    let live = Live::start(Sim::new(arguments.design.distributor()), leave(outputs));
    let enabled = Enabled::default();
    for (port, input) in inputs {
        let (handle, enabled) = (live.handle(), Arc::clone(&enabled));
        thread::spawn(move || feed(port, input, &handle, &enabled));
    }

    let (vendor, device) = arguments.config_space;
    let registers = Registers { bar: Bar::new(REGISTER_WINDOW, live.handle()), enabled };
    let server = pcie::serve(&arguments.socket, &Device { vendor, device, window: arguments.window }, registers, log)?;
    println!("ready: vfio-user:{}", arguments.socket.display());
    while !told.load(Ordering::Acquire) && !live.is_halted() {
        thread::sleep(Duration::from_millis(20));
    }
    drop(server);
    live.stop()?;
    Ok(ExitCode::SUCCESS)
}

/// Inputs with their ports; outputs by sink.
type Attached = (Vec<(usize, Input)>, [Option<Output>; PORTS + 1]);

fn open(arguments: &Arguments) -> Result<Attached> {
    let mut inputs = Vec::new();
    let mut outputs = [const { None }; PORTS + 1];
    for attachment in &arguments.port {
        anyhow::ensure!(outputs[attachment.port].is_none(), "--port {}: given twice", attachment.port);
        let (input, output) = endpoint::open(attachment)?;
        inputs.extend(input.map(|input| (attachment.port, input)));
        outputs[attachment.port] = Some(output);
    }
    outputs[PORTS] = arguments.host.as_ref().map(endpoint::open_output).transpose()?;
    Ok((inputs, outputs))
}

/// Passes frames on that leave the card.
fn leave(mut outputs: [Option<Output>; PORTS + 1]) -> impl FnMut(usize, sim::Egress<'_>) -> io::Result<()> + Send + 'static {
    move |sink, frame| outputs[sink].as_mut().map_or(Ok(()), |output| output(frame.bytes))
}

/// Sends what comes in by a port into the card, until one of them ends.
fn feed(port: usize, input: Input, handle: &LiveHandle, enabled: &Enabled) {
    let (path, frames) = match input {
        Input::Interface(frames) => (None, frames),
        Input::Capture(path, frames) => {
            enabled.wait();
            (Some(path), frames)
        }
    };
    let mut sent = 0;
    let fed = frames(&mut |bytes| {
        if bytes.is_empty() || bytes.len() > FRAME_MAX {
            eprintln!("warning: port {port}: a frame of {} bytes is left out: no wire carries it", bytes.len());
            return Ok(());
        }
        sent += 1;
        handle.send(port, bytes.to_vec())
    });
    match (fed, path) {
        (Err(error), _) if error.is::<Halted>() => {}
        (Err(error), _) => eprintln!("warning: port {port}: nothing more comes in: {error:#}"),
        (Ok(()), None) => {}
        (Ok(()), Some(path)) => {
            if let Ok(clock) = handle.settle() {
                println!("port {port}: {sent} frames of {} are through in clock {clock}", path.display());
            }
        }
    }
}
