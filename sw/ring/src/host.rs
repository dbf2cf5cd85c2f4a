//! Packets of IP to and from the network of this host itself: a TUN, and sockets by which whole packets, or datagrams that are not to be
//! fragmented, leave as the host routes them.

use nix::libc;
use nix::sys::socket::sockopt::{IpMtu, Mark};
use nix::sys::socket::{
    AddressFamily, MsgFlags, SetSockOpt as _, SockFlag, SockProtocol, SockType, SockaddrIn, SockaddrIn6, getsockopt, sendto, socket,
};
use nix::{getsockopt_impl, setsockopt_impl, sockopt_impl};
use rustix::net::{RecvFlags, SendFlags, SocketFlags, recvfrom, socket_with};
use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::ops::Range;
use std::os::fd::{AsFd, AsRawFd as _, OwnedFd};
use std::sync::Arc;
use tun_rs::{DeviceBuilder, Layer, SyncDevice};

sockopt_impl!(
    /// What IPv4 does with a packet that is too long for its path.
    Discover, SetOnly, libc::IPPROTO_IP, libc::IP_MTU_DISCOVER, libc::c_int);
sockopt_impl!(
    /// The same of IPv6.
    Discover6, SetOnly, libc::IPPROTO_IPV6, libc::IPV6_MTU_DISCOVER, libc::c_int);
sockopt_impl!(
    /// What is known of the path to who the socket is connected to.
    Mtu6, GetOnly, libc::IPPROTO_IPV6, libc::IPV6_MTU, libc::c_int);

/// A TUN: packets that the host routes into it come out, and what is put in comes to the host. Clones are the same one.
#[derive(Clone)]
pub struct Tun(Arc<SyncDevice>);

impl Tun {
    /// Makes one, or takes the one of this name, and sets it up.
    ///
    /// # Errors
    /// If the system does not give one.
    pub fn open(name: &str, mtu: u16) -> io::Result<Self> {
        DeviceBuilder::new().name(name).layer(Layer::L3).mtu(mtu).enable(true).build_sync().map(|device| Self(Arc::new(device)))
    }

    /// Waits for the next packet, and puts it at the front of `room`; returns its length.
    ///
    /// # Errors
    /// If the TUN is gone.
    pub fn receive(&self, room: &mut [u8]) -> io::Result<usize> {
        self.0.recv(room)
    }

    /// Gives the host a packet.
    ///
    /// # Errors
    /// If the host does not take it. The packet is lost.
    pub fn send(&self, packet: &[u8]) -> io::Result<()> {
        self.0.send(packet).map(drop)
    }
}

/// Sends whole packets of IP as the host routes them, whatever their source.
pub struct Packets {
    v4: OwnedFd,
    v6: OwnedFd,
}

impl Packets {
    /// Opens the sockets. What leaves by them has this firewall mark, if it is not 0.
    ///
    /// # Errors
    /// If the system does not give them: it takes root, or CAP_NET_RAW and, for a mark, CAP_NET_ADMIN.
    pub fn open(mark: u32) -> io::Result<Self> {
        let open = |family| {
            let fd = socket(family, SockType::Raw, SockFlag::SOCK_CLOEXEC, SockProtocol::Raw)?;
            if mark != 0 {
                Mark.set(&fd, &mark)?;
            }
            io::Result::Ok(fd)
        };
        Ok(Self { v4: open(AddressFamily::Inet)?, v6: open(AddressFamily::Inet6)? })
    }

    /// Sends a packet to its destination.
    ///
    /// # Errors
    /// If it is no packet of IP, has no route, or is too long for the interface. It is lost.
    pub fn send(&self, packet: &[u8]) -> io::Result<()> {
        match packet.first().map(|first| first >> 4) {
            Some(4) if packet.len() >= 20 => {
                let destination: [u8; 4] = packet[16..20].try_into().expect("four bytes");
                let to = SockaddrIn::from(std::net::SocketAddrV4::new(destination.into(), 0));
                sendto(self.v4.as_raw_fd(), packet, &to, MsgFlags::empty())?;
            }
            Some(6) if packet.len() >= 40 => {
                let destination: [u8; 16] = packet[24..40].try_into().expect("sixteen bytes");
                let to = SockaddrIn6::from(std::net::SocketAddrV6::new(destination.into(), 0, 0, 0));
                sendto(self.v6.as_raw_fd(), packet, &to, MsgFlags::empty())?;
            }
            _ => return Err(io::ErrorKind::InvalidInput.into()),
        }
        Ok(())
    }
}

/// A socket for datagrams that no host on their path cuts: one that is too long is refused, with `EMSGSIZE`.
///
/// # Errors
/// If the address is not this host's, or the port is taken.
pub fn whole_datagrams(address: SocketAddr) -> io::Result<UdpSocket> {
    let socket = UdpSocket::bind(address)?;
    keep_whole(&socket, address.is_ipv4())?;
    Ok(socket)
}

/// What leaves by a socket is not cut on its path.
fn keep_whole(socket: &impl AsFd, v4: bool) -> io::Result<()> {
    if v4 { Discover.set(socket, &libc::IP_PMTUDISC_DO) } else { Discover6.set(socket, &libc::IPV6_PMTUDISC_DO) }?;
    Ok(())
}

/// Packets of IP in IP to and from an address of this host: the packet inside, whole. None that leaves is cut on its path: one that is too long is
/// refused, with `EMSGSIZE`.
pub struct IpInIp {
    fd: OwnedFd,
    v4: bool,
}

impl IpInIp {
    /// Opens a socket at an address of this host. While it is open, the kernel tells nobody that the protocol is unreachable.
    ///
    /// # Errors
    /// If the address is not this host's, or the system does not give one: it takes root or CAP_NET_RAW.
    pub fn open(address: IpAddr) -> io::Result<Self> {
        let (family, protocol) = match address {
            IpAddr::V4(_) => (rustix::net::AddressFamily::INET, rustix::net::ipproto::IPIP),
            IpAddr::V6(_) => (rustix::net::AddressFamily::INET6, rustix::net::ipproto::IPV6),
        };
        let fd = socket_with(family, rustix::net::SocketType::RAW, SocketFlags::CLOEXEC, Some(protocol))?;
        keep_whole(&fd, address.is_ipv4())?;
        rustix::net::bind(&fd, &SocketAddr::new(address, 0))?;
        Ok(Self { fd, v4: address.is_ipv4() })
    }

    /// Waits for the next packet, and puts it into `room`: where it lies there, and who has sent the one around it.
    ///
    /// # Errors
    /// If the socket is gone, or an earlier packet has met an error on its path.
    pub fn receive(&self, room: &mut [u8]) -> io::Result<(Range<usize>, IpAddr)> {
        let (length, _, from) = recvfrom(&self.fd, &mut *room, RecvFlags::empty())?;
        let from = from.and_then(|from| SocketAddr::try_from(from).ok()).ok_or(io::ErrorKind::InvalidData)?.ip();
        // Of IPv4 the outer header comes with it.
        let header = if self.v4 { room.first().map_or(0, |first| usize::from(first & 15) * 4).min(length) } else { 0 };
        Ok((header..length, from))
    }

    /// Sends a packet inside of another to this address.
    ///
    /// # Errors
    /// If it has no route, or is too long for the path. It is lost.
    pub fn send(&self, packet: &[u8], to: IpAddr) -> io::Result<()> {
        rustix::net::sendto(&self.fd, packet, SendFlags::empty(), &SocketAddr::new(to, 0))?;
        Ok(())
    }
}

/// The longest packet that is known to come from this address of ours to that one.
///
/// # Errors
/// If there is no route.
pub fn path_mtu(from: IpAddr, to: SocketAddr) -> io::Result<u16> {
    let socket = whole_datagrams(SocketAddr::new(from, 0))?;
    socket.connect(to)?;
    let mtu = if from.is_ipv4() { getsockopt(&socket, IpMtu)? } else { getsockopt(&socket, Mtu6)? };
    Ok(u16::try_from(mtu).unwrap_or(u16::MAX))
}
