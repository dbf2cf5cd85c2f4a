//! The module `tandem_distributor`: a card's two packet ports and its host.

use crate::control::axil_bridge::AxilBridge;
use crate::cores::Cores;
use crate::stream::keep::Keep;
use crate::switch::Switch;
use contract::limits::PORTS;
use rust_hdl::prelude::*;

const _: () = assert!(PORTS == 2, "a pair of streams for each of two packet ports");

/// [`Cores`] for two packet ports, with a decision side each or with one, followed by the [`Switch`]; parameters as of `Cores`.
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
    const OWN: usize,
    const SHARED: usize,
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

    cores: Cores<DATA_W, KEEP_W, BEATS, HELD, GROUPS, ENTRY_A, PARSE, HASH, OWN, SHARED>,
    switch: Switch<DATA_W>,
    axil_bridge: AxilBridge,
    keep_0: Keep<KEEP_W>,
    keep_1: Keep<KEEP_W>,
    keep_host: Keep<KEEP_W>,
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
    const OWN: usize,
    const SHARED: usize,
> Logic for TandemDistributor<DATA_W, KEEP_W, BEATS, HELD, GROUPS, ENTRY_A, PARSE, HASH, OWN, SHARED>
{
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clk, cores, switch, axil_bridge);
        self.cores.rst.next = self.rst.val();
        self.switch.rst.next = self.rst.val();
        self.axil_bridge.rst.next = self.rst.val();

        self.cores.s_data[0].next = self.s_axis_0_tdata.val();
        self.cores.s_keep[0].next = self.s_axis_0_tkeep.val();
        self.cores.s_last[0].next = self.s_axis_0_tlast.val();
        self.cores.s_valid[0].next = self.s_axis_0_tvalid.val();
        self.s_axis_0_tready.next = self.cores.s_ready[0].val();
        self.cores.s_announced[0].next = self.s_axis_0_tuser.val();
        self.switch.s0_beat.next = self.cores.m_beat[0].val();
        self.switch.s0_valid.next = self.cores.m_valid[0].val();
        self.cores.m_ready[0].next = self.switch.s0_ready.val();
        self.cores.lost[0].next = self.switch.lost0.val();
        self.lost_0_valid.next = self.switch.lost0.val().valid;
        self.lost_0_verdict.next = self.switch.lost0.val().verdict;
        self.cores.s_data[1].next = self.s_axis_1_tdata.val();
        self.cores.s_keep[1].next = self.s_axis_1_tkeep.val();
        self.cores.s_last[1].next = self.s_axis_1_tlast.val();
        self.cores.s_valid[1].next = self.s_axis_1_tvalid.val();
        self.s_axis_1_tready.next = self.cores.s_ready[1].val();
        self.cores.s_announced[1].next = self.s_axis_1_tuser.val();
        self.switch.s1_beat.next = self.cores.m_beat[1].val();
        self.switch.s1_valid.next = self.cores.m_valid[1].val();
        self.cores.m_ready[1].next = self.switch.s1_ready.val();
        self.cores.lost[1].next = self.switch.lost1.val();
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
        self.cores.access.next = self.axil_bridge.access.val();
        self.axil_bridge.answer.next = self.cores.answer.val();

        self.decision_0_valid.next = self.cores.decision_valid[0].val();
        self.decision_0_verdict.next = self.cores.decision[0].val().verdict;
        self.decision_0_reason.next = self.cores.decision[0].val().reason;
        self.decision_0_group.next = self.cores.trace[0].val().group;
        self.decision_0_grouped.next = self.cores.trace[0].val().grouped;
        self.decision_0_key.next = self.cores.trace[0].val().key;
        self.decision_0_keyed.next = self.cores.trace[0].val().keyed;
        self.decision_0_hash.next = self.cores.hash[0].val();
        self.decision_0_manager.next = self.cores.decision[0].val().manager;
        self.decision_0_egress.next = self.cores.decision[0].val().egress;
        self.decision_0_deep.next = self.cores.decision[0].val().deep;
        self.count_0_valid.next = self.cores.count[0].val().valid;
        self.count_0_reason.next = self.cores.count[0].val().reason;
        self.count_0_verdict.next = self.cores.count[0].val().verdict;
        self.count_0_manager.next = self.cores.count[0].val().manager;
        self.count_0_bytes.next = self.cores.count[0].val().bytes;
        self.decision_1_valid.next = self.cores.decision_valid[1].val();
        self.decision_1_verdict.next = self.cores.decision[1].val().verdict;
        self.decision_1_reason.next = self.cores.decision[1].val().reason;
        self.decision_1_group.next = self.cores.trace[1].val().group;
        self.decision_1_grouped.next = self.cores.trace[1].val().grouped;
        self.decision_1_key.next = self.cores.trace[1].val().key;
        self.decision_1_keyed.next = self.cores.trace[1].val().keyed;
        self.decision_1_hash.next = self.cores.hash[1].val();
        self.decision_1_manager.next = self.cores.decision[1].val().manager;
        self.decision_1_egress.next = self.cores.decision[1].val().egress;
        self.decision_1_deep.next = self.cores.decision[1].val().deep;
        self.count_1_valid.next = self.cores.count[1].val().valid;
        self.count_1_reason.next = self.cores.count[1].val().reason;
        self.count_1_verdict.next = self.cores.count[1].val().verdict;
        self.count_1_manager.next = self.cores.count[1].val().manager;
        self.count_1_bytes.next = self.cores.count[1].val().bytes;
    }
}
