//! Interfaces that are polled, for a program that moves the frames of several: what a sender left to its network card stays undone.

use crate::interface_name::{InterfaceName, Kind};
use crate::offload::Unfinished;
pub use crate::packet::Sharing;
use crate::packet::Socket;
use crate::{OpenError, namespace, offload};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use std::io::{self, ErrorKind};
use std::os::fd::{AsFd, BorrowedFd, IntoRawFd as _, OwnedFd};
use std::time::Duration;
use tun_rs::{DeviceBuilder, Layer, SyncDevice};

/// An open interface that is polled.
pub struct Polled(pub(crate) Open);

pub(crate) enum Open {
    Packet(Socket),
    Tap(SyncDevice),
}

impl Polled {
    /// Opens an interface. A TAP is made if it is not there, and is set up; `sharing` is for the others.
    ///
    /// # Errors
    /// As [`crate::Interface::open`].
    pub fn open(name: &InterfaceName, sharing: Option<Sharing>) -> Result<Self, OpenError> {
        let open = namespace::within(name.namespace(), || match name.kind() {
            Kind::Tap => {
                let device = DeviceBuilder::new().name(name.name()).layer(Layer::L2).enable(true).build_sync();
                let device = device.and_then(|device| device.set_nonblocking(true).map(|()| device));
                device.map(Open::Tap).map_err(|error| OpenError::Tap(name.clone(), error))
            }
            Kind::Packet => match Socket::open(name.name(), sharing) {
                Ok(Some(socket)) => Ok(Open::Packet(socket)),
                Ok(None) => Err(OpenError::Missing(name.clone())),
                Err(error) => Err(OpenError::Packet(name.clone(), error)),
            },
        });
        open.map_err(|error| OpenError::Namespace(name.clone(), error))?.map(Self)
    }

    /// The interface of a descriptor that came from [`Polled::as_fd`] of another process of the same namespace.
    ///
    /// # Errors
    /// If the interface is gone.
    pub fn of(name: &InterfaceName, fd: OwnedFd) -> Result<Self, OpenError> {
        match name.kind() {
            Kind::Tap => {
                // SAFETY: the descriptor is this one's alone. It is a TAP of `Polled::open`, which has neither packet information nor a header.
                let device = unsafe { SyncDevice::from_fd(fd.into_raw_fd()) };
                device.map(|device| Self(Open::Tap(device))).map_err(|error| OpenError::Tap(name.clone(), error))
            }
            Kind::Packet => match Socket::of(fd, name.name()) {
                Ok(Some(socket)) => Ok(Self(Open::Packet(socket))),
                Ok(None) => Err(OpenError::Missing(name.clone())),
                Err(error) => Err(OpenError::Packet(name.clone(), error)),
            },
        }
    }

    /// Puts a frame that waits at the front of `room`, of [`crate::ROOM`] bytes: its length, and what is left to do. `None` if none waits.
    ///
    /// # Errors
    /// If the interface is gone.
    pub fn receive(&self, room: &mut [u8]) -> io::Result<Option<(usize, Unfinished)>> {
        match &self.0 {
            Open::Packet(socket) => socket.poll(room),
            Open::Tap(device) => match device.recv(room) {
                Ok(length) => Ok(Some((length, Unfinished::default()))),
                Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(None),
                Err(error) => Err(error),
            },
        }
    }

    /// Sends a frame, and leaves to the interface what is not finished. It does not wait.
    ///
    /// # Errors
    /// If the interface does not take it: it is down, or full, or the frame is too long. The frame is lost.
    pub fn send(&self, frame: &mut [u8], unfinished: Unfinished) -> io::Result<()> {
        match &self.0 {
            Open::Packet(socket) => socket.send_unfinished(frame, unfinished),
            Open::Tap(device) => {
                // The host's own stack takes segments of any length, but no unfinished checksum.
                unfinished.finish(frame);
                device.send(frame).map(drop)
            }
        }
    }

    /// Frames that the kernel had no room for since this was asked last.
    ///
    /// # Errors
    /// If the interface is gone.
    pub fn lost(&self) -> io::Result<u64> {
        match &self.0 {
            Open::Packet(socket) => socket.lost(),
            Open::Tap(_) => Ok(0),
        }
    }
}

impl AsFd for Polled {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match &self.0 {
            Open::Packet(socket) => socket.as_fd(),
            Open::Tap(device) => device.as_fd(),
        }
    }
}

/// Waits until a frame waits at one of them, or the time is up.
///
/// # Errors
/// If the system does not wait.
pub fn wait<'p>(interfaces: impl IntoIterator<Item = BorrowedFd<'p>>, time: Duration) -> io::Result<()> {
    let mut all: Vec<_> = interfaces.into_iter().map(|interface| PollFd::new(interface, PollFlags::POLLIN)).collect();
    match poll(&mut all, PollTimeout::try_from(time).unwrap_or(PollTimeout::MAX)) {
        Ok(_) | Err(nix::errno::Errno::EINTR) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

impl Unfinished {
    /// Finishes the checksum, if it is not.
    pub fn finish(self, frame: &mut [u8]) {
        if let Some((start, offset)) = self.checksum() {
            offload::finish(frame, start, offset);
        }
    }
}
