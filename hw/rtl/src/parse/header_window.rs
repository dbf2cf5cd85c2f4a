//! The header window: the first 128 bytes of a frame in one word.

use super::ether_type_match::{EtherTypeMatch, EtherTypes};
use super::launch::Launch;
use super::link::Link;
use super::next_header::Headers;
use super::next_header_match::{Kinds, NextHeaderMatch};
use crate::primitive::{Array, Concat, Const, Reg, RstReg};
use crate::stream::beat::Beat;
use rust_hdl::prelude::*;

/// Collects the first `BEATS` beats of each frame and launches them as one window, once per frame and in order. `HELD` is `BEATS - 1`.
///
/// A frame is launched in the clock after its last beat, or with the last beat of the window, whichever comes first, so that every frame of up to two
/// beats has the same latency. Latency: three clocks from the first beat taken, at two beats.
#[derive(LogicBlock, Default)]
pub struct HeaderWindow<const DATA_W: usize, const BEATS: usize, const HELD: usize> {
    /// From `Ingress`: a beat one clock after it was taken.
    pub fresh_valid: Signal<In, Bit>,
    /// Its bytes.
    pub fresh_data: Signal<In, Bits<DATA_W>>,
    /// The frame ends with it.
    pub fresh_last: Signal<In, Bit>,
    /// Its number in the frame, and between frames that of the next: bit 0 for the first, up to bit `BEATS` for all after the window.
    pub fresh_turn: Signal<In, Bits<8>>,
    /// From `Ingress`: the beat that was `fresh_valid` one clock ago.
    pub beat: Signal<In, Beat<DATA_W, 16>>,
    /// Bytes of its frame before it.
    pub offset: Signal<In, Bits<16>>,
    /// Bytes of its frame up to and with the beat before `beat`.
    pub length: Signal<In, Bits<16>>,
    /// Port on which `fresh_valid` came in.
    pub ingress: Signal<In, Bits<8>>,

    /// A frame is launched in this clock.
    pub valid: Signal<Out, Bit>,
    /// Its first 128 bytes, first byte least significant; undefined beyond its end.
    pub window: Signal<Out, Bits<1024>>,
    /// The eleven 32-bit words from its network header on.
    pub header: Signal<Out, Bits<352>>,
    /// What its EtherTypes announce.
    pub link: Signal<Out, Link>,
    /// What its next-header numbers announce, if it is IPv6.
    pub headers: Signal<Out, Headers>,
    /// Its length in bytes, one clock later; 129 stands for all above 128.
    pub bytes: Signal<Out, Bits<8>>,
    /// Port on which it came in.
    pub port: Signal<Out, Bits<8>>,

    /// Synchronous reset.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    beats_held: Array<Reg<Bits<DATA_W>>, HELD>,
    window_now: Concat<DATA_W, BEATS, 1024>,
    ether_types: EtherTypeMatch<DATA_W>,
    next_headers: NextHeaderMatch<DATA_W, BEATS>,
    types_held: Reg<EtherTypes>,
    first_held: Reg<Kinds>,
    second_held: Reg<Kinds>,
    port_held: Reg<Bits<8>>,
    ended_early_d1: RstReg<Bit>,
    ended_early_d2: Reg<Bit>,
    launch: Launch,
    bytes_d2: Reg<Bits<8>>,
    is_held: Signal<Local, Bit>,
    is_last: Signal<Local, Bit>,
    beat_bytes: Signal<Local, Bits<7>>,
    measured: Signal<Local, Bits<16>>,
    longer: Const<8, 129>,
}

impl<const DATA_W: usize, const BEATS: usize, const HELD: usize> Logic for HeaderWindow<DATA_W, BEATS, HELD> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, types_held, first_held, second_held, port_held, ended_early_d1, ended_early_d2, launch, bytes_d2);
        self.ended_early_d1.rst.next = self.rst.val();
        self.launch.rst.next = self.rst.val();

        // All beats of the window but the last wait in `beats_held`; the last is still fresh when the frame is launched. A register takes its
        // input as long as it is its turn, so that no wide enable depends on `fresh_valid`: it keeps the beat with which the turn advances.
        for i in 0..HELD {
            self.beats_held[i].clock.next = self.clock.val();
            self.beats_held[i].d.next = self.beats_held[i].q.val();
            if self.fresh_turn.val().get_bit(i) {
                self.beats_held[i].d.next = self.fresh_data.val();
            }
            self.window_now.part[i].next = self.beats_held[i].q.val();
        }
        for i in HELD..BEATS {
            self.window_now.part[i].next = self.fresh_data.val();
        }

        // Questions 3 and 4: what the EtherTypes and the next-header numbers announce, wherever they are.
        self.ether_types.data.next = self.fresh_data.val();
        self.next_headers.data.next = self.fresh_data.val();
        self.next_headers.turn.next = self.fresh_turn.val();
        self.types_held.d.next = self.types_held.q.val();
        self.first_held.d.next = self.first_held.q.val();
        self.second_held.d.next = self.second_held.q.val();
        self.port_held.d.next = self.port_held.q.val();
        if self.fresh_turn.val().get_bit(0) {
            self.types_held.d.next = self.ether_types.types.val();
            self.first_held.d.next = self.next_headers.first.val();
            self.port_held.d.next = self.ingress.val();
        }
        if self.next_headers.second_turn.val() {
            self.second_held.d.next = self.next_headers.second.val();
        }

        // Launch, in the clock after the frame's last beat or with its last beat of the window.
        self.is_held.next = false;
        for i in 0..HELD {
            if self.fresh_turn.val().get_bit(i) {
                self.is_held.next = true;
            }
        }
        self.is_last.next = false;
        for i in HELD..BEATS {
            if self.fresh_turn.val().get_bit(i) {
                self.is_last.next = true;
            }
        }
        self.ended_early_d1.d.next = self.fresh_valid.val() & self.fresh_last.val() & self.is_held.val();
        self.ended_early_d2.d.next = self.ended_early_d1.q.val();
        self.launch.window_valid.next = self.ended_early_d1.q.val() | (self.fresh_valid.val() & self.is_last.val());
        self.launch.window_now.next = self.window_now.q.val();
        self.launch.types.next = self.types_held.q.val();
        self.launch.first.next = self.first_held.q.val();
        self.launch.second.next = self.second_held.q.val();
        self.launch.ingress.next = self.port_held.q.val();

        // The last beat is measured one clock later than it is launched, and the length is registered before it is compared.
        self.beat_bytes.next = self.beat.val().bytes;
        self.measured.next = self.offset.val() + bit_cast::<16, 7>(self.beat_bytes.val());
        self.bytes_d2.d.next = self.longer.val();
        if self.ended_early_d2.q.val() {
            self.bytes_d2.d.next = self.length.val().get_bits::<8>(0);
        } else if self.beat.val().last {
            self.bytes_d2.d.next = self.measured.val().get_bits::<8>(0);
        }
        self.bytes.next = self.bytes_d2.q.val();
        self.valid.next = self.launch.valid.val();
        self.window.next = self.launch.window.val();
        self.header.next = self.launch.header.val();
        self.link.next = self.launch.link.val();
        self.headers.next = self.launch.headers.val();
        self.port.next = self.launch.port.val();
    }
}
