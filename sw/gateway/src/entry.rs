//! An entry of the translation table: one connection of a client, and who serves it.

use crate::tunnel::Outer;
use crate::{Address, Mode, Time};
use serde::{Deserialize, Serialize};

/// The connection that an entry is about. Nobody else's has the same four.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Key {
    /// The client.
    pub client: Address,
    /// The server that the client has named.
    pub server: Address,
    /// The client's port.
    pub client_port: u16,
    /// The server's port.
    pub server_port: u16,
}

/// What is known of who serves a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum State {
    /// Nobody has answered.
    Racing,
    /// A replica has won: the entry's winner, in its mode.
    Bound,
    /// The server itself serves it, or will: it has won, or the SYN went untagged.
    Origin,
}

/// A connection that is known by its client's SYN.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Entry {
    /// What it is about.
    pub key: Key,
    /// The replica that has won this race, or the one before on these ports.
    pub winner: Address,
    /// Who serves it.
    pub state: State,
    /// The winner's mode; `None` if none has ever won.
    pub mode: Option<Mode>,
    /// The client's initial sequence number.
    pub isn: u32,
    /// The winner's, or the server's in state ORIGIN, once it has answered.
    pub answer: Option<u32>,
    /// Whether the client has acknowledged the answer.
    pub acked: bool,
    /// FINs that have passed: bit 0 of the client, bit 1 of its partner.
    pub fins: u8,
    /// Whether a RST has ended it.
    pub reset: bool,
    /// Whether a refusal of the server is held.
    pub refused: bool,
    /// SYNs of this race.
    pub syns: u8,
    /// Retransmissions of the client that nothing has answered.
    pub unanswered: u8,
    /// Bits by which the client's window is scaled.
    pub scale: u8,
    /// The client's last acknowledgement number, and the window behind it.
    pub acknowledged: u32,
    /// Bytes that the partner may send from there.
    pub window: u32,
    /// Where the client's last segment with content starts.
    pub sent: u32,
    /// Index of its site.
    pub site: u16,
    /// What exchanging the server's address for the winner's changes in a checksum, as bits.
    pub delta: u16,
    /// Source port of its tunnel, if that is GUE.
    pub tunnel_port: u16,
    /// Whether the winner's tunnel is IP in IP.
    pub ip_in_ip: bool,
    /// When it began to be served, in seconds.
    pub since: u32,
}

/// Since the last SYN, while nobody has answered.
pub const RACING: Time = Time::from_secs(130);
/// Since the last packet, until the client has acknowledged an answer.
pub const EMBRYONIC: Time = Time::from_secs(240);
/// Since the last packet. Source: RFC 5382, REQ-5.
pub const IDLE: Time = Time::from_secs(7440);
/// Since the last packet after both FINs.
pub const CLOSED: Time = Time::from_secs(120);
/// Since a RST.
pub const RESET: Time = Time::from_secs(10);
/// As long a loser may still repeat its SYN-ACK after the server has won.
pub const LOSERS: Time = Time::from_secs(64);

impl Entry {
    /// An entry for a client's first SYN.
    pub fn new(key: Key, isn: u32, site: u16, tunnel_port: u16) -> Self {
        Self {
            key,
            winner: Address::NONE,
            state: State::Origin,
            mode: None,
            isn,
            answer: None,
            acked: false,
            fins: 0,
            reset: false,
            refused: false,
            syns: 1,
            unanswered: 0,
            scale: 0,
            acknowledged: 0,
            window: 0,
            sent: isn,
            site,
            delta: 0,
            tunnel_port,
            ip_in_ip: false,
            since: 0,
        }
    }

    /// The replica that serves the connection, and how.
    #[inline]
    pub fn bound(&self) -> Option<Mode> {
        if self.state == State::Bound { self.mode } else { None }
    }

    /// The UDP source port of the tunnel to the winner; `None`: IP in IP.
    #[inline]
    pub fn outer_port(&self) -> Option<u16> {
        (!self.ip_in_ip).then_some(self.tunnel_port)
    }

    /// The UDP source port for an answer in the form of this tunnel, be it the winner's or a loser's; `None`: IP in IP.
    #[inline]
    pub fn port_as(&self, outer: &Outer) -> Option<u16> {
        outer.port.map(|_| self.tunnel_port)
    }

    /// Whether a number acknowledges the client's SYN and nothing else.
    #[inline]
    pub fn acknowledges_syn(&self, ack: u32) -> bool {
        ack == self.isn.wrapping_add(1)
    }

    /// How long the entry lives from now, if nothing happens.
    #[inline]
    pub fn lifetime(&self, now: Time) -> Time {
        let life = match self.state {
            _ if self.reset => RESET,
            State::Racing => RACING,
            _ if !self.acked => EMBRYONIC,
            _ if self.fins == 3 => CLOSED,
            _ => IDLE,
        };
        if self.state == State::Origin { life.max((Time::from_secs(self.since.into()) + LOSERS).saturating_sub(now)) } else { life }
    }
}
