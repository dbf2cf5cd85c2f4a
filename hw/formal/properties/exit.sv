    localparam F = m_beat__bits + m_keep__bits + 27;
    wire f_followed, f_told, f_ahead, f_inside;
    wire [7:0] f_waited;
    wire [$clog2(F)-1:0] f_which;

    // A beat has from 1 to all of its bytes.
    always @(*) if (waiting) assume (beat__bytes != 0 && beat__bytes <= m_keep__bits);

    // The first beat of a frame takes a decision and brings the announced length, the others follow it.
    reg f_within = 0;
    reg [42:0] f_decided;
    wire [42:0] f_decision = f_within ? f_decided : {beat__announced, decision__verdict, decision__manager, decision__egress, decision__ingress};
    wire f_dropped = f_decision[26:24] == 4;
    wire f_rewritten = !f_within && f_decision[26:24] == 0;
    wire f_came = take_beat & !f_dropped;
    wire [beat__data__bits-1:0] f_data = f_rewritten ? {beat__data[beat__data__bits-1:48], decision__mac} : beat__data;
    wire [m_keep__bits-1:0] f_keep = (65'h1 << beat__bytes) - 65'h1;

    // What is not dropped leaves, all of it, with the manager's MAC where a manager has it.
    follow #(.W(F), .N(1), .LATENCY(0)) f_follow (
        .clock(clock), .rst(rst), .came(f_came), .in({beat__last, beat__bytes, f_data, f_keep, f_decision}),
        .valid(m_valid), .left(m_valid & m_ready),
        .out({m_beat__last, m_beat__bytes, m_beat__data, m_keep, m_beat__announced, m_metadata[31:29], m_metadata[23:0]}),
        .followed(f_followed), .ahead(f_ahead), .inside(f_inside), .waited(f_waited), .which(f_which), .told(f_told));
    stable #(.W(m_beat__bits + m_keep__bits + m_metadata__bits)) f_stable (
        .clock(clock), .rst(rst), .valid(m_valid), .ready(m_ready), .payload({m_beat, m_keep, m_metadata}));

    // All that is said of a frame is said on each of its beats.
    reg f_midway = 0;
    reg [m_metadata__bits-1:0] f_said;
    always @(posedge clock) begin
        if (take_beat) begin
            f_within <= !beat__last;
            f_decided <= f_decision;
        end
        if (m_valid) f_said <= m_metadata;
        if (m_valid & m_ready) f_midway <= !m_beat__last;
        if (rst) {f_within, f_midway} <= 0;
    end
    always @(*) if (f_started && !rst) begin
        a_beat_is_taken_when_it_is_there: assert (!take_beat || waiting);
        one_decision_a_frame: assert (take_decision == (take_beat && !f_within) && (!take_decision || decided));
        one_length_a_frame: assert (take_length == (take_beat && beat__last) && (!take_length || measured));
        said_on_each_beat: assert (!(f_midway && m_valid) || m_metadata == f_said);
        cover (f_midway && m_valid && m_beat__last);
        cover (f_within && f_dropped && take_beat);
    end

    // How the registers agree with that.
    always @(*) if (f_started && !rst) begin
        assert (f_within == midway_q && f_inside == valid_q && (!f_followed || (f_inside && f_ahead == 0)));
        assert (!f_within || f_decided == {held_announced_q, held_q[31:29], held_q[23:0]});
        assert (!(f_midway && !valid_q) || (f_within && f_said == held_q));
        assert (!valid_q || m_beat__last == !(f_within && !f_dropped));
        assert (!(f_within && !f_dropped && valid_q) || metadata_q == held_q);
        assert (!f_midway || valid_q || (f_within && !f_dropped));
        assert (!(f_within && !f_dropped) || valid_q || f_midway);
    end
