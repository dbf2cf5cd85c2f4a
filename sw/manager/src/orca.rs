//! Load reports by ORCA, out of band: gRPC over HTTP/2 without TLS. `docs/load.md` is the page for operators.
//!
//! Source: cncf/xds, `xds/service/orca/v3/orca.proto` and `xds/data/orca/v3/orca_load_report.proto`; grpc/grpc, `doc/PROTOCOL-HTTP2.md`.
//!
//! | module | |
//! |---|---|
//! | [`message`] | the messages, and the utilisation that a report gives |
//! | [`frame`] | messages one after the other in a stream of bytes |
//! | [`token`] | the secret that a client shows |
//! | `metered` | a connection that may bring only so many bytes |
//! | `pace` | whether reports come as often as they may |
//! | [`client`] | the manager's end: streams of reports from servers |
//! | [`server`] | the agent's end: gives reports to whoever may have them |

pub mod client;
pub mod frame;
pub mod message;
mod metered;
mod pace;
pub mod server;
pub mod token;
