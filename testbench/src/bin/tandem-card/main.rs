//! `tandem-card`: the simulated card as a PCI device, its clock running on its own.

mod attachment;
mod card;
mod distinct;
mod endpoint;
mod wires;

use anyhow::{Context, Result};
use attachment::{Attachment, HostEnd};
use card::Handle;
use clap::Parser;
use contract::limits::{FRAME_MAX, PORTS};
use contract::register::CONTROL;
use endpoint::{Frames, Input, Warning};
use operator::output;
use pcie::{Device, Port, Slverr};
use sim::Halted;
use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Duration;
use testbench::program::{CardDesign, exit_code};
use wires::Wires;

/// Serves the simulated card as a PCI device at a vfio-user socket; its clock runs on its own
///
/// `tandem --card vfio-user:SOCKET` drives it, or QEMU's vfio-user-pci passes it to a guest. Prints a line `ready: vfio-user:SOCKET` when
/// it can be reached, and serves one client after the other until it gets SIGTERM or SIGINT. Its clock stands still while there is
/// nothing to do.
///
/// IN and OUT of a port are captures or FIFOs, either of which may be left out, or both are one interface. A capture is sent once the card
/// is first enabled, and a line is printed when all of it has left the card; an interface is connected from the start. Frames that leave are
/// written at once; without an OUT they are discarded.
///
/// An interface is `tap:NAME`, a TAP that is made if it is not there, or `if:NAME`, a packet socket on one that is there. `tap:NAME@NETNS` is in
/// the network namespace that `ip netns` calls so, or in the one at that path. Prefer a TAP: it is the network card of the host or namespace
/// that it is in, and the kernel finishes every frame before it. At an `if:NAME`, VLAN tags are put back and checksums are finished, but
/// segments cannot be cut: turn that off at the end that sends (`ethtool -K PEER tso off gso off`; `tx off` ends unfinished checksums as well).
///
/// Of the host's side, each port has an interface of its own, as a board's has: `--host N=END`. What the card hands to the host goes there by the port
/// that it came in by, and what the host sends there leaves by packet port N, unchanged, between the card's own frames.
#[derive(Parser)]
#[command(
    version,
    about,
    after_help = "Examples:
  tandem-card --socket /tmp/card --port 0=testbench/data/web.pcap,/tmp/port0.pcap --port 1=,/tmp/port1.pcap
  tandem-card --socket /tmp/card --port 0=tap:wire0 --port 1=if:veth1 --host /tmp/host.pcap --log /tmp/accesses
  tandem-card --socket /tmp/card --port 0=tap:eth0@client --port 1=tap:eth0@site --host 0=tap:host0 --host 1=tap:host1"
)]
struct Arguments {
    /// The socket that clients connect to; replaced if it exists
    #[arg(long, value_name = "SOCKET")]
    socket: PathBuf,
    /// The card that is simulated
    #[arg(long, value_enum, default_value = "512x8_shared")]
    design: CardDesign,
    /// What decides the frames
    #[arg(long, value_enum, default_value = "rtl")]
    from: card::From,
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
    /// Where frames to the host go that came in by port N, and where its own come from if END is an interface; without N=, where those of
    /// all ports go
    #[arg(long, value_name = "N=END")]
    host: Vec<HostEnd>,
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
    port: Box<dyn Port>,
    enabled: Enabled,
}

impl Port for Registers {
    fn read(&mut self, address: u32) -> Result<u32, Slverr> {
        self.port.read(address)
    }

    fn write(&mut self, address: u32, data: u32) -> Result<(), Slverr> {
        self.port.write(address, data)?;
        if address == CONTROL.at(0) && data & 1 == 1 {
            // Only the first time counts.
            let _ = self.enabled.set(());
        }
        Ok(())
    }

    fn reset(&mut self) {
        self.port.reset();
    }

    fn size(&self) -> u32 {
        self.port.size()
    }

    fn clock(&self) -> u64 {
        self.port.clock()
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
    distinct::check(&arguments.port, &arguments.host, arguments.log.as_deref())?;
    let log: Box<dyn io::Write + Send> = match &arguments.log {
        Some(path) => Box::new(File::create(path).with_context(|| format!("{}: --log names no file that can be written", path.display()))?),
        None => Box::new(io::sink()),
    };
    let (inputs, from_host, wires) = open(arguments)?;
    let wires = Arc::new(wires);
    let card = card::start(arguments.from, arguments.design.distributor(), Arc::clone(&wires));
    let enabled = Enabled::default();
    for (port, input) in inputs {
        let (handle, enabled) = (card.handle(), Arc::clone(&enabled));
        thread::spawn(move || feed(port, input, &handle, &enabled));
    }
    for (port, frames) in from_host {
        let wires = Arc::clone(&wires);
        thread::spawn(move || feed_from_host(port, frames, &wires));
    }

    let (vendor, device) = arguments.config_space;
    let registers = Registers { port: card.handle().port(), enabled };
    let server = pcie::serve(&arguments.socket, &Device { vendor, device, window: arguments.window }, registers, log)?;
    output::print(format_args!("ready: vfio-user:{}\n", arguments.socket.display()));
    while !told.load(Ordering::Acquire) && !card.is_halted() {
        thread::sleep(Duration::from_millis(20));
    }
    drop(server);
    card.stop()?;
    let sent = wires.sent_by_host().into_iter().enumerate().filter(|(_, sent)| *sent > 0);
    sent.for_each(|(port, sent)| output::print(format_args!("port {port}: {sent} frames of the host have left\n")));
    Ok(ExitCode::SUCCESS)
}

/// What gives frames to the card's ports, and what gives those of the host; `None` where the host's have no port.
type Attached = (Vec<(usize, Input)>, Vec<(Option<usize>, Frames)>, Wires);

fn open(arguments: &Arguments) -> Result<Attached> {
    let (mut inputs, mut from_host, mut wires) = (Vec::new(), Vec::new(), Wires::default());
    let mut seen = [false; PORTS];
    for attachment in &arguments.port {
        anyhow::ensure!(!std::mem::replace(&mut seen[attachment.port], true), "--port {}: given twice", attachment.port);
        let (input, output) = endpoint::open(attachment)?;
        inputs.extend(input.map(|input| (attachment.port, input)));
        wires.attach(attachment.port, output);
    }
    let mut seen = [false; PORTS];
    for host in &arguments.host {
        let ports = host.port.map_or(0..PORTS, |port| port..port + 1);
        let twice = seen[ports.clone()].iter_mut().any(|seen| std::mem::replace(seen, true));
        anyhow::ensure!(!twice, "{}: given twice; give each port one interface of the host, or all ports together one", host.option());
        let (input, output) = endpoint::open_both(&host.end)?;
        if let Some(Input::Interface(frames)) = input {
            from_host.push((host.port, frames));
        }
        wires.attach_host(ports, output);
    }
    Ok((inputs, from_host, wires))
}

/// Passes on what the host sends, until its interface is gone.
fn feed_from_host(port: Option<usize>, frames: Frames, wires: &Wires) {
    let mut warning = Warning::default();
    let ended = frames(&mut |frames| {
        let Some(port) = port else {
            warning.tell(|| "--host: frames of the host are left out, because they do not say by which port to leave; give each port an interface of its own (--host 0=tap:NAME --host 1=tap:NAME)".into());
            return Ok(());
        };
        let frames = fitting(frames, &format!("--host {port}"), &mut warning);
        frames.iter().try_for_each(|frame| wires.leave_for_host(port, frame).map_err(|_| Halted))
    });
    if let Err(error) = ended {
        eprintln!("warning: --host: no more frames come from the host: {error:#}");
    }
}

/// The frames that a wire carries.
fn fitting<'f>(frames: &[&'f [u8]], place: &str, warning: &mut Warning) -> Vec<&'f [u8]> {
    let mut fits = |frame: &&'f [u8]| {
        let fits = (1..=FRAME_MAX).contains(&frame.len());
        if !fits {
            let length = frame.len();
            warning.tell(|| format!("{place}: a frame of {length} bytes is left out: no wire carries more than {FRAME_MAX}"));
        }
        fits
    };
    frames.iter().copied().filter(|frame| fits(frame)).collect()
}

/// Sends what comes in by a port into the card, until one of them ends.
fn feed(port: usize, input: Input, handle: &Handle, enabled: &Enabled) {
    let (path, frames) = match input {
        Input::Interface(frames) => (None, frames),
        Input::Capture(path, frames) => {
            enabled.wait();
            (Some(path), frames)
        }
    };
    let (mut sent, mut warning) = (0, Warning::default());
    let fed = frames(&mut |frames| {
        let frames = fitting(frames, &format!("port {port}"), &mut warning);
        sent += frames.len();
        handle.send(port, &frames)
    });
    match (fed, path) {
        (Err(error), _) if error.is::<Halted>() => {}
        (Err(error), _) => eprintln!("warning: port {port}: no more frames come in: {error:#}"),
        (Ok(()), None) => {}
        (Ok(()), Some(path)) => {
            if let Ok(clock) = handle.settle() {
                let clock = clock.map(|clock| format!(" in clock {clock}")).unwrap_or_default();
                output::print(format_args!("port {port}: {sent} frames of {} are through{clock}\n", path.display()));
            }
        }
    }
}
