//! What a carrier does of question 8: the filter offers it directions of connections, and takes them back.

use super::translate::target;
use super::{Call, Core, Offload};
use crate::Mac;
use crate::carrier::{Carrier, LEAST_TIMEOUT, Rewriting, withdraw};
use crate::frame::Headers;
use crate::key::{Key, Vlans};
use crate::nat::NAT;
use crate::table::{Connection, Direction, Found};
use crate::tables::{Hop, Tables};
use crate::tcp::{Segment, Stage};
use model::network::{V4_LENGTH, V6_LENGTH, Version};

/// A packet of a connection that has passed, as it came.
pub(super) struct Passed<'a> {
    pub(super) headers: &'a Headers,
    pub(super) key: Key,
    /// Destination and source.
    pub(super) macs: [Mac; 2],
    pub(super) found: Found,
    pub(super) connection: &'a Connection,
}

impl Core<'_> {
    /// Offers the direction of a packet that leaves by `hop`, if so many have passed.
    pub(super) fn offer(&self, carrier: &dyn Carrier, call: &Call<'_>, passed: &Passed<'_>, hop: Hop) {
        let Passed { headers, key, macs, found, connection } = *passed;
        let plain = if headers.version == Version::V4 { V4_LENGTH } else { V6_LENGTH };
        let is_plain = key.vlans == Vlans::NONE && headers.transport_at - headers.at == plain && call.offload == Offload::default();
        if !is_plain || connection.service == NAT || call.tables.generation() == 0 || !self.may_be_carried(call.tables, found) {
            return;
        }
        let Some((new, deltas)) = target(connection, found.direction) else { return };
        let Some(out) = call.tables.interface(hop.interface).filter(|_| self.table.is_due(found)) else { return };
        let (generation, interface) = (call.tables.generation(), call.interface);
        let rewriting = Rewriting { generation, interface, macs, key, hop, mac: out.mac, mtu: out.mtu, new, deltas };
        let is_carried = carrier.carry(&rewriting);
        // Another worker may have ended it, or taken it back, meanwhile.
        let still = || self.table.again(found).is_some() && self.table.is_carried(found, Some(found.direction));
        if !is_carried || !still() || !self.may_be_carried(call.tables, found) {
            carrier.withdraw(&key);
            self.table.start_over(found);
        }
    }

    /// Takes a connection back from the carrier before a packet that the carrier does not follow: one that opens or ends, or one by which the client
    /// has moved to another router.
    pub(super) fn take_back(&self, link: (u16, Mac), found: Found, connection: &Connection, segment: Option<&Segment>) {
        let Some(carrier) = self.carrier.filter(|_| self.table.is_carried(found, None)) else { return };
        let is_unusual = segment.is_some_and(|segment| segment.syn || segment.fin || segment.rst);
        let has_moved = found.direction == Direction::ToServer && link != connection.client_link;
        if is_unusual || has_moved {
            withdraw(&self.table, carrier, found, connection);
        }
    }

    fn may_be_carried(&self, tables: &Tables, found: Found) -> bool {
        let (tracking, _) = self.table.track(found, |tracking| tracking);
        matches!(tracking.stage, Stage::Established | Stage::UdpAnswered) && tables.settings.timeouts.of(tracking.stage) >= LEAST_TIMEOUT
    }
}
