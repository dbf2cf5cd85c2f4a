    localparam F = m_beat__bits + m_keep__bits + m_metadata__bits;
    localparam N = 10;

    // A beat is judged one clock after it came: it goes behind the others, or its frame is lost.
    reg f_came = 0;
    reg [F-1:0] f_in;
    reg f_last;
    // It is offered what was told before; who takes a beat, takes one that is offered.
    reg f_valid = 0;
    wire f_left = m_taken;
    always @(posedge clock) begin
        f_came <= s_valid & !rst;
        f_in <= {s_beat, s_keep, s_metadata};
        f_last <= s_beat__last;
        f_valid <= m_next_valid & !rst;
    end
    always @(*) if (!rst) assume (f_valid || !m_taken);

    // Beats inside of whole frames, and of the frame that is coming; of frames not lost, any one bit of any one beat is followed.
    (* anyconst *) wire [$clog2(F)-1:0] f_which;
    (* anyseq *) wire f_choose;
    reg [N-1:0] f_whole = 0, f_part = 0, f_ahead = 0;
    wire [N-1:0] f_all = f_whole + f_part;
    reg f_followed = 0, f_coming = 0, f_losing = 0, f_report = 0, f_told;
    reg [7:0] f_waited = 0;
    // How many there were one and two clocks before: being full is known as late as that.
    reg [N-1:0] f_before0 = 0, f_before1 = 0;
    wire [F-1:0] f_out = {m_beat, m_keep, m_metadata};
    always @(*) assume (f_which < F);
    always @(posedge clock) begin
        f_whole <= f_whole - f_left;
        if (f_came && lose) f_part <= 0;
        if (f_came && !lose) f_part <= f_part + 1;
        if (f_came && !lose && f_last) begin
            f_whole <= f_whole + f_part + 1 - f_left;
            f_part <= 0;
        end
        if (f_came) f_losing <= lose && !f_last;
        f_report <= f_came && lose && f_last;
        if (f_followed && f_left) begin
            f_followed <= f_ahead != 0;
            f_ahead <= f_ahead - 1;
        end
        if (f_came && lose && f_coming) {f_followed, f_coming} <= 0;
        if (f_came && f_last) f_coming <= 0;
        if (!f_followed && f_came && !lose && f_choose) begin
            f_followed <= 1;
            f_coming <= !f_last;
            f_told <= f_in[f_which];
            f_ahead <= f_whole + f_part - f_left;
        end
        f_before0 <= f_all;
        f_before1 <= f_before0;
        f_waited <= f_whole != 0 && !f_valid ? f_waited + 1 : 0;
        if (rst) {f_whole, f_part, f_ahead, f_followed, f_coming, f_losing, f_report, f_waited, f_before0, f_before1} <= 0;
    end
    always @(*) if (f_started && !rst) begin
        only_whole_frames_leave: assert (!f_valid || f_whole != 0);
        the_followed_beat_is_unchanged: assert (!(f_followed && f_ahead == 0 && f_valid) || (!f_coming && f_out[f_which] == f_told));
        nothing_whole_stays_inside: assert (f_waited <= 2);
        lost_as_a_whole: assert (!(f_came && f_losing) || lose);
        lost_only_when_full: assert (!(f_came && lose) || f_losing || f_before1 >= 10'd509);
        each_loss_is_reported_once: assert (lost__valid == f_report);
        cover (f_followed && f_ahead == 1 && f_valid);
    end
    stable #(.W(F)) f_stable (.clock(clock), .rst(rst), .valid(f_valid), .ready(m_taken), .payload(f_out));

    // Where the followed beat is: shown, fetched, or in a slot of the memories.
    (* anyconst *) wire [8:0] f_slot;
    wire [8:0] f_slot0 = f_slot; // > beats.f_slot
    wire [8:0] f_slot1 = f_slot; // > keeps.f_slot
    wire [8:0] f_slot2 = f_slot; // > notes.f_slot
    wire [m_beat__bits-1:0] f_word0; // = beats.store
    wire [m_keep__bits-1:0] f_word1; // = keeps.store
    wire [m_metadata__bits-1:0] f_word2; // = notes.store
    wire [m_beat__bits-1:0] f_fetched0; // = beats.fetched
    wire [m_keep__bits-1:0] f_fetched1; // = keeps.fetched
    wire [m_metadata__bits-1:0] f_fetched2; // = notes.fetched
    wire [F-1:0] f_word = {f_word0, f_word1, f_word2};
    wire [F-1:0] f_fetched = {f_fetched0, f_fetched1, f_fetched2};
    wire [9:0] f_fetching = {8'h0, shown_q & fetched_q, shown_q ^ fetched_q};
    wire [8:0] f_place = tail_q + f_ahead - f_fetching;
    always @(*) if (f_choose) assume (head_q[8:0] == f_slot);
    wire [9:0] f_stored = whole_q - tail_q;
    wire [9:0] f_used = head_q - tail_q;
    always @(*) if (f_started && !rst) begin
        assert (f_valid == shown_q && f_came == valid_q && f_losing == losing_q && f_report == reported_q);
        assert (!f_came || (f_in == {beat_q, keep_q, metadata_q} && f_last == last));
        assert (f_used <= 10'd511 && f_stored <= f_used);
        assert (f_used <= gap_q + 10'd1 && (full_q || gap_q <= 10'd509));
        assert (gap_q <= f_before0 && (!full_q || f_before1 >= 10'd509));
        assert (f_whole == f_stored + f_fetching && f_all == f_used + f_fetching);
        assert (!f_losing || f_part == 0);
        assert (f_waited == 0 || fetched_q || shown_q);
        assert (f_waited <= 1 || shown_q);
        if (f_followed) begin
            assert (f_ahead < f_all && f_coming == (f_ahead >= f_whole));
            if (f_ahead == 0 && shown_q) assert (f_out[f_which] == f_told);
            else if (f_ahead == shown_q && fetched_q) assert (f_fetched[f_which] == f_told);
            else assert (f_place == f_slot && f_word[f_which] == f_told);
        end
    end
