//! What is proved of the shells' wrappers.

use crate::claims::{AS_IT_IS, Claim, Method};

/// Every claim on them, the longest first.
pub const WRAPPERS: [Claim; 12] = [
    Claim {
        block: "tandem_crossing",
        says: "each word once, in order, unchanged, stable, whatever the clocks; shown in time; one bit of a position changes at a time",
        properties: include_str!("../properties/crossing.sv"),
        method: Method::Induction(9),
        ..AS_IT_IS
    },
    Claim {
        block: "tandem_322mhz",
        says: "AXI4-Stream: towards MACs and adapters stable, no gap in a frame, in a reset neither; whole frames to all that is inside",
        properties: include_str!("../properties/box_322mhz.sv"),
        stand_ins: &[
            ("tandem_distributor", include_str!("../properties/distributor.sv")),
            ("tandem_crossing", include_str!("../properties/crossing_ends.sv")),
            ("tandem_frame_buffer", include_str!("../properties/buffered.sv")),
            ("tandem_frame_gate", include_str!("../properties/gated.sv")),
            ("tandem_reset", include_str!("../properties/resets.sv")),
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
        says: "no side forgets what crosses but while both are stopped, until both forgot and have seen it; a reset ends",
        properties: include_str!("../properties/reset.sv"),
        parameters: &[("PATIENCE_W", 3), ("DOMAINS", 3)],
        method: Method::Reachability(40),
        ..AS_IT_IS
    },
    Claim {
        block: "tandem_frame_gate",
        says: "AXI4-Stream: the same in a reset, which the frame that leaves outlives; dropped only when longer than the memory or in error",
        properties: "",
        inside: &[("tandem_frame_buffer", include_str!("../properties/frame_buffer.sv"))],
        parameters: &[("DATA_W", 16), ("ADDRESS_W", 3)],
        method: Method::Induction(9),
        ..AS_IT_IS
    },
    Claim {
        block: "tandem_output_port_lookup",
        says: "AXI4-Stream: stable, whole frames, each to one port that it may go to; the core is given whole frames",
        properties: include_str!("../properties/lookup.sv"),
        stand_ins: &[("tandem_core", include_str!("../properties/core.sv"))],
        method: Method::Reachability(28),
        ..AS_IT_IS
    },
    Claim {
        block: "tandem_frame_buffer",
        says: "AXI4-Stream: stable, no gap in a frame; whole frames, in order; dropped whole, only when full or in error, reported once",
        properties: include_str!("../properties/frame_buffer.sv"),
        parameters: &[("DATA_W", 16), ("ADDRESS_W", 3)],
        method: Method::Induction(9),
        ..AS_IT_IS
    },
    Claim {
        block: "tandem_merge",
        says: "AXI4-Stream: stable; one whole frame at a time, in turn; every beat once, unchanged",
        properties: include_str!("../properties/merge.sv"),
        ..AS_IT_IS
    },
    Claim {
        block: "tandem_count",
        says: "every event is counted once, whatever the clocks: exact when all arrived",
        properties: include_str!("../properties/count.sv"),
        stand_ins: &[("tandem_crossing", include_str!("../properties/numbers.sv"))],
        method: Method::Induction(12),
        ..AS_IT_IS
    },
    Claim {
        block: "tandem_axil_front",
        says: "AXI4-Lite slave: responses stable, none dropped or doubled, each in time or in error; one request an access, as made",
        properties: include_str!("../properties/axil_front.sv"),
        method: Method::Induction(8),
        ..AS_IT_IS
    },
    Claim {
        block: "tandem_frame_start",
        says: "AXI4-Stream: after a reset whole frames only; none but that under way is thrown away",
        properties: include_str!("../properties/frame_start.sv"),
        ..AS_IT_IS
    },
    Claim {
        block: "tandem_axil_back",
        says: "AXI4-Lite master: stable; one access a request, as asked; one answer an access, as responded",
        properties: include_str!("../properties/axil_back.sv"),
        ..AS_IT_IS
    },
];
