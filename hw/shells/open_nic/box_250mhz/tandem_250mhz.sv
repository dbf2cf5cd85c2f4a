// The distributor as OpenNIC's user logic at 250 MHz, between the shell's packet adapters and its host queues.
//
//   adapter receive of port i -> distributor -> merged with the host's frames of function i -> adapter transmit of port i
//   distributor, host-bound frames that came in by port i -> host queues of function i
//
// - All streams are in axis_aclk, with ready in both directions. The only frames lost here are those that the distributor drops whole
//   because its packet FIFO to the host is full.
// - The sideband that the shell reads with each beat is right on every beat. `tuser_size` is the frame's length, as the shell announced it
//   with the frame. One bit of `tuser_src` and one of `tuser_dst` name where it came from and where it goes: 6 + i for port i, i for
//   function i.
// - The register window of the contract is at 0x0000 (docs/registers.md); all other addresses answer SLVERR. An access crosses to axis_aclk
//   as a whole. The shell derives its two clocks from one source; nothing here relies on that.
// - `mod_rst_done` is low from a request until both clocks are through their reset. A frame that is partly in at a request is discarded to
//   its end, one that is partly out is cut.
// - With one port and one function, frames sent to the other port are discarded.
module tandem_250mhz #(
    parameter int NUM_PHYS_FUNC = 2,
    parameter int NUM_CMAC_PORT = 2
) (
    input  wire s_axil_awvalid,
    input  wire [31:0] s_axil_awaddr,
    output wire s_axil_awready,
    input  wire s_axil_wvalid,
    input  wire [31:0] s_axil_wdata,
    output wire s_axil_wready,
    output wire s_axil_bvalid,
    output wire [1:0] s_axil_bresp,
    input  wire s_axil_bready,
    input  wire s_axil_arvalid,
    input  wire [31:0] s_axil_araddr,
    output wire s_axil_arready,
    output wire s_axil_rvalid,
    output wire [31:0] s_axil_rdata,
    output wire [1:0] s_axil_rresp,
    input  wire s_axil_rready,

    input  wire [NUM_PHYS_FUNC-1:0] s_axis_qdma_h2c_tvalid,
    input  wire [512*NUM_PHYS_FUNC-1:0] s_axis_qdma_h2c_tdata,
    input  wire [64*NUM_PHYS_FUNC-1:0] s_axis_qdma_h2c_tkeep,
    input  wire [NUM_PHYS_FUNC-1:0] s_axis_qdma_h2c_tlast,
    input  wire [16*NUM_PHYS_FUNC-1:0] s_axis_qdma_h2c_tuser_size,
    input  wire [16*NUM_PHYS_FUNC-1:0] s_axis_qdma_h2c_tuser_src,
    input  wire [16*NUM_PHYS_FUNC-1:0] s_axis_qdma_h2c_tuser_dst,
    output wire [NUM_PHYS_FUNC-1:0] s_axis_qdma_h2c_tready,

    output wire [NUM_PHYS_FUNC-1:0] m_axis_qdma_c2h_tvalid,
    output wire [512*NUM_PHYS_FUNC-1:0] m_axis_qdma_c2h_tdata,
    output wire [64*NUM_PHYS_FUNC-1:0] m_axis_qdma_c2h_tkeep,
    output wire [NUM_PHYS_FUNC-1:0] m_axis_qdma_c2h_tlast,
    output wire [16*NUM_PHYS_FUNC-1:0] m_axis_qdma_c2h_tuser_size,
    output wire [16*NUM_PHYS_FUNC-1:0] m_axis_qdma_c2h_tuser_src,
    output wire [16*NUM_PHYS_FUNC-1:0] m_axis_qdma_c2h_tuser_dst,
    input  wire [NUM_PHYS_FUNC-1:0] m_axis_qdma_c2h_tready,

    output wire [NUM_CMAC_PORT-1:0] m_axis_adap_tx_250mhz_tvalid,
    output wire [512*NUM_CMAC_PORT-1:0] m_axis_adap_tx_250mhz_tdata,
    output wire [64*NUM_CMAC_PORT-1:0] m_axis_adap_tx_250mhz_tkeep,
    output wire [NUM_CMAC_PORT-1:0] m_axis_adap_tx_250mhz_tlast,
    output wire [16*NUM_CMAC_PORT-1:0] m_axis_adap_tx_250mhz_tuser_size,
    output wire [16*NUM_CMAC_PORT-1:0] m_axis_adap_tx_250mhz_tuser_src,
    output wire [16*NUM_CMAC_PORT-1:0] m_axis_adap_tx_250mhz_tuser_dst,
    input  wire [NUM_CMAC_PORT-1:0] m_axis_adap_tx_250mhz_tready,

    input  wire [NUM_CMAC_PORT-1:0] s_axis_adap_rx_250mhz_tvalid,
    input  wire [512*NUM_CMAC_PORT-1:0] s_axis_adap_rx_250mhz_tdata,
    input  wire [64*NUM_CMAC_PORT-1:0] s_axis_adap_rx_250mhz_tkeep,
    input  wire [NUM_CMAC_PORT-1:0] s_axis_adap_rx_250mhz_tlast,
    input  wire [16*NUM_CMAC_PORT-1:0] s_axis_adap_rx_250mhz_tuser_size,
    input  wire [16*NUM_CMAC_PORT-1:0] s_axis_adap_rx_250mhz_tuser_src,
    input  wire [16*NUM_CMAC_PORT-1:0] s_axis_adap_rx_250mhz_tuser_dst,
    output wire [NUM_CMAC_PORT-1:0] s_axis_adap_rx_250mhz_tready,

    input  wire mod_rstn,
    output wire mod_rst_done,

    input  wire axil_aclk,
    input  wire axis_aclk
);
    // The ports of a distributor.
    localparam int PORTS = 2;
    if (NUM_CMAC_PORT < 1 || NUM_CMAC_PORT > PORTS) begin : refused_num_cmac_port
        $error("tandem_250mhz: NUM_CMAC_PORT is not from 1 to 2, the ports of a distributor");
    end
    if (NUM_PHYS_FUNC != NUM_CMAC_PORT) begin : refused_num_phys_func
        $error("tandem_250mhz: NUM_PHYS_FUNC is not NUM_CMAC_PORT: each port has one function");
    end

    // The shell's bit for a packet port.
    function automatic [15:0] port_bit(input [7:0] number);
        port_bit = 16'd1 << (6 + number);
    endfunction

    wire rst, clear, axil_rst, axil_clear;
    tandem_reset #(.DOMAINS(2)) reset (
        .clk(axil_aclk),
        .request(!mod_rstn),
        .done(mod_rst_done),
        .idle(),
        .domain_clk({axis_aclk, axil_aclk}),
        .domain_rst({rst, axil_rst}),
        .domain_clear({clear, axil_clear})
    );

    // The distributor's streams. Its tuser is {announced length, verdict and reason, manager, egress, ingress}.
    wire [PORTS-1:0] in_valid, in_ready, in_last, out_valid, out_ready, out_last, host_ready;
    wire [511:0] in_data [PORTS], out_data [PORTS], host_data;
    wire [63:0] in_keep [PORTS], out_keep [PORTS], host_keep;
    wire [15:0] in_size [PORTS];
    wire [47:0] out_user [PORTS], host_user;
    wire host_valid, host_last;
    wire [PORTS-1:0] host_port = PORTS'(1) << host_user[$clog2(PORTS)-1:0];

    for (genvar i = 0; i < PORTS; i++) begin : port
        if (i < NUM_CMAC_PORT) begin : present
            // From the network. The adapter is not reset together with this box.
            wire rx_skip;
            tandem_frame_sync rx_sync (
                .clk(axis_aclk), .rst(rst),
                .beat(s_axis_adap_rx_250mhz_tvalid[i] && s_axis_adap_rx_250mhz_tready[i]), .last(s_axis_adap_rx_250mhz_tlast[i]),
                .skip(rx_skip)
            );
            assign s_axis_adap_rx_250mhz_tready[i] = in_ready[i] || rx_skip;
            assign in_valid[i] = s_axis_adap_rx_250mhz_tvalid[i] && !rx_skip;
            assign in_data[i] = s_axis_adap_rx_250mhz_tdata[512*i +: 512];
            assign in_keep[i] = s_axis_adap_rx_250mhz_tkeep[64*i +: 64];
            assign in_last[i] = s_axis_adap_rx_250mhz_tlast[i];
            assign in_size[i] = s_axis_adap_rx_250mhz_tuser_size[16*i +: 16];

            // To the network, merged with the host's own frames. The host queues are not reset together with this box either.
            wire from_host_ready, from_host_skip;
            tandem_frame_sync from_host_sync (
                .clk(axis_aclk), .rst(rst),
                .beat(s_axis_qdma_h2c_tvalid[i] && s_axis_qdma_h2c_tready[i]), .last(s_axis_qdma_h2c_tlast[i]), .skip(from_host_skip)
            );
            assign s_axis_qdma_h2c_tready[i] = from_host_ready || from_host_skip;
            tandem_host_arb_mux #(.USER_W(32)) tx_arb_mux (
                .clk(axis_aclk), .rst(rst),
                .s_axis_0_tdata(out_data[i]), .s_axis_0_tkeep(out_keep[i]), .s_axis_0_tlast(out_last[i]),
                .s_axis_0_tuser({out_user[i][47:32], port_bit(out_user[i][7:0])}),
                .s_axis_0_tvalid(out_valid[i]), .s_axis_0_tready(out_ready[i]),
                .s_axis_1_tdata(s_axis_qdma_h2c_tdata[512*i +: 512]), .s_axis_1_tkeep(s_axis_qdma_h2c_tkeep[64*i +: 64]),
                .s_axis_1_tlast(s_axis_qdma_h2c_tlast[i]),
                .s_axis_1_tuser({s_axis_qdma_h2c_tuser_size[16*i +: 16], s_axis_qdma_h2c_tuser_src[16*i +: 16]}),
                .s_axis_1_tvalid(s_axis_qdma_h2c_tvalid[i] && !from_host_skip), .s_axis_1_tready(from_host_ready),
                .m_axis_tdata(m_axis_adap_tx_250mhz_tdata[512*i +: 512]), .m_axis_tkeep(m_axis_adap_tx_250mhz_tkeep[64*i +: 64]),
                .m_axis_tlast(m_axis_adap_tx_250mhz_tlast[i]),
                .m_axis_tuser({m_axis_adap_tx_250mhz_tuser_size[16*i +: 16], m_axis_adap_tx_250mhz_tuser_src[16*i +: 16]}),
                .m_axis_tvalid(m_axis_adap_tx_250mhz_tvalid[i]), .m_axis_tready(m_axis_adap_tx_250mhz_tready[i])
            );
            assign m_axis_adap_tx_250mhz_tuser_dst[16*i +: 16] = port_bit(i);

            // To the host.
            assign m_axis_qdma_c2h_tvalid[i] = host_valid && host_port[i];
            assign m_axis_qdma_c2h_tdata[512*i +: 512] = host_data;
            assign m_axis_qdma_c2h_tkeep[64*i +: 64] = host_keep;
            assign m_axis_qdma_c2h_tlast[i] = host_last;
            assign m_axis_qdma_c2h_tuser_size[16*i +: 16] = host_user[47:32];
            assign m_axis_qdma_c2h_tuser_src[16*i +: 16] = port_bit(host_user[7:0]);
            assign m_axis_qdma_c2h_tuser_dst[16*i +: 16] = 16'd1 << i;
            assign host_ready[i] = m_axis_qdma_c2h_tready[i];
        end else begin : absent
            assign {in_valid[i], in_last[i], in_keep[i], in_data[i], in_size[i]} = '0;
            assign out_ready[i] = 1'b1;
            assign host_ready[i] = 1'b1;
        end
    end

    // Registers: the distributor's page, and nothing after it.
    wire [19:0] axil_req_address;
    wire [31:0] axil_req_data, axil_resp_data;
    wire [3:0] axil_req_strobe;
    wire axil_req_write, axil_req_valid, req_fifo_ready, axil_resp_valid, axil_resp_error;
    wire is_core = axil_req_address[19:12] == 8'h00;
    logic page_error = 1'b0;
    always_ff @(posedge axil_aclk) page_error <= axil_req_valid && !is_core;
    tandem_axil_slave #(.ADDRESS_W(20)) axil_slave (
        .clk(axil_aclk), .rst(axil_rst), .bus_rst(1'b0),
        .s_axil_awaddr(s_axil_awaddr[19:0]), .s_axil_awvalid(s_axil_awvalid), .s_axil_awready(s_axil_awready),
        .s_axil_wdata(s_axil_wdata), .s_axil_wstrb(4'hf), .s_axil_wvalid(s_axil_wvalid), .s_axil_wready(s_axil_wready),
        .s_axil_bresp(s_axil_bresp), .s_axil_bvalid(s_axil_bvalid), .s_axil_bready(s_axil_bready),
        .s_axil_araddr(s_axil_araddr[19:0]), .s_axil_arvalid(s_axil_arvalid), .s_axil_arready(s_axil_arready),
        .s_axil_rdata(s_axil_rdata), .s_axil_rresp(s_axil_rresp), .s_axil_rvalid(s_axil_rvalid), .s_axil_rready(s_axil_rready),
        .request_address(axil_req_address), .request_data(axil_req_data), .request_strobe(axil_req_strobe), .request_write(axil_req_write),
        .request_valid(axil_req_valid),
        .request_ready(is_core ? req_fifo_ready : 1'b1),
        .response_data(axil_resp_data), .response_error(page_error || axil_resp_error), .response_valid(page_error || axil_resp_valid)
    );

    wire [11:0] core_req_address;
    wire [31:0] core_req_data, core_resp_data;
    wire [3:0] core_req_strobe;
    wire core_req_write, core_req_valid, core_req_ready, core_resp_error, core_resp_valid, core_resp_ready;
    tandem_async_fifo #(.WIDTH(49), .ADDRESS_W(2)) request_fifo (
        .write_clk(axil_aclk), .write_rst(axil_rst), .write_clear(axil_clear),
        .write_data({axil_req_write, axil_req_strobe, axil_req_data, axil_req_address[11:0]}),
        .write_valid(axil_req_valid && is_core), .write_ready(req_fifo_ready),
        .read_clk(axis_aclk), .read_rst(rst), .read_clear(clear),
        .read_data({core_req_write, core_req_strobe, core_req_data, core_req_address}),
        .read_valid(core_req_valid), .read_ready(core_req_ready)
    );
    tandem_async_fifo #(.WIDTH(33), .ADDRESS_W(2)) response_fifo (
        .write_clk(axis_aclk), .write_rst(rst), .write_clear(clear),
        .write_data({core_resp_error, core_resp_data}), .write_valid(core_resp_valid), .write_ready(core_resp_ready),
        .read_clk(axil_aclk), .read_rst(axil_rst), .read_clear(axil_clear),
        .read_data({axil_resp_error, axil_resp_data}), .read_valid(axil_resp_valid), .read_ready(1'b1)
    );
    wire [11:0] awaddr, araddr;
    wire [31:0] wdata, rdata;
    wire [3:0] wstrb;
    wire [1:0] bresp, rresp;
    wire awvalid, awready, wvalid, wready, bvalid, bready, arvalid, arready, rvalid, rready;
    tandem_axil_master axil_master (
        .clk(axis_aclk), .rst(rst),
        .request_address(core_req_address), .request_data(core_req_data), .request_strobe(core_req_strobe), .request_write(core_req_write),
        .request_valid(core_req_valid), .request_ready(core_req_ready),
        .response_data(core_resp_data), .response_error(core_resp_error), .response_valid(core_resp_valid), .response_ready(core_resp_ready),
        .m_axil_awaddr(awaddr), .m_axil_awvalid(awvalid), .m_axil_awready(awready),
        .m_axil_wdata(wdata), .m_axil_wstrb(wstrb), .m_axil_wvalid(wvalid), .m_axil_wready(wready),
        .m_axil_bresp(bresp), .m_axil_bvalid(bvalid), .m_axil_bready(bready),
        .m_axil_araddr(araddr), .m_axil_arvalid(arvalid), .m_axil_arready(arready),
        .m_axil_rdata(rdata), .m_axil_rresp(rresp), .m_axil_rvalid(rvalid), .m_axil_rready(rready)
    );

    tandem_distributor distributor (
        .clk(axis_aclk), .rst(rst),
        .s_axis_0_tdata(in_data[0]), .s_axis_0_tkeep(in_keep[0]), .s_axis_0_tlast(in_last[0]), .s_axis_0_tvalid(in_valid[0]),
        .s_axis_0_tready(in_ready[0]), .s_axis_0_tuser(in_size[0]),
        .s_axis_1_tdata(in_data[1]), .s_axis_1_tkeep(in_keep[1]), .s_axis_1_tlast(in_last[1]), .s_axis_1_tvalid(in_valid[1]),
        .s_axis_1_tready(in_ready[1]), .s_axis_1_tuser(in_size[1]),
        .m_axis_0_tdata(out_data[0]), .m_axis_0_tkeep(out_keep[0]), .m_axis_0_tlast(out_last[0]), .m_axis_0_tvalid(out_valid[0]),
        .m_axis_0_tready(out_ready[0]), .m_axis_0_tuser(out_user[0]),
        .m_axis_1_tdata(out_data[1]), .m_axis_1_tkeep(out_keep[1]), .m_axis_1_tlast(out_last[1]), .m_axis_1_tvalid(out_valid[1]),
        .m_axis_1_tready(out_ready[1]), .m_axis_1_tuser(out_user[1]),
        .m_axis_host_tdata(host_data), .m_axis_host_tkeep(host_keep), .m_axis_host_tlast(host_last), .m_axis_host_tvalid(host_valid),
        .m_axis_host_tready(|(host_ready & host_port)), .m_axis_host_tuser(host_user),
        .s_axil_awaddr(awaddr), .s_axil_awvalid(awvalid), .s_axil_awready(awready),
        .s_axil_wdata(wdata), .s_axil_wstrb(wstrb), .s_axil_wvalid(wvalid), .s_axil_wready(wready),
        .s_axil_bresp(bresp), .s_axil_bvalid(bvalid), .s_axil_bready(bready),
        .s_axil_araddr(araddr), .s_axil_arvalid(arvalid), .s_axil_arready(arready),
        .s_axil_rdata(rdata), .s_axil_rresp(rresp), .s_axil_rvalid(rvalid), .s_axil_rready(rready),
        // Observed in simulation only: synthesis removes it.
        .decision_0_valid(), .decision_0_verdict(), .decision_0_reason(), .decision_0_group(), .decision_0_grouped(),
        .decision_0_key(), .decision_0_keyed(), .decision_0_hash(), .decision_0_manager(), .decision_0_egress(), .decision_0_deep(),
        .count_0_valid(), .count_0_reason(), .count_0_verdict(), .count_0_manager(), .count_0_bytes(),
        .decision_1_valid(), .decision_1_verdict(), .decision_1_reason(), .decision_1_group(), .decision_1_grouped(),
        .decision_1_key(), .decision_1_keyed(), .decision_1_hash(), .decision_1_manager(), .decision_1_egress(), .decision_1_deep(),
        .count_1_valid(), .count_1_reason(), .count_1_verdict(), .count_1_manager(), .count_1_bytes(),
        .lost_0_valid(), .lost_0_verdict(), .lost_1_valid(), .lost_1_verdict()
    );
endmodule
