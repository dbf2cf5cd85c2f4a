    // Each clock rises in any steps. A reset is as `tandem_reset` makes it, proved of it: who is told to forget has stopped, and so has the
    // other; and both go on only after both forgot, and have seen it.
    localparam A = GRAY_W;
    wire f_writes = write_clk & write_valid & write_ready;
    wire f_reads = read_clk & read_valid & read_ready;

    // Since a side was told to forget: whether each has forgotten, and the other's clocks since.
    reg f_forgetting = 0, f_write_forgot = 0, f_read_forgot = 0;
    reg [2:0] f_write_saw = 0, f_read_saw = 0;
    wire f_settled = f_write_forgot && f_read_forgot && f_write_saw == STAGES + 1 && f_read_saw == STAGES + 1;
    always @(posedge 1'b1) begin
        if (write_clear | read_clear) f_forgetting <= 1;
        if (write_clear & write_clk) f_write_forgot <= 1;
        if (read_clear & read_clk) f_read_forgot <= 1;
        if (f_write_forgot && read_clk && f_read_saw != STAGES + 1) f_read_saw <= f_read_saw + 1;
        if (f_read_forgot && write_clk && f_write_saw != STAGES + 1) f_write_saw <= f_write_saw + 1;
        if (f_forgetting && f_settled && !write_clear && !read_clear)
            {f_forgetting, f_write_forgot, f_read_forgot, f_write_saw, f_read_saw} <= 0;
    end
    wire f_rst = f_forgetting | write_clear | read_clear;
    always @(*) if (f_rst) assume (write_rst && read_rst);

    wire f_followed, f_told;
    wire [A:0] f_ahead, f_inside;
    wire [$clog2(WIDTH)-1:0] f_which;
    wire f_choose;
    reg [A-1:0] f_at;
    always @(posedge 1'b1) if (f_choose) f_at <= write_at;
    follow #(.W(WIDTH), .N(A + 1), .LATENCY(255)) f_follow (
        .clock(1'b1), .rst(f_rst), .came(f_writes), .in(write_data), .valid(read_valid), .left(f_reads), .out(read_data),
        .followed(f_followed), .ahead(f_ahead), .inside(f_inside), .which(f_which), .told(f_told), .waited(), .chosen(f_choose));
    stable #(.W(WIDTH)) f_stable (
        .clock(1'b1), .rst(read_rst), .valid(read_valid), .ready(f_reads), .payload(read_data));

    // What is inside is shown in time: clocks of the reader while nothing is shown, of the writer since the last word came.
    reg [2:0] f_waited = 0;
    reg f_written = 0;
    always @(posedge 1'b1) begin
        if (f_writes | write_clk) f_written <= !f_writes;
        f_waited <= f_inside == 0 || read_valid || read_rst || f_reads ? 0 : f_waited + (read_clk && f_waited != 7);
    end
    always @(*) begin
        one_bit_at_a_time: assert (f_rst || !f_before_valid || $countones(write_gray ^ f_write_before) + 0 <= 1);
        one_bit_at_a_time_back: assert (f_rst || !f_before_valid || $countones(read_gray ^ f_read_before) + 0 <= 1);
        shown_in_time: assert (f_waited <= STAGES + 1);
        if (!f_rst) cover (f_followed && f_ahead == 2 && f_reads);
    end
    reg f_before_valid = 0;
    reg [A-1:0] f_write_before, f_read_before;
    always @(posedge 1'b1) {f_before_valid, f_write_before, f_read_before} <= {!f_rst, write_gray, read_gray};

    // Where the positions are: what each side sees of the other is behind it, step by step.
    function automatic [A-1:0] f_binary(input [A-1:0] gray);
        integer i;
        begin
            f_binary[A-1] = gray[A-1];
            for (i = A - 2; i >= 0; i = i - 1) f_binary[i] = f_binary[i+1] ^ gray[i];
        end
    endfunction
