//! The commands, one file each.

pub(crate) mod analyze;
pub(crate) mod apply;
pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod explain;
pub(crate) mod export;
pub(crate) mod history;
pub(crate) mod info;
pub(crate) mod lint;
pub(crate) mod list;
pub(crate) mod man;
pub(crate) mod plan;
pub(crate) mod ports;
pub(crate) mod register;
pub(crate) mod rollback;
pub(crate) mod set;
pub(crate) mod show;
pub(crate) mod slow_path;
pub(crate) mod watch;
