//! One decision side for the frames of two ports: their windows take turns.

use crate::parse::ether_type_match::EtherTypes;
use crate::parse::launch::Launch;
use crate::parse::link::Link;
use crate::parse::next_header::Headers;
use crate::parse::next_header_match::Kinds;
use crate::parse::window_queue::WindowQueue;
use crate::primitive::{Const, Reg, RstReg};
use crate::stream::beat::Beat;
use contract::limits::PORTS;
use rust_hdl::prelude::*;

const _: () = assert!(PORTS == 2, "of two ports, the one whose turn it is not waits");

/// Launches a window a clock as long as any waits. Where both ports have one, the port goes first that did not last time.
///
/// The windows of a port are launched in order. So a port alone has every clock, two that want every clock have every second, and of a port whose
/// windows come two clocks apart or more never two wait. Latency: 4 clocks from a window's last beat to its launch, if it does not wait. Rate: a
/// window a clock, of both ports together.
#[derive(LogicBlock, Default)]
pub struct Share<const DATA_W: usize, const BEATS: usize> {
    /// By port, the headers, as `Ingress` shows them, by the same names.
    pub fresh_valid: [Signal<In, Bit>; PORTS],
    pub fresh_data: [Signal<In, Bits<DATA_W>>; PORTS],
    pub fresh_last: [Signal<In, Bit>; PORTS],
    pub fresh_turn: [Signal<In, Bits<8>>; PORTS],
    pub beat: [Signal<In, Beat<DATA_W, 16>>; PORTS],
    pub offset: [Signal<In, Bits<16>>; PORTS],
    /// By port, there is room for headers.
    pub room: [Signal<Out, Bit>; PORTS],

    /// A packet is launched; it is described as by the header window, by the same names.
    pub valid: Signal<Out, Bit>,
    pub window: Signal<Out, Bits<1024>>,
    pub header: Signal<Out, Bits<352>>,
    pub link: Signal<Out, Link>,
    pub headers: Signal<Out, Headers>,
    pub bytes: Signal<Out, Bits<8>>,
    pub port: Signal<Out, Bits<8>>,

    /// Synchronous reset.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,

    windows: [WindowQueue<DATA_W, BEATS>; PORTS],
    launch: Launch,
    after0: RstReg<Bit>,
    picks1: Signal<Local, Bit>,
    valid_d1: RstReg<Bit>,
    picks1_d1: Reg<Bit>,
    window_d1: Reg<Bits<1024>>,
    types_d1: Reg<EtherTypes>,
    first_d1: Reg<Kinds>,
    second_d1: Reg<Kinds>,
    bytes_d2: Reg<Bits<8>>,
    bytes_d3: Reg<Bits<8>>,
    port0: Const<8, 0>,
    port1: Const<8, 1>,
}

impl<const DATA_W: usize, const BEATS: usize> Logic for Share<DATA_W, BEATS> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, launch, after0, valid_d1, picks1_d1, window_d1, types_d1, first_d1, second_d1, bytes_d2, bytes_d3);
        self.launch.rst.next = self.rst.val();
        self.after0.rst.next = self.rst.val();
        self.valid_d1.rst.next = self.rst.val();
        for i in 0..PORTS {
            self.windows[i].clock.next = self.clock.val();
            self.windows[i].rst.next = self.rst.val();
            self.windows[i].fresh_valid.next = self.fresh_valid[i].val();
            self.windows[i].fresh_data.next = self.fresh_data[i].val();
            self.windows[i].fresh_last.next = self.fresh_last[i].val();
            self.windows[i].fresh_turn.next = self.fresh_turn[i].val();
            self.windows[i].beat.next = self.beat[i].val();
            self.windows[i].offset.next = self.offset[i].val();
            self.room[i].next = self.windows[i].room.val();
        }

        // Whose turn is it?
        self.picks1.next = self.windows[1].valid.val() & (self.after0.q.val() | !self.windows[0].valid.val());
        self.windows[0].pop.next = self.windows[0].valid.val() & !self.picks1.val();
        self.windows[1].pop.next = self.picks1.val();
        self.after0.d.next = self.after0.q.val();
        if self.windows[0].valid.val() | self.windows[1].valid.val() {
            self.after0.d.next = !self.picks1.val();
        }

        // Its window, registered: to read it and to find the header in it takes too long for one clock.
        self.valid_d1.d.next = self.windows[0].valid.val() | self.windows[1].valid.val();
        self.picks1_d1.d.next = self.picks1.val();
        self.window_d1.d.next = self.windows[0].window.val();
        self.types_d1.d.next = self.windows[0].types.val();
        self.first_d1.d.next = self.windows[0].first.val();
        self.second_d1.d.next = self.windows[0].second.val();
        if self.picks1.val() {
            self.window_d1.d.next = self.windows[1].window.val();
            self.types_d1.d.next = self.windows[1].types.val();
            self.first_d1.d.next = self.windows[1].first.val();
            self.second_d1.d.next = self.windows[1].second.val();
        }
        self.launch.window_valid.next = self.valid_d1.q.val();
        self.launch.window_now.next = self.window_d1.q.val();
        self.launch.types.next = self.types_d1.q.val();
        self.launch.first.next = self.first_d1.q.val();
        self.launch.second.next = self.second_d1.q.val();
        self.launch.ingress.next = self.port0.val();
        if self.picks1_d1.q.val() {
            self.launch.ingress.next = self.port1.val();
        }
        self.valid.next = self.launch.valid.val();
        self.window.next = self.launch.window.val();
        self.header.next = self.launch.header.val();
        self.link.next = self.launch.link.val();
        self.headers.next = self.launch.headers.val();
        self.port.next = self.launch.port.val();

        // Its frame's length is known one clock later.
        self.bytes_d2.d.next = self.windows[0].bytes.val();
        if self.picks1_d1.q.val() {
            self.bytes_d2.d.next = self.windows[1].bytes.val();
        }
        self.bytes_d3.d.next = self.bytes_d2.q.val();
        self.bytes.next = self.bytes_d3.q.val();
    }
}
