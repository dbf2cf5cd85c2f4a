// The distributor as OpenNIC's user logic at 322 MHz, between the MACs and the shell's packet adapters.
//
// The distributor runs in the clock of the first MAC; every MAC has its own clock, and the registers have a third. Per port i:
//
//   CMAC receive, cmac_clk[i] -> whole frames only, the others dropped and counted -> crossing -> distributor, cmac_clk[0]
//   distributor -> crossing -> merged with the adapter's frames, cmac_clk[i] -> gate -> CMAC transmit
//   distributor, host-bound frames that came in by port i -> crossing -> gate, cmac_clk[i] -> adapter receive
//
// - CMAC receive has no ready: a frame that finds the buffer full, or carries `tuser_err`, is dropped whole and counted.
// - Towards CMAC and adapter `tvalid` never falls inside a frame, during a reset neither.
// - The register window of the contract is at 0x0000, drop counters are at 0x1000 (docs/registers.md); all else answers SLVERR. An access
//   crosses to the distributor's clock as a whole: a commit is what it is everywhere, one write in one clock.
// - `mod_rst_done` is low from a request until every domain is through its reset.
// - With one CMAC the second port takes what is sent to it, and throws it away.
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
    localparam int PORTS = 2;
    localparam int BEAT_W = 512 + 64 + 1;

    // Clocks and resets: a port that is not there shares the first one's.
    wire [PORTS-1:0] port_clk, port_rst, port_clear;
    wire axil_rst, axil_clear;
    wire clk = port_clk[0], rst = port_rst[0], clear = port_clear[0];
    for (genvar i = 0; i < PORTS; i++) begin : clocks
        assign port_clk[i] = cmac_clk[i < NUM_CMAC_PORT ? i : 0];
    end
    tandem_reset #(.DOMAINS(1 + PORTS)) resetting (
        .clk(axil_aclk),
        .request(!mod_rstn),
        .done(mod_rst_done),
        .idle(),
        .domain_clk({port_clk, axil_aclk}),
        .domain_rst({port_rst, axil_rst}),
        .domain_clear({port_clear, axil_clear})
    );

    // The distributor's streams, in its clock.
    wire [PORTS-1:0] in_valid, in_ready, in_last, out_valid, out_ready, out_last, host_ready;
    wire [511:0] in_data [PORTS], out_data [PORTS], host_data;
    wire [63:0] in_keep [PORTS], out_keep [PORTS], host_keep;
    wire host_valid, host_last;
    wire [47:0] host_user;
    wire [PORTS-1:0] host_for = host_user[7:0] == 8'd0 ? 2'b01 : 2'b10;

    wire [63:0] dropped_full [PORTS], dropped_error [PORTS];

    for (genvar i = 0; i < PORTS; i++) begin : port
        if (i < NUM_CMAC_PORT) begin : here
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
            wire rx_skip, whole_last, whole_valid, whole_ready, full, faulty, rx_room;
            wire [511:0] whole_data;
            wire [63:0] whole_keep;
            tandem_frame_start rx_start (
                .clk(port_clk[i]), .rst(port_rst[i]), .beat(rx_valid), .last(rx_last), .skip(rx_skip)
            );
            tandem_frame_buffer rx_frames (
                .clk(port_clk[i]), .rst(port_rst[i]),
                .s_axis_tdata(rx_data), .s_axis_tkeep(rx_keep), .s_axis_tlast(rx_last), .s_axis_tuser(rx_error),
                .s_axis_tvalid(rx_valid && !rx_skip), .s_axis_tready(rx_room),   // a MAC does not wait
                .m_axis_tdata(whole_data), .m_axis_tkeep(whole_keep), .m_axis_tlast(whole_last),
                .m_axis_tvalid(whole_valid), .m_axis_tready(whole_ready),
                .dropped_full(full), .dropped_error(faulty)
            );
            tandem_crossing #(.WIDTH(BEAT_W)) rx_crossing (
                .write_clk(port_clk[i]), .write_rst(port_rst[i]), .write_clear(port_clear[i]),
                .write_data({whole_last, whole_keep, whole_data}), .write_valid(whole_valid), .write_ready(whole_ready),
                .read_clk(clk), .read_rst(rst), .read_clear(clear),
                .read_data({in_last[i], in_keep[i], in_data[i]}), .read_valid(in_valid[i]), .read_ready(in_ready[i])
            );
            tandem_count count_full (
                .event_clk(port_clk[i]), .event_rst(port_rst[i]), .event_clear(port_clear[i]), .event_now(full),
                .read_clk(axil_aclk), .read_rst(axil_rst), .read_clear(axil_clear), .total(dropped_full[i])
            );
            tandem_count count_error (
                .event_clk(port_clk[i]), .event_rst(port_rst[i]), .event_clear(port_clear[i]), .event_now(faulty),
                .read_clk(axil_aclk), .read_rst(axil_rst), .read_clear(axil_clear), .total(dropped_error[i])
            );

            // To the MAC, together with the host's own frames. The adapter is not reset with us.
            wire tx_last, tx_valid, tx_ready, sent_ready, sent_skip, both_last, both_valid, both_ready, both_user, tx_long;
            wire [511:0] tx_data, both_data;
            wire [63:0] tx_keep, both_keep;
            tandem_crossing #(.WIDTH(BEAT_W)) tx_crossing (
                .write_clk(clk), .write_rst(rst), .write_clear(clear),
                .write_data({out_last[i], out_keep[i], out_data[i]}), .write_valid(out_valid[i]), .write_ready(out_ready[i]),
                .read_clk(port_clk[i]), .read_rst(port_rst[i]), .read_clear(port_clear[i]),
                .read_data({tx_last, tx_keep, tx_data}), .read_valid(tx_valid), .read_ready(tx_ready)
            );
            wire sent_beat = s_axis_adap_tx_322mhz_tvalid[i] && s_axis_adap_tx_322mhz_tready[i];
            tandem_frame_start sent_start (
                .clk(port_clk[i]), .rst(port_rst[i]), .beat(sent_beat), .last(s_axis_adap_tx_322mhz_tlast[i]), .skip(sent_skip)
            );
            assign s_axis_adap_tx_322mhz_tready[i] = sent_ready || sent_skip;
            tandem_merge tx_merge (
                .clk(port_clk[i]), .rst(port_rst[i]),
                .s_axis_0_tdata(tx_data), .s_axis_0_tkeep(tx_keep), .s_axis_0_tuser(1'b0), .s_axis_0_tlast(tx_last),
                .s_axis_0_tvalid(tx_valid), .s_axis_0_tready(tx_ready),
                .s_axis_1_tdata(s_axis_adap_tx_322mhz_tdata[512*i +: 512]), .s_axis_1_tkeep(s_axis_adap_tx_322mhz_tkeep[64*i +: 64]),
                .s_axis_1_tuser(s_axis_adap_tx_322mhz_tuser_err[i]), .s_axis_1_tlast(s_axis_adap_tx_322mhz_tlast[i]),
                .s_axis_1_tvalid(s_axis_adap_tx_322mhz_tvalid[i] && !sent_skip), .s_axis_1_tready(sent_ready),
                .m_axis_tdata(both_data), .m_axis_tkeep(both_keep), .m_axis_tuser(both_user), .m_axis_tlast(both_last),
                .m_axis_tvalid(both_valid), .m_axis_tready(both_ready)
            );
            tandem_frame_gate tx_gate (
                .clk(port_clk[i]), .rst(port_rst[i]),
                .s_axis_tdata(both_data), .s_axis_tkeep(both_keep), .s_axis_tlast(both_last), .s_axis_tuser(both_user),
                .s_axis_tvalid(both_valid), .s_axis_tready(both_ready),
                .m_axis_tdata(m_axis_cmac_tx_tdata[512*i +: 512]), .m_axis_tkeep(m_axis_cmac_tx_tkeep[64*i +: 64]),
                .m_axis_tlast(m_axis_cmac_tx_tlast[i]), .m_axis_tvalid(m_axis_cmac_tx_tvalid[i]),
                .m_axis_tready(m_axis_cmac_tx_tready[i]), .dropped(tx_long)   // none: whoever sends has smaller buffers
            );
            assign m_axis_cmac_tx_tuser_err[i] = 1'b0;

            // To the host. The adapter has no ready either; it drops what it has no room for.
            wire up_last, up_valid, up_ready, up_long;
            wire [511:0] up_data;
            wire [63:0] up_keep;
            tandem_crossing #(.WIDTH(BEAT_W)) up_crossing (
                .write_clk(clk), .write_rst(rst), .write_clear(clear),
                .write_data({host_last, host_keep, host_data}), .write_valid(host_valid && host_for[i]), .write_ready(host_ready[i]),
                .read_clk(port_clk[i]), .read_rst(port_rst[i]), .read_clear(port_clear[i]),
                .read_data({up_last, up_keep, up_data}), .read_valid(up_valid), .read_ready(up_ready)
            );
            tandem_frame_gate up_gate (
                .clk(port_clk[i]), .rst(port_rst[i]),
                .s_axis_tdata(up_data), .s_axis_tkeep(up_keep), .s_axis_tlast(up_last), .s_axis_tuser(1'b0), .s_axis_tvalid(up_valid),
                .s_axis_tready(up_ready),
                .m_axis_tdata(m_axis_adap_rx_322mhz_tdata[512*i +: 512]), .m_axis_tkeep(m_axis_adap_rx_322mhz_tkeep[64*i +: 64]),
                .m_axis_tlast(m_axis_adap_rx_322mhz_tlast[i]), .m_axis_tvalid(m_axis_adap_rx_322mhz_tvalid[i]),
                .m_axis_tready(1'b1), .dropped(up_long)
            );
            assign m_axis_adap_rx_322mhz_tuser_err[i] = 1'b0;
        end else begin : missing
            assign {in_valid[i], in_last[i], in_keep[i], in_data[i]} = '0;
            assign out_ready[i] = 1'b1;
            assign host_ready[i] = 1'b1;
            assign dropped_full[i] = '0;
            assign dropped_error[i] = '0;
        end
    end

    // Registers: the distributor's page in its own clock, the box's page here.
    wire [19:0] address;
    wire [31:0] data, far_data;
    wire [3:0] strobe;
    wire write, asks, asks_far_ready, far_valid, far_error;
    wire far = address[19:12] == 8'h00;
    logic near_valid = 1'b0, near_error;
    logic [31:0] near_data;
    tandem_axil_front #(.ADDRESS_W(20)) front (
        .clk(axil_aclk), .rst(axil_rst), .bus_rst(1'b0),
        .s_axil_awaddr(s_axil_awaddr[19:0]), .s_axil_awvalid(s_axil_awvalid), .s_axil_awready(s_axil_awready),
        .s_axil_wdata(s_axil_wdata), .s_axil_wstrb(4'hf), .s_axil_wvalid(s_axil_wvalid), .s_axil_wready(s_axil_wready),
        .s_axil_bresp(s_axil_bresp), .s_axil_bvalid(s_axil_bvalid), .s_axil_bready(s_axil_bready),
        .s_axil_araddr(s_axil_araddr[19:0]), .s_axil_arvalid(s_axil_arvalid), .s_axil_arready(s_axil_arready),
        .s_axil_rdata(s_axil_rdata), .s_axil_rresp(s_axil_rresp), .s_axil_rvalid(s_axil_rvalid), .s_axil_rready(s_axil_rready),
        .request_address(address), .request_data(data), .request_strobe(strobe), .request_write(write), .request_valid(asks),
        .request_ready(far ? asks_far_ready : 1'b1),
        .answer_data(near_valid ? near_data : far_data), .answer_error(near_valid ? near_error : far_error),
        .answer_valid(near_valid || far_valid)
    );

    // The box's page: identity, ports, and per port 64-bit counts. The read of a low word holds the high word that belongs to it.
    logic [31:0] high = '0;
    wire [63:0] count = address[3] ? dropped_error[address[4]] : dropped_full[address[4]];
    always_ff @(posedge axil_aclk) begin
        near_valid <= asks && !far;
        near_error <= write || address[19:12] != 8'h01;
        near_data <= '0;
        casez (address[11:0])
            12'h000: near_data <= 32'h544e_4258;
            12'h004: near_data <= 32'(NUM_CMAC_PORT);
            12'b0000_001?_?000, 12'b0000_001?_?100: begin
                near_data <= address[2] ? high : count[31:0];
                if (asks && !write && !address[2]) high <= count[63:32];
            end
            default: near_error <= 1'b1;
        endcase
    end

    wire [11:0] to_address;
    wire [31:0] to_data, from_data;
    wire [3:0] to_strobe;
    wire to_write, to_valid, to_ready, from_error, from_valid, from_ready;
    tandem_crossing #(.WIDTH(49), .ADDRESS_W(2)) request_crossing (
        .write_clk(axil_aclk), .write_rst(axil_rst), .write_clear(axil_clear),
        .write_data({write, strobe, data, address[11:0]}), .write_valid(asks && far), .write_ready(asks_far_ready),
        .read_clk(clk), .read_rst(rst), .read_clear(clear),
        .read_data({to_write, to_strobe, to_data, to_address}), .read_valid(to_valid), .read_ready(to_ready)
    );
    tandem_crossing #(.WIDTH(33), .ADDRESS_W(2)) answer_crossing (
        .write_clk(clk), .write_rst(rst), .write_clear(clear),
        .write_data({from_error, from_data}), .write_valid(from_valid), .write_ready(from_ready),
        .read_clk(axil_aclk), .read_rst(axil_rst), .read_clear(axil_clear),
        .read_data({far_error, far_data}), .read_valid(far_valid), .read_ready(1'b1)
    );
    wire [11:0] awaddr, araddr;
    wire [31:0] wdata, rdata;
    wire [3:0] wstrb;
    wire [1:0] bresp, rresp;
    wire awvalid, awready, wvalid, wready, bvalid, bready, arvalid, arready, rvalid, rready;
    tandem_axil_back back (
        .clk(clk), .rst(rst),
        .request_address(to_address), .request_data(to_data), .request_strobe(to_strobe), .request_write(to_write),
        .request_valid(to_valid), .request_ready(to_ready),
        .answer_data(from_data), .answer_error(from_error), .answer_valid(from_valid), .answer_ready(from_ready),
        .m_axil_awaddr(awaddr), .m_axil_awvalid(awvalid), .m_axil_awready(awready),
        .m_axil_wdata(wdata), .m_axil_wstrb(wstrb), .m_axil_wvalid(wvalid), .m_axil_wready(wready),
        .m_axil_bresp(bresp), .m_axil_bvalid(bvalid), .m_axil_bready(bready),
        .m_axil_araddr(araddr), .m_axil_arvalid(arvalid), .m_axil_arready(arready),
        .m_axil_rdata(rdata), .m_axil_rresp(rresp), .m_axil_rvalid(rvalid), .m_axil_rready(rready)
    );

    // Nobody here knows a frame's length before its end, so none is announced.
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
        .m_axis_host_tready(|(host_ready & host_for)), .m_axis_host_tuser(host_user),
        .s_axil_awaddr(awaddr), .s_axil_awvalid(awvalid), .s_axil_awready(awready),
        .s_axil_wdata(wdata), .s_axil_wstrb(wstrb), .s_axil_wvalid(wvalid), .s_axil_wready(wready),
        .s_axil_bresp(bresp), .s_axil_bvalid(bvalid), .s_axil_bready(bready),
        .s_axil_araddr(araddr), .s_axil_arvalid(arvalid), .s_axil_arready(arready),
        .s_axil_rdata(rdata), .s_axil_rresp(rresp), .s_axil_rvalid(rvalid), .s_axil_rready(rready),
        // What a simulation looks at: synthesis removes it.
        .decision_0_valid(), .decision_0_verdict(), .decision_0_reason(), .decision_0_group(), .decision_0_grouped(),
        .decision_0_key(), .decision_0_keyed(), .decision_0_hash(), .decision_0_manager(), .decision_0_egress(), .decision_0_deep(),
        .count_0_valid(), .count_0_reason(), .count_0_verdict(), .count_0_manager(), .count_0_bytes(),
        .decision_1_valid(), .decision_1_verdict(), .decision_1_reason(), .decision_1_group(), .decision_1_grouped(),
        .decision_1_key(), .decision_1_keyed(), .decision_1_hash(), .decision_1_manager(), .decision_1_egress(), .decision_1_deep(),
        .count_1_valid(), .count_1_reason(), .count_1_verdict(), .count_1_manager(), .count_1_bytes(),
        .lost_0_valid(), .lost_0_verdict(), .lost_1_valid(), .lost_1_verdict()
    );
endmodule
