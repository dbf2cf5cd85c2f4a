    // What the cores give, proved of `egress`: whole frames, each for one egress. Their data carry the marks; the switch does not look at data.
    frames #(.W(9), .ASSUMED(1)) f_from0 (.clk(clk), .rst(rst), .valid(s0_valid), .taken(s0_valid & s0_ready),
        .first(s0_beat[0]), .last(s0_beat__last), .index(s0_beat[2:1]), .mark({s0_beat[3], s0_beat__tuser[15:8]}));
    frames #(.W(9), .ASSUMED(1)) f_from1 (.clk(clk), .rst(rst), .valid(s1_valid), .taken(s1_valid & s1_ready),
        .first(s1_beat[0]), .last(s1_beat__last), .index(s1_beat[2:1]), .mark({s1_beat[3], s1_beat__tuser[15:8]}));
    always @(*) if (s0_valid) assume (s0_beat__tuser[15:8] == 0 || s0_beat__tuser[15:8] == 1 || s0_beat__tuser[15:8] == 255);
    always @(*) if (s1_valid) assume (s1_beat__tuser[15:8] == 0 || s1_beat__tuser[15:8] == 1 || s1_beat__tuser[15:8] == 255);

    frames #(.W(9)) f_to0 (.clk(clk), .rst(rst), .valid(m0_valid), .taken(m0_valid & m0_ready),
        .first(m0_beat[0]), .last(m0_beat__last), .index(m0_beat[2:1]), .mark({m0_beat[3], m0_beat__tuser[15:8]}));
    frames #(.W(9)) f_to1 (.clk(clk), .rst(rst), .valid(m1_valid), .taken(m1_valid & m1_ready),
        .first(m1_beat[0]), .last(m1_beat__last), .index(m1_beat[2:1]), .mark({m1_beat[3], m1_beat__tuser[15:8]}));
    frames #(.W(9)) f_to_host (.clk(clk), .rst(rst), .valid(host_valid), .taken(host_valid & host_ready),
        .first(host_beat[0]), .last(host_beat__last), .index(host_beat[2:1]), .mark({host_beat[3], host_beat__tuser[15:8]}));

    // Where `last` is in a beat, whose fields only ports name.
    localparam LAST = s0_beat__data__bits + s0_beat__bytes__bits;

    // Into the packet FIFOs, too, go whole frames only.
    frames #(.W(9)) f_queued0 (.clk(clk), .rst(rst), .valid(demux0_host_valid), .taken(demux0_host_valid),
        .first(demux0_host_beat[0]), .last(demux0_host_beat[LAST]), .index(demux0_host_beat[2:1]),
        .mark({demux0_host_beat[3], demux0_host_beat[LAST+16:LAST+9]}));
    frames #(.W(9)) f_queued1 (.clk(clk), .rst(rst), .valid(demux1_host_valid), .taken(demux1_host_valid),
        .first(demux1_host_beat[0]), .last(demux1_host_beat[LAST]), .index(demux1_host_beat[2:1]),
        .mark({demux1_host_beat[3], demux1_host_beat[LAST+16:LAST+9]}));

    // What a demux is promised: who takes a beat, takes one that is for him.
    reg [3:0] f_valid = 0;
    always @(posedge clk) f_valid <= rst ? 4'h0 : {demux0_next_valid0, demux0_next_valid1, demux1_next_valid0, demux1_next_valid1};
    always @(*) if (f_started && !rst) begin
        taken_when_offered: assert (({to_port0_s0_taken, to_port1_s0_taken, to_port0_s1_taken, to_port1_s1_taken} & ~f_valid) == 0);
        to_port_0: assert (!m0_valid || m0_beat__tuser[15:8] == 0);
        to_port_1: assert (!m1_valid || m1_beat__tuser[15:8] == 1);
        to_the_host: assert (!host_valid || host_beat__tuser[15:8] == 255);
        cover (m0_valid && !m0_beat[0] && m0_beat__last && m1_valid && !m1_beat[0]);
    end
