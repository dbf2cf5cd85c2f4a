//! `tandem-card`: the simulated card as a process.

mod card;
mod network;
mod served;
mod wires;
