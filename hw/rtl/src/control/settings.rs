//! `CONTROL`, `VIEW`, `NEIGHBOURS` and `PORT_PAIR`.

use super::bus::{Reply, Request, word};
use crate::primitive::{Const, ConstSize, Reg, RstReg};
use contract::{limits, register};
use rust_hdl::prelude::*;

/// The word `VIEW`, as far as it is kept.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct View {
    /// Whose state reads show.
    pub core: Bits<8>,
    /// Of banked state, reads show the idle bank.
    pub idle: Bit,
}

// The shape of `View`, and the literal bits below.
const _: () = assert!(register::CONTROL.fields_are(&[("enable", 0, 0)]) && register::NEIGHBOURS.fields_are(&[("host", 0, 0)]));
const _: () = assert!(register::VIEW.fields_are(&[("core", 7, 0), ("idle_bank", 8, 8)]));
const _: () = assert!(register::PORT_PAIR.fields_are(&[("egress", 7, 0)]) && limits::PORTS == 2, "a pair register for each of two ports");

/// Holds the settings that are neither banked nor tables.
#[derive(LogicBlock, Default)]
pub struct Settings<const CORES: usize> {
    /// The access.
    pub request: Signal<In, Request>,
    /// The answer.
    pub reply: Signal<Out, Reply>,
    /// Frames are decided, not just bridged.
    pub enable: Signal<Out, Bit>,
    /// Neighbour questions to everybody go to the host.
    pub neighbours: Signal<Out, Bit>,
    /// What reads show.
    pub view: Signal<Out, View>,
    /// Egress port of bridged frames, by ingress port.
    pub pairs: [Signal<Out, Bits<8>>; limits::PORTS],
    /// Synchronous reset.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    enabled: RstReg<Bit>,
    to_host: RstReg<Bit>,
    viewed: RstReg<View>,
    pair0: RstReg<Bits<8>>,
    pair1: RstReg<Bits<8>>,
    is_control: Reg<Bit>,
    is_neighbours: Reg<Bit>,
    is_view: Reg<Bit>,
    is_pair0: Reg<Bit>,
    is_pair1: Reg<Bit>,
    data: Reg<Bits<32>>,
    accepted: Reg<Bit>,
    address: Signal<Local, Bits<10>>,
    word: Signal<Local, Bits<32>>,
    write: Signal<Local, Bit>,
    store: Signal<Local, Bit>,
    low: Signal<Local, Bits<8>>,
    view_written: Signal<Local, View>,
    view_bits: Signal<Local, Bits<9>>,
    pair0_now: Signal<Local, Bits<8>>,
    own_port: Signal<Local, Bit>,
    own_core: Signal<Local, Bit>,
    at_control: Const<10, { word(&register::CONTROL, 0) }>,
    at_neighbours: Const<10, { word(&register::NEIGHBOURS, 0) }>,
    at_view: Const<10, { word(&register::VIEW, 0) }>,
    at_pair0: Const<10, { word(&register::PORT_PAIR, 0) }>,
    at_pair1: Const<10, { word(&register::PORT_PAIR, 1) }>,
    ports: ConstSize<8, { limits::PORTS }>,
    cores: ConstSize<8, CORES>,
    one: Const<8, 1>,
    zero: Const<32, 0>,
}

impl<const CORES: usize> Logic for Settings<CORES> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, enabled, to_host, viewed, pair0, pair1, is_control, is_neighbours, is_view, is_pair0, is_pair1, data, accepted);
        self.enabled.rst.next = self.rst.val();
        self.to_host.rst.next = self.rst.val();
        self.viewed.rst.next = self.rst.val();
        self.pair0.rst.next = self.rst.val();
        self.pair1.rst.next = self.rst.val();

        self.address.next = self.request.val().address;
        self.word.next = self.request.val().data;
        self.write.next = self.request.val().write;
        self.store.next = self.request.val().store;
        self.is_control.d.next = self.address.val() == self.at_control.val();
        self.is_neighbours.d.next = self.address.val() == self.at_neighbours.val();
        self.is_view.d.next = self.address.val() == self.at_view.val();
        self.is_pair0.d.next = self.address.val() == self.at_pair0.val();
        self.is_pair1.d.next = self.address.val() == self.at_pair1.val();

        self.low.next = self.word.val().get_bits::<8>(0);
        self.own_core.next = self.low.val() < self.cores.val();
        self.own_port.next = self.low.val() < self.ports.val();
        self.accepted.d.next = self.is_control.q.val()
            | self.is_neighbours.q.val()
            | (self.is_view.q.val() & (!self.write.val() | self.own_core.val()))
            | ((self.is_pair0.q.val() | self.is_pair1.q.val()) & (!self.write.val() | self.own_port.val()));
        self.view_written.next.core = self.low.val();
        self.view_written.next.idle = self.word.val().get_bit(8);
        self.enabled.d.next = self.enabled.q.val();
        self.to_host.d.next = self.to_host.q.val();
        self.viewed.d.next = self.viewed.q.val();
        self.pair0.d.next = self.pair0.q.val();
        self.pair1.d.next = self.pair1.q.val();
        if self.store.val() & self.is_control.q.val() {
            self.enabled.d.next = self.word.val().get_bit(0);
        }
        if self.store.val() & self.is_neighbours.q.val() {
            self.to_host.d.next = self.word.val().get_bit(0);
        }
        if self.store.val() & self.is_view.q.val() {
            self.viewed.d.next = self.view_written.val();
        }
        // Port 0 is paired with port 1 after reset: what is kept is the difference from that.
        if self.store.val() & self.is_pair0.q.val() {
            self.pair0.d.next = self.low.val() ^ self.one.val();
        }
        if self.store.val() & self.is_pair1.q.val() {
            self.pair1.d.next = self.low.val();
        }
        self.enable.next = self.enabled.q.val();
        self.neighbours.next = self.to_host.q.val();
        self.view.next = self.viewed.q.val();
        self.pair0_now.next = self.pair0.q.val() ^ self.one.val();
        self.pairs[0].next = self.pair0_now.val();
        self.pairs[1].next = self.pair1.q.val();
        self.view_bits.next = self.viewed.q.val().into();
        self.data.d.next = self.zero.val();
        if self.is_control.q.val() {
            self.data.d.next = bit_cast::<32, 1>(self.enabled.q.val().into());
        }
        if self.is_neighbours.q.val() {
            self.data.d.next = bit_cast::<32, 1>(self.to_host.q.val().into());
        }
        if self.is_view.q.val() {
            self.data.d.next = bit_cast::<32, 9>(self.view_bits.val());
        }
        if self.is_pair0.q.val() {
            self.data.d.next = bit_cast::<32, 8>(self.pair0_now.val());
        }
        if self.is_pair1.q.val() {
            self.data.d.next = bit_cast::<32, 8>(self.pair1.q.val());
        }
        self.reply.next.data = self.data.q.val();
        self.reply.next.accepted = self.accepted.q.val();
    }
}
