    localparam F = s_beat__bits;
    localparam EGRESS = s_beat__data__bits + s_beat__bytes__bits + 1 + 8;
    wire f_followed, f_told, f_host_followed, f_host_told;
    wire [1:0] f_ahead, f_inside;
    wire f_host_ahead, f_host_inside;
    wire [$clog2(F)-1:0] f_which, f_host_which;
    wire f_came = s_valid & s_ready;
    wire f_for_host = s_beat__tuser[15:8] == 255;

    // A frame is for port 0, for port 1 or for the host.
    always @(*) if (s_valid) assume (s_beat__tuser[15:8] == 0 || s_beat__tuser[15:8] == 1 || s_beat__tuser[15:8] == 255);

    // Who takes a beat, takes one that is for him.
    reg f_valid0 = 0, f_valid1 = 0;
    always @(posedge clk) {f_valid0, f_valid1} <= rst ? 2'b0 : {next_valid0, next_valid1};
    always @(*) if (!rst) assume ((f_valid0 || !taken0) && (f_valid1 || !taken1));

    // What is offered is in the place that was told a clock before.
    reg f_odd = 0;
    always @(posedge clk) f_odd <= rst ? 1'b0 : next_odd;
    wire [F-1:0] f_shown = f_odd ? odd : even;
    wire [7:0] f_egress = f_shown[EGRESS+7:EGRESS];

    // Two queues: of beats for the ports, and of those for the host, each of which leaves at once.
    follow #(.W(F), .N(2), .LATENCY(0)) f_follow (
        .clk(clk), .rst(rst), .came(f_came & !f_for_host), .in(s_beat),
        .valid(f_valid0 | f_valid1), .left(taken0 | taken1), .out(f_shown),
        .followed(f_followed), .ahead(f_ahead), .inside(f_inside), .which(f_which), .told(f_told));
    follow #(.W(F), .N(1), .LATENCY(0)) f_follow_host (
        .clk(clk), .rst(rst), .came(f_came & f_for_host), .in(s_beat),
        .valid(host_valid), .left(host_valid), .out(host_beat),
        .followed(f_host_followed), .ahead(f_host_ahead), .inside(f_host_inside), .which(f_host_which), .told(f_host_told));
    stable #(.W(F)) f_stable0 (.clk(clk), .rst(rst), .valid(f_valid0), .ready(taken0), .payload(f_shown));
    stable #(.W(F)) f_stable1 (.clk(clk), .rst(rst), .valid(f_valid1), .ready(taken1), .payload(f_shown));
    always @(*) if (f_started && !rst) begin
        to_port_0: assert (!f_valid0 || f_egress == 0);
        to_port_1: assert (!f_valid1 || f_egress == 1);
        to_the_host: assert (!host_valid || host_beat__tuser[15:8] == 255);
        last_is_the_beats: assert (!(f_valid0 || f_valid1) || last == f_shown[EGRESS-9]);
        cover (f_valid1 && !taken1 && f_inside == 2);
    end

    // What is inside is for somebody; how that agrees with the registers.
    always @(*) if (f_started && !rst) begin
        assert (!f_some || f_egress == 0 || f_egress == 1);
        assert (!f_full || f_back[EGRESS+7:EGRESS] == 0 || f_back[EGRESS+7:EGRESS] == 1);
        assert (f_host_inside == host_valid && (!f_host_followed || f_host_inside));
        assert (!f_host_followed || (f_host_ahead == 0 && host_beat[f_host_which] == f_host_told));
        assert (f_valid0 == (f_some && f_egress == 0) && f_valid0 == valid0_q);
        assert (f_valid1 == (f_some && f_egress == 1) && f_valid1 == valid1_q);
    end

    // Where the followed word is in `skid_buffer`: the even and the odd place are filled in turn, and shown in turn.
    wire f_some; // = skid_buffer.front_valid_q
    wire f_full; // = skid_buffer.full_q
    wire f_filling_odd; // = skid_buffer.filling_odd_q
    wire f_showing_odd; // = skid_buffer.showing_odd_q
    wire f_even_holds; // = skid_buffer.even_valid_q
    wire f_odd_holds; // = skid_buffer.odd_valid_q
    wire [F-1:0] f_back = f_odd ? even : odd;
    always @(*) if (f_started && !rst) begin
        assert (f_odd == f_showing_odd);
        assert (f_inside == f_some + f_full && (f_some || !f_full));
        assert (f_inside[0] == (f_filling_odd ^ f_showing_odd));
        assert (f_even_holds == (f_full | (f_some & !f_showing_odd)) && f_odd_holds == (f_full | (f_some & f_showing_odd)));
        assert (!f_followed || f_ahead < f_inside);
        assert (!(f_followed && f_ahead == 0) || f_shown[f_which] == f_told);
        assert (!(f_followed && f_ahead == 1) || f_back[f_which] == f_told);
    end
