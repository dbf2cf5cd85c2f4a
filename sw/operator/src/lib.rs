//! What every program of an operator has in common: how it reads its configuration, answers, and is asked while it runs.
//!
//! | module | |
//! |---|---|
//! | [`output`] | text for people, JSON for programs |
//! | [`wrap`] | lines that fit a terminal |
//! | [`input`] | the text of a configuration |
//! | [`socket`] | the socket at which a running program is asked |

pub mod input;
pub mod output;
pub mod socket;
pub mod wrap;
