//! The report as a person reads it.

use super::{FateCount, Port, Report};
use std::fmt::{self, Display};

impl Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} on {}", self.capture, self.design)?;
        self.remarks.iter().try_for_each(|remark| writeln!(f, "  note: {remark}"))?;
        writeln!(f)?;
        self.ports.iter().try_for_each(|port| port.fmt(f))?;
        writeln!(f, "simulated  {} clocks, {:.0} per second", self.clocks, self.clocks_per_second)?;
        writeln!(f, "\nverdict     reason              frames")?;
        self.fates.iter().try_for_each(|FateCount { verdict, reason, frames }| writeln!(f, "{verdict:<11} {reason:<18} {frames:7}"))?;
        if self.lost_by_host > 0 {
            writeln!(f, "of these {} were lost by the host's queue", self.lost_by_host)?;
        }
        for group in self.groups.iter().filter(|group| !group.managers.is_empty()) {
            writeln!(f, "\n{:<20} packets    flows    share   target", format!("group {} {}", group.id, group.name))?;
            for manager in &group.managers {
                let name = format!("{:3} {}", manager.id, manager.name);
                let (share, target) = (100.0 * manager.share, 100.0 * manager.target);
                writeln!(f, "{name:<20} {:7} {:8} {share:7.2}% {target:7.2}%", manager.packets, manager.flows)?;
            }
        }
        write!(f, "\n{}", self.agreement())
    }
}

impl Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { port, frames, bytes, beats, clocks, clocks_per_frame, .. } = self;
        writeln!(
            f,
            "port {port}     {frames} frames, {bytes} bytes, {beats} beats in {clocks} clocks: {clocks_per_frame:.3} clocks a frame"
        )?;
        let rates: Vec<_> = self.line_rates.iter().map(|rate| format!("{:.1} Gbit/s at {} MHz", rate.gbps, rate.mhz)).collect();
        writeln!(f, "           line rate {}", rates.join(", "))
    }
}
