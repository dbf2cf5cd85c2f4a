
    // The same of the outlet, for those who say where the words end in the memory, what is at the front, and whether it is taken.
    localparam A = $bits(f_end);
    wire [A-1:0] f_tail; // = outlet.place_q
    wire [A-1:0] f_following; // = outlet.following_q
    wire f_more; // = outlet.more_q
    wire [4:0] f_level; // = outlet.level_q
    wire f_fetched; // = outlet.fetched_q
    wire f_arrives; // = outlet.arrives_q
    wire f_some; // = outlet.some_q
    wire f_roomy; // = outlet.roomy_q
    wire [4:0] f_fetching = f_level + f_arrives + f_fetched;
    wire [3:0] f_put; // = outlet.put_q
    wire [3:0] f_got; // = outlet.got_q
    wire f_first; // = memory.fetched
    wire f_second; // = memory.shown
    wire [$clog2(F)-1:0] f_there_bit = f_which; // > outlet.places.f_which
    wire f_there; // = outlet.places.f_seen
    wire [3:0] f_at = f_got + f_ahead[3:0]; // > outlet.places.f_place
    wire [A-1:0] f_stored = f_end - f_tail;
    wire [A-1:0] f_place = f_tail + f_ahead - f_fetching;
    // What is at the front stays there until it is taken.
    reg f_held = 0, f_before;
    always @(posedge clock) begin
        f_held <= !rst && f_some && !f_taken;
        f_before <= f_front[f_which];
    end
    always @(*) if (f_held && !rst) stays_until_taken: assert (f_some && f_front[f_which] == f_before);

    always @(*) if (f_started && !rst) begin
        assert (f_following == f_tail + 1'b1 && f_more == (f_stored != 0));
        assert (f_level <= 15 && f_fetching <= 15 && (!f_roomy || f_fetching <= 14));
        assert (f_put == f_got + f_level[3:0] && f_some == (f_level != 0));
        assert (f_waited <= 2 || f_some);
        assert (f_waited <= 1 || f_arrives || f_some);
        assert (f_waited == 0 || f_fetched || f_arrives || f_some);
        assert (f_roomy || f_level >= 11 || f_stored == 0);
        if (f_followed) begin
            if (f_ahead < f_level) assert (f_there == f_told);
            else if (f_ahead == f_level && f_arrives) assert (f_second == f_told);
            else if (f_ahead == f_level + f_arrives && f_fetched) assert (f_first == f_told);
            else assert (f_place[SLOT-1:0] == f_slot && f_word == f_told);
        end
    end
