//! The slow path as a program: the interfaces of its ports, the tables of its card, and who asks about it. What it does with a frame is
//! decided in the package `slowpath`.

mod ask;
mod follow;
mod report;
mod run;

pub(crate) use ask::{Ask, Runtime};
pub(crate) use report::{Malformed, Report, Running};
pub(crate) use run::{Interfaces, Role, Setup, run};
