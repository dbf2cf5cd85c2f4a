//! How many receive queues an interface has. Source: `struct ethtool_channels` of the kernel's `include/uapi/linux/ethtool.h`.

use super::XdpError;
use nix::errno::Errno;
use nix::ioctl_readwrite_bad;
use nix::sys::socket::{AddressFamily, SockFlag, SockType, socket};
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
    channels: *mut Channels,
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
    let mut request = Request { name: [0; NAME], channels: &raw mut channels, rest: [0; REST] };
    request.name[..NAME - 1].iter_mut().zip(name.bytes()).for_each(|(at, byte)| *at = byte);
    let asked = socket(AddressFamily::Inet, SockType::Datagram, SockFlag::SOCK_CLOEXEC, None)?;
    // SAFETY: the request is a `struct ifreq` whose address is that of a `struct ethtool_channels`; both outlive the call.
    match unsafe { ethtool(asked.as_raw_fd(), &raw mut request) } {
        Ok(_) => Ok(channels),
        // Who cannot tell has one.
        Err(Errno::EOPNOTSUPP) => Ok(Channels { receive: 1, most_receive: 1, most_transmit: 1, ..Channels::default() }),
        Err(error) => Err(error.into()),
    }
}
