// Stands in for NetFPGA's datapath: the lookup under its name, with all its ports.
module nf_datapath #(
    parameter C_S_AXI_DATA_WIDTH = 32,
    parameter C_S_AXI_ADDR_WIDTH = 32,
    parameter C_M_AXIS_DATA_WIDTH = 256,
    parameter C_M_AXIS_TUSER_WIDTH = 128
) (
    input wire axis_aclk,
    input wire axis_resetn,
    input wire axi_aclk,
    input wire axi_resetn
);
    wire [C_M_AXIS_DATA_WIDTH-1:0] s_axis_opl_tdata, m_axis_opl_tdata;
    wire [C_M_AXIS_DATA_WIDTH/8-1:0] s_axis_opl_tkeep, m_axis_opl_tkeep;
    wire [C_M_AXIS_TUSER_WIDTH-1:0] s_axis_opl_tuser, m_axis_opl_tuser;
    wire s_axis_opl_tvalid, s_axis_opl_tready, s_axis_opl_tlast, m_axis_opl_tvalid, m_axis_opl_tready, m_axis_opl_tlast;
    wire [C_S_AXI_ADDR_WIDTH-1:0] awaddr, araddr;
    wire [C_S_AXI_DATA_WIDTH-1:0] wdata, rdata;
    wire [C_S_AXI_DATA_WIDTH/8-1:0] wstrb;
    wire [1:0] bresp, rresp;
    wire awvalid, awready, wvalid, wready, bvalid, bready, arvalid, arready, rvalid, rready;

    output_port_lookup_ip output_port_lookup_1 (
        .axis_aclk(axis_aclk),
        .axis_resetn(axis_resetn),
        .m_axis_tdata(m_axis_opl_tdata),
        .m_axis_tkeep(m_axis_opl_tkeep),
        .m_axis_tuser(m_axis_opl_tuser),
        .m_axis_tvalid(m_axis_opl_tvalid),
        .m_axis_tready(m_axis_opl_tready),
        .m_axis_tlast(m_axis_opl_tlast),
        .s_axis_tdata(s_axis_opl_tdata),
        .s_axis_tkeep(s_axis_opl_tkeep),
        .s_axis_tuser(s_axis_opl_tuser),
        .s_axis_tvalid(s_axis_opl_tvalid),
        .s_axis_tready(s_axis_opl_tready),
        .s_axis_tlast(s_axis_opl_tlast),
        .S_AXI_AWADDR(awaddr),
        .S_AXI_AWVALID(awvalid),
        .S_AXI_WDATA(wdata),
        .S_AXI_WSTRB(wstrb),
        .S_AXI_WVALID(wvalid),
        .S_AXI_BREADY(bready),
        .S_AXI_ARADDR(araddr),
        .S_AXI_ARVALID(arvalid),
        .S_AXI_RREADY(rready),
        .S_AXI_ARREADY(arready),
        .S_AXI_RDATA(rdata),
        .S_AXI_RRESP(rresp),
        .S_AXI_RVALID(rvalid),
        .S_AXI_WREADY(wready),
        .S_AXI_BRESP(bresp),
        .S_AXI_BVALID(bvalid),
        .S_AXI_AWREADY(awready),
        .S_AXI_ACLK(axi_aclk),
        .S_AXI_ARESETN(axi_resetn)
    );
endmodule
