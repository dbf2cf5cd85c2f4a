    localparam F = BEAT_W;
    localparam N = PTR_W + 1;

    wire f_reset, f_resets;
    reset_lasts #(.ASSUMED(1)) f_reset_lasts (.clk(clk), .rst(rst), .was_rst(f_reset), .has_to_last(f_resets));

    // Beats inside of whole frames, and of the frame that is coming; of frames not dropped, any one bit of any one beat is followed. With
    // FINISH the frame that a reset finds leaving still leaves (`f_ending`); what comes meanwhile is counted anew, and if followed, `f_fresh`.
    (* anyconst *) wire [$clog2(F)-1:0] f_which;
    (* anyseq *) wire f_choose;
    always @(*) assume (f_which < F);
    reg [N-1:0] f_whole = 0, f_part = 0, f_ahead = 0, f_before = 0;
    reg f_within = 0, f_ending = 0, f_followed = 0, f_fresh = 0, f_told, f_losing = 0, f_lost = 0, f_faulty = 0;
    reg [2:0] f_waited = 0;
    reg [PTR_W-1:0] f_at;
    wire [F-1:0] f_in = {s_axis_tlast, s_axis_tkeep, s_axis_tdata};
    wire f_came = s_axis_tvalid & !rst;
    wire f_left = m_axis_tvalid & m_axis_tready;
    wire f_ends = f_left & m_axis_tlast;
    wire f_goes_on = (f_within | m_axis_tvalid) & !f_ends;
    wire f_counted = f_left & !f_ending;
    wire f_old = f_ending & !f_fresh;
    wire f_coming = f_followed & !f_old & f_ahead >= f_whole;
    always @(posedge clk) begin
        f_within <= f_goes_on;
        f_whole <= f_whole - f_counted;
        f_lost <= f_came & s_axis_tlast & rewind & !s_axis_tuser;
        f_faulty <= f_came & s_axis_tlast & rewind & s_axis_tuser;
        f_before <= f_whole + f_part;
        f_waited <= f_whole != 0 && !m_axis_tvalid && !flushing ? f_waited + 1 : 0;
        if (f_followed && f_left && (f_old || !f_ending)) begin
            f_followed <= f_ahead != 0;
            f_ahead <= f_ahead - 1;
        end
        if (f_ending && f_ends) begin
            f_ending <= 0;
            f_fresh <= 0;
            if (f_old) f_followed <= 0;
        end
        if (f_came) begin
            f_losing <= rewind && !s_axis_tlast;
            f_part <= rewind || s_axis_tlast ? 0 : f_part + 1;
            if (!rewind && s_axis_tlast) f_whole <= f_whole + f_part + 1 - f_counted;
            if (rewind && f_coming) {f_followed, f_fresh} <= 0;
            if (!rewind && !f_followed && f_choose) begin
                f_followed <= 1;
                f_fresh <= f_ending & !f_ends;
                f_told <= f_in[f_which];
                f_ahead <= f_whole + f_part - f_counted;
                f_at <= write_ptr;
            end
        end
        if (rst) begin
            {f_whole, f_part, f_before, f_losing, f_waited} <= 0;
            if (!FINISH) f_within <= 0;
            f_ending <= FINISH && f_goes_on;
            f_fresh <= 0;
            if (!FINISH || !f_goes_on || f_fresh || f_coming) f_followed <= 0;
        end
    end

    stable #(.W(F)) f_stable (.clk(clk), .rst(rst & !FINISH), .valid(m_axis_tvalid), .ready(m_axis_tready), .payload(head));
    always @(*) if (!rst || FINISH) begin
        never_falls_inside_a_frame: assert (!f_within || m_axis_tvalid);
        only_whole_frames_leave: assert (!m_axis_tvalid || f_ending || f_whole != 0);
        the_followed_beat_is_unchanged: assert (!(f_followed && (f_old || !f_ending) && f_ahead == 0 && m_axis_tvalid)
            || (!f_coming && head[f_which] == f_told));
    end
    always @(*) if (!rst) begin
        nothing_whole_stays_inside: assert (f_waited <= 3);
        dropped_as_a_whole: assert (!(f_came && f_losing) || rewind);
        dropped_when_in_error: assert (!(f_came && s_axis_tlast && s_axis_tuser) || rewind);
        each_drop_is_reported_once: assert (dropped_full == f_lost && dropped_error == f_faulty);
        cover (f_followed && f_ahead == 1 && f_left && !m_axis_tlast);
        cover (f_coming && f_came && s_axis_tlast && s_axis_tuser);
    end
    wire f_dropped = f_came && rewind && !f_losing && !(s_axis_tlast && s_axis_tuser) && !rst;
    generate if (FINISH) begin
        // `tandem_store_forward` gives it a beat only when it is ready.
        always @(*) begin
            dropped_only_when_alone_too_long: assert (!f_dropped || f_part >= ALMOST_FULL);
            assert (!(full && only_frame) || (f_full == 0 && (f_part >= ALMOST_FULL || f_resets)));
            cover (f_ending && f_fresh && f_followed && f_left);
        end
    end else begin
        // While it discards what was inside at a reset, that takes room too.
        always @(*) dropped_only_when_full: assert (!f_dropped || flushing || f_before >= ALMOST_FULL);
    end endgenerate

    // Where things are: of the beats inside, first those to discard, then those of whole frames, then those of the frame that is coming. The
    // followed beat is where it was written, or in the registers after the memory.
    wire [PTR_W-1:0] f_stale = read_limit - read_ptr, f_full = commit_ptr - read_ptr, f_all = write_ptr - read_ptr;
    wire [PTR_W-1:0] f_new = commit_ptr - read_limit, f_open = write_ptr - commit_ptr;
    wire [1:0] f_behind = fetched_valid + head_valid;
    wire [PTR_W-1:0] f_index = f_at - read_ptr + f_behind, f_end = (f_old ? f_stale : f_all) + f_behind;
    wire [PTR_W-1:0] f_from_limit = f_at - read_limit, f_news = write_ptr - read_limit;
    wire [BEAT_W-1:0] f_word = beats[f_at[ADDRESS_W-1:0]];
    wire [PTR_W-1:0] f_before_limit = read_limit - 1'b1, f_before_whole = commit_ptr - 1'b1;
    wire [BEAT_W-1:0] f_word_limit = beats[f_before_limit[ADDRESS_W-1:0]], f_word_whole = beats[f_before_whole[ADDRESS_W-1:0]];
    always @(*) begin
        assert (f_stale <= f_full && f_full <= f_all && f_all <= 2**ADDRESS_W && (full || f_all < 2**ADDRESS_W));
        assert (f_part == f_open && f_whole == (flushing ? f_new : f_full + f_behind));
        assert (f_losing == dropping && (!dropping || f_part == 0));
        assert (!f_reset || write_ptr == commit_ptr);
        assert (!full || flushing || rst || f_before >= ALMOST_FULL);
        // What is inside ends with a frame's end.
        assert (f_stale == 0 || f_word_limit[BEAT_W-1]);
        assert (f_full == 0 || f_word_whole[BEAT_W-1]);
        assert (!fetched_valid || fetched[BEAT_W-1] || f_stale != 0);
        assert (!head_valid || head[BEAT_W-1] || fetched_valid);
        assert (f_within == sending || (!FINISH && masked));
        assert (!f_within || head_valid);
        assert (f_ending == (FINISH && flushing && sending) && (!f_fresh || (f_ending && f_followed)));
        assert (f_waited == 0 || rst || (f_stale + f_behind != 0 && !flushing));
        assert (f_waited < 2 || rst || f_behind != 0);
        assert (f_waited < 3 || rst || head_valid);
        if (f_followed && flushing && !f_old) assert (f_ahead == f_from_limit && f_from_limit < f_news && f_word[f_which] == f_told);
        if (f_followed && (!flushing || f_old)) begin
            assert (f_ahead == f_index && f_index < f_end);
            if (f_index == 0 && head_valid) assert (head[f_which] == f_told);
            else if (f_index < f_behind) assert (fetched[f_which] == f_told);
            else assert (f_word[f_which] == f_told);
        end
    end
