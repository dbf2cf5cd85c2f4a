//! Questions 6 to 12: which packet's tuple counts, which rule matches, and what the key is.

pub mod classifier;
pub mod key;
pub mod tuple_select;
