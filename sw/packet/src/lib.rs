//! Wire formats that the libraries in use do not write: checksums that follow a change, and ICMP errors that quote a packet as it is.
//!
//! Headers are read by the model's walk, TCP's fields and options by smoltcp: nothing here walks a header chain.
//!
//! | module | |
//! |---|---|
//! | [`checksum`] | Internet checksums: of bytes, and of bytes that changed |
//! | [`icmp_error`] | ICMP and ICMPv6 errors, and how much of a packet they quote |
//! | [`ip`] | IP headers without options or extension headers, written anew |
//! | [`fragment`] | an IP packet cut into fragments |
//! | [`segment`] | a long TCP segment cut into those that are sent |
//! | [`join`] | those that were sent, joined again |

pub mod checksum;
pub mod fragment;
pub mod icmp_error;
pub mod ip;
pub mod join;
pub mod segment;

pub use checksum::{Delta, Sum};
