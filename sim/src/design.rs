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
}

impl Design {
    /// Every design.
    pub const ALL: [Self; 4] = [Self::Core512, Self::Core256, Self::Distributor512, Self::Distributor256];

    /// A name for people and files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Core512 => "core512",
            Self::Core256 => "core256",
            Self::Distributor512 => "distributor512",
            Self::Distributor256 => "distributor256",
        }
    }

    /// The Verilog that it is made of.
    pub const fn verilog(self) -> &'static str {
        match self {
            Self::Core512 => include_str!(env!("SIM_VERILOG_core512")),
            Self::Core256 => include_str!(env!("SIM_VERILOG_core256")),
            Self::Distributor512 => include_str!(env!("SIM_VERILOG_distributor512")),
            Self::Distributor256 => include_str!(env!("SIM_VERILOG_distributor256")),
        }
    }

    /// When its clocks rise, unless it is told otherwise: the cores' clock first.
    pub const fn clocks(self) -> &'static [Clock] {
        &[Clock { period: 4000, phase: 0 }]
    }

    /// Bytes of a full beat.
    pub const fn data_bytes(self) -> usize {
        match self {
            Self::Core512 | Self::Distributor512 => 64,
            Self::Core256 | Self::Distributor256 => 32,
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

    /// Streams into it.
    pub const fn sources(self) -> usize {
        self.cores()
    }

    /// Streams out of it; the last of a distributor's leads to the host.
    pub const fn sinks(self) -> usize {
        if self.is_core() { 1 } else { 3 }
    }

    /// Cores in it.
    pub const fn cores(self) -> usize {
        if self.is_core() { 1 } else { 2 }
    }
}
