//! What is proved of which block of the emitted designs, and how.

use crate::claim::{AS_IT_IS, Claim, Method, fits};
use crate::wrappers::WRAPPERS;

const SDP_RAM: (&str, &str) = ("tandem_sdp_ram", include_str!("../properties/sdp_ram.sv"));
const TALLY: (&str, &str) = ("tandem_sdp_ram", include_str!("../properties/tally.sv"));
const LUT_TALLY: (&str, &str) = ("tandem_lut_ram", include_str!("../properties/lut_tally.sv"));
const LUT_RAM: (&str, &str) = ("tandem_lut_ram", include_str!("../properties/lut_ram.sv"));

/// Every claim on what is emitted, the longest first.
pub const CLAIMS: [Claim; 18] = [
    Claim {
        block: "tandem_packet_fifo",
        says: "AXI4-Stream: stable; whole frames, in order; lost as a whole, only when full, reported once",
        properties: concat!(include_str!("../properties/packet_fifo.sv"), include_str!("../properties/output_fifo.sv")),
        stand_ins: &[SDP_RAM, LUT_RAM],
        method: Method::Induction(7),
        ..AS_IT_IS
    },
    Claim {
        block: "tandem_window_queue",
        says: "a queue of windows: each frame's once, in order, unchanged, with its length; none lost where room is heeded",
        properties: include_str!("../properties/window_queue.sv"),
        stand_ins: &[LUT_TALLY],
        method: Method::Induction(6),
        ..AS_IT_IS
    },
    Claim {
        block: "tandem_switch",
        says: "frames never mix: each frame out is one frame in, at its egress",
        properties: include_str!("../properties/switch.sv"),
        stand_ins: &[("tandem_packet_fifo", include_str!("../properties/packet_fifo_stand_in.sv"))],
        method: Method::Reachability(10),
        ..AS_IT_IS
    },
    Claim {
        block: "tandem_arb_mux",
        says: "AXI4-Stream: stable; one whole frame at a time, in turn, unchanged",
        properties: include_str!("../properties/arb_mux.sv"),
        method: Method::Induction(4),
        ..AS_IT_IS
    },
    Claim {
        block: "tandem_demux",
        says: "AXI4-Stream: stable; every beat once, in order, to the egress it names",
        properties: include_str!("../properties/demux.sv"),
        method: Method::Induction(5),
        ..AS_IT_IS
    },
    Claim {
        block: "tandem_axil_bridge",
        says: "AXI4-Lite: responses stable, none dropped or doubled, each in at most 72 clocks; access and answer as made; refused reads show 0",
        properties: include_str!("../properties/axil_bridge.sv"),
        method: Method::Reachability(16),
        ..AS_IT_IS
    },
    Claim {
        block: "tandem_fifo_",
        says: "a queue: stable, in order, unchanged; at most as full as counted",
        properties: concat!(include_str!("../properties/fifo.sv"), include_str!("../properties/output_fifo.sv")),
        stand_ins: &[SDP_RAM, LUT_RAM],
        method: Method::Induction(4),
        ..AS_IT_IS
    },
    Claim {
        block: "tandem_egress",
        says: "AXI4-Stream: stable; whole frames but those to drop; one decision on all of a frame's beats",
        properties: include_str!("../properties/egress.sv"),
        method: Method::Induction(4),
        ..AS_IT_IS
    },
    Claim {
        block: "tandem_registers_",
        says: "each access is answered once, in at most 32 clocks",
        properties: include_str!("../properties/registers.sv"),
        method: Method::Reachability(30),
        ..AS_IT_IS
    },
    Claim {
        block: "tandem_counters",
        says: "each capture ends once, in at most 6 clocks",
        properties: include_str!("../properties/counters.sv"),
        method: Method::Reachability(30),
        ..AS_IT_IS
    },
    Claim {
        block: "tandem_share",
        says: "each window launched once, unchanged, with its port and its length; no port waits while the other goes twice",
        properties: include_str!("../properties/share.sv"),
        stand_ins: &[("tandem_window_queue", include_str!("../properties/window_queue_stand_in.sv"))],
        method: Method::Induction(4),
        ..AS_IT_IS
    },
    Claim {
        block: "tandem_key",
        says: "the key is the one of the page, for every packet and rule",
        properties: include_str!("../properties/key.sv"),
        method: Method::History(6),
        ..AS_IT_IS
    },
    Claim {
        block: "tandem_counter_low",
        says: "every frame and its bytes are counted once, whatever follows whatever; each carry is told",
        properties: include_str!("../properties/counter_low.sv"),
        stand_ins: &[TALLY],
        method: Method::History(6),
        ..AS_IT_IS
    },
    Claim {
        block: "tandem_small_counter_low_",
        says: "every frame and its bytes are counted once, whatever follows whatever; each carry is told",
        properties: include_str!("../properties/small_counter_low.sv"),
        stand_ins: &[LUT_TALLY],
        method: Method::History(4),
        ..AS_IT_IS
    },
    Claim {
        block: "tandem_counter_high",
        says: "every carry is counted once",
        properties: include_str!("../properties/counter_high.sv"),
        stand_ins: &[TALLY],
        method: Method::History(6),
        ..AS_IT_IS
    },
    Claim {
        block: "tandem_small_counter_high_",
        says: "every carry is counted once",
        properties: include_str!("../properties/small_counter_high.sv"),
        stand_ins: &[LUT_TALLY],
        method: Method::History(4),
        ..AS_IT_IS
    },
    Claim {
        block: "tandem_decision_fifo",
        says: "a queue: stable, in order, unchanged; none waits where none did before",
        properties: include_str!("../properties/decision_fifo.sv"),
        stand_ins: &[("tandem_fifo_waiting", include_str!("../properties/waiting_stand_in.sv"))],
        method: Method::Induction(4),
        ..AS_IT_IS
    },
    Claim {
        block: "tandem_rule_row",
        says: "a rule is that which was stored last in the active bank, whatever is swapped",
        properties: include_str!("../properties/rule_row.sv"),
        stand_ins: &[LUT_TALLY],
        method: Method::Induction(4),
        ..AS_IT_IS
    },
];

/// Blocks of a design whose ports share a decision side; one whose ports have a side each lacks them.
pub const OF_SHARED_SIDE: [&str; 2] = ["tandem_window_queue", "tandem_share"];

impl Claim {
    /// The claim on the block called `name`.
    pub fn on(name: &str) -> Option<&'static Claim> {
        CLAIMS.iter().chain(&WRAPPERS).find(|claim| fits(claim.block, name))
    }
}
