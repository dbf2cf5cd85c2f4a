//! Questions 1 to 6: the headers of a frame, from the Ethernet header to the packet inside an ICMP error.

pub mod ether_type_match;
pub mod ethernet;
pub mod extension;
pub mod extent;
pub mod head;
pub mod header_window;
pub mod icmp;
pub mod ip_addresses;
pub mod ip_header;
pub mod launch;
pub mod link;
pub mod mac_match;
pub mod network;
pub mod next_header;
pub mod next_header_match;
pub mod ported;
pub mod span;
pub mod transport;
pub mod window_queue;
pub mod word_select;
