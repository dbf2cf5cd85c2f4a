//! Sizes that both sides build their storage by.

/// Entries of one group's allocation table. Source: US 7,395,349, FIG. 6.
pub const BUCKETS: usize = 4096;
/// `log2(BUCKETS)`: how many bits of the hash name a bucket.
pub const BUCKET_BITS: usize = 12;
/// Groups of traffic managers on a full-size card. Source: US 7,395,349, FIG. 7.
pub const GROUPS: usize = 8;
/// Highest traffic manager id; ids run from 1, because 0 means "none".
pub const MANAGERS: usize = 255;
/// Ordered rules that pick a packet's group.
pub const RULES: usize = 16;
/// Bytes of a frame that the parser sees; a header beyond them is not walked.
pub const WINDOW: usize = 128;
/// IPv6 extension headers that the parser walks.
pub const EXTENSION_HEADERS: usize = 2;
/// VLAN tags that the parser walks.
pub const VLAN_TAGS: usize = 2;
/// MAC addresses that a card answers for; a frame to any other address is bridged.
pub const GROUP_MACS: usize = 8;
/// Packet ports of a card.
pub const PORTS: usize = 2;
/// Shortest frame a MAC delivers, in bytes, frame check sequence stripped.
pub const FRAME_MIN: usize = 60;
/// Longest frame the buffers are sized for, in bytes, frame check sequence stripped.
pub const FRAME_MAX: usize = 9600;
/// Bytes of the register window: the smallest that any shell gives.
pub const REGISTER_WINDOW: u32 = 4096;
