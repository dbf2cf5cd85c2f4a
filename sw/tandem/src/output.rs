//! How answers reach their reader, and how what they hold is written.

pub(crate) use capture::{replace, replace_secret};
pub(crate) use contract::row::mac_text as mac;
pub(crate) use operator::output::*;
