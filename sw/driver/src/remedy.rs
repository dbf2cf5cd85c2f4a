//! What to do about a card, in commands that can be typed: each names the card's own address.

use crate::locator::Locator;
use crate::shell::SHELLS;

impl Locator {
    /// How to bring a card back that answers nothing but ones.
    pub(crate) fn revival(&self) -> String {
        match self {
            Self::Pci(address) => {
                format!("reset it: echo 1 > /sys/bus/pci/devices/{address}/reset, or {}, or load its bitstream again", self.rescan())
            }
            Self::VfioUser(_) => self.rescan(),
        }
    }

    /// How to let the kernel find a card anew, with new addresses for its BARs.
    pub(crate) fn rescan(&self) -> String {
        match self {
            Self::Pci(address) => {
                format!("remove and rescan it: echo 1 > /sys/bus/pci/devices/{address}/remove; echo 1 > /sys/bus/pci/rescan")
            }
            Self::VfioUser(_) => "start the simulated card again".into(),
        }
    }

    /// How to take a card from a driver that holds it.
    pub(crate) fn unbind(&self) -> String {
        format!("echo {self} > /sys/bus/pci/devices/{self}/driver/unbind")
    }

    /// How to find out what the card is called.
    pub(crate) fn way_in(&self) -> &'static str {
        match self {
            Self::Pci(_) => "`tandem list` shows those of this host",
            Self::VfioUser(_) => "start the simulated card with that socket: tandem-card --socket SOCKET",
        }
    }
}

/// The windows of every shell, as `--window` takes them.
pub(crate) fn known_windows() -> String {
    let windows = SHELLS.iter().flat_map(|shell| {
        let name = shell.name;
        shell.places.iter().map(move |place| format!("{}:{:#x} ({name}, {})", place.bar, place.offset, place.name))
    });
    windows.collect::<Vec<_>>().join(", ")
}
