    localparam F = s0_beat__bits + s0_keep__bits + s0_metadata__bits;
    wire f_followed, f_told;
    wire [1:0] f_ahead, f_inside;
    wire [7:0] f_waited;
    wire [$clog2(F)-1:0] f_which;
    wire f_took0 = s0_valid & s0_ready;
    wire f_took1 = s1_valid & s1_ready;

    // What was taken of either input leaves in that order, all of it.
    follow #(.W(F), .N(2), .LATENCY(0)) f_follow (
        .clock(clock), .rst(rst), .came(f_took0 | f_took1),
        .in(f_took0 ? {s0_beat, s0_keep, s0_metadata} : {s1_beat, s1_keep, s1_metadata}),
        .valid(m_valid), .left(m_valid & m_ready), .out({m_beat, m_keep, m_metadata}),
        .followed(f_followed), .ahead(f_ahead), .inside(f_inside), .waited(f_waited), .which(f_which), .told(f_told));
    stable #(.W(F)) f_stable (.clock(clock), .rst(rst), .valid(m_valid), .ready(m_ready), .payload({m_beat, m_keep, m_metadata}));

    reg f_within = 0, f_from = 0;
    always @(posedge clock) begin
        if (f_took0 | f_took1) begin
            f_within <= f_took0 ? !s0_beat__last : !s1_beat__last;
            f_from <= f_took1;
        end
        if (rst) {f_within, f_from} <= 0;
    end
    always @(*) if (f_started && !rst) begin
        one_input_at_a_time: assert (!(f_took0 && f_took1));
        one_frame_at_a_time: assert (!(f_within && (f_from ? f_took0 : f_took1)));
        in_turn: assert (f_within || !s0_valid || !s1_valid || !(f_from ? f_took1 : f_took0));
        waits_for_nothing_else: assert (f_inside == 2 || !(f_within ? (f_from ? s1_valid : s0_valid) : (s0_valid || s1_valid)) || f_took0 || f_took1);
        cover (f_within && f_from && s0_valid && f_took1 && s1_beat__last);
    end

    // How that agrees with the arbiter's registers, and with places.sv.
    localparam BEAT = s0_beat__bits, KEEP = s0_keep__bits, NOTE = s0_metadata__bits;
    wire [F-1:0] f_front = {m_beat, m_keep, m_metadata};
    always @(*) if (f_started && !rst) assert (f_within == midway_q && f_from == owner_q);
