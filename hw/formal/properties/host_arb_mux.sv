    localparam F = DATA_W + DATA_W / 8 + USER_W + 1;
    wire f_taken0 = s_axis_0_tvalid & s_axis_0_tready, f_taken1 = s_axis_1_tvalid & s_axis_1_tready;
    wire [F-1:0] f_in = f_taken1 ? {s_axis_1_tlast, s_axis_1_tuser, s_axis_1_tkeep, s_axis_1_tdata}
        : {s_axis_0_tlast, s_axis_0_tuser, s_axis_0_tkeep, s_axis_0_tdata};
    wire [F-1:0] f_out = {m_axis_tlast, m_axis_tuser, m_axis_tkeep, m_axis_tdata};
    wire f_followed, f_told;
    wire [1:0] f_ahead, f_inside;
    wire [$clog2(F)-1:0] f_which;

    // A frame in progress, and its input; otherwise the input of the last frame that did not end in a reset.
    reg f_within = 0, f_from = 1;
    always @(posedge clk) begin
        if (f_taken0 | f_taken1) begin
            f_within <= f_taken0 ? !s_axis_0_tlast : !s_axis_1_tlast;
            f_from <= f_taken1;
        end
        if (rst) begin
            f_within <= 0;
            f_from <= f_from ^ f_within;
        end
    end
    wire f_offered = f_within ? (f_from ? s_axis_1_tvalid : s_axis_0_tvalid) : s_axis_0_tvalid | s_axis_1_tvalid;

    follow #(.W(F), .N(2), .LATENCY(0)) f_follow (
        .clk(clk), .rst(rst), .came(f_taken0 | f_taken1), .in(f_in), .valid(m_axis_tvalid), .left(m_axis_tvalid & m_axis_tready), .out(f_out),
        .followed(f_followed), .ahead(f_ahead), .inside(f_inside), .which(f_which), .told(f_told), .waited(), .chosen());
    stable #(.W(F)) f_stable (.clk(clk), .rst(rst), .valid(m_axis_tvalid), .ready(m_axis_tready), .payload(f_out));
    always @(*) if (f_started && !rst) begin
        one_input_at_a_time: assert (!(f_taken0 && f_taken1));
        one_frame_at_a_time: assert (!(f_within && (f_from ? f_taken0 : f_taken1)));
        in_turn: assert (f_within || !s_axis_0_tvalid || !s_axis_1_tvalid || !(f_from ? f_taken1 : f_taken0));
        waits_for_nothing_else: assert ((f_taken0 || f_taken1) == (f_offered && (!m_axis_tvalid || m_axis_tready)));
        cover (f_within && f_from && s_axis_0_tvalid && f_taken1 && s_axis_1_tlast && m_axis_tvalid);
    end

    // How that relates to the registers.
    always @(*) begin
        assert (f_inside == m_axis_tvalid && f_within == in_frame && turn == (f_within ? f_from : !f_from));
        assert (!f_followed || (f_ahead == 0 && m_axis_tvalid && f_out[f_which] == f_told));
    end
