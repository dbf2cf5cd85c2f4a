    // What is promised: `axil_bridge` makes an access when none is open, `counters` capture in at most CAPTURE clocks and stay ready once they are.
    localparam CAPTURE = 12;
    localparam ANSWER = 32;
    wire f_access = access__write | access__read;
    reg f_open = 0, f_capturing = 0, f_counters = 0, f_ready = 0;
    reg [3:0] f_captures = 0;
    reg [5:0] f_age = 0;
    always @(posedge clk) begin
        f_open <= f_access || (f_open && !answer__done);
        f_age <= f_access || !ready ? 1 : f_age + 1;
        f_capturing <= capture || (f_capturing && !captured);
        f_captures <= capture ? 1 : f_captures + 1;
        f_counters <= counters_ready;
        f_ready <= ready;
        if (rst) {f_open, f_age, f_capturing, f_captures, f_counters, f_ready} <= 0;
    end
    always @(*) if (f_started && !rst) begin
        assume (!f_access || (!f_open && !(access__write && access__read)));
        assume (!captured || f_capturing);
        assume (!f_capturing || captured || f_captures < CAPTURE);
        assume (!f_counters || counters_ready);
        answered_once: assert (!answer__done || f_open);
        answered_in_time: assert (!f_open || answer__done || f_age < ANSWER);
        ready_for_ever: assert (!f_ready || ready);
        // An answer takes hundreds of clocks from reset, which a search does not reach: a planted fault shows that it is checked.
        cover (f_open);
    end
