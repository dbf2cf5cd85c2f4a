// The slot of NetFPGA's output port lookup, with a Tandem core in it: only the slot's ports around tandem_lookup.
module tandem_output_port_lookup #(
    parameter C_M_AXIS_DATA_WIDTH  = 512,
    parameter C_S_AXIS_DATA_WIDTH  = 512,
    parameter C_M_AXIS_TUSER_WIDTH = 128,
    parameter C_S_AXIS_TUSER_WIDTH = 128,
    parameter SRC_PORT_POS         = 16,
    parameter DST_PORT_POS         = 24,
    parameter NUM_OUTPUT_QUEUES    = 8,
    parameter C_S_AXI_DATA_WIDTH   = 32,
    parameter C_S_AXI_ADDR_WIDTH   = 32,
    parameter C_LUT_DEPTH_BITS     = 4,
    parameter C_BASEADDR           = 32'h00000000
) (
    input  wire axis_aclk,
    input  wire axis_resetn,

    output wire [C_M_AXIS_DATA_WIDTH-1:0] m_axis_tdata,
    output wire [C_M_AXIS_DATA_WIDTH/8-1:0] m_axis_tkeep,
    output wire [C_M_AXIS_TUSER_WIDTH-1:0] m_axis_tuser,
    output wire m_axis_tvalid,
    input  wire m_axis_tready,
    output wire m_axis_tlast,

    input  wire [C_S_AXIS_DATA_WIDTH-1:0] s_axis_tdata,
    input  wire [C_S_AXIS_DATA_WIDTH/8-1:0] s_axis_tkeep,
    input  wire [C_S_AXIS_TUSER_WIDTH-1:0] s_axis_tuser,
    input  wire s_axis_tvalid,
    output wire s_axis_tready,
    input  wire s_axis_tlast,

    input  wire S_AXI_ACLK,
    input  wire S_AXI_ARESETN,
    input  wire [C_S_AXI_ADDR_WIDTH-1:0] S_AXI_AWADDR,
    input  wire S_AXI_AWVALID,
    input  wire [C_S_AXI_DATA_WIDTH-1:0] S_AXI_WDATA,
    input  wire [C_S_AXI_DATA_WIDTH/8-1:0] S_AXI_WSTRB,
    input  wire S_AXI_WVALID,
    input  wire S_AXI_BREADY,
    input  wire [C_S_AXI_ADDR_WIDTH-1:0] S_AXI_ARADDR,
    input  wire S_AXI_ARVALID,
    input  wire S_AXI_RREADY,
    output wire S_AXI_ARREADY,
    output wire [C_S_AXI_DATA_WIDTH-1:0] S_AXI_RDATA,
    output wire [1:0] S_AXI_RRESP,
    output wire S_AXI_RVALID,
    output wire S_AXI_WREADY,
    output wire [1:0] S_AXI_BRESP,
    output wire S_AXI_BVALID,
    output wire S_AXI_AWREADY
);
    // The core has one width, and NetFPGA's tuser one layout. A project that asks for another fails to elaborate, and the message contains the
    // name of this missing module.
    generate
        if (C_M_AXIS_DATA_WIDTH != 512 || C_S_AXIS_DATA_WIDTH != 512 || C_M_AXIS_TUSER_WIDTH != 128 || C_S_AXIS_TUSER_WIDTH != 128
            || SRC_PORT_POS != 16 || DST_PORT_POS != 24) begin : refused
            tandem_needs_a_datapath_of_512_bits_and_a_tuser_of_128 remedy ();
        end
    endgenerate

    tandem_lookup #(.DATA_W(512)) lookup (
        .axis_aclk(axis_aclk),
        .axis_resetn(axis_resetn),
        .s_axis_tdata(s_axis_tdata),
        .s_axis_tkeep(s_axis_tkeep),
        .s_axis_tuser(s_axis_tuser),
        .s_axis_tvalid(s_axis_tvalid),
        .s_axis_tready(s_axis_tready),
        .s_axis_tlast(s_axis_tlast),
        .m_axis_tdata(m_axis_tdata),
        .m_axis_tkeep(m_axis_tkeep),
        .m_axis_tuser(m_axis_tuser),
        .m_axis_tvalid(m_axis_tvalid),
        .m_axis_tready(m_axis_tready),
        .m_axis_tlast(m_axis_tlast),
        .axil_aclk(S_AXI_ACLK),
        .axil_resetn(S_AXI_ARESETN),
        .s_axil_awaddr(S_AXI_AWADDR[11:0]),
        .s_axil_awvalid(S_AXI_AWVALID),
        .s_axil_awready(S_AXI_AWREADY),
        .s_axil_wdata(S_AXI_WDATA),
        .s_axil_wstrb(S_AXI_WSTRB),
        .s_axil_wvalid(S_AXI_WVALID),
        .s_axil_wready(S_AXI_WREADY),
        .s_axil_bresp(S_AXI_BRESP),
        .s_axil_bvalid(S_AXI_BVALID),
        .s_axil_bready(S_AXI_BREADY),
        .s_axil_araddr(S_AXI_ARADDR[11:0]),
        .s_axil_arvalid(S_AXI_ARVALID),
        .s_axil_arready(S_AXI_ARREADY),
        .s_axil_rdata(S_AXI_RDATA),
        .s_axil_rresp(S_AXI_RRESP),
        .s_axil_rvalid(S_AXI_RVALID),
        .s_axil_rready(S_AXI_RREADY)
    );
endmodule
