// A NetFPGA's output port lookup: frames from the network pass a Tandem core, the host's own frames bypass_held it, and both leave as one
// stream, frame by frame.
//
// `tuser` is NetFPGA's: 15:0 the frame's length, 23:16 the port it came in by, 31:24 the ports it leaves by, one bit each. Even bits are
// network ports; the odd bit above each is the host queue of that port. The bits above 31 leave as 0.
//
// - Network ports 0 and 1 (bits 0 and 2) are served by the core. Where the core sends to port p, bit 2p is set; where it sends to the host,
//   the bit of the host queue of the port by which the frame came in.
// - A frame from a host queue leaves by the port of that queue, and one from any other network port goes to that port's host queue, as
//   without a lookup.
// - Frames come in one at a time, so a frame for the core that has to wait also holds up the host's frames after it.
//
// Shape:     DATA_W must be the width of the emitted core. Register addresses have 12 bits.
// Latency:   that of the core, and one clock; for frames that bypass_held it, one clock.
// When full: `s_axis_tready` is low; nothing is lost here.
// Reset:     `axis_resetn`, low for 8 clocks or more, also resets the sender and the receiver; a register access in progress gets SLVERR.
//            `axil_resetn` drops accesses and changes nothing else.
module tandem_lookup #(
    parameter int DATA_W = 512
) (
    input  wire axis_aclk,
    input  wire axis_resetn,

    input  wire [DATA_W-1:0] s_axis_tdata,
    input  wire [DATA_W/8-1:0] s_axis_tkeep,
    input  wire [127:0] s_axis_tuser,
    input  wire s_axis_tvalid,
    output wire s_axis_tready,
    input  wire s_axis_tlast,

    output wire [DATA_W-1:0] m_axis_tdata,
    output wire [DATA_W/8-1:0] m_axis_tkeep,
    output wire [127:0] m_axis_tuser,
    output wire m_axis_tvalid,
    input  wire m_axis_tready,
    output wire m_axis_tlast,

    input  wire axil_aclk,
    input  wire axil_resetn,
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
    input  wire s_axil_rready
);
    // The network ports that the core serves: their number, and their bits in `tuser`.
    localparam int PORTS = 2;
    localparam int PORT_W = $clog2(PORTS);
    localparam logic [7:0] SERVED = 8'b0000_0101;
    if (PORTS != 2) begin : refused_ports
        $error("tandem_lookup: PORTS is not 2: SERVED and the core's ingress port below are those of two ports");
    end

    // The bit of a port, which the core names by its number.
    function automatic [7:0] port_bit(input [PORT_W-1:0] number);
        port_bit = 8'd1 << {number, 1'b0};
    endfunction

    wire rst, clear, axil_rst, axil_clear, running;
    tandem_reset #(.DOMAINS(2)) reset (
        .clk(axis_aclk), .request(!axis_resetn), .done(), .idle(running), .domain_clk({axil_aclk, axis_aclk}),
        .domain_rst({axil_rst, rst}), .domain_clear({axil_clear, clear})
    );

    // Input: the source of the first beat decides whether the whole frame bypasses the core.
    wire [7:0] source = s_axis_tuser[23:16];
    logic in_frame = 1'b0, bypass_held = 1'b0;
    wire bypass = in_frame ? bypass_held : (source & SERVED) == 8'd0;
    wire core_in_ready, bypass_ready;
    // Stop accepting frames while a reset is pending: the sender began anew with the request, and the reset would cut its frame.
    assign s_axis_tready = (bypass ? bypass_ready : core_in_ready) && running;
    wire accepted = s_axis_tvalid && s_axis_tready;
    always_ff @(posedge axis_aclk) begin
        if (rst) in_frame <= 1'b0;
        else if (accepted) begin
            in_frame <= !s_axis_tlast;
            bypass_held <= bypass;
        end
    end

    // Bypass: host queue to port, port to host queue, which is the adjacent bit.
    wire [7:0] opposite = {source[6], source[7], source[4], source[5], source[2], source[3], source[0], source[1]};

    // Through the core.
    wire [DATA_W-1:0] core_data;
    wire [DATA_W/8-1:0] core_keep;
    wire core_last, core_valid, core_ready;
    wire [47:0] core_user;
    wire [PORT_W-1:0] core_ingress = core_user[PORT_W-1:0], core_egress = core_user[8 +: PORT_W];
    wire core_to_host = core_user[15:8] == 8'hff;
    wire [7:0] core_source = port_bit(core_ingress);
    wire [7:0] core_target = core_to_host ? core_source << 1 : port_bit(core_egress);

    tandem_host_arb_mux #(.DATA_W(DATA_W), .USER_W(32)) arb_mux (
        .clk(axis_aclk), .rst(rst),
        .s_axis_0_tdata(core_data), .s_axis_0_tkeep(core_keep), .s_axis_0_tuser({core_target, core_source, core_user[47:32]}),
        .s_axis_0_tlast(core_last), .s_axis_0_tvalid(core_valid), .s_axis_0_tready(core_ready),
        .s_axis_1_tdata(s_axis_tdata), .s_axis_1_tkeep(s_axis_tkeep), .s_axis_1_tuser({opposite, s_axis_tuser[23:0]}),
        .s_axis_1_tlast(s_axis_tlast), .s_axis_1_tvalid(s_axis_tvalid && bypass && running), .s_axis_1_tready(bypass_ready),
        .m_axis_tdata(m_axis_tdata), .m_axis_tkeep(m_axis_tkeep), .m_axis_tuser(m_axis_tuser[31:0]), .m_axis_tlast(m_axis_tlast),
        .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready)
    );
    assign m_axis_tuser[127:32] = '0;

    // Registers, in their own clock.
    wire [11:0] axil_req_address, core_req_address, awaddr, araddr;
    wire [31:0] axil_req_data, core_req_data, core_resp_data, axil_resp_data, wdata, rdata;
    wire [3:0] axil_req_strobe, core_req_strobe, wstrb;
    wire [1:0] bresp, rresp;
    wire axil_req_write, axil_req_valid, axil_req_ready, axil_resp_valid, axil_resp_error;
    wire core_req_write, core_req_valid, core_req_ready, core_resp_error, core_resp_valid, core_resp_ready;
    wire awvalid, awready, wvalid, wready, bvalid, bready, arvalid, arready, rvalid, rready;
    tandem_axil_slave axil_slave (
        .clk(axil_aclk), .rst(axil_rst), .bus_rst(!axil_resetn),
        .s_axil_awaddr(s_axil_awaddr), .s_axil_awvalid(s_axil_awvalid), .s_axil_awready(s_axil_awready),
        .s_axil_wdata(s_axil_wdata), .s_axil_wstrb(s_axil_wstrb), .s_axil_wvalid(s_axil_wvalid), .s_axil_wready(s_axil_wready),
        .s_axil_bresp(s_axil_bresp), .s_axil_bvalid(s_axil_bvalid), .s_axil_bready(s_axil_bready),
        .s_axil_araddr(s_axil_araddr), .s_axil_arvalid(s_axil_arvalid), .s_axil_arready(s_axil_arready),
        .s_axil_rdata(s_axil_rdata), .s_axil_rresp(s_axil_rresp), .s_axil_rvalid(s_axil_rvalid), .s_axil_rready(s_axil_rready),
        .request_address(axil_req_address), .request_data(axil_req_data), .request_strobe(axil_req_strobe), .request_write(axil_req_write),
        .request_valid(axil_req_valid), .request_ready(axil_req_ready),
        .response_data(axil_resp_data), .response_error(axil_resp_error), .response_valid(axil_resp_valid)
    );
    tandem_async_fifo #(.WIDTH(49), .ADDRESS_W(2)) request_fifo (
        .write_clk(axil_aclk), .write_rst(axil_rst), .write_clear(axil_clear),
        .write_data({axil_req_write, axil_req_strobe, axil_req_data, axil_req_address}),
        .write_valid(axil_req_valid), .write_ready(axil_req_ready),
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

    tandem_core core (
        .clk(axis_aclk), .rst(rst),
        .s_axis_tdata(s_axis_tdata), .s_axis_tkeep(s_axis_tkeep), .s_axis_tlast(s_axis_tlast),
        .s_axis_tuser({s_axis_tuser[15:0], 7'd0, source[2]}), .s_axis_tvalid(s_axis_tvalid && !bypass && running),
        .s_axis_tready(core_in_ready),
        .m_axis_tdata(core_data), .m_axis_tkeep(core_keep), .m_axis_tlast(core_last), .m_axis_tuser(core_user),
        .m_axis_tvalid(core_valid), .m_axis_tready(core_ready),
        .s_axil_awaddr(awaddr), .s_axil_awvalid(awvalid), .s_axil_awready(awready),
        .s_axil_wdata(wdata), .s_axil_wstrb(wstrb), .s_axil_wvalid(wvalid), .s_axil_wready(wready),
        .s_axil_bresp(bresp), .s_axil_bvalid(bvalid), .s_axil_bready(bready),
        .s_axil_araddr(araddr), .s_axil_arvalid(arvalid), .s_axil_arready(arready),
        .s_axil_rdata(rdata), .s_axil_rresp(rresp), .s_axil_rvalid(rvalid), .s_axil_rready(rready),
        // Observed in simulation only: synthesis removes it.
        .decision_valid(), .decision_verdict(), .decision_reason(), .decision_group(), .decision_grouped(), .decision_key(),
        .decision_keyed(), .decision_hash(), .decision_manager(), .decision_egress(), .decision_deep(),
        .count_valid(), .count_reason(), .count_verdict(), .count_manager(), .count_bytes()
    );
endmodule
