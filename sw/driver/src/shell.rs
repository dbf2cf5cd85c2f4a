//! The shells that carry our window, and where in their BARs it lies.

use contract::limits::REGISTER_WINDOW;
use std::str::FromStr;

/// A board's shell, as PCI shows it.
#[derive(Debug, PartialEq, Eq)]
pub struct Shell {
    /// Its name.
    pub name: &'static str,
    /// PCI vendor id.
    pub vendor: u16,
    /// PCI device id.
    pub device: u16,
    /// Where our window may lie, in the order in which they are asked; all are in one BAR. None where nobody knows.
    pub places: &'static [WindowLocation],
}

/// Where our window may lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WindowLocation {
    /// The BAR.
    pub bar: u8,
    /// Byte offset in the BAR.
    pub offset: u64,
    /// The shell's name for it.
    pub name: &'static str,
    /// Whether the page of the 322 MHz box follows (`contract::box_322mhz`). Elsewhere it is not ours what lies behind the window.
    pub page: bool,
}

impl WindowLocation {
    const fn new(bar: u8, offset: u64, name: &'static str) -> Self {
        Self { bar, offset, name, page: false }
    }

    /// One behind the window's last byte.
    pub(crate) const fn end(&self) -> u64 {
        self.offset.saturating_add(REGISTER_WINDOW as u64)
    }
}

/// Not a place for a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("write BAR:OFFSET, a BAR from 0 to 5 and a multiple of {REGISTER_WINDOW:#x}, such as 2:0x100000")]
pub struct NotALocation;

impl FromStr for WindowLocation {
    type Err = NotALocation;

    /// Reads `2:0x100000`.
    fn from_str(text: &str) -> Result<Self, NotALocation> {
        let (bar, offset) = text.split_once(':').ok_or(NotALocation)?;
        let bar = bar.parse().ok().filter(|bar| *bar < 6).ok_or(NotALocation)?;
        let offset = offset.strip_prefix("0x").map_or_else(|| offset.parse(), |digits| u64::from_str_radix(digits, 16));
        let offset = offset.ok().filter(|offset| offset.is_multiple_of(REGISTER_WINDOW.into())).ok_or(NotALocation)?;
        Ok(Self::new(bar, offset, "as given"))
    }
}

impl Shell {
    /// Where our window is to be looked for: everywhere, or where it was said to be, if that was said.
    pub(crate) fn search(&'static self, said: Option<WindowLocation>) -> Option<Search> {
        let places = match said {
            None => self.places.into(),
            Some(said) => vec![*self.places.iter().find(|place| (place.bar, place.offset) == (said.bar, said.offset)).unwrap_or(&said)],
        };
        Some(Search { shell: self, bar: places.first()?.bar, places, said: said.is_some() })
    }
}

/// Where in a BAR our window is looked for.
pub(crate) struct Search {
    pub(crate) shell: &'static Shell,
    pub(crate) bar: u8,
    pub(crate) places: Vec<WindowLocation>,
    /// Whether the user says the only place.
    pub(crate) said: bool,
}

impl Search {
    /// How many bytes the BAR must have for the first place.
    pub(crate) fn end(&self) -> u64 {
        self.places.iter().map(WindowLocation::end).min().unwrap_or(0)
    }
}

/// Every shell that we have a build for. The window lies where the shell leaves room for its user; other builds of the same shell have other
/// things there, so it is found by its identity word.
///
/// What a NetFPGA-SUME's BAR shows is its DMA engine, RIFFA: in the reference projects a register access is a message to that, which it
/// carries to an address of the card's own bus. A project with another way may show the window in a BAR.
///
/// Source: Xilinx open-nic-shell, `system_config_address_map.sv`; NetFPGA-PLUS, `reference_nic_defines.tcl`: it is OpenNIC's shell with the
/// NetFPGA pipeline in its box, and our core in place of the output port lookup; FreeBSD, `sys/dev/sume/if_sume.c`.
pub const SHELLS: &[Shell] = &[
    Shell {
        name: "OpenNIC",
        vendor: 0x10ee,
        device: 0x903f,
        places: &[
            WindowLocation::new(2, 0x10_0000, "box at 250 MHz"),
            WindowLocation { page: true, ..WindowLocation::new(2, 0x20_0000, "box at 322 MHz") },
            WindowLocation::new(2, 0x21_0000, "NetFPGA-PLUS output port lookup"),
            WindowLocation::new(2, 0x02_0000, "NetFPGA-PLUS 1.0 output port lookup"),
        ],
    },
    Shell { name: "NetFPGA-SUME", vendor: 0x10ee, device: 0x7028, places: &[] },
];

/// The shell with these PCI ids, if we know it.
pub fn of(vendor: u16, device: u16) -> Option<&'static Shell> {
    SHELLS.iter().find(|shell| (shell.vendor, shell.device) == (vendor, device))
}
