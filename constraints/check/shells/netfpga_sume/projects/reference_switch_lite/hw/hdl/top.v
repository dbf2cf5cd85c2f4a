// Stands in for NetFPGA-SUME's top: the datapath under its name, whose registers have a clock of their own.
module top;
    wire clk_200, axi_clk, resetn, axi_resetn;
    nf_datapath nf_datapath_0 (.axis_aclk(clk_200), .axis_resetn(resetn), .axi_aclk(axi_clk), .axi_resetn(axi_resetn));
endmodule
