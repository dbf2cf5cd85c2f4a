//! Internet checksums, of all bytes and of those that changed. Source: RFC 1071; RFC 1624, equation 3.

/// A one's complement sum of 16-bit words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum(u64);

impl Sum {
    /// The sum with these bytes, too. An odd last byte counts as the upper half of a word, so only the last slice may have one.
    #[must_use]
    pub fn bytes(self, bytes: &[u8]) -> Self {
        let (words, tail) = bytes.as_chunks::<4>();
        let sum = words.iter().fold(self.0, |sum, &word| sum + u64::from(u32::from_be_bytes(word)));
        let mut last = [0; 4];
        last[..tail.len()].copy_from_slice(tail);
        Self(sum + u64::from(u32::from_be_bytes(last)))
    }

    /// The sum with this word, too.
    #[must_use]
    pub fn word(self, word: u16) -> Self {
        Self(self.0 + u64::from(word))
    }

    /// The sum with the pseudo header of an upper-layer packet of `length` bytes. Addresses have 4 bytes each, or 16.
    #[must_use]
    pub fn pseudo_header(self, source: &[u8], destination: &[u8], protocol: u8, length: usize) -> Self {
        self.bytes(source).bytes(destination).word(protocol.into()).bytes(&(length as u32).to_be_bytes())
    }

    /// The sum in 16 bits; 0xffff over bytes that hold their own right checksum.
    pub fn folded(self) -> u16 {
        fold(self.0)
    }

    /// The checksum: what goes into the field that was summed as 0. In UDP, see [`udp`].
    pub fn checksum(self) -> u16 {
        !self.folded()
    }
}

/// What UDP sends of a checksum: 0 says that there is none, so 0xffff stands for it. Source: RFC 768.
pub fn udp(checksum: u16) -> u16 {
    if checksum == 0 { 0xffff } else { checksum }
}

/// What a change of bytes adds to a one's complement sum. It depends on the change alone, so one serves all packets of a connection.
///
/// ```
/// use packet::Delta;
/// // RFC 1624, section 4: a word changes from 0x5555 to 0x3285 under the checksum 0xdd2f.
/// assert_eq!(Delta::NONE.word(0x5555, 0x3285).apply(0xdd2f), 0x0000);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delta(u16);

impl Delta {
    /// No change.
    pub const NONE: Self = Self(0);

    /// The change with this one, too: of bytes at an even position, as many new as old ones. An odd last byte is the upper half of a word.
    #[must_use]
    pub fn bytes(self, old: &[u8], new: &[u8]) -> Self {
        debug_assert_eq!(old.len(), new.len());
        self.and(Self(!Sum::default().bytes(old).folded())).and(Self(Sum::default().bytes(new).folded()))
    }

    /// The change with that of a word, too.
    #[must_use]
    pub fn word(self, old: u16, new: u16) -> Self {
        self.and(Self(!old)).and(Self(new))
    }

    /// Both changes.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(fold(u64::from(self.0) + u64::from(other.0)))
    }

    /// The change that takes this one back.
    #[must_use]
    pub fn inverse(self) -> Self {
        Self(!self.0)
    }

    /// The checksum after the change. In UDP, see [`Delta::apply_udp`].
    #[must_use]
    pub fn apply(self, checksum: u16) -> u16 {
        !fold(u64::from(!checksum) + u64::from(self.0))
    }

    /// The checksum of UDP after the change: none stays none, and 0 is sent as 0xffff.
    #[must_use]
    pub fn apply_udp(self, checksum: u16) -> u16 {
        if checksum == 0 { 0 } else { udp(self.apply(checksum)) }
    }

    /// The change as bits, to be kept.
    pub fn to_bits(self) -> u16 {
        self.0
    }

    /// The change of these bits.
    pub fn from_bits(bits: u16) -> Self {
        Self(bits)
    }
}

fn fold(mut sum: u64) -> u16 {
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    sum as u16
}
