//! `tandem` as an operator meets it: what it prints, what it does to a card, and how it refuses.

mod alike;
mod bench;
mod boot;
mod change;
mod check;
mod explain;
mod killed;
mod looks;
mod output;
mod page;
mod record;
mod refusals;
mod terminal;
mod watch;
