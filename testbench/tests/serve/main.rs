//! `tandem-card`: the simulated card as a process, alone and with the slow path.

mod card;
#[path = "../common/mod.rs"]
mod common;
mod network;
mod served;
mod site;
mod slow_path;
mod wires;
