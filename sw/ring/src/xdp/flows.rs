//! Flows that the drivers' programs carry alone: which they are, and what becomes of their frames. Each direction of a flow has a key of its own.

use super::XdpError;
use crate::bpf::{Map, MapKind};
use nix::libc;
use packet::{Delta, Sum};
use std::io;
use std::time::Duration;

/// Most directions of flows.
pub(super) const FLOWS: u32 = 16_384;
/// Most interfaces.
pub(super) const INTERFACES: u32 = 256;

/// Bytes of a key: addresses, ports, protocol.
pub(super) const KEY: usize = 40;
/// Bytes of a value, and where it has what. Numbers of headers are in the order of the network, all others in the host's.
pub(super) const VALUE: usize = 112;
pub(super) const PACKETS: usize = 0;
pub(super) const BYTES: usize = 8;
pub(super) const SEEN: usize = 16;
/// The last acknowledgement, 4 bytes, and the window after it, 2.
pub(super) const ACKNOWLEDGED: usize = 24;
pub(super) const GENERATION: usize = 32;
pub(super) const LEAVES_BY: usize = 36;
/// The MACs of a frame that comes, destination and source; those that it leaves with.
pub(super) const OLD_MACS: usize = 40;
pub(super) const NEW_MACS: usize = 52;
pub(super) const SOURCE: usize = 64;
pub(super) const DESTINATION: usize = 80;
pub(super) const PORTS: usize = 96;
/// Bytes of the longest packet, in 2, and by which interface it comes, in 2.
pub(super) const LONGEST: usize = 100;
pub(super) const COMES_BY: usize = 102;
/// What the change adds to the header's checksum of IPv4, with its TTL; to that of TCP or UDP.
pub(super) const HEADER_DELTA: usize = 104;
pub(super) const DELTA: usize = 106;
/// The sum of the pseudo header as it comes, without the length.
pub(super) const PSEUDO: usize = 108;

/// What a direction of a flow is known by. Shape: addresses, IPv4's as IPv6 maps them; ports; protocol, and 3 bytes that are 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FlowKey {
    /// Source and destination.
    pub addresses: [[u8; 16]; 2],
    /// Source and destination.
    pub ports: [u16; 2],
    /// TCP or UDP, by its number.
    pub protocol: u8,
}

/// What becomes of the frames of a direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlowChange {
    /// The generation that it belongs to: it holds only while [`Flows::set_generation`] says so.
    pub generation: u32,
    /// By which interface its frames come, and by which they leave, by their numbers.
    pub interfaces: [u16; 2],
    /// The MACs that they come with: destination and source. Others are left to the worker.
    pub old_macs: [[u8; 6]; 2],
    /// The MACs that they leave with: destination and source.
    pub new_macs: [[u8; 6]; 2],
    /// The addresses that they leave with, as in the key.
    pub addresses: [[u8; 16]; 2],
    /// The ports that they leave with.
    pub ports: [u16; 2],
    /// What other addresses add to a checksum; what addresses and ports add to it.
    pub deltas: [Delta; 2],
    /// When it is put, since the host was started: it counts as seen then.
    pub since: Duration,
    /// Bytes of the longest IP packet; longer ones are left to the worker.
    pub longest: u16,
}

/// What has been carried of a direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Carried {
    /// The generation that it belongs to.
    pub generation: u32,
    /// Frames.
    pub packets: u64,
    /// Their bytes.
    pub bytes: u64,
    /// When the last one came, since the host was started; before the first, when it was put.
    pub seen: Duration,
    /// TCP: what the last one has acknowledged, and its window without shift.
    pub acknowledged: (u32, u16),
}

/// The flows of some programs.
#[derive(Debug)]
pub struct Flows {
    pub(super) flows: Map,
    /// The generation in force.
    pub(super) generation: Map,
    /// Interfaces by which frames may leave.
    pub(super) interfaces: Map,
    /// Frames that have left, by interface.
    pub(super) sent: Map,
}

impl Flows {
    /// None yet. No generation is in force, and frames may leave by no interface.
    ///
    /// # Errors
    /// If the kernel gives no maps.
    pub fn new() -> Result<Self, XdpError> {
        let map = |kind, name, key, value, entries| {
            Map::new(kind, name, key, value, entries).map_err(|error| match error.raw_os_error() {
                Some(libc::EPERM) => XdpError::Forbidden,
                _ => XdpError::Maps(error),
            })
        };
        Ok(Self {
            flows: map(MapKind::Hash, "tandem_flows", KEY, VALUE, FLOWS)?,
            generation: map(MapKind::Array, "tandem_generat", 4, 4, 1)?,
            interfaces: map(MapKind::Interfaces, "tandem_leaves", 4, 4, INTERFACES)?,
            sent: map(MapKind::Array, "tandem_sent", 4, 8, INTERFACES)?,
        })
    }

    /// From now on only what is of this generation is carried; of 0, none.
    ///
    /// # Errors
    /// If the kernel does not do it.
    pub fn set_generation(&self, generation: u32) -> io::Result<()> {
        self.generation.put(&0u32.to_ne_bytes(), &generation.to_ne_bytes())
    }

    /// From now on frames may leave by the interface of this number, which is the system's `index`; `None`: they may not.
    ///
    /// # Errors
    /// If the kernel does not do it.
    pub fn let_leave(&self, interface: u16, index: Option<u32>) -> io::Result<()> {
        let number = u32::from(interface).to_ne_bytes();
        match index {
            Some(index) => self.interfaces.put(&number, &index.to_ne_bytes()),
            None => self.interfaces.take_out(&number).map(drop),
        }
    }

    /// Carries a direction from now on.
    ///
    /// # Errors
    /// If there is no room.
    pub fn put(&self, key: &FlowKey, change: &FlowChange) -> io::Result<()> {
        self.flows.put(&key.to_bytes(), &change.to_bytes(key))
    }

    /// Carries a direction no longer; what was carried of it, or `None` if it was not there.
    ///
    /// # Errors
    /// If the kernel does not do it.
    pub fn take(&self, key: &FlowKey) -> io::Result<Option<Carried>> {
        let mut value = [0; VALUE];
        Ok(self.flows.take(&key.to_bytes(), &mut value)?.then(|| Carried::of(&value)))
    }

    /// What has been carried of a direction so far, or `None` if it is not there.
    ///
    /// # Errors
    /// If the kernel does not tell.
    pub fn get(&self, key: &FlowKey) -> io::Result<Option<Carried>> {
        let mut value = [0; VALUE];
        Ok(self.flows.get(&key.to_bytes(), &mut value)?.then(|| Carried::of(&value)))
    }

    /// All directions that are there now. While others put and take, some may be in it twice, or missing.
    ///
    /// # Errors
    /// If the kernel does not tell.
    pub fn keys(&self) -> io::Result<Vec<FlowKey>> {
        Ok(self.flows.keys()?.iter().filter_map(|bytes| FlowKey::of(bytes)).collect())
    }

    /// Frames that the programs have sent by an interface so far.
    ///
    /// # Errors
    /// If the kernel does not tell.
    pub fn sent(&self, interface: u16) -> io::Result<u64> {
        let mut value = [0; 8];
        self.sent.get(&u32::from(interface).to_ne_bytes(), &mut value)?;
        Ok(u64::from_ne_bytes(value))
    }
}

impl FlowKey {
    fn to_bytes(self) -> [u8; KEY] {
        let mut bytes = [0; KEY];
        bytes[..16].copy_from_slice(&self.addresses[0]);
        bytes[16..32].copy_from_slice(&self.addresses[1]);
        bytes[32..36].copy_from_slice(&ports(self.ports));
        bytes[36] = self.protocol;
        bytes
    }

    fn of(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; KEY] = bytes.try_into().ok()?;
        let address = |at: usize| std::array::from_fn(|byte| bytes[at + byte]);
        let port = |at: usize| u16::from_be_bytes([bytes[at], bytes[at + 1]]);
        Some(Self { addresses: [address(0), address(16)], ports: [port(32), port(34)], protocol: bytes[36] })
    }
}

impl FlowChange {
    fn to_bytes(self, key: &FlowKey) -> [u8; VALUE] {
        let mut value = [0; VALUE];
        let mut put = |at: usize, bytes: &[u8]| value[at..at + bytes.len()].copy_from_slice(bytes);
        put(SEEN, &(self.since.as_nanos() as u64).to_ne_bytes());
        put(GENERATION, &self.generation.to_ne_bytes());
        put(COMES_BY, &self.interfaces[0].to_ne_bytes());
        put(LEAVES_BY, &u32::from(self.interfaces[1]).to_ne_bytes());
        put(OLD_MACS, self.old_macs.as_flattened());
        put(NEW_MACS, self.new_macs.as_flattened());
        put(SOURCE, &self.addresses[0]);
        put(DESTINATION, &self.addresses[1]);
        put(PORTS, &ports(self.ports));
        put(LONGEST, &self.longest.to_ne_bytes());
        // The TTL is the upper byte of its word: one less is the same change whatever it was.
        put(HEADER_DELTA, &self.deltas[0].word(0x0100, 0).to_bits().to_be_bytes());
        put(DELTA, &self.deltas[1].to_bits().to_be_bytes());
        // What IPv6 puts before a mapped address of IPv4 adds nothing to the sum but 0xffff, which is 0 in it; to be equal, it is left out.
        let [source, destination] = key.addresses.each_ref().map(|address| match address {
            [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, v4 @ ..] => &v4[..],
            v6 => &v6[..],
        });
        put(PSEUDO, &Sum::default().pseudo_header(source, destination, key.protocol, 0).folded().to_be_bytes());
        value
    }
}

impl Carried {
    fn of(value: &[u8; VALUE]) -> Self {
        let long = |at: usize| u64::from_ne_bytes(std::array::from_fn(|byte| value[at + byte]));
        let word = |at: usize| -> [u8; 4] { std::array::from_fn(|byte| value[at + byte]) };
        Self {
            generation: u32::from_ne_bytes(word(GENERATION)),
            packets: long(PACKETS),
            bytes: long(BYTES),
            seen: Duration::from_nanos(long(SEEN)),
            acknowledged: (u32::from_be_bytes(word(ACKNOWLEDGED)), u16::from_be_bytes([value[ACKNOWLEDGED + 4], value[ACKNOWLEDGED + 5]])),
        }
    }
}

fn ports([source, destination]: [u16; 2]) -> [u8; 4] {
    let ([a, b], [c, d]) = (source.to_be_bytes(), destination.to_be_bytes());
    [a, b, c, d]
}
