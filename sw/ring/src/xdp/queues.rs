//! How many receive queues an interface has. Source: `struct ethtool_channels` of the kernel's `include/uapi/linux/ethtool.h`.

use super::XdpError;
use nix::errno::Errno;
use nix::ioctl_readwrite_bad;
use nix::sys::socket::{AddressFamily, SockFlag, SockType, socket};
use std::ffi::c_void;
use std::io;
use std::os::fd::AsRawFd as _;

/// SIOCETHTOOL and ETHTOOL_GCHANNELS.
const ETHTOOL: i32 = 0x8946;
const GET_CHANNELS: u32 = 0x3c;
/// Bytes of an interface's name, and of `struct ifreq` after name and address.
const NAME: usize = 16;
const REST: usize = 16;

#[repr(C)]
#[derive(Default)]
struct Channels {
    command: u32,
    most_receive: u32,
    most_transmit: u32,
    most_other: u32,
    most_combined: u32,
    receive: u32,
    transmit: u32,
    other: u32,
    combined: u32,
}

#[repr(C)]
struct Request {
    name: [u8; NAME],
    question: *mut c_void,
    rest: [u8; REST],
}

ioctl_readwrite_bad!(ethtool, ETHTOOL, Request);

/// Refuses an interface of another number of receive queues: a queue that nobody polls would lose its frames.
pub(super) fn check(name: &str, workers: u32) -> Result<(), XdpError> {
    let channels = channels(name).map_err(|error| XdpError::Missing(name.to_owned(), error))?;
    let queues = channels.receive + channels.combined;
    if queues == workers {
        return Ok(());
    }
    let name = name.to_owned();
    // A driver has combined queues, or separate ones.
    let most = if channels.most_combined > 0 { channels.most_combined } else { channels.most_receive.min(channels.most_transmit) };
    let arguments = if channels.most_combined > 0 { format!("combined {workers}") } else { format!("rx {workers} tx {workers}") };
    Err(XdpError::Queues { name, queues, workers, most, arguments })
}

fn channels(name: &str) -> io::Result<Channels> {
    let mut channels = Channels { command: GET_CHANNELS, ..Channels::default() };
    match ask(name, &mut channels) {
        Ok(()) => Ok(channels),
        // Who cannot tell has one.
        Err(error) if error.raw_os_error() == Some(Errno::EOPNOTSUPP as i32) => {
            Ok(Channels { receive: 1, most_receive: 1, most_transmit: 1, ..Channels::default() })
        }
        Err(error) => Err(error),
    }
}

/// A question of ethtool: a structure of the kernel's, which begins with the number of its command.
///
/// # Safety
/// The type has the layout of the structure that the kernel reads and writes for each command that a value of it begins with.
pub(super) unsafe trait Question {}

// SAFETY: it is `struct ethtool_channels`, and begins with no other command than its own.
unsafe impl Question for Channels {}

/// Asks the driver of an interface of this namespace.
pub(super) fn ask<T: Question>(name: &str, question: &mut T) -> io::Result<()> {
    let mut request = Request { name: [0; NAME], question: std::ptr::from_mut(question).cast(), rest: [0; REST] };
    request.name[..NAME - 1].iter_mut().zip(name.bytes()).for_each(|(at, byte)| *at = byte);
    let asked = socket(AddressFamily::Inet, SockType::Datagram, SockFlag::SOCK_CLOEXEC, None)?;
    // SAFETY: the request is a `struct ifreq` whose address is that of the structure of its command; both outlive the call.
    unsafe { ethtool(asked.as_raw_fd(), &raw mut request) }.map(drop).map_err(Into::into)
}
