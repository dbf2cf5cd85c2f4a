//! A card as a PCI device at a vfio-user socket: configuration space, BARs and a record of every register access.
//!
//! [`serve`] shows anything that is a [`Port`] as the PCI function that a [`Device`] describes. A vfio-user client drives it: the host
//! program directly, or QEMU's `vfio-user-pci`, which shows it to a guest. What PCI Express does to an access happens here as well: a
//! write is posted and its refusal heard by nobody, and a refused read shows all ones.
//!
//! Not shown: interrupts, DMA, and what is below a transaction (packets of the link, link training, ordering between functions).

mod backend;
mod config_space;
mod port;
mod record;
mod server;

pub use config_space::{BAR, BAR_BYTES, Device};
pub use port::{Model, Port, Slverr};
pub use record::{Event, NotARecord, Record, Response};
pub use server::{ServeError, Server, serve};
