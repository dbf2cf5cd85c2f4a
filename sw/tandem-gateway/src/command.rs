//! The commands, a file each.

pub(crate) mod ask;
pub(crate) mod check;
pub(crate) mod explain;
pub(crate) mod lint;
pub(crate) mod run;
pub(crate) mod show;
pub(crate) mod tell;
pub(crate) mod trace;
pub(crate) mod watch;
