//! The name of a card.

use serde::{Serialize, Serializer};
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// Where a card is to be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Locator {
    /// A PCI function as sysfs names it, such as `0000:01:00.0`.
    Pci(String),
    /// A simulated card behind its vfio-user socket.
    VfioUser(PathBuf),
}

/// Not the name of a card.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a card; write a PCI address as `lspci -D` shows it, such as 0000:01:00.0, or vfio-user:SOCKET")]
pub struct NotALocator(String);

impl FromStr for Locator {
    type Err = NotALocator;

    /// Reads `0000:01:00.0`, `01:00.0` (of domain 0) or `vfio-user:SOCKET`.
    fn from_str(text: &str) -> Result<Self, NotALocator> {
        if let Some(socket) = text.strip_prefix("vfio-user:").filter(|socket| !socket.is_empty()) {
            return Ok(Self::VfioUser(socket.into()));
        }
        let full = if text.matches(':').count() == 1 { format!("0000:{text}") } else { text.to_owned() };
        let shape = |(place, byte): (usize, u8)| match place {
            4 | 7 => byte == b':',
            10 => byte == b'.',
            _ => byte.is_ascii_hexdigit(),
        };
        let sound = full.len() == 12 && full.bytes().enumerate().all(shape);
        if sound { Ok(Self::Pci(full.to_ascii_lowercase())) } else { Err(NotALocator(text.to_owned())) }
    }
}

impl fmt::Display for Locator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pci(address) => f.write_str(address),
            Self::VfioUser(socket) => write!(f, "vfio-user:{}", socket.display()),
        }
    }
}

impl Serialize for Locator {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cards_are_named_as_lspci_names_them_or_by_their_socket() {
        assert_eq!("0000:01:00.0".parse(), Ok(Locator::Pci("0000:01:00.0".into())));
        assert_eq!("AF:1f.7".parse(), Ok(Locator::Pci("0000:af:1f.7".into())));
        assert_eq!("vfio-user:/tmp/s".parse(), Ok(Locator::VfioUser("/tmp/s".into())));
        for text in ["", "1:0.0", "0000:01:00", "0000-01:00.0", "vfio-user:", "card0", "../../x:00.0"] {
            assert_eq!(text.parse::<Locator>(), Err(NotALocator(text.into())), "{text}");
        }
    }
}
