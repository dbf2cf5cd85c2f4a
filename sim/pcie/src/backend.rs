//! What vfio-user asks of a device.

use crate::config_space::{self, BAR, BAR_BYTES, ConfigSpace, Device};
use crate::record::{Event, Record, Response};
use crate::{Port, Slverr};
use std::fs::File;
use std::io::{self, Write};
use vfio_bindings::bindings::vfio::*;
use vfio_user::{DmaMapFlags, DmaUnmapFlags, IrqInfo, ServerBackend, ServerRegion};

/// What the host reads where no word is to be had.
const ALL_ONES: u32 = u32::MAX;

/// The function: turns accesses to its regions into transactions at the port.
///
/// It never answers with an error: vfio-user would send one even for a posted write, to a host that awaits no answer.
pub(crate) struct Backend<P, W> {
    config: ConfigSpace,
    window: u32,
    port: P,
    record: W,
    /// The record's first fault; nothing is recorded after it.
    fault: Option<io::Error>,
}

impl<P: Port, W: Write> Backend<P, W> {
    pub(crate) fn new(device: &Device, port: P, record: W) -> Self {
        Self { config: ConfigSpace::new(device), window: device.window, port, record, fault: None }
    }

    /// What went wrong with the record.
    pub(crate) fn into_fault(self) -> io::Result<()> {
        self.fault.map_or(Ok(()), Err)
    }

    fn record(&mut self, event: Event) {
        // A line at a time, so that who reads along, or kills us, has every access so far.
        if self.fault.is_none() {
            let record = Record { clock: self.port.clock(), event };
            self.fault = self.record.write_all(format!("{record}\n").as_bytes()).and_then(|()| self.record.flush()).err();
        }
    }

    /// The place in the window, if the place in the BAR is in it.
    fn place(&self, address: u32) -> Option<u32> {
        address.checked_sub(self.window).filter(|place| *place < self.port.size())
    }

    fn read_word(&mut self, address: u32) -> u32 {
        let (address, data, response) = match self.place(address) {
            None => (address, ALL_ONES, Response::Decerr),
            Some(place) => match self.port.read(place) {
                Ok(data) => (place, data, Response::Okay),
                Err(Slverr) => (place, ALL_ONES, Response::Slverr),
            },
        };
        self.record(Event::Read { address, data, response });
        data
    }

    fn write_word(&mut self, address: u32, data: u32) {
        let (address, response) = match self.place(address) {
            None => (address, Response::Decerr),
            Some(place) => (place, self.port.write(place, data).map_or_else(|Slverr| Response::Slverr, |()| Response::Okay)),
        };
        self.record(Event::Write { address, data, response });
    }

    fn reset_function(&mut self) {
        self.config.reset();
        self.port.reset();
        self.record(Event::Reset);
    }
}

/// The word's address, if the access is of one aligned word or of two.
fn words(offset: u64, bytes: usize) -> Option<u32> {
    let end = offset.checked_add(bytes as u64)?;
    let fits = matches!(bytes, 4 | 8) && offset.is_multiple_of(4) && end <= u64::from(BAR_BYTES);
    fits.then_some(offset as u32)
}

impl<P: Port, W: Write> ServerBackend for Backend<P, W> {
    fn region_read(&mut self, region: u32, offset: u64, data: &mut [u8]) -> io::Result<()> {
        if region == VFIO_PCI_CONFIG_REGION_INDEX {
            self.config.read(offset, data);
            return Ok(());
        }
        data.fill(0xff);
        if region != BAR {
            return Ok(());
        }
        match words(offset, data.len()) {
            Some(first) => (first..).step_by(4).zip(data.as_chunks_mut().0).for_each(|(at, word)| *word = self.read_word(at).to_le_bytes()),
            None => self.record(Event::Read { address: offset as u32, data: ALL_ONES, response: Response::Refused }),
        }
        Ok(())
    }

    fn region_write(&mut self, region: u32, offset: u64, data: &[u8]) -> io::Result<()> {
        if region == VFIO_PCI_CONFIG_REGION_INDEX && self.config.write(offset, data) {
            self.reset_function();
        }
        if region != BAR {
            return Ok(());
        }
        match words(offset, data.len()) {
            Some(first) => {
                (first..).step_by(4).zip(data.as_chunks().0).for_each(|(at, word)| self.write_word(at, u32::from_le_bytes(*word)))
            }
            None => {
                let first = data.iter().take(4).rev().fold(0, |word, byte| word << 8 | u32::from(*byte));
                self.record(Event::Write { address: offset as u32, data: first, response: Response::Refused });
            }
        }
        Ok(())
    }

    fn dma_map(&mut self, _: DmaMapFlags, _: u64, _: u64, _: u64, _: Option<File>) -> io::Result<()> {
        Ok(())
    }

    fn dma_unmap(&mut self, _: DmaUnmapFlags, _: u64, _: u64) -> io::Result<()> {
        Ok(())
    }

    fn reset(&mut self) -> io::Result<()> {
        self.reset_function();
        Ok(())
    }

    fn set_irqs(&mut self, _: u32, _: u32, _: u32, _: u32, _: Vec<File>) -> io::Result<()> {
        Ok(())
    }
}

/// The BARs and the configuration space, by VFIO's numbers.
pub(crate) fn regions() -> Vec<ServerRegion> {
    let region = |index| {
        let size = match index {
            VFIO_PCI_BAR0_REGION_INDEX => config_space::DMA_BAR_BYTES.into(),
            BAR => BAR_BYTES.into(),
            VFIO_PCI_CONFIG_REGION_INDEX => config_space::BYTES as u64,
            _ => 0,
        };
        let flags = if size == 0 { 0 } else { VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE };
        let argsz = size_of::<vfio_region_info>() as u32;
        let region_info = vfio_region_info { argsz, index, flags, size, ..Default::default() };
        ServerRegion { region_info, sparse_areas: Vec::new(), mmap_fd: None }
    };
    (0..VFIO_PCI_NUM_REGIONS).map(region).collect()
}

/// The kinds of interrupt that VFIO knows, none of which the function has.
pub(crate) fn interrupts() -> Vec<IrqInfo> {
    (0..VFIO_PCI_NUM_IRQS).map(|index| IrqInfo { index, flags: 0, count: 0 }).collect()
}
