//! How many connections wait to be accepted: `inet_diag` of the listening sockets. /proc/net/tcp would tell, too, but walks every bucket.

use netlink_packet_core::{NLM_F_DUMP, NLM_F_REQUEST, NetlinkHeader, NetlinkMessage, NetlinkPayload};
use netlink_packet_sock_diag::SockDiagMessage;
use netlink_packet_sock_diag::constants::{AF_INET, AF_INET6, IPPROTO_TCP};
use netlink_packet_sock_diag::inet::{ExtensionFlags, InetRequest, SocketId, StateFlags};
use netlink_sys::protocols::NETLINK_SOCK_DIAG;
use netlink_sys::{Socket, SocketAddr};
use std::io;

/// Asks the kernel.
pub(super) struct Listeners {
    socket: Socket,
    room: Vec<u8>,
}

impl Listeners {
    pub(super) fn open() -> io::Result<Self> {
        let mut socket = Socket::new(NETLINK_SOCK_DIAG)?;
        socket.bind_auto()?;
        socket.connect(&SocketAddr::new(0, 0))?;
        Ok(Self { socket, room: vec![0; 1 << 16] })
    }

    /// The longest queue of the sockets that listen at these ports.
    pub(super) fn longest(&mut self, ports: &[u16]) -> io::Result<u32> {
        Ok(self.of_family(AF_INET, ports)?.max(self.of_family(AF_INET6, ports)?))
    }

    fn of_family(&mut self, family: u8, ports: &[u16]) -> io::Result<u32> {
        let socket_id = if family == AF_INET { SocketId::new_v4() } else { SocketId::new_v6() };
        let request =
            InetRequest { family, protocol: IPPROTO_TCP, extensions: ExtensionFlags::empty(), states: StateFlags::LISTEN, socket_id };
        let mut header = NetlinkHeader::default();
        header.flags = NLM_F_REQUEST | NLM_F_DUMP;
        let mut message = NetlinkMessage::new(header, SockDiagMessage::InetRequest(request).into());
        message.finalize();
        let mut bytes = vec![0; message.buffer_len()];
        message.serialize(&mut bytes);
        self.socket.send(&bytes, 0)?;
        let mut longest = 0;
        loop {
            let length = self.socket.recv(&mut &mut self.room[..], 0)?;
            let mut rest = &self.room[..length];
            while !rest.is_empty() {
                let message = NetlinkMessage::<SockDiagMessage>::deserialize(rest).map_err(io::Error::other)?;
                match message.payload {
                    NetlinkPayload::InnerMessage(SockDiagMessage::InetResponse(answer))
                        if ports.contains(&answer.header.socket_id.source_port) =>
                    {
                        longest = longest.max(answer.header.recv_queue);
                    }
                    NetlinkPayload::Error(error) => return Err(error.to_io()),
                    NetlinkPayload::Done(_) => return Ok(longest),
                    _ => {}
                }
                let taken = (message.header.length as usize).next_multiple_of(4).min(rest.len());
                rest = &rest[taken.max(1)..];
            }
        }
    }
}
