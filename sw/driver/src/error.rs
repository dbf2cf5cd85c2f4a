//! Why a card cannot be used, and what to do about it.

use crate::card::BusError;
use crate::locator::Locator;
use crate::remedy::known_windows;
use crate::shell::{SHELLS, Search, Shell, WindowLocation};
use crate::socket::ANSWER;
use contract::register::{CONTRACT_VALUE, IDENTITY_VALUE};
use std::io;
use std::ops::RangeInclusive;
use std::path::PathBuf;

/// Where the kernel says whether it is locked down.
pub(crate) const LOCKDOWN: &str = "/sys/kernel/security/lockdown";

/// A card that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// No PCI function looks like a card.
    #[error(
        "{}: no PCI function with the ids of a card ({}); check whether lspci shows it, try: echo 1 > /sys/bus/pci/rescan, \
         or name a simulated card with --card vfio-user:SOCKET",
        .root.display(), ids()
    )]
    NoCard {
        /// Where it was looked for.
        root: PathBuf,
    },
    /// More than one.
    #[error("this host has {} cards: {}; choose one with --card", .found.len(), list(.found))]
    SeveralCards {
        /// Their names.
        found: Vec<Locator>,
    },
    /// No such PCI function, or no such socket.
    #[error("{locator}: no such card ({} does not exist); {}", .path.display(), .locator.way_in())]
    NotThere {
        /// The card asked for.
        locator: Locator,
        /// What is missing.
        path: PathBuf,
    },
    /// Its PCI ids are no shell's that we know.
    #[error("{locator} is {vendor:04x}:{device:04x}, not a card ({}); name another card, or load a Tandem bitstream, then {}", ids(), .locator.rescan())]
    UnknownDevice {
        /// The card asked for.
        locator: Locator,
        /// Its vendor id.
        vendor: u16,
        /// Its device id.
        device: u16,
    },
    /// Nobody knows where this shell shows our window.
    #[error(
        "{locator} is a {}, and none of its BARs is known to show our registers: its reference projects reach them only through their own driver \
         (docs/netfpga.md); if your build shows them, say where with --window BAR:OFFSET, such as --window 0:0x20000",
        .shell.name
    )]
    NoWindow {
        /// The card asked for.
        locator: Locator,
        /// Its shell.
        shell: &'static Shell,
    },
    /// The shell is there, and our hardware is not in it.
    #[error(
        "{locator} is not a Tandem card: {}, expected {IDENTITY_VALUE:#010x}; load a bitstream that contains the distributor, or name the place \
         of its registers with --window BAR:OFFSET",
        words(*.bar, .read)
    )]
    NotTandem {
        /// The card asked for.
        locator: Locator,
        /// The BAR.
        bar: u8,
        /// Where the identity word was looked for, and what was read there.
        read: Vec<(u64, u32)>,
    },
    /// The window is not where the user says.
    #[error(
        "{locator} does not show its registers at --window {bar}:{offset:#x}: {found}; known windows are {}{}",
        known_windows(), if .shell.places.is_empty() { "" } else { "; without --window those of its shell are asked" }
    )]
    WrongWindow {
        /// The card asked for.
        locator: Locator,
        /// Its shell.
        shell: &'static Shell,
        /// The BAR that was named.
        bar: u8,
        /// The offset that was named.
        offset: u64,
        /// What is there instead.
        found: String,
    },
    /// The contract's major version is another, or its minor version is lower.
    #[error(
        "{locator} implements version {}.{} of the register contract, this program {}.{}; use the program of the card's release, or a bitstream of this release",
        .read >> 16, .read & 0xffff, CONTRACT_VALUE >> 16, CONTRACT_VALUE & 0xffff
    )]
    OtherContract {
        /// The card asked for.
        locator: Locator,
        /// The CONTRACT register.
        read: u32,
    },
    /// It has sizes that this program was not made for.
    #[error("{locator} has {read} {what}, but this program supports {}; use the program of the card's release", range(.usable))]
    Capability {
        /// The card asked for.
        locator: Locator,
        /// What there are too few or too many of.
        what: &'static str,
        /// How many the card says.
        read: u8,
        /// How many would do.
        usable: RangeInclusive<usize>,
    },
    /// Every word that was asked for is all ones.
    #[error("{locator} is dead: every word read is all ones; {}", .locator.revival())]
    Dead {
        /// The card asked for.
        locator: Locator,
    },
    /// The way to the card broke while it was asked who it is.
    #[error("{locator}: {error}")]
    Bus {
        /// The card asked for.
        locator: Locator,
        /// What happened.
        error: BusError,
    },
    /// Memory decode is off and stays off.
    #[error(
        "{locator} does not decode memory, and could not be enabled: {reason}; take it from the driver that holds it, if any: {}, \
         or try: setpci -s {locator} COMMAND=2:2",
        .locator.unbind()
    )]
    DecodeOff {
        /// The card asked for.
        locator: Locator,
        /// What the kernel said.
        reason: String,
    },
    /// The BAR has no room for any place of the window.
    #[error("{locator}: BAR {bar} has {size:#x} bytes, but the window needs at least {wanted:#x}; load a bitstream that has our window")]
    BarTooSmall {
        /// The card asked for.
        locator: Locator,
        /// The BAR.
        bar: u8,
        /// Its size.
        size: u64,
        /// The size that the first place needs.
        wanted: u64,
    },
    /// The kernel gave the BAR no addresses, or the card has none.
    #[error(
        "{locator}: BAR {bar} has no addresses: the card was loaded after the host had started, or its bitstream has no such BAR; {}; \
         if it still has none, restart the host without cutting its power (a warm reboot), so that the firmware finds the card",
        .locator.rescan()
    )]
    NoAddresses {
        /// The card asked for.
        locator: Locator,
        /// The BAR.
        bar: u8,
    },
    /// The kernel maps no BARs.
    #[error(
        "{}: the kernel refuses to map the BAR of {locator} ({}): under Secure Boot it is locked down; turn Secure Boot off in the host's \
         firmware, or start without lockdown= on the kernel's command line; if it is not locked down, `journalctl -k` tells who refused",
        .path.display(), lockdown(.state.as_deref())
    )]
    Lockdown {
        /// The card asked for.
        locator: Locator,
        /// The file that cannot be mapped.
        path: PathBuf,
        /// What [`LOCKDOWN`] holds, where there is such a file.
        state: Option<String>,
    },
    /// Somebody else has the BAR.
    #[error(
        "{}: the kernel does not map a BAR that is in use ({}); take it from its driver: {}; if no driver holds it, start the kernel with \
         iomem=relaxed (it has CONFIG_IO_STRICT_DEVMEM)",
        .path.display(), bound(.driver.as_deref()), .locator.unbind()
    )]
    InUse {
        /// The card asked for.
        locator: Locator,
        /// The file that cannot be mapped.
        path: PathBuf,
        /// The driver that is bound to the card, if there is one.
        driver: Option<String>,
    },
    /// Not for this user.
    #[error("{}: permission denied; run as root, or install the udev rule of docs/deploying.md and join its group", .path.display())]
    Permission {
        /// The file.
        path: PathBuf,
    },
    /// Another process programs it.
    #[error("{locator} is in use by another process, which holds the lock of {}; wait until it is done (fuser {} names it)", .path.display(), .path.display())]
    Busy {
        /// The card asked for.
        locator: Locator,
        /// The locked file.
        path: PathBuf,
    },
    /// The socket takes no second client, or the simulation stands still.
    #[error(
        "{locator} did not answer within {} seconds; is another client attached, such as QEMU? end it, or start the simulated card again",
        ANSWER.as_secs()
    )]
    NoAnswer {
        /// The card asked for.
        locator: Locator,
    },
    /// The operating system refused something else.
    #[error("{}: {error}", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What it said.
        error: io::Error,
    },
}

impl OpenError {
    /// What the operating system said of a file: a reason of its own where there is one.
    pub(crate) fn io(path: impl Into<PathBuf>, error: io::Error) -> Self {
        let path = path.into();
        match error.kind() {
            io::ErrorKind::PermissionDenied => Self::Permission { path },
            _ => Self::Io { path, error },
        }
    }
}

/// The ids of every shell.
fn ids() -> String {
    let ids = SHELLS.iter().map(|shell| format!("{:04x}:{:04x}", shell.vendor, shell.device));
    ids.collect::<Vec<_>>().join(", ")
}

fn lockdown(state: Option<&str>) -> String {
    state.map_or_else(|| format!("{LOCKDOWN} is not there"), |state| format!("{LOCKDOWN}: {state}"))
}

fn bound(name: Option<&str>) -> String {
    name.map_or_else(|| "no driver is bound to it now".into(), |name| format!("the driver {name} is bound to it"))
}

fn list(found: &[Locator]) -> String {
    found.iter().map(Locator::to_string).collect::<Vec<_>>().join(", ")
}

fn words(bar: u8, read: &[(u64, u32)]) -> String {
    let words = read.iter().map(|(offset, word)| format!("BAR {bar} reads {word:#010x} at {offset:#x}"));
    words.collect::<Vec<_>>().join(", ")
}

fn range(usable: &RangeInclusive<usize>) -> String {
    if usable.start() == usable.end() { usable.start().to_string() } else { format!("{} to {}", usable.start(), usable.end()) }
}

impl Search {
    /// What is wrong where the window is not: the user's word, if there is one, and else what the error tells.
    pub(crate) fn failed(&self, locator: &Locator, found: impl Into<String>, unsaid: OpenError) -> OpenError {
        match self.places[..] {
            [WindowLocation { bar, offset, .. }] if self.said => {
                OpenError::WrongWindow { locator: locator.clone(), shell: self.shell, bar, offset, found: found.into() }
            }
            _ => unsaid,
        }
    }
}
