// Stands in for the shell's top: the two boxes under their names, and the nets of their clocks. Nothing else of the shell is here.
module open_nic_shell #(
    parameter [31:0] BUILD_TIMESTAMP = 0,
    parameter int MIN_PKT_LEN = 64,
    parameter int MAX_PKT_LEN = 1518,
    parameter int USE_PHYS_FUNC = 1,
    parameter int NUM_PHYS_FUNC = 1,
    parameter int NUM_QDMA = 1,
    parameter int NUM_QUEUE = 512,
    parameter int NUM_CMAC_PORT = 1
);
    wire axis_aclk, axil_aclk;
    wire [NUM_CMAC_PORT-1:0] cmac_clk;

    box_250mhz #(
        .MIN_PKT_LEN(MIN_PKT_LEN),
        .MAX_PKT_LEN(MAX_PKT_LEN),
        .USE_PHYS_FUNC(USE_PHYS_FUNC),
        .NUM_PHYS_FUNC(NUM_PHYS_FUNC),
        .NUM_QDMA(NUM_QDMA),
        .NUM_CMAC_PORT(NUM_CMAC_PORT)
    ) box_250mhz_inst (.axil_aclk(axil_aclk), .axis_aclk(axis_aclk));

    box_322mhz #(
        .MIN_PKT_LEN(MIN_PKT_LEN),
        .MAX_PKT_LEN(MAX_PKT_LEN),
        .NUM_CMAC_PORT(NUM_CMAC_PORT)
    ) box_322mhz_inst (.axil_aclk(axil_aclk), .cmac_clk(cmac_clk));
endmodule
