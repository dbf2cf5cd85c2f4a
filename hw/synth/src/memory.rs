//! Memories for ECP5 by hand: Yosys leaves the output register outside the block memory, where it cannot meet any clock worth measuring.
//!
//! What stands here has the ports, the size and the timing of the emitted memory. It is placed and routed, never simulated.

use crate::verilog::Module;
use anyhow::{Context, Result, ensure};
use std::fmt::Write;

/// Bits of one DP16KD's address, of which wider words leave the lowest unused.
const ADDRESS: usize = 14;

/// A memory of so few address bits is left to Yosys, which makes it of tables.
const SMALL: usize = 5;

/// Whether `module` is a memory whose words are fetched, then registered, and large enough for a block.
pub fn is_one(module: &Module) -> bool {
    let deep = ["host_address", "read_address"].iter().any(|name| module.port(name).is_some_and(|port| port.width > SMALL));
    deep && module.text.contains(" store [0:") && module.text.contains(" fetched;")
}

/// The module with DP16KD blocks in place of its text. Port A writes, and reads for the host; port B reads.
///
/// # Errors
/// A memory deeper than one block.
pub fn by_hand(module: &Module) -> Result<String> {
    let host = module.port("host_address").is_some();
    let [address, q, write_address, data, write] = if host {
        ["address", "q", "host_address", "host_data", "host_write"]
    } else {
        ["read_address", "q", "write_address", "write_data", "write"]
    };
    let width = |name: &str| module.port(name).map(|port| port.width).with_context(|| format!("{} has no port {name}", module.name));
    let (depth, bits) = (width(address)?, width(q)?);
    ensure!(depth <= ADDRESS, "{} has more words than one DP16KD", module.name);
    // Data bits of a block, and address bits that so wide a word leaves unused. The widest takes the pins of both ports for one word.
    let (part, unused) = match depth {
        14 => (1, 0),
        13 => (2, 1),
        12 => (4, 2),
        11 => (9, 3),
        10 => (18, 4),
        _ if host => (18, 4),
        _ => (36, 5),
    };
    let count = bits.div_ceil(part);
    let all = count * part;

    let (head, _) = module.text.split_once(");").context("a module without body")?;
    let mut text = head.replace("output reg ", "output wire ") + ");\n";
    writeln!(text, "wire [{}:0] d_all, q_all, host_q_all;", all - 1)?;
    writeln!(text, "wire [{}:0] read_at, write_at;", ADDRESS - unused - 1)?;
    writeln!(text, "assign d_all = {data}, q = q_all[{top}:0], read_at = {address}, write_at = {write_address};", top = bits - 1)?;
    if host {
        writeln!(text, "assign host_q = host_q_all[{}:0];", bits - 1)?;
    }
    let enable = if host { "1'b1" } else { write };
    for block in 0..count {
        write!(
            text,
            "DP16KD #(.DATA_WIDTH_A({part}), .DATA_WIDTH_B({part}), .REGMODE_A(\"OUTREG\"), .REGMODE_B(\"OUTREG\"), .CLKAMUX(\"CLKA\"), \
             .CLKBMUX(\"CLKB\")) part_{block} (.CLKA(clk), .CLKB(clk), .CEA({enable}), .OCEA(1'b1), .WEA({write}), .RSTA(1'b0), \
             .CEB(1'b1), .OCEB(1'b1), .WEB(1'b0), .RSTB(1'b0)",
        )?;
        for select in ["CSA0", "CSA1", "CSA2", "CSB0", "CSB1", "CSB2"] {
            write!(text, ", .{select}(1'b0)")?;
        }
        // A word of 18 bits or more is written by bytes, enabled by the address bits that it leaves unused.
        for byte in 0..part / 9 * usize::from(part >= 18) {
            write!(text, ", .ADA{byte}(1'b1)")?;
        }
        for bit in 0..part {
            let at = block * part + bit;
            let (half, pin) = (if bit < 18 { "A" } else { "B" }, bit % 18);
            write!(text, ", .DI{half}{pin}(d_all[{at}])")?;
            let read_half = if part == 36 { half } else { "B" };
            write!(text, ", .DO{read_half}{pin}(q_all[{at}])")?;
            if host {
                write!(text, ", .DOA{pin}(host_q_all[{at}])")?;
            }
        }
        for bit in 0..ADDRESS - unused {
            write!(text, ", .ADB{pin}(read_at[{bit}]), .ADA{pin}(write_at[{bit}])", pin = bit + unused)?;
        }
        text.push_str(");\n");
    }
    text.push_str("endmodule\n");
    Ok(text)
}
