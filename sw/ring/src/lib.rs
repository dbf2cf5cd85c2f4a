//! Whole frames from and to the interfaces of this host: TAPs and packet sockets, in any network namespace.
//!
//! A frame is what was on the wire: VLAN tags that the kernel took off are put back, and checksums that it left to the hardware are finished.
//!
//! | module | |
//! |---|---|
//! | [`interface_name`] | an interface as it is written on a command line |
//! | `namespace` | opening something in another network namespace |
//! | `packet` | a packet socket |
//! | [`polled`] | the same interfaces, for a program that moves the frames of several |
//! | [`memory`] | words that another process goes on with |
//! | [`descriptors`] | descriptors that go from one process to another |
//! | [`keeper`] | descriptors that outlive their process |
//! | [`xdp`] | the same by AF_XDP: rings that are shared with the kernel |
//! | `bpf` | the system call bpf(2) |
//! | `offload` | what the kernel leaves to a network card |
//! | `burst` | frames that wait, received together |
//! | `leaving` | segments that leave together |
//! | [`host`] | packets to and from this host's own network: a TUN, and whole packets of IP that it routes |

mod bpf;
mod burst;
pub mod descriptors;
pub mod host;
pub mod interface_name;
pub mod keeper;
mod leaving;
pub mod memory;
mod namespace;
mod offload;
mod packet;
pub mod polled;
pub mod xdp;

pub use burst::Burst;
pub use interface_name::InterfaceName;
pub use keeper::Keeper;
pub use leaving::{Leaving, Left};
pub use memory::Memory;
pub use offload::Unfinished;
pub use polled::Polled;

use std::io;
use std::sync::Arc;
use tun_rs::{DeviceBuilder, Layer, SyncDevice};

/// Bytes of the room that a frame needs which is read: the longest that an interface gives, with a VLAN tag.
pub const ROOM: usize = (1 << 16) + 4;

/// An interface that could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is none of this name.
    #[error("{0}: there is no such interface; `ip link` lists them, and tap:NAME would make one")]
    Missing(InterfaceName),
    /// There is no namespace of this name.
    #[error("{0}: its network namespace cannot be entered ({1}); `ip netns` lists them, and it takes root")]
    Namespace(InterfaceName, io::Error),
    /// The system does not give a TAP.
    #[error("{0}: cannot be opened ({1}); it takes root or CAP_NET_ADMIN, and /dev/net/tun")]
    Tap(InterfaceName, io::Error),
    /// The system does not give a packet socket.
    #[error("{0}: cannot be opened ({1}); it takes root or CAP_NET_RAW")]
    Packet(InterfaceName, io::Error),
}

/// What came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Received {
    /// A frame of this length.
    Frame(usize),
    /// This many bytes that the sender's kernel wanted the network card to cut into frames. They are not on any wire like this.
    Uncut(usize),
}

/// An open interface. Clones are the same one: one may receive while another sends.
#[derive(Clone)]
pub struct Interface(Arc<Kind>);

enum Kind {
    Tap(SyncDevice),
    Packet(packet::Socket),
}

impl Interface {
    /// Opens an interface; a TAP is made if it is not there, and is set up.
    ///
    /// # Errors
    /// Why it cannot be opened, and what to do about it.
    pub fn open(name: &InterfaceName) -> Result<Self, OpenError> {
        Self::open_with(name, None)
    }

    /// The same; a TAP gets this MAC.
    ///
    /// # Errors
    /// As [`Interface::open`].
    pub fn open_with(name: &InterfaceName, mac: Option<[u8; 6]>) -> Result<Self, OpenError> {
        let kind = namespace::within(name.namespace(), || match name.kind() {
            interface_name::Kind::Tap => {
                let device = DeviceBuilder::new().name(name.name()).layer(Layer::L2).enable(true);
                let device = mac.into_iter().fold(device, DeviceBuilder::mac_addr);
                device.build_sync().map(Kind::Tap).map_err(|error| OpenError::Tap(name.clone(), error))
            }
            interface_name::Kind::Packet => match packet::Socket::open(name.name(), None) {
                Ok(Some(socket)) => Ok(Kind::Packet(socket)),
                Ok(None) => Err(OpenError::Missing(name.clone())),
                Err(error) => Err(OpenError::Packet(name.clone(), error)),
            },
        });
        Ok(Self(Arc::new(kind.map_err(|error| OpenError::Namespace(name.clone(), error))??)))
    }

    /// Waits for what comes in next, and puts it at the front of `room`, of [`ROOM`] bytes. What this host sends does not come in, and while
    /// the interface is down nothing does.
    ///
    /// # Errors
    /// If the interface is gone.
    pub fn receive(&self, room: &mut [u8]) -> io::Result<Received> {
        match &*self.0 {
            Kind::Tap(device) => device.recv(room).map(Received::Frame),
            Kind::Packet(socket) => socket.receive(room),
        }
    }

    /// Waits for what comes in next, and gives it to `each`, frame by frame: what the sender's kernel wanted the network card to cut is cut here.
    /// `room` is as for [`Interface::receive`]. Returns the bytes of what cannot be cut, if that came: it is no segment of TCP.
    ///
    /// # Errors
    /// If the interface is gone.
    pub fn receive_cut(&self, room: &mut [u8], mut each: impl FnMut(&[u8])) -> io::Result<Option<usize>> {
        let (length, header) = match &*self.0 {
            Kind::Tap(device) => (device.recv(room)?, None),
            Kind::Packet(socket) => socket.receive_any(room).map(|(length, header)| (length, Some(header)))?,
        };
        match header.filter(|header| header.is_uncut) {
            Some(header) => Ok((!offload::cut(&room[..length], &header, each)).then_some(length)),
            None => {
                each(&room[..length]);
                Ok(None)
            }
        }
    }

    /// Sends a frame.
    ///
    /// # Errors
    /// If the interface does not take it: it is down, or full, or the frame is too long. The frame is lost.
    pub fn send(&self, frame: &[u8]) -> io::Result<()> {
        match &*self.0 {
            Kind::Tap(device) => device.send(frame).map(drop),
            Kind::Packet(socket) => socket.send(frame),
        }
    }
}
