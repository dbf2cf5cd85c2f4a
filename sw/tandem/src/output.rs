//! How answers reach their reader, and how what they hold is written.

pub(crate) use capture::{replace, replace_secret};
pub(crate) use console::output::*;
pub(crate) use contract::row::mac_text as mac;
