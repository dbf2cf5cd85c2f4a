//! Neighbours that are placed together: where a path that leaves one block ends in the next, placing single blocks does not show it.

use crate::netlist::{Netlist, Pin};
use crate::tool;
use crate::verilog::{ModuleText, Port};
use anyhow::{Context, Result, ensure};

/// Instances of one module that are placed together, with what joins them.
pub struct Group {
    /// What it is called in tables, records and commands.
    pub name: &'static str,
    /// The module that holds them.
    parent: &'static str,
    /// The instances, as the module names them.
    instances: &'static [&'static str],
    /// One more, of which these parts are left out.
    opened: Option<(&'static str, &'static [&'static str])>,
}

/// The groups, in the order of the walk.
pub const GROUPS: [Group; 3] = [
    Group {
        name: "frame_side",
        parent: "tandem_port_stream",
        instances: &["ingress", "beats", "lengths", "decision_fifo", "egress"],
        opened: None,
    },
    Group { name: "icmp_to_rules", parent: "tandem_pipeline", instances: &["icmp", "tuple_select", "classifier"], opened: None },
    // Of the hash its beginning: what follows is the same again, and is placed as a block.
    Group {
        name: "key_to_hash",
        parent: "tandem_pipeline",
        instances: &["key", "group_table"],
        opened: Some(("hasher", &["rounds_1", "rounds_2", "rounds_3", "rounds_4", "rounds_5", "rounds_6"])),
    },
];

/// A group as a module of its own.
pub struct Grouped {
    name: &'static str,
    text: String,
    pins: Vec<Pin>,
}

impl Group {
    /// The group called `name`, where there is one.
    pub fn named(name: &str) -> Option<&'static Self> {
        GROUPS.iter().find(|group| group.name == name)
    }

    /// Makes a module of it, with a port for each signal that leads in or out.
    ///
    /// # Errors
    /// An instance that the module has not, and whatever keeps Yosys from running.
    pub fn module(&self, design: &str, modules: &[ModuleText]) -> Result<Grouped> {
        let Self { name, parent, instances, opened } = self;
        let folder = tool::folder(&format!("group_{design}_{name}"))?;
        let all: String = modules.iter().map(|module| format!("\n{}", module.text)).collect();
        std::fs::write(folder.join("design.v"), all)?;
        let mut cells: Vec<String> = instances.iter().map(|instance| format!("{parent}/c:{instance}")).collect();
        let mut open = String::new();
        if let Some((instance, without)) = opened {
            open = format!("flatten {parent}/c:{instance}");
            cells.push(format!("{parent}/c:*{instance}.*"));
            without.iter().for_each(|part| cells.push(format!("{parent}/c:*{instance}.{part}.* %d")));
        }
        // Its own logic would otherwise be processes, of which no part can be taken out.
        let script = format!(
            "\
read_verilog design.v
hierarchy -top {parent}
proc
{open}
setattr -set submod \"{name}\" {cells}
submod {parent}
rename {parent}_{name} {name}
select {name}
write_json -selected group.json
write_verilog -noattr -norename -selected group.v
",
            cells = cells.join(" ")
        );
        tool::yosys(&folder, &script)?;
        let netlist = Netlist::read(&folder.join("group.json"))?;
        let group = netlist.module(name)?;
        let opened = opened.map(|(instance, _)| instance);
        let missing: Vec<&str> = instances.iter().copied().chain(opened).filter(|instance| !group.has(instance)).collect();
        ensure!(missing.is_empty(), "{parent} has no {}; remedy: give hw/synth/src/groups.rs their new names", missing.join(", "));
        let file = folder.join("group.v");
        let text = std::fs::read_to_string(&file).with_context(|| file.display().to_string())?;
        Ok(Grouped { name, text, pins: group.pins() })
    }
}

impl Grouped {
    /// It, as the emitted modules are.
    pub fn as_module(&self) -> ModuleText<'_> {
        let ports = self.pins.iter().map(|pin| Port { name: &pin.name, width: pin.width, input: pin.input, fields: Vec::new() });
        ModuleText { name: self.name, text: &self.text, ports: ports.collect() }
    }
}
