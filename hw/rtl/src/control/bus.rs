//! The bus between the parts of the register block.

use contract::register::Register;
use rust_hdl::prelude::*;

/// A register access: one clock of `write` or `read`, then none until the response.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct BusRequest {
    /// Word address: byte address without its two low bits.
    pub address: Bits<10>,
    /// The word to write.
    pub data: Bits<32>,
    /// It is a write.
    pub write: Bit,
    /// It is a read.
    pub read: Bit,
}

/// The response to a `BusRequest`, some clocks later: one clock of `done`.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct BusResponse {
    /// The word read.
    pub data: Bits<32>,
    /// The access was refused: SLVERR.
    pub refused: Bit,
    /// The response is valid.
    pub done: Bit,
}

/// An access as every part sees it: the first three fields stand still from one clock before `start` until after `act`.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct Request {
    /// Word address.
    pub address: Bits<10>,
    /// The word to write.
    pub data: Bits<32>,
    /// It is a write, else a read.
    pub write: Bit,
    /// One clock, two clocks after the address came: the parts have decoded it.
    pub start: Bit,
    /// One clock, the last one, and only if a part accepts the access: what it changes changes now.
    pub act: Bit,
    /// The same of a write only.
    pub store: Bit,
}

/// What a part answers; all zero while the access is not for it.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct Reply {
    /// The word read.
    pub data: Bits<32>,
    /// The access is for this part, and allowed.
    pub accepted: Bit,
}

/// Word address of word `index` of `register`.
pub const fn word(register: &Register, index: usize) -> u64 {
    register.at(index) as u64 / 4
}
