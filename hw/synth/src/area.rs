//! Area and depth by Yosys, for UltraScale+ and 7 series: the design whole, and block by block.

use crate::blocks::{self, BLOCKS, CORE, WATCHED};
use crate::netlist::{Module, Netlist};
use crate::tool;
use crate::verilog::{modules, short};
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

/// The families, as Yosys calls them.
pub const FAMILIES: [&str; 2] = ["xcup", "xc7"];

/// What a part of a design takes.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Area {
    /// Lookup tables that are logic, inverters among them.
    pub lut: usize,
    /// Lookup tables that are memories or shift registers.
    pub lut_ram: usize,
    /// Flip-flops.
    pub ff: usize,
    /// Of these, what the output registers of block memories can take; see [`Module::output_registers`].
    pub ram_ff: usize,
    /// Carry blocks of four bits.
    pub carry: usize,
    /// Block memories of 36 Kbit.
    pub ramb36: usize,
    /// Block memories of 18 Kbit.
    pub ramb18: usize,
    /// Ultra memories of 288 Kbit.
    pub uram: usize,
    /// The most levels of logic between registers or ports; see [`Module::levels`].
    pub levels: usize,
}

impl Area {
    /// The heads of the table's columns, in the order of [`Area::figures`].
    pub const COLUMNS: [&str; 9] = ["LUT", "LUTRAM", "FF", "RAMFF", "carry", "RAMB36", "RAMB18", "URAM", "levels"];

    /// Its figures, in the order of the fields.
    pub fn figures(&self) -> [usize; 9] {
        [self.lut, self.lut_ram, self.ff, self.ram_ff, self.carry, self.ramb36, self.ramb18, self.uram, self.levels]
    }

    /// The area whose figures these are.
    pub fn from_figures([lut, lut_ram, ff, ram_ff, carry, ramb36, ramb18, uram, levels]: [usize; 9]) -> Self {
        Self { lut, lut_ram, ff, ram_ff, carry, ramb36, ramb18, uram, levels }
    }

    /// Adds `count` copies of another; it is as deep as the deeper of both.
    fn include(&mut self, other: &Area, count: usize) {
        let (mut figures, other) = (self.figures(), other.figures());
        figures.iter_mut().zip(other).for_each(|(figure, other)| *figure += count * other);
        let levels = self.levels.max(other[other.len() - 1]);
        *self = Self { levels, ..Self::from_figures(figures) };
    }

    /// Adds `count` cells of a kind.
    ///
    /// # Errors
    /// A latch, and any cell that no column counts.
    fn add(&mut self, kind: &str, count: usize) -> Result<()> {
        let (column, each) = match kind {
            "LUT1" | "LUT2" | "LUT3" | "LUT4" | "LUT5" | "LUT6" | "INV" => (&mut self.lut, 1),
            "SRL16E" | "SRLC16E" | "SRLC32E" => (&mut self.lut_ram, 1),
            "RAM32X1S" | "RAM64X1S" => (&mut self.lut_ram, 1),
            "RAM32X1D" | "RAM64X1D" => (&mut self.lut_ram, 2),
            "RAM32M" | "RAM64M" | "RAM128X1D" => (&mut self.lut_ram, 4),
            "RAM32M16" | "RAM64M8" | "RAM256X1D" => (&mut self.lut_ram, 8),
            "FDRE" | "FDSE" | "FDCE" | "FDPE" => (&mut self.ff, 1),
            "CARRY4" => (&mut self.carry, 1),
            "RAMB36E1" | "RAMB36E2" => (&mut self.ramb36, 1),
            "RAMB18E1" | "RAMB18E2" => (&mut self.ramb18, 1),
            "URAM288" => (&mut self.uram, 1),
            // Multiplexers next to the tables, and notes of where a cell comes from.
            "MUXF7" | "MUXF8" | "MUXF9" | "$scopeinfo" => return Ok(()),
            "LDCE" | "LDPE" => bail!("{count} latches"),
            _ => bail!("{count} cells of kind {kind}, which no column counts"),
        };
        *column += count * each;
        Ok(())
    }
}

/// Nanoseconds in an UltraScale+'s flip-flops, clock to output and setup.
const REGISTER: f64 = 0.11;
/// Nanoseconds in one level of logic and the net in front of it: published delays of cells (0.05 to 0.15) and usual delays of nets, from those
/// that stay near to those that fan out.
const LEVEL: [f64; 2] = [0.33, 0.55];

/// A range in MHz within which an UltraScale+ may reach `levels` of logic between registers, as far as their number tells: no more than an
/// estimate, for no open tool places and routes for this family.
fn estimate(levels: usize) -> [f64; 2] {
    LEVEL.map(|level| 1000.0 / (REGISTER + levels as f64 * level))
}

/// A line of the table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// Family, design and part, as `xcup 512x8 hash`.
    pub name: String,
    /// What it takes.
    pub area: Area,
}

/// What Yosys makes of one design for one family.
pub struct Measured {
    /// Each block without the blocks it holds, then the core and the whole: sums of blocks, but as deep as their netlist is without borders.
    pub rows: Vec<Row>,
    /// The block memories, as `entry memory.store: 16 RAMB36E2`.
    pub memories: Vec<String>,
}

/// Measures the distributor whose Verilog is `text`, its blocks kept apart.
///
/// # Errors
/// A loop of logic, a latch, a net without or with several drivers, a cell that no column counts; whatever keeps a tool from running.
pub fn measure(variant: &str, top: &str, family: &str, text: &str) -> Result<Measured> {
    let blocks = blocks::of(&modules(text)?)?;
    let wholes: Vec<&str> = blocks.iter().copied().filter(|block| *block == CORE).chain([top]).collect();
    let folder = tool::folder(&format!("{family}_{variant}"))?;
    let netlist = synthesise(&folder, top, family, text, &wholes)?;
    let mut measured = Measured { rows: vec![], memories: vec![] };
    for block in blocks {
        let module = netlist.module(block)?;
        let area = own(module).with_context(|| format!("{family} {variant} {}", block))?;
        measured.rows.push(Row { name: format!("{family} {variant} {}", short(block)), area });
        measured.memories.extend(memories(module).into_iter().map(|(memory, cells)| format!("{} {memory}: {cells}", short(block))));
    }
    for whole in wholes {
        let flat = Netlist::read(&flat(&folder, whole))?;
        let area = Area { levels: flat.module(whole)?.levels()?, ..sum(&netlist, whole)? };
        measured.rows.push(Row { name: format!("{family} {variant} {}+", short(whole)), area });
    }
    Ok(measured)
}

/// Where the netlist of a whole without borders between its blocks is written.
fn flat(folder: &Path, whole: &str) -> PathBuf {
    folder.join(format!("flat_{whole}.json"))
}

/// What the module `name` and the blocks it holds take together, and the deepest of them.
fn sum(netlist: &Netlist, name: &str) -> Result<Area> {
    let module = netlist.module(name)?;
    let mut area = own(module)?;
    for (kind, count) in module.kinds().into_iter().filter(|(kind, _)| is_block(kind)) {
        area.include(&sum(netlist, kind)?, count);
    }
    Ok(area)
}

fn is_block(kind: &str) -> bool {
    BLOCKS.contains(&kind)
}

/// Measures the module `top` of `text` by itself, in the folder called `run`.
///
/// # Errors
/// As for [`measure`].
pub fn measure_module(run: &str, top: &str, family: &str, text: &str) -> Result<Area> {
    let folder = tool::folder(run)?;
    own(synthesise(&folder, top, family, text, &[])?.module(top)?)
}

/// What a module takes without the blocks it holds.
fn own(module: &Module) -> Result<Area> {
    let mut area = Area { levels: module.levels()?, ram_ff: module.output_registers(), ..Area::default() };
    for (kind, count) in module.kinds() {
        if !is_block(kind) {
            area.add(kind, count)?;
        }
    }
    Ok(area)
}

/// A module's block memories, and the cells each has become.
fn memories(module: &Module) -> BTreeMap<String, String> {
    let mut cells: BTreeMap<String, BTreeMap<&str, usize>> = BTreeMap::new();
    for (name, kind) in module.named(|kind| kind.starts_with("RAMB") || kind.starts_with("URAM")) {
        let memory = name.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '.');
        *cells.entry(memory.to_string()).or_default().entry(kind).or_default() += 1;
    }
    let text = |kinds: BTreeMap<&str, usize>| kinds.iter().map(|(kind, count)| format!("{count} {kind}")).collect::<Vec<_>>().join(", ");
    cells.into_iter().map(|(memory, kinds)| (memory, text(kinds))).collect()
}

/// Levels of the hierarchy that hold something for the watched ports alone: the core, and its pipeline.
const LEVELS: usize = 3;

/// Runs Yosys in `folder`, and reads the netlist it makes. The same netlist without borders between blocks is written for each of `wholes`: a path
/// that leaves one block and ends in another is seen there alone.
fn synthesise(folder: &Path, top: &str, family: &str, text: &str, wholes: &[&str]) -> Result<Netlist> {
    // An output left open by `.name()` would keep Yosys from taking that output off where every instance leaves it open.
    let text: String = text.lines().filter(|line| !line.ends_with("(),")).flat_map(|line| [line, "\n"]).collect();
    std::fs::write(folder.join("design.v"), text)?;
    let watched: String = WATCHED.iter().map(|ports| format!(" {top}/{ports}")).collect();
    // Takes off, a level of the hierarchy at a time, what only the watched ports would show.
    let unwatched = "opt_hier\nopt_clean\n".repeat(LEVELS);
    let blocks: String = BLOCKS.iter().map(|block| format!(" {}", block)).collect();
    let flats: String = wholes
        .iter()
        .map(|whole| {
            let file = flat(Path::new(""), whole);
            format!("design -load mapped\nhierarchy -top {whole}\nflatten\nopt_clean\nwrite_json {}\n", file.display())
        })
        .collect();
    // `check` finds loops of logic and nets with no driver or several: in the source, then in what has become of it.
    let script = format!(
        "\
read_verilog design.v
hierarchy -check -top {top}
proc
check -assert
select -assert-none t:$dlatch
delete -port{watched}
setattr -mod -set keep_hierarchy 1{blocks}
flatten
opt_clean
{unwatched}synth_xilinx -family {family} -flatten -noiopad -noclkbuf -abc9 -top {top}
check -assert
write_json -selected netlist.json
setattr -mod -unset keep_hierarchy *
design -save mapped
{flats}"
    );
    tool::yosys(folder, &script)?;
    Netlist::read(&folder.join("netlist.json"))
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{:36}", "")?;
        Area::COLUMNS.iter().try_for_each(|column| write!(f, "{column:>8}"))?;
        writeln!(f, "  MHz, estimated")?;
        for Row { name, area } in &self.rows {
            write!(f, "{name:36}")?;
            area.figures().iter().try_for_each(|figure| write!(f, "{figure:8}"))?;
            match (name.starts_with("xcup"), area.levels) {
                (true, 1..) => {
                    let [fast, slow] = estimate(area.levels);
                    writeln!(f, "  {slow:.0} to {fast:.0}")?;
                }
                _ => writeln!(f)?,
            }
        }
        self.memories.iter().try_for_each(|memory| writeln!(f, "    {memory}"))
    }
}
