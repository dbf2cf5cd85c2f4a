//! The module `tandem_core`: one core with the ports that a shell's lookup slot has.

use crate::bundle::DropEvent;
use crate::control::axil_bridge::AxilBridge;
use crate::port_core::PortCore;
use crate::primitive::Const;
use crate::stream::keep::Keep;
use rust_hdl::prelude::*;

/// One [`PortCore`] with flat ports: a stream in, a stream out, AXI4-Lite; parameters as of `PortCore`.
///
/// Byte 0 of a frame is `tdata[7:0]`; `tkeep` is full except on a frame's last beat.
#[derive(LogicBlock, Default)]
pub struct TandemCore<
    const DATA_W: usize,
    const KEEP_W: usize,
    const BEATS: usize,
    const HELD: usize,
    const GROUPS: usize,
    const ENTRY_A: usize,
    const PARSE: usize,
    const HASH: usize,
> {
    /// The clock.
    pub clk: Signal<In, Clock>,
    /// Synchronous reset, active high.
    pub rst: Signal<In, Bit>,

    /// Frames in; `tuser` is the ingress port and, from bit 8 on, the frame's announced length or 0: both on the first beat.
    pub s_axis_tdata: Signal<In, Bits<DATA_W>>,
    pub s_axis_tkeep: Signal<In, Bits<KEEP_W>>,
    pub s_axis_tlast: Signal<In, Bit>,
    pub s_axis_tvalid: Signal<In, Bit>,
    pub s_axis_tready: Signal<Out, Bit>,
    pub s_axis_tuser: Signal<In, Bits<24>>,

    /// Frames out; `tuser` is `contract::metadata`, on every beat.
    pub m_axis_tdata: Signal<Out, Bits<DATA_W>>,
    pub m_axis_tkeep: Signal<Out, Bits<KEEP_W>>,
    pub m_axis_tlast: Signal<Out, Bit>,
    pub m_axis_tvalid: Signal<Out, Bit>,
    pub m_axis_tready: Signal<In, Bit>,
    pub m_axis_tuser: Signal<Out, Bits<48>>,

    /// Host: AXI4-Lite, a window of 4 KB.
    pub s_axil_awaddr: Signal<In, Bits<12>>,
    pub s_axil_awvalid: Signal<In, Bit>,
    pub s_axil_awready: Signal<Out, Bit>,
    pub s_axil_wdata: Signal<In, Bits<32>>,
    pub s_axil_wstrb: Signal<In, Bits<4>>,
    pub s_axil_wvalid: Signal<In, Bit>,
    pub s_axil_wready: Signal<Out, Bit>,
    pub s_axil_bresp: Signal<Out, Bits<2>>,
    pub s_axil_bvalid: Signal<Out, Bit>,
    pub s_axil_bready: Signal<In, Bit>,
    pub s_axil_araddr: Signal<In, Bits<12>>,
    pub s_axil_arvalid: Signal<In, Bit>,
    pub s_axil_arready: Signal<Out, Bit>,
    pub s_axil_rdata: Signal<Out, Bits<32>>,
    pub s_axil_rresp: Signal<Out, Bits<2>>,
    pub s_axil_rvalid: Signal<Out, Bit>,
    pub s_axil_rready: Signal<In, Bit>,

    /// Decisions, one per frame, in order; for simulation.
    pub decision_valid: Signal<Out, Bit>,
    pub decision_verdict: Signal<Out, Bits<3>>,
    pub decision_reason: Signal<Out, Bits<5>>,
    pub decision_group: Signal<Out, Bits<3>>,
    pub decision_grouped: Signal<Out, Bit>,
    pub decision_key: Signal<Out, Bits<144>>,
    pub decision_keyed: Signal<Out, Bit>,
    pub decision_hash: Signal<Out, Bits<32>>,
    pub decision_manager: Signal<Out, Bits<8>>,
    pub decision_egress: Signal<Out, Bits<8>>,
    pub decision_deep: Signal<Out, Bit>,

    /// Frames that left or were dropped, one per frame, in order.
    pub count_valid: Signal<Out, Bit>,
    pub count_reason: Signal<Out, Bits<5>>,
    pub count_verdict: Signal<Out, Bits<3>>,
    pub count_manager: Signal<Out, Bits<8>>,
    pub count_bytes: Signal<Out, Bits<16>>,

    core: PortCore<DATA_W, KEEP_W, BEATS, HELD, GROUPS, ENTRY_A, 1, PARSE, HASH>,
    axil_bridge: AxilBridge,
    keep: Keep<KEEP_W>,
    nothing_lost: Signal<Local, DropEvent>,
    no_bytes: Const<16, 0>,
    no_verdict: Const<3, 0>,
}

impl<
    const DATA_W: usize,
    const KEEP_W: usize,
    const BEATS: usize,
    const HELD: usize,
    const GROUPS: usize,
    const ENTRY_A: usize,
    const PARSE: usize,
    const HASH: usize,
> Logic for TandemCore<DATA_W, KEEP_W, BEATS, HELD, GROUPS, ENTRY_A, PARSE, HASH>
{
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clk, core, axil_bridge);
        self.core.rst.next = self.rst.val();
        self.axil_bridge.rst.next = self.rst.val();

        self.core.s_data.next = self.s_axis_tdata.val();
        self.core.s_keep.next = self.s_axis_tkeep.val();
        self.core.s_last.next = self.s_axis_tlast.val();
        self.core.s_valid.next = self.s_axis_tvalid.val();
        self.s_axis_tready.next = self.core.s_ready.val();
        self.core.s_ingress.next = self.s_axis_tuser.val().get_bits::<8>(0);
        self.core.s_announced.next = self.s_axis_tuser.val().get_bits::<16>(8);
        self.m_axis_tdata.next = self.core.m_beat.val().data;
        self.keep.bytes.next = self.core.m_beat.val().bytes;
        self.m_axis_tkeep.next = self.keep.keep.val();
        self.m_axis_tlast.next = self.core.m_beat.val().last;
        self.m_axis_tvalid.next = self.core.m_valid.val();
        self.core.m_ready.next = self.m_axis_tready.val();
        self.m_axis_tuser.next = self.core.m_beat.val().tuser;
        self.nothing_lost.next.bytes = self.no_bytes.val();
        self.nothing_lost.next.verdict = self.no_verdict.val();
        self.nothing_lost.next.valid = false;
        self.core.lost.next = self.nothing_lost.val();

        self.axil_bridge.awaddr.next = self.s_axil_awaddr.val();
        self.axil_bridge.awvalid.next = self.s_axil_awvalid.val();
        self.s_axil_awready.next = self.axil_bridge.awready.val();
        self.axil_bridge.wdata.next = self.s_axil_wdata.val();
        self.axil_bridge.wstrb.next = self.s_axil_wstrb.val();
        self.axil_bridge.wvalid.next = self.s_axil_wvalid.val();
        self.s_axil_wready.next = self.axil_bridge.wready.val();
        self.s_axil_bresp.next = self.axil_bridge.bresp.val();
        self.s_axil_bvalid.next = self.axil_bridge.bvalid.val();
        self.axil_bridge.bready.next = self.s_axil_bready.val();
        self.axil_bridge.araddr.next = self.s_axil_araddr.val();
        self.axil_bridge.arvalid.next = self.s_axil_arvalid.val();
        self.s_axil_arready.next = self.axil_bridge.arready.val();
        self.s_axil_rdata.next = self.axil_bridge.rdata.val();
        self.s_axil_rresp.next = self.axil_bridge.rresp.val();
        self.s_axil_rvalid.next = self.axil_bridge.rvalid.val();
        self.axil_bridge.rready.next = self.s_axil_rready.val();
        self.core.access.next = self.axil_bridge.access.val();
        self.axil_bridge.answer.next = self.core.answer.val();

        self.decision_valid.next = self.core.decision_valid.val();
        self.decision_verdict.next = self.core.decision.val().verdict;
        self.decision_reason.next = self.core.decision.val().reason;
        self.decision_group.next = self.core.trace.val().group;
        self.decision_grouped.next = self.core.trace.val().grouped;
        self.decision_key.next = self.core.trace.val().key;
        self.decision_keyed.next = self.core.trace.val().keyed;
        self.decision_hash.next = self.core.hash.val();
        self.decision_manager.next = self.core.decision.val().manager;
        self.decision_egress.next = self.core.decision.val().egress;
        self.decision_deep.next = self.core.decision.val().deep;
        self.count_valid.next = self.core.count.val().valid;
        self.count_reason.next = self.core.count.val().reason;
        self.count_verdict.next = self.core.count.val().verdict;
        self.count_manager.next = self.core.count.val().manager;
        self.count_bytes.next = self.core.count.val().bytes;
    }
}
