//! The register map as a page for people.

use crate::box_322mhz;
use crate::code::{Reason, Verdict};
use crate::field::{Effect, Field, Reset};
use crate::metadata;
use crate::register::{AccessMode, MAP, Register};
use std::fmt::Write;

const INTRODUCTION: &str = "\
# Register map

This page is rendered from the table in `hw/contract/src/register.rs`, which the hardware's decoder and the host's driver are made from.
A test holds it against that table; `just registers` writes it anew.

- The window is 4 KB. Addresses are byte offsets into it. An access is of a whole, aligned 32-bit word: an address that is not a multiple of four, or
  a write of fewer than four bytes, is answered with SLVERR and does nothing. A read that is answered with SLVERR returns 0.
- A **reserved** address, a write to a read-only register, a read of a write-only one and an index out of range are answered with SLVERR, too.
  **A refused access changes nothing**, no index either.
- Reserved bits of a register are ignored on write and read as 0, unless its text says otherwise.
- A write has taken effect when its response is there; the next frame whose header reaches the stage in question sees it.
- After reset the card clears its manager table and counters, about 600 clocks; accesses wait meanwhile, and so do frames.
- *kept*: reset does not reach the memory; it is 0 after the card is configured.
- A distributor has one core per packet port. Every write reaches all cores; a read shows the core that VIEW names.
- *Banked* state (entries, keys, policies, rules, managers' MACs and egress ports) has two banks. Writes go to the idle one; COMMIT makes it the
  active one.

## When a write takes effect

| effect | the value is in force |
|---|---|
| immediate | for every frame that reaches the stage in question after the write is answered |
| on commit | with the next COMMIT of its unit; until then it is in the idle bank |
| held until NAME | with the next write of NAME |
| commit | the write is the commit |
| host only | at once; it is read back, or moves what later accesses reach, and no decision depends on it |
";

/// Values of the example: computed by a program of its own from the algorithm's definition, and held to the model by
/// `sw/model/tests/register_page.rs`.
const FORMULA: &str = "
## From a packet to its registers

A host that knows a packet finds the entry that decides it, and so its manager, by this formula. Section and question numbers are those of
[the decision](decision.md).

| step | value | where |
|---|---|---|
| group | the group of the first rule, by i, that is `in_use` and matches protocol and either port; 0 if none does | `RULE_PORTS[i]`, `RULE_MATCH[i]` |
| key | endpoint key (questions 10 to 12): address (16 bytes; IPv4 a.b.c.d is `00 * 10, ff ff, a b c d`), port (2 bytes, big-endian) | section 3 |
| | pair key (question 7): `(lo XOR swap(hi))` (16 bytes), `00`, protocol; lo and hi are the smaller and the greater address, swap exchanges the halves of 8 bytes | |
| | equal ports (question 9): the pair key with the port in the last two bytes where `GROUP_POLICY.equal_ports_hash` is 1, else no key: the manager is `GROUP_POLICY.designated` | `GROUP_POLICY[group]` |
| hash | HalfSipHash-2-4 of the 18 bytes; secret: bytes 3:0 in `GROUP_KEY_LO`, 7:4 in `GROUP_KEY_HI`; 32 bits, little-endian as the reference writes them | `GROUP_KEY_*[group]` |
| bucket | `hash mod 4096` | |
| entry | write `ENTRY_INDEX` = `group * 1024 + bucket / 4`, read `ENTRY_DATA`; the manager id is byte `bucket mod 4`, the least significant first | `ENTRY_INDEX`, `ENTRY_DATA` |
| manager | write `MANAGER_INDEX` = `2 * id`, read `MANAGER_DATA` twice: MAC, egress port. Id 0, or bit `id mod 32` of `MANAGER_ENABLE[id / 32]` not set: the frame is dropped, `no_manager` | `MANAGER_INDEX`, `MANAGER_DATA`, `MANAGER_ENABLE` |

Reads show the active bank while `VIEW.idle_bank` is 0. An example, with the secret `00 01 02 03 04 05 06 07` in group 0:

| packet | key | hash | bucket | `ENTRY_INDEX` | byte of `ENTRY_DATA` |
|---|---|---|---|---|---|
| TCP 10.0.0.1:40000 to 192.0.2.10:443, either direction | `00000000000000000000ffff0a0000019c40` | 0x93819312 | 786 | 0x0c4 | 2 |
| ICMP between 10.0.0.1 and 192.0.2.10, no error | `0000ffffc000020a0000ffff0a0000010001` | 0x46b7832f | 815 | 0x0cb | 3 |
";

const BOX_322MHZ: &str = "
## OpenNIC's 322 MHz box

It has a page of its own after the window, read only: what the buffers after its MACs, which do not wait, have dropped since the last
reset. The read of a lower word holds the upper word that belongs to it.

| address | word |
|---|---|
";

fn access(access: AccessMode) -> &'static str {
    match access {
        AccessMode::Ro => "RO",
        AccessMode::Rw => "RW",
        AccessMode::Wo => "WO",
    }
}

fn addresses(register: &Register) -> String {
    match register.count {
        1 => format!("`{:#05x}`", register.offset),
        count => format!("`{:#05x}` + {} i, i < {count}", register.offset, register.stride),
    }
}

fn reset(reset: Reset) -> String {
    match reset {
        Reset::To(value) => format!("{value:#x}"),
        Reset::ByIndex(values) => values.iter().map(|value| format!("{value:#x}")).collect::<Vec<_>>().join(", "),
        Reset::Kept => "kept".into(),
        Reset::ByBuild => "by build".into(),
        Reset::WriteOnly => String::new(),
    }
}

fn effect(effect: Effect) -> String {
    match effect {
        Effect::None => String::new(),
        Effect::Immediate => "immediate".into(),
        Effect::OnCommit => "on commit".into(),
        Effect::HeldUntil(register) => format!("held until {register}"),
        Effect::Commit => "commit".into(),
        Effect::HostOnly => "host only".into(),
    }
}

/// A register's fields and what else there is to know of it.
fn section(page: &mut String, register: &Register) {
    let Register { name, doc, note, fields, .. } = register;
    let _ = write!(page, "\n### {name}\n\n{} ({}, {})", doc.trim(), addresses(register), access(register.access));
    let _ = writeln!(page, "{}\n", if note.is_empty() { String::new() } else { format!(" {note}") });
    let words = fields.iter().any(|field| field.word > 0);
    page.push_str(if words {
        "| word | bits | field | reset | effect | meaning |\n|---|---|---|---|---|---|\n"
    } else {
        "| bits | field | reset | effect | meaning |\n|---|---|---|---|---|\n"
    });
    for field in *fields {
        let word = if words { format!("| {} ", field.word) } else { String::new() };
        let Field { name, doc, .. } = field;
        let _ = writeln!(page, "{word}| {} | `{name}` | {} | {} | {doc} |", field.bits(), reset(field.reset), effect(field.effect));
    }
}

/// The page, in Markdown.
pub fn render() -> String {
    let mut page = String::from(INTRODUCTION);
    page.push_str("\n## The map\n\n| address | register | access | what it is |\n|---|---|---|---|\n");
    for register in MAP {
        let name = register.name;
        let link = name.to_lowercase();
        let _ = writeln!(page, "| {} | [`{name}`](#{link}) | {} | {} |", addresses(register), access(register.access), register.doc.trim());
    }
    page.push_str(FORMULA);
    page.push_str("\n## The fields\n");
    MAP.iter().for_each(|register| section(&mut page, register));
    page.push_str("\n## Metadata\n\n`m_axis_*_tuser`, the same on every beat of a frame:\n\n| bits | field | meaning |\n|---|---|---|\n");
    for field in metadata::FIELDS {
        let _ = writeln!(page, "| {} | `{}` | {} |", field.bits(), field.name, field.doc);
    }
    page.push_str("\n## Codes\n\n| verdict | code |\n|---|---|\n");
    for verdict in Verdict::ALL {
        let _ = writeln!(page, "| `{verdict}` | {} |", verdict.code());
    }
    page.push_str("\nThe counter of a reason is 256 + its code. Questions are those of [the decision](decision.md), section 2.\n");
    page.push_str("\n| reason | code | question | verdict |\n|---|---|---|---|\n");
    for reason in Reason::ALL {
        let question = reason.questions().iter().map(u8::to_string).collect::<Vec<_>>().join(", ");
        let _ = writeln!(page, "| `{reason}` | {} | {question} | `{}` |", reason.code(), reason.verdict());
    }
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
