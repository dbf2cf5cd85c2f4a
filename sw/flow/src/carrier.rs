//! What carries packets of connections past the filter: a program of the driver that was told what becomes of them. The filter offers it a direction
//! of a connection once [`CARRIED_AFTER`] packets have passed, and takes it back before anything happens to the connection that the carrier does not
//! follow: so a FIN or RST is measured by what was acknowledged meanwhile.

use crate::Mac;
use crate::key::Key;
use crate::table::{Connection, Direction, Found, Table};
use crate::tables::Hop;
use crate::tcp;
use packet::Delta;
use std::fmt::Debug;
use std::time::Duration;

/// So many packets of a direction pass the filter before it is offered: short connections are not worth it.
pub const CARRIED_AFTER: u64 = 16;
/// A connection that is forgotten sooner than this is not offered: what was carried is noted now and then only.
pub const LEAST_TIMEOUT: Duration = Duration::from_secs(10);

/// What carries packets past the filter. All workers share it.
pub trait Carrier: Debug + Sync {
    /// Carries the packets of one direction of a connection from now on. `false`: it does not.
    fn carry(&self, rewriting: &Rewriting) -> bool;

    /// No longer carries packets with this key; what it has seen of them, or `None` if it did not carry them.
    fn withdraw(&self, key: &Key) -> Option<Seen>;
}

/// What becomes of the packets of one direction of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rewriting {
    /// The generation of the tables that it follows from: with others, it may be another one.
    pub generation: u32,
    /// By which interface they come.
    pub interface: u16,
    /// The MACs that they come with: destination and source. Others are not this connection's any more.
    pub macs: [Mac; 2],
    /// What they come with; they have no VLAN tags.
    pub key: Key,
    /// Where they leave.
    pub hop: Hop,
    /// The MAC of the interface by which they leave.
    pub mac: Mac,
    /// Bytes of the longest IP packet that leaves by it.
    pub mtu: u16,
    /// What they leave with.
    pub new: Key,
    /// What that adds to checksums: of addresses alone, and of addresses and ports.
    pub deltas: (Delta, Delta),
}

/// What a carrier has seen of the packets of one direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// How many.
    pub packets: u64,
    /// When the last one came, on the clock of [`crate::Filter::take`].
    pub at: Duration,
    /// TCP: what the last one has acknowledged, and its window without shift.
    pub acknowledged: (u32, u16),
}

/// Notes in the table what a carrier has seen; `found` names the direction.
pub fn note(table: &Table<'_>, found: Found, seen: &Seen) {
    if seen.packets > 0 {
        tcp::note_carried(table, found, seen.at.as_secs() as u32, seen.acknowledged);
    }
}

/// Has both directions of a connection pass the filter again, and notes what was seen of them. After as many packets they are offered again.
pub fn withdraw(table: &Table<'_>, carrier: &dyn Carrier, found: Found, connection: &Connection) {
    for direction in [Direction::ToServer, Direction::ToClient] {
        if let Some(key) = connection.key(direction) {
            withdraw_one(table, carrier, found.towards(direction), key);
        }
    }
}

/// The same of the direction that `found` names, whose packets have this key.
pub fn withdraw_one(table: &Table<'_>, carrier: &dyn Carrier, found: Found, key: &Key) {
    // First this, so that who is just offering it finds out.
    table.start_over(found);
    if let Some(seen) = carrier.withdraw(key) {
        note(table, found, &seen);
    }
}
