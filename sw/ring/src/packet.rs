//! A packet socket: the frames of an interface that is there.

use crate::Received;
use crate::offload::{self, Header};
use nix::errno::Errno;
use nix::ifaddrs::getifaddrs;
use nix::libc::{self, packet_mreq};
use nix::sys::socket::sockopt::{RcvBuf, RcvBufForce};
use nix::sys::socket::{
    AddressFamily, ControlMessageOwned, LinkAddr, MsgFlags, SetSockOpt as _, SockFlag, SockProtocol, SockType, bind, recvmsg, sendmsg,
    socket,
};
use nix::{cmsg_space, setsockopt_impl, sockopt_impl};
use std::io::{self, IoSlice, IoSliceMut};
use std::os::fd::{AsRawFd as _, OwnedFd};

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

/// Bytes of frames that wait to be received: a burst of a millisecond at 40 Gbit/s.
const WAITING: usize = 8 << 20;
/// Bytes of `struct tpacket_auxdata`.
const AUXILIARY: usize = 20;

/// A packet socket.
pub(crate) struct Socket {
    fd: OwnedFd,
    index: usize,
}

impl Socket {
    /// Opens one on an interface; `None` if there is none of this name.
    pub(crate) fn open(name: &str) -> io::Result<Option<Self>> {
        let link = |address: nix::ifaddrs::InterfaceAddress| address.address.and_then(|address| address.as_link_addr().copied());
        let Some(address) = getifaddrs()?.filter(|address| address.interface_name == name).find_map(link) else { return Ok(None) };
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
        Ok(Some(Self { fd, index }))
    }

    pub(crate) fn receive(&self, room: &mut [u8]) -> io::Result<Received> {
        let (length, header) = self.receive_any(room)?;
        Ok(if header.is_uncut { Received::Uncut(length) } else { Received::Frame(length) })
    }

    /// What comes next, whole or not, with every tag where it was.
    pub(crate) fn receive_any(&self, room: &mut [u8]) -> io::Result<(usize, Header)> {
        loop {
            let mut header = [0; offload::HEADER];
            let mut control = cmsg_space!([u8; AUXILIARY]);
            let mut parts = [IoSliceMut::new(&mut header), IoSliceMut::new(&mut *room)];
            let message = match recvmsg::<LinkAddr>(self.fd.as_raw_fd(), &mut parts, Some(&mut control), MsgFlags::empty()) {
                Ok(message) => message,
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
            let mut header = Header::read(&header);
            if let Some((start, offset)) = header.checksum.filter(|_| !header.is_uncut) {
                offload::finish(&mut room[..length], start, offset);
            }
            let tagged = tag.map_or(length, |tag| offload::put_back(room, length, tag));
            header.checksum = header.checksum.map(|(start, offset)| (start + tagged - length, offset));
            return Ok((tagged, header));
        }
    }

    pub(crate) fn send(&self, frame: &[u8]) -> io::Result<()> {
        let parts = [IoSlice::new(&[0; offload::HEADER]), IoSlice::new(frame)];
        sendmsg::<()>(self.fd.as_raw_fd(), &parts, &[], MsgFlags::empty(), None)?;
        Ok(())
    }
}
