//! What an interface does for the kernel, switched on and off as `ethtool -K` does. Source: ethtool(8), `struct ethtool_value` of the kernel's
//! `include/uapi/linux/ethtool.h`.

use super::queues::{Question, ask};
use std::io;

/// A thing that an interface may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Feature {
    /// Finishing the checksums of what is sent. Without it, nothing is cut into segments either.
    TransmitChecksums = 0x17,
    /// Putting received segments together; a veth interface polls for it, and so takes redirected frames.
    Gro = 0x2c,
}

#[repr(C)]
struct Value {
    command: u32,
    value: u32,
}

// SAFETY: it is `struct ethtool_value`, which the commands of [`Feature`] read.
unsafe impl Question for Value {}

/// Switches a feature of an interface of this namespace.
///
/// # Errors
/// If there is no such interface, or it is not switched.
pub fn switch(name: &str, feature: Feature, on: bool) -> io::Result<()> {
    ask(name, &mut Value { command: feature as u32, value: on.into() })
}
