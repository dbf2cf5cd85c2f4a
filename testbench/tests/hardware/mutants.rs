//! Random mutants: one small change to each module of the emitted Verilog, which the simulation must show. It tells what the tests do not look at.

use crate::SEED;
use crate::faults::{bench_of, first_mismatch};
use crate::registers::{carry_into_upper_words, commit_outlasts_the_frames_that_it_met, make_random_accesses, read_past_the_last_words};
use crate::resets::{reset_again, reset_under_way};
use rand::RngExt;
use sim::{Design, Sim};
use std::collections::BTreeSet;
use std::env;
use std::hash::{BuildHasher, RandomState};
use std::panic::{AssertUnwindSafe, catch_unwind};
use testbench::generate::{Rng, rng};
use testbench::scoreboard::Mismatch;

/// Operators, and what each becomes. Spaces keep reductions, inversions and assignments apart.
const OPERATORS: [(&str, &str); 12] = [
    (" & ", " | "),
    (" | ", " & "),
    (" ^ ", " & "),
    (" + ", " - "),
    (" - ", " + "),
    (" == ", " != "),
    (" != ", " == "),
    (" < ", " >= "),
    (" > ", " <= "),
    (" >= ", " > "),
    ("if (rst)", "if (1'h0)"),
    (".rst(rst)", ".rst(1'h0)"),
];

/// Why a small bank of counters needs no reset of its own.
const IN_FLIGHT: &str = "what a reset leaves in flight is stored before the first row is cleared after it, and every row is cleared";

/// Changes that no test can see, as they are no change: the module, or what the names of all its variants begin with; what stood there, what
/// stands there now, and why.
const EQUIVALENT: &[(&str, &str, &str, &str)] = &[
    (
        "tandem_index_manager_access",
        "assign short_d = data[31:16] == none;",
        "assign short_d = data[31:16] != none;",
        "its output fits is not connected: every number of nine bits names a word",
    ),
    (
        "tandem_counters",
        "assign counters_ready = managers_ready & reasons_ready & losses_ready;",
        "assign counters_ready = managers_ready | reasons_ready & losses_ready;",
        "the tables are cleared in more clocks than any counters, and a card is ready when all are",
    ),
    (
        "tandem_output_fifo_",
        "if (rst) more_q <= 1'h0; else more_q <= more_d;",
        "if (1'h0) more_q <= 1'h0; else more_q <= more_d;",
        "in the clock after a reset has_room_q is low, so nothing is fetched, and more_q is then computed anew",
    ),
    (
        "tandem_output_fifo_",
        "if (rst) has_room_q <= 1'h0; else has_room_q <= has_room_d;",
        "if (1'h0) has_room_q <= 1'h0; else has_room_q <= has_room_d;",
        "in the clock after a reset more_q is low, so nothing is fetched, and has_room_q is then computed anew",
    ),
    (
        "tandem_output_fifo_lengths",
        "slots .read_address(read_slot_q),",
        ".read_address(~(read_slot_q)),",
        "nothing reads the words at the front: all of a length is its mark, which comes from registers",
    ),
    (
        "tandem_share",
        "after0_d = after0_q;",
        "after0_d = ~(after0_q);",
        "it stands while no window waits, and which port is first after that is not promised: none is passed over twice in either case",
    ),
    (
        "tandem_decision_fifo",
        "if (rst) showing_odd_q <= 1'h0; else showing_odd_q <= showing_odd_d;",
        "if (1'h0) showing_odd_q <= 1'h0; else showing_odd_q <= showing_odd_d;",
        "both places are free after a reset, and either may be the first; the reset is for simulators that know X",
    ),
    (
        "tandem_switch",
        "to_host .s1_odd(packet_fifo1_m_beat),",
        ".s1_odd(~(packet_fifo1_m_beat)),",
        "a packet FIFO has one place for its beat, which the arbiter takes as the even one: s1_next_odd is 0",
    ),
    (
        "tandem_small_counter_high_",
        "if (rst) carry_d1_q <= 1'h0; else carry_d1_q <= carry;",
        "if (1'h0) carry_d1_q <= 1'h0; else carry_d1_q <= carry;",
        IN_FLIGHT,
    ),
    ("tandem_small_counter_bank_", "low .rst(rst),", ".rst(1'h0),", IN_FLIGHT),
    ("tandem_small_counter_bank_", "high_frames .rst(rst),", ".rst(1'h0),", IN_FLIGHT),
    ("tandem_small_counter_bank_", "high_bytes .rst(rst),", ".rst(1'h0),", IN_FLIGHT),
    (
        "tandem_table_clear_",
        "assign address = row_q;",
        "assign address = ~(row_q);",
        "every row is cleared, and in which order nobody sees",
    ),
    (
        "tandem_output_fifo_waiting",
        "assign next_valid = stays;",
        "assign next_valid = ~(stays);",
        "its output next_valid is not connected: the FIFO of decisions has a register of its own at the front",
    ),
];

/// Modules without behaviour of the hardware.
const WITHOUT: [&str; 1] = ["tandem_keep_check"];

/// A small change of one line.
#[derive(Debug)]
struct Mutant {
    module: String,
    right: String,
    wrong: String,
    /// The whole design with it.
    verilog: String,
}

/// The changes that one line allows.
fn changes(line: &str) -> Vec<String> {
    let code = line.split(" //").next().unwrap_or(line);
    let mut changed: Vec<String> = Vec::new();
    for (right, wrong) in OPERATORS {
        changed.extend(code.match_indices(right).map(|(at, _)| [&code[..at], wrong, &code[at + right.len()..]].concat()));
    }
    // What is assigned, given to an instance, or asked, becomes its inverse.
    let inverted = |open: &str, close: &str| {
        let at = code.find(open)? + open.len();
        let end = code.rfind(close).filter(|end| *end > at)?;
        Some(format!("{}~({}){}", &code[..at], &code[at..end], &code[end..]))
    };
    if code.trim_start().starts_with('.') && !code.contains(".clk(") {
        changed.extend(inverted("(", ")"));
    } else if code.contains("if (") && code.ends_with(") begin") {
        changed.extend(inverted("if (", ") begin"));
    } else if code.ends_with(';') && !code.contains("wire ") && !code.contains("integer") {
        changed.extend(inverted(" <= ", ";").or_else(|| inverted(" = ", ";")));
    }
    changed
}

/// The modules of a design: name, and where their bodies lie in its text.
fn modules(verilog: &str) -> Vec<(&str, std::ops::Range<usize>)> {
    let starts = verilog.match_indices("\nmodule ").map(|(at, found)| at + found.len());
    let module = |start: usize| {
        let name = verilog[start..].split_whitespace().next()?;
        let body = start + verilog[start..].find("\n);")?;
        Some((name, body..start + verilog[start..].find("\nendmodule")?))
    };
    starts.filter_map(module).filter(|(name, _)| !WITHOUT.contains(name)).collect()
}

/// Of a connection the name of its instance and a blank: the same connection may stand in several.
fn instance<'a>(before: &'a str, line: &str) -> &'a str {
    let Some(end) = before.rfind(" (\n").filter(|_| line.trim_start().starts_with('.')) else { return "" };
    let start = before[..end].rfind(' ').map_or(0, |blank| blank + 1);
    &before[start..=end]
}

/// A change in this part of the text, drawn at random, that Verilator takes: of what it refuses nobody has to be told.
fn draw(design: Design, module: &str, body: std::ops::Range<usize>, rng: &mut Rng) -> Option<Mutant> {
    let verilog = design.verilog();
    let text = &verilog[body.clone()];
    let of_synthesis = text.split("`ifndef").next().unwrap_or(text);
    let mut at = body.start;
    let mut all = Vec::new();
    for line in of_synthesis.split_inclusive('\n') {
        let code = line.trim_end();
        all.extend(changes(code).into_iter().map(|wrong| (at..at + code.len(), wrong)));
        at += line.len();
    }
    for _ in 0..20.min(all.len()) {
        let (place, wrong) = all.swap_remove(rng.random_range(0..all.len()));
        let right = [instance(&verilog[..place.start], &wrong), verilog[place.clone()].trim()].concat();
        let verilog = [&verilog[..place.start], &wrong, &verilog[place.end..]].concat();
        if Sim::of_verilog(design, &verilog).is_ok() {
            return Some(Mutant { module: module.into(), right, wrong: wrong.trim().into(), verilog });
        }
    }
    None
}

/// What shows the mutant, if anything does: the quick checks first, the one that builds another model last.
fn killer(design: Design, mutant: &Mutant) -> Option<String> {
    type Check = fn(Design, &str) -> Option<Mismatch>;
    let checks: [(&str, Check); 7] = [
        ("a reset of a used card", |design, verilog| reset_again(&mut bench_of(design, verilog), 1).err()),
        ("a reset while frames and writes are on their way", |design, verilog| reset_under_way(&mut bench_of(design, verilog)).err()),
        ("random accesses", |design, verilog| make_random_accesses(&mut bench_of(design, verilog), &mut rng(SEED, 2), 1000).err()),
        ("reads past the last words", |design, verilog| read_past_the_last_words(&mut bench_of(design, verilog)).err()),
        ("the clocks of a commit", |design, verilog| commit_outlasts_the_frames_that_it_met(&mut bench_of(design, verilog)).err()),
        ("commits and random traffic", first_mismatch),
        ("carries into upper words", |design, verilog| {
            carry_into_upper_words(design, verilog);
            None
        }),
    ];
    checks.iter().find_map(|(name, check)| match catch_unwind(AssertUnwindSafe(|| check(design, &mutant.verilog))) {
        Ok(None) => None,
        Ok(Some(mismatch)) => Some(format!("{name}: {:?}", mismatch.stages)),
        Err(_) => Some(format!("{name}: an assertion fails")),
    })
}

fn number(variable: &str) -> Option<u64> {
    let text = env::var(variable).ok().filter(|text| !text.is_empty())?;
    let parsed = text.strip_prefix("0x").map_or_else(|| text.parse(), |digits| u64::from_str_radix(digits, 16));
    Some(parsed.unwrap_or_else(|error| panic!("{variable}={text} is no number ({error}): leave it out, or give one like 0x7a4d")))
}

/// Hours, so it runs by name alone: `just mutants`.
#[test]
#[ignore = "takes hours: just mutants"]
fn random_mutants_of_every_module_are_killed() {
    let seed = number("MUTANTS_SEED").unwrap_or_else(|| RandomState::new().hash_one(0));
    let each = number("MUTANTS_EACH").unwrap_or(1);
    println!("seed {seed:#x}: again with MUTANTS_SEED={seed:#x} MUTANTS_EACH={each}");
    let only = env::var("MUTANTS_ONLY").ok().filter(|only| !only.is_empty());
    let only: Option<BTreeSet<&str>> = only.as_ref().map(|only| only.split_whitespace().collect());
    let (mut done, mut killed, mut survivors) = (BTreeSet::new(), 0, Vec::new());
    let mut equivalent = 0;
    // A module that both have is tried in the smaller design, which is sooner built; but a core alone loses no frames.
    for design in [Design::Core256, Design::Distributor256] {
        for (place, (module, body)) in modules(design.verilog()).into_iter().enumerate() {
            let of_losses = design.is_core() && module.ends_with("_losses");
            if !only.as_ref().is_none_or(|only| only.contains(module)) || of_losses || !done.insert(module) {
                continue;
            }
            // A module's draw does not depend on those before it.
            let mut rng = rng(seed, place as u64);
            for _ in 0..each {
                let Some(mutant) = draw(design, module, body.clone(), &mut rng) else {
                    println!("{module}: no change that Verilator takes");
                    continue;
                };
                let Mutant { module, right, wrong, .. } = &mutant;
                let known = EQUIVALENT.iter().find(|known| module.starts_with(known.0) && (known.1, known.2) == (right, wrong));
                let found = killer(design, &mutant);
                Sim::discard_verilog(design, &mutant.verilog).expect("the models' folder can be written");
                match (known, found) {
                    (None, Some(found)) => {
                        killed += 1;
                        println!("{module}: killed by {found}: {right}  ->  {wrong}");
                    }
                    (Some(known), None) => {
                        equivalent += 1;
                        println!("{module}: equivalent, {}: {right}  ->  {wrong}", known.3);
                    }
                    (Some(known), Some(found)) => survivors.push(format!("{module}: not equivalent, {}: {found}", known.3)),
                    (None, None) => survivors.push(format!("{module}: survived: {right}  ->  {wrong}")),
                }
            }
        }
    }
    println!("seed {seed:#x}: {killed} killed, {equivalent} equivalent, {} survived, in {} modules", survivors.len(), done.len());
    assert!(survivors.is_empty(), "seed {seed:#x}\n{}", survivors.join("\n"));
}

#[test]
fn a_connection_is_named_with_its_instance() {
    let text = "    tandem_low low (\n        .a(a),\n    tandem_delay #(.WIDTH(1)) wait_d2 (\n        .clk(clk),\n";
    let named = |connection: &str| instance(&text[..text.find(connection).unwrap()], connection);
    assert_eq!([named(".a(a)"), named(".clk(clk)")], ["low ", "wait_d2 "]);
    assert_eq!(instance(text, "    assign a = b;"), "");
}

#[test]
fn a_line_allows_the_changes_that_its_operators_do() {
    assert_eq!(changes("    assign a = b & ~c; // what it is"), ["    assign a = b | ~c;", "    assign a = ~(b & ~c);"]);
    assert_eq!(changes("        if (rst) q <= 1'h0; else q <= d;")[0], "        if (1'h0) q <= 1'h0; else q <= d;");
    assert_eq!(changes("        .rst(rst),"), ["        .rst(1'h0),", "        .rst(~(rst)),"]);
    assert_eq!(changes("        if (full) begin"), ["        if (~(full)) begin"]);
    assert!(changes("        .clk(clk)").is_empty() && changes("    wire [3:0] a;").is_empty());
}
