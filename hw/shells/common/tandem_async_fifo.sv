// Carries words from one clock to another: each word once, in order, unchanged. Only this module and tandem_reset cross clock domains.
//
// Each side sends the other its pointer in Gray code, in which one bit changes at a time: whenever the other clock samples it, it reads
// the old pointer or the new one. A word is written before the pointer that covers it, and is stable long before it is read. Each pointer
// has flip-flops of its own (`*_gray`), and is sampled by a chain of STAGES flip-flops, of which the first is `*_gray_first`.
//
// Shape:     2**ADDRESS_W words of WIDTH bits in distributed memory, and one more in the output register. First-word fall-through.
// Latency:   one write clock, then STAGES + 1 to STAGES + 2 read clocks.
// Rate:      one word per clock of the slower side, from ADDRESS_W = 4 on with STAGES = 3.
// When full: `write_ready` is low; nothing is lost.
// Reset:     `*_rst` stops a side, `*_clear` empties it. Clear only while both sides are stopped, as tandem_reset does.
module tandem_async_fifo #(
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
    if (STAGES < 2) begin : refused_stages
        $error("tandem_async_fifo: STAGES is below 2: a chain of one flip-flop does not settle what it samples");
    end
    if (ADDRESS_W < 2) begin : refused_address_w
        $error("tandem_async_fifo: ADDRESS_W is below 2");
    end

    (* ram_style = "distributed" *) logic [WIDTH-1:0] words [2**ADDRESS_W];

    logic [GRAY_W-1:0] write_ptr = '0, read_ptr = '0;
    // The top bit is the same in binary and in Gray code. DONT_TOUCH keeps a flip-flop for each, so that constraints can name both.
    (* DONT_TOUCH = "TRUE" *) logic [GRAY_W-1:0] write_gray = '0, read_gray = '0;
    (* ASYNC_REG = "TRUE" *) logic [GRAY_W-1:0] read_gray_first = '0, write_gray_first = '0;
    (* ASYNC_REG = "TRUE" *) logic [(STAGES-1)*GRAY_W-1:0] read_gray_then = '0, write_gray_then = '0;

    // Write side.
    wire [GRAY_W-1:0] read_gray_seen = read_gray_then[(STAGES-2)*GRAY_W +: GRAY_W];
    wire [GRAY_W-1:0] full_gray = {~read_gray_seen[GRAY_W-1 -: 2], read_gray_seen[GRAY_W-3:0]};
    logic not_full = 1'b0;
    assign write_ready = not_full && !write_rst;
    wire write_beat = write_valid && write_ready;
    wire [GRAY_W-1:0] write_next = write_ptr + GRAY_W'(write_beat);
    wire [GRAY_W-1:0] write_next_gray = write_next ^ (write_next >> 1);

    always_ff @(posedge write_clk) begin
        read_gray_first <= read_gray;
        read_gray_then <= ((STAGES-1)*GRAY_W)'({read_gray_then, read_gray_first});
        if (write_beat) words[write_ptr[ADDRESS_W-1:0]] <= write_data;
        write_ptr <= write_clear ? '0 : write_next;
        write_gray <= write_clear ? '0 : write_next_gray;
        not_full <= write_next_gray != full_gray;
    end

    // Read side.
    wire [GRAY_W-1:0] write_gray_seen = write_gray_then[(STAGES-2)*GRAY_W +: GRAY_W];
    logic [WIDTH-1:0] head;
    logic head_valid = 1'b0;
    assign read_data = head;
    assign read_valid = head_valid && !read_rst;
    wire load_head = read_gray != write_gray_seen && !read_rst && (!head_valid || read_ready);
    wire [GRAY_W-1:0] read_next = read_ptr + GRAY_W'(load_head);
    wire [GRAY_W-1:0] read_next_gray = read_next ^ (read_next >> 1);

    always_ff @(posedge read_clk) begin
        write_gray_first <= write_gray;
        write_gray_then <= ((STAGES-1)*GRAY_W)'({write_gray_then, write_gray_first});
        if (load_head) head <= words[read_ptr[ADDRESS_W-1:0]];
        if (load_head) head_valid <= 1'b1;
        else if (read_clear || (read_valid && read_ready)) head_valid <= 1'b0;
        read_ptr <= read_clear ? '0 : read_next;
        read_gray <= read_clear ? '0 : read_next_gray;
    end
endmodule
