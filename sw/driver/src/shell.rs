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
        (0x10_0000, "box at 250 MHz"),
        (0x20_0000, "box at 322 MHz"),
        (0x21_0000, "NetFPGA-PLUS output port lookup"),
        (0x02_0000, "NetFPGA-PLUS 1.0 output port lookup"),
    ],
}];

/// The shell with these PCI ids, if we know it.
pub fn of(vendor: u16, device: u16) -> Option<&'static Shell> {
    SHELLS.iter().find(|shell| (shell.vendor, shell.device) == (vendor, device))
}
