// Stands in for the shell's reset of a box: its ports, and nothing behind them.
module generic_reset #(
    parameter int NUM_INPUT_CLK = 1,
    parameter int SAMPLE_CLK_INDEX = 0,
    parameter int RESET_DURATION = 100
) (
    input  wire mod_rstn,
    output wire mod_rst_done,
    input  wire [NUM_INPUT_CLK-1:0] clk,
    output wire [NUM_INPUT_CLK-1:0] rstn
);
endmodule
