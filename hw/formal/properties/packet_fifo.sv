    localparam F = m_beat__bits;
    localparam SLOT = 9;
    localparam N = 10;
    localparam LAST = m_beat__data__bits + m_beat__bytes__bits;

    // Each beat is written after the others, or its frame is dropped.
    wire f_came = s_valid;
    wire [F-1:0] f_in = s_beat;
    wire f_last = s_beat__last;
    // It is offered what was told before; who takes a beat, takes one that is offered.
    reg f_valid = 0;
    wire f_left = m_taken;
    always @(posedge clk) f_valid <= m_next_valid & !rst;
    always @(*) if (!rst) assume (f_valid || !m_taken);

    // Beats inside of whole frames, and of the frame that is coming; of frames not dropped, any one bit of any one beat is followed.
    (* anyconst *) wire [$clog2(F)-1:0] f_which;
    (* anyseq *) wire f_starts;
    reg [N-1:0] f_whole = 0, f_part = 0, f_ahead = 0;
    wire [N-1:0] f_all = f_whole + f_part;
    reg f_followed = 0, f_coming = 0, f_dropping = 0, f_report = 0, f_told;
    reg [7:0] f_waited = 0;
    // How many there were one and two clocks before: being full is known as late as that.
    reg [N-1:0] f_before0 = 0, f_before1 = 0;
    wire [F-1:0] f_front = m_beat;
    always @(*) assume (f_which < F);
    always @(posedge clk) begin
        f_whole <= f_whole - f_left;
        if (f_came && drops) f_part <= 0;
        if (f_came && !drops) f_part <= f_part + 1;
        if (f_came && !drops && f_last) begin
            f_whole <= f_whole + f_part + 1 - f_left;
            f_part <= 0;
        end
        if (f_came) f_dropping <= drops && !f_last;
        f_report <= f_came && drops && f_last;
        if (f_followed && f_left) begin
            f_followed <= f_ahead != 0;
            f_ahead <= f_ahead - 1;
        end
        if (f_came && drops && f_coming) {f_followed, f_coming} <= 0;
        if (f_came && f_last) f_coming <= 0;
        if (!f_followed && f_came && !drops && f_starts) begin
            f_followed <= 1;
            f_coming <= !f_last;
            f_told <= f_in[f_which];
            f_ahead <= f_whole + f_part - f_left;
        end
        f_before0 <= f_all;
        f_before1 <= f_before0;
        f_waited <= f_whole != 0 && !f_valid ? f_waited + 1 : 0;
        if (rst) {f_whole, f_part, f_ahead, f_followed, f_coming, f_dropping, f_report, f_waited, f_before0, f_before1} <= 0;
    end
    always @(*) if (f_started && !rst) begin
        only_whole_frames_leave: assert (!f_valid || f_whole != 0);
        the_followed_beat_is_unchanged: assert (!(f_followed && f_ahead == 0 && f_valid) || (!f_coming && f_front[f_which] == f_told));
        nothing_whole_stays_inside: assert (f_waited <= 3);
        dropped_as_a_whole: assert (!(f_came && f_dropping) || drops);
        dropped_only_when_full: assert (!(f_came && drops) || f_dropping || f_before1 >= 10'd509);
        each_drop_is_reported_once: assert (dropped__valid == f_report);
        cover (f_followed && f_ahead == 1 && f_valid);
    end

    // Where the followed beat is: in a slot of the memory, in flight, or in one of the slots.
    (* anyconst *) wire [SLOT-1:0] f_any;
    wire [SLOT-1:0] f_slot = f_any; // > memory.f_slot
    wire [$clog2(F)-1:0] f_bit = f_which; // > memory.f_which
    wire f_word; // = memory.store
    wire [N-1:0] f_end = committed_q;
    wire f_taken = m_taken;
    wire [N-1:0] f_used = head_q - f_tail;
    always @(*) if (f_starts) assume (head_q[SLOT-1:0] == f_slot);

    // That a frame ends is kept once more, after the slots: of the beat at the front, in a register.
    wire f_no_other = 0; // > output_fifo.marks.f_which
    wire [3:0] f_mark_at = f_at; // > output_fifo.marks.f_place
    wire f_mark; // = output_fifo.marks.f_seen
    wire f_front_mark; // = output_fifo.marked_q
    always @(*) if (f_started && !rst && f_followed && f_which == LAST && f_ahead < f_level)
        assert ((f_ahead == 0 ? f_front_mark : f_mark) == f_told);
    always @(*) if (f_started && !rst) last_is_the_fronts: assert (m_last == f_front_mark);
    always @(*) if (f_started && !rst) begin
        assert (f_valid == f_some && f_dropping == dropping_q && f_report == drop_valid_q);
        assert (f_used <= 10'd511 && f_stored <= f_used);
        assert (f_used <= gap_q + 10'd1 && (full_q || gap_q <= 10'd509));
        assert (gap_q <= f_before0 && (!full_q || f_before1 >= 10'd509));
        assert (f_whole == f_stored + f_fetching && f_all == f_used + f_fetching);
        assert (!f_dropping || f_part == 0);
        if (f_followed) assert (f_ahead < f_all && f_coming == (f_ahead >= f_whole));
    end
