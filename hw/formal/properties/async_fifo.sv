    localparam A = GRAY_W;
    wire f_writes = write_clk & write_valid & write_ready;
    wire f_reads = read_clk & read_valid & read_ready;

    // A reset is as `tandem_reset` makes it.
    wire f_rst, f_write_cleared, f_read_cleared;
    wire [1:0] f_write_saw, f_read_saw;
    wire f_write_blind, f_read_blind;
    cleared_together #(.CLOCKS(STAGES), .ASSUMED(1)) f_cleared_together (
        .clk({read_clk, write_clk}), .rst({read_rst, write_rst}), .clear({read_clear, write_clear}),
        .uncleared(f_rst), .cleared({f_read_cleared, f_write_cleared}), .saw({f_read_saw, f_write_saw}),
        .blind({f_read_blind, f_write_blind}));

    wire f_followed, f_told, f_choose;
    wire [A:0] f_ahead, f_inside;
    wire [$clog2(WIDTH)-1:0] f_which;
    reg [A-1:0] f_at;
    follow #(.W(WIDTH), .N(A + 1), .LATENCY(255)) f_follow (
        .clk(1'b1), .rst(f_rst), .came(f_writes), .in(write_data), .valid(read_valid), .left(f_reads), .out(read_data),
        .followed(f_followed), .ahead(f_ahead), .inside(f_inside), .waited(), .which(f_which), .told(f_told), .chosen(f_choose));
    stable #(.W(WIDTH)) f_stable (.clk(1'b1), .rst(read_rst), .valid(read_valid), .ready(f_reads), .payload(read_data));

    // The reader's clocks in which something is inside and nothing is shown; the pointers before.
    reg [2:0] f_waited = 0;
    reg f_moving = 0;
    reg [A-1:0] f_write_before, f_read_before;
    wire [A-1:0] f_write_change = write_gray ^ f_write_before, f_read_change = read_gray ^ f_read_before;
    always @(posedge 1'b1) begin
        if (f_choose) f_at <= write_ptr;
        f_waited <= f_inside == 0 || read_valid || read_rst ? 0 : f_waited + read_clk;
        {f_moving, f_write_before, f_read_before} <= {!f_rst, write_gray, read_gray};
    end
    always @(*) if (!f_rst) begin
        a_pointer_changes_in_one_bit: assert (!f_moving
            || ((f_write_change & (f_write_change - 1'b1)) == 0 && (f_read_change & (f_read_change - 1'b1)) == 0));
        shown_in_time: assert (f_waited <= STAGES || (f_waited == STAGES + 1 && (read_valid || read_rst)));
        cover (f_followed && f_ahead == 1 && f_reads);
    end

    // Where the pointers are: what a side has sampled of the other's pointer is older, step by step.
    function automatic [A-1:0] f_binary(input [A-1:0] gray);
        integer i;
        begin
            f_binary = gray;
            for (i = A - 2; i >= 0; i = i - 1) f_binary[i] = f_binary[i+1] ^ gray[i];
        end
    endfunction
    // From the write pointer back to what the writer has sampled of the read pointer, step by step: each step lies further back.
    localparam STEPS = 2 * STAGES + 1;
    wire [A*(STEPS+1)-1:0] f_gray = {read_gray_then[A +: A], read_gray_then[0 +: A], read_gray_first, read_gray,
        write_gray_then[A +: A], write_gray_then[0 +: A], write_gray_first, write_gray};
    wire [A-1:0] f_between = write_ptr - read_ptr;
    genvar g;
    generate for (g = 0; g <= STEPS; g = g + 1) begin : f_step
        wire [A-1:0] f_position = f_binary(f_gray[A*g +: A]);
        wire [A-1:0] f_back = write_ptr - f_position;
        // What a side sampled before the other was cleared does not count.
        localparam K = g <= STAGES ? g : g - STAGES - 1;
        wire f_counts = K == 0 || (g <= STAGES ? !f_read_blind || f_read_saw >= K : !f_write_blind || f_write_saw >= K);
        always @(*) begin
            if (f_rst && (g <= STAGES ? f_write_cleared && f_read_saw >= K : f_read_cleared && f_write_saw >= K)) assert (f_gray[A*g +: A] == 0);
            if (!f_rst && f_counts) begin
                assert (f_back <= 2**ADDRESS_W);
                if (g <= STAGES) assert (f_back <= f_between);
                if (f_write_blind) assert (f_gray[A*g +: A] == 0);
                if (g >= 1 && g <= STAGES) assert (f_waited < g || head_valid || f_gray[A*g +: A] != read_gray);
            end
        end
        if (g > 0) always @(*) if (!f_rst && f_counts) assert (f_back >= f_step[g-1].f_back || (g == STAGES + 1 && f_read_blind));
    end endgenerate
    wire [A-1:0] f_index = f_at - read_ptr + head_valid;
    wire [A-1:0] f_known = f_step[STEPS].f_back;
    wire [WIDTH-1:0] f_word = words[f_at[ADDRESS_W-1:0]];
    always @(*) begin
        assert (write_ptr == f_step[0].f_position && read_ptr == f_step[STAGES+1].f_position);
        assert (!(f_write_cleared && f_write_blind) || write_ptr == 0);
        assert (!(f_read_cleared && f_read_blind) || (read_ptr == 0 && !head_valid));
        if (!f_rst) begin
            assert (f_write_blind || !not_full || f_known < 2**ADDRESS_W);
            assert (f_inside == f_between + head_valid);
            if (f_followed) begin
                assert (f_ahead == f_index && f_ahead < f_inside);
                assert ((f_ahead == 0 && head_valid ? head[f_which] : f_word[f_which]) == f_told);
            end
        end
    end
