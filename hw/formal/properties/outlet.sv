
    // The same of the outlet, for those who say how many words are `f_inside` of it and of the memory, and where they end: `f_end`.
    localparam A = $bits(f_end);
    wire [A-1:0] f_tail; // = outlet.place_q
    wire [4:0] f_level; // = outlet.level_q
    wire f_fetched; // = outlet.fetched_q
    wire f_arrives; // = outlet.arrives_q
    wire f_some; // = outlet.some_q
    wire f_roomy; // = outlet.roomy_q
    wire [4:0] f_fetching = f_level + f_arrives + f_fetched;
    wire [3:0] f_put; // = outlet.put_q
    wire [3:0] f_got; // = outlet.got_q
    wire [F-1:0] f_first; // = memory.fetched
    wire [F-1:0] f_second; // = memory.q
    wire [F-1:0] f_there; // = outlet.places.f_word
    wire [3:0] f_at = f_got + f_ahead[3:0]; // > outlet.places.f_place
    wire [A-1:0] f_stored = f_end - f_tail;
    wire [A-1:0] f_place = f_tail + f_ahead - f_fetching;
    always @(*) if (f_started && !rst) begin
        assert (f_level <= 15 && f_fetching <= 15 && (!f_roomy || f_fetching <= 14));
        assert (f_put == f_got + f_level[3:0] && f_some == (f_level != 0));
        assert (f_waited <= 2 || f_some);
        assert (f_waited <= 1 || f_arrives || f_some);
        assert (f_waited == 0 || f_fetched || f_arrives || f_some);
        assert (f_roomy || f_level >= 11 || f_stored == 0);
        if (f_followed) begin
            if (f_ahead < f_level) assert (f_there[f_which] == f_told);
            else if (f_ahead == f_level && f_arrives) assert (f_second[f_which] == f_told);
            else if (f_ahead == f_level + f_arrives && f_fetched) assert (f_first[f_which] == f_told);
            else assert (f_place[SLOT-1:0] == f_slot && f_word[f_which] == f_told);
        end
    end
