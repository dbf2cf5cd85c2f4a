//! The ports of the emitted tops: AXI streams, the register port, and what simulation watches.

use rust_hdl::prelude::*;

/// An AXI4-Stream in. Byte 0 of a frame is `tdata[7:0]`; `tkeep` is full except on a frame's last beat.
#[derive(Clone, Debug, Default, LogicInterface)]
pub struct AxisSlave<const DATA_W: usize, const KEEP_W: usize, const USER_W: usize> {
    pub tdata: Signal<In, Bits<DATA_W>>,
    pub tkeep: Signal<In, Bits<KEEP_W>>,
    pub tlast: Signal<In, Bit>,
    pub tvalid: Signal<In, Bit>,
    pub tready: Signal<Out, Bit>,
    pub tuser: Signal<In, Bits<USER_W>>,
}

/// An AXI4-Stream out; bytes as in [`AxisSlave`].
#[derive(Clone, Debug, Default, LogicInterface)]
pub struct AxisMaster<const DATA_W: usize, const KEEP_W: usize, const USER_W: usize> {
    pub tdata: Signal<Out, Bits<DATA_W>>,
    pub tkeep: Signal<Out, Bits<KEEP_W>>,
    pub tlast: Signal<Out, Bit>,
    pub tvalid: Signal<Out, Bit>,
    pub tready: Signal<In, Bit>,
    pub tuser: Signal<Out, Bits<USER_W>>,
}

/// AXI4-Lite from the host: a window of 4 KB. `bresp` and `rresp` are 0 for OKAY, 2 for SLVERR.
#[derive(Clone, Debug, Default, LogicInterface)]
pub struct AxilSlave {
    pub awaddr: Signal<In, Bits<12>>,
    pub awvalid: Signal<In, Bit>,
    pub awready: Signal<Out, Bit>,
    pub wdata: Signal<In, Bits<32>>,
    pub wstrb: Signal<In, Bits<4>>,
    pub wvalid: Signal<In, Bit>,
    pub wready: Signal<Out, Bit>,
    pub bresp: Signal<Out, Bits<2>>,
    pub bvalid: Signal<Out, Bit>,
    pub bready: Signal<In, Bit>,
    pub araddr: Signal<In, Bits<12>>,
    pub arvalid: Signal<In, Bit>,
    pub arready: Signal<Out, Bit>,
    pub rdata: Signal<Out, Bits<32>>,
    pub rresp: Signal<Out, Bits<2>>,
    pub rvalid: Signal<Out, Bit>,
    pub rready: Signal<In, Bit>,
}

/// A decision, with what led to it.
#[derive(Clone, Debug, Default, LogicInterface)]
pub struct DecisionProbe {
    pub valid: Signal<Out, Bit>,
    pub verdict: Signal<Out, Bits<3>>,
    pub reason: Signal<Out, Bits<5>>,
    pub group: Signal<Out, Bits<3>>,
    pub grouped: Signal<Out, Bit>,
    pub key: Signal<Out, Bits<144>>,
    pub keyed: Signal<Out, Bit>,
    pub hash: Signal<Out, Bits<32>>,
    pub manager: Signal<Out, Bits<8>>,
    pub egress: Signal<Out, Bits<8>>,
    pub deep: Signal<Out, Bit>,
}

/// A frame that is counted.
#[derive(Clone, Debug, Default, LogicInterface)]
pub struct CountProbe {
    pub valid: Signal<Out, Bit>,
    pub reason: Signal<Out, Bits<5>>,
    pub verdict: Signal<Out, Bits<3>>,
    pub manager: Signal<Out, Bits<8>>,
    pub bytes: Signal<Out, Bits<16>>,
}

/// A frame that is lost.
#[derive(Clone, Debug, Default, LogicInterface)]
pub struct DropProbe {
    pub valid: Signal<Out, Bit>,
    pub verdict: Signal<Out, Bits<3>>,
}
