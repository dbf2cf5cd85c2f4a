    localparam F = m_beat__bits;

    // What the inputs promise: they offer what they told before, and go on offering it until it is taken.
    reg f_valid0 = 0, f_valid1 = 0, f_held0 = 0, f_held1 = 0, f_stalled = 0;
    reg f_odd0 = 0, f_odd1 = 0, f_last0, f_last1;
    reg [F-1:0] f_before0, f_before1;
    wire [F-1:0] f_in0 = f_odd0 ? s0_odd : s0_even;
    wire [F-1:0] f_in1 = f_odd1 ? s1_odd : s1_even;
    always @(posedge clk) begin
        {f_valid0, f_valid1} <= {s0_next_valid, s1_next_valid};
        {f_held0, f_held1} <= {f_valid0 & !s0_taken, f_valid1 & !s1_taken};
        {f_odd0, f_odd1} <= {s0_next_odd, s1_next_odd};
        {f_before0, f_before1} <= {f_in0, f_in1};
        {f_last0, f_last1} <= {s0_last, s1_last};
        f_stalled <= m_valid & !m_ready;
        if (rst) {f_valid0, f_valid1, f_held0, f_held1, f_stalled} <= 0;
    end
    always @(*) if (!rst) begin
        assume (!(f_valid0 & !s0_taken) || s0_next_valid);
        assume (!(f_valid1 & !s1_taken) || s1_next_valid);
        assume (!f_held0 || (f_in0 == f_before0 && s0_last == f_last0));
        assume (!f_held1 || (f_in1 == f_before1 && s1_last == f_last1));
    end

    reg f_within = 0, f_from = 0;
    always @(posedge clk) begin
        if (s0_taken | s1_taken) begin
            f_within <= s0_taken ? !s0_last : !s1_last;
            f_from <= s1_taken;
        end
        if (rst) {f_within, f_from} <= 0;
    end
    stable #(.W(F)) f_stable (.clk(clk), .rst(rst), .valid(m_valid), .ready(m_ready), .payload(m_beat));
    always @(*) if (f_started && !rst) begin
        taken_when_offered: assert ((f_valid0 || !s0_taken) && (f_valid1 || !s1_taken));
        one_input_at_a_time: assert (!(s0_taken && s1_taken));
        taken_as_it_leaves: assert ((s0_taken || s1_taken) == (m_valid && m_ready));
        unchanged: assert ((!s0_taken || m_beat == f_in0) && (!s1_taken || m_beat == f_in1));
        one_frame_at_a_time: assert (!(f_within && (f_from ? s0_taken : s1_taken)));
        in_turn: assert (f_within || f_stalled || !f_valid0 || !f_valid1 || !(f_from ? s1_taken : s0_taken));
        waits_for_nothing_else: assert (m_valid == (f_within ? (f_from ? f_valid1 : f_valid0) : (f_valid0 || f_valid1)));
        cover (f_within && f_from && f_valid0 && s1_taken && s1_last);
    end

    // How that agrees with the registers of `arb_mux`.
    always @(*) if (f_started && !rst) begin
        assert (!(valid0_q && valid1_q) && (!valid0_q || (f_valid0 && !owner_q)) && (!valid1_q || (f_valid1 && owner_q)));
        assert (busy_q == (f_within || valid0_q || valid1_q));
        assert (!f_within || f_from == owner_q);
        assert (m_valid || f_from == owner_q);
        assert ((!f_valid0 || odd0_q == f_odd0) && (!f_valid1 || odd1_q == f_odd1));
    end
