//! The register map as a page for people.

use crate::box_322mhz;
use crate::code::{Reason, Verdict};
use crate::register::{Access, MAP, Register};
use std::fmt::Write;

const INTRODUCTION: &str = "\
# Register map

This page is rendered from the table in `hw/contract/src/register.rs`, which the hardware's decoder and the host's driver are made from.
A test holds it against that table; `just registers` writes it anew.

- The window is 4 KB. Addresses are byte offsets into it; every access is one aligned 32-bit word.
- A **reserved** address, a write to a read-only register, a read of a write-only one, an index out of range and a write with some byte
  strobes low are answered with SLVERR. **A refused access changes nothing**, no index either.
- Reserved bits of a register are ignored on write and read as 0, unless its text says otherwise.
- A write has taken effect when its response is there; the next frame whose header reaches the stage in question sees it.
- After reset the card clears its manager table and counters, about 300 clocks; accesses wait meanwhile, and so do frames.
- *kept*: reset does not touch the memory; it is 0 after the card is configured.
- A distributor has one core per packet port. Every write reaches all cores; a read shows the core that VIEW names.
- *Banked* state (entries, keys, policies, rules) has two banks. Writes go to the idle one; COMMIT makes it the active one.
";

const BOX_322MHZ: &str = "
## OpenNIC's 322 MHz box

It has a page of its own behind the window, read only: what the buffers behind its MACs, which do not wait, have dropped since the last
reset. The read of a lower word holds the upper word that belongs to it.

| address | word |
|---|---|
";

fn access(access: Access) -> &'static str {
    match access {
        Access::Ro => "RO",
        Access::Rw => "RW",
        Access::Wo => "WO",
    }
}

fn addresses(register: &Register) -> String {
    match register.count {
        1 => format!("`0x{:03x}`", register.offset),
        count => format!("`0x{:03x}` + {} i, i < {count}", register.offset, register.stride),
    }
}

/// The page, in Markdown.
pub fn render() -> String {
    let mut page = String::from(INTRODUCTION);
    page.push_str("\n| address | register | access | reset | fields |\n|---|---|---|---|---|\n");
    for register in MAP {
        let _ = writeln!(
            page,
            "| {} | `{}` | {} | {} | {} |",
            addresses(register),
            register.name,
            access(register.access),
            register.reset,
            register.fields
        );
    }
    page.push_str("\n## What a write does, and when\n\n");
    for register in MAP.iter().filter(|register| !register.effect.is_empty()) {
        let _ = writeln!(page, "- `{}`: {}", register.name, register.effect);
    }
    page.push_str("\n## Codes\n\nVerdicts, in bits 31:29 of a frame's metadata:");
    for verdict in Verdict::ALL {
        let _ = write!(page, " {} `{verdict}`,", verdict.code());
    }
    page.pop();
    page.push_str(".\n\nReasons, in bits 28:24, and counters from 256 on:");
    for reason in Reason::ALL {
        let _ = write!(page, " {} `{reason}`,", reason.code());
    }
    page.pop();
    page.push_str(".\n\nThe other bits of the metadata: 7:0 ingress port, 15:8 egress port (255: the host), 23:16 manager (0: none), 47:32\nthe length in bytes that was announced with the frame's first beat (0: nobody did).\n");
    page.push_str(BOX_322MHZ);
    let [identity, ports] = [box_322mhz::IDENTITY, box_322mhz::PORTS];
    let _ = writeln!(page, "| `{identity:#06x}` | {:#010x}: `TNBX` in ASCII |", box_322mhz::IDENTITY_VALUE);
    let _ = writeln!(page, "| `{ports:#06x}` | how many ports the box has |");
    for (address, why) in [
        (box_322mhz::DROPPED_FULL, "of port i for want of room"),
        (box_322mhz::DROPPED_ERROR, "of port i that its MAC had marked as faulty"),
    ] {
        for (at, part) in [(address, "lower"), (address + 4, "upper")] {
            let _ = writeln!(page, "| `{at:#06x}` + {} i | frames {why}, {part} word |", box_322mhz::PORT_STRIDE);
        }
    }
    page
}
