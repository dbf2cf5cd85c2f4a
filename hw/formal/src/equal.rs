//! The hash pipeline equals the algorithm, for every key and secret.
//!
//! Two things together: all paths from an input to the output pass the same number of registers, however many; and with the registers taken out
//! the pipeline is the algorithm, written in `properties/halfsiphash.v` from its description and not from the pipeline.

use crate::prove::Proved;
use crate::tool;
use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::time::Instant;

/// The algorithm in Verilog, module `halfsiphash`.
pub const ALGORITHM: &str = include_str!("../properties/halfsiphash.v");

/// Module `at_once` around the pipeline.
const AT_ONCE: &str = include_str!("../properties/hash.v");

/// Proves it of the module `tandem_hash` of `text`, in the folder called `run`.
///
/// # Errors
/// Registers out of step, a register with reset or enable, inputs that hash otherwise; whatever keeps a tool from running.
pub fn prove(run: &str, text: &str) -> Result<Proved> {
    let start = Instant::now();
    let folder = synth::tool::folder(run)?;
    std::fs::write(folder.join("design.v"), format!("{text}{AT_ONCE}"))?;
    std::fs::write(folder.join("algorithm.v"), ALGORITHM)?;
    std::fs::write(folder.join("wires.v"), "module \\$_DFF_P_ (input D, input C, output Q); assign Q = D; endmodule\n")?;
    synth::tool::yosys(
        &folder,
        "\
read_verilog -sv design.v
hierarchy -check -top at_once
proc
flatten
memory_map
opt_clean
simplemap
clean
write_json netlist.json
techmap -map wires.v
delete -port at_once/clk
techmap
aigmap
clean
select -assert-none t:$_*DFF* t:$*latch*
write_aiger pipeline.aig
design -reset
read_verilog algorithm.v
hierarchy -top halfsiphash
proc
techmap
aigmap
clean
write_aiger algorithm.aig
",
    )?;
    let netlist = serde_json::from_slice(&std::fs::read(folder.join("netlist.json"))?).context("netlist.json")?;
    let registers = registers(&netlist)?;
    let printed = tool::abc(&folder, "cec -n pipeline.aig algorithm.aig")?;
    ensure!(printed.contains("Networks are equivalent"), "hash: is not HalfSipHash-2-4: {}", tools::end(&printed));
    Ok(Proved {
        block: "hash".into(),
        says: "equals HalfSipHash-2-4, for every key and secret",
        method: format!("cec; in step, {registers} registers"),
        seconds: start.elapsed().as_secs_f64(),
    })
}

/// How many registers all paths through the module `at_once` pass.
fn registers(netlist: &Value) -> Result<usize> {
    let module = netlist.pointer("/modules/at_once").context("netlist.json has no module at_once")?;
    let nets = |bits: &Value| -> Vec<u64> { bits.as_array().into_iter().flatten().filter_map(Value::as_u64).collect() };
    let object = |value: &Value| value.as_object().cloned().unwrap_or_default();

    // For each net what drives it: the nets that go in, and whether it is a register.
    let mut drivers: HashMap<u64, (Vec<u64>, bool)> = HashMap::new();
    for cell in object(&module["cells"]).values() {
        let register = cell["type"].as_str().is_some_and(|kind| kind.contains("DFF"));
        let ports = object(&cell["connections"]);
        let of = |direction: &str| {
            let ours = ports.iter().filter(|(port, _)| cell["port_directions"][port.as_str()] == direction);
            ours.filter(|(port, _)| !(register && port.as_str() == "C"))
                .map(|(port, bits)| (port.clone(), nets(bits)))
                .collect::<BTreeMap<_, _>>()
        };
        let [inputs, outputs] = ["input", "output"].map(of);
        // A wide adder's low sum bits do not wait for its high inputs, but they come in the same clock.
        let inputs: Vec<u64> = inputs.into_values().flatten().collect();
        for net in outputs.into_values().flatten() {
            drivers.insert(net, (inputs.clone(), register));
        }
    }

    // The registers on the paths to a net; none where a constant is all that comes.
    let mut known: HashMap<u64, Option<usize>> = HashMap::new();
    for port in ["secret", "key"] {
        known.extend(nets(&module["ports"][port]["bits"]).into_iter().map(|net| (net, Some(0))));
    }
    let outputs = nets(&module["ports"]["hash"]["bits"]);
    ensure!(!known.is_empty() && !outputs.is_empty(), "hash: no ports secret, key and hash");
    let mut path = outputs.clone();
    while let Some(&net) = path.last() {
        if known.contains_key(&net) {
            path.pop();
            continue;
        }
        let (inputs, register) = drivers.get(&net).with_context(|| format!("hash: nothing drives net {net}"))?;
        let open: Vec<u64> = inputs.iter().copied().filter(|input| !known.contains_key(input)).collect();
        if open.is_empty() {
            let mut steps = inputs.iter().filter_map(|input| known[input]);
            let first = steps.next();
            if let Some(other) = steps.find(|step| Some(*step) != first) {
                bail!("hash: registers out of step: where paths meet, one has passed {} registers, another {other}", first.unwrap_or(0));
            }
            known.insert(net, first.map(|first| first + usize::from(*register)));
        } else {
            ensure!(path.len() < 1_000_000, "hash: a loop through registers");
            path.extend(open);
        }
    }
    let first = known[&outputs[0]].context("hash: the output is a constant")?;
    ensure!(outputs.iter().all(|net| known[net] == Some(first)), "hash: the output's bits are not of one clock");
    Ok(first)
}
