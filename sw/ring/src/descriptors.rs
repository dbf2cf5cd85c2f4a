//! Descriptors that go from one process to another, by a stream of the host. Source: unix(7), SCM_RIGHTS.

use nix::cmsg_space;
use nix::sys::socket::{ControlMessage, ControlMessageOwned, MsgFlags, recvmsg, sendmsg};
use std::io::{self, IoSlice, IoSliceMut};
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd as _, OwnedFd, RawFd};
use std::os::unix::net::UnixStream;

/// The most that go at once. Source: the kernel's SCM_MAX_FD.
pub const MOST: usize = 253;

/// Sends descriptors, with one byte.
///
/// # Errors
/// If there are more than [`MOST`], or nobody takes them.
pub fn send(stream: &UnixStream, descriptors: &[BorrowedFd<'_>]) -> io::Result<()> {
    send_with(stream, b"\n", descriptors)
}

/// The same with these bytes, by any connected socket of the host.
///
/// # Errors
/// The same.
pub fn send_with(socket: &impl AsRawFd, bytes: &[u8], descriptors: &[BorrowedFd<'_>]) -> io::Result<()> {
    let raw: Vec<RawFd> = descriptors.iter().map(|descriptor| descriptor.as_raw_fd()).collect();
    let rights = [ControlMessage::ScmRights(&raw)];
    sendmsg::<()>(socket.as_raw_fd(), &[IoSlice::new(bytes)], &rights, MsgFlags::empty(), None)?;
    Ok(())
}

/// Receives a byte, and the descriptors that come with it.
///
/// # Errors
/// If nothing comes.
pub fn receive(stream: &UnixStream) -> io::Result<(u8, Vec<OwnedFd>)> {
    let mut byte = [0];
    let (length, descriptors) = receive_with(stream, &mut byte)?;
    if length == 0 { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok((byte[0], descriptors)) }
}

/// Receives bytes by any socket of the host: how many, and the descriptors that come with them.
///
/// # Errors
/// If nothing comes.
pub fn receive_with(socket: &impl AsRawFd, room: &mut [u8]) -> io::Result<(usize, Vec<OwnedFd>)> {
    let mut control = cmsg_space!([RawFd; MOST]);
    let mut parts = [IoSliceMut::new(room)];
    let message = recvmsg::<()>(socket.as_raw_fd(), &mut parts, Some(&mut control), MsgFlags::MSG_CMSG_CLOEXEC)?;
    let length = message.bytes;
    let raw: Vec<RawFd> = message
        .cmsgs()?
        .filter_map(|part| if let ControlMessageOwned::ScmRights(raw) = part { Some(raw) } else { None })
        .flatten()
        .collect();
    // SAFETY: the kernel has just made these descriptors for this process, and nobody else knows them.
    let descriptors = raw.into_iter().map(|raw| unsafe { OwnedFd::from_raw_fd(raw) }).collect();
    Ok((length, descriptors))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::File;
    use std::io::{Read as _, Seek as _, Write as _};
    use std::os::fd::AsFd as _;

    #[test]
    fn a_descriptor_goes_over_and_works_there() {
        let (here, there) = UnixStream::pair().unwrap();
        let mut file = File::from(nix::sys::memfd::memfd_create("x", nix::sys::memfd::MFdFlags::MFD_CLOEXEC).unwrap());
        file.write_all(b"what it holds").unwrap();
        send(&here, &[file.as_fd(), here.as_fd()]).unwrap();
        let (byte, mut descriptors) = receive(&there).unwrap();
        assert_eq!((byte, descriptors.len()), (b'\n', 2));
        let (mut other, mut text) = (File::from(descriptors.remove(0)), String::new());
        other.rewind().unwrap();
        other.read_to_string(&mut text).unwrap();
        assert_eq!(text, "what it holds");
        drop((here, descriptors));
        assert_eq!(receive(&there).unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
    }
}
