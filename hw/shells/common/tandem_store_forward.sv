// Sends a frame only when it is whole, so that `m_axis_tvalid` never falls inside it, not even in a reset.
//
// For receivers that must not wait once a frame has begun, such as a MAC. Unlike tandem_frame_fifo it makes the sender wait when full.
//
// Shape, Latency, Rate: as tandem_frame_fifo.
// When full: `s_axis_tready` is low. A frame longer than the memory, or whose last beat carries `tuser` (an error), is dropped whole and
//            reported in `dropped`.
// Reset:     the frame that is leaving leaves whole; all others are dropped.
module tandem_store_forward #(
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
    wire fifo_ready, dropped_full, dropped_error;
    assign s_axis_tready = fifo_ready && !rst;
    assign dropped = dropped_full || dropped_error;

    tandem_frame_fifo #(.DATA_W(DATA_W), .ADDRESS_W(ADDRESS_W), .FINISH(1'b1)) frame_fifo (
        .clk(clk),
        .rst(rst),
        .s_axis_tdata(s_axis_tdata),
        .s_axis_tkeep(s_axis_tkeep),
        .s_axis_tlast(s_axis_tlast),
        .s_axis_tuser(s_axis_tuser),
        .s_axis_tvalid(s_axis_tvalid && s_axis_tready),
        .s_axis_tready(fifo_ready),
        .m_axis_tdata(m_axis_tdata),
        .m_axis_tkeep(m_axis_tkeep),
        .m_axis_tlast(m_axis_tlast),
        .m_axis_tvalid(m_axis_tvalid),
        .m_axis_tready(m_axis_tready),
        .dropped_full(dropped_full),
        .dropped_error(dropped_error)
    );
endmodule
