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

    // Where the followed word is, and that what is inside is for somebody.
    wire [s_beat__bits-1:0] f_spare_beat; // = slice.spare_beat_q
    wire [s_keep__bits-1:0] f_spare_keep; // = slice.spare_keep_q
    wire [s_metadata__bits-1:0] f_spare_metadata; // = slice.spare_metadata_q
    wire f_front_valid; // = slice.front_valid_q
    wire f_spare_valid; // = slice.spare_valid_q
    wire [F-1:0] f_spare = {f_spare_beat, f_spare_keep, f_spare_metadata};
    wire [F-1:0] f_front = {beat, keep, metadata};
    always @(*) if (f_started && !rst) begin
        assert (!f_front_valid || f_egress == 0 || f_egress == 1 || f_egress == 255);
        assert (!f_spare_valid || f_spare_metadata[15:8] == 0 || f_spare_metadata[15:8] == 1 || f_spare_metadata[15:8] == 255);
        assert (!f_spare_valid || f_front_valid);
        assert (f_inside == f_front_valid + f_spare_valid);
        assert (!f_followed || f_ahead < f_inside);
        assert (!(f_followed && f_ahead == 0) || f_front[f_which] == f_told);
        assert (!(f_followed && f_ahead == 1) || f_spare[f_which] == f_told);
    end
