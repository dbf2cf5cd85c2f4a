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
    /// Where in that BAR our window may lie, in the order in which they are asked.
    pub places: &'static [Place],
}

/// Where our window may lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Byte offset in the BAR.
    pub offset: u64,
    /// The shell's name for it.
    pub name: &'static str,
    /// Whether the page of the 322 MHz box follows (`contract::box_322mhz`). Elsewhere it is not ours what lies behind the window.
    pub page: bool,
}

impl Place {
    const fn new(offset: u64, name: &'static str) -> Self {
        Self { offset, name, page: false }
    }

    /// One behind the window's last byte.
    pub(crate) const fn end(&self) -> u64 {
        self.offset + REGISTER_WINDOW as u64
    }
}

impl Shell {
    /// How many bytes its BAR must have for the first place of our window.
    pub(crate) fn end(&self) -> u64 {
        self.places.iter().map(Place::end).min().unwrap_or(0)
    }
}

/// Every shell that we have a build for. The window lies where the shell leaves room for its user; other builds of the same shell have other
/// things there, so it is found by its identity word.
///
/// Source: Xilinx open-nic-shell, `system_config_address_map.sv`; NetFPGA-PLUS, `reference_nic_defines.tcl`: it is OpenNIC's shell with the
/// NetFPGA pipeline in its box, and our core in place of the output port lookup.
pub const SHELLS: &[Shell] = &[Shell {
    name: "OpenNIC",
    vendor: 0x10ee,
    device: 0x903f,
    bar: 2,
    places: &[
        Place::new(0x10_0000, "box at 250 MHz"),
        Place { page: true, ..Place::new(0x20_0000, "box at 322 MHz") },
        Place::new(0x21_0000, "NetFPGA-PLUS output port lookup"),
        Place::new(0x02_0000, "NetFPGA-PLUS 1.0 output port lookup"),
    ],
}];

/// The shell with these PCI ids, if we know it.
pub fn of(vendor: u16, device: u16) -> Option<&'static Shell> {
    SHELLS.iter().find(|shell| (shell.vendor, shell.device) == (vendor, device))
}
