    localparam F = s_beat__bits;
    localparam EGRESS = s_beat__data__bits + s_beat__bytes__bits + 1 + 8;
    wire f_followed, f_told;
    wire [1:0] f_ahead, f_inside;
    wire [7:0] f_waited;
    wire [$clog2(F)-1:0] f_which;
    wire [7:0] f_egress = beat__said[15:8];

    // A frame is for port 0, for port 1 or for the host.
    always @(*) if (s_valid) assume (s_beat__said[15:8] == 0 || s_beat__said[15:8] == 1 || s_beat__said[15:8] == 255);

    // Who takes a beat, takes one that is for him.
    reg f_valid0 = 0, f_valid1 = 0;
    always @(posedge clock) {f_valid0, f_valid1} <= rst ? 2'b0 : {next_valid0, next_valid1};
    always @(*) if (!rst) assume ((f_valid0 || !taken0) && (f_valid1 || !taken1));

    follow #(.W(F), .N(2), .LATENCY(0)) f_follow (
        .clock(clock), .rst(rst), .came(s_valid & s_ready), .in(s_beat),
        .valid(f_valid0 | f_valid1 | valid_host), .left(taken0 | taken1 | valid_host), .out(beat),
        .followed(f_followed), .ahead(f_ahead), .inside(f_inside), .waited(f_waited), .which(f_which), .told(f_told));
    stable #(.W(F)) f_stable0 (.clock(clock), .rst(rst), .valid(f_valid0), .ready(taken0), .payload(beat));
    stable #(.W(F)) f_stable1 (.clock(clock), .rst(rst), .valid(f_valid1), .ready(taken1), .payload(beat));
    always @(*) if (f_started && !rst) begin
        to_port_0: assert (!f_valid0 || f_egress == 0);
        to_port_1: assert (!f_valid1 || f_egress == 1);
        to_the_host: assert (!valid_host || f_egress == 255);
        cover (f_valid1 && !taken1 && f_inside == 2);
    end

    // What is inside is for somebody; how that agrees with the registers.
    always @(*) if (f_started && !rst) begin
        assert (!f_some || f_egress == 0 || f_egress == 1 || f_egress == 255);
        assert (!f_full || f_back[EGRESS+7:EGRESS] == 0 || f_back[EGRESS+7:EGRESS] == 1 || f_back[EGRESS+7:EGRESS] == 255);
        assert (for_host_q == (f_some && f_egress == 255));
        assert (f_valid0 == (f_some && f_egress == 0) && f_valid0 == for0_q);
        assert (f_valid1 == (f_some && f_egress == 1) && f_valid1 == for1_q);
    end

    // Where the followed word is in `slice`: the even and the odd place are filled in turn, and shown in turn.
    wire [F-1:0] f_even; // = slice.even_beat_q
    wire [F-1:0] f_odd; // = slice.odd_beat_q
    wire f_last; // = slice.last_q
    wire f_some; // = slice.some_q
    wire f_full; // = slice.full_q
    wire f_filling_odd; // = slice.filling_odd_q
    wire f_showing_odd; // = slice.showing_odd_q
    wire f_even_holds; // = slice.even_holds_q
    wire f_odd_holds; // = slice.odd_holds_q
    wire [F-1:0] f_back = f_showing_odd ? f_even : f_odd;
    wire [F-1:0] f_shown = f_showing_odd ? f_odd : f_even;
    always @(*) if (f_started && !rst) begin
        assert (!f_some || f_last == f_shown[EGRESS-9]);
        assert (f_inside == f_some + f_full && (f_some || !f_full));
        assert (f_inside[0] == (f_filling_odd ^ f_showing_odd));
        assert (f_even_holds == (f_full | (f_some & !f_showing_odd)) && f_odd_holds == (f_full | (f_some & f_showing_odd)));
        assert (!f_followed || f_ahead < f_inside);
        assert (!(f_followed && f_ahead == 0) || beat[f_which] == f_told);
        assert (!(f_followed && f_ahead == 1) || f_back[f_which] == f_told);
    end
