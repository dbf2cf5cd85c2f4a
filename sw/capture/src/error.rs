//! Why a capture cannot be read or written, and what to do about it.

use std::path::PathBuf;

/// The link type that is replayed.
pub(crate) const ETHERNET: u32 = 1;

/// Why a capture cannot be replayed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be read or written.
    #[error("cannot use {path}")]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// What the file holds cannot be used.
    #[error("{path}: {problem}; {remedy}")]
    Content {
        /// Which file.
        path: PathBuf,
        /// What is wrong and where.
        problem: String,
        /// What to do about it.
        remedy: &'static str,
    },
}

/// A frame was captured on an interface that is no port of the card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "record {record} was captured on interface {interface}, but the card has ports 0 and 1; choose the port at which frames arrive, for example --ports 0"
)]
pub struct UnknownPort {
    /// The frame's record.
    pub record: usize,
    /// The interface.
    pub interface: usize,
}

/// What is wrong with the content, and what to do about it.
pub(crate) type Problem = (String, &'static str);

pub(crate) const DAMAGED: &str = "the file is damaged: record it again, or recover the readable part with `editcap`";
pub(crate) const NOT_ETHERNET: &str = "only Ethernet is replayed: record on an Ethernet interface, not on `any`";
