//! Invents traffic, replays captures, and checks what the hardware did against the golden model.

pub mod bar;
pub mod decision_line;
pub mod generate;
pub mod measure;
pub mod program;
pub mod replay;
pub mod report;
pub mod scoreboard;
pub mod site;
pub mod soak;
