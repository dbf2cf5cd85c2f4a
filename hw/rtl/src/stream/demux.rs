//! The demultiplexer after a core.

use super::skid_buffer::SkidBuffer;
use crate::primitive::{Reg, RstReg};
use crate::stream::beat::Beat;
use contract::{limits, metadata};
use rust_hdl::prelude::*;

const _: () = assert!(limits::PORTS == 2, "bit 0 of the egress port selects the packet port");
const _: () = assert!(metadata::EGRESS_HOST == 0xff, "bit 7 of the egress port selects the host");
const _: () = assert!(metadata::field("egress").is_at(15, 8), "these are bits 8 and 15 of `tuser`");

/// Gives each beat of a core to the egress that its metadata names; the host's side accepts every beat.
///
/// Latency: 1. Rate: a beat a clock. When full: two beats that a port does not accept block those after them, whatever their egress.
#[derive(LogicBlock, Default)]
pub struct Demux<const DATA_W: usize> {
    /// A beat from the core.
    pub s_beat: Signal<In, Beat<DATA_W, 48>>,
    /// The beat is offered.
    pub s_valid: Signal<In, Bit>,
    /// It is taken.
    pub s_ready: Signal<Out, Bit>,
    /// The two slots where a beat for a port may lie.
    pub even: Signal<Out, Beat<DATA_W, 48>>,
    pub odd: Signal<Out, Beat<DATA_W, 48>>,
    /// In the next clock it is the one in the odd slot.
    pub next_odd: Signal<Out, Bit>,
    /// The beat ends its frame; straight from a register.
    pub last: Signal<Out, Bit>,
    /// In the next clock the beat is for port 0.
    pub next_valid0: Signal<Out, Bit>,
    /// Port 0 takes the beat: it is for port 0.
    pub taken0: Signal<In, Bit>,
    /// In the next clock the beat is for port 1.
    pub next_valid1: Signal<Out, Bit>,
    /// Port 1 takes the beat: it is for port 1.
    pub taken1: Signal<In, Bit>,
    /// A beat for the host, which takes it, if `host_valid`; both come from registers, as the memories that they drive lie far apart.
    pub host_beat: Signal<Out, Beat<DATA_W, 48>>,
    pub host_valid: Signal<Out, Bit>,
    /// Synchronous reset.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    skid_buffer: SkidBuffer<DATA_W>,
    valid0: RstReg<Bit>,
    valid1: RstReg<Bit>,
    host_valid_d1: RstReg<Bit>,
    host_beat_d1: Reg<Beat<DATA_W, 48>>,
    tuser: Signal<Local, Bits<48>>,
    host: Signal<Local, Bit>,
    advances: Signal<Local, Bit>,
    advance_valid: Signal<Local, Bit>,
    is_port1: Signal<Local, Bit>,
    next0: Signal<Local, Bit>,
    next1: Signal<Local, Bit>,
}

impl<const DATA_W: usize> Logic for Demux<DATA_W> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, skid_buffer, valid0, valid1, host_valid_d1, host_beat_d1);
        self.skid_buffer.rst.next = self.rst.val();
        self.valid0.rst.next = self.rst.val();
        self.valid1.rst.next = self.rst.val();
        self.host_valid_d1.rst.next = self.rst.val();

        // The host's side accepts every beat, so none of its beats waits after those for a port.
        self.s_ready.next = self.skid_buffer.s_ready.val();
        self.tuser.next = self.s_beat.val().tuser;
        self.host.next = self.tuser.val().get_bit(15);
        self.host_valid_d1.d.next = self.s_valid.val() & self.skid_buffer.s_ready.val() & self.host.val();
        self.host_beat_d1.d.next = self.s_beat.val();
        self.host_beat.next = self.host_beat_d1.q.val();
        self.host_valid.next = self.host_valid_d1.q.val();
        self.skid_buffer.s_beat.next = self.s_beat.val();
        self.skid_buffer.s_valid.next = self.s_valid.val() & !self.host.val();

        // The port of the next beat is announced before the beat is offered. `taken` comes late, so it only selects.
        self.advances.next = (!self.valid0.q.val() | self.taken0.val()) & (!self.valid1.q.val() | self.taken1.val());
        self.advance_valid.next = self.advances.val() & self.skid_buffer.next_beat_valid.val();
        self.is_port1.next = self.skid_buffer.next_beat_tuser.val().get_bit(8);
        self.next0.next = (self.valid0.q.val() & !self.taken0.val()) | (self.advance_valid.val() & !self.is_port1.val());
        self.next1.next = (self.valid1.q.val() & !self.taken1.val()) | (self.advance_valid.val() & self.is_port1.val());
        self.valid0.d.next = self.next0.val();
        self.valid1.d.next = self.next1.val();
        self.next_valid0.next = self.next0.val();
        self.next_valid1.next = self.next1.val();
        self.skid_buffer.m_taken.next = self.taken0.val() | self.taken1.val();
        self.even.next = self.skid_buffer.even.val();
        self.odd.next = self.skid_buffer.odd.val();
        self.next_odd.next = self.skid_buffer.next_odd.val();
        self.last.next = self.skid_buffer.last.val();
    }
}
