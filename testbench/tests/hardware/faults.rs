//! The scoreboard under test: faults put into the emitted Verilog, each of which traffic must show. A fault whose place in the text is gone is a
//! failure too, for then nothing was tried.

use crate::SEED;
use crate::switching::commit_everything_again_and_again;
use sim::{Batch, Broken, Design, Interface, Sim, Source};
use testbench::scoreboard::{Bench, Mismatch, Stage};
use testbench::soak::Soak;

/// Rounds that a fault may hide for.
pub(crate) const ROUNDS: u64 = 6;

/// A deliberate mistake: in `module`, whose name may lack its `tandem_`, `right` becomes `wrong`.
pub(crate) struct Fault {
    pub(crate) name: &'static str,
    pub(crate) design: Design,
    pub(crate) module: &'static str,
    pub(crate) right: &'static str,
    pub(crate) wrong: &'static str,
    /// What the scoreboard may name: the block that holds the fault, or what its traffic shows at the ports.
    pub(crate) stages: &'static [Stage],
}

const FAULTS: &[Fault] = &[
    Fault {
        name: "wrong byte lane of the allocation table",
        design: Design::Core256,
        module: "entry_table",
        right: "assign lane_d2_d = bucket[1:0];",
        wrong: "assign lane_d2_d = {bucket[0], bucket[1]};",
        stages: &[Stage::EntryTable],
    },
    Fault {
        name: "IHL of 4 accepted",
        design: Design::Core256,
        module: "ip_header",
        right: "shortest = 4'h5;",
        wrong: "shortest = 4'h4;",
        stages: &[Stage::Network],
    },
    Fault {
        name: "transport header one word behind its place",
        design: Design::Core256,
        module: "ip_header",
        right: "near_hop = {1'h0, ihl};",
        wrong: "near_hop = {1'h0, ihl} + 5'h1;",
        stages: &[Stage::Network],
    },
    Fault {
        name: "swapped bank bit",
        design: Design::Core256,
        module: "entry_table",
        right: "        entry_bank,",
        wrong: "        ~entry_bank,",
        stages: &[Stage::EntryTable],
    },
    Fault {
        name: "bank sampled two clocks behind the rules",
        design: Design::Core256,
        module: "classifier",
        right: "} = first_of_16_rule_match;",
        wrong: "} = {first_of_16_rule_match[6:4], active[first_of_16_rule_match[2:0]], first_of_16_rule_match[2:0]};",
        stages: &[Stage::Classifier],
    },
    Fault {
        name: "beat lost when the output stalls",
        design: Design::Core256,
        module: "egress",
        right: "assign go = ready & decision_valid & (m_ready | ~sends);",
        wrong: "assign go = ready & decision_valid;",
        stages: &[Stage::Stream],
    },
    Fault {
        name: "buffer overrun in a long stall",
        design: Design::Core256,
        module: "port_stream",
        right: "limit = 10'h1f8;",
        wrong: "limit = 10'h3f8;",
        stages: &[Stage::Stream, Stage::Order, Stage::Payload, Stage::Egress],
    },
    Fault {
        name: "carry lost in the hash",
        design: Design::Core256,
        module: "first_half_round",
        right: "assign sum0 = i_v0 + i_v1;",
        wrong: "assign sum0 = {i_v0[31:16] + i_v1[31:16], i_v0[15:0] + i_v1[15:0]};",
        stages: &[Stage::GroupTable, Stage::Hash],
    },
    Fault {
        name: "length one word too short taken for long enough",
        design: Design::Core256,
        module: "egress",
        right: "(length < {2'h0, decision_need})",
        wrong: "(length + 16'h4 < {2'h0, decision_need})",
        stages: &[Stage::Egress],
    },
    Fault {
        name: "last byte of the MAC address not replaced",
        design: Design::Core256,
        module: "egress",
        right: "((payload >> 48) << 48)",
        wrong: "((payload >> 40) << 40)",
        stages: &[Stage::Egress],
    },
    Fault {
        name: "highest port of a range left out",
        design: Design::Core256,
        module: "range_match",
        right: "assign highest_to_source = {1'h0, rule_highest} - {1'h0, tuple_source};",
        wrong: "assign highest_to_source = {1'h0, rule_highest} - {1'h0, tuple_source} - 17'h1;",
        // Where the group has a catch-all rule, too, only the reason differs.
        stages: &[Stage::Classifier, Stage::Key],
    },
    Fault {
        name: "dropped frames counted for their manager",
        design: Design::Core256,
        module: "egress",
        right: "count_manager = none;",
        wrong: "count_manager = metadata_d1_q_manager;",
        stages: &[Stage::Egress],
    },
    Fault {
        name: "part of a lost frame left in the host's queue",
        design: Design::Distributor256,
        module: "packet_fifo",
        right: "head_d = committed_q;",
        wrong: "head_d = head_q;",
        stages: &[Stage::Order, Stage::Stream, Stage::Payload, Stage::Egress],
    },
    Fault {
        name: "frames of two ports mixed",
        design: Design::Distributor256,
        module: "arb_mux",
        right: "assign goes_on = busy_q & ~ends;",
        wrong: "assign goes_on = 1'h0;",
        stages: &[Stage::Stream, Stage::Order, Stage::Payload, Stage::Egress],
    },
    Fault {
        name: "length of the other port's frame",
        design: Design::Distributor256,
        module: "share",
        right: "bytes_d2_d = windows_1_bytes;",
        wrong: "bytes_d2_d = windows_0_bytes;",
        stages: &[Stage::Ethernet, Stage::Network, Stage::Extension, Stage::Transport, Stage::Icmp],
    },
    Fault {
        name: "decisions given to the other port",
        design: Design::Distributor256,
        module: "shared_core",
        right: "assign of_port1 = decided[0];",
        wrong: "assign of_port1 = ~decided[0];",
        // A frame waits for a decision that is not its own, so it leaves too late or too early.
        stages: &[Stage::Stream, Stage::Order, Stage::Payload],
    },
    Fault {
        name: "windows that overrun their queue",
        // Frames of one beat, which two ports cannot send at 256 bit, want more decisions than there are.
        design: Design::Shared512,
        module: "window_queue",
        right: "assign room = ~&fill_count_q[4:3];",
        wrong: "assign room = 1'h1;",
        stages: &[Stage::Order],
    },
    Fault {
        name: "disabled group MAC answered for",
        design: Design::Core256,
        module: "mac_match",
        right: "assign low_equal_d1_d = wanted_enabled & (",
        wrong: "assign low_equal_d1_d = (",
        stages: &[Stage::Ethernet],
    },
    Fault {
        name: "third extension header walked over",
        design: Design::Core256,
        module: "extension",
        right: "assign third_d2_d = head_hop & follows_kind_valid;",
        wrong: "assign third_d2_d = 1'h0;",
        stages: &[Stage::Extension],
    },
    Fault {
        name: "second extension header at the window's end read sixteen words before it",
        design: Design::Core256,
        module: "word_select",
        right: "assign is_cut = ",
        wrong: "assign is_cut = 1'h0 & ",
        // Where the header ends decides whether the packet is malformed or too deep, for a part of the frames by their length.
        stages: &[Stage::Extension, Stage::Egress],
    },
    Fault {
        name: "ports that end one word too late taken for whole",
        design: Design::Core256,
        module: "transport",
        right: "assign stop_d1_d = position + one;",
        wrong: "assign stop_d1_d = position;",
        // That a header is not all there is traced alike, whichever it is.
        stages: &[Stage::Network, Stage::Extension, Stage::Transport],
    },
    Fault {
        name: "source quench taken for no error",
        design: Design::Core256,
        module: "error_type",
        right: "(kind == quench)",
        wrong: "1'h0",
        // That the outer packet counts instead of the embedded one is traced alike, whichever of them chose it.
        stages: &[Stage::Icmp, Stage::TupleSelect],
    },
    Fault {
        name: "address of the outer packet with the ports of the embedded one",
        design: Design::Core256,
        module: "tuple_select",
        right: "ip_addresses_words = embedded_addresses;",
        wrong: "ip_addresses_words = {embedded_addresses[255:128], outer_addresses[127:0]};",
        stages: &[Stage::TupleSelect],
    },
    Fault {
        name: "key of the lesser port",
        design: Design::Core256,
        module: "key",
        right: "assign source_above_d1_d = tuple_source > tuple_destination;",
        wrong: "assign source_above_d1_d = tuple_source < tuple_destination;",
        stages: &[Stage::Key],
    },
    Fault {
        name: "row of the next manager",
        design: Design::Core256,
        module: "manager_table",
        right: "assign rows_host_address = host_address[8:0];",
        wrong: "assign rows_host_address = {host_address[8:1], ~host_address[0]};",
        // The row's egress port may have been changed on the way.
        stages: &[Stage::ManagerTable, Stage::VerdictLogic],
    },
    Fault {
        name: "bank of the managers' rows taken at the lookup",
        design: Design::Core256,
        module: "pipeline",
        right: "        context45_q_manager_bank,",
        wrong: "        managers_active,",
        stages: &[Stage::Classifier],
    },
    Fault {
        name: "enable bit of the manager 32 ids on",
        design: Design::Core256,
        module: "manager_table",
        right: "assign enables_address = id[7:5];",
        wrong: "assign enables_address = id[7:5] + 3'h1;",
        // Whether a manager takes traffic is not traced.
        stages: &[Stage::ManagerTable, Stage::VerdictLogic],
    },
    Fault {
        name: "frames without a manager bridged",
        design: Design::Core256,
        module: "verdict_logic",
        right: "decision_verdict = dropped;",
        wrong: "decision_verdict = bridge;",
        stages: &[Stage::VerdictLogic],
    },
];

/// A card of this Verilog, which has the design's ports.
pub(crate) fn bench_of(design: Design, verilog: &str) -> Bench {
    Bench::with_sim(Sim::of_verilog(design, verilog).unwrap_or_else(|error| panic!("{design:?}: this Verilog does not build: {error}")))
}

/// The first mismatch that commits in flight or random traffic show on a card of this Verilog, if they show any.
pub(crate) fn first_mismatch(design: Design, verilog: &str) -> Option<Mismatch> {
    let bench = || bench_of(design, verilog);
    let soak = Soak { seed: SEED, frames: 6000 };
    commit_everything_again_and_again(&mut bench()).err().or_else(|| (0..ROUNDS).find_map(|number| soak.play(number, bench()).err()))
}

/// A design's Verilog, but that in `module`, or `tandem_` and that, `right` is `wrong`.
pub(crate) fn patched(verilog: &str, module: &str, right: &str, wrong: &str) -> String {
    let named = |prefix| verilog.find(&format!("\nmodule {prefix}{module} "));
    let start = named("tandem_").or(named("")).unwrap_or_else(|| panic!("the design has no module {module} any more"));
    let end = start + verilog[start..].find("\nendmodule").unwrap();
    let body = &verilog[start..end];
    assert_eq!(body.matches(right).count(), 1, "{module} must say once: {right}");
    [&verilog[..start], &body.replace(right, wrong), &verilog[end..]].concat()
}

#[test]
fn every_deliberate_fault_in_the_hardware_is_found() {
    let mut missed = Vec::new();
    for fault in FAULTS {
        match first_mismatch(fault.design, &patched(fault.design.verilog(), fault.module, fault.right, fault.wrong)) {
            Some(mismatch) if mismatch.stages.iter().all(|stage| fault.stages.contains(stage)) => {}
            Some(mismatch) => missed.push(format!("{}: found at {:?}: {mismatch}", fault.name, mismatch.stages)),
            None => missed.push(format!("{}: not found", fault.name)),
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn nothing_is_found_where_no_fault_was_put_in() {
    assert_eq!(first_mismatch(Design::Core256, Design::Core256.verilog()), None);
}

/// A bit of `tkeep` is flipped on its way to the check: every beat of more than two bytes then has a gap, and a beat of one or two has none.
#[test]
fn a_gap_in_tkeep_stops_a_simulation_at_each_beat_that_has_one() {
    let verilog = patched(Design::Core256.verilog(), "ingress", "        .keep(keep),", "        .keep(keep ^ 32'h2),");
    let mut sim = Sim::of_verilog(Design::Core256, &verilog).unwrap();
    let frames = (1..=64).map(|length| vec![0; length]).collect();
    let run_log = sim.run(&Batch { sources: vec![Source { frames, ..Source::default() }], ..Batch::default() });
    assert!(run_log.faults.iter().all(|fault| (fault.interface, fault.broken) == (Interface::Inside, Broken::Assertion)));
    // Of 32 frames of one beat 30, of the others every first beat and 30 of the second ones.
    assert_eq!(run_log.faults.len(), 30 + 32 + 30);
}
