    localparam F = s_beat__bits + s_keep__bits + s_metadata__bits;
    wire f_followed, f_told;
    wire [1:0] f_ahead, f_inside;
    wire [7:0] f_waited;
    wire [$clog2(F)-1:0] f_which;
    wire [7:0] f_egress = metadata[15:8];

    // A frame is for port 0, for port 1 or for the host.
    always @(*) if (s_valid) assume (s_metadata[15:8] == 0 || s_metadata[15:8] == 1 || s_metadata[15:8] == 255);

    follow #(.W(F), .N(2), .LATENCY(0)) f_follow (
        .clock(clock), .rst(rst), .came(s_valid & s_ready), .in({s_beat, s_keep, s_metadata}),
        .valid(valid0 | valid1 | valid_host), .left((valid0 & ready0) | (valid1 & ready1) | valid_host), .out({beat, keep, metadata}),
        .followed(f_followed), .ahead(f_ahead), .inside(f_inside), .waited(f_waited), .which(f_which), .told(f_told));
    stable #(.W(F)) f_stable0 (.clock(clock), .rst(rst), .valid(valid0), .ready(ready0), .payload({beat, keep, metadata}));
    stable #(.W(F)) f_stable1 (.clock(clock), .rst(rst), .valid(valid1), .ready(ready1), .payload({beat, keep, metadata}));
    always @(*) if (f_started && !rst) begin
        to_port_0: assert (!valid0 || f_egress == 0);
        to_port_1: assert (!valid1 || f_egress == 1);
        to_the_host: assert (!valid_host || f_egress == 255);
        cover (valid1 && !ready1 && f_inside == 2);
    end

    // What is inside is for somebody; how that agrees with the registers here, and with places.sv.
    localparam BEAT = s_beat__bits, KEEP = s_keep__bits, NOTE = s_metadata__bits;
    wire [F-1:0] f_front = {beat, keep, metadata};
    always @(*) if (f_started && !rst) begin
        assert (!f_some || f_egress == 0 || f_egress == 1 || f_egress == 255);
        assert (!f_full || f_behind[15:8] == 0 || f_behind[15:8] == 1 || f_behind[15:8] == 255);
        assert (offers_host_q == (f_some && f_egress == 255));
        assert (offers0_q == (f_some && f_egress == 0));
        assert (offers1_q == (f_some && f_egress == 1));
    end
