//! The designs that are simulated.

use crate::Clock;

/// An emitted design, as it is simulated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Design {
    /// `tandem_core`, 512 bit and 8 groups.
    Core512,
    /// `tandem_core`, 256 bit and 4 groups.
    Core256,
    /// `tandem_distributor`, 512 bit and 8 groups.
    Distributor512,
    /// `tandem_distributor`, 256 bit and 4 groups.
    Distributor256,
    /// `tandem_250mhz`, the 512-bit distributor as user logic of OpenNIC's 250 MHz box, with the shell's side of it.
    Box250,
}

impl Design {
    /// Every design that is emitted.
    pub const ALL: [Self; 4] = [Self::Core512, Self::Core256, Self::Distributor512, Self::Distributor256];

    /// A name for people and files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Core512 => "core512",
            Self::Core256 => "core256",
            Self::Distributor512 => "distributor512",
            Self::Distributor256 => "distributor256",
            Self::Box250 => "box250",
        }
    }

    /// The Verilog that it is made of.
    pub const fn verilog(self) -> &'static str {
        match self {
            Self::Core512 => include_str!(env!("SIM_VERILOG_core512")),
            Self::Core256 => include_str!(env!("SIM_VERILOG_core256")),
            Self::Distributor512 => include_str!(env!("SIM_VERILOG_distributor512")),
            Self::Distributor256 => include_str!(env!("SIM_VERILOG_distributor256")),
            Self::Box250 => include_str!(env!("SIM_VERILOG_box250")),
        }
    }

    /// When its clocks rise, unless it is told otherwise: the cores' clock first.
    pub const fn clocks(self) -> &'static [Clock] {
        const CORES: Clock = Clock { period: 4000, phase: 0 };
        match self {
            Self::Box250 => &[CORES, Clock { period: 8000, phase: 0 }],
            _ => &[CORES],
        }
    }

    /// Bytes of a full beat.
    pub const fn data_bytes(self) -> usize {
        match self {
            Self::Core256 | Self::Distributor256 => 32,
            Self::Core512 | Self::Distributor512 | Self::Box250 => 64,
        }
    }

    /// Groups of managers that it holds.
    pub const fn groups(self) -> usize {
        self.data_bytes() / 8
    }

    /// Whether it is a core alone, whose source names the ingress port beside every frame.
    pub const fn is_core(self) -> bool {
        matches!(self, Self::Core512 | Self::Core256)
    }

    /// Whether it is a distributor in a shell's ports: the host has a stream each way for every packet port, and may send frames too.
    pub const fn is_shell(self) -> bool {
        matches!(self, Self::Box250)
    }

    /// Streams into it: by packet port, then in a shell from the host.
    pub const fn sources(self) -> usize {
        if self.is_shell() { 4 } else { self.cores() }
    }

    /// Streams out of it: by packet port, then to the host.
    pub const fn sinks(self) -> usize {
        match self {
            Self::Core512 | Self::Core256 => 1,
            Self::Distributor512 | Self::Distributor256 => 3,
            Self::Box250 => 4,
        }
    }

    /// Cores in it.
    pub const fn cores(self) -> usize {
        if self.is_core() { 1 } else { 2 }
    }
}
