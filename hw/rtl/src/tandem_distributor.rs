//! The module `tandem_distributor`: a card's two packet ports and its host.

use crate::control::axil_bridge::AxilBridge;
use crate::cores::Cores;
use crate::ports::{AxilSlave, AxisMaster, AxisSlave, CountProbe, DecisionProbe, DropProbe};
use crate::stream::keep::Keep;
use crate::switch::Switch;
use contract::limits::PORTS;
use rust_hdl::prelude::*;

const _: () = assert!(PORTS == 2, "a pair of streams for each of two packet ports");

/// [`Cores`] for two packet ports, with a decision side each or with one, followed by the [`Switch`]; parameters as of `Cores`.
///
/// Byte 0 of a frame is `tdata[7:0]`; `tkeep` is full except on a frame's last beat; `s_axis_*_tuser` is the frame's
/// announced length or 0, on the first beat, `m_axis_*_tuser` is its metadata (docs/registers.md), on every beat.
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

    /// From the packet ports.
    pub s_axis: [AxisSlave<DATA_W, KEEP_W, 16>; PORTS],
    /// To the packet ports.
    pub m_axis: [AxisMaster<DATA_W, KEEP_W, 48>; PORTS],
    /// To the host.
    pub m_axis_host: AxisMaster<DATA_W, KEEP_W, 48>,
    /// Host: AXI4-Lite, a window of 4 KB.
    pub s_axil: AxilSlave,

    /// By port, decisions on its frames, one per frame, in order; for simulation.
    pub decision: [DecisionProbe; PORTS],
    /// By port, its frames that left their core or were dropped by it, in order.
    pub count: [CountProbe; PORTS],
    /// By port, its frames that the host queue has lost.
    pub lost: [DropProbe; PORTS],

    cores: Cores<DATA_W, KEEP_W, BEATS, HELD, GROUPS, ENTRY_A, PARSE, HASH, OWN, SHARED>,
    switch: Switch<DATA_W>,
    axil_bridge: AxilBridge,
    keep: [Keep<KEEP_W>; PORTS],
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

        for i in 0..PORTS {
            self.cores.s_data[i].next = self.s_axis[i].tdata.val();
            self.cores.s_keep[i].next = self.s_axis[i].tkeep.val();
            self.cores.s_last[i].next = self.s_axis[i].tlast.val();
            self.cores.s_valid[i].next = self.s_axis[i].tvalid.val();
            self.s_axis[i].tready.next = self.cores.s_ready[i].val();
            self.cores.s_announced[i].next = self.s_axis[i].tuser.val();
        }

        self.switch.s0_beat.next = self.cores.m_beat[0].val();
        self.switch.s0_valid.next = self.cores.m_valid[0].val();
        self.cores.m_ready[0].next = self.switch.s0_ready.val();
        self.cores.lost[0].next = self.switch.lost0.val();
        self.switch.s1_beat.next = self.cores.m_beat[1].val();
        self.switch.s1_valid.next = self.cores.m_valid[1].val();
        self.cores.m_ready[1].next = self.switch.s1_ready.val();
        self.cores.lost[1].next = self.switch.lost1.val();

        self.m_axis[0].tvalid.next = self.switch.m0_valid.val();
        self.switch.m0_ready.next = self.m_axis[0].tready.val();
        self.m_axis[1].tvalid.next = self.switch.m1_valid.val();
        self.switch.m1_ready.next = self.m_axis[1].tready.val();
        self.m_axis[0].tdata.next = self.switch.m0_beat.val().data;
        self.keep[0].bytes.next = self.switch.m0_beat.val().bytes;
        self.m_axis[0].tkeep.next = self.keep[0].keep.val();
        self.m_axis[0].tlast.next = self.switch.m0_beat.val().last;
        self.m_axis[0].tuser.next = self.switch.m0_beat.val().tuser;
        self.m_axis[1].tdata.next = self.switch.m1_beat.val().data;
        self.keep[1].bytes.next = self.switch.m1_beat.val().bytes;
        self.m_axis[1].tkeep.next = self.keep[1].keep.val();
        self.m_axis[1].tlast.next = self.switch.m1_beat.val().last;
        self.m_axis[1].tuser.next = self.switch.m1_beat.val().tuser;
        self.m_axis_host.tdata.next = self.switch.host_beat.val().data;
        self.keep_host.bytes.next = self.switch.host_beat.val().bytes;
        self.m_axis_host.tkeep.next = self.keep_host.keep.val();
        self.m_axis_host.tlast.next = self.switch.host_beat.val().last;
        self.m_axis_host.tvalid.next = self.switch.host_valid.val();
        self.switch.host_ready.next = self.m_axis_host.tready.val();
        self.m_axis_host.tuser.next = self.switch.host_beat.val().tuser;

        AxilSlave::link(&mut self.s_axil, &mut self.axil_bridge.s_axil);
        self.cores.access.next = self.axil_bridge.access.val();
        self.axil_bridge.answer.next = self.cores.answer.val();

        self.decision[0].valid.next = self.cores.decision_valid[0].val();
        self.decision[0].verdict.next = self.cores.decision[0].val().verdict;
        self.decision[0].reason.next = self.cores.decision[0].val().reason;
        self.decision[0].group.next = self.cores.trace[0].val().group;
        self.decision[0].grouped.next = self.cores.trace[0].val().grouped;
        self.decision[0].key.next = self.cores.trace[0].val().key;
        self.decision[0].keyed.next = self.cores.trace[0].val().keyed;
        self.decision[0].hash.next = self.cores.hash[0].val();
        self.decision[0].manager.next = self.cores.decision[0].val().manager;
        self.decision[0].egress.next = self.cores.decision[0].val().egress;
        self.decision[0].deep.next = self.cores.decision[0].val().deep;
        self.count[0].valid.next = self.cores.count[0].val().valid;
        self.count[0].reason.next = self.cores.count[0].val().reason;
        self.count[0].verdict.next = self.cores.count[0].val().verdict;
        self.count[0].manager.next = self.cores.count[0].val().manager;
        self.count[0].bytes.next = self.cores.count[0].val().bytes;
        self.decision[1].valid.next = self.cores.decision_valid[1].val();
        self.decision[1].verdict.next = self.cores.decision[1].val().verdict;
        self.decision[1].reason.next = self.cores.decision[1].val().reason;
        self.decision[1].group.next = self.cores.trace[1].val().group;
        self.decision[1].grouped.next = self.cores.trace[1].val().grouped;
        self.decision[1].key.next = self.cores.trace[1].val().key;
        self.decision[1].keyed.next = self.cores.trace[1].val().keyed;
        self.decision[1].hash.next = self.cores.hash[1].val();
        self.decision[1].manager.next = self.cores.decision[1].val().manager;
        self.decision[1].egress.next = self.cores.decision[1].val().egress;
        self.decision[1].deep.next = self.cores.decision[1].val().deep;
        self.count[1].valid.next = self.cores.count[1].val().valid;
        self.count[1].reason.next = self.cores.count[1].val().reason;
        self.count[1].verdict.next = self.cores.count[1].val().verdict;
        self.count[1].manager.next = self.cores.count[1].val().manager;
        self.count[1].bytes.next = self.cores.count[1].val().bytes;
        self.lost[0].valid.next = self.switch.lost0.val().valid;
        self.lost[0].verdict.next = self.switch.lost0.val().verdict;
        self.lost[1].valid.next = self.switch.lost1.val().valid;
        self.lost[1].verdict.next = self.switch.lost1.val().verdict;
    }
}
