//! `[nat]`: from which addresses goes out what the servers' networks send to others.

use super::address;
use crate::configuration::{Control, Nat, Server, Service, Translation};
use document::{Section, Source, Value, every};
use std::net::IpAddr;

/// Addresses of the pool, at most: each has tables of its own.
const ADDRESSES: usize = 64;

/// What else is in the file.
pub(super) struct Others<'o> {
    pub(super) servers: &'o [Option<Server>],
    pub(super) services: &'o [Service],
    pub(super) control: Option<&'o Control>,
}

pub(super) fn read(source: &Source<'_>, value: &Value<'_>, others: &Others<'_>) -> Option<Nat> {
    let section = Section::of(source, value, &["pool"])?;
    let mut seen = Vec::new();
    let pool = section.required("pool", |value| {
        let list = source.list(value)?;
        if list.is_empty() || list.len() > ADDRESSES {
            return source.fault(value.span(), format!("{} addresses", list.len()), format!("name 1 to {ADDRESSES} addresses"));
        }
        every(list.iter().map(|written| {
            let address = source.unique(written.span(), "address", address(source, written)?, &mut seen, ToString::to_string)?;
            match others.owner(address) {
                Some(owner) => source.fault(written.span(), format!("{address} is {owner}"), "give [nat] addresses of its own"),
                None => Some(address),
            }
        }))
    });
    Some(Nat { pool: pool? })
}

impl Others<'_> {
    /// Whose an address is already.
    fn owner(&self, address: IpAddr) -> Option<String> {
        let server = self.servers.iter().flatten().find(|server| server.address == address);
        let of_service = |service: &&Service| {
            service.address == address || matches!(&service.translation, Translation::Full(pool) if pool.contains(&address))
        };
        let service = self.services.iter().find(of_service);
        let is_control = self.control.is_some_and(|control| [control.address, control.pool].contains(&address));
        server
            .map(|server| format!("the address of server {:?}", server.name))
            .or_else(|| service.map(|service| format!("an address of service {:?}", service.name)))
            .or_else(|| is_control.then(|| "an address of [control]".to_owned()))
    }
}
