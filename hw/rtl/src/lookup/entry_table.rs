//! The allocation tables: which manager holds a bucket.

use crate::bundle::Host;
use crate::primitive::{Delay, TdpRam};
use rust_hdl::prelude::*;

/// Where an entry lies.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct EntryAddress {
    /// The bucket.
    pub bucket: Bits<12>,
    /// The bank.
    pub bank: Bit,
    /// The group.
    pub group: Bits<3>,
}

/// The word address of an entry, as `Host::address` has it.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct WordAddress {
    /// Four buckets a word.
    pub word: Bits<10>,
    /// The bank.
    pub bank: Bit,
    /// The group.
    pub group: Bits<3>,
}

/// All groups' tables, both banks, four entries to a word. `A` is 13 for four groups and 14 for eight.
///
/// Latency: 2.
#[derive(LogicBlock, Default)]
pub struct EntryTable<const A: usize> {
    /// Which entry to look up.
    pub entry: Signal<In, EntryAddress>,
    /// The manager it names, or 0.
    pub manager: Signal<Out, Bits<8>>,
    /// The host's request.
    pub host: Signal<In, Host>,
    /// The word that the host reads.
    pub host_q: Signal<Out, Bits<32>>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    memory: TdpRam<Bits<32>, A>,
    lane_d2: Delay<Bits<2>, 2>,
    address: Signal<Local, WordAddress>,
    address_bits: Signal<Local, Bits<14>>,
    host_address: Signal<Local, Bits<14>>,
    bucket: Signal<Local, Bits<12>>,
}

impl<const A: usize> Logic for EntryTable<A> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, memory, lane_d2);
        self.bucket.next = self.entry.val().bucket;
        self.address.next.word = self.bucket.val().get_bits::<10>(2);
        self.address.next.bank = self.entry.val().bank;
        self.address.next.group = self.entry.val().group;
        self.address_bits.next = self.address.val().into();
        self.memory.address.next = self.address_bits.val().get_bits::<A>(0);
        self.lane_d2.d.next = self.bucket.val().get_bits::<2>(0);
        self.manager.next = self.memory.q.val().get_bits::<8>(self.lane_d2.q.val().index() * 8);

        self.host_address.next = self.host.val().address;
        self.memory.host_address.next = self.host_address.val().get_bits::<A>(0);
        self.memory.host_write.next = self.host.val().write_entries;
        self.memory.host_data.next = self.host.val().word;
        self.host_q.next = self.memory.host_q.val();
    }
}
