// Carries words from one clock to another: each once, in order, unharmed. Nothing but this module and tandem_reset crosses clocks.
//
// The two sides tell each other their positions in Gray code, of which one bit changes at a time: whatever moment the other clock
// looks at, it sees the old position or the new one. A word is written before the position that covers it, and is long at rest when it
// is read. A position is held in flip-flops of its own (`*_gray`), and seen by a chain of STAGES, the first of which is `*_gray_first`.
//
// Shape:     2**ADDRESS_W words of WIDTH bits, in distributed memory, and one more in the output register.
// Latency:   one write clock, then STAGES + 1 to STAGES + 2 read clocks.
// Rate:      one word every clock of the slower side, from ADDRESS_W = 4 on with STAGES = 3.
// When full: `write_ready` is low, and nothing is lost.
// Reset:     `*_rst` stops a side, `*_clear` makes it forget; clear only while both sides are stopped, as tandem_reset does.
module tandem_crossing #(
    parameter int WIDTH = 32,
    parameter int ADDRESS_W = 5,
    parameter int STAGES = 3
) (
    input  wire write_clk,
    input  wire write_rst,
    input  wire write_clear,
    input  wire [WIDTH-1:0] write_data,
    input  wire write_valid,
    output wire write_ready,

    input  wire read_clk,
    input  wire read_rst,
    input  wire read_clear,
    output wire [WIDTH-1:0] read_data,
    output wire read_valid,
    input  wire read_ready
);
    localparam int GRAY_W = ADDRESS_W + 1;

    (* ram_style = "distributed" *) logic [WIDTH-1:0] words [2**ADDRESS_W];

    logic [GRAY_W-1:0] write_at = '0, read_at = '0;
    // The top bit of a position is the same in both codes: untouched, each has a flip-flop of its own, which constraints can name.
    (* DONT_TOUCH = "TRUE" *) logic [GRAY_W-1:0] write_gray = '0, read_gray = '0;
    (* ASYNC_REG = "TRUE" *) logic [GRAY_W-1:0] read_gray_first = '0, write_gray_first = '0;
    (* ASYNC_REG = "TRUE" *) logic [(STAGES-1)*GRAY_W-1:0] read_gray_then = '0, write_gray_then = '0;

    // The writing side.
    wire [GRAY_W-1:0] reader = read_gray_then[(STAGES-2)*GRAY_W +: GRAY_W];
    wire [GRAY_W-1:0] full = {~reader[GRAY_W-1 -: 2], reader[GRAY_W-3:0]};
    logic room = 1'b0;
    assign write_ready = room && !write_rst;
    wire writes = write_valid && write_ready;
    wire [GRAY_W-1:0] write_next = write_at + GRAY_W'(writes);
    wire [GRAY_W-1:0] write_next_gray = write_next ^ (write_next >> 1);

    always_ff @(posedge write_clk) begin
        read_gray_first <= read_gray;
        read_gray_then <= ((STAGES-1)*GRAY_W)'({read_gray_then, read_gray_first});
        if (writes) words[write_at[ADDRESS_W-1:0]] <= write_data;
        write_at <= write_clear ? '0 : write_next;
        write_gray <= write_clear ? '0 : write_next_gray;
        room <= write_next_gray != full;
    end

    // The reading side.
    wire [GRAY_W-1:0] writer = write_gray_then[(STAGES-2)*GRAY_W +: GRAY_W];
    logic [WIDTH-1:0] head;
    logic head_valid = 1'b0;
    assign read_data = head;
    assign read_valid = head_valid && !read_rst;
    wire loads = read_gray != writer && !read_rst && (!head_valid || read_ready);
    wire [GRAY_W-1:0] read_next = read_at + GRAY_W'(loads);
    wire [GRAY_W-1:0] read_next_gray = read_next ^ (read_next >> 1);

    always_ff @(posedge read_clk) begin
        write_gray_first <= write_gray;
        write_gray_then <= ((STAGES-1)*GRAY_W)'({write_gray_then, write_gray_first});
        if (loads) head <= words[read_at[ADDRESS_W-1:0]];
        if (loads) head_valid <= 1'b1;
        else if (read_clear || (read_valid && read_ready)) head_valid <= 1'b0;
        read_at <= read_clear ? '0 : read_next;
        read_gray <= read_clear ? '0 : read_next_gray;
    end
endmodule
