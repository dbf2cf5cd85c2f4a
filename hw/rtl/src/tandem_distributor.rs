//! The module `tandem_distributor`: a card's two packet ports and its host.

use crate::control::axil_bridge::AxilBridge;

use crate::port_core::PortCore;
use crate::primitive::Const;
use crate::stream::keep::Keep;
use crate::switch::Switch;
use contract::limits::PORTS;
use rust_hdl::prelude::*;

const _: () = assert!(PORTS == 2, "a core and a pair of streams for each of two packet ports");

/// A [`PortCore`] per packet port, both programmed by the same writes, followed by the [`Switch`]; parameters as of `PortCore`.
///
/// Byte 0 of a frame is `tdata[7:0]`; `tkeep` is full except on a frame's last beat; `s_axis_*_tuser` is the frame's
/// announced length or 0, on the first beat, `m_axis_*_tuser` is `contract::metadata`, on every beat.
#[derive(LogicBlock, Default)]
pub struct TandemDistributor<
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

    /// From packet port 0.
    pub s_axis_0_tdata: Signal<In, Bits<DATA_W>>,
    pub s_axis_0_tkeep: Signal<In, Bits<KEEP_W>>,
    pub s_axis_0_tlast: Signal<In, Bit>,
    pub s_axis_0_tvalid: Signal<In, Bit>,
    pub s_axis_0_tready: Signal<Out, Bit>,
    pub s_axis_0_tuser: Signal<In, Bits<16>>,

    /// From packet port 1.
    pub s_axis_1_tdata: Signal<In, Bits<DATA_W>>,
    pub s_axis_1_tkeep: Signal<In, Bits<KEEP_W>>,
    pub s_axis_1_tlast: Signal<In, Bit>,
    pub s_axis_1_tvalid: Signal<In, Bit>,
    pub s_axis_1_tready: Signal<Out, Bit>,
    pub s_axis_1_tuser: Signal<In, Bits<16>>,

    /// To packet port 0.
    pub m_axis_0_tdata: Signal<Out, Bits<DATA_W>>,
    pub m_axis_0_tkeep: Signal<Out, Bits<KEEP_W>>,
    pub m_axis_0_tlast: Signal<Out, Bit>,
    pub m_axis_0_tvalid: Signal<Out, Bit>,
    pub m_axis_0_tready: Signal<In, Bit>,
    pub m_axis_0_tuser: Signal<Out, Bits<48>>,

    /// To packet port 1.
    pub m_axis_1_tdata: Signal<Out, Bits<DATA_W>>,
    pub m_axis_1_tkeep: Signal<Out, Bits<KEEP_W>>,
    pub m_axis_1_tlast: Signal<Out, Bit>,
    pub m_axis_1_tvalid: Signal<Out, Bit>,
    pub m_axis_1_tready: Signal<In, Bit>,
    pub m_axis_1_tuser: Signal<Out, Bits<48>>,

    /// To the host.
    pub m_axis_host_tdata: Signal<Out, Bits<DATA_W>>,
    pub m_axis_host_tkeep: Signal<Out, Bits<KEEP_W>>,
    pub m_axis_host_tlast: Signal<Out, Bit>,
    pub m_axis_host_tvalid: Signal<Out, Bit>,
    pub m_axis_host_tready: Signal<In, Bit>,
    pub m_axis_host_tuser: Signal<Out, Bits<48>>,

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

    /// Decisions on frames of port 0, one per frame, in order; for simulation.
    pub decision_0_valid: Signal<Out, Bit>,
    pub decision_0_verdict: Signal<Out, Bits<3>>,
    pub decision_0_reason: Signal<Out, Bits<5>>,
    pub decision_0_group: Signal<Out, Bits<3>>,
    pub decision_0_grouped: Signal<Out, Bit>,
    pub decision_0_key: Signal<Out, Bits<144>>,
    pub decision_0_keyed: Signal<Out, Bit>,
    pub decision_0_hash: Signal<Out, Bits<32>>,
    pub decision_0_manager: Signal<Out, Bits<8>>,
    pub decision_0_egress: Signal<Out, Bits<8>>,
    pub decision_0_deep: Signal<Out, Bit>,

    /// Frames of port 0 that left their core or were dropped by it, in order.
    pub count_0_valid: Signal<Out, Bit>,
    pub count_0_reason: Signal<Out, Bits<5>>,
    pub count_0_verdict: Signal<Out, Bits<3>>,
    pub count_0_manager: Signal<Out, Bits<8>>,
    pub count_0_bytes: Signal<Out, Bits<16>>,

    /// As for port 0.
    pub decision_1_valid: Signal<Out, Bit>,
    pub decision_1_verdict: Signal<Out, Bits<3>>,
    pub decision_1_reason: Signal<Out, Bits<5>>,
    pub decision_1_group: Signal<Out, Bits<3>>,
    pub decision_1_grouped: Signal<Out, Bit>,
    pub decision_1_key: Signal<Out, Bits<144>>,
    pub decision_1_keyed: Signal<Out, Bit>,
    pub decision_1_hash: Signal<Out, Bits<32>>,
    pub decision_1_manager: Signal<Out, Bits<8>>,
    pub decision_1_egress: Signal<Out, Bits<8>>,
    pub decision_1_deep: Signal<Out, Bit>,

    /// As for port 0.
    pub count_1_valid: Signal<Out, Bit>,
    pub count_1_reason: Signal<Out, Bits<5>>,
    pub count_1_verdict: Signal<Out, Bits<3>>,
    pub count_1_manager: Signal<Out, Bits<8>>,
    pub count_1_bytes: Signal<Out, Bits<16>>,

    /// The host queue of port 0 has lost a frame.
    pub lost_0_valid: Signal<Out, Bit>,
    pub lost_0_verdict: Signal<Out, Bits<3>>,
    /// The host queue of port 1 has lost a frame.
    pub lost_1_valid: Signal<Out, Bit>,
    pub lost_1_verdict: Signal<Out, Bits<3>>,

    core0: PortCore<DATA_W, KEEP_W, BEATS, HELD, GROUPS, ENTRY_A, PORTS, PARSE, HASH>,
    core1: PortCore<DATA_W, KEEP_W, BEATS, HELD, GROUPS, ENTRY_A, PORTS, PARSE, HASH>,
    switch: Switch<DATA_W>,
    axil_bridge: AxilBridge,
    keep_0: Keep<KEEP_W>,
    keep_1: Keep<KEEP_W>,
    keep_host: Keep<KEEP_W>,
    port0: Const<8, 0>,
    port1: Const<8, 1>,
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
> Logic for TandemDistributor<DATA_W, KEEP_W, BEATS, HELD, GROUPS, ENTRY_A, PARSE, HASH>
{
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clk, core0, core1, switch, axil_bridge);
        self.core0.rst.next = self.rst.val();
        self.core1.rst.next = self.rst.val();
        self.switch.rst.next = self.rst.val();
        self.axil_bridge.rst.next = self.rst.val();

        self.core0.s_data.next = self.s_axis_0_tdata.val();
        self.core0.s_keep.next = self.s_axis_0_tkeep.val();
        self.core0.s_last.next = self.s_axis_0_tlast.val();
        self.core0.s_valid.next = self.s_axis_0_tvalid.val();
        self.s_axis_0_tready.next = self.core0.s_ready.val();
        self.core0.s_ingress.next = self.port0.val();
        self.core0.s_announced.next = self.s_axis_0_tuser.val();
        self.switch.s0_beat.next = self.core0.m_beat.val();
        self.switch.s0_valid.next = self.core0.m_valid.val();
        self.core0.m_ready.next = self.switch.s0_ready.val();
        self.core0.lost.next = self.switch.lost0.val();
        self.lost_0_valid.next = self.switch.lost0.val().valid;
        self.lost_0_verdict.next = self.switch.lost0.val().verdict;
        self.core1.s_data.next = self.s_axis_1_tdata.val();
        self.core1.s_keep.next = self.s_axis_1_tkeep.val();
        self.core1.s_last.next = self.s_axis_1_tlast.val();
        self.core1.s_valid.next = self.s_axis_1_tvalid.val();
        self.s_axis_1_tready.next = self.core1.s_ready.val();
        self.core1.s_ingress.next = self.port1.val();
        self.core1.s_announced.next = self.s_axis_1_tuser.val();
        self.switch.s1_beat.next = self.core1.m_beat.val();
        self.switch.s1_valid.next = self.core1.m_valid.val();
        self.core1.m_ready.next = self.switch.s1_ready.val();
        self.core1.lost.next = self.switch.lost1.val();
        self.lost_1_valid.next = self.switch.lost1.val().valid;
        self.lost_1_verdict.next = self.switch.lost1.val().verdict;
        self.m_axis_0_tdata.next = self.switch.m0_beat.val().data;
        self.keep_0.bytes.next = self.switch.m0_beat.val().bytes;
        self.m_axis_0_tkeep.next = self.keep_0.keep.val();
        self.m_axis_0_tlast.next = self.switch.m0_beat.val().last;
        self.m_axis_0_tvalid.next = self.switch.m0_valid.val();
        self.switch.m0_ready.next = self.m_axis_0_tready.val();
        self.m_axis_0_tuser.next = self.switch.m0_beat.val().tuser;
        self.m_axis_1_tdata.next = self.switch.m1_beat.val().data;
        self.keep_1.bytes.next = self.switch.m1_beat.val().bytes;
        self.m_axis_1_tkeep.next = self.keep_1.keep.val();
        self.m_axis_1_tlast.next = self.switch.m1_beat.val().last;
        self.m_axis_1_tvalid.next = self.switch.m1_valid.val();
        self.switch.m1_ready.next = self.m_axis_1_tready.val();
        self.m_axis_1_tuser.next = self.switch.m1_beat.val().tuser;
        self.m_axis_host_tdata.next = self.switch.host_beat.val().data;
        self.keep_host.bytes.next = self.switch.host_beat.val().bytes;
        self.m_axis_host_tkeep.next = self.keep_host.keep.val();
        self.m_axis_host_tlast.next = self.switch.host_beat.val().last;
        self.m_axis_host_tvalid.next = self.switch.host_valid.val();
        self.switch.host_ready.next = self.m_axis_host_tready.val();
        self.m_axis_host_tuser.next = self.switch.host_beat.val().tuser;

        // Every access reaches both cores, which answer in the same clock; the host hears the one that it views.
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
        self.core0.access.next = self.axil_bridge.access.val();
        self.core1.access.next = self.axil_bridge.access.val();
        self.axil_bridge.answer.next = self.core0.answer.val();
        if self.core0.view_core.val() == self.port1.val() {
            self.axil_bridge.answer.next = self.core1.answer.val();
        }

        self.decision_0_valid.next = self.core0.decision_valid.val();
        self.decision_0_verdict.next = self.core0.decision.val().verdict;
        self.decision_0_reason.next = self.core0.decision.val().reason;
        self.decision_0_group.next = self.core0.trace.val().group;
        self.decision_0_grouped.next = self.core0.trace.val().grouped;
        self.decision_0_key.next = self.core0.trace.val().key;
        self.decision_0_keyed.next = self.core0.trace.val().keyed;
        self.decision_0_hash.next = self.core0.hash.val();
        self.decision_0_manager.next = self.core0.decision.val().manager;
        self.decision_0_egress.next = self.core0.decision.val().egress;
        self.decision_0_deep.next = self.core0.decision.val().deep;
        self.count_0_valid.next = self.core0.count.val().valid;
        self.count_0_reason.next = self.core0.count.val().reason;
        self.count_0_verdict.next = self.core0.count.val().verdict;
        self.count_0_manager.next = self.core0.count.val().manager;
        self.count_0_bytes.next = self.core0.count.val().bytes;
        self.decision_1_valid.next = self.core1.decision_valid.val();
        self.decision_1_verdict.next = self.core1.decision.val().verdict;
        self.decision_1_reason.next = self.core1.decision.val().reason;
        self.decision_1_group.next = self.core1.trace.val().group;
        self.decision_1_grouped.next = self.core1.trace.val().grouped;
        self.decision_1_key.next = self.core1.trace.val().key;
        self.decision_1_keyed.next = self.core1.trace.val().keyed;
        self.decision_1_hash.next = self.core1.hash.val();
        self.decision_1_manager.next = self.core1.decision.val().manager;
        self.decision_1_egress.next = self.core1.decision.val().egress;
        self.decision_1_deep.next = self.core1.decision.val().deep;
        self.count_1_valid.next = self.core1.count.val().valid;
        self.count_1_reason.next = self.core1.count.val().reason;
        self.count_1_verdict.next = self.core1.count.val().verdict;
        self.count_1_manager.next = self.core1.count.val().manager;
        self.count_1_bytes.next = self.core1.count.val().bytes;
    }
}
