//! The blocks whose figures are told apart: the stages of a packet's walk, and what the host talks to.

use crate::verilog::ModuleText;
use anyhow::{Result, bail};

/// The emitted modules, in the order of the walk; each has its name from its file in `hw/rtl/src`. A module that is not here counts to the block that
/// holds it.
pub const BLOCKS: [&str; 29] = [
    "tandem_ingress",
    "tandem_header_window",
    "tandem_window_queue",
    "tandem_share",
    "tandem_fifo_beats",
    "tandem_fifo_lengths",
    "tandem_pipeline",
    "tandem_ethernet",
    "tandem_network",
    "tandem_extension",
    "tandem_transport",
    "tandem_icmp",
    "tandem_tuple_select",
    "tandem_classifier",
    "tandem_group_table",
    "tandem_key",
    "tandem_hash",
    "tandem_entry_table",
    "tandem_manager_table",
    "tandem_verdict_logic",
    "tandem_decision_fifo",
    "tandem_egress",
    "tandem_counters",
    "tandem_registers_distributor",
    "tandem_axil_bridge",
    CORE,
    "tandem_demux",
    "tandem_packet_fifo",
    "tandem_switch",
];

/// Blocks of a design whose ports have a decision side each.
const OF_OWN_SIDES: [&str; 2] = ["tandem_header_window", CORE];
/// Blocks of one whose ports share a decision side.
const OF_SHARED_SIDE: [&str; 2] = ["tandem_window_queue", "tandem_share"];
/// A port with its own decision side.
pub const CORE: &str = "tandem_port_core_distributor";

/// Blocks that stand for all in a quick look at clock rates: those that are placed in seconds, and of them those with the least to spare.
pub const QUICK: [&str; 6] = ["tandem_ingress", "tandem_network", "tandem_extension", "tandem_transport", "tandem_key", "tandem_egress"];

/// The ports by which a simulation watches decisions. A design leaves them open, so what feeds them is no part of its area.
pub const WATCHED: [&str; 3] = ["decision_*", "count_*", "lost_*"];

/// The blocks of a distributor, by its decision sides.
///
/// # Errors
/// The blocks that are missing: they have got another name.
pub fn of(modules: &[ModuleText]) -> Result<Vec<&'static str>> {
    let is_there = |block: &str| modules.iter().any(|module| module.name == block);
    let others = if OF_SHARED_SIDE.into_iter().any(is_there) { OF_OWN_SIDES } else { OF_SHARED_SIDE };
    let blocks: Vec<&str> = BLOCKS.into_iter().filter(|block| !others.contains(block)).collect();
    let missing: Vec<&str> = blocks.iter().copied().filter(|block| !is_there(block)).collect();
    if !missing.is_empty() {
        bail!("no module is called {}; remedy: give hw/synth/src/blocks.rs their new names", missing.join(", "));
    }
    Ok(blocks)
}
