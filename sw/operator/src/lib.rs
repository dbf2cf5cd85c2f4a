//! What all operators' programs share: reading a configuration, printing answers, and answering questions while they run.
//!
//! | module | |
//! |---|---|
//! | [`output`] | text for people, JSON for programs |
//! | [`wrap`] | lines that fit a terminal |
//! | [`input`] | the text of a configuration |
//! | [`program`] | arguments and exit codes |
//! | [`socket`] | the socket at which a running program is asked |

pub mod input;
pub mod output;
pub mod program;
pub mod socket;
pub mod wrap;
