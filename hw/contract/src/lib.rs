//! What hardware and host promise each other: limits, codes and the register map.
//!
//! Nothing here decides anything and nothing here depends on anything. The hardware (`rtl`), the golden model (`model`),
//! the host (`driver`) and the pages rendered for people all read these same constants, so a number has one home.

pub mod box_322mhz;
pub mod code;
pub mod constant;
pub mod field;
pub mod header;
pub mod limits;
pub mod metadata;
pub mod package;
pub mod page;
pub mod register;
pub mod row;
