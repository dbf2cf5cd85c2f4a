//! Which source a packet gets towards its server, so that the answer comes back to this manager: process 900 of US 7,395,349, FIG. 9, whose
//! blocks have three digits here.
//!
//! A pool has its ports ready. Those of a client's own address are tried one by one.

use crate::key::{Endpoint, Key};
use crate::ports::{Distributor, comes_back};
use crate::table::Table;
use crate::tables::{Tables, Translation};
use std::time::Duration;

/// Tries for each manager until a client's connection is refused: 16 on the average find a port of this one in all but 1 in 9 million cases.
pub(crate) const TRIES: usize = 16;

/// The source that a connection's packets get towards its server; `None` where no port is left.
///
/// `client` is the packet that opens it, `server` where it goes.
pub(crate) fn choose(
    tables: &Tables,
    table: &Table<'_>,
    now: Duration,
    client: &Key,
    (service, number): (u16, u16),
    server: Endpoint,
) -> Option<Endpoint> {
    let is_free = |source: Endpoint| table.is_free(&answers(client, server, source));
    let translation = &tables.settings.services[usize::from(service)].translation;
    // 902, 912: the source address is translated.
    if let Translation::Full(addresses) = translation {
        return addresses.iter().find_map(|&address| {
            let port = tables.pool(service, number, address)?.take(now, |port| is_free(Endpoint { address, port }))?;
            Some(Endpoint { address, port })
        });
    }
    // 904: nothing is translated.
    if *translation == Translation::Direct || server == client.destination {
        return Some(client.source);
    }
    // 906 to 920.
    let distributor = tables.settings.distributor.as_ref();
    let fits = |source: Endpoint| comes_back(distributor, client.protocol, server, source) && is_free(source);
    let old = client.source.port.cmp(&client.destination.port);
    // Without a distributor no key is hashed, and only a port that is taken is changed.
    if (distributor.is_none() || old.is_ne() && old == client.source.port.cmp(&server.port)) && fits(client.source) {
        return Some(client.source);
    }
    let lowest = server.port.checked_add(1)?;
    let start = table.hash(&client.to_words()) % (u64::from(u16::MAX - lowest) + 1);
    let tries = TRIES * distributor.map_or(1, Distributor::managers).max(1);
    let ports = (lowest + start as u16..=u16::MAX).chain(lowest..lowest + start as u16);
    ports.take(tries).map(|port| Endpoint { port, ..client.source }).find(|&source| fits(source))
}

/// The key of the packets that a server sends to this source.
pub(crate) fn answers(client: &Key, server: Endpoint, source: Endpoint) -> Key {
    Key { source: server, destination: source, ..*client }
}
