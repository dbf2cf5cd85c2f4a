//! The module `tandem_core`: one core with the ports that a shell's lookup slot has.

use crate::bundle::DropEvent;
use crate::control::axil_bridge::AxilBridge;
use crate::port_core::PortCore;
use crate::ports::{AxilSlave, AxisMaster, AxisSlave, CountProbe, DecisionProbe};
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
    pub s_axis: AxisSlave<DATA_W, KEEP_W, 24>,
    /// Frames out; `tuser` is its metadata (docs/registers.md), on every beat.
    pub m_axis: AxisMaster<DATA_W, KEEP_W, 48>,
    /// Host: AXI4-Lite, a window of 4 KB.
    pub s_axil: AxilSlave,

    /// Decisions, one per frame, in order; for simulation.
    pub decision: DecisionProbe,
    /// Frames that left or were dropped, one per frame, in order.
    pub count: CountProbe,

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

        self.core.s_data.next = self.s_axis.tdata.val();
        self.core.s_keep.next = self.s_axis.tkeep.val();
        self.core.s_last.next = self.s_axis.tlast.val();
        self.core.s_valid.next = self.s_axis.tvalid.val();
        self.s_axis.tready.next = self.core.s_ready.val();
        self.core.s_ingress.next = self.s_axis.tuser.val().get_bits::<8>(0);
        self.core.s_announced.next = self.s_axis.tuser.val().get_bits::<16>(8);
        self.m_axis.tdata.next = self.core.m_beat.val().data;
        self.keep.bytes.next = self.core.m_beat.val().bytes;
        self.m_axis.tkeep.next = self.keep.keep.val();
        self.m_axis.tlast.next = self.core.m_beat.val().last;
        self.m_axis.tvalid.next = self.core.m_valid.val();
        self.core.m_ready.next = self.m_axis.tready.val();
        self.m_axis.tuser.next = self.core.m_beat.val().tuser;
        self.nothing_lost.next.bytes = self.no_bytes.val();
        self.nothing_lost.next.verdict = self.no_verdict.val();
        self.nothing_lost.next.valid = false;
        self.core.lost.next = self.nothing_lost.val();

        AxilSlave::link(&mut self.s_axil, &mut self.axil_bridge.s_axil);
        self.core.access.next = self.axil_bridge.access.val();
        self.axil_bridge.answer.next = self.core.answer.val();

        self.decision.valid.next = self.core.decision_valid.val();
        self.decision.verdict.next = self.core.decision.val().verdict;
        self.decision.reason.next = self.core.decision.val().reason;
        self.decision.group.next = self.core.trace.val().group;
        self.decision.grouped.next = self.core.trace.val().grouped;
        self.decision.key.next = self.core.trace.val().key;
        self.decision.keyed.next = self.core.trace.val().keyed;
        self.decision.hash.next = self.core.hash.val();
        self.decision.manager.next = self.core.decision.val().manager;
        self.decision.egress.next = self.core.decision.val().egress;
        self.decision.deep.next = self.core.decision.val().deep;
        self.count.valid.next = self.core.count.val().valid;
        self.count.reason.next = self.core.count.val().reason;
        self.count.verdict.next = self.core.count.val().verdict;
        self.count.manager.next = self.core.count.val().manager;
        self.count.bytes.next = self.core.count.val().bytes;
    }
}
