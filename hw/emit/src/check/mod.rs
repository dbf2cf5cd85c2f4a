//! The translation check: refuses, by name, every construct that rust-hdl prints as Verilog with another meaning.
//!
//! Most of it is decided on the kernels as rust-hdl is about to print them: the [widths](exact) and the [flow] of values.
//! What rust-hdl's macros have already lost by then (an inclusive range, a function's body) is decided on the [sources](crate::source).

mod exact;
mod flow;

use crate::trap::{Refusal, Trap};
use crate::tree::{Node, Role};
use rust_hdl::prelude::Verilog;
use std::collections::BTreeSet;

/// Everything that is refused in a design, block by block; once for all the elements of an array.
pub(crate) fn refusals(node: &Node) -> Vec<Refusal> {
    let mut seen = BTreeSet::new();
    let kind = |refusal: &Refusal| (refusal.trap.name(), refusal.place.replace(|c: char| c.is_ascii_digit(), ""), refusal.excerpt.clone());
    refusals_of(node).into_iter().filter(|refusal| seen.insert(kind(refusal))).collect()
}

fn refusals_of(node: &Node) -> Vec<Refusal> {
    let mut refusals = node.refusals.clone();
    let mut refuse = |trap, excerpt: &str| refusals.push(Refusal { trap, place: node.path.clone(), excerpt: excerpt.into() });
    let instances = node.children.iter().map(|child| &child.name);
    for name in node.nets.iter().map(|net| &net.name).chain(instances) {
        if RESERVED.split_whitespace().any(|word| word == name) || name.contains('#') {
            refuse(Trap::ReservedWord, name);
        }
    }
    for net in &node.nets {
        if net.width == 0 {
            refuse(Trap::NoBits, &net.name);
        }
        if net.signed {
            refuse(Trap::Signed, &net.name);
        }
        if net.role == Role::Bidirectional {
            refuse(Trap::Foreign, &net.name);
        }
    }
    if let Verilog::Wrapper(_) | Verilog::Blackbox(_) = node.code {
        refuse(Trap::Foreign, &node.name);
    }
    refusals.extend(exact::refusals(node));
    refusals.extend(flow::refusals(node));
    refusals.extend(node.children.iter().flat_map(refusals_of));
    refusals
}

/// The reserved words of IEEE 1800-2017, which include those of Verilog.
const RESERVED: &str = "
    accept_on alias always always_comb always_ff always_latch and assert assign assume automatic before begin bind bins binsof bit break buf
    bufif0 bufif1 byte case casex casez cell chandle checker class clocking cmos config const constraint context continue cover covergroup
    coverpoint cross deassign default defparam design disable dist do edge else end endcase endchecker endclass endclocking endconfig
    endfunction endgenerate endgroup endinterface endmodule endpackage endprimitive endprogram endproperty endspecify endsequence endtable
    endtask enum event eventually expect export extends extern final first_match for force foreach forever fork forkjoin function generate
    genvar global highz0 highz1 if iff ifnone ignore_bins illegal_bins implements implies import incdir include initial inout input inside
    instance int integer interconnect interface intersect join join_any join_none large let liblist library local localparam logic longint
    macromodule matches medium modport module nand negedge nettype new nexttime nmos nor noshowcancelled not notif0 notif1 null or output
    package packed parameter pmos posedge primitive priority program property protected pull0 pull1 pulldown pullup
    pulsestyle_ondetect pulsestyle_onevent pure rand randc randcase randsequence rcmos real realtime ref reg reject_on release repeat
    restrict return rnmos rpmos rtran rtranif0 rtranif1 s_always s_eventually s_nexttime s_until s_until_with scalared sequence shortint
    shortreal showcancelled signed small soft solve specify specparam static string strong strong0 strong1 struct super supply0 supply1
    sync_accept_on sync_reject_on table tagged task this throughout time timeprecision timeunit tran tranif0 tranif1 tri tri0 tri1 triand
    trior trireg type typedef union unique unique0 unsigned until until_with untyped use uwire var vectored virtual void wait wait_order
    wand weak weak0 weak1 while wildcard wire with within wor xnor xor";
