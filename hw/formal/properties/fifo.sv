    localparam F = data__bits;
    localparam SLOT = count__bits - 1;
    wire f_followed, f_told, f_choose;
    wire [count__bits-1:0] f_ahead, f_inside;
    wire [7:0] f_waited;
    wire [$clog2(F)-1:0] f_which;

    // The writer watches `count`, the reader `valid`.
    always @(*) if (!rst) assume (!(push && count == 1 << SLOT) && !(pop && !valid));

    follow #(.W(F), .N(count__bits), .LATENCY(2)) f_follow (
        .clock(clock), .rst(rst), .came(push), .in(data), .valid(valid), .left(pop), .out(front),
        .followed(f_followed), .ahead(f_ahead), .inside(f_inside), .waited(f_waited), .which(f_which), .told(f_told), .chosen(f_choose));
    stable #(.W(F)) f_stable (.clock(clock), .rst(rst), .valid(valid), .ready(pop), .payload(front));
    always @(*) if (f_started && !rst) begin
        count_is_what_is_inside: assert (count == f_inside && f_inside <= 1 << SLOT);
        cover (f_followed && f_ahead == 2 && valid);
    end

    // Where the followed word is: shown, fetched, or in a slot of the memory.
    (* anyconst *) wire [SLOT-1:0] f_any;
    wire [SLOT-1:0] f_slot = f_any; // > memory.f_slot
    wire [F-1:0] f_word; // = memory.store
    wire [F-1:0] f_fetched; // = memory.fetched
    wire [count__bits-1:0] f_stored = head_q - tail_q;
    wire [SLOT-1:0] f_place = tail_q + f_ahead - shown_q - fetched_q;
    always @(*) if (f_choose) assume (head_q[SLOT-1:0] == f_slot);
    always @(*) if (f_started && !rst) begin
        assert (f_inside == f_stored + shown_q + fetched_q && f_stored <= 1 << SLOT);
        assert (f_waited <= 1 || valid);
        assert (f_waited == 0 || fetched_q || shown_q);
        if (f_followed) begin
            assert (f_ahead < f_inside);
            if (f_ahead == 0 && shown_q) assert (front[f_which] == f_told);
            else if (f_ahead == shown_q && fetched_q) assert (f_fetched[f_which] == f_told);
            else assert (f_place == f_slot && f_word[f_which] == f_told);
        end
    end
