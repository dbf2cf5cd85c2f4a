//! The switch behind the cores: by the egress port in its metadata, each frame goes to a packet port or to the host.
//!
//! Between its blocks a beat travels as `beat`, `keep` (which of its bytes count) and `metadata`, with `valid` and `ready`; a beat offered stays
//! until it is taken, and every `ready` towards a core comes from registers.

pub mod arbiter;
pub mod host_queue;
pub mod route;
pub mod slice;
