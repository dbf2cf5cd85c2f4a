// The distributor as OpenNIC's user logic at 322 MHz, between the MACs and the shell's packet adapters.
//
// The distributor runs in the clock of the first MAC; each MAC has its own clock, and the registers have a third. Per port i:
//
//   CMAC receive, cmac_clk[i] -> frame FIFO: whole frames only, the others dropped and counted -> async FIFO -> distributor, cmac_clk[0]
//   distributor -> async FIFO -> merged with the adapter's frames, cmac_clk[i] -> store and forward -> CMAC transmit
//   distributor, host-bound frames that came in by port i -> async FIFO -> store and forward, cmac_clk[i] -> adapter receive
//
// - CMAC receive has no ready: a frame that finds the frame FIFO full, or carries `tuser_err`, is dropped whole and counted.
// - Towards CMAC and adapter `tvalid` never falls inside a frame, not even during a reset.
// - The register window of the contract is at 0x0000, drop counters are at 0x1000 (docs/registers.md); all other addresses answer SLVERR. An
//   access crosses to the distributor's clock as a whole: a commit is one write in one clock, as in every other shell.
// - `mod_rst_done` is low from a request until every domain is through its reset.
// - With one CMAC the distributor's second port accepts what is sent to it, and discards it.
module tandem_322mhz #(
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

    input  wire [NUM_CMAC_PORT-1:0] s_axis_adap_tx_322mhz_tvalid,
    input  wire [512*NUM_CMAC_PORT-1:0] s_axis_adap_tx_322mhz_tdata,
    input  wire [64*NUM_CMAC_PORT-1:0] s_axis_adap_tx_322mhz_tkeep,
    input  wire [NUM_CMAC_PORT-1:0] s_axis_adap_tx_322mhz_tlast,
    input  wire [NUM_CMAC_PORT-1:0] s_axis_adap_tx_322mhz_tuser_err,
    output wire [NUM_CMAC_PORT-1:0] s_axis_adap_tx_322mhz_tready,

    output wire [NUM_CMAC_PORT-1:0] m_axis_adap_rx_322mhz_tvalid,
    output wire [512*NUM_CMAC_PORT-1:0] m_axis_adap_rx_322mhz_tdata,
    output wire [64*NUM_CMAC_PORT-1:0] m_axis_adap_rx_322mhz_tkeep,
    output wire [NUM_CMAC_PORT-1:0] m_axis_adap_rx_322mhz_tlast,
    output wire [NUM_CMAC_PORT-1:0] m_axis_adap_rx_322mhz_tuser_err,

    output wire [NUM_CMAC_PORT-1:0] m_axis_cmac_tx_tvalid,
    output wire [512*NUM_CMAC_PORT-1:0] m_axis_cmac_tx_tdata,
    output wire [64*NUM_CMAC_PORT-1:0] m_axis_cmac_tx_tkeep,
    output wire [NUM_CMAC_PORT-1:0] m_axis_cmac_tx_tlast,
    output wire [NUM_CMAC_PORT-1:0] m_axis_cmac_tx_tuser_err,
    input  wire [NUM_CMAC_PORT-1:0] m_axis_cmac_tx_tready,

    input  wire [NUM_CMAC_PORT-1:0] s_axis_cmac_rx_tvalid,
    input  wire [512*NUM_CMAC_PORT-1:0] s_axis_cmac_rx_tdata,
    input  wire [64*NUM_CMAC_PORT-1:0] s_axis_cmac_rx_tkeep,
    input  wire [NUM_CMAC_PORT-1:0] s_axis_cmac_rx_tlast,
    input  wire [NUM_CMAC_PORT-1:0] s_axis_cmac_rx_tuser_err,

    input  wire mod_rstn,
    output wire mod_rst_done,

    input  wire axil_aclk,
    input  wire [NUM_CMAC_PORT-1:0] cmac_clk
);
    // The ports of a distributor.
    localparam int PORTS = 2;
    if (NUM_CMAC_PORT < 1 || NUM_CMAC_PORT > PORTS) begin : refused_num_cmac_port
        $error("tandem_322mhz: NUM_CMAC_PORT is not from 1 to 2, the ports of a distributor");
    end
    localparam int BEAT_W = 512 + 64 + 1;

    // Clocks and resets: an absent port shares those of the first.
    wire [PORTS-1:0] port_clk, port_rst, port_clear;
    wire axil_rst, axil_clear;
    wire clk = port_clk[0], rst = port_rst[0], clear = port_clear[0];
    for (genvar i = 0; i < PORTS; i++) begin : port_clocks
        assign port_clk[i] = cmac_clk[i < NUM_CMAC_PORT ? i : 0];
    end
    tandem_reset #(.DOMAINS(1 + PORTS)) reset (
        .clk(axil_aclk),
        .request(!mod_rstn),
        .done(mod_rst_done),
        .idle(),
        .domain_clk({port_clk, axil_aclk}),
        .domain_rst({port_rst, axil_rst}),
        .domain_clear({port_clear, axil_clear})
    );

    // The distributor's streams, in its own clock.
    wire [PORTS-1:0] in_valid, in_ready, in_last, out_valid, out_ready, out_last, host_ready;
    wire [511:0] in_data [PORTS], out_data [PORTS], host_data;
    wire [63:0] in_keep [PORTS], out_keep [PORTS], host_keep;
    wire host_valid, host_last;
    wire [47:0] host_user;
    wire [PORTS-1:0] host_port = PORTS'(1) << host_user[$clog2(PORTS)-1:0];

    wire [63:0] dropped_full [PORTS], dropped_error [PORTS];

    for (genvar i = 0; i < PORTS; i++) begin : port
        if (i < NUM_CMAC_PORT) begin : present
            // From the MAC.
            logic rx_valid = 1'b0, rx_last, rx_error;
            logic [511:0] rx_data;
            logic [63:0] rx_keep;
            always_ff @(posedge port_clk[i]) begin
                rx_valid <= s_axis_cmac_rx_tvalid[i];
                rx_last <= s_axis_cmac_rx_tlast[i];
                rx_error <= s_axis_cmac_rx_tuser_err[i];
                rx_data <= s_axis_cmac_rx_tdata[512*i +: 512];
                rx_keep <= s_axis_cmac_rx_tkeep[64*i +: 64];
            end
            wire rx_skip, whole_last, whole_valid, whole_ready, drop_full, drop_error, rx_fifo_ready;
            wire [511:0] whole_data;
            wire [63:0] whole_keep;
            tandem_frame_sync rx_sync (
                .clk(port_clk[i]), .rst(port_rst[i]), .beat(rx_valid), .last(rx_last), .skip(rx_skip)
            );
            tandem_frame_fifo rx_fifo (
                .clk(port_clk[i]), .rst(port_rst[i]),
                .s_axis_tdata(rx_data), .s_axis_tkeep(rx_keep), .s_axis_tlast(rx_last), .s_axis_tuser(rx_error),
                .s_axis_tvalid(rx_valid && !rx_skip), .s_axis_tready(rx_fifo_ready),   // unused: a MAC does not wait
                .m_axis_tdata(whole_data), .m_axis_tkeep(whole_keep), .m_axis_tlast(whole_last),
                .m_axis_tvalid(whole_valid), .m_axis_tready(whole_ready),
                .dropped_full(drop_full), .dropped_error(drop_error)
            );
            tandem_async_fifo #(.WIDTH(BEAT_W)) rx_async_fifo (
                .write_clk(port_clk[i]), .write_rst(port_rst[i]), .write_clear(port_clear[i]),
                .write_data({whole_last, whole_keep, whole_data}), .write_valid(whole_valid), .write_ready(whole_ready),
                .read_clk(clk), .read_rst(rst), .read_clear(clear),
                .read_data({in_last[i], in_keep[i], in_data[i]}), .read_valid(in_valid[i]), .read_ready(in_ready[i])
            );
            tandem_cdc_counter dropped_full_counter (
                .event_clk(port_clk[i]), .event_rst(port_rst[i]), .event_clear(port_clear[i]), .event_valid(drop_full),
                .read_clk(axil_aclk), .read_rst(axil_rst), .read_clear(axil_clear), .total(dropped_full[i])
            );
            tandem_cdc_counter dropped_error_counter (
                .event_clk(port_clk[i]), .event_rst(port_rst[i]), .event_clear(port_clear[i]), .event_valid(drop_error),
                .read_clk(axil_aclk), .read_rst(axil_rst), .read_clear(axil_clear), .total(dropped_error[i])
            );

            // To the MAC, merged with the host's own frames. The adapter is not reset together with this box.
            wire tx_last, tx_valid, tx_ready, tx_dropped, from_host_ready, from_host_skip;
            wire merged_last, merged_valid, merged_ready, merged_user;
            wire [511:0] tx_data, merged_data;
            wire [63:0] tx_keep, merged_keep;
            tandem_async_fifo #(.WIDTH(BEAT_W)) tx_async_fifo (
                .write_clk(clk), .write_rst(rst), .write_clear(clear),
                .write_data({out_last[i], out_keep[i], out_data[i]}), .write_valid(out_valid[i]), .write_ready(out_ready[i]),
                .read_clk(port_clk[i]), .read_rst(port_rst[i]), .read_clear(port_clear[i]),
                .read_data({tx_last, tx_keep, tx_data}), .read_valid(tx_valid), .read_ready(tx_ready)
            );
            wire from_host_beat = s_axis_adap_tx_322mhz_tvalid[i] && s_axis_adap_tx_322mhz_tready[i];
            tandem_frame_sync from_host_sync (
                .clk(port_clk[i]), .rst(port_rst[i]), .beat(from_host_beat), .last(s_axis_adap_tx_322mhz_tlast[i]), .skip(from_host_skip)
            );
            assign s_axis_adap_tx_322mhz_tready[i] = from_host_ready || from_host_skip;
            tandem_host_arb_mux tx_arb_mux (
                .clk(port_clk[i]), .rst(port_rst[i]),
                .s_axis_0_tdata(tx_data), .s_axis_0_tkeep(tx_keep), .s_axis_0_tuser(1'b0), .s_axis_0_tlast(tx_last),
                .s_axis_0_tvalid(tx_valid), .s_axis_0_tready(tx_ready),
                .s_axis_1_tdata(s_axis_adap_tx_322mhz_tdata[512*i +: 512]), .s_axis_1_tkeep(s_axis_adap_tx_322mhz_tkeep[64*i +: 64]),
                .s_axis_1_tuser(s_axis_adap_tx_322mhz_tuser_err[i]), .s_axis_1_tlast(s_axis_adap_tx_322mhz_tlast[i]),
                .s_axis_1_tvalid(s_axis_adap_tx_322mhz_tvalid[i] && !from_host_skip), .s_axis_1_tready(from_host_ready),
                .m_axis_tdata(merged_data), .m_axis_tkeep(merged_keep), .m_axis_tuser(merged_user), .m_axis_tlast(merged_last),
                .m_axis_tvalid(merged_valid), .m_axis_tready(merged_ready)
            );
            tandem_store_forward tx_store_forward (
                .clk(port_clk[i]), .rst(port_rst[i]),
                .s_axis_tdata(merged_data), .s_axis_tkeep(merged_keep), .s_axis_tlast(merged_last), .s_axis_tuser(merged_user),
                .s_axis_tvalid(merged_valid), .s_axis_tready(merged_ready),
                .m_axis_tdata(m_axis_cmac_tx_tdata[512*i +: 512]), .m_axis_tkeep(m_axis_cmac_tx_tkeep[64*i +: 64]),
                .m_axis_tlast(m_axis_cmac_tx_tlast[i]), .m_axis_tvalid(m_axis_cmac_tx_tvalid[i]),
                .m_axis_tready(m_axis_cmac_tx_tready[i]), .dropped(tx_dropped)   // never: the buffers of the senders are smaller
            );
            assign m_axis_cmac_tx_tuser_err[i] = 1'b0;

            // To the host. The adapter has no ready either; it drops frames that it has no room for.
            wire to_host_last, to_host_valid, to_host_ready, to_host_dropped;
            wire [511:0] to_host_data;
            wire [63:0] to_host_keep;
            tandem_async_fifo #(.WIDTH(BEAT_W)) to_host_async_fifo (
                .write_clk(clk), .write_rst(rst), .write_clear(clear),
                .write_data({host_last, host_keep, host_data}), .write_valid(host_valid && host_port[i]), .write_ready(host_ready[i]),
                .read_clk(port_clk[i]), .read_rst(port_rst[i]), .read_clear(port_clear[i]),
                .read_data({to_host_last, to_host_keep, to_host_data}), .read_valid(to_host_valid), .read_ready(to_host_ready)
            );
            tandem_store_forward to_host_store_forward (
                .clk(port_clk[i]), .rst(port_rst[i]),
                .s_axis_tdata(to_host_data), .s_axis_tkeep(to_host_keep), .s_axis_tlast(to_host_last), .s_axis_tuser(1'b0),
                .s_axis_tvalid(to_host_valid), .s_axis_tready(to_host_ready),
                .m_axis_tdata(m_axis_adap_rx_322mhz_tdata[512*i +: 512]), .m_axis_tkeep(m_axis_adap_rx_322mhz_tkeep[64*i +: 64]),
                .m_axis_tlast(m_axis_adap_rx_322mhz_tlast[i]), .m_axis_tvalid(m_axis_adap_rx_322mhz_tvalid[i]),
                .m_axis_tready(1'b1), .dropped(to_host_dropped)
            );
            assign m_axis_adap_rx_322mhz_tuser_err[i] = 1'b0;
        end else begin : absent
            assign {in_valid[i], in_last[i], in_keep[i], in_data[i]} = '0;
            assign out_ready[i] = 1'b1;
            assign host_ready[i] = 1'b1;
            assign dropped_full[i] = '0;
            assign dropped_error[i] = '0;
        end
    end

    // Registers: the distributor's page in its own clock, the box's page here.
    wire [19:0] axil_req_address;
    wire [31:0] axil_req_data, axil_resp_data;
    wire [3:0] axil_req_strobe;
    wire axil_req_write, axil_req_valid, req_fifo_ready, axil_resp_valid, axil_resp_error;
    wire is_core = axil_req_address[19:12] == 8'h00;
    logic page_valid = 1'b0, page_error;
    logic [31:0] page_data;
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
        .response_data(page_valid ? page_data : axil_resp_data), .response_error(page_valid ? page_error : axil_resp_error),
        .response_valid(page_valid || axil_resp_valid)
    );

    // The box's page: identity, number of ports, and 64-bit counts per port. Reading a low word latches the high word that belongs to it.
    logic [31:0] high_word = '0;
    wire [63:0] count = axil_req_address[3] ? dropped_error[axil_req_address[4]] : dropped_full[axil_req_address[4]];
    always_ff @(posedge axil_aclk) begin
        page_valid <= axil_req_valid && !is_core;
        page_error <= axil_req_write || axil_req_address[19:12] != 8'h01;
        page_data <= '0;
        casez (axil_req_address[11:0])
            12'h000: page_data <= 32'h544e_4258;
            12'h004: page_data <= 32'(NUM_CMAC_PORT);
            12'b0000_001?_?000, 12'b0000_001?_?100: begin
                page_data <= axil_req_address[2] ? high_word : count[31:0];
                if (axil_req_valid && !axil_req_write && !axil_req_address[2]) high_word <= count[63:32];
            end
            default: page_error <= 1'b1;
        endcase
    end

    wire [11:0] core_req_address;
    wire [31:0] core_req_data, core_resp_data;
    wire [3:0] core_req_strobe;
    wire core_req_write, core_req_valid, core_req_ready, core_resp_error, core_resp_valid, core_resp_ready;
    tandem_async_fifo #(.WIDTH(49), .ADDRESS_W(2)) request_fifo (
        .write_clk(axil_aclk), .write_rst(axil_rst), .write_clear(axil_clear),
        .write_data({axil_req_write, axil_req_strobe, axil_req_data, axil_req_address[11:0]}),
        .write_valid(axil_req_valid && is_core), .write_ready(req_fifo_ready),
        .read_clk(clk), .read_rst(rst), .read_clear(clear),
        .read_data({core_req_write, core_req_strobe, core_req_data, core_req_address}),
        .read_valid(core_req_valid), .read_ready(core_req_ready)
    );
    tandem_async_fifo #(.WIDTH(33), .ADDRESS_W(2)) response_fifo (
        .write_clk(clk), .write_rst(rst), .write_clear(clear),
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
        .clk(clk), .rst(rst),
        .request_address(core_req_address), .request_data(core_req_data), .request_strobe(core_req_strobe), .request_write(core_req_write),
        .request_valid(core_req_valid), .request_ready(core_req_ready),
        .response_data(core_resp_data), .response_error(core_resp_error), .response_valid(core_resp_valid), .response_ready(core_resp_ready),
        .m_axil_awaddr(awaddr), .m_axil_awvalid(awvalid), .m_axil_awready(awready),
        .m_axil_wdata(wdata), .m_axil_wstrb(wstrb), .m_axil_wvalid(wvalid), .m_axil_wready(wready),
        .m_axil_bresp(bresp), .m_axil_bvalid(bvalid), .m_axil_bready(bready),
        .m_axil_araddr(araddr), .m_axil_arvalid(arvalid), .m_axil_arready(arready),
        .m_axil_rdata(rdata), .m_axil_rresp(rresp), .m_axil_rvalid(rvalid), .m_axil_rready(rready)
    );

    // No length is announced: at the MAC it is not known before the frame's end.
    tandem_distributor distributor (
        .clk(clk), .rst(rst),
        .s_axis_0_tdata(in_data[0]), .s_axis_0_tkeep(in_keep[0]), .s_axis_0_tlast(in_last[0]), .s_axis_0_tvalid(in_valid[0]),
        .s_axis_0_tready(in_ready[0]), .s_axis_0_tuser(16'd0),
        .s_axis_1_tdata(in_data[1]), .s_axis_1_tkeep(in_keep[1]), .s_axis_1_tlast(in_last[1]), .s_axis_1_tvalid(in_valid[1]),
        .s_axis_1_tready(in_ready[1]), .s_axis_1_tuser(16'd0),
        .m_axis_0_tdata(out_data[0]), .m_axis_0_tkeep(out_keep[0]), .m_axis_0_tlast(out_last[0]), .m_axis_0_tvalid(out_valid[0]),
        .m_axis_0_tready(out_ready[0]), .m_axis_0_tuser(),
        .m_axis_1_tdata(out_data[1]), .m_axis_1_tkeep(out_keep[1]), .m_axis_1_tlast(out_last[1]), .m_axis_1_tvalid(out_valid[1]),
        .m_axis_1_tready(out_ready[1]), .m_axis_1_tuser(),
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
