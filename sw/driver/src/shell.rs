//! The shells that carry our window, and where in their BARs it lies.

use contract::limits::REGISTER_WINDOW;

/// A board's shell, as PCI shows it.
#[derive(Debug, PartialEq, Eq)]
pub struct Shell {
    /// Its name.
    pub name: &'static str,
    /// PCI vendor id.
    pub vendor: u16,
    /// PCI device id.
    pub device: u16,
    /// The BAR with the register windows.
    pub bar: u8,
    /// Byte offsets in that BAR at which our window may lie, and the shell's name for each, in the order in which they are asked.
    pub places: &'static [(u64, &'static str)],
}

impl Shell {
    /// How many bytes its BAR must have for the first place of our window.
    pub(crate) fn end(&self) -> u64 {
        self.places.iter().map(|(place, _)| place + u64::from(REGISTER_WINDOW)).min().unwrap_or(0)
    }
}

/// Every shell that we have a build for.
pub const SHELLS: &[Shell] = &[Shell {
    name: "OpenNIC",
    vendor: 0x10ee,
    device: 0x903f,
    bar: 2,
    places: &[(0x10_0000, "box at 250 MHz"), (0x20_0000, "box at 322 MHz")],
}];

/// The shell with these PCI ids, if we know it.
pub fn of(vendor: u16, device: u16) -> Option<&'static Shell> {
    SHELLS.iter().find(|shell| (shell.vendor, shell.device) == (vendor, device))
}
