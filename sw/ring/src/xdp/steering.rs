//! Which frames of some interfaces come to the workers, and which go on to the kernel.

use super::XdpError;
use super::flows::{Flows, INTERFACES};
use super::program::{COUNTS, Count, Own, program};
use crate::bpf::{Link, Map, MapKind, Program};
use nix::errno::Errno;
use nix::net::if_::if_nametoindex;
use std::io;
use std::os::fd::{AsRawFd as _, BorrowedFd};

/// The programs of some interfaces, and what they go by. With it they go.
pub struct Steering {
    own: Own,
    interfaces: Vec<Interface>,
}

struct Interface {
    name: String,
    number: u32,
    sockets: Map,
    counts: Map,
    program: Program,
    link: Option<Link>,
}

/// What a program has counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Steered {
    /// Frames that went on to the kernel, because they are its own.
    pub to_kernel: u64,
    /// Frames that were dropped, because nobody polls their queue.
    pub unpolled: u64,
    /// Frames of known flows that were sent on by the program.
    pub carried: u64,
}

impl Steering {
    /// Programs for these interfaces of the process's own namespace, each queue of which gets one of so many workers. Nothing changes yet.
    ///
    /// # Errors
    /// If there is another number of queues, or the kernel does not take the programs.
    pub fn new(names: &[String], workers: u32) -> Result<Self, XdpError> {
        Self::carrying(names, workers, None)
    }

    /// The same, with programs that carry these flows alone, between interfaces by their places in `names`.
    ///
    /// # Errors
    /// As [`Steering::new`].
    ///
    /// # Panics
    /// If there are flows, and more than 256 interfaces.
    pub fn carrying(names: &[String], workers: u32, flows: Option<&Flows>) -> Result<Self, XdpError> {
        assert!(flows.is_none() || names.len() <= INTERFACES as usize, "at most {INTERFACES} interfaces carry flows");
        let maps = |error: io::Error| match error.raw_os_error() {
            Some(nix::libc::EPERM) => XdpError::Forbidden,
            Some(nix::libc::ENOSYS) => XdpError::Unsupported(names.join(", "), error),
            _ => XdpError::Maps(error),
        };
        let own = Own::new().map_err(maps)?;
        let interfaces = names
            .iter()
            .zip(0..)
            .map(|(name, place)| {
                let number = if_nametoindex(name.as_str()).map_err(|error| XdpError::Missing(name.clone(), error.into()))?;
                super::queues::check(name, workers)?;
                let sockets = Map::new(MapKind::Sockets, "tandem_sockets", 4, 4, workers).map_err(maps)?;
                let counts = Map::new(MapKind::Array, "tandem_counts", 4, 8, COUNTS).map_err(maps)?;
                let program = Program::load("tandem_manager", &program(&own, &sockets, &counts, flows.map(|flows| (flows, place))))?;
                Ok(Interface { name: name.clone(), number, sockets, counts, program, link: None })
            })
            .collect::<Result<_, XdpError>>()?;
        Ok(Self { own, interfaces })
    }

    /// The interface of this number: its name, and the system's number.
    pub(super) fn interface(&self, number: usize) -> (&str, u32) {
        let interface = &self.interfaces[number];
        (&interface.name, interface.number)
    }

    /// How many interfaces there are.
    pub(super) fn interfaces(&self) -> usize {
        self.interfaces.len()
    }

    /// A queue of an interface is this socket's.
    pub(super) fn set_socket(&self, interface: usize, queue: u32, socket: BorrowedFd<'_>) -> io::Result<()> {
        self.interfaces[interface].sockets.put(&queue.to_ne_bytes(), &(socket.as_raw_fd() as u32).to_ne_bytes())
    }

    /// From now on these addresses, IPv4's as IPv6 maps them, and these protocols are the host's own.
    ///
    /// # Errors
    /// If the kernel has no room for them.
    pub fn follow(&self, addresses: &[[u8; 16]], protocols: &[u8]) -> io::Result<()> {
        self.own.follow(addresses, protocols)
    }

    /// From now on the drivers steer.
    ///
    /// # Errors
    /// If one does not.
    pub fn attach(&mut self) -> Result<(), XdpError> {
        for interface in self.interfaces.iter_mut().filter(|interface| interface.link.is_none()) {
            let name = || interface.name.clone();
            let attached =
                interface.program.attach(interface.number).map_err(|error| match Errno::from_raw(error.raw_os_error().unwrap_or(0)) {
                    Errno::EOPNOTSUPP | Errno::EINVAL => XdpError::Unsupported(name(), error),
                    Errno::EBUSY | Errno::EEXIST => XdpError::Taken(name()),
                    Errno::ERANGE => XdpError::Mtu(name()),
                    Errno::ENOSPC => XdpError::Peer(name()),
                    Errno::EPERM => XdpError::Forbidden,
                    _ => XdpError::Attach(name(), error),
                })?;
            interface.link = Some(attached);
        }
        Ok(())
    }

    /// Runs the program of an interface over a frame of 14 bytes or more, without a driver: whether it sends it on or leaves it to a worker, and the
    /// frame as it is then. Nothing leaves. A test compares it with what the filter does.
    ///
    /// # Errors
    /// If the kernel does not do it.
    pub fn rehearse(&self, interface: usize, frame: &[u8]) -> io::Result<(bool, Vec<u8>)> {
        let before = self.steered(interface)?.carried;
        let (_, result) = self.interfaces[interface].program.run(frame)?;
        Ok((self.steered(interface)?.carried > before, result))
    }

    /// What the program of an interface has counted so far.
    ///
    /// # Errors
    /// If the kernel does not tell.
    pub fn steered(&self, interface: usize) -> io::Result<Steered> {
        let count = |count: Count| {
            let mut value = [0; 8];
            self.interfaces[interface].counts.get(&(count as u32).to_ne_bytes(), &mut value)?;
            io::Result::Ok(u64::from_ne_bytes(value))
        };
        Ok(Steered { to_kernel: count(Count::ToKernel)?, unpolled: count(Count::Unpolled)?, carried: count(Count::Carried)? })
    }
}
