//! The host's side: AXI4-Lite, the registers, and the counters.

pub mod access_sequencer;
pub mod axil_bridge;
pub mod bus;
pub mod commit;
pub mod counter_access;
pub mod counter_bank;
pub mod counter_high;
pub mod counter_low;
pub mod counters;
pub mod entry_access;
pub mod group_access;
pub mod identity;
pub mod index;
pub mod mac_access;
pub mod mac_words;
pub mod manager_access;
pub mod manager_enable_access;
pub mod registers;
pub mod rule_access;
pub mod rule_copy;
pub mod rule_row;
pub mod settings;
pub mod table_clear;
pub mod tables;
