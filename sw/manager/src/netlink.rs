//! Asks the kernel what it knows of the network, and waits until that changes. Source: rtnetlink(7).

use crate::network::{Link, Network, Route};
use contract::row::Mac;
use netlink_packet_core::{
    NLM_F_ACK, NLM_F_CREATE, NLM_F_DUMP, NLM_F_REPLACE, NLM_F_REQUEST, NetlinkHeader, NetlinkMessage, NetlinkPayload,
};
use netlink_packet_route::address::{AddressAttribute, AddressMessage};
use netlink_packet_route::link::{LinkAttribute, LinkMessage};
use netlink_packet_route::neighbour::{NeighbourAddress, NeighbourAttribute, NeighbourFlags, NeighbourMessage, NeighbourState};
use netlink_packet_route::route::{RouteAddress, RouteAttribute, RouteHeader, RouteMessage, RouteType, RouteVia};
use netlink_packet_route::{AddressFamily, RouteNetlinkMessage as Message};
use netlink_sys::{Socket, SocketAddr, protocols::NETLINK_ROUTE};
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Groups of notices: links, neighbours, addresses and routes of IPv4, of IPv6.
const GROUPS: [u32; 6] = [1, 3, 5, 7, 9, 11];

/// A conversation with the kernel.
pub struct Kernel(Socket);

/// Notices of changes.
pub struct Notices(Socket);

impl Notices {
    /// From now on, changes are noticed.
    ///
    /// # Errors
    /// If the system gives no such socket.
    pub fn new() -> io::Result<Self> {
        let mut socket = Socket::new(NETLINK_ROUTE)?;
        socket.bind_auto()?;
        GROUPS.iter().try_for_each(|group| socket.add_membership(*group))?;
        Ok(Self(socket))
    }

    /// Waits for a change. What was lost of them is one, too.
    ///
    /// # Errors
    /// If the system gives none.
    pub fn wait(&self) -> io::Result<()> {
        match self.0.recv_from_full() {
            Ok(_) => Ok(()),
            Err(error) if error.raw_os_error() == Some(nix::libc::ENOBUFS) || error.kind() == io::ErrorKind::Interrupted => Ok(()),
            Err(error) => Err(error),
        }
    }
}

impl Kernel {
    /// Begins one.
    ///
    /// # Errors
    /// If the system gives no such socket.
    pub fn new() -> io::Result<Self> {
        let mut socket = Socket::new(NETLINK_ROUTE)?;
        socket.bind_auto()?;
        socket.connect(&SocketAddr::new(0, 0))?;
        Ok(Self(socket))
    }

    /// All that the kernel knows.
    ///
    /// # Errors
    /// If it does not tell.
    pub fn network(&self) -> io::Result<Network> {
        let mut network = Network::default();
        for question in [
            Message::GetLink(LinkMessage::default()),
            Message::GetAddress(AddressMessage::default()),
            Message::GetRoute(RouteMessage::default()),
            Message::GetNeighbour(NeighbourMessage::default()),
        ] {
            self.ask(question, NLM_F_DUMP, |message| match message {
                Message::NewLink(link) => network.links.extend(read_link(&link)),
                Message::NewAddress(address) => network.addresses.extend(read_address(&address)),
                Message::NewRoute(route) => network.routes.extend(read_route(&route)),
                Message::NewNeighbour(neighbour) => network.neighbours.extend(read_neighbour(&neighbour)),
                _ => {}
            })?;
        }
        Ok(network)
    }

    /// Has the kernel find out, or confirm, the MAC of a station. The answer comes as a notice.
    ///
    /// # Errors
    /// If it does not.
    pub fn resolve(&self, link: u32, station: IpAddr) -> io::Result<()> {
        let mut message = neighbour(link, station);
        message.header.flags = NeighbourFlags::Use;
        self.ask(Message::NewNeighbour(message), NLM_F_CREATE | NLM_F_REPLACE | NLM_F_ACK, |_| {})
    }

    /// Tells the kernel the MAC of a station for good.
    ///
    /// # Errors
    /// If it does not take it.
    pub fn set_neighbour(&self, link: u32, station: IpAddr, mac: Mac) -> io::Result<()> {
        let mut message = neighbour(link, station);
        message.header.state = NeighbourState::Permanent;
        message.attributes.push(NeighbourAttribute::LinkLayerAddress(mac.to_vec()));
        self.ask(Message::NewNeighbour(message), NLM_F_CREATE | NLM_F_REPLACE | NLM_F_ACK, |_| {})
    }

    /// Gives the host an address on a link, alone, and a route from there to one other address.
    ///
    /// # Errors
    /// If the kernel does not take it.
    pub fn set_address(&self, link: u32, address: IpAddr, peer: IpAddr) -> io::Result<()> {
        let mut message = AddressMessage::default();
        message.header.family = family(address);
        message.header.prefix_len = if address.is_ipv4() { 32 } else { 128 };
        message.header.index = link;
        message.attributes = vec![AddressAttribute::Local(address), AddressAttribute::Address(peer)];
        self.ask(Message::NewAddress(message), NLM_F_CREATE | NLM_F_REPLACE | NLM_F_ACK, |_| {})
    }

    fn ask(&self, question: Message, flags: u16, mut answer: impl FnMut(Message)) -> io::Result<()> {
        let mut header = NetlinkHeader::default();
        header.flags = NLM_F_REQUEST | flags;
        let mut request = NetlinkMessage::new(header, NetlinkPayload::from(question));
        request.finalize();
        let mut bytes = vec![0; request.buffer_len()];
        request.serialize(&mut bytes);
        self.0.send(&bytes, 0)?;
        loop {
            let (bytes, _) = self.0.recv_from_full()?;
            let mut rest = &bytes[..];
            while !rest.is_empty() {
                let message = NetlinkMessage::<Message>::deserialize(rest).map_err(io::Error::other)?;
                let length = (message.header.length as usize).next_multiple_of(4);
                match message.payload {
                    NetlinkPayload::Done(_) => return Ok(()),
                    NetlinkPayload::Error(error) => return error.code.map_or(Ok(()), |_| Err(error.to_io())),
                    NetlinkPayload::InnerMessage(message) => answer(message),
                    _ => {}
                }
                rest = rest.get(length..).unwrap_or_default();
            }
        }
    }
}

fn family(address: IpAddr) -> AddressFamily {
    if address.is_ipv4() { AddressFamily::Inet } else { AddressFamily::Inet6 }
}

fn neighbour(link: u32, station: IpAddr) -> NeighbourMessage {
    let mut message = NeighbourMessage::default();
    message.header.family = family(station);
    message.header.ifindex = link;
    message.header.kind = RouteType::Unspec;
    message.attributes = vec![NeighbourAttribute::Destination(match station {
        IpAddr::V4(station) => NeighbourAddress::Inet(station),
        IpAddr::V6(station) => NeighbourAddress::Inet6(station),
    })];
    message
}

fn read_link(message: &LinkMessage) -> Option<Link> {
    let (mut name, mut mac, mut mtu) = (None, None, 0);
    for attribute in &message.attributes {
        match attribute {
            LinkAttribute::IfName(text) => name = Some(text.clone()),
            LinkAttribute::Address(bytes) => mac = Mac::try_from(&bytes[..]).ok(),
            LinkAttribute::Mtu(bytes) => mtu = *bytes,
            _ => {}
        }
    }
    Some(Link { index: message.header.index, name: name?, mac, mtu })
}

fn read_address(message: &AddressMessage) -> Option<(u32, IpAddr)> {
    let local = message.attributes.iter().find_map(|attribute| match attribute {
        AddressAttribute::Local(address) => Some(*address),
        _ => None,
    });
    // IPv6 names the other end of a link only where there is one.
    let address = local.or_else(|| {
        message.attributes.iter().find_map(|attribute| match attribute {
            AddressAttribute::Address(address) => Some(*address),
            _ => None,
        })
    })?;
    Some((message.header.index, address))
}

/// A route for each of its next hops.
fn read_route(message: &RouteMessage) -> Vec<Route> {
    let header = &message.header;
    let any: IpAddr = match header.address_family {
        AddressFamily::Inet => Ipv4Addr::UNSPECIFIED.into(),
        AddressFamily::Inet6 => Ipv6Addr::UNSPECIFIED.into(),
        _ => return Vec::new(),
    };
    if header.table != RouteHeader::RT_TABLE_MAIN || header.kind != RouteType::Unicast {
        return Vec::new();
    }
    let mut route = Route { network: (any, header.destination_prefix_length), gateway: None, link: 0, metric: 0 };
    let mut hops = Vec::new();
    for attribute in &message.attributes {
        match attribute {
            RouteAttribute::Destination(address) => route.network.0 = route_address(address).unwrap_or(any),
            RouteAttribute::Oif(link) => route.link = *link,
            RouteAttribute::Priority(metric) => route.metric = *metric,
            RouteAttribute::MultiPath(several) => {
                hops.extend(several.iter().map(|hop| (hop.interface_index, hop.attributes.iter().find_map(gateway))));
            }
            other => route.gateway = gateway(other).or(route.gateway),
        }
    }
    if hops.is_empty() {
        hops.push((route.link, route.gateway));
    }
    let hops = hops.into_iter().filter(|(link, _)| *link > 0);
    hops.map(|(link, gateway)| Route { link, gateway, ..route.clone() }).collect()
}

fn route_address(address: &RouteAddress) -> Option<IpAddr> {
    match address {
        RouteAddress::Inet(address) => Some((*address).into()),
        RouteAddress::Inet6(address) => Some((*address).into()),
        _ => None,
    }
}

fn gateway(attribute: &RouteAttribute) -> Option<IpAddr> {
    match attribute {
        RouteAttribute::Gateway(address) => route_address(address),
        RouteAttribute::Via(RouteVia::Inet(address)) => Some((*address).into()),
        RouteAttribute::Via(RouteVia::Inet6(address)) => Some((*address).into()),
        _ => None,
    }
}

fn read_neighbour(message: &NeighbourMessage) -> Option<(u32, IpAddr, Mac)> {
    if matches!(message.header.state, NeighbourState::Incomplete | NeighbourState::Failed | NeighbourState::None | NeighbourState::Noarp) {
        return None;
    }
    let (mut station, mut mac) = (None, None);
    for attribute in &message.attributes {
        match attribute {
            NeighbourAttribute::Destination(NeighbourAddress::Inet(address)) => station = Some((*address).into()),
            NeighbourAttribute::Destination(NeighbourAddress::Inet6(address)) => station = Some((*address).into()),
            NeighbourAttribute::LinkLayerAddress(bytes) => mac = Mac::try_from(&bytes[..]).ok(),
            _ => {}
        }
    }
    Some((message.header.ifindex, station?, mac?))
}
