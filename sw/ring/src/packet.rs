//! A packet socket: the frames of an interface that is there.

use crate::Received;
use crate::offload::{self, Header, Unfinished};
use nix::errno::Errno;
use nix::ifaddrs::getifaddrs;
use nix::libc::{self, packet_mreq};
use nix::sys::socket::sockopt::{RcvBuf, RcvBufForce};
use nix::sys::socket::{
    AddressFamily, ControlMessageOwned, GetSockOpt as _, LinkAddr, MsgFlags, SetSockOpt as _, SockFlag, SockProtocol, SockType, bind,
    recvmsg, sendmsg, socket,
};
use nix::{cmsg_space, getsockopt_impl, setsockopt_impl, sockopt_impl};
use std::io::{self, IoSlice, IoSliceMut};
use std::os::fd::{AsFd as _, AsRawFd as _, BorrowedFd, OwnedFd};

sockopt_impl!(
    /// Frames that this host sends do not come in.
    IgnoreOutgoing, SetOnly, libc::SOL_PACKET, libc::PACKET_IGNORE_OUTGOING, bool);
sockopt_impl!(
    /// A `struct virtio_net_hdr` stands before each frame.
    VirtioHeader, SetOnly, libc::SOL_PACKET, libc::PACKET_VNET_HDR, bool);
sockopt_impl!(
    /// Each frame comes with a `struct tpacket_auxdata`.
    Auxiliary, SetOnly, libc::SOL_PACKET, libc::PACKET_AUXDATA, bool);
sockopt_impl!(
    /// What the interface does besides: frames to others come in as well.
    Membership, SetOnly, libc::SOL_PACKET, libc::PACKET_ADD_MEMBERSHIP, packet_mreq);

sockopt_impl!(
    /// Which sockets share the frames out, and how.
    Fanout, SetOnly, libc::SOL_PACKET, libc::PACKET_FANOUT, i32);
sockopt_impl!(
    /// What came since it was read last.
    Statistics, GetOnly, libc::SOL_PACKET, libc::PACKET_STATISTICS, libc::tpacket_stats);

/// Sockets that share frames out get each flow's in one of them, and none that this host sends: the flag of the socket alone is not enough.
const BY_FLOW: i32 = (libc::PACKET_FANOUT_HASH | libc::PACKET_FANOUT_FLAG_IGNORE_OUTGOING) as i32;
/// Bytes of frames that wait to be received: a burst of a millisecond at 40 Gbit/s.
const WAITING: usize = 8 << 20;
/// Bytes of a VLAN tag.
const TAG: usize = 4;
/// Bytes of `struct tpacket_auxdata`.
const AUXILIARY: usize = 20;

/// Who shares the frames of an interface out among themselves: packet sockets with the same number get each flow's packets in one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sharing(pub u16);

/// A packet socket.
pub(crate) struct Socket {
    fd: OwnedFd,
    index: usize,
}

/// Finishes a frame, if it is one; what its header says.
fn finished(room: &mut [u8], length: usize, unfinished: Unfinished) -> Header {
    let header = unfinished.read();
    if !header.is_uncut {
        unfinished.finish(&mut room[..length]);
    }
    header
}

/// The link of this name.
fn link(name: &str) -> io::Result<Option<LinkAddr>> {
    let link = |address: nix::ifaddrs::InterfaceAddress| address.address.and_then(|address| address.as_link_addr().copied());
    Ok(getifaddrs()?.filter(|address| address.interface_name == name).find_map(link))
}

impl Socket {
    /// Opens one on an interface; `None` if there is none of this name.
    pub(crate) fn open(name: &str, sharing: Option<Sharing>) -> io::Result<Option<Self>> {
        let Some(address) = link(name)? else { return Ok(None) };
        let fd = socket(AddressFamily::Packet, SockType::Raw, SockFlag::SOCK_CLOEXEC, SockProtocol::EthAll)?;
        // An ordinary user gets what the system grants everybody.
        RcvBufForce.set(&fd, &WAITING).or_else(|_| RcvBuf.set(&fd, &WAITING))?;
        IgnoreOutgoing.set(&fd, &true)?;
        VirtioHeader.set(&fd, &true)?;
        Auxiliary.set(&fd, &true)?;
        let index = address.ifindex();
        let all = packet_mreq { mr_ifindex: index as i32, mr_type: libc::PACKET_MR_PROMISC as u16, mr_alen: 0, mr_address: [0; 8] };
        Membership.set(&fd, &all)?;
        bind(fd.as_raw_fd(), &address)?;
        if let Some(Sharing(number)) = sharing {
            Fanout.set(&fd, &(i32::from(number) | BY_FLOW << 16))?;
        }
        Ok(Some(Self { fd, index }))
    }

    /// The socket of this descriptor, which another process has opened on an interface; `None` if that is gone.
    pub(crate) fn of(fd: OwnedFd, name: &str) -> io::Result<Option<Self>> {
        Ok(link(name)?.map(|address| Self { fd, index: address.ifindex() }))
    }

    /// Waits for a frame, and finishes it.
    pub(crate) fn receive(&self, room: &mut [u8]) -> io::Result<Received> {
        self.receive_any(room).map(|(length, header)| header.received(length))
    }

    /// What waits, with every tag where it was.
    pub(crate) fn receive_waiting(&self, room: &mut [u8]) -> io::Result<Option<Received>> {
        let waiting = self.take(room, MsgFlags::MSG_DONTWAIT)?;
        Ok(waiting.map(|(length, unfinished)| finished(room, length, unfinished).received(length)))
    }

    /// What comes next, whole or not, with every tag where it was.
    pub(crate) fn receive_any(&self, room: &mut [u8]) -> io::Result<(usize, Header)> {
        loop {
            let Some((length, unfinished)) = self.take(room, MsgFlags::empty())? else { continue };
            return Ok((length, finished(room, length, unfinished)));
        }
    }

    /// A frame that waits, as the kernel has it.
    pub(crate) fn poll(&self, room: &mut [u8]) -> io::Result<Option<(usize, Unfinished)>> {
        self.take(room, MsgFlags::MSG_DONTWAIT)
    }

    fn take(&self, room: &mut [u8], flags: MsgFlags) -> io::Result<Option<(usize, Unfinished)>> {
        loop {
            let mut header = [0; offload::HEADER];
            let mut control = cmsg_space!([u8; AUXILIARY]);
            let mut parts = [IoSliceMut::new(&mut header), IoSliceMut::new(&mut *room)];
            let message = match recvmsg::<LinkAddr>(self.fd.as_raw_fd(), &mut parts, Some(&mut control), flags) {
                Ok(message) => message,
                Err(Errno::EAGAIN) => return Ok(None),
                // The interface went down, and may come up again; or the frame asks for what its header cannot say.
                Err(Errno::ENETDOWN | Errno::EINTR | Errno::EINVAL) => continue,
                Err(error) => return Err(error.into()),
            };
            // Before the socket was bound it took frames of every interface.
            let is_ours = message.address.is_some_and(|address| address.ifindex() == self.index);
            let length = message.bytes.saturating_sub(offload::HEADER);
            let tag = message.cmsgs()?.find_map(|part| match part {
                ControlMessageOwned::Unknown(part) if part.cmsg_header.cmsg_level == libc::SOL_PACKET => offload::tag(&part.data_bytes),
                _ => None,
            });
            if !is_ours || length == 0 {
                continue;
            }
            let unfinished = Unfinished::of(header);
            let Some(tag) = tag else { return Ok(Some((length, unfinished))) };
            return Ok(Some((offload::put_back(room, length, tag), unfinished.moved(TAG))));
        }
    }

    pub(crate) fn send(&self, frame: &[u8]) -> io::Result<()> {
        self.put(frame, Unfinished::default(), MsgFlags::empty())
    }

    /// Does not wait.
    pub(crate) fn send_unfinished(&self, frame: &[u8], unfinished: Unfinished) -> io::Result<()> {
        self.put(frame, unfinished, MsgFlags::MSG_DONTWAIT)
    }

    fn put(&self, frame: &[u8], unfinished: Unfinished, flags: MsgFlags) -> io::Result<()> {
        let header = unfinished.header();
        let parts = [IoSlice::new(&header), IoSlice::new(frame)];
        sendmsg::<()>(self.fd.as_raw_fd(), &parts, &[], flags, None)?;
        Ok(())
    }

    /// Frames that found no room since this was asked last.
    pub(crate) fn lost(&self) -> io::Result<u64> {
        Ok(Statistics.get(&self.fd)?.tp_drops.into())
    }

    pub(crate) fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}
