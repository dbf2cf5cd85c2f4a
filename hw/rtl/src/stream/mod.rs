//! Frames as streams of beats: how they come in, wait, are told apart and are brought together.

pub mod arb_mux;
pub mod beat;
pub mod demux;
pub mod fifo;
pub mod ingress;
pub mod keep;
pub mod keep_check;
pub mod output_fifo;
pub mod packet_fifo;
pub mod skid_buffer;
