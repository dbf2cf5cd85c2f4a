// Merges two streams frame by frame: a frame that has begun goes out to its end before the other stream gets a turn.
//
// When both have a frame, they take turns, so neither waits longer than for one frame of the other.
//
// Latency:   one clock.
// Rate:      one beat every clock; no clock is lost between frames.
// When full: both `s_axis_*_tready` are low.
// Reset:     a frame that is half through is forgotten. The first beat after it must begin a frame, on both sides.
module tandem_merge #(
    parameter int DATA_W = 512,
    parameter int USER_W = 1
) (
    input  wire clk,
    input  wire rst,

    input  wire [DATA_W-1:0] s_axis_0_tdata,
    input  wire [DATA_W/8-1:0] s_axis_0_tkeep,
    input  wire [USER_W-1:0] s_axis_0_tuser,
    input  wire s_axis_0_tlast,
    input  wire s_axis_0_tvalid,
    output wire s_axis_0_tready,

    input  wire [DATA_W-1:0] s_axis_1_tdata,
    input  wire [DATA_W/8-1:0] s_axis_1_tkeep,
    input  wire [USER_W-1:0] s_axis_1_tuser,
    input  wire s_axis_1_tlast,
    input  wire s_axis_1_tvalid,
    output wire s_axis_1_tready,

    output logic [DATA_W-1:0] m_axis_tdata,
    output logic [DATA_W/8-1:0] m_axis_tkeep,
    output logic [USER_W-1:0] m_axis_tuser,
    output logic m_axis_tlast,
    output logic m_axis_tvalid,
    input  wire m_axis_tready
);
    // Whose frame is half through; between frames, whose turn it is if both have one.
    logic open = 1'b0, turn = 1'b0;
    wire from_1 = open ? turn : (turn ? s_axis_1_tvalid : !s_axis_0_tvalid);
    wire moves = (!m_axis_tvalid || m_axis_tready) && !rst;
    assign s_axis_0_tready = moves && !from_1;
    assign s_axis_1_tready = moves && from_1;
    wire valid = from_1 ? s_axis_1_tvalid : s_axis_0_tvalid;
    wire last = from_1 ? s_axis_1_tlast : s_axis_0_tlast;

    initial m_axis_tvalid = 1'b0;
    always_ff @(posedge clk) begin
        if (moves) begin
            m_axis_tdata <= from_1 ? s_axis_1_tdata : s_axis_0_tdata;
            m_axis_tkeep <= from_1 ? s_axis_1_tkeep : s_axis_0_tkeep;
            m_axis_tuser <= from_1 ? s_axis_1_tuser : s_axis_0_tuser;
            m_axis_tlast <= last;
            m_axis_tvalid <= valid;
        end
        if (moves && valid) begin
            open <= !last;
            turn <= last ? !from_1 : from_1;
        end
        if (rst) begin
            open <= 1'b0;
            m_axis_tvalid <= 1'b0;
        end
    end
endmodule
