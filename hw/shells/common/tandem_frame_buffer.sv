// Takes a beat every clock, come what may, and delivers whole frames in order, each in one piece or not at all.
//
// A frame waits until its last beat is in. A frame that finds no room, or whose last beat carries `tuser` (an error), is dropped whole
// and reported once, in the second clock after its last beat.
//
// Shape:     2**ADDRESS_W beats, of which at least 2**ADDRESS_W - 1 hold frames. tkeep and tdata pass as they are.
// Latency:   last beat in to first beat out: 4 clocks.
// Rate:      one beat every clock, both sides. `m_axis_tvalid` never falls inside a frame.
// When full: frames are dropped. Who can wait looks at `s_axis_tready`: it is low while there is no room but there will be; it is high
//            again when a frame alone is too long for the memory, which then is dropped.
// Reset:     frames inside are forgotten; with FINISH, but for the one that is leaving, which leaves. The first beat after it must begin
//            a frame (see tandem_frame_start).
module tandem_frame_buffer #(
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
    localparam int AT_W = ADDRESS_W + 1;
    localparam logic [AT_W-1:0] CLOSE = AT_W'(2**ADDRESS_W - 1);

    (* ram_style = "block" *) logic [BEAT_W-1:0] beats [2**ADDRESS_W];

    // Where the next beat goes, behind the last whole frame, and where the next beat is read.
    logic [AT_W-1:0] write_at = '0, whole_to = '0, read_at = '0;
    wire [AT_W-1:0] write_next = write_at + 1'b1;

    // In. Both flags are of the clock before; a beat may have come since, which CLOSE has room for.
    logic full = 1'b0, alone = 1'b0, dropping = 1'b0;
    assign s_axis_tready = !full || alone;
    wire takes = s_axis_tvalid && !rst;
    wire lost = full || dropping;
    wire rewinds = takes && (lost || (s_axis_tlast && s_axis_tuser));

    initial {dropped_full, dropped_error} = '0;
    always_ff @(posedge clk) begin
        full <= (rewinds ? whole_to : write_at) - read_at >= CLOSE;
        alone <= full && read_at == whole_to && !rewinds;
        if (takes && !full) beats[write_at[ADDRESS_W-1:0]] <= {s_axis_tlast, s_axis_tkeep, s_axis_tdata};
        dropped_full <= takes && s_axis_tlast && lost && !s_axis_tuser;
        dropped_error <= takes && s_axis_tlast && s_axis_tuser;
        if (rst) begin
            write_at <= whole_to;
            dropping <= 1'b0;
        end else if (takes) begin
            dropping <= lost && !s_axis_tlast;
            write_at <= rewinds ? whole_to : write_next;
            if (s_axis_tlast && !rewinds) whole_to <= write_next;
        end
    end

    // Out: memory, then the memory's output register. What was inside at a reset is read to its end and thrown away.
    logic [AT_W-1:0] limit = '0;
    logic [BEAT_W-1:0] fetched, head;
    logic fetched_valid = 1'b0, head_valid = 1'b0, forgetting = 1'b0, leaving = 1'b0;
    wire masked = forgetting && !(FINISH && leaving);
    wire head_moves = !head_valid || m_axis_tready || masked;
    wire fetched_moves = !fetched_valid || head_moves;
    wire readable = read_at != limit;
    assign {m_axis_tlast, m_axis_tkeep, m_axis_tdata} = head;
    assign m_axis_tvalid = head_valid && !masked;

    always_ff @(posedge clk) begin
        if (fetched_moves) begin
            fetched <= beats[read_at[ADDRESS_W-1:0]];
            fetched_valid <= readable;
            if (readable) read_at <= read_at + 1'b1;
        end
        if (head_moves) begin
            head <= fetched;
            head_valid <= fetched_valid;
        end
        if (m_axis_tvalid) leaving <= !(m_axis_tready && m_axis_tlast);
        else if (masked) leaving <= 1'b0;
        if (rst || !forgetting) limit <= whole_to;
        if (rst) forgetting <= 1'b1;
        else if (!readable && !fetched_valid && !head_valid) forgetting <= 1'b0;
    end
endmodule
