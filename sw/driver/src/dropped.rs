//! What OpenNIC's 322 MHz box dropped before a core saw it.

use crate::card::{BusError, Card};
use contract::box_322mhz::{DROPPED_ERROR, DROPPED_FULL, IDENTITY, IDENTITY_VALUE, PORT_STRIDE, PORTS};
use contract::limits;

/// Whole frames that were dropped behind the MAC of one port.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dropped {
    /// For want of room: a MAC does not wait.
    pub no_room: u64,
    /// Because the MAC had marked them as faulty.
    pub faulty: u64,
}

/// Reads what was dropped at each port of the box, from its page behind the window. `None` where there is no such page.
///
/// What lies behind the window of another shell may answer to reads, too, and mind them: [`OpenCard::dropped`](crate::OpenCard::dropped)
/// asks only where the page can be.
///
/// # Errors
/// If an access fails.
pub fn read_dropped(card: &mut impl Card) -> Result<Option<Vec<Dropped>>, BusError> {
    match card.read(IDENTITY) {
        Ok(IDENTITY_VALUE) => {}
        Ok(_) | Err(BusError::Read { .. }) => return Ok(None),
        Err(error) => return Err(error),
    }
    let ports = card.read(PORTS)?.min(limits::PORTS as u32);
    // The read of a lower word holds its upper word.
    let mut count = |address| Ok(u64::from(card.read(address)?) | u64::from(card.read(address + 4)?) << 32);
    let mut port = |at| Ok(Dropped { no_room: count(DROPPED_FULL + at)?, faulty: count(DROPPED_ERROR + at)? });
    (0..ports).map(|number| port(PORT_STRIDE * number)).collect::<Result<_, _>>().map(Some)
}
