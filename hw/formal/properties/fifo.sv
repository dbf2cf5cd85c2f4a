    localparam F = data__bits;
    localparam SLOT = count__bits - 1;
    wire f_followed, f_told, f_starts;
    wire [count__bits-1:0] f_ahead, f_inside;
    wire [7:0] f_waited;
    wire [$clog2(F)-1:0] f_which;

    // The writer watches `count`, the reader `valid`.
    always @(*) if (!rst) assume (!(push && count >= 1 << SLOT) && !(pop && !valid));

    follow #(.W(F), .N(count__bits), .LATENCY(3)) f_follow (
        .clk(clk), .rst(rst), .came(push), .in(data), .valid(valid), .left(pop), .out(front),
        .followed(f_followed), .ahead(f_ahead), .inside(f_inside), .waited(f_waited), .which(f_which), .told(f_told), .chosen(f_starts));
    always @(*) if (f_started && !rst) begin
        count_is_what_was_inside: assert (count == f_inside + f_popped && count <= 1 << SLOT);
        empty_when_nothing_was_inside: assert (empty == (count == 0));
        cover (f_followed && f_ahead == 2 && valid);
    end

    // The mark is the word, or any one bit of it, so the followed one: it is kept once more, after the slots, and of the word at the front in registers.
    localparam M = mark__bits;
    wire [$clog2(M + (M == 1))-1:0] f_kept = M == 1 ? 0 : f_which; // > output_fifo.marks.f_which
    wire [3:0] f_mark_at = f_at; // > output_fifo.marks.f_place
    wire f_mark; // = output_fifo.marks.f_seen
    wire [M-1:0] f_front_mark; // = output_fifo.marked_q
    wire [M-1:0] f_shown_mark = front_mark;
    always @(*) assume (mark == (M == 1 ? word[f_which] : word));
    always @(*) if (f_started && !rst) begin
        the_mark_is_the_fronts: assert (!(f_followed && f_ahead == 0 && valid) || f_shown_mark[f_kept] == f_told);
        if (f_followed && f_ahead < f_level) assert ((f_ahead == 0 ? f_front_mark[f_kept] : f_mark) == f_told);
    end

    // Where the followed word is: in a slot of the memory, in flight, or in one of the slots.
    (* anyconst *) wire [SLOT-1:0] f_any;
    wire [SLOT-1:0] f_slot = f_any; // > memory.f_slot
    wire [$clog2(F)-1:0] f_bit = f_which; // > memory.f_which
    wire f_word; // = memory.store
    wire [count__bits-1:0] f_end = head_q;
    wire [F-1:0] f_front = front;
    wire f_taken = pop;
    always @(*) if (f_starts) assume (head_q[SLOT-1:0] == f_slot);
    always @(*) if (f_started && !rst) begin
        assert (f_inside == f_stored + f_fetching && f_stored <= 1 << SLOT);
        assert (!f_followed || f_ahead < f_inside);
    end
