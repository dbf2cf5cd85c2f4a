    // The sender sends whole frames, and is not reset: their beats are numbered and marked as `frames` expects.
    (* anyseq *) wire f_first;
    (* anyseq *) wire [1:0] f_index;
    (* anyseq *) wire f_mark;
    frames #(.ASSUMED(1)) f_sent (.clk(clk), .rst(1'b0), .valid(beat), .taken(beat), .first(f_first), .last(last), .index(f_index), .mark(f_mark));

    // A frame in progress, and whether it was in progress in a reset.
    reg f_within = 0, f_touched = 0;
    wire f_goes_on = beat ? !last : f_within;
    always @(posedge clk) begin
        f_within <= f_goes_on;
        f_touched <= f_goes_on & (rst | f_touched);
    end
    wire f_kept = beat & !skip;
    frames f_whole (.clk(clk), .rst(rst), .valid(f_kept), .taken(f_kept), .first(f_first), .last(last), .index(f_index), .mark(f_mark));
    always @(*) if (f_started) begin
        nothing_else_is_discarded: assert (!skip || rst || f_touched);
        cover (!rst && f_touched && beat && last);
        cover (!rst && f_kept && last && !f_first);
    end

    // How that relates to the registers.
    wire f_sending; // = f_sent.within
    wire [1:0] f_number; // = f_sent.index_before
    wire f_marked; // = f_sent.mark_before
    wire f_keeping; // = f_whole.within
    wire [1:0] f_kept_number; // = f_whole.index_before
    wire f_kept_mark; // = f_whole.mark_before
    always @(*) begin
        assert (f_within == in_frame && f_within == f_sending && (rst || f_touched == skipping));
        assert (!skipping || in_frame);
        if (!rst) assert (f_keeping == (in_frame && !skipping));
        if (f_keeping && !rst) assert (f_kept_number == f_number && f_kept_mark == f_marked);
    end
