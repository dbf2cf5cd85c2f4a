//! Questions 6 to 12: which packet's tuple counts, which rule matches, and what the key is.

pub mod address_order;
pub mod classifier;
pub mod compare_word;
pub mod key;
pub mod key_address;
pub mod key_reason;
pub mod priority_mux;
pub mod range_match;
pub mod tuple_select;
