
    // The same of the output FIFO, for those who say where the words end in the memory, what is at the front, and whether it is taken.
    localparam A = $bits(f_end);
    wire [A-1:0] f_tail; // = output_fifo.fetch_at_q
    wire [A-1:0] f_following; // = output_fifo.following_q
    wire f_more; // = output_fifo.more_q
    wire [4:0] f_late_level; // = output_fifo.level_q
    wire f_popped; // = output_fifo.popped_d1_q
    wire [4:0] f_level = f_late_level - f_popped;
    wire f_fetched; // = output_fifo.fetch_d1_q
    wire f_arrives; // = output_fifo.word_valid_q
    wire f_some; // = output_fifo.front_valid_q
    wire f_roomy; // = output_fifo.has_room_q
    wire [4:0] f_fetching = f_level + f_arrives + f_fetched;
    wire [3:0] f_put; // = output_fifo.write_slot_q
    wire [3:0] f_got; // = output_fifo.read_slot_q
    wire f_first; // = memory.fetched
    wire f_second; // = memory.shown
    wire [$clog2(F)-1:0] f_there_bit = f_which; // > output_fifo.slots.f_which
    wire f_there; // = output_fifo.slots.f_seen
    wire [3:0] f_at = f_got + f_ahead[3:0]; // > output_fifo.slots.f_place
    wire [A-1:0] f_stored = f_end - f_tail;
    wire [A-1:0] f_place = f_tail + f_ahead - f_fetching;
    // What is at the front stays there until it is taken.
    reg f_held = 0, f_before;
    always @(posedge clk) begin
        f_held <= !rst && f_some && !f_taken;
        f_before <= f_front[f_which];
    end
    always @(*) if (f_held && !rst) stays_until_taken: assert (f_some && f_front[f_which] == f_before);

    always @(*) if (f_started && !rst) begin
        assert (f_following == f_tail + 1'b1 && f_more == (f_stored != 0));
        assert (f_late_level >= f_popped && f_late_level <= 15 && f_fetching + f_popped <= 15 && (!f_roomy || f_fetching + f_popped <= 14));
        assert (f_put == f_got + f_level[3:0] && f_some == (f_level != 0));
        assert (f_waited <= 2 || f_some);
        assert (f_waited <= 1 || f_arrives || f_some);
        assert (f_waited == 0 || f_fetched || f_arrives || f_some);
        assert (f_roomy || f_level >= 10 || f_stored == 0);
        if (f_followed) begin
            if (f_ahead < f_level) assert (f_there == f_told);
            else if (f_ahead == f_level && f_arrives) assert (f_second == f_told);
            else if (f_ahead == f_level + f_arrives && f_fetched) assert (f_first == f_told);
            else assert (f_place[SLOT-1:0] == f_slot && f_word == f_told);
        end
    end
