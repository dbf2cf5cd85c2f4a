//! The designs that are simulated.

use crate::Clock;

/// Packet ports of a distributor, as of the contract and of `harness/bench.h`.
pub(crate) const PORTS: usize = 2;

#[cfg(test)]
const _: () = assert!(PORTS == contract::limits::PORTS);

/// An emitted design, as it is simulated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Design {
    /// `tandem_core`, 512 bit and 8 groups.
    Core512,
    /// `tandem_core`, 256 bit and 4 groups.
    Core256,
    /// `tandem_distributor`, 512 bit and 8 groups, a decision side per port.
    Distributor512,
    /// `tandem_distributor`, 512 bit and 8 groups, one decision side for both ports.
    Shared512,
    /// `tandem_distributor`, 256 bit and 4 groups, one decision side for both ports.
    Distributor256,
    /// `tandem_250mhz`, the 512-bit distributor as user logic of OpenNIC's 250 MHz box, with the shell's side of it.
    Box250,
    /// `tandem_322mhz`, the 512-bit distributor as user logic of OpenNIC's 322 MHz box, with the MACs and adapters around it; one decision
    /// side for both ports.
    Box322,
    /// `tandem_output_port_lookup` of NetFPGA-PLUS over the 512-bit core, with the host's own frames between the others.
    Lookup512,
    /// `tandem_output_port_lookup` of NetFPGA-SUME over the 256-bit core, with the host's own frames between the others.
    Lookup256,
}

impl Design {
    /// Every design that is emitted.
    pub const ALL: [Self; 5] = [Self::Core512, Self::Core256, Self::Distributor512, Self::Shared512, Self::Distributor256];

    /// A name for people and files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Core512 => "core512",
            Self::Core256 => "core256",
            Self::Distributor512 => "distributor512",
            Self::Shared512 => "shared512",
            Self::Distributor256 => "distributor256",
            Self::Box250 => "box250",
            Self::Box322 => "box322",
            Self::Lookup512 => "lookup512",
            Self::Lookup256 => "lookup256",
        }
    }

    /// The Verilog that it is made of.
    pub const fn verilog(self) -> &'static str {
        match self {
            Self::Core512 => include_str!(env!("SIM_VERILOG_core512")),
            Self::Core256 => include_str!(env!("SIM_VERILOG_core256")),
            Self::Distributor512 => include_str!(env!("SIM_VERILOG_distributor512")),
            Self::Shared512 => include_str!(env!("SIM_VERILOG_shared512")),
            Self::Distributor256 => include_str!(env!("SIM_VERILOG_distributor256")),
            Self::Box250 => include_str!(env!("SIM_VERILOG_box250")),
            Self::Box322 => include_str!(env!("SIM_VERILOG_box322")),
            Self::Lookup512 => include_str!(env!("SIM_VERILOG_lookup512")),
            Self::Lookup256 => include_str!(env!("SIM_VERILOG_lookup256")),
        }
    }

    /// When its clocks rise, unless it is told otherwise: the cores' clock first.
    pub const fn clocks(self) -> &'static [Clock] {
        const CORES: Clock = Clock { period: 4000, phase: 0 };
        match self {
            Self::Box250 => &[CORES, Clock { period: 8000, phase: 0 }],
            // Two MACs of one speed never run quite alike.
            Self::Box322 => &[Clock { period: 3103, phase: 0 }, Clock { period: 8000, phase: 700 }, Clock { period: 3104, phase: 1900 }],
            Self::Lookup512 => &[CORES, Clock { period: 4000, phase: 1000 }],
            Self::Lookup256 => &[Clock { period: 5000, phase: 0 }, Clock { period: 10_000, phase: 3000 }],
            _ => &[CORES],
        }
    }

    /// Bytes of a full beat.
    pub const fn data_bytes(self) -> usize {
        match self {
            Self::Core256 | Self::Distributor256 | Self::Lookup256 => 32,
            Self::Core512 | Self::Distributor512 | Self::Shared512 | Self::Box250 | Self::Box322 | Self::Lookup512 => 64,
        }
    }

    /// Groups of managers that it holds.
    pub const fn groups(self) -> usize {
        self.data_bytes() / 8
    }

    /// Whether it is a core alone, whose source gives the ingress port with every frame.
    pub const fn is_core(self) -> bool {
        matches!(self, Self::Core512 | Self::Core256 | Self::Lookup512 | Self::Lookup256)
    }

    /// Whether it is a core in the slot of a NetFPGA's output port lookup.
    pub const fn is_lookup(self) -> bool {
        matches!(self, Self::Lookup512 | Self::Lookup256)
    }

    /// Whether it is a distributor in a shell's ports: the host has one stream in each direction for every packet port, and may send frames too.
    pub const fn is_shell(self) -> bool {
        matches!(self, Self::Box250 | Self::Box322)
    }

    /// Streams into it: by packet port, then in a shell from the host.
    pub const fn sources(self) -> usize {
        if self.is_shell() { 2 * PORTS } else { self.cores() }
    }

    /// Streams out of it: by packet port, then to the host.
    pub const fn sinks(self) -> usize {
        match self {
            Self::Core512 | Self::Core256 | Self::Lookup512 | Self::Lookup256 => 1,
            Self::Distributor512 | Self::Shared512 | Self::Distributor256 => PORTS + 1,
            Self::Box250 | Self::Box322 => 2 * PORTS,
        }
    }

    /// Cores in it, as the host tells them apart: a packet port each.
    pub const fn cores(self) -> usize {
        if self.is_core() { 1 } else { PORTS }
    }

    /// Decision sides in it: one per core, or one that all share.
    pub const fn sides(self) -> usize {
        match self {
            Self::Distributor512 | Self::Box250 => PORTS,
            _ => 1,
        }
    }
}
