//! Memories for ECP5 by hand: Yosys leaves the output register outside the block memory, where it cannot meet any clock worth measuring.
//!
//! What stands here has the ports, the size and the timing of the emitted memory. It is placed and routed, never simulated.

use anyhow::{Context, Result, ensure};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Bits of one DP16KD's address, of which wider words leave the lowest unused.
const ADDRESS: usize = 14;

/// The emitted memories whose words are fetched, then registered: with one port to write and one to read, and with a port of the host's.
const MEMORIES: [&str; 2] = ["tandem_sdp_ram", "tandem_tdp_ram"];

/// `verilog` with DP16KD blocks in place of each instance of such a memory.
///
/// # Errors
/// A memory deeper than one block.
pub fn by_hand(verilog: &str) -> Result<String> {
    let mut text = String::new();
    let mut made = BTreeMap::new();
    let mut rest = verilog;
    // `tandem_sdp_ram #(.WIDTH(72), .ADDR_WIDTH(9)) memory (`
    while let Some(at) = rest.find(" #(.WIDTH(") {
        let (before, parameters) = rest.split_at(at);
        let (end, name) =
            (parameters.find(") ").context("parameters without end")?, before.rsplit(char::is_whitespace).next().unwrap_or(before));
        let numbers: Vec<usize> = parameters[..end].split(|c: char| !c.is_ascii_digit()).filter_map(|number| number.parse().ok()).collect();
        match (MEMORIES.contains(&name), &numbers[..]) {
            (true, &[width, depth]) => {
                let module = format!("{name}_{width}x{depth}");
                text += &before[..before.len() - name.len()];
                text += &format!("{module} ");
                made.insert(module.clone(), block(&module, name == MEMORIES[1], width, depth)?);
                rest = &parameters[end + 2..];
            }
            _ => {
                text += &rest[..at + 1];
                rest = &rest[at + 1..];
            }
        }
    }
    text += rest;
    made.values().for_each(|module| text += module);
    Ok(text)
}

/// A memory of DP16KD blocks. Port A writes, and reads for the host; port B reads.
fn block(name: &str, host: bool, bits: usize, depth: usize) -> Result<String> {
    let [address, data, write_address, write] = if host {
        ["address", "host_data", "host_address", "host_write"]
    } else {
        ["read_address", "write_data", "write_address", "write"]
    };
    ensure!(depth <= ADDRESS, "{name} has more words than one DP16KD");
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

    let mut text = format!("\nmodule {name} (\n    input  wire {write},\n    input  wire [{}:0] {write_address}, {address},\n", depth - 1);
    writeln!(text, "    input  wire [{0}:0] {data},\n    output wire [{0}:0] q,", bits - 1)?;
    if host {
        writeln!(text, "    output wire [{}:0] host_q,", bits - 1)?;
    }
    text.push_str("    input  wire clk\n);\n");
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
