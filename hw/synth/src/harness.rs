//! A block between registers, on three pins: a wide block has more ports than a chip has pins.
//!
//! Its inputs come from a shift register, its outputs go into registers, and from there folded by XOR to the pin, so that nothing of the
//! block can be left out. Every path that is timed starts and ends in a register.

use crate::memory;
use crate::verilog::ModuleText;
use anyhow::{Context, Result};

/// Verilog of the module `harness` around `top`, one of `modules`, and of all these.
///
/// # Errors
/// That there is no such module, or a memory that cannot be built by hand.
pub fn around(top: &str, modules: &[ModuleText]) -> Result<String> {
    let block = modules.iter().find(|module| module.name == top).with_context(|| format!("no module is called {top}"))?;
    let [mut inputs, mut outputs] = [0, 0];
    let mut connections = vec![];
    for port in &block.ports {
        let (side, from) = match (port.name, port.input) {
            ("clk", true) => {
                connections.push(format!(".{}(clk)", port.name));
                continue;
            }
            (_, true) => ("in", &mut inputs),
            (_, false) => ("out", &mut outputs),
        };
        // Yosys gives names that Verilog takes only with a backslash before and a blank after them.
        let escape = if port.name.contains('$') { "\\" } else { "" };
        let blank = if escape.is_empty() { "" } else { " " };
        connections.push(format!(".{escape}{}{blank}({side}[{}:{from}])", port.name, *from + port.width - 1));
        *from += port.width;
    }
    let mut verilog = format!(
        "\
module harness (input wire clk, input wire d, output reg q);
    reg [{last_in}:0] in;
    wire [{last_out}:0] out;
    reg [{last_out}:0] held, folded;

    always @(posedge clk) begin
        in <= {{in, d}};
        held <= out;
        folded <= {{folded, 1'b0}} ^ held;
        q <= folded[{last_out}];
    end

    {top} block ({connections});
endmodule
",
        last_in = inputs - 1,
        last_out = outputs - 1,
        connections = connections.join(", "),
    );
    for module in modules {
        verilog.push('\n');
        verilog.push_str(module.text);
    }
    memory::by_hand(&verilog)
}

#[cfg(test)]
mod tests {
    use crate::verilog::modules;

    const TEXT: &str = "
module block (
    input  wire [7:0] a,
    input  wire b,
    output wire [2:0] c,
    input  wire clk
);
    tandem_sdp_ram #(.WIDTH(40), .ADDR_WIDTH(9)) memory (.read_address({a, b}));
    tandem_lut_ram #(.WIDTH(4), .ADDR_WIDTH(4)) small (.read_address(a[3:0]));
endmodule

module tandem_sdp_ram #(
    parameter WIDTH = 8,
    parameter ADDR_WIDTH = 10
) (
    input  wire clk
);
endmodule
";

    #[test]
    fn every_port_is_connected_but_the_clock_to_the_harness() {
        let harness = super::around("block", &modules(TEXT).unwrap()).unwrap();
        assert!(harness.contains("block block (.a(in[7:0]), .b(in[8:8]), .c(out[2:0]), .clk(clk));"));
        assert!(harness.contains("reg [8:0] in;") && harness.contains("wire [2:0] out;"));
    }

    #[test]
    fn a_memory_is_built_of_blocks_with_output_registers() {
        let harness = super::around("block", &modules(TEXT).unwrap()).unwrap();
        assert_eq!(harness.matches(".REGMODE_B(\"OUTREG\")").count(), 2, "40 bits by 36");
        assert!(harness.contains("tandem_sdp_ram_40x9 memory (") && harness.contains("\nmodule tandem_sdp_ram_40x9 ("));
        assert!(harness.contains("tandem_lut_ram #(.WIDTH(4), .ADDR_WIDTH(4)) small ("));
        assert!(harness.contains(".DOA3(q_all[39])"));
        assert!(harness.contains(".DIB17(d_all[35])"));
    }
}
