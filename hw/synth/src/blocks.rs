//! The blocks whose figures are told apart: the stages of a packet's walk, and what the host talks to.

use crate::verilog::Module;
use anyhow::{Result, bail};

/// A block: the emitted module, and the source that describes it.
pub struct Block {
    /// The emitted module.
    pub module: &'static str,
    /// Its file in `hw/rtl/src`, without `.rs`.
    pub source: &'static str,
}

const fn block(module: &'static str, source: &'static str) -> Block {
    Block { module, source }
}

/// In the order of the walk. A module that is not here counts to the block that holds it.
pub const BLOCKS: [Block; 27] = [
    block("intake", "intake"),
    block("window", "window"),
    block("fifo_beats", "fifo"),
    block("fifo_lengths", "fifo"),
    block("pipeline", "pipeline"),
    block("ethernet", "ethernet"),
    block("network", "network"),
    block("extension", "extension"),
    block("transport", "transport"),
    block("icmp", "icmp"),
    block("choose", "tuple"),
    block("rules_questions", "rule"),
    block("group_table", "group"),
    block("key", "key"),
    block("hash", "hash"),
    block("entries_pipeline", "entry"),
    block("managers_pipeline", "manager"),
    block("conclude", "verdict"),
    block("decisions", "decisions"),
    block("exit", "exit"),
    block("counters", "counters"),
    block("registers", "registers"),
    block("axil", "axil"),
    block("core", "core"),
    block("route", "switch/route"),
    block("host_queue", "switch/host_queue"),
    block("switch", "switch"),
];

/// Blocks that stand for all in a quick look at clock rates: those that are placed in seconds, and of them those with the least to spare.
pub const QUICK: [&str; 6] = ["intake", "network", "extension", "transport", "key", "exit"];

/// The ports by which a simulation watches decisions. A design leaves them open, so what feeds them is no part of its area.
pub const WATCHED: [&str; 3] = ["decision_*", "count_*", "lost_*"];

/// The source of the block that is emitted as `module`.
pub fn source(module: &str) -> &'static str {
    BLOCKS.iter().find(|block| block.module == module).map_or("", |block| block.source)
}

/// Refuses a design in which a block is missing: it has got another name.
///
/// # Errors
/// The blocks that are missing.
pub fn all_in(modules: &[Module]) -> Result<()> {
    let missing = BLOCKS.iter().filter(|block| !modules.iter().any(|module| module.name == block.module));
    let missing: Vec<&str> = missing.map(|block| block.module).collect();
    if !missing.is_empty() {
        bail!("no module is called {}; remedy: give hw/synth/src/blocks.rs their new names", missing.join(", "));
    }
    Ok(())
}
