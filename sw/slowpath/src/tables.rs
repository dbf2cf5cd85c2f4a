//! What the card holds, and how a frame leaves by it.

use crate::{Fate, Output, To};
use contract::limits::PORTS;
use contract::row::Mac;
use model::{State, manager_table};

/// The tables of a card, with what follows from them.
#[derive(Clone, Debug)]
pub struct Tables {
    state: State,
    /// Whether only one manager is reached by each port.
    alone: [bool; PORTS],
}

impl Tables {
    /// These tables.
    pub fn new(state: State) -> Self {
        let alone = std::array::from_fn(|port| is_alone(&state, port));
        Self { state, alone }
    }

    /// What the card holds.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The port that is paired with an ingress port.
    pub fn pair(&self, port: u8) -> u8 {
        self.state.port_pairs[usize::from(port) % PORTS]
    }

    /// Sends a frame to a manager as the card does: with its destination MAC, and nothing else changed.
    ///
    /// # Errors
    /// `NoManager` if that manager does not take traffic.
    pub fn to_manager(&self, id: u8, mut frame: Vec<u8>) -> Result<Output, Fate> {
        let manager = manager_table::live(id, self.state.manager(id)).ok_or(Fate::NoManager)?;
        frame[..6].copy_from_slice(&manager.mac);
        Ok(Output { to: To::Port(manager.egress), frame })
    }

    /// Sends a fragment to a manager. Where that manager is not alone on its port, the fragment's source is the card, by the MAC that it was
    /// sent to: a switch between card and managers would otherwise learn that the sender has moved to the host's side.
    ///
    /// # Errors
    /// `NoManager` if that manager does not take traffic.
    pub fn fragment_to_manager(&self, id: u8, frame: Vec<u8>) -> Result<Output, Fate> {
        let card: Mac = std::array::from_fn(|i| frame[i]);
        let mut output = self.to_manager(id, frame)?;
        if let To::Port(port) = output.to
            && !self.alone[usize::from(port) % PORTS]
        {
            output.frame[6..12].copy_from_slice(&card);
        }
        Ok(output)
    }
}

/// Whether at most one address of a manager is reached by a port. A manager that takes no traffic now may still be there.
fn is_alone(state: &State, port: usize) -> bool {
    let rows = &state.manager_rows()[1..];
    let mut macs = rows.iter().filter(|row| usize::from(row.egress) == port && row.mac != Mac::default()).map(|row| row.mac);
    let first = macs.next();
    macs.all(|mac| Some(mac) == first)
}
