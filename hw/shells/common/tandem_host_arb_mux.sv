// Merges two streams, frame by frame: a frame that has begun leaves to its end before the other stream is selected.
//
// When both streams offer a frame they take turns, so neither waits for more than one frame of the other.
//
// Latency:   one clock.
// Rate:      one beat per clock; no clock is lost between frames.
// When full: both `s_axis_*_tready` are low.
// Reset:     a frame that is partly through is dropped. The first beat after a reset must begin a frame, on both inputs.
module tandem_host_arb_mux #(
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
    // `turn`: inside a frame, the input it comes from; between frames, the input that is selected if both offer one.
    logic in_frame = 1'b0, turn = 1'b0;

    wire select_1 = in_frame ? turn : (turn ? s_axis_1_tvalid : !s_axis_0_tvalid);
    wire advance = (!m_axis_tvalid || m_axis_tready) && !rst;
    assign s_axis_0_tready = advance && !select_1;
    assign s_axis_1_tready = advance && select_1;
    wire selected_valid = select_1 ? s_axis_1_tvalid : s_axis_0_tvalid;
    wire selected_last = select_1 ? s_axis_1_tlast : s_axis_0_tlast;

    initial m_axis_tvalid = 1'b0;
    always_ff @(posedge clk) begin
        if (advance) begin
            m_axis_tdata <= select_1 ? s_axis_1_tdata : s_axis_0_tdata;
            m_axis_tkeep <= select_1 ? s_axis_1_tkeep : s_axis_0_tkeep;
            m_axis_tuser <= select_1 ? s_axis_1_tuser : s_axis_0_tuser;
            m_axis_tlast <= selected_last;
            m_axis_tvalid <= selected_valid;
        end
        if (advance && selected_valid) begin
            in_frame <= !selected_last;
            turn <= selected_last ? !select_1 : select_1;
        end
        if (rst) begin
            in_frame <= 1'b0;
            m_axis_tvalid <= 1'b0;
        end
    end
endmodule
