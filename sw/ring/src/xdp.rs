//! Frames by AF_XDP: the driver puts what comes into memory of this process, and takes from there what leaves. The kernel makes nothing else of them.
//!
//! | file | |
//! |---|---|
//! | [`Rings`] | the interfaces of a worker, and the memory that their frames share |
//! | [`Steering`] | which frames come to the workers, and which go on to the kernel |
//! | `frames` | who has which frame |
//! | `index` | both ends of a ring, proved in `model` |
//! | `ring` | a ring as the kernel maps it |
//! | [`features`] | what an interface does for the kernel |
//! | [`Flows`] | flows that the programs carry alone |
//! | `program` | the program that the driver runs |
//! | `carry` | its part that carries flows |
//! | `queues` | how many receive queues an interface has |
//!
//! Source: WO 00/30322, FIG. 10 to 13; the kernel's `Documentation/networking/af_xdp.rst`.

mod carry;
pub mod features;
mod flows;
mod frames;
mod index;
#[cfg(test)]
mod model;
mod program;
mod queues;
mod ring;
mod rings;
mod steering;
#[cfg(test)]
mod tests;

pub use crate::bpf::ProgramError;
pub use flows::{Carried, FlowChange, FlowKey, Flows};
pub use frames::Held;
pub use rings::{Rings, Statistics};
pub use steering::{Steered, Steering};

use std::io;

/// Interfaces whose frames cannot come by AF_XDP.
#[derive(Debug, thiserror::Error)]
pub enum XdpError {
    /// There is none of this name.
    #[error("interface {0}: cannot be asked ({1}); `ip link` lists what there is")]
    Missing(String, io::Error),
    /// Nobody could repair it: frames may come by packet sockets.
    #[error("interface {0}: the kernel or the driver has no XDP here ({1})")]
    Unsupported(String, io::Error),
    /// The process may not.
    #[error(
        "XDP takes root of the host: CAP_BPF, CAP_NET_ADMIN and CAP_NET_RAW, which the root of a container or of a user namespace has not"
    )]
    Forbidden,
    /// Some queue would have no worker, or some worker no queue.
    #[error(
        "interface {name}: {queues} receive queues, and {workers} workers that poll one each; `ethtool -L {name} {arguments}` makes them equal, \
         or `workers = {queues}` does (the interface can have {most})"
    )]
    Queues {
        /// The interface.
        name: String,
        /// How many it has.
        queues: u32,
        /// How many it should have.
        workers: u32,
        /// How many it can have.
        most: u32,
        /// What `ethtool -L` is to be told.
        arguments: String,
    },
    /// Another program polls it.
    #[error("interface {0}: another program has its queue {1}; `ss --xdp --processes` tells which: end it")]
    Bound(String, u32),
    /// Another program steers it.
    #[error("interface {0}: another XDP program is attached; `ip link show {0}` names it, and `ip link set {0} xdp off` takes it off")]
    Taken(String),
    /// Frames are longer than XDP lets them be.
    #[error("interface {0}: the MTU of it or of its peer is too large for XDP; `ip link set {0} mtu 1500` makes it smaller, on both sides")]
    Mtu(String),
    /// The other end of a veth pair has more queues than this one.
    #[error("interface {0}: its peer has more transmit queues than it has receive queues; `ethtool -L` of either makes them equal")]
    Peer(String),
    /// The limit of locked memory.
    #[error(
        "frames of a worker take {} KiB that stay in memory, more than the limit of locked memory lets this process have: `ulimit -l` tells it; \
         in a unit of systemd, LimitMEMLOCK=infinity lifts it", .0 / 1024
    )]
    Locked(u64),
    /// The kernel gives no memory.
    #[error("no memory for frames ({0})")]
    Memory(io::Error),
    /// The kernel gives no maps.
    #[error("no maps of BPF ({0})")]
    Maps(io::Error),
    /// The kernel does not take a program.
    #[error(transparent)]
    Program(#[from] ProgramError),
    /// A program cannot be attached.
    #[error("interface {0}: the XDP program cannot be attached ({1})")]
    Attach(String, io::Error),
    /// A socket cannot be opened.
    #[error("interface {0}: AF_XDP: {1} ({2})")]
    Socket(String, &'static str, io::Error),
}
