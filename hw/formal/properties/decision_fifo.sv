    // What `egress` is promised of decisions: what came leaves, in order and unchanged. Of the FIFO inside, which is proved of `fifo_`, a stand-in that
    // shows a word at any time after it came is enough.
    localparam F = front__bits;
    wire f_followed, f_told, f_chosen;
    wire [9:0] f_ahead, f_inside;
    wire [7:0] f_waited;
    wire [$clog2(F)-1:0] f_which;
    stable #(.W(F)) f_stable (.clk(clk), .rst(rst), .valid(valid), .ready(pop), .payload(front));
    follow #(.W(F), .N(10), .LATENCY(255)) f_follow (
        .clk(clk), .rst(rst), .came(decision_valid), .in(decision), .valid(valid), .left(pop), .out(front),
        .followed(f_followed), .ahead(f_ahead), .inside(f_inside), .waited(f_waited), .which(f_which), .told(f_told), .chosen(f_chosen));
    wire [8:0] f_queued; // = waiting.f_inside
    wire f_queued_bit; // = waiting.f_told
    wire [8:0] f_queued_ahead; // = waiting.f_ahead
    wire [$clog2(F)-1:0] f_bit = f_which; // > waiting.f_which
    wire f_queues = f_chosen & waiting_push; // > waiting.f_chosen
    wire [1:0] f_places = front_valid_q + second_valid_q;
    always @(*) if (!rst) assume (!(pop && !valid) && f_inside < 256);
    always @(*) if (f_started && !rst) begin
        sends_what_is_not_dropped: assert (sends == (valid && front__verdict != 4));
        assert (f_inside == f_places + f_queued && (front_valid_q || !second_valid_q));
        // What has registers of its own is as in the place that is shown.
        assert (!front_valid_q || front == (showing_odd_q ? odd_q : even_q));
        if (f_followed) begin
            assert (f_ahead < f_inside);
            if (f_ahead == 0) assert (!front_valid_q || front[f_which] == f_told);
            if (f_ahead == 1 && second_valid_q) assert (second[f_which] == f_told);
            if (f_ahead >= f_places) assert (f_queued_ahead == f_ahead - f_places && f_queued_bit == f_told);
        end
    end
    always @(*) if (f_started && !rst) begin
        at_once_when_none_waits: assert (!f_alone || valid);
        cover (valid && !pop && decision_valid);
        cover (f_followed && f_ahead == 3 && second_valid_q);
    end

    // A decision came when there was none.
    reg f_alone = 0;
    always @(posedge clk) f_alone <= decision_valid && !valid && waiting_empty && !rst;
