    // Stands for an async FIFO of numbers: each leaves once and unchanged, and both ends are cleared together; proved of `tandem_async_fifo`. So
    // the sum of all that left is the sum of all that came, when nothing is inside.
    wire f_rst, f_write_cleared, f_read_cleared;
    cleared_together #(.CLOCKS(STAGES), .ASSUMED(1)) f_cleared_together (
        .clk({read_clk, write_clk}), .rst({read_rst, write_rst}), .clear({read_clear, write_clear}),
        .uncleared(f_rst), .cleared({f_read_cleared, f_write_cleared}), .saw(), .blind());
    (* anyseq *) wire f_ready;
    assign write_ready = f_ready & !write_rst;
    wire f_valid;
    assign read_valid = f_valid & !read_rst;
    offered #(.W(WIDTH)) f_offered (.clk(read_clk), .rst(read_rst), .ready(read_ready), .valid(f_valid), .payload(read_data));

    wire f_writes = write_clk & write_valid & write_ready;
    wire f_reads = read_clk & read_valid & read_ready;
    reg [ADDRESS_W:0] f_inside = 0;
    reg [63:0] f_came = 0, f_left = 0;
    // A reader that was stopped is cleared before it goes on: proved of `tandem_reset`.
    reg f_stopped = 0;
    always @(posedge 1'b1) begin
        f_inside <= f_inside + f_writes - f_reads;
        if (f_writes) f_came <= f_came + write_data;
        if (f_reads) f_left <= f_left + read_data;
        f_stopped <= f_stopped | (read_clk & read_rst & f_left != 0);
        if (f_rst) {f_inside, f_came, f_left, f_stopped} <= 0;
    end
    always @(*) begin
        assume (!f_stopped || read_rst);
        assume (f_rst || !read_valid || f_inside != 0);
        assume (f_rst || f_inside <= 2**ADDRESS_W + 1);
        assume (f_rst || f_inside != 0 || f_came == f_left);
    end
