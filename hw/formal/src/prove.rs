//! The proof of one claim on one block.

use crate::claim::{Claim, Method};
use crate::induction;
use crate::text::{Bound, bind};
use crate::tool;
use anyhow::{Context, Result, bail};
use std::fmt;
use std::path::Path;
use std::time::Instant;
use synth::verilog::modules;

/// A line of the table: one proof.
pub struct Proved {
    /// The block.
    pub block: String,
    /// What was proved of it.
    pub says: &'static str,
    /// The method, and for how many clocks.
    pub method: String,
    /// The time that the proof took.
    pub seconds: f64,
}

/// The table's head.
pub const HEAD: &str = "seconds  block                      method                             property";

impl fmt::Display for Proved {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{:7.1}  {:26} {:34} {}", self.seconds, self.block, self.method, self.says)
    }
}

/// Proves `claim` of the module `block` in `text`, in the folder called `run`.
///
/// # Errors
/// A property that does not hold, assumptions that contradict each other, or a tool that does not run.
pub fn prove(run: &str, claim: &Claim, block: &str, text: &str) -> Result<Proved> {
    let start = Instant::now();
    let folder = synth::tool::folder(run)?;
    let bound = bind(&modules(text)?, block, claim)?;
    std::fs::write(folder.join("design.sv"), &bound.verilog)?;
    std::fs::write(folder.join("links.ys"), &bound.links)?;
    synth::tool::yosys(&folder, &script(block, claim))?;

    let check = |what: &str, arguments: &[&str]| -> Result<()> {
        let (passed, output) = tool::smtbmc(&folder, arguments)?;
        if !passed {
            bail!("{block}: {what}: {}\nwaves of the clocks before it: {}/trace.vcd", refused(&output, &bound), folder.display());
        }
        Ok(())
    };
    let trace = ["--dump-vcd", "trace.vcd"];
    let method = match claim.method {
        Method::Induction(clocks) | Method::History(clocks) => {
            // More clocks than induction needs: most failures are found here, with all the clocks before them. --keep-going, since statements on
            // the registers fail before the property that they support.
            check("does not hold after reset", &[&["-t", &clocks.to_string(), "--keep-going"], &trace[..]].concat())?;
            let (before, many) = match claim.method {
                Method::History(clocks) => (clocks, format!("{clocks} clocks")),
                _ => (1, "one clock".into()),
            };
            if !induction::follows(&folder, block, before)? {
                // `smtbmc` tells which statement, and shows the clocks before.
                check("does not follow from the clock before", &[&["-i", "-t", &before.to_string()], &trace[..]].concat())?;
                bail!("{block}: smtbmc holds what yices-smt2 refuses, in {}", folder.display());
            }
            format!("for ever: induction from {many}")
        }
        Method::Reachability(clocks) => {
            check("does not hold", &[&["-t", &clocks.to_string()], &trace[..]].concat())?;
            reach(&folder).with_context(|| format!("{block}: holds for {clocks} clocks, but not for ever"))?;
            format!("for ever: PDR; yices {clocks} clocks")
        }
    };
    // A proof is empty if the interesting cases cannot happen.
    check("cannot happen under the assumptions", &["-c", "-t", "32"])?;
    Ok(Proved { block: block.to_string(), says: claim.says, method, seconds: start.elapsed().as_secs_f64() })
}

/// The Yosys script that makes the solver's model of a block, and ABC's for reachability.
fn script(block: &str, claim: &Claim) -> String {
    let parameters: String = claim.parameters.iter().map(|(name, value)| format!("chparam -set {name} {value} {block}\n")).collect();
    // Memories keep their read registers, so that statements can name them. Unlike elsewhere, Yosys would read what is for simulation only.
    let model = format!(
        "\
read_verilog -formal -DSYNTHESIS -sv design.sv
{parameters}hierarchy -check -top {block}
proc
flatten
script links.ys
prep -nordff -flatten -top {block}
async2sync
dffunmap
delete -output
opt_clean
write_smt2 -wires model.smt2
"
    );
    if !matches!(claim.method, Method::Reachability(_)) {
        return model;
    }
    // A register without reset starts with anything.
    model
        + "\
chformal -cover -remove
opt_clean
setundef -anyseq
setattr -unset keep
opt -full
techmap
opt -fast
memory_map -formal
formalff -clk2ff -ff2anyinit
simplemap
dffunmap
setundef -anyseq
opt_clean
aigmap
opt_clean
write_aiger -I -B -zinit -no-startoffset -map model.aim model.aig
"
}

/// Has ABC prove the model in `folder`.
fn reach(folder: &Path) -> Result<()> {
    let output = tool::abc(folder, "read_aiger model.aig; fold; strash; scorr; dc2; pdr")?;
    if !output.contains("Property proved.") || !output.contains("Verification of invariant") {
        bail!("ABC in {} refuses: {}", folder.display(), tools::end(&output));
    }
    Ok(())
}

/// The properties that `smtbmc` has found not to hold: their names, or their lines.
fn refused(output: &str, bound: &Bound) -> String {
    let properties = output.lines().filter_map(|line| {
        let (_, what) = ["Assert failed in ", "Unreached cover statement at "].iter().find_map(|mark| line.split_once(mark))?;
        let line = what.split_once("design.sv:").and_then(|(_, place)| place.split('.').next()?.parse::<usize>().ok());
        Some(line.and_then(|line| bound.verilog.lines().nth(line - 1)).map_or(what, str::trim).to_string())
    });
    let properties: Vec<String> = properties.collect();
    if properties.is_empty() { tools::end(output) } else { properties.join("\n    ") }
}
