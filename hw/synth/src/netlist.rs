//! A mapped netlist as Yosys writes it: what it is made of, and how many levels of logic lie between registers.

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

/// A design's modules, by name.
#[derive(Deserialize)]
pub struct Netlist {
    modules: BTreeMap<String, Module>,
}

/// A module: cells, and instances of other modules.
#[derive(Deserialize)]
pub struct Module {
    #[serde(default)]
    ports: BTreeMap<String, ModulePort>,
    cells: BTreeMap<String, Cell>,
}

#[derive(Deserialize)]
struct ModulePort {
    direction: Direction,
    bits: Vec<Bit>,
}

/// A port of a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pin {
    /// What it is called.
    pub name: String,
    /// Its bits.
    pub width: usize,
    /// Whether it goes into the module.
    pub input: bool,
}

#[derive(Deserialize)]
struct Cell {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    port_directions: BTreeMap<String, Direction>,
    connections: BTreeMap<String, Vec<Bit>>,
}

#[derive(Clone, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Direction {
    Input,
    Output,
    Inout,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Bit {
    Net(usize),
    Constant(#[allow(dead_code, reason = "only that it is one counts")] String),
}

impl Bit {
    fn net(&self) -> Option<usize> {
        if let Bit::Net(net) = self { Some(*net) } else { None }
    }
}

impl Netlist {
    /// Reads what `write_json` wrote.
    ///
    /// # Errors
    /// What the system or the parser reports.
    pub fn read(file: &Path) -> Result<Self> {
        let text = std::fs::read(file).with_context(|| file.display().to_string())?;
        serde_json::from_slice(&text).with_context(|| file.display().to_string())
    }

    /// The module called `name`.
    ///
    /// # Errors
    /// That there is none.
    pub fn module(&self, name: &str) -> Result<&Module> {
        self.modules.get(name).with_context(|| format!("the netlist has no module {name}"))
    }
}

impl Module {
    /// Its ports, by name.
    pub fn pins(&self) -> Vec<Pin> {
        let pin = |(name, port): (&String, &ModulePort)| Pin {
            name: name.clone(),
            width: port.bits.len(),
            input: port.direction == Direction::Input,
        };
        self.ports.iter().map(pin).collect()
    }

    /// Whether it has an instance called `name`, or what was inside of it.
    pub fn has(&self, name: &str) -> bool {
        self.cells.keys().any(|cell| cell.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')))
    }

    /// How many cells and instances there are of each kind.
    pub fn kinds(&self) -> BTreeMap<&str, usize> {
        let mut kinds = BTreeMap::new();
        self.cells.values().for_each(|cell| *kinds.entry(cell.kind.as_str()).or_default() += 1);
        kinds
    }

    /// Names and kinds of the cells that `wanted` picks by kind.
    pub fn named(&self, wanted: impl Fn(&str) -> bool) -> impl Iterator<Item = (&str, &str)> {
        self.cells.iter().filter(move |(_, cell)| wanted(&cell.kind)).map(|(name, cell)| (name.as_str(), cell.kind.as_str()))
    }

    /// Flip-flops that take nothing but a bit of a block memory's output, which goes nowhere else: the memory's own output register can take their
    /// place, as Vivado does and Yosys does not.
    pub fn output_registers(&self) -> usize {
        let is_memory = |cell: &&Cell| cell.kind.starts_with("RAMB") || cell.kind.starts_with("URAM");
        let read: HashSet<usize> = self.cells.values().filter(is_memory).flat_map(Cell::driven).collect();
        let mut loads: HashMap<usize, usize> = HashMap::new();
        self.cells.values().flat_map(Cell::loaded).for_each(|net| *loads.entry(net).or_default() += 1);
        let registers = self.cells.values().filter(|cell| cell.kind == "FDRE");
        let data = registers.filter_map(|cell| cell.connections.get("D")?.first()?.net());
        data.filter(|net| read.contains(net) && loads[net] == 1).count()
    }

    /// The most levels of logic on a path between registers or ports: a lookup table or a memory that is read in no clock is one, and so is a
    /// carry chain, whatever its length.
    ///
    /// # Errors
    /// A loop of logic.
    pub fn levels(&self) -> Result<usize> {
        let cells: Vec<&Cell> = self.cells.values().filter(|cell| is_logic(&cell.kind)).collect();
        let mut drivers = HashMap::new();
        for (number, cell) in cells.iter().enumerate() {
            for net in cell.driven() {
                drivers.insert(net, number);
            }
        }
        let mut deepest = vec![Depth::Unknown; cells.len()];
        for start in 0..cells.len() {
            walk(start, &cells, &drivers, &mut deepest)?;
        }
        Ok(deepest.iter().map(|depth| if let Depth::Known(levels) = depth { *levels } else { 0 }).max().unwrap_or(0))
    }
}

impl Cell {
    /// The nets it drives.
    fn driven(&self) -> impl Iterator<Item = usize> {
        let outputs = self.connections.iter().filter(|(port, _)| self.port_directions.get(*port) == Some(&Direction::Output));
        outputs.flat_map(|(_, bits)| bits).filter_map(Bit::net)
    }

    /// The nets that it reads, once for each bit of a port.
    fn loaded(&self) -> impl Iterator<Item = usize> {
        let inputs = self.connections.iter().filter(|(port, _)| self.port_directions.get(*port) == Some(&Direction::Input));
        inputs.flat_map(|(_, bits)| bits).filter_map(Bit::net)
    }

    /// The nets that the outputs depend on in the same clock: of a memory, only the addresses.
    fn awaited(&self) -> impl Iterator<Item = usize> {
        let memory = self.kind.starts_with("RAM");
        let ports = self.connections.iter().filter(move |(port, _)| !memory || port.starts_with('A') || port.starts_with("DPRA"));
        let inputs = ports.filter(|(port, _)| self.port_directions.get(*port) == Some(&Direction::Input));
        inputs.flat_map(|(_, bits)| bits).filter_map(Bit::net)
    }

    /// The nets by which a longer carry chain comes in.
    fn chained(&self) -> impl Iterator<Item = usize> {
        let port = if self.kind.starts_with("CARRY") { self.connections.get("CI") } else { None };
        port.into_iter().flatten().filter_map(Bit::net)
    }
}

/// Whether a signal passes through in no clock. An inverter goes into the table after it.
fn is_logic(kind: &str) -> bool {
    ["LUT", "CARRY", "MUXF", "RAM32", "RAM64", "RAM128", "RAM256", "INV"].iter().any(|logic| kind.starts_with(logic))
}

#[derive(Clone, Copy)]
enum Depth {
    Unknown,
    /// On the path that is being walked.
    Open,
    Known(usize),
}

/// Finds how deep the output of cell `start` lies, without recursion: paths can be long.
fn walk(start: usize, cells: &[&Cell], drivers: &HashMap<usize, usize>, deepest: &mut [Depth]) -> Result<()> {
    let mut path = vec![start];
    while let Some(&at) = path.last() {
        if let Depth::Known(_) = deepest[at] {
            path.pop();
            continue;
        }
        let cell = cells[at];
        let from: Vec<usize> = cell.awaited().filter_map(|net| drivers.get(&net).copied()).collect();
        let open: Vec<usize> = from.iter().copied().filter(|&driver| !matches!(deepest[driver], Depth::Known(_))).collect();
        if open.is_empty() {
            deepest[at] = Depth::Known(depth(cell, drivers, deepest));
        } else if matches!(deepest[at], Depth::Open) {
            bail!("a loop of logic through a {}", cell.kind);
        } else {
            deepest[at] = Depth::Open;
            path.extend(open);
        }
    }
    Ok(())
}

/// The depth of a cell all of whose drivers are known.
fn depth(cell: &Cell, drivers: &HashMap<usize, usize>, deepest: &[Depth]) -> usize {
    let known = |net: usize| match drivers.get(&net).map(|&driver| deepest[driver]) {
        Some(Depth::Known(levels)) => levels,
        _ => 0,
    };
    let own = usize::from(!["INV", "MUXF"].iter().any(|free| cell.kind.starts_with(free)));
    let chain = cell.chained().map(known).max().unwrap_or(0);
    let chained: Vec<usize> = cell.chained().collect();
    let others = cell.awaited().filter(|net| !chained.contains(net)).map(known).max().unwrap_or(0);
    chain.max(others + own)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A cell that reads net sets by port, and drives others.
    fn cell(kind: &str, inputs: &[(&str, &[usize])], outputs: &[(&str, &[usize])]) -> Cell {
        let side = |ports: &[(&str, &[usize])], direction: &str| {
            let parse = |text: String| serde_json::from_str::<Direction>(&text).unwrap();
            ports.iter().map(|(port, _)| (port.to_string(), parse(format!("{direction:?}")))).collect::<Vec<_>>()
        };
        let nets = |nets: &[usize]| nets.iter().map(|&net| Bit::Net(net)).collect();
        Cell {
            kind: kind.into(),
            port_directions: [side(inputs, "input"), side(outputs, "output")].concat().into_iter().collect(),
            connections: inputs.iter().chain(outputs).map(|(port, bits)| (port.to_string(), nets(bits))).collect(),
        }
    }

    fn levels(cells: Vec<Cell>) -> Result<usize> {
        Module { ports: BTreeMap::new(), cells: cells.into_iter().enumerate().map(|(number, cell)| (number.to_string(), cell)).collect() }
            .levels()
    }

    #[test]
    fn counts_tables_between_registers_and_a_chain_once() {
        let chain = vec![
            cell("FDRE", &[("D", &[60])], &[("Q", &[1])]),
            cell("LUT2", &[("I0", &[1])], &[("O", &[2])]),
            cell("CARRY4", &[("S", &[2])], &[("CO", &[10])]),
            cell("CARRY4", &[("CI", &[10])], &[("CO", &[11])]),
            cell("CARRY4", &[("CI", &[11])], &[("O", &[12])]),
            cell("INV", &[("I", &[12])], &[("O", &[13])]),
            cell("LUT6", &[("I3", &[13])], &[("O", &[60])]),
        ];
        assert_eq!(levels(chain).unwrap(), 3, "table, chain, table");
        assert_eq!(levels(vec![cell("FDRE", &[("D", &[1])], &[("Q", &[1])])]).unwrap(), 0);
    }

    #[test]
    fn counts_a_small_memory_from_its_address_and_not_from_its_data() {
        let memory = |address, data| cell("RAM32M16", &[("ADDRA", address), ("DIA", data)], &[("DOA", &[3])]);
        let table = || cell("LUT1", &[("I0", &[1])], &[("O", &[2])]);
        assert_eq!(levels(vec![table(), memory(&[2], &[9])]).unwrap(), 2);
        assert_eq!(levels(vec![table(), memory(&[9], &[2])]).unwrap(), 1);
    }

    #[test]
    fn tells_the_flip_flops_that_a_block_memory_can_take() {
        let memory = || cell("RAMB36E2", &[("ADDRARDADDR", &[9])], &[("DOUTADOUT", &[1, 2, 3])]);
        let register = |d, q| cell("FDRE", &[("D", &[d])], &[("Q", &[q])]);
        let count = |cells: Vec<Cell>| {
            Module {
                ports: BTreeMap::new(),
                cells: cells.into_iter().enumerate().map(|(number, cell)| (number.to_string(), cell)).collect(),
            }
            .output_registers()
        };
        assert_eq!(count(vec![memory(), register(1, 11), register(2, 12), register(4, 13)]), 2, "the third is of something else");
        let table = cell("LUT2", &[("I0", &[2])], &[("O", &[14])]);
        assert_eq!(count(vec![memory(), register(1, 11), register(2, 12), table]), 1, "the second bit goes elsewhere as well");
    }

    #[test]
    fn refuses_a_loop() {
        let looped = vec![cell("LUT2", &[("I0", &[2])], &[("O", &[1])]), cell("LUT2", &[("I0", &[1])], &[("O", &[2])])];
        assert_eq!(levels(looped).unwrap_err().to_string(), "a loop of logic through a LUT2");
    }
}
