//! The blocks whose figures are told apart: the stages of a packet's walk, and what the host talks to.

use crate::verilog::Module;
use anyhow::{Result, bail};

/// The emitted modules, in the order of the walk; each has its name from its file in `hw/rtl/src`. A module that is not here counts to the block that
/// holds it.
pub const BLOCKS: [&str; 27] = [
    "ingress",
    "header_window",
    "fifo_beats",
    "fifo_lengths",
    "pipeline",
    "ethernet",
    "network",
    "extension",
    "transport",
    "icmp",
    "tuple_select",
    "classifier",
    "group_table",
    "key",
    "hash",
    "entry_table",
    "manager_table",
    "verdict_logic",
    "decision_fifo",
    "egress",
    "counters",
    "registers",
    "axil_bridge",
    "port_core",
    "demux",
    "packet_fifo",
    "switch",
];

/// Blocks that stand for all in a quick look at clock rates: those that are placed in seconds, and of them those with the least to spare.
pub const QUICK: [&str; 6] = ["ingress", "network", "extension", "transport", "key", "egress"];

/// The ports by which a simulation watches decisions. A design leaves them open, so what feeds them is no part of its area.
pub const WATCHED: [&str; 3] = ["decision_*", "count_*", "lost_*"];

/// Refuses a design in which a block is missing: it has got another name.
///
/// # Errors
/// The blocks that are missing.
pub fn all_in(modules: &[Module]) -> Result<()> {
    let missing = BLOCKS.iter().filter(|block| !modules.iter().any(|module| module.name == **block));
    let missing: Vec<&str> = missing.copied().collect();
    if !missing.is_empty() {
        bail!("no module is called {}; remedy: give hw/synth/src/blocks.rs their new names", missing.join(", "));
    }
    Ok(())
}
