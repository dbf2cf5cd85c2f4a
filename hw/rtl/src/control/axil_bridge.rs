//! AXI4-Lite to register accesses.

use super::bus::{BusRequest, BusResponse};
use crate::ports::AxilSlave;
use crate::primitive::{Const, Reg, RstReg};
use rust_hdl::prelude::*;

/// An AXI4-Lite slave of 4 KB that makes register accesses, one at a time; a write and a read that both wait take turns.
///
/// Address and data of a write come in either order. A write of fewer than four bytes, and an address that is not a multiple of four, answer
/// SLVERR without an access. A read that is refused shows 0. While `rst` is, no channel is ready.
#[derive(LogicBlock, Default)]
pub struct AxilBridge {
    /// From the host.
    pub s_axil: AxilSlave,
    /// To the registers.
    pub access: Signal<Out, BusRequest>,
    /// From the registers.
    pub answer: Signal<In, BusResponse>,
    /// Synchronous reset.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    write_address: Reg<Bits<12>>,
    has_write_address: RstReg<Bit>,
    write_data: Reg<Bits<32>>,
    whole: Reg<Bit>,
    has_write_data: RstReg<Bit>,
    read_address: Reg<Bits<12>>,
    has_read_address: RstReg<Bit>,
    busy: RstReg<Bit>,
    writing: RstReg<Bit>,
    started: RstReg<BusRequest>,
    faulty: RstReg<Bit>,
    data: Reg<Bits<32>>,
    refused: Reg<Bit>,
    write_done: RstReg<Bit>,
    read_done: RstReg<Bit>,
    can_write: Signal<Local, Bit>,
    can_read: Signal<Local, Bit>,
    write_starts: Signal<Local, Bit>,
    read_starts: Signal<Local, Bit>,
    write_fits: Signal<Local, Bit>,
    read_fits: Signal<Local, Bit>,
    ends: Signal<Local, Bit>,
    none: Const<32, 0>,
    okay: Const<2, 0>,
    slverr: Const<2, 2>,
}

impl Logic for AxilBridge {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, write_address, has_write_address, write_data, whole, has_write_data, read_address, has_read_address);
        clock!(self, clock, busy, writing, started, faulty, data, refused, write_done, read_done);
        self.has_write_address.rst.next = self.rst.val();
        self.has_write_data.rst.next = self.rst.val();
        self.has_read_address.rst.next = self.rst.val();
        self.busy.rst.next = self.rst.val();
        self.writing.rst.next = self.rst.val();
        self.started.rst.next = self.rst.val();
        self.faulty.rst.next = self.rst.val();
        self.write_done.rst.next = self.rst.val();
        self.read_done.rst.next = self.rst.val();
        // Each channel holds one transfer until its access starts. Write and read take turns.
        self.can_write.next = self.has_write_address.q.val() & self.has_write_data.q.val() & !self.busy.q.val();
        self.can_read.next = self.has_read_address.q.val() & !self.busy.q.val();
        self.write_starts.next = self.can_write.val() & !(self.can_read.val() & self.writing.q.val());
        self.read_starts.next = self.can_read.val() & !(self.can_write.val() & !self.writing.q.val());
        self.s_axil.awready.next = !self.has_write_address.q.val() & !self.rst.val();
        self.s_axil.wready.next = !self.has_write_data.q.val() & !self.rst.val();
        self.s_axil.arready.next = !self.has_read_address.q.val() & !self.rst.val();
        self.has_write_address.d.next = (self.has_write_address.q.val() | self.s_axil.awvalid.val()) & !self.write_starts.val();
        self.has_write_data.d.next = (self.has_write_data.q.val() | self.s_axil.wvalid.val()) & !self.write_starts.val();
        self.has_read_address.d.next = (self.has_read_address.q.val() | self.s_axil.arvalid.val()) & !self.read_starts.val();
        self.write_address.d.next = self.write_address.q.val();
        if !self.has_write_address.q.val() {
            self.write_address.d.next = self.s_axil.awaddr.val();
        }
        self.write_data.d.next = self.write_data.q.val();
        self.whole.d.next = self.whole.q.val();
        if !self.has_write_data.q.val() {
            self.write_data.d.next = self.s_axil.wdata.val();
            self.whole.d.next = self.s_axil.wstrb.val().all();
        }
        self.read_address.d.next = self.read_address.q.val();
        if !self.has_read_address.q.val() {
            self.read_address.d.next = self.s_axil.araddr.val();
        }

        // An access starts, unless its answer is SLVERR already.
        self.write_fits.next = self.whole.q.val() & !self.write_address.q.val().get_bits::<2>(0).any();
        self.read_fits.next = !self.read_address.q.val().get_bits::<2>(0).any();
        self.started.d.next.address = self.read_address.q.val().get_bits::<10>(2);
        if self.write_starts.val() {
            self.started.d.next.address = self.write_address.q.val().get_bits::<10>(2);
        }
        self.started.d.next.data = self.write_data.q.val();
        self.started.d.next.write = self.write_starts.val() & self.write_fits.val();
        self.started.d.next.read = self.read_starts.val() & self.read_fits.val();
        self.faulty.d.next = (self.write_starts.val() & !self.write_fits.val()) | (self.read_starts.val() & !self.read_fits.val());
        self.access.next = self.started.q.val();
        self.writing.d.next = (self.writing.q.val() | self.write_starts.val()) & !self.read_starts.val();

        // Its answer is held until the host takes it.
        self.ends.next = self.answer.val().done | self.faulty.q.val();
        self.data.d.next = self.data.q.val();
        self.refused.d.next = self.refused.q.val();
        if self.ends.val() {
            self.data.d.next = self.answer.val().data;
            self.refused.d.next = self.answer.val().refused | self.faulty.q.val();
            if self.answer.val().refused | self.faulty.q.val() {
                self.data.d.next = self.none.val();
            }
        }
        self.write_done.d.next = (self.write_done.q.val() & !self.s_axil.bready.val()) | (self.ends.val() & self.writing.q.val());
        self.read_done.d.next = (self.read_done.q.val() & !self.s_axil.rready.val()) | (self.ends.val() & !self.writing.q.val());
        self.busy.d.next = (self.busy.q.val() | self.write_starts.val() | self.read_starts.val())
            & !(self.write_done.q.val() & self.s_axil.bready.val())
            & !(self.read_done.q.val() & self.s_axil.rready.val());
        self.s_axil.bvalid.next = self.write_done.q.val();
        self.s_axil.rvalid.next = self.read_done.q.val();
        self.s_axil.rdata.next = self.data.q.val();
        self.s_axil.bresp.next = self.okay.val();
        self.s_axil.rresp.next = self.okay.val();
        if self.refused.q.val() {
            self.s_axil.bresp.next = self.slverr.val();
            self.s_axil.rresp.next = self.slverr.val();
        }
    }
}
