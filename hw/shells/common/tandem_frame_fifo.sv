// Accepts a beat every clock without waiting, and delivers whole frames in order; a frame it cannot deliver whole is dropped whole.
//
// A frame is held until its last beat is in. A frame that finds no room, or whose last beat carries `tuser` (an error), is dropped and
// reported once, in the second clock after its last beat.
//
// Shape:     2**ADDRESS_W beats, of which at least 2**ADDRESS_W - 1 hold frames. tkeep and tdata pass unchanged.
// Latency:   last beat in to first beat out: 4 clocks.
// Rate:      one beat per clock on both sides. `m_axis_tvalid` never falls inside a frame.
// When full: frames are dropped. A sender that can wait watches `s_axis_tready`: it is low while there is no room but there will be. It is
//            high again when a single frame fills the memory, which is then dropped.
// Reset:     frames inside are dropped; with FINISH the frame that is leaving still leaves whole. The first beat after a reset must begin a
//            frame (see tandem_frame_sync).
module tandem_frame_fifo #(
    parameter int DATA_W = 512,
    parameter int ADDRESS_W = 9,
    parameter bit FINISH = 1'b0
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

    output logic dropped_full,
    output logic dropped_error
);
    localparam int BEAT_W = DATA_W + DATA_W / 8 + 1;
    localparam int PTR_W = ADDRESS_W + 1;
    localparam logic [PTR_W-1:0] ALMOST_FULL = PTR_W'(2**ADDRESS_W - 1);

    (* ram_style = "block" *) logic [BEAT_W-1:0] beats [2**ADDRESS_W];

    // Where the next beat is written, the end of the last whole frame, and where the next beat is read.
    logic [PTR_W-1:0] write_ptr = '0, commit_ptr = '0, read_ptr = '0;
    wire [PTR_W-1:0] write_next = write_ptr + 1'b1;

    // Input. `full` and `only_frame` describe the clock before; ALMOST_FULL leaves room for the beat that may have come since.
    logic full = 1'b0, only_frame = 1'b0, dropping = 1'b0;
    assign s_axis_tready = !full || only_frame;
    wire accept = s_axis_tvalid && !rst;
    wire discard = full || dropping;
    wire rewind = accept && (discard || (s_axis_tlast && s_axis_tuser));

    initial {dropped_full, dropped_error} = '0;
    always_ff @(posedge clk) begin
        full <= (rewind ? commit_ptr : write_ptr) - read_ptr >= ALMOST_FULL;
        only_frame <= full && read_ptr == commit_ptr && !rewind;
        if (accept && !full) beats[write_ptr[ADDRESS_W-1:0]] <= {s_axis_tlast, s_axis_tkeep, s_axis_tdata};
        dropped_full <= accept && s_axis_tlast && discard && !s_axis_tuser;
        dropped_error <= accept && s_axis_tlast && s_axis_tuser;
        if (rst) begin
            write_ptr <= commit_ptr;
            dropping <= 1'b0;
        end else if (accept) begin
            dropping <= discard && !s_axis_tlast;
            write_ptr <= rewind ? commit_ptr : write_next;
            if (s_axis_tlast && !rewind) commit_ptr <= write_next;
        end
    end

    // Output: the memory, then its output register. What was inside at a reset is read to its end and discarded.
    logic [PTR_W-1:0] read_limit = '0;
    logic [BEAT_W-1:0] fetched, head;
    logic fetched_valid = 1'b0, head_valid = 1'b0, flushing = 1'b0, sending = 1'b0;
    wire masked = flushing && !(FINISH && sending);
    wire head_advance = !head_valid || m_axis_tready || masked;
    wire fetched_advance = !fetched_valid || head_advance;
    wire readable = read_ptr != read_limit;
    assign {m_axis_tlast, m_axis_tkeep, m_axis_tdata} = head;
    assign m_axis_tvalid = head_valid && !masked;

    always_ff @(posedge clk) begin
        if (fetched_advance) begin
            fetched <= beats[read_ptr[ADDRESS_W-1:0]];
            fetched_valid <= readable;
            if (readable) read_ptr <= read_ptr + 1'b1;
        end
        if (head_advance) begin
            head <= fetched;
            head_valid <= fetched_valid;
        end
        if (m_axis_tvalid) sending <= !(m_axis_tready && m_axis_tlast);
        else if (masked) sending <= 1'b0;
        if (rst || !flushing) read_limit <= commit_ptr;
        if (rst) flushing <= 1'b1;
        else if (!readable && !fetched_valid && !head_valid) flushing <= 1'b0;
    end
endmodule
