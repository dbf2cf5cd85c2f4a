//! Address translation of what a server's network sends to others: which endpoint the world sees. Source: RFC 4787 (REQ-1, endpoint-independent
//! mapping; REQ-2, paired addresses) and RFC 5382 (REQ-1); the ports are self-source ports (`docs/self-source-ports.md`), so that answers come back.
//!
//! A connection of it lies in the connection table like any other, with the inside's endpoint as its client. Here is only which endpoint outside
//! is whose: looked at when a connection opens, and when one ends.

use crate::frame::version_of;
use crate::key::{Endpoint, Key, Vlans};
use crate::ports::{Distributor, Pool};
use crate::table::Connection;
use model::network::{Address, Version};
use model::transport::{TCP, UDP};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The service number of connections that are translated on their way out, and the number of their server.
pub const NAT: u16 = u16::MAX;
/// The lowest port outside. The greater port decides where an answer goes (`docs/self-source-ports.md`), and most servers of the world listen below.
const LOWEST: u16 = 16_384;

/// An endpoint of a server's network: its protocol and tags, too.
type Inside = (u8, Vlans, Endpoint);

/// The endpoints outside, and whose they are.
#[derive(Clone, Debug, Default)]
pub(crate) struct Nat {
    /// Of each protocol and address, its ports.
    pools: Vec<(u8, Address, Arc<Pool>)>,
    /// Those of all tables that follow one another.
    mappings: Arc<Mutex<Mappings>>,
}

#[derive(Debug, Default)]
struct Mappings {
    /// What each inside endpoint is outside, whoever it speaks to.
    by_inside: HashMap<Inside, Endpoint>,
    /// How many connections each endpoint outside has.
    connections: HashMap<(u8, Endpoint), u32>,
}

impl Nat {
    /// One for these addresses. Ports and mappings that `before` had stay as they are; `same` says that the distributor has not changed.
    pub(crate) fn new(addresses: &[Address], distributor: Option<&Distributor>, before: Option<&Self>, same: bool) -> Self {
        let kept = |protocol: u8, address: &Address| {
            let old = before.filter(|_| same)?.pools.iter().find(|(of, at, _)| (*of, at) == (protocol, address))?;
            Some(old.2.clone())
        };
        let new = |protocol: u8, address: Address| {
            let anybody = Endpoint { address: nobody(&address), port: LOWEST - 1 };
            Arc::new(Pool::new(distributor, protocol, address, anybody))
        };
        let pool = |protocol, address: &Address| kept(protocol, address).unwrap_or_else(|| new(protocol, *address));
        let all = [TCP, UDP].into_iter().flat_map(|protocol| addresses.iter().map(move |address| (protocol, address)));
        let pools = all.map(|(protocol, address)| (protocol, *address, pool(protocol, address))).collect();
        Self { pools, mappings: before.map(|before| before.mappings.clone()).unwrap_or_default() }
    }

    /// Whether this is one of its addresses.
    pub(crate) fn has(&self, address: &Address) -> bool {
        self.pools.iter().any(|(_, at, _)| at == address)
    }

    /// Whether it has an address of this version.
    pub(crate) fn has_version(&self, version: Version) -> bool {
        self.pools.iter().any(|(_, at, _)| version_of(at) == version)
    }

    /// The endpoint outside for one more connection: the one that the inside endpoint has already, if it `fits`; else one of its own. An inside
    /// address gets its endpoints from one address outside for as long as there are any: `start` is its place. Ports above the peer's come first,
    /// because there the endpoint outside decides where the answer goes, and not the peer's.
    pub(crate) fn open(&self, now: Duration, inside: &Key, start: u64, fits: impl Fn(Endpoint) -> bool) -> Option<Endpoint> {
        let (protocol, mut mappings) = (inside.protocol, self.mappings());
        let has = mappings.by_inside.get(&of_inside(inside)).copied();
        if let Some(outside) = has.filter(|outside| self.has(&outside.address) && fits(*outside)) {
            mappings.count(protocol, outside);
            return Some(outside);
        }
        let version = version_of(&inside.source.address);
        let pools = self.pools.iter().filter(|(of, at, _)| *of == protocol && version_of(at) == version);
        let count = pools.clone().count();
        let first = (start % count.max(1) as u64) as usize;
        let from = |lowest: u16| {
            pools.clone().cycle().skip(first).take(count).find_map(|(_, address, pool)| {
                let endpoint = |port| Endpoint { address: *address, port };
                let is_unknown = |port| !mappings.connections.contains_key(&(protocol, endpoint(port)));
                pool.take_from(now, lowest, |port| is_unknown(port) && fits(endpoint(port))).map(endpoint)
            })
        };
        let above = inside.destination.port.saturating_add(1);
        let outside = from(above).or_else(|| from(LOWEST))?;
        mappings.enter(inside, outside);
        Some(outside)
    }

    /// One connection less.
    pub(crate) fn close(&self, now: Duration, connection: &Connection) {
        let (Some(server), mut mappings) = (connection.server, self.mappings()) else { return };
        let (protocol, outside) = (server.protocol, server.destination);
        if !mappings.discount(protocol, outside) {
            return;
        }
        let inside = of_inside(&connection.client);
        if mappings.by_inside.get(&inside) == Some(&outside) {
            mappings.by_inside.remove(&inside);
        }
        if let Some((_, _, pool)) = self.pools.iter().find(|(of, at, _)| (*of, *at) == (protocol, outside.address)) {
            pool.give_back(now, outside.port);
        }
    }

    /// Takes over connections that another process has opened.
    pub(crate) fn adopt(&self, connections: impl Iterator<Item = Connection>) {
        let mut mappings = self.mappings();
        for connection in connections.filter(|connection| connection.service == NAT) {
            if let Some(server) = connection.server {
                mappings.enter(&connection.client, server.destination);
            }
        }
    }

    fn mappings(&self) -> MutexGuard<'_, Mappings> {
        self.mappings.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Mappings {
    fn enter(&mut self, inside: &Key, outside: Endpoint) {
        self.count(inside.protocol, outside);
        self.by_inside.entry(of_inside(inside)).or_insert(outside);
    }

    fn count(&mut self, protocol: u8, outside: Endpoint) {
        *self.connections.entry((protocol, outside)).or_default() += 1;
    }

    /// Counts one less. Returns whether it was the last one.
    fn discount(&mut self, protocol: u8, outside: Endpoint) -> bool {
        let Some(count) = self.connections.get_mut(&(protocol, outside)) else { return false };
        *count -= 1;
        let is_last = *count == 0;
        if is_last {
            self.connections.remove(&(protocol, outside));
        }
        is_last
    }
}

fn of_inside(key: &Key) -> Inside {
    (key.protocol, key.vlans, key.source)
}

/// The unspecified address of the same version.
fn nobody(address: &Address) -> Address {
    let mut nobody = *address;
    nobody[if version_of(address) == Version::V4 { 12 } else { 0 }..].fill(0);
    nobody
}
