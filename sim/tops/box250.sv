// The 250 MHz box with the ports of a distributor, for simulation only: around it, adapters and host queues as the shell has them.
//
// - Each beat that comes in carries the length that was announced with the frame's first beat, and its source.
// - `m_axis_*_tuser` is {tuser_size, tuser_src, tuser_dst}, as the box reports them to the shell.
// - `rst` is the shell's request, `rst_done` the box's answer.
// - With one port the other is cut off: it accepts no frame, and none leaves by it.

// Holds the length that was announced with a frame's first beat for all of its beats.
module announced (
    input  wire clk,
    input  wire beat,
    input  wire last,
    input  wire [15:0] now,
    output wire [15:0] size
);
    logic first = 1'b1;
    logic [15:0] held;
    assign size = first ? now : held;
    always_ff @(posedge clk) if (beat) {first, held} <= {last, size};
endmodule

module box250 #(
    parameter int PORTS = 2
) (
    input  wire clk,
    input  wire clk_axil,
    input  wire rst,
    output wire rst_done,
    input  wire [511:0] s_axis_0_tdata,
    input  wire [63:0] s_axis_0_tkeep,
    input  wire s_axis_0_tlast,
    input  wire s_axis_0_tvalid,
    output wire s_axis_0_tready,
    input  wire [15:0] s_axis_0_tuser,
    input  wire [511:0] s_axis_1_tdata,
    input  wire [63:0] s_axis_1_tkeep,
    input  wire s_axis_1_tlast,
    input  wire s_axis_1_tvalid,
    output wire s_axis_1_tready,
    input  wire [15:0] s_axis_1_tuser,
    input  wire [511:0] s_axis_host_0_tdata,
    input  wire [63:0] s_axis_host_0_tkeep,
    input  wire s_axis_host_0_tlast,
    input  wire s_axis_host_0_tvalid,
    output wire s_axis_host_0_tready,
    input  wire [15:0] s_axis_host_0_tuser,
    input  wire [511:0] s_axis_host_1_tdata,
    input  wire [63:0] s_axis_host_1_tkeep,
    input  wire s_axis_host_1_tlast,
    input  wire s_axis_host_1_tvalid,
    output wire s_axis_host_1_tready,
    input  wire [15:0] s_axis_host_1_tuser,
    output wire [511:0] m_axis_0_tdata,
    output wire [63:0] m_axis_0_tkeep,
    output wire m_axis_0_tlast,
    output wire m_axis_0_tvalid,
    input  wire m_axis_0_tready,
    output wire [47:0] m_axis_0_tuser,
    output wire [511:0] m_axis_1_tdata,
    output wire [63:0] m_axis_1_tkeep,
    output wire m_axis_1_tlast,
    output wire m_axis_1_tvalid,
    input  wire m_axis_1_tready,
    output wire [47:0] m_axis_1_tuser,
    output wire [511:0] m_axis_host_0_tdata,
    output wire [63:0] m_axis_host_0_tkeep,
    output wire m_axis_host_0_tlast,
    output wire m_axis_host_0_tvalid,
    input  wire m_axis_host_0_tready,
    output wire [47:0] m_axis_host_0_tuser,
    output wire [511:0] m_axis_host_1_tdata,
    output wire [63:0] m_axis_host_1_tkeep,
    output wire m_axis_host_1_tlast,
    output wire m_axis_host_1_tvalid,
    input  wire m_axis_host_1_tready,
    output wire [47:0] m_axis_host_1_tuser,
    input  wire [15:0] s_axil_awaddr,
    input  wire s_axil_awvalid,
    output wire s_axil_awready,
    input  wire [31:0] s_axil_wdata,
    input  wire [3:0] s_axil_wstrb,
    input  wire s_axil_wvalid,
    output wire s_axil_wready,
    output wire [1:0] s_axil_bresp,
    output wire s_axil_bvalid,
    input  wire s_axil_bready,
    input  wire [15:0] s_axil_araddr,
    input  wire s_axil_arvalid,
    output wire s_axil_arready,
    output wire [31:0] s_axil_rdata,
    output wire [1:0] s_axil_rresp,
    output wire s_axil_rvalid,
    input  wire s_axil_rready,
    output wire decision_0_valid,
    output wire [2:0] decision_0_verdict,
    output wire [4:0] decision_0_reason,
    output wire [2:0] decision_0_group,
    output wire decision_0_grouped,
    output wire [143:0] decision_0_key,
    output wire decision_0_keyed,
    output wire [31:0] decision_0_hash,
    output wire [7:0] decision_0_manager,
    output wire [7:0] decision_0_egress,
    output wire decision_0_deep,
    output wire count_0_valid,
    output wire [4:0] count_0_reason,
    output wire [2:0] count_0_verdict,
    output wire [7:0] count_0_manager,
    output wire [15:0] count_0_bytes,
    output wire lost_0_valid,
    output wire [2:0] lost_0_verdict,
    output wire decision_1_valid,
    output wire [2:0] decision_1_verdict,
    output wire [4:0] decision_1_reason,
    output wire [2:0] decision_1_group,
    output wire decision_1_grouped,
    output wire [143:0] decision_1_key,
    output wire decision_1_keyed,
    output wire [31:0] decision_1_hash,
    output wire [7:0] decision_1_manager,
    output wire [7:0] decision_1_egress,
    output wire decision_1_deep,
    output wire count_1_valid,
    output wire [4:0] count_1_reason,
    output wire [2:0] count_1_verdict,
    output wire [7:0] count_1_manager,
    output wire [15:0] count_1_bytes,
    output wire lost_1_valid,
    output wire [2:0] lost_1_verdict
);
    if (PORTS != 1 && PORTS != 2) begin : refused_ports
        $error("box250: PORTS is neither 1 nor 2, the ports that this top has");
    end

    wire [15:0] size_0, size_1, host_size_0, host_size_1;
    announced s_axis_0_announced (.clk(clk), .beat(s_axis_0_tvalid && s_axis_0_tready), .last(s_axis_0_tlast), .now(s_axis_0_tuser), .size(size_0));
    announced s_axis_1_announced (.clk(clk), .beat(s_axis_1_tvalid && s_axis_1_tready), .last(s_axis_1_tlast), .now(s_axis_1_tuser), .size(size_1));
    announced s_axis_host_0_announced (.clk(clk), .beat(s_axis_host_0_tvalid && s_axis_host_0_tready), .last(s_axis_host_0_tlast), .now(s_axis_host_0_tuser), .size(host_size_0));
    announced s_axis_host_1_announced (.clk(clk), .beat(s_axis_host_1_tvalid && s_axis_host_1_tready), .last(s_axis_host_1_tlast), .now(s_axis_host_1_tuser), .size(host_size_1));

    wire [15:0] out_size_0, out_src_0, out_dst_0, out_size_1, out_src_1, out_dst_1;
    wire [15:0] up_size_0, up_src_0, up_dst_0, up_size_1, up_src_1, up_dst_1;
    assign m_axis_0_tuser = {out_size_0, out_src_0, out_dst_0};
    assign m_axis_1_tuser = {out_size_1, out_src_1, out_dst_1};
    assign m_axis_host_0_tuser = {up_size_0, up_src_0, up_dst_0};
    assign m_axis_host_1_tuser = {up_size_1, up_src_1, up_dst_1};

    // The shell has no strobes, and passes the offset in the box's window.
    tandem_250mhz #(.NUM_PHYS_FUNC(PORTS), .NUM_CMAC_PORT(PORTS)) box (
        .axis_aclk(clk), .axil_aclk(clk_axil), .mod_rstn(!rst), .mod_rst_done(rst_done),
        .s_axis_adap_rx_250mhz_tvalid({s_axis_1_tvalid, s_axis_0_tvalid}),
        .s_axis_adap_rx_250mhz_tdata({s_axis_1_tdata, s_axis_0_tdata}),
        .s_axis_adap_rx_250mhz_tkeep({s_axis_1_tkeep, s_axis_0_tkeep}),
        .s_axis_adap_rx_250mhz_tlast({s_axis_1_tlast, s_axis_0_tlast}),
        .s_axis_adap_rx_250mhz_tready({s_axis_1_tready, s_axis_0_tready}),
        .s_axis_adap_rx_250mhz_tuser_size({size_1, size_0}),
        .s_axis_adap_rx_250mhz_tuser_src({16'h0080, 16'h0040}),
        .s_axis_adap_rx_250mhz_tuser_dst(32'd0),
        .s_axis_qdma_h2c_tvalid({s_axis_host_1_tvalid, s_axis_host_0_tvalid}),
        .s_axis_qdma_h2c_tdata({s_axis_host_1_tdata, s_axis_host_0_tdata}),
        .s_axis_qdma_h2c_tkeep({s_axis_host_1_tkeep, s_axis_host_0_tkeep}),
        .s_axis_qdma_h2c_tlast({s_axis_host_1_tlast, s_axis_host_0_tlast}),
        .s_axis_qdma_h2c_tready({s_axis_host_1_tready, s_axis_host_0_tready}),
        .s_axis_qdma_h2c_tuser_size({host_size_1, host_size_0}),
        .s_axis_qdma_h2c_tuser_src({16'h0002, 16'h0001}),
        .s_axis_qdma_h2c_tuser_dst(32'd0),
        .m_axis_adap_tx_250mhz_tvalid({m_axis_1_tvalid, m_axis_0_tvalid}),
        .m_axis_adap_tx_250mhz_tdata({m_axis_1_tdata, m_axis_0_tdata}),
        .m_axis_adap_tx_250mhz_tkeep({m_axis_1_tkeep, m_axis_0_tkeep}),
        .m_axis_adap_tx_250mhz_tlast({m_axis_1_tlast, m_axis_0_tlast}),
        .m_axis_adap_tx_250mhz_tready({m_axis_1_tready, m_axis_0_tready}),
        .m_axis_adap_tx_250mhz_tuser_size({out_size_1, out_size_0}),
        .m_axis_adap_tx_250mhz_tuser_src({out_src_1, out_src_0}),
        .m_axis_adap_tx_250mhz_tuser_dst({out_dst_1, out_dst_0}),
        .m_axis_qdma_c2h_tvalid({m_axis_host_1_tvalid, m_axis_host_0_tvalid}),
        .m_axis_qdma_c2h_tdata({m_axis_host_1_tdata, m_axis_host_0_tdata}),
        .m_axis_qdma_c2h_tkeep({m_axis_host_1_tkeep, m_axis_host_0_tkeep}),
        .m_axis_qdma_c2h_tlast({m_axis_host_1_tlast, m_axis_host_0_tlast}),
        .m_axis_qdma_c2h_tready({m_axis_host_1_tready, m_axis_host_0_tready}),
        .m_axis_qdma_c2h_tuser_size({up_size_1, up_size_0}),
        .m_axis_qdma_c2h_tuser_src({up_src_1, up_src_0}),
        .m_axis_qdma_c2h_tuser_dst({up_dst_1, up_dst_0}),
        .s_axil_awaddr({16'd0, s_axil_awaddr}), .s_axil_awvalid(s_axil_awvalid), .s_axil_awready(s_axil_awready), .s_axil_wdata(s_axil_wdata), .s_axil_wvalid(s_axil_wvalid),
        .s_axil_wready(s_axil_wready), .s_axil_bresp(s_axil_bresp), .s_axil_bvalid(s_axil_bvalid), .s_axil_bready(s_axil_bready), .s_axil_araddr({16'd0, s_axil_araddr}), .s_axil_arvalid(s_axil_arvalid),
        .s_axil_arready(s_axil_arready), .s_axil_rdata(s_axil_rdata), .s_axil_rresp(s_axil_rresp), .s_axil_rvalid(s_axil_rvalid), .s_axil_rready(s_axil_rready)
    );

    assign decision_0_valid = box.distributor.decision_0_valid;
    assign decision_0_verdict = box.distributor.decision_0_verdict;
    assign decision_0_reason = box.distributor.decision_0_reason;
    assign decision_0_group = box.distributor.decision_0_group;
    assign decision_0_grouped = box.distributor.decision_0_grouped;
    assign decision_0_key = box.distributor.decision_0_key;
    assign decision_0_keyed = box.distributor.decision_0_keyed;
    assign decision_0_hash = box.distributor.decision_0_hash;
    assign decision_0_manager = box.distributor.decision_0_manager;
    assign decision_0_egress = box.distributor.decision_0_egress;
    assign decision_0_deep = box.distributor.decision_0_deep;
    assign count_0_valid = box.distributor.count_0_valid;
    assign count_0_reason = box.distributor.count_0_reason;
    assign count_0_verdict = box.distributor.count_0_verdict;
    assign count_0_manager = box.distributor.count_0_manager;
    assign count_0_bytes = box.distributor.count_0_bytes;
    assign lost_0_valid = box.distributor.lost_0_valid;
    assign lost_0_verdict = box.distributor.lost_0_verdict;
    assign decision_1_valid = box.distributor.decision_1_valid;
    assign decision_1_verdict = box.distributor.decision_1_verdict;
    assign decision_1_reason = box.distributor.decision_1_reason;
    assign decision_1_group = box.distributor.decision_1_group;
    assign decision_1_grouped = box.distributor.decision_1_grouped;
    assign decision_1_key = box.distributor.decision_1_key;
    assign decision_1_keyed = box.distributor.decision_1_keyed;
    assign decision_1_hash = box.distributor.decision_1_hash;
    assign decision_1_manager = box.distributor.decision_1_manager;
    assign decision_1_egress = box.distributor.decision_1_egress;
    assign decision_1_deep = box.distributor.decision_1_deep;
    assign count_1_valid = box.distributor.count_1_valid;
    assign count_1_reason = box.distributor.count_1_reason;
    assign count_1_verdict = box.distributor.count_1_verdict;
    assign count_1_manager = box.distributor.count_1_manager;
    assign count_1_bytes = box.distributor.count_1_bytes;
    assign lost_1_valid = box.distributor.lost_1_valid;
    assign lost_1_verdict = box.distributor.lost_1_verdict;
endmodule
