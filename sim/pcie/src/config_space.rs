//! The function's configuration space.

/// The BAR that the window is in.
pub const BAR: u32 = 2;

/// Bytes of that BAR.
pub const BAR_BYTES: u32 = 4 << 20;

/// Bytes of BAR 0, where the shell's DMA engine has its registers. Nothing answers there.
pub(crate) const DMA_BAR_BYTES: u32 = 256 << 10;

/// Bytes of the configuration space of a PCI Express function.
pub(crate) const BYTES: usize = 4096;

/// What the card shows itself as. The default is OpenNIC on an Alveo card, with the window in its 250 MHz box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Device {
    /// PCI vendor id.
    pub vendor: u16,
    /// PCI device id.
    pub device: u16,
    /// Where in BAR 2 the card's window begins: a multiple of its size.
    pub window: u32,
}

impl Default for Device {
    fn default() -> Self {
        Self { vendor: 0x10ee, device: 0x903f, window: 0x10_0000 }
    }
}

const COMMAND: usize = 0x04;
const STATUS: usize = 0x06;
const CLASS: usize = 0x08;
const CACHE_LINE: usize = 0x0c;
const BARS: usize = 0x10;
const SUBSYSTEM: usize = 0x2c;
const CAPABILITIES: usize = 0x34;
const INTERRUPT_LINE: usize = 0x3c;
/// The PCI Express capability, the only one.
const EXPRESS: usize = 0x40;
const DEVICE_CONTROL: usize = EXPRESS + 0x08;
/// In the device control register: reset this function.
const RESET_FUNCTION: u16 = 1 << 15;

/// A type 0 header with the PCI Express capability of an endpoint.
///
/// Source: PCI Express Base Specification, chapter 7.5.
pub(crate) struct ConfigSpace {
    fresh: [u8; BYTES],
    bytes: [u8; BYTES],
    /// The bits that the host can write.
    writable: [u8; BYTES],
}

impl ConfigSpace {
    pub(crate) fn new(device: &Device) -> Self {
        let mut space = Self { fresh: [0; BYTES], bytes: [0; BYTES], writable: [0; BYTES] };
        space.header(device);
        space.express();
        space.reset();
        space
    }

    fn header(&mut self, device: &Device) {
        self.word(0x00, device.vendor, 0);
        self.word(0x02, device.device, 0);
        self.word(COMMAND, 0, 0x0546); // memory, bus master, parity, SERR, no INTx
        self.word(STATUS, 1 << 4, 0); // has capabilities
        self.double(CLASS, 0x0580_0000, 0); // memory controller, other
        self.word(CACHE_LINE, 0, 0x00ff);
        // 64 bits wide and not prefetchable: reads of data registers move their index.
        for (bar, size) in [(0, DMA_BAR_BYTES), (BAR as usize, BAR_BYTES)] {
            self.double(BARS + 4 * bar, 0b100, !(size - 1));
            self.double(BARS + 4 * bar + 4, 0, u32::MAX);
        }
        self.word(SUBSYSTEM, device.vendor, 0);
        self.word(SUBSYSTEM + 2, 0x0007, 0);
        self.word(CAPABILITIES, EXPRESS as u16, 0);
        self.word(INTERRUPT_LINE, 0, 0x00ff);
    }

    fn express(&mut self) {
        const GENERATION_3: u16 = 3;
        const LANES: u16 = 16;
        let link = LANES << 4 | GENERATION_3;
        self.word(EXPRESS, 0x0010, 0); // capability id; it is the last
        self.word(EXPRESS + 0x02, 0x0002, 0); // version 2, endpoint
        self.double(EXPRESS + 0x04, 1 << 28 | 1 << 15 | 1, 0); // function level reset, role-based errors, payloads of 256 bytes
        self.word(DEVICE_CONTROL, 0x2810, 0x7fff);
        self.double(EXPRESS + 0x0c, u32::from(link), 0);
        self.word(EXPRESS + 0x10, 0, 0x0fff);
        self.word(EXPRESS + 0x12, link, 0);
        self.double(EXPRESS + 0x2c, 0b1110, 0); // 2.5, 5 and 8 GT/s
        self.word(EXPRESS + 0x30, GENERATION_3, 0x000f);
    }

    fn word(&mut self, offset: usize, value: u16, writable: u16) {
        self.fresh[offset..offset + 2].copy_from_slice(&value.to_le_bytes());
        self.writable[offset..offset + 2].copy_from_slice(&writable.to_le_bytes());
    }

    fn double(&mut self, offset: usize, value: u32, writable: u32) {
        self.fresh[offset..offset + 4].copy_from_slice(&value.to_le_bytes());
        self.writable[offset..offset + 4].copy_from_slice(&writable.to_le_bytes());
    }

    /// As the function is when the link comes up.
    pub(crate) fn reset(&mut self) {
        self.bytes = self.fresh;
    }

    /// Behind its end all bits are set.
    pub(crate) fn read(&self, offset: u64, data: &mut [u8]) {
        for (at, byte) in (offset..).zip(data) {
            *byte = usize::try_from(at).ok().and_then(|at| self.bytes.get(at)).copied().unwrap_or(0xff);
        }
    }

    /// Writes what can be written, and returns whether that asks for a reset of the function.
    pub(crate) fn write(&mut self, offset: u64, data: &[u8]) -> bool {
        let mut reset = false;
        for (at, new) in (offset..).zip(data) {
            let Some(at) = usize::try_from(at).ok().filter(|at| *at < BYTES) else { break };
            let mask = self.writable[at];
            self.bytes[at] = self.bytes[at] & !mask | new & mask;
            reset |= at == DEVICE_CONTROL + 1 && new & (RESET_FUNCTION >> 8) as u8 != 0;
        }
        reset
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<const N: usize>(space: &ConfigSpace, offset: u64) -> [u8; N] {
        let mut data = [0; N];
        space.read(offset, &mut data);
        data
    }

    #[test]
    fn sizes_of_bars_show_when_ones_are_written() {
        let mut space = ConfigSpace::new(&Device::default());
        assert_eq!(read(&space, 0x18), [0b100, 0, 0, 0], "64 bits, memory, not prefetchable");
        space.write(0x18, &[0xff; 8]);
        assert_eq!(read(&space, 0x18), (!u64::from(BAR_BYTES - 1) | 0b100).to_le_bytes());
        space.write(0x10, &[0xff; 8]);
        assert_eq!(read(&space, 0x10), (!u64::from(DMA_BAR_BYTES - 1) | 0b100).to_le_bytes());
        space.reset();
        assert_eq!(read(&space, 0x18), [0b100, 0, 0, 0, 0, 0, 0, 0]);
    }

    #[test]
    fn identity_stays_whatever_is_written() {
        let mut space = ConfigSpace::new(&Device { vendor: 0x1234, device: 0xabcd, window: 0 });
        for at in 0..4 {
            space.write(at, &[0xff]);
        }
        assert_eq!(read(&space, 0), [0x34, 0x12, 0xcd, 0xab]);
    }

    #[test]
    fn capabilities_lead_to_express_with_its_link() {
        let space = ConfigSpace::new(&Device::default());
        let [at] = read(&space, 0x34);
        assert_eq!(read(&space, at.into()), [0x10, 0], "PCI Express, and the last");
        assert_eq!(u16::from_le_bytes(read(&space, u64::from(at) + 0x12)), 0x0103, "16 lanes at 8 GT/s");
    }

    #[test]
    fn a_function_level_reset_is_asked_for_by_its_bit_alone_and_reads_as_zero() {
        let mut space = ConfigSpace::new(&Device::default());
        let [old, high] = read(&space, 0x48);
        assert!(!space.write(0x48, &[0xff, 0x7f]));
        assert!(space.write(0x48, &[old, high | 0x80]));
        assert!(space.write(0x49, &[0x80]));
        assert_eq!(read::<1>(&space, 0x49)[0] & 0x80, 0);
    }

    #[test]
    fn accesses_behind_the_end_read_all_ones_and_change_nothing() {
        let mut space = ConfigSpace::new(&Device::default());
        assert!(!space.write(BYTES as u64 - 1, &[1, 2]));
        assert!(!space.write(u64::MAX - 4, &[1; 4]));
        assert_eq!(read(&space, BYTES as u64 - 1), [0, 0xff]);
    }
}
