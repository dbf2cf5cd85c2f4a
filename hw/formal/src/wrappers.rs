//! The claims on the shells' hand-written modules.

use crate::claim::{AS_IT_IS, Claim, Method};

/// Every claim on them, the longest first.
pub const WRAPPERS: [Claim; 12] = [
    Claim {
        block: "tandem_async_fifo",
        says: "each word once, in order, unchanged, stable, whatever the clocks; shown in time; one bit of a pointer changes at a time",
        properties: include_str!("../properties/async_fifo.sv"),
        method: Method::Induction(9),
        ..AS_IT_IS
    },
    Claim {
        block: "tandem_322mhz",
        says: "AXI4-Stream: towards MACs and adapters stable, no gap in a frame, not even in a reset; whole frames to every part inside",
        properties: include_str!("../properties/box_322mhz.sv"),
        stand_ins: &[
            ("tandem_distributor", include_str!("../properties/distributor.sv")),
            ("tandem_async_fifo", include_str!("../properties/async_fifo_stand_in.sv")),
            ("tandem_frame_fifo", include_str!("../properties/frame_fifo_stand_in.sv")),
            ("tandem_store_forward", include_str!("../properties/store_forward_stand_in.sv")),
            ("tandem_reset", include_str!("../properties/reset_stand_in.sv")),
        ],
        method: Method::Reachability(10),
        ..AS_IT_IS
    },
    Claim {
        block: "tandem_250mhz",
        says: "AXI4-Stream: towards adapters and host queues stable, whole frames; the distributor is given whole frames",
        properties: include_str!("../properties/box_250mhz.sv"),
        stand_ins: &[("tandem_distributor", include_str!("../properties/distributor.sv"))],
        method: Method::Reachability(28),
        ..AS_IT_IS
    },
    Claim {
        block: "tandem_reset",
        says: "a side is cleared only while both are stopped, until both are cleared and have seen it; a reset ends",
        properties: include_str!("../properties/reset.sv"),
        parameters: &[("PATIENCE_W", 3), ("DOMAINS", 3)],
        method: Method::Reachability(40),
        ..AS_IT_IS
    },
    Claim {
        block: "tandem_store_forward",
        says: "AXI4-Stream: the same, in a reset too, in which the frame that is leaving leaves whole; dropped only when longer than the memory or in error",
        properties: "",
        inside: &[("tandem_frame_fifo", include_str!("../properties/frame_fifo.sv"))],
        parameters: &[("DATA_W", 16), ("ADDRESS_W", 3)],
        method: Method::Induction(9),
        ..AS_IT_IS
    },
    Claim {
        block: "tandem_output_port_lookup",
        says: "AXI4-Stream: stable, whole frames, each to one port that is allowed; the core is given whole frames",
        properties: include_str!("../properties/output_port_lookup.sv"),
        stand_ins: &[("tandem_core", include_str!("../properties/core.sv"))],
        method: Method::Reachability(28),
        ..AS_IT_IS
    },
    Claim {
        block: "tandem_frame_fifo",
        says: "AXI4-Stream: stable, no gap in a frame; whole frames, in order; dropped whole, only when full or in error, reported once",
        properties: include_str!("../properties/frame_fifo.sv"),
        parameters: &[("DATA_W", 16), ("ADDRESS_W", 3)],
        method: Method::Induction(9),
        ..AS_IT_IS
    },
    Claim {
        block: "tandem_host_arb_mux",
        says: "AXI4-Stream: stable; one whole frame at a time, in turn; every beat once, unchanged",
        properties: include_str!("../properties/host_arb_mux.sv"),
        ..AS_IT_IS
    },
    Claim {
        block: "tandem_cdc_counter",
        says: "every event is counted once, whatever the clocks: exact when all arrived",
        properties: include_str!("../properties/cdc_counter.sv"),
        stand_ins: &[("tandem_async_fifo", include_str!("../properties/async_fifo_sum_stand_in.sv"))],
        method: Method::Induction(12),
        ..AS_IT_IS
    },
    Claim {
        block: "tandem_axil_slave",
        says: "AXI4-Lite slave: responses stable, none dropped or doubled, each in time or in error; one request per access, as made",
        properties: include_str!("../properties/axil_slave.sv"),
        method: Method::Induction(8),
        ..AS_IT_IS
    },
    Claim {
        block: "tandem_frame_sync",
        says: "AXI4-Stream: after a reset whole frames only; only a frame that was partly in is discarded",
        properties: include_str!("../properties/frame_sync.sv"),
        ..AS_IT_IS
    },
    Claim {
        block: "tandem_axil_master",
        says: "AXI4-Lite master: stable; one access per request, as requested; one response per access, as responded",
        properties: include_str!("../properties/axil_master.sv"),
        ..AS_IT_IS
    },
];
