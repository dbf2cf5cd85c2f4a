//! What a server's network sends to others: by a route as it is, or translated. Question 9. Source: RFC 4787, RFC 5382.

use super::translate::deltas;
use super::{Call, Core};
use crate::frame::Headers;
use crate::key::Key;
use crate::nat::NAT;
use crate::ports::{Distributor, comes_back};
use crate::reason::Reason;
use crate::source::{self, TRIES};
use crate::table::{Connection, Found};
use crate::tables::Hop;
use crate::tcp::{self, Segment};
use std::cell::Cell;

/// Ports below are of well-known services: RFC 4787, REQ-5.
const WELL_KNOWN: u16 = 1024;

impl Core<'_> {
    /// Sends a packet on by a route, as it is.
    pub(super) fn route(&mut self, call: &mut Call<'_>, frame: &mut [u8], headers: &Headers) -> (Reason, Option<Hop>) {
        let hop = self.as_it_is(call, headers);
        match hop.and_then(|hop| self.check(call, frame, headers, Some(Ok(hop)))) {
            Ok(hop) => (Reason::Outbound, self.send(call, frame, headers, hop, false)),
            Err(reason) => (reason, None),
        }
    }

    /// The way out for what a server sends to no service.
    ///
    /// # Errors
    /// Why there is none.
    pub(super) fn outbound(&self, call: &mut Call<'_>, headers: &Headers) -> Result<Hop, Reason> {
        let tables = call.tables;
        if !tables.is_from_server(&headers.source) || tables.is_virtual(&headers.destination) {
            return Err(Reason::NoService);
        }
        call.resolved(tables.route(&headers.destination), Reason::NoRoute)
    }

    /// The same of a packet that is not translated.
    ///
    /// # Errors
    /// The same; `Protocol` if it would have to be translated, and has no ports.
    pub(super) fn as_it_is(&self, call: &mut Call<'_>, headers: &Headers) -> Result<Hop, Reason> {
        let hop = self.outbound(call, headers)?;
        if call.tables.is_translated(headers) { Err(Reason::Protocol) } else { Ok(hop) }
    }

    /// Opens a connection from a server's network to others. Its packets go on from an address of the pool.
    ///
    /// # Errors
    /// Why it is not opened.
    #[inline(never)]
    pub(super) fn open_outbound(
        &mut self,
        call: &mut Call<'_>,
        frame: &[u8],
        inside: &Key,
        segment: Option<&Segment>,
    ) -> Result<(Found, Connection, Reason), Reason> {
        self.make_room(call)?;
        let tables = call.tables;
        let distributor = tables.settings.distributor.as_ref();
        let tries = Cell::new(TRIES * distributor.map_or(1, Distributor::managers).max(1));
        let fits = |outside| {
            let left = tries.replace(tries.get().saturating_sub(1));
            left > 0
                && comes_back(distributor, inside.protocol, inside.destination, outside)
                && self.table.is_free(&source::answers(inside, inside.destination, outside))
        };
        let outside = tables.nat.open(call.now, inside, self.place(inside), fits).ok_or(Reason::NoPort)?;
        let answers = source::answers(inside, inside.destination, outside);
        let connection = Connection {
            service: NAT,
            server_number: NAT,
            client: *inside,
            server: Some(answers),
            client_link: super::connect::link(call, frame, inside),
            deltas: deltas(inside, Some(&answers)),
        };
        let second = call.now.as_secs() as u32;
        let tracking = match segment {
            Some(segment) => tcp::opened(second, segment, false),
            None => tcp::opened_by_udp_inside(second, inside.destination.port >= WELL_KNOWN),
        };
        let (found, connection) = self.enter(call, &connection, tracking, segment.map_or(0, |segment| segment.sequence))?;
        Ok((found, connection, Reason::Outbound))
    }

    /// Where the search for an address outside begins: the same place for all connections of an inside address.
    fn place(&self, inside: &Key) -> u64 {
        let nobody = crate::Endpoint { address: [0; 16], port: 0 };
        let host = Key { source: crate::Endpoint { port: 0, ..inside.source }, destination: nobody, ..*inside };
        self.table.hash(&host.to_words())
    }
}
