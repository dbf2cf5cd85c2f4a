//! Where the walk over the headers has got to.

use rust_hdl::prelude::*;

/// Where the network header and the first extension header lead.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct Head {
    /// The next header begins here, in words from byte 14.
    pub position: Bits<11>,
    /// Its number.
    pub protocol: Bits<8>,
    /// One extension header lies before it.
    pub extended: Bit,
    /// `position`, and two words more if there is a second extension header: where to count on from.
    pub base: Bits<11>,
    /// There is a second extension header.
    pub hop: Bit,
    /// It is a fragment header.
    pub hop_fragment: Bit,
    /// It is an authentication header.
    pub hop_authentication: Bit,
}

/// Where the outer packet's headers have led.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct Reached {
    /// Where the transport header begins, in words from byte 14.
    pub position: Bits<11>,
    /// The same, less the [`NEAREST`] that it can be, modulo 32.
    pub shift: Bits<5>,
    /// Its protocol.
    pub protocol: Bits<8>,
}

/// Words from byte 14 to the nearest transport header: an IPv4 header without tags and options.
pub const NEAREST: u64 = 5;
