    localparam F = m_beat__bits;

    // What the queues promise: what they show stays until it is taken.
    reg f_waiting = 0, f_deciding = 0, f_measured = 0;
    reg [beat__bits-1:0] f_beat;
    reg [decision__bits-1:0] f_shown;
    reg [length__bits-1:0] f_length;
    // No more beats come in until some leave: the frame that has not ended is longer than any header that a decision needs.
    reg f_long = 0, f_filled = 0;
    always @(posedge clk) begin
        {f_waiting, f_deciding, f_measured} <= {beat_valid & !take_beat, decision_valid & !take_decision, length_valid & !take_length};
        {f_beat, f_shown, f_length} <= {beat, decision, length};
        f_long <= ((full & decision_valid & !f_within & !length_valid) | f_long) & !take_length;
        // It was full while this decision stood.
        f_filled <= decision_valid & (full | f_filled) & !take_decision;
        if (rst) {f_waiting, f_deciding, f_measured, f_long, f_filled} <= 0;
    end
    always @(*) if (!rst) begin
        assume (!f_waiting || (beat_valid && beat == f_beat));
        assume (!f_deciding || (decision_valid && decision == f_shown));
        assume (!f_measured || (length_valid && length == f_length));
        assume (!(f_long && length_valid) || length >= decision__need);
        assume (last == beat__last && sends == (decision_valid && decision__verdict != 4));
    end

    // The last beat of a frame takes its decision; the first one brings the announced length, and the others follow it.
    reg f_within = 0;
    reg [47:0] f_before;
    wire f_deep = !f_within && decision__deep;
    wire [4:0] f_reason = f_deep && length_valid && length < decision__need ? 5'd4 : decision__reason;
    wire [47:0] f_tuser = f_within ? f_before
        : {beat__tuser, decision__verdict, f_reason, decision__manager, decision__egress, decision__ingress};
    wire f_dropped = f_tuser[31:29] == 4;
    wire f_rewritten = !f_within && f_tuser[31:29] == 0;
    wire [beat__data__bits-1:0] f_data = f_rewritten ? {beat__data[beat__data__bits-1:48], decision__mac} : beat__data;
    wire f_known = decision_valid && (!decision__deep || length_valid || f_filled);
    always @(posedge clk) begin
        if (take_beat) begin
            f_within <= !beat__last;
            f_before <= f_tuser;
        end
        if (rst) f_within <= 0;
    end

    stable #(.W(F)) f_stable (.clk(clk), .rst(rst), .valid(m_valid), .ready(m_ready), .payload(m_beat));
    always @(*) if (f_started && !rst) begin
        a_beat_is_taken_when_it_is_there: assert (!take_beat || beat_valid);
        one_decision_a_frame: assert (take_decision == (take_beat && beat__last) && (!take_beat || decision_valid));
        one_length_a_frame: assert (take_length == (take_beat && beat__last) && (!take_length || length_valid));
        what_is_not_dropped_leaves: assert ((take_beat && !f_dropped) == (m_valid && m_ready));
        with_the_tuser_of_its_decision: assert (!m_valid || m_beat == {f_tuser, beat__last, beat__bytes, f_data});
        waits_for_nothing_else: assert (!(beat_valid && f_known && (!beat__last || length_valid)) || (f_dropped ? take_beat : m_valid));
        cover (f_within && m_valid && m_beat__last && !f_dropped);
        cover (f_within && f_dropped && take_beat);
        cover (f_deep && f_filled && !length_valid && m_valid && !m_ready);
    end

    // Each frame is counted once, as it was decided.
    reg f_ended = 0;
    reg [15:0] f_bytes;
    always @(posedge clk) begin
        f_ended <= take_length & !rst;
        f_bytes <= length;
    end
    always @(*) if (f_started && !rst) begin
        counted_once: assert (count__valid == f_ended);
        counted_as_decided: assert (!f_ended || (count__bytes == f_bytes && {count__verdict, count__reason} == f_before[31:24]
            && count__manager == (f_before[31:29] == 0 ? f_before[23:16] : 0)));
    end

    // How the registers agree with that.
    always @(*) if (f_started && !rst) begin
        assert (f_within == in_frame_q && f_ended == ended_d1_q);
        assert (!f_within || (f_deciding && f_before == {announced_held_q, metadata}));
        assert (!f_ended || (f_before[31:0] == metadata_d1_q && f_bytes == length_d1_q));
        assert (long_enough_q == f_filled && (!f_filled || f_deciding));
        assert (!(decision__deep && (f_within || f_filled)) || length_valid || f_long);
    end
