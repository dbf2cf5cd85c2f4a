//! One end of a connection, as a person names it: an address, and a port if it matters.

use anyhow::{Result, anyhow};
use gateway::Address;
use gateway::entry::Key;
use std::net::{IpAddr, SocketAddr};

pub(super) struct Endpoint {
    address: Address,
    port: Option<u16>,
}

impl Endpoint {
    /// Whether it is one of the two ends of this connection.
    pub(super) fn is_of(&self, key: &Key) -> bool {
        [(key.client, key.client_port), (key.server, key.server_port)]
            .iter()
            .any(|(address, port)| *address == self.address && self.port.is_none_or(|wanted| wanted == *port))
    }
}

/// Reads ends of a connection.
pub(super) fn endpoints(texts: &[&str]) -> Result<Vec<Endpoint>> {
    let read = |text: &&str| {
        let socket = text.parse::<SocketAddr>().map(|socket| (socket.ip(), Some(socket.port())));
        let found = socket.or_else(|_| text.trim_matches(['[', ']']).parse::<IpAddr>().map(|address| (address, None)));
        let (address, port) =
            found.map_err(|_| anyhow!("{text:?} is no end of a connection; write ADDRESS, ADDRESS:PORT or [ADDRESS]:PORT"))?;
        Ok(Endpoint { address: address.into(), port })
    };
    texts.iter().map(read).collect()
}
