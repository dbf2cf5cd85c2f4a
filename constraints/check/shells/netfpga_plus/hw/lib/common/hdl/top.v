// Stands in for NetFPGA-PLUS's top: the datapath under its name, whose registers have the clock of its data.
module top #(parameter C_NF_DATA_WIDTH = 1024, parameter BOARD = "AU280");
    wire core_clk, core_rst;
    nf_datapath #(.C_M_AXIS_DATA_WIDTH(C_NF_DATA_WIDTH)) nf_datapath_0 (
        .axis_aclk(core_clk),
        .axis_resetn(!core_rst),
        .axi_aclk(core_clk),
        .axi_resetn(!core_rst)
    );
endmodule
