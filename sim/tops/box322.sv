// The 322 MHz box with the ports of a distributor, for simulation only: around it, MACs and adapters as the shell has them.
//
// - A MAC that has begun a frame sends it without waiting. It begins one only when the box has room for the longest, so nothing is dropped;
//   if FLOOD is set, it never waits. If FAULTY is not 0, it marks every FAULTY-th frame as faulty.
// - `m_axis_*_tuser` is {size, src, dst} as in the 250 MHz box. This box does not report them: the size is measured at the output, the source
//   read inside the box.
// - A frame inside which `tvalid` falls continues with a beat without bytes, which the checks of the stream report.
// - In a reset of the box the MACs go on, and the box accepts and discards what they send; the frame that is leaving leaves, and is not
//   shown. `rst` is the shell's request; `rst_done` is high when everything is quiet.
// - With one port the other is cut off: it accepts no frame, and none leaves by it.
//
// FLOOD is bit 0, FAULTY bits 15:8 of a word that is written to 0xf000; the box answers SLVERR there.
module box322 #(
    parameter int PORTS = 2
) (
    input  wire clk,
    input  wire clk_1,
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
    output wire lost_0_valid,
    output wire [2:0] lost_0_verdict,
    output wire lost_1_valid,
    output wire [2:0] lost_1_verdict
);
    // This top has two sides, of which the box serves PORTS.
    localparam int SIDES = 2;
    if (PORTS < 1 || PORTS > SIDES) begin : refused_ports
        $error("box322: PORTS is neither 1 nor 2, the sides that this top has");
    end

    wire [SIDES-1:0] clks = {clk_1, clk};
    wire [SIDES-1:0] rx_valid, rx_last, rx_ready, tx_valid, tx_last, tx_ready, up_valid, up_last, sent_ready;
    wire [SIDES-1:0] to_valid, to_ready, to_last, host_valid, host_last, host_ready;
    logic [SIDES-1:0] rx_error;
    wire [511:0] rx_data [SIDES], tx_data [SIDES], up_data [SIDES];
    wire [63:0] rx_keep [SIDES], tx_keep [SIDES], up_keep [SIDES];
    wire box_done;
    wire awready, wready;
    assign s_axil_awready = awready;
    assign s_axil_wready = wready;

    assign rx_data[0] = s_axis_0_tdata, rx_keep[0] = s_axis_0_tkeep, rx_last = {s_axis_1_tlast, s_axis_0_tlast};
    assign rx_data[1] = s_axis_1_tdata, rx_keep[1] = s_axis_1_tkeep, rx_valid = {s_axis_1_tvalid, s_axis_0_tvalid} & rx_ready;
    assign {s_axis_1_tready, s_axis_0_tready} = rx_ready;
    assign {s_axis_host_1_tready, s_axis_host_0_tready} = sent_ready;

    // The shell's side of the reset: a pulse of one clock.
    logic asked = 1'b0, was_asked = 1'b0;
    always_ff @(posedge clk_axil) begin
        asked <= rst;
        was_asked <= asked;
    end
    wire rstn = !(asked && !was_asked);
    // From the request until every domain is through its reset.
    wire resetting = rst || asked || was_asked || !box_done;

    logic flood = 1'b0;
    logic [7:0] faulty = '0;
    logic [15:0] address = '0;
    logic [31:0] word = '0;
    always_ff @(posedge clk_axil) begin
        if (s_axil_awvalid && awready) address <= s_axil_awaddr;
        if (s_axil_wvalid && wready) word <= s_axil_wdata;
        if (s_axil_bvalid && s_axil_bready && address == 16'hf000) begin
            flood <= word[0];
            faulty <= word[15:8];
        end
    end

    tandem_322mhz #(.NUM_CMAC_PORT(PORTS)) dut (
        .s_axil_awvalid(s_axil_awvalid), .s_axil_awaddr({16'd0, s_axil_awaddr}), .s_axil_awready(awready),
        .s_axil_wvalid(s_axil_wvalid), .s_axil_wdata(s_axil_wdata), .s_axil_wready(wready),
        .s_axil_bvalid(s_axil_bvalid), .s_axil_bresp(s_axil_bresp), .s_axil_bready(s_axil_bready),
        .s_axil_arvalid(s_axil_arvalid), .s_axil_araddr({16'd0, s_axil_araddr}), .s_axil_arready(s_axil_arready),
        .s_axil_rvalid(s_axil_rvalid), .s_axil_rdata(s_axil_rdata), .s_axil_rresp(s_axil_rresp), .s_axil_rready(s_axil_rready),
        .s_axis_adap_tx_322mhz_tvalid({s_axis_host_1_tvalid, s_axis_host_0_tvalid}),
        .s_axis_adap_tx_322mhz_tdata({s_axis_host_1_tdata, s_axis_host_0_tdata}),
        .s_axis_adap_tx_322mhz_tkeep({s_axis_host_1_tkeep, s_axis_host_0_tkeep}),
        .s_axis_adap_tx_322mhz_tlast({s_axis_host_1_tlast, s_axis_host_0_tlast}),
        .s_axis_adap_tx_322mhz_tuser_err(2'b00), .s_axis_adap_tx_322mhz_tready(sent_ready),
        .m_axis_adap_rx_322mhz_tvalid(up_valid), .m_axis_adap_rx_322mhz_tdata({up_data[1], up_data[0]}),
        .m_axis_adap_rx_322mhz_tkeep({up_keep[1], up_keep[0]}), .m_axis_adap_rx_322mhz_tlast(up_last),
        .m_axis_adap_rx_322mhz_tuser_err(),
        .m_axis_cmac_tx_tvalid(tx_valid), .m_axis_cmac_tx_tdata({tx_data[1], tx_data[0]}),
        .m_axis_cmac_tx_tkeep({tx_keep[1], tx_keep[0]}), .m_axis_cmac_tx_tlast(tx_last), .m_axis_cmac_tx_tuser_err(),
        .m_axis_cmac_tx_tready(tx_ready),
        .s_axis_cmac_rx_tvalid(rx_valid), .s_axis_cmac_rx_tdata({rx_data[1], rx_data[0]}),
        .s_axis_cmac_rx_tkeep({rx_keep[1], rx_keep[0]}), .s_axis_cmac_rx_tlast(rx_last), .s_axis_cmac_rx_tuser_err(rx_error),
        .mod_rstn(rstn), .mod_rst_done(box_done), .axil_aclk(clk_axil), .cmac_clk(clks)
    );

    assign rst_done = !resetting && !side[0].hidden && !side[0].up_hidden && !side[1].hidden && !side[1].up_hidden;

    // The ingress ports of the distributor's frames on their path to a MAC, and {size, src} of all frames that wait there.
    logic ingress [SIDES][$];
    logic [31:0] at_mac [SIDES][$];
    always @(posedge clk) begin
        if (dut.out_valid[0] && dut.out_ready[0] && dut.out_last[0]) ingress[0].push_back(dut.distributor.m_axis_0_tuser[0]);
        if (dut.out_valid[1] && dut.out_ready[1] && dut.out_last[1]) ingress[1].push_back(dut.distributor.m_axis_1_tuser[0]);
    end

    for (genvar i = 0; i < SIDES; i++) begin : side
        // Read inside the box: the beats in the frame FIFO after the MAC's receive side, and those merged on the path to its transmit side.
        wire [9:0] used;
        wire merged, by_host, merged_last;
        wire [63:0] merged_keep;
        if (i < PORTS) begin : seen
            assign used = dut.port[i].present.rx_fifo.write_ptr - dut.port[i].present.rx_fifo.read_ptr;
            assign merged = dut.port[i].present.tx_arb_mux.advance && dut.port[i].present.tx_arb_mux.selected_valid;
            assign by_host = dut.port[i].present.tx_arb_mux.select_1;
            assign merged_last = dut.port[i].present.tx_arb_mux.selected_last;
            assign merged_keep = by_host ? dut.port[i].present.tx_arb_mux.s_axis_1_tkeep : dut.port[i].present.tx_arb_mux.s_axis_0_tkeep;
        end else begin : absent
            assign used = '1;
            assign {merged, by_host, merged_last, merged_keep} = '0;
        end

        // The MAC's receive side.
        localparam int LONGEST = 160;
        logic rx_open = 1'b0;
        logic [7:0] rx_count = '0;
        assign rx_ready[i] = resetting || rx_open || flood || used < 10'(512 - LONGEST);
        assign rx_error[i] = rx_last[i] && faulty != 0 && rx_count == faulty - 1'b1;
        always @(posedge clks[i]) begin
            if (resetting) rx_count <= '0;
            if (rx_valid[i]) begin
                rx_open <= !rx_last[i];
                if (rx_last[i] && !resetting) rx_count <= rx_count + 1'b1 == faulty || faulty == 0 ? '0 : rx_count + 1'b1;
            end
        end

        // The MAC's transmit side. Where the box merges the host's own frames, the two kinds are told apart.
        logic tx_open = 1'b0, hidden = 1'b1, broken = 1'b0, came_by;
        logic [15:0] merged_size = '0;
        wire [15:0] merged_bytes = merged_size + 16'($countones(merged_keep));
        always @(posedge clks[i]) begin
            if (merged) merged_size <= merged_last ? '0 : merged_bytes;
            if (merged && merged_last && by_host) at_mac[i].push_back({merged_bytes, 16'(1 << i)});
            if (merged && merged_last && !by_host) begin
                came_by = ingress[i].pop_front();
                at_mac[i].push_back({merged_bytes, 16'h40 << came_by});
            end
            if (tx_open && !tx_valid[i]) broken <= 1'b1;
            if (tx_valid[i] && tx_ready[i]) begin
                tx_open <= !tx_last[i];
                if (tx_last[i] && !hidden) void'(at_mac[i].pop_front());
            end
            if (resetting) begin
                hidden <= 1'b1;
                merged_size <= '0;
                ingress[i].delete();
                at_mac[i].delete();
            end else if (!tx_open && !tx_valid[i]) hidden <= 1'b0;
        end

        // The adapter's receive side: it has room for everything.
        logic [576:0] up [$];
        logic [15:0] up_sizes [$];
        logic [15:0] up_size = '0;
        logic up_open = 1'b0, up_hidden = 1'b1, up_broken = 1'b0;
        logic [576:0] up_head, up_next;
        logic [15:0] up_head_size;
        logic up_head_valid = 1'b0;
        wire up_taken;
        always @(posedge clks[i]) begin
            if (up_open && !up_valid[i]) up_broken <= 1'b1;
            if (up_valid[i]) up_open <= !up_last[i];
            if (up_valid[i] && !up_hidden) begin
                up.push_back({up_last[i], up_keep[i], up_data[i]});
                up_size <= up_last[i] ? '0 : up_size + 16'($countones(up_keep[i]));
                if (up_last[i]) up_sizes.push_back(up_size + 16'($countones(up_keep[i])));
            end
            if (resetting) begin
                up_hidden <= 1'b1;
                up_size <= '0;
                up.delete();
                up_sizes.delete();
                up_head_valid <= 1'b0;
            end else begin
                if (!up_open && !up_valid[i]) up_hidden <= 1'b0;
                if (up_taken && up_head[576]) void'(up_sizes.pop_front());
                if (up_taken || !up_head_valid) begin
                    // A frame is shown when its end, and so its size, is here.
                    up_head_valid <= up_sizes.size() != 0;
                    if (up_sizes.size() != 0) begin
                        up_next = up.pop_front();
                        up_head <= up_next;
                        up_head_size <= up_sizes[0];
                    end
                end
            end
        end
    end

    assign m_axis_0_tdata = tx_data[0], m_axis_0_tkeep = side[0].broken ? '0 : tx_keep[0], m_axis_0_tlast = tx_last[0];
    assign m_axis_1_tdata = tx_data[1], m_axis_1_tkeep = side[1].broken ? '0 : tx_keep[1], m_axis_1_tlast = tx_last[1];
    assign m_axis_0_tvalid = tx_valid[0] && !side[0].hidden, tx_ready[0] = m_axis_0_tready || side[0].hidden;
    assign m_axis_1_tvalid = tx_valid[1] && !side[1].hidden, tx_ready[1] = m_axis_1_tready || side[1].hidden;
    assign {m_axis_host_0_tlast, m_axis_host_0_tkeep, m_axis_host_0_tdata} = side[0].up_broken ? '0 : side[0].up_head;
    assign {m_axis_host_1_tlast, m_axis_host_1_tkeep, m_axis_host_1_tdata} = side[1].up_broken ? '0 : side[1].up_head;
    assign m_axis_host_0_tuser = {side[0].up_head_size, 16'h40, 16'h1}, m_axis_host_1_tuser = {side[1].up_head_size, 16'h80, 16'h2};
    assign m_axis_host_0_tvalid = side[0].up_head_valid, side[0].up_taken = m_axis_host_0_tvalid && m_axis_host_0_tready;
    assign m_axis_host_1_tvalid = side[1].up_head_valid, side[1].up_taken = m_axis_host_1_tvalid && m_axis_host_1_tready;
    logic [31:0] user_0, user_1;
    assign m_axis_0_tuser = {user_0, 16'h40}, m_axis_1_tuser = {user_1, 16'h80};
    // What is known of the frame that is leaving. The queue changes after the rising edge, so it is read at the falling one.
    always @(negedge clk) user_0 = at_mac[0].size() != 0 ? at_mac[0][0] : '0;
    always @(negedge clk_1) user_1 = at_mac[1].size() != 0 ? at_mac[1][0] : '0;

    assign decision_0_valid = dut.distributor.decision_0_valid;
    assign decision_0_verdict = dut.distributor.decision_0_verdict;
    assign decision_0_reason = dut.distributor.decision_0_reason;
    assign decision_0_group = dut.distributor.decision_0_group;
    assign decision_0_grouped = dut.distributor.decision_0_grouped;
    assign decision_0_key = dut.distributor.decision_0_key;
    assign decision_0_keyed = dut.distributor.decision_0_keyed;
    assign decision_0_hash = dut.distributor.decision_0_hash;
    assign decision_0_manager = dut.distributor.decision_0_manager;
    assign decision_0_egress = dut.distributor.decision_0_egress;
    assign decision_0_deep = dut.distributor.decision_0_deep;
    assign count_0_valid = dut.distributor.count_0_valid;
    assign count_0_reason = dut.distributor.count_0_reason;
    assign count_0_verdict = dut.distributor.count_0_verdict;
    assign count_0_manager = dut.distributor.count_0_manager;
    assign count_0_bytes = dut.distributor.count_0_bytes;
    assign decision_1_valid = dut.distributor.decision_1_valid;
    assign decision_1_verdict = dut.distributor.decision_1_verdict;
    assign decision_1_reason = dut.distributor.decision_1_reason;
    assign decision_1_group = dut.distributor.decision_1_group;
    assign decision_1_grouped = dut.distributor.decision_1_grouped;
    assign decision_1_key = dut.distributor.decision_1_key;
    assign decision_1_keyed = dut.distributor.decision_1_keyed;
    assign decision_1_hash = dut.distributor.decision_1_hash;
    assign decision_1_manager = dut.distributor.decision_1_manager;
    assign decision_1_egress = dut.distributor.decision_1_egress;
    assign decision_1_deep = dut.distributor.decision_1_deep;
    assign count_1_valid = dut.distributor.count_1_valid;
    assign count_1_reason = dut.distributor.count_1_reason;
    assign count_1_verdict = dut.distributor.count_1_verdict;
    assign count_1_manager = dut.distributor.count_1_manager;
    assign count_1_bytes = dut.distributor.count_1_bytes;
    assign lost_0_valid = dut.distributor.lost_0_valid;
    assign lost_0_verdict = dut.distributor.lost_0_verdict;
    assign lost_1_valid = dut.distributor.lost_1_valid;
    assign lost_1_verdict = dut.distributor.lost_1_verdict;
endmodule
