//! The header window: the first 128 bytes of a frame in one word.

use super::link::Link;
use super::next_header::Headers;
use super::tag_skip::TagSkip;
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
    tag_skip: TagSkip<DATA_W, BEATS>,
    port_held: Reg<Bits<8>>,
    ended_early_d1: RstReg<Bit>,
    valid_d1: RstReg<Bit>,
    ended_early_d2: Reg<Bit>,
    window_d1: Reg<Bits<1024>>,
    port_d1: Reg<Bits<8>>,
    bytes_d2: Reg<Bits<8>>,
    is_held: Signal<Local, Bit>,
    is_last: Signal<Local, Bit>,
    launch: Signal<Local, Bit>,
    ends: Signal<Local, Bit>,
    beat_bytes: Signal<Local, Bits<7>>,
    measured: Signal<Local, Bits<16>>,
    longer: Const<8, 129>,
}

impl<const DATA_W: usize, const BEATS: usize, const HELD: usize> Logic for HeaderWindow<DATA_W, BEATS, HELD> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, tag_skip, port_held, ended_early_d1, ended_early_d2, valid_d1, window_d1, port_d1, bytes_d2);
        self.ended_early_d1.rst.next = self.rst.val();
        self.valid_d1.rst.next = self.rst.val();

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

        // Question 3: the tags, and what follows them.
        self.tag_skip.data.next = self.fresh_data.val();
        self.tag_skip.turn.next = self.fresh_turn.val();
        self.tag_skip.window.next = self.window_now.q.val();
        self.port_held.d.next = self.port_held.q.val();
        if self.fresh_turn.val().get_bit(0) {
            self.port_held.d.next = self.ingress.val();
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
        self.launch.next = self.ended_early_d1.q.val() | (self.fresh_valid.val() & self.is_last.val());
        self.valid_d1.d.next = self.launch.val();
        self.ended_early_d2.d.next = self.ended_early_d1.q.val();
        self.window_d1.d.next = self.window_now.q.val();
        self.port_d1.d.next = self.port_held.q.val();

        // The last beat is measured one clock later than it is launched, and the length is registered before it is compared.
        self.beat_bytes.next = self.beat.val().bytes;
        self.ends.next = self.beat.val().last;
        self.measured.next = self.offset.val() + bit_cast::<16, 7>(self.beat_bytes.val());
        self.bytes_d2.d.next = self.longer.val();
        if self.ended_early_d2.q.val() {
            self.bytes_d2.d.next = self.length.val().get_bits::<8>(0);
        } else if self.ends.val() {
            self.bytes_d2.d.next = self.measured.val().get_bits::<8>(0);
        }
        self.bytes.next = self.bytes_d2.q.val();
        self.valid.next = self.valid_d1.q.val();
        self.window.next = self.window_d1.q.val();
        self.header.next = self.tag_skip.header.val();
        self.link.next = self.tag_skip.link.val();
        self.headers.next = self.tag_skip.headers.val();
        self.port.next = self.port_d1.q.val();
    }
}
