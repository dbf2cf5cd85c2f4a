// Lets a frame out when it is whole, so that `m_axis_tvalid` never falls inside it, whatever comes, a reset neither.
//
// For receivers that must not be kept waiting once a frame has begun, as a MAC. What stands at the gate waits.
//
// Shape, Latency, Rate: as of tandem_frame_buffer.
// When full: `s_axis_tready` is low. A frame longer than the memory, or whose last beat carries `tuser` (an error), is dropped whole and
//            reported in `dropped`.
// Reset:     the frame that is leaving leaves whole; all others are forgotten.
module tandem_frame_gate #(
    parameter int DATA_W = 512,
    parameter int ADDRESS_W = 9
) (
    input  wire clk,
    input  wire rst,

    input  wire [DATA_W-1:0] s_axis_tdata,
    input  wire [DATA_W/8-1:0] s_axis_tkeep,
    input  wire s_axis_tlast,
    input  wire s_axis_tuser,
    input  wire s_axis_tvalid,
    output wire s_axis_tready,

    output wire [DATA_W-1:0] m_axis_tdata,
    output wire [DATA_W/8-1:0] m_axis_tkeep,
    output wire m_axis_tlast,
    output wire m_axis_tvalid,
    input  wire m_axis_tready,

    output wire dropped
);
    wire room, long, faulty;
    assign s_axis_tready = room && !rst;
    assign dropped = long || faulty;

    tandem_frame_buffer #(.DATA_W(DATA_W), .ADDRESS_W(ADDRESS_W), .FINISH(1'b1)) frames (
        .clk(clk),
        .rst(rst),
        .s_axis_tdata(s_axis_tdata),
        .s_axis_tkeep(s_axis_tkeep),
        .s_axis_tlast(s_axis_tlast),
        .s_axis_tuser(s_axis_tuser),
        .s_axis_tvalid(s_axis_tvalid && s_axis_tready),
        .s_axis_tready(room),
        .m_axis_tdata(m_axis_tdata),
        .m_axis_tkeep(m_axis_tkeep),
        .m_axis_tlast(m_axis_tlast),
        .m_axis_tvalid(m_axis_tvalid),
        .m_axis_tready(m_axis_tready),
        .dropped_full(long),
        .dropped_error(faulty)
    );
endmodule
