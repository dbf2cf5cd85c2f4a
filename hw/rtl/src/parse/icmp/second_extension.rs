//! The walk past the embedded packet's second extension header.

use super::hop::{Hop, HopFields};
use crate::parse::head::Head;
use crate::parse::next_header::{Headers, Kind};
use crate::parse::ported::Ported;
use crate::primitive::Reg;
use rust_hdl::prelude::*;

/// Where the embedded packet's headers have led.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct Ending {
    /// Where its transport header begins, in words from its start, if that is below 64.
    pub position: Bits<6>,
    /// Its protocol.
    pub protocol: Bits<8>,
}

/// Walks past the embedded packet's second extension header, if there is one.
///
/// It lies after twelve words and before the ports, which have no room after the sixteenth, so it begins at one of two words; it is read at both.
/// Latency: `longer`, `ported` and `refused` come in step with `head`, `ending` one clock later.
#[derive(LogicBlock, Default)]
pub struct SecondExtension<const STAGES: usize> {
    /// The packet's first sixteen words.
    pub packet: Signal<In, Bits<512>>,
    /// What the next-header numbers announce.
    pub headers: Signal<In, Headers>,
    /// Where the IP header and the first extension header lead, `STAGES` - 1 clocks later.
    pub head: Signal<In, Head>,
    /// The second extension header has a third word.
    pub longer: Signal<Out, Bit>,
    /// The packet has ports.
    pub ported: Signal<Out, Bit>,
    /// The header leads beyond the window or to a third one, or the packet is not the first fragment.
    pub refused: Signal<Out, Bit>,
    /// Where the walk ends.
    pub ending: Signal<Out, Ending>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    hops: [Hop<STAGES>; 2],
    has_ports: Ported,
    ending_d2: Reg<Ending>,
    first: Signal<Local, Kind>,
    second: Signal<Local, Kind>,
    kind: Signal<Local, Kind>,
    position: Signal<Local, Bits<11>>,
    base: Signal<Local, Bits<11>>,
    hop: Signal<Local, HopFields>,
    is_longer: Signal<Local, Bit>,
    one_more: Signal<Local, Bits<1>>,
}

impl<const STAGES: usize> Logic for SecondExtension<STAGES> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, ending_d2);
        self.first.next = self.headers.val().first;
        self.second.next = self.headers.val().second;
        self.kind.next.valid = self.first.val().valid & self.second.val().valid;
        self.kind.next.fragment = self.second.val().fragment;
        self.kind.next.authentication = self.second.val().authentication;
        for i in 0..2 {
            self.hops[i].clock.next = self.clock.val();
            self.hops[i].word.next = self.packet.val().get_bits::<32>(384 + 32 * i);
            self.hops[i].kind.next = self.kind.val();
        }

        self.position.next = self.head.val().position;
        self.base.next = self.head.val().base;
        self.hop.next = self.hops[0].fields.val();
        if self.position.val().get_bit(0) {
            self.hop.next = self.hops[1].fields.val();
        }
        self.is_longer.next = self.head.val().hop & self.hop.val().longer;
        self.longer.next = self.is_longer.val();
        self.refused.next =
            self.head.val().hop & (self.hop.val().far | self.hop.val().third | (self.head.val().hop_fragment & self.hop.val().later));
        self.one_more.next = self.is_longer.val().into();
        self.ending_d2.d.next.position = bit_cast::<6, 5>(self.base.val().get_bits::<5>(0)) + bit_cast::<6, 1>(self.one_more.val());
        self.ending_d2.d.next.protocol = self.head.val().protocol;
        self.has_ports.protocol.next = self.head.val().protocol;
        self.ported.next = self.has_ports.ported.val();
        if self.head.val().hop {
            self.ending_d2.d.next.protocol = self.hop.val().protocol;
            self.ported.next = self.hop.val().ported;
        }
        self.ending.next = self.ending_d2.q.val();
    }
}
