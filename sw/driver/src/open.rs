//! From a card's name to a card that can be programmed.

use crate::bar::{ALL_ONES, Bar, Window, lost};
use crate::card::{BusError, Card, CardAccess};
use crate::dropped::{Dropped, read_dropped};
use crate::error::OpenError;
use crate::locator::Locator;
use crate::mapped::Mapped;
use crate::shell::{self, Search, Shell, WindowLocation};
use crate::socket::Socket;
use crate::sysfs::{self, COMMAND, Function, Link, MEMORY_DECODE};
use contract::box_322mhz;
use contract::limits::{BUCKET_BITS, GROUP_MACS, GROUPS, MANAGERS, PORTS, RULES};
use contract::register::{BUILD, CAPABILITIES, CONTRACT, CONTRACT_VALUE, DECISION_SIDES, GEOMETRY, IDENTITY, IDENTITY_VALUE};
use serde::Serialize;
use std::fs::{File, TryLockError};
use std::io;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

/// A card that nobody else programs while this lives.
pub struct OpenCard {
    info: Info,
    window: Window,
    /// Whether the page of OpenNIC's 322 MHz box can be behind the window.
    page: bool,
    /// Holds the advisory lock. The operating system lets go of it however this process ends.
    _lock: File,
}

/// What a card is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Info {
    /// Its name.
    pub locator: Locator,
    /// PCI vendor id.
    pub vendor: u16,
    /// PCI device id.
    pub device: u16,
    /// The shell around our hardware.
    pub shell: &'static str,
    /// Where in the shell our window was found.
    pub place: &'static str,
    /// The BAR it lies in.
    pub bar: u8,
    /// Its byte offset in that BAR.
    pub offset: u64,
    /// The contract's version: major, minor.
    pub contract: (u16, u16),
    /// The release that emitted the hardware: major, minor, patch.
    pub build: (u8, u8, u8),
    /// Groups of managers.
    pub groups: u8,
    /// Packet ports.
    pub ports: u8,
    /// Cores, each of which takes the frames of one port.
    pub cores: u8,
    /// Decision sides, each with tables of its own: as many as cores, or one that all cores share.
    pub decision_sides: u8,
    /// Bytes per beat of its packet streams.
    pub beat_bytes: u8,
    /// The PCI Express link; a simulated card behind a socket has none.
    pub link: Option<Link>,
    /// The NUMA node that it is attached to, where the machine has several.
    pub numa_node: Option<u32>,
}

/// Opens a card: locks it, makes it decode memory, finds our window and looks whether we can use what is there.
///
/// # Errors
/// Each reason has its own, with what to do about it.
pub fn open(locator: &Locator) -> Result<OpenCard, OpenError> {
    open_at(locator, None)
}

/// Opens a card whose window is at this place, if one is said, and nowhere else.
///
/// # Errors
/// As [`open`].
pub fn open_at(locator: &Locator, place: Option<WindowLocation>) -> Result<OpenCard, OpenError> {
    open_in(Path::new(sysfs::DEVICES), locator, place)
}

/// Opens a card whose PCI function sysfs shows below `root`.
///
/// # Errors
/// As [`open`].
pub fn open_in(root: &Path, locator: &Locator, place: Option<WindowLocation>) -> Result<OpenCard, OpenError> {
    match locator {
        Locator::Pci(address) => open_function(&Function::at(root, address)?, place),
        Locator::VfioUser(path) => open_socket(path, locator, place),
    }
}

/// Where a shell's window is looked for.
fn search(shell: &'static Shell, locator: &Locator, place: Option<WindowLocation>) -> Result<Search, OpenError> {
    shell.search(place).ok_or_else(|| OpenError::NoWindow { locator: locator.clone(), shell })
}

fn open_function(function: &Function, place: Option<WindowLocation>) -> Result<OpenCard, OpenError> {
    let search = search(function.shell()?, &function.locator, place)?;
    let (path, file) = function.open_bar(&search)?;
    lock(&file, &path, &function.locator)?;
    function.enable()?;
    let bar = Mapped::new(&file).map_err(|error| function.not_mapped(path, error))?;
    let mut card = identify(Box::new(bar), &search, &function.locator, file)?;
    (card.info.link, card.info.numa_node) = (function.link(), function.numa_node());
    Ok(card)
}

fn open_socket(path: &Path, locator: &Locator, place: Option<WindowLocation>) -> Result<OpenCard, OpenError> {
    if !path.exists() {
        return Err(OpenError::NotThere { locator: locator.clone(), path: path.to_owned() });
    }
    let beside = PathBuf::from(format!("{}.lock", path.display()));
    let file = File::create(&beside).map_err(|error| OpenError::io(&beside, error))?;
    lock(&file, &beside, locator)?;
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::TimedOut => OpenError::NoAnswer { locator: locator.clone() },
        io::ErrorKind::ConnectionRefused => OpenError::NotThere { locator: locator.clone(), path: path.to_owned() },
        _ => OpenError::io(path, error),
    };
    let mut socket = Socket::connect(path).map_err(failed)?;
    let ids = socket.read(0).map_err(failed)?;
    let (vendor, device) = (ids as u16, (ids >> 16) as u16);
    let shell = shell::of(vendor, device).ok_or_else(|| OpenError::UnknownDevice { locator: locator.clone(), vendor, device })?;
    let search = search(shell, locator, place)?;
    let command = socket.read(COMMAND as u64).map_err(failed)?;
    if command & MEMORY_DECODE == 0 {
        // The upper half is the status register, whose bits are cleared by writing ones.
        socket.write(COMMAND as u64, command & 0xffff | MEMORY_DECODE).map_err(failed)?;
    }
    socket.show(search.bar.into()).map_err(failed)?;
    identify(Box::new(socket), &search, locator, file)
}

/// Locks a file, at once or not at all.
fn lock(file: &File, path: &Path, locator: &Locator) -> Result<(), OpenError> {
    file.try_lock().map_err(|error| match error {
        TryLockError::WouldBlock => OpenError::Busy { locator: locator.clone(), path: path.to_owned() },
        TryLockError::Error(error) => OpenError::io(path, error),
    })
}

/// Finds our window by its identity word, and looks whether we can use the card.
fn identify(bar: Box<dyn Bar>, search: &Search, locator: &Locator, lock: File) -> Result<OpenCard, OpenError> {
    let (mut window, place) = find(bar, search, locator)?;
    let mut read = |address| window.read(address).map_err(|error| OpenError::Bus { locator: locator.clone(), error });
    let [contract, build] = [read(CONTRACT.at(0))?, read(BUILD.at(0))?];
    // A greater minor version adds what this program does not use; a lower one lacks what it does.
    if contract >> 16 != CONTRACT_VALUE >> 16 || contract < CONTRACT_VALUE {
        return Err(OpenError::OtherContract { locator: locator.clone(), read: contract });
    }
    let [groups, bucket_bits, rules, ports] = read(CAPABILITIES.at(0))?.to_le_bytes();
    let [managers, group_macs, cores, beat_bytes] = read(GEOMETRY.at(0))?.to_le_bytes();
    let check = |what, read, usable: RangeInclusive<usize>| match usable.contains(&usize::from(read)) {
        true => Ok(()),
        false => Err(OpenError::Capability { locator: locator.clone(), what, read, usable }),
    };
    let [decision_sides, ..] = read(DECISION_SIDES.at(0))?.to_le_bytes();
    check("groups", groups, 1..=GROUPS)?;
    check("bits of bucket number", bucket_bits, BUCKET_BITS..=BUCKET_BITS)?;
    check("rules", rules, RULES..=RULES)?;
    check("packet ports", ports, PORTS..=PORTS)?;
    check("manager ids", managers, MANAGERS..=MANAGERS)?;
    check("group MACs", group_macs, GROUP_MACS..=GROUP_MACS)?;
    check("cores", cores, 1..=PORTS)?;
    check("decision sides", decision_sides, 1..=usize::from(cores))?;
    let [patch, minor, major, _] = build.to_le_bytes();
    let info = Info {
        locator: locator.clone(),
        vendor: search.shell.vendor,
        device: search.shell.device,
        shell: search.shell.name,
        place: place.name,
        bar: place.bar,
        offset: window.base,
        contract: ((contract >> 16) as u16, contract as u16),
        build: (major, minor, patch),
        groups,
        ports,
        cores,
        decision_sides,
        beat_bytes,
        link: None,
        numa_node: None,
    };
    let page = place.page && place.offset + u64::from(box_322mhz::WINDOW) <= window.bar.size();
    Ok(OpenCard { info, window, page, _lock: lock })
}

/// The first of the places that holds our identity word.
fn find(mut bar: Box<dyn Bar>, search: &Search, locator: &Locator) -> Result<(Window, WindowLocation), OpenError> {
    let size = bar.size();
    let mut read = Vec::new();
    for place in search.places.iter().filter(|place| place.end() <= size) {
        let gone = |error: io::Error| OpenError::Bus { locator: locator.clone(), error: lost(locator, 0, &error) };
        let word = bar.read(place.offset + u64::from(IDENTITY.at(0))).map_err(gone)?;
        if word == IDENTITY_VALUE {
            return Ok((Window { bar, base: place.offset, card: locator.clone() }, *place));
        }
        read.push((place.offset, word));
    }
    let (found, unsaid) = (format!("BAR {} has {size:#x} bytes", search.bar), locator.clone());
    Err(match read[..] {
        [] => search.failed(locator, found, OpenError::BarTooSmall { locator: unsaid, bar: search.bar, size, wanted: search.end() }),
        [(_, first), ..] => {
            let dead = read.iter().all(|&(_, word)| word == ALL_ONES);
            let found = format!("it reads {first:#010x}{}, not {IDENTITY_VALUE:#010x}", if dead { ", as if nobody answers" } else { "" });
            let unsaid =
                if dead { OpenError::Dead { locator: unsaid } } else { OpenError::NotTandem { locator: unsaid, bar: search.bar, read } };
            search.failed(locator, found, unsaid)
        }
    })
}

impl OpenCard {
    /// What it is.
    pub fn info(&self) -> &Info {
        &self.info
    }

    /// What OpenNIC's 322 MHz box dropped at each of its ports; `None` where our hardware is in no such box.
    ///
    /// # Errors
    /// If an access fails.
    pub fn dropped(&mut self) -> Result<Option<Vec<Dropped>>, BusError> {
        if self.page { read_dropped(&mut self.window) } else { Ok(None) }
    }
}

impl Card for OpenCard {
    fn write(&mut self, address: u32, value: u32) -> Result<(), BusError> {
        self.window.write(address, value)
    }

    fn read(&mut self, address: u32) -> Result<u32, BusError> {
        self.window.read(address)
    }

    fn batch(&mut self, accesses: &[CardAccess]) -> Result<Vec<u32>, BusError> {
        self.window.batch(accesses)
    }
}
