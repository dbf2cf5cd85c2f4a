    // Stands for an async FIFO, one end in each clock: each word leaves once, in order, unchanged, stable, and both ends are cleared together;
    // proved of `tandem_async_fifo` and `tandem_reset`. So whole frames leave if whole frames came, which is shown where the words are beats:
    // those are wide.
    (* anyseq *) wire f_ready;
    assign write_ready = f_ready & !write_rst;
    wire f_valid;
    assign read_valid = f_valid & !read_rst;
    offered #(.W(WIDTH)) f_offered (.clk(read_clk), .rst(read_rst), .ready(read_ready), .valid(f_valid), .payload(read_data));
    generate if (WIDTH > 64) begin : f_beats
        frames f_given (.clk(write_clk), .rst(write_rst), .valid(write_valid & write_ready), .taken(write_valid & write_ready),
            .first(write_data[0]), .last(write_data[WIDTH-1]), .index(write_data[2:1]), .mark(write_data[3]));
        frames #(.ASSUMED(1)) f_frames (.clk(read_clk), .rst(read_rst), .valid(read_valid), .taken(read_valid & read_ready),
            .first(read_data[0]), .last(read_data[WIDTH-1]), .index(read_data[2:1]), .mark(read_data[3]));
    end endgenerate
