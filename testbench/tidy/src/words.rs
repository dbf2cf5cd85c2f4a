//! The words of the glossary and none of those they took the place of.

use crate::code::{find_word, is_word, without_comments};
use crate::tree::{extension, stem};
use crate::{Finding, Tree};

/// Files that may hold every word: what tells of the renaming, and this list.
const MAY: [&str; 2] = ["CHANGELOG.md", "testbench/tidy/"];

/// Names that stand nowhere, in code or prose, and what is there now.
const NOWHERE: [(&str, &str); 36] = [
    ("Outlet", "OutputFifo"),
    ("Intake", "Ingress"),
    ("HostQueue", "PacketFifo"),
    ("host_queue", "packet_fifo"),
    ("LatePick", "LateWordSelect"),
    ("late_pick", "late_word_select"),
    ("Conclude", "VerdictLogic"),
    ("Ruling", "RuleMatch"),
    ("LowerHalf", "CounterLow"),
    ("UpperHalf", "CounterHigh"),
    ("lower_half", "counter_low"),
    ("upper_half", "counter_high"),
    ("FirstHalf", "HalfRound"),
    ("SecondHalf", "HalfRound"),
    ("first_half", "half_round"),
    ("second_half", "half_round"),
    ("LutMemory", "LutRam"),
    ("SmallMemory", "LutRamTdp"),
    ("HostMemory", "TdpRam"),
    ("lut_memory", "lut_ram"),
    ("small_memory", "lut_ram_tdp"),
    ("host_memory", "tdp_ram"),
    ("tandem_crossing", "tandem_async_fifo"),
    ("tandem_merge", "tandem_host_arb_mux"),
    ("tandem_frame_buffer", "tandem_frame_fifo"),
    ("tandem_frame_gate", "tandem_store_forward"),
    ("tandem_axil_front", "tandem_axil_slave"),
    ("tandem_axil_back", "tandem_axil_master"),
    ("tandem_count", "tandem_cdc_counter"),
    ("tandem_frame_start", "tandem_frame_sync"),
    ("frame_gate", "store_forward"),
    ("axil_front", "axil_slave"),
    ("axil_back", "axil_master"),
    ("seed 000", "US 7,395,349"),
    ("seed 003", "WO 00/30322"),
    ("WindowPlace", "WindowLocation"),
];

/// Names that no type and no module has: the word is too common, or has meant several things.
const NO_ITEM: [(&str, &str); 15] = [
    ("Place", "one name for each: ByteCount, EntryAddress, RuleAddress, RegisterAddress, Position, Moment"),
    ("Access", "one name for each: AccessMode, ScriptStep, RegisterAccess, BusRequest, Direction"),
    ("Traffic", "one name for each: TrafficGenerator, AccessCounts, TrafficSummary, FlowCounts, TrafficForecast"),
    ("Outcome", "one name for each: TraceFlags, RunLog, PortChoice"),
    ("Difference", "Mismatch"),
    ("difference", "mismatch"),
    ("judge", "scoreboard"),
    ("outlet", "output_fifo"),
    ("intake", "ingress"),
    ("half", "counter_low, counter_high"),
    ("ruling", "rule_match"),
    ("conclude", "verdict_logic"),
    ("choose", "tuple_select"),
    ("settled", "early_verdict"),
    ("crossing", "async_fifo"),
];

/// Names that no block and no bundle of the hardware has; elsewhere they may be the right ones.
const NO_BLOCK: [(&str, &str); 19] = [
    ("Answer", "BusResponse"),
    ("Slice", "SkidBuffer"),
    ("Route", "Demux"),
    ("Arbiter", "ArbMux"),
    ("Exit", "Egress"),
    ("Window", "HeaderWindow"),
    ("Pick", "WordSelect"),
    ("Choose", "TupleSelect"),
    ("Ask", "RangeMatch"),
    ("First", "PriorityMux"),
    ("Case", "PacketContext"),
    ("Settled", "EarlyVerdict"),
    ("Said", "tuser"),
    ("Count", "CountEvent"),
    ("Lost", "DropEvent"),
    ("Steps", "AccessSequencer"),
    ("Literal", "Const"),
    ("Join", "Concat"),
    ("Decisions", "DecisionFifo"),
];

/// Names that no signal of the hardware has. A clock's port is `clock` in Rust, since rust-hdl's `clock!` connects no other; it is emitted as `clk`.
const NO_SIGNAL: [(&str, &str); 4] = [("said", "tuser"), ("intake", "ingress"), ("outlet", "output_fifo"), ("exit", "egress")];

/// Where the hardware is described.
const HARDWARE: &str = "hw/rtl/src/";

/// What defines a name in Rust and in SystemVerilog.
const DEFINES: [&str; 7] = ["struct", "enum", "union", "trait", "type", "mod", "module"];

/// Files whose names are names of things.
const NAMED: [&str; 8] = ["rs", "v", "sv", "svh", "vh", "c", "cpp", "h"];

/// Old words, wherever each is banned.
pub fn findings(tree: &Tree) -> Vec<Finding> {
    let mut findings = vec![];
    for (path, text) in tree.files().filter(|(path, _)| !MAY.iter().any(|may| path.starts_with(may))) {
        if NAMED.contains(&extension(path)) {
            let old = |(old, _): &&(&str, &str)| *old == stem(path);
            let banned = NOWHERE.iter().find(old).or(NO_ITEM.iter().find(old));
            findings.extend(banned.map(|(old, new)| Finding::new(path, 0, format!("no file is called {old} now: {new}"))));
        }
        findings.extend(of_lines(path, text, |line| NOWHERE.iter().find(|(old, _)| find_word(line, old).is_some())));
        if !NAMED.contains(&extension(path)) {
            continue;
        }
        let code = without_comments(text);
        findings.extend(of_lines(path, &code, |line| NO_ITEM.iter().find(|(old, _)| defines(line, old))));
        if path.starts_with(HARDWARE) {
            findings.extend(of_lines(path, &code, |line| NO_BLOCK.iter().find(|(old, _)| defines(line, old))));
            findings.extend(of_lines(path, &code, |line| NO_SIGNAL.iter().find(|(old, _)| find_word(line, old).is_some())));
        }
    }
    findings
}

/// A finding for each line in which `banned` finds a word.
fn of_lines(path: &str, text: &str, banned: impl Fn(&str) -> Option<&'static (&'static str, &'static str)>) -> Vec<Finding> {
    let lines = (1..).zip(text.lines());
    lines.filter_map(|(number, line)| banned(line).map(|(old, new)| Finding::new(path, number, format!("{old} is now {new}")))).collect()
}

/// Whether a line of code defines a type or a module of this name, or names the module in a path.
fn defines(line: &str, name: &str) -> bool {
    let Some(at) = find_word(line, name) else { return false };
    let before = line[..at].trim_end();
    let keyword = before.rsplit(|character| !is_word(character)).next().unwrap_or_default();
    let module = name.starts_with(char::is_lowercase) && line[at + name.len()..].starts_with("::");
    DEFINES.contains(&keyword) && before.len() < at || module
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<String> {
        findings(&Tree::of(&[(path, text)])).iter().map(Finding::to_string).collect()
    }

    #[test]
    fn a_name_that_stands_nowhere_is_found_in_code_prose_and_file_names() {
        assert_eq!(found("a.rs", "use x;\nuse stream::Outlet;\n"), ["a.rs:2: Outlet is now OutputFifo"]);
        assert_eq!(found("docs/a.md", "as in seed 000, FIG. 6"), ["docs/a.md:1: seed 000 is now US 7,395,349"]);
        assert_eq!(found("b.rs", "// by tandem_merge"), ["b.rs:1: tandem_merge is now tandem_host_arb_mux"]);
        assert_eq!(found("hw/rtl/src/host_queue.rs", ""), ["hw/rtl/src/host_queue.rs: no file is called host_queue now: packet_fifo"]);
        assert_eq!(found("sw/judge.rs", ""), ["sw/judge.rs: no file is called judge now: scoreboard"]);
    }

    #[test]
    fn a_common_word_is_found_where_it_names_a_type_or_a_module() {
        for code in ["pub struct Place;", "enum Place {", "type Place = u8;", "pub(crate) mod judge;", "use testbench::judge::Bench;"] {
            assert_eq!(found("a.rs", code).len(), 1, "{code}");
        }
        for code in
            ["let place = Place::new();", "// struct Place", "fn judge() {}", "let judge = judge(x);", "struct PlaceOf;", "/// mod judge"]
        {
            assert_eq!(found("a.rs", code).len(), 0, "{code}");
        }
        assert_eq!(found("a.md", "struct Place"), <[String; 0]>::default());
    }

    #[test]
    fn a_signal_s_old_name_is_found_in_the_hardware_and_nowhere_else() {
        assert_eq!(found("hw/rtl/src/stream/fifo.rs", "pub said: Signal<In, Bit>,"), ["hw/rtl/src/stream/fifo.rs:1: said is now tuser"]);
        assert_eq!(found("hw/rtl/src/stream/fifo.rs", "// what is said\nlet unsaid = 1;"), <[String; 0]>::default());
        assert_eq!(found("sim/src/pace.rs", "let said = 1;"), <[String; 0]>::default());
    }

    #[test]
    fn a_block_s_old_name_is_found_in_the_hardware_and_nowhere_else() {
        let line = "hw/rtl/src/stream/a.rs:1: Slice is now SkidBuffer";
        assert_eq!(found("hw/rtl/src/stream/a.rs", "pub struct Slice<const W: usize> {"), [line]);
        assert_eq!(found("sim/src/ffi.rs", "pub struct Slice {"), <[String; 0]>::default());
    }

    #[test]
    fn what_tells_of_the_renaming_may_hold_every_word() {
        assert_eq!(found("CHANGELOG.md", "Outlet is called OutputFifo"), <[String; 0]>::default());
        assert_eq!(found("testbench/tidy/src/words.rs", "\"Outlet\""), <[String; 0]>::default());
    }

    #[test]
    fn no_word_is_listed_twice() {
        let mut words: Vec<_> = NOWHERE.iter().chain(&NO_ITEM).chain(&NO_BLOCK).map(|(old, _)| old).collect();
        words.sort();
        assert!(words.windows(2).all(|pair| pair[0] != pair[1]), "{words:?}");
    }
}
