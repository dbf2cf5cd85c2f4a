    localparam CAPTURE = 6;
    // What is promised: `registers` start a capture when none is under way.
    reg f_capturing = 0, f_ready = 0;
    reg [3:0] f_captures = 0;
    always @(posedge clk) begin
        f_capturing <= capture || (f_capturing && !captured);
        f_captures <= capture ? 1 : f_captures + 1;
        f_ready <= counters_ready;
        if (rst) {f_capturing, f_captures, f_ready} <= 0;
    end
    always @(*) if (f_started && !rst) begin
        assume (!capture || !f_capturing);
        captured_once: assert (!captured || f_capturing);
        captured_in_time: assert (!f_capturing || captured || f_captures < CAPTURE);
        ready_for_ever: assert (!f_ready || counters_ready);
        cover (captured);
    end
