//! PCI functions as the kernel shows them in sysfs.

use crate::error::{LOCKDOWN, OpenError};
use crate::locator::Locator;
use crate::shell::{self, Search, Shell};
use serde::Serialize;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

/// Where the kernel shows every PCI function.
pub const DEVICES: &str = "/sys/bus/pci/devices";

/// Byte offset of the command register in the configuration space.
pub(crate) const COMMAND: usize = 4;

/// In the command register: the function answers at its BARs.
pub(crate) const MEMORY_DECODE: u32 = 1 << 1;

/// A PCI function with the ids of a card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Found {
    /// Its name.
    pub locator: Locator,
    /// PCI vendor id.
    pub vendor: u16,
    /// PCI device id.
    pub device: u16,
    /// The shell that has these ids.
    pub shell: &'static str,
}

/// A PCI Express link, as the kernel says it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Link {
    /// Its speed, such as `8.0 GT/s PCIe`.
    pub speed: String,
    /// Its lanes.
    pub width: u8,
    /// The speed that the card could have.
    pub max_speed: String,
    /// The lanes that the card has.
    pub max_width: u8,
}

/// The functions below `root` (on a host: [`DEVICES`]) that have the ids of a card, by address. Their windows are not looked for: that needs
/// the right to program them.
pub fn discover(root: &Path) -> Vec<Found> {
    let entries = fs::read_dir(root).into_iter().flatten().flatten();
    let mut found: Vec<Found> = entries
        .filter_map(|entry| {
            let function = Function::at(root, entry.file_name().to_str()?).ok()?;
            let shell = function.shell().ok()?.name;
            Some(Found { locator: function.locator, vendor: function.vendor, device: function.device, shell })
        })
        .collect();
    found.sort_by_key(|found| found.locator.to_string());
    found
}

/// The only card below `root`: what is meant where none is named.
///
/// # Errors
/// If there is none, or more than one.
pub fn only(root: &Path) -> Result<Locator, OpenError> {
    let mut found: Vec<Locator> = discover(root).into_iter().map(|found| found.locator).collect();
    match found.len() {
        0 => Err(OpenError::NoCard { root: root.to_owned() }),
        1 => Ok(found.remove(0)),
        _ => Err(OpenError::SeveralCards { found }),
    }
}

/// One PCI function.
pub(crate) struct Function {
    pub(crate) locator: Locator,
    folder: PathBuf,
    vendor: u16,
    device: u16,
}

impl Function {
    /// Reads the ids of the function with an address such as `0000:01:00.0`.
    pub(crate) fn at(root: &Path, address: &str) -> Result<Self, OpenError> {
        let folder = root.join(address);
        let locator = Locator::Pci(address.to_owned());
        let id = |name| match attribute(&folder, name) {
            Some(text) => Ok(u16::from_str_radix(text.trim_start_matches("0x"), 16).unwrap_or(0)),
            None => Err(OpenError::NotThere { locator: locator.clone(), path: folder.join(name) }),
        };
        let (vendor, device) = (id("vendor")?, id("device")?);
        Ok(Self { locator, vendor, device, folder })
    }

    /// The shell that has its ids.
    pub(crate) fn shell(&self) -> Result<&'static Shell, OpenError> {
        let Self { vendor, device, .. } = *self;
        shell::of(vendor, device).ok_or_else(|| OpenError::UnknownDevice { locator: self.locator.clone(), vendor, device })
    }

    /// Opens the file through which the BAR is mapped that our window is looked for in.
    pub(crate) fn open_bar(&self, search: &Search) -> Result<(PathBuf, File), OpenError> {
        let path = self.folder.join(format!("resource{}", search.bar));
        let none = || {
            let unsaid = OpenError::NoAddresses { locator: self.locator.clone(), bar: search.bar };
            search.failed(&self.locator, format!("BAR {} has no addresses", search.bar), unsaid)
        };
        if self.start(search.bar) == Some(0) {
            return Err(none());
        }
        match File::options().read(true).write(true).open(&path) {
            Ok(file) => Ok((path, file)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(none()),
            Err(error) => Err(OpenError::io(path, error)),
        }
    }

    /// The first address of a BAR, where the kernel tells it. It makes a file even for a BAR whose size it knows but found no room for.
    fn start(&self, bar: u8) -> Option<u64> {
        let resources = attribute(&self.folder, "resource")?;
        let start = resources.lines().nth(bar.into())?.split(' ').next()?;
        u64::from_str_radix(start.trim_start_matches("0x"), 16).ok()
    }

    /// Why the kernel does not map a BAR, when this is what it says.
    ///
    /// Source: Linux, `pci_mmap_resource` in `drivers/pci/pci-sysfs.c`: EPERM is `LOCKDOWN_PCI_ACCESS`, EINVAL is `iomem_is_exclusive`.
    pub(crate) fn not_mapped(&self, path: PathBuf, error: io::Error) -> OpenError {
        let locator = self.locator.clone();
        match error.raw_os_error() {
            Some(libc::EPERM) => {
                OpenError::Lockdown { locator, path, state: fs::read_to_string(LOCKDOWN).ok().map(|state| state.trim().to_owned()) }
            }
            Some(libc::EINVAL) => {
                let driver = fs::read_link(self.folder.join("driver")).ok();
                let driver = driver.and_then(|driver| Some(driver.file_name()?.to_string_lossy().into_owned()));
                OpenError::InUse { locator, path, driver }
            }
            _ => OpenError::io(path, error),
        }
    }

    /// Makes the function answer at its BARs. After hot-plug and rescan nobody else does.
    pub(crate) fn enable(&self) -> Result<(), OpenError> {
        if self.decodes()? {
            return Ok(());
        }
        let path = self.folder.join("enable");
        let off = |reason: String| OpenError::DecodeOff { locator: self.locator.clone(), reason };
        match fs::write(&path, "1") {
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Err(OpenError::Permission { path }),
            Err(error) => Err(off(error.to_string())),
            Ok(()) if self.decodes()? => Ok(()),
            Ok(()) => Err(off(format!("{} took a 1, and the command register still says no", path.display()))),
        }
    }

    /// Whether the PCI command register says that the function answers at its BARs.
    fn decodes(&self) -> Result<bool, OpenError> {
        let path = self.folder.join("config");
        let mut head = [0; COMMAND + 2];
        let read = File::open(&path).and_then(|mut file| file.read_exact(&mut head));
        read.map_err(|error| OpenError::io(path, error))?;
        let command = [head[COMMAND], head[COMMAND + 1]];
        if command == [0xff; 2] {
            return Err(OpenError::Dead { locator: self.locator.clone() });
        }
        Ok(u32::from(u16::from_le_bytes(command)) & MEMORY_DECODE != 0)
    }

    /// Its link, if it is attached by PCI Express.
    pub(crate) fn link(&self) -> Option<Link> {
        let width = |name| attribute(&self.folder, name)?.parse().ok();
        Some(Link {
            speed: attribute(&self.folder, "current_link_speed")?,
            width: width("current_link_width")?,
            max_speed: attribute(&self.folder, "max_link_speed")?,
            max_width: width("max_link_width")?,
        })
    }

    /// The NUMA node that it is attached to; the kernel says -1 where there is only one.
    pub(crate) fn numa_node(&self) -> Option<u32> {
        attribute(&self.folder, "numa_node")?.parse().ok()
    }
}

/// The text of an attribute, without the newline behind it.
fn attribute(folder: &Path, name: &str) -> Option<String> {
    Some(fs::read_to_string(folder.join(name)).ok()?.trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::TempDir;

    #[test]
    fn a_bar_in_use_names_the_driver_and_the_command_that_takes_it_away() {
        let root = TempDir::new().unwrap();
        let folder = root.path().join("0000:3b:00.1");
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("vendor"), "0x10ee\n").unwrap();
        fs::write(folder.join("device"), "0x903f\n").unwrap();
        let function = Function::at(root.path(), "0000:3b:00.1").unwrap();
        let refused = || function.not_mapped(folder.join("resource2"), io::Error::from_raw_os_error(libc::EINVAL)).to_string();
        let unbind = "echo 0000:3b:00.1 > /sys/bus/pci/devices/0000:3b:00.1/driver/unbind";
        assert!(
            refused().contains("no driver is bound") && refused().contains(unbind) && refused().contains("iomem=relaxed"),
            "{}",
            refused()
        );
        std::os::unix::fs::symlink("../../../bus/pci/drivers/onic", folder.join("driver")).unwrap();
        assert!(refused().contains("the driver onic is bound to it") && refused().contains(unbind), "{}", refused());
    }
}
