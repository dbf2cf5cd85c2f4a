//! Signals that travel together from block to block. The first field is the least significant.

use rust_hdl::prelude::*;

/// A group MAC, as `row::GroupMac`. Shape: the address as it lies on the wire, first byte least significant.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct GroupMac {
    /// The address.
    pub mac: Bits<48>,
    /// Whether frames sent to it are decided.
    pub enabled: Bit,
}

/// A rule, as `row::RuleRow`.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct Rule {
    /// Lowest matching port.
    pub lowest: Bits<16>,
    /// Highest matching port.
    pub highest: Bits<16>,
    /// Matching protocol.
    pub protocol: Bits<8>,
    /// Any protocol matches.
    pub any_protocol: Bit,
    /// The group of packets that match.
    pub group: Bits<3>,
    /// Key on the side whose port lies outside the range.
    pub key_on_peer: Bit,
    /// Whether the rule is in use.
    pub in_use: Bit,
}

/// A group's banked scalars, as `row::GroupRow`.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct Group {
    /// Bytes 3:0 of the hash's secret key, byte 0 least significant.
    pub key_low: Bits<32>,
    /// Bytes 7:4 of the hash's secret key.
    pub key_high: Bits<32>,
    /// Manager of packets with equal ports.
    pub designated: Bits<8>,
    /// Packets with equal ports go by the pair key instead.
    pub equal_ports_hash: Bit,
}

/// How a traffic manager is reached, as `row::ManagerRow`. Shape: the address as it lies on the wire, first byte least significant.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct Manager {
    /// Destination MAC that its frames get.
    pub mac: Bits<48>,
    /// Port by which its frames leave.
    pub egress: Bits<8>,
}

/// A request of the register block to the host ports of all tables.
///
/// Shape of `address`: entries {group 3, bank 1, word 10}; groups {group 3, bank 1}; managers {bank 1, id 8}; their
/// enable bits {word 3}; in the low bits.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct Host {
    /// Which word.
    pub address: Bits<14>,
    /// For the allocation table: four entries, the first least significant. For the group table: one of the row's words. For the managers'
    /// enable bits: those of 32 managers.
    pub word: Bits<32>,
    /// The row for the manager table.
    pub manager: Manager,
    /// Write the allocation table.
    pub write_entries: Bit,
    /// Write `Group::key_low`.
    pub write_key_low: Bit,
    /// Write `Group::key_high`.
    pub write_key_high: Bit,
    /// Write the rest of a group's row.
    pub write_policy: Bit,
    /// Write a row of the manager table.
    pub write_manager: Bit,
    /// Write a word of the managers' enable bits.
    pub write_manager_enable: Bit,
}

/// The response of the tables' host ports, two clocks after `Host::address`.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct HostAnswer {
    /// Word of the allocation table.
    pub entries: Bits<32>,
    /// Row of the group table.
    pub group: Group,
    /// Row of the manager table.
    pub manager: Manager,
    /// Word of the managers' enable bits.
    pub manager_enable: Bits<32>,
}

/// A frame has left the core or was dropped by it, for the counters.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct CountEvent {
    /// Length of the frame in bytes.
    pub bytes: Bits<16>,
    /// The manager it was sent to, or 0.
    pub manager: Bits<8>,
    /// Why.
    pub reason: Bits<5>,
    /// What became of it.
    pub verdict: Bits<3>,
    /// A frame is counted in this clock.
    pub valid: Bit,
}

/// The packet FIFO to the host has dropped a frame.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct DropEvent {
    /// Length of the frame in bytes.
    pub bytes: Bits<16>,
    /// Its verdict.
    pub verdict: Bits<3>,
    /// A frame is dropped in this clock.
    pub valid: Bit,
}

/// The `tuser` of a beat that leaves, as `contract::metadata`.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct Tuser {
    /// The frame's decision.
    pub metadata: Bits<32>,
    /// Its announced length.
    pub announced: Bits<16>,
}

/// The verdict of the questions so far, if they have decided.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct EarlyVerdict {
    /// Why.
    pub reason: Bits<5>,
    /// What becomes of it.
    pub verdict: Bits<3>,
    /// A question has decided.
    pub valid: Bit,
}
