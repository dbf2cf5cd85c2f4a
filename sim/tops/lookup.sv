// NetFPGA's output port lookup with the ports of a core, for simulation only: around it, input arbiter and output queues as NetFPGA has them.
//
// - After every third frame comes one of the host's, made here: each of its beats is compared at the output, and not shown.
// - `m_axis_tuser` is the core's `tuser` of the frame, after the slot's own `tuser` has been compared with it.
// - A frame for which either comparison fails continues with beats without bytes, which the checks of the stream report.
module lookup (
    input  wire clk,
    input  wire clk_axil,
    input  wire rst,
    input  wire [`DATA_W-1:0] s_axis_tdata,
    input  wire [`DATA_W/8-1:0] s_axis_tkeep,
    input  wire s_axis_tlast,
    input  wire s_axis_tvalid,
    output wire s_axis_tready,
    input  wire [23:0] s_axis_tuser,
    output wire [`DATA_W-1:0] m_axis_tdata,
    output wire [`DATA_W/8-1:0] m_axis_tkeep,
    output wire m_axis_tlast,
    output wire m_axis_tvalid,
    input  wire m_axis_tready,
    output wire [47:0] m_axis_tuser,
    input  wire [11:0] s_axil_awaddr,
    input  wire s_axil_awvalid,
    output wire s_axil_awready,
    input  wire [31:0] s_axil_wdata,
    input  wire [3:0] s_axil_wstrb,
    input  wire s_axil_wvalid,
    output wire s_axil_wready,
    output wire [1:0] s_axil_bresp,
    output wire s_axil_bvalid,
    input  wire s_axil_bready,
    input  wire [11:0] s_axil_araddr,
    input  wire s_axil_arvalid,
    output wire s_axil_arready,
    output wire [31:0] s_axil_rdata,
    output wire [1:0] s_axil_rresp,
    output wire s_axil_rvalid,
    input  wire s_axil_rready,
    output wire decision_valid,
    output wire [2:0] decision_verdict,
    output wire [4:0] decision_reason,
    output wire [2:0] decision_group,
    output wire decision_grouped,
    output wire [143:0] decision_key,
    output wire decision_keyed,
    output wire [31:0] decision_hash,
    output wire [7:0] decision_manager,
    output wire [7:0] decision_egress,
    output wire decision_deep,
    output wire count_valid,
    output wire [4:0] count_reason,
    output wire [2:0] count_verdict,
    output wire [7:0] count_manager,
    output wire [15:0] count_bytes
);
    localparam int BYTES = `DATA_W / 8;

    // The host's frames, by number: source, length and content.
    function automatic [7:0] from(input [15:0] number);
        return number[0] ? 8'h08 : 8'h02;
    endfunction
    function automatic [15:0] length(input [15:0] number);
        return 16'd60 + number * 16'd37 % 16'd1459;
    endfunction
    function automatic [`DATA_W-1:0] content(input [15:0] number, input [15:0] beat);
        return {`DATA_W / 32{number, ~beat}};
    endfunction
    function automatic [BYTES-1:0] keep(input [15:0] number, input [15:0] beat);
        return length(number) - beat * 16'(BYTES) >= 16'(BYTES) ? '1 : ~({BYTES{1'b1}} << length(number) % 16'(BYTES));
    endfunction

    // The slot's reset takes longer than that of this top.
    wire resetting = rst || !dut.lookup.running;

    // Input.
    logic [1:0] passed = '0;
    logic [15:0] sent = '0, sent_beat = '0;
    wire hosts = passed == 2'd3;
    wire sent_last = (sent_beat + 1'b1) * 16'(BYTES) >= length(sent);
    wire ready;
    assign s_axis_tready = ready && !hosts && !resetting;
    wire [7:0] source = s_axis_tuser[0] ? 8'h04 : 8'h01;
    always_ff @(posedge clk) begin
        if (resetting) {passed, sent, sent_beat} <= '0;
        else if (hosts && ready) begin
            sent_beat <= sent_last ? '0 : sent_beat + 1'b1;
            if (sent_last) {sent, passed} <= {sent + 1'b1, 2'd0};
        end else if (s_axis_tvalid && s_axis_tready && s_axis_tlast) passed <= passed + 1'b1;
    end

    wire [`DATA_W-1:0] out_data;
    wire [BYTES-1:0] out_keep;
    wire [127:0] out_user;
    wire out_valid, out_last;
    wire out_host = out_user[17] || out_user[19];
    wire out_ready = out_host || m_axis_tready || resetting;
    tandem_output_port_lookup dut (
        .axis_aclk(clk), .axis_resetn(!rst),
        .s_axis_tdata(hosts ? content(sent, sent_beat) : s_axis_tdata), .s_axis_tkeep(hosts ? keep(sent, sent_beat) : s_axis_tkeep),
        .s_axis_tuser(hosts ? {96'd0, 8'd0, from(sent), length(sent)} : {96'd0, 8'd0, source, s_axis_tuser[23:8]}),
        .s_axis_tvalid((hosts || s_axis_tvalid) && !resetting), .s_axis_tready(ready), .s_axis_tlast(hosts ? sent_last : s_axis_tlast),
        .m_axis_tdata(out_data), .m_axis_tkeep(out_keep), .m_axis_tuser(out_user), .m_axis_tvalid(out_valid), .m_axis_tready(out_ready),
        .m_axis_tlast(out_last),
        .S_AXI_ACLK(clk_axil), .S_AXI_ARESETN(!rst),
        .S_AXI_AWADDR(s_axil_awaddr), .S_AXI_AWVALID(s_axil_awvalid), .S_AXI_AWREADY(s_axil_awready), .S_AXI_WDATA(s_axil_wdata),
        .S_AXI_WSTRB(s_axil_wstrb), .S_AXI_WVALID(s_axil_wvalid), .S_AXI_WREADY(s_axil_wready), .S_AXI_BRESP(s_axil_bresp),
        .S_AXI_BVALID(s_axil_bvalid), .S_AXI_BREADY(s_axil_bready), .S_AXI_ARADDR(s_axil_araddr), .S_AXI_ARVALID(s_axil_arvalid),
        .S_AXI_ARREADY(s_axil_arready), .S_AXI_RDATA(s_axil_rdata), .S_AXI_RRESP(s_axil_rresp), .S_AXI_RVALID(s_axil_rvalid),
        .S_AXI_RREADY(s_axil_rready)
    );

    // Output.
    logic [47:0] core_tuser [$];
    logic [47:0] user;
    logic core_open = 1'b0, broken = 1'b0;
    logic [15:0] got = '0, got_beat = '0;
    wire got_last = (got_beat + 1'b1) * 16'(BYTES) >= length(got);
    wire [7:0] came = user[0] ? 8'h04 : 8'h01;
    wire [7:0] goes = user[15:8] == 8'hff ? came << 1 : user[8] ? 8'h04 : 8'h01;
    wire [31:0] expected = out_host ? {from(got) >> 1, from(got), length(got)} : {goes, came, user[47:32]};
    wire [`DATA_W-1:0] differing = out_data ^ content(got, got_beat);
    logic different;
    always_comb begin
        different = out_user != {96'd0, expected};
        if (out_host) begin
            different |= out_last != got_last || out_keep != keep(got, got_beat);
            for (int i = 0; i < BYTES; i++) different |= out_keep[i] && differing[8*i +: 8] != 0;
        end
    end
    always @(posedge clk) begin
        if (dut.lookup.core_valid && dut.lookup.core_ready) begin
            if (!core_open) core_tuser.push_back(dut.lookup.core_user);
            core_open <= !dut.lookup.core_last;
        end
        if (out_valid && different && !resetting) broken <= 1'b1;
        if (out_valid && out_ready) begin
            if (!out_host && out_last) void'(core_tuser.pop_front());
            if (out_host) got_beat <= out_last ? '0 : got_beat + 1'b1;
            if (out_host && out_last) got <= got + 1'b1;
        end
        if (resetting) begin
            core_tuser.delete();
            {core_open, got, got_beat} <= '0;
        end
    end
    // The queue changes after the rising edge, so it is read at the falling one.
    always @(negedge clk) user = core_tuser.size() != 0 ? core_tuser[0] : '0;

    assign m_axis_tdata = out_data, m_axis_tkeep = broken || different ? '0 : out_keep, m_axis_tlast = out_last, m_axis_tuser = user;
    assign m_axis_tvalid = out_valid && !out_host && !resetting;

    assign decision_valid = dut.lookup.core.decision_valid;
    assign decision_verdict = dut.lookup.core.decision_verdict;
    assign decision_reason = dut.lookup.core.decision_reason;
    assign decision_group = dut.lookup.core.decision_group;
    assign decision_grouped = dut.lookup.core.decision_grouped;
    assign decision_key = dut.lookup.core.decision_key;
    assign decision_keyed = dut.lookup.core.decision_keyed;
    assign decision_hash = dut.lookup.core.decision_hash;
    assign decision_manager = dut.lookup.core.decision_manager;
    assign decision_egress = dut.lookup.core.decision_egress;
    assign decision_deep = dut.lookup.core.decision_deep;
    assign count_valid = dut.lookup.core.count_valid;
    assign count_reason = dut.lookup.core.count_reason;
    assign count_verdict = dut.lookup.core.count_verdict;
    assign count_manager = dut.lookup.core.count_manager;
    assign count_bytes = dut.lookup.core.count_bytes;
endmodule
