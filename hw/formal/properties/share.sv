    // What the queues show, and what is taken of them. Any one bit of a window is followed.
    wire [1:0] f_valid = {windows_1_valid, windows_0_valid};
    wire [1:0] f_pop = {picks1, windows_0_pop};
    (* anyconst *) wire [$clog2(window__bits)-1:0] f_which;
    reg [1:0] f_popped = 0, f_launched = 0, f_passed_over = 0;
    reg f_bit, f_launched_bit;
    reg [bytes__bits-1:0] f_length, f_launched_length;
    reg f_measured = 0, f_launched_measured = 0;
    always @(posedge clk) begin
        f_popped <= rst ? 2'h0 : f_pop;
        f_passed_over <= rst ? 2'h0 : f_valid & ~f_pop;
        f_bit <= f_pop[1] ? windows_1_window[f_which] : windows_0_window[f_which];
        f_measured <= |f_popped & !rst;
        f_length <= f_popped[1] ? windows_1_bytes : windows_0_bytes;
        // What is popped is launched two clocks later.
        f_launched <= rst ? 2'h0 : f_popped;
        f_launched_bit <= f_bit;
        f_launched_measured <= f_measured & !rst;
        f_launched_length <= f_length;
    end
    always @(*) if (f_started && !rst) begin
        one_goes_where_one_waits: assert (f_pop == 1 || f_pop == 2 || (f_pop == 0 && f_valid == 0));
        none_is_passed_over_twice: assert ((f_valid & ~f_pop & f_passed_over) == 0);
        launched_once_with_its_port: assert (valid == |f_launched && (!valid || port == f_launched[1]));
        unchanged: assert (!valid || window[f_which] == f_launched_bit);
        with_its_length: assert (!f_launched_measured || bytes == f_launched_length);
        cover (f_valid == 3 && f_popped == 2 && f_passed_over == 1);
        // In step with the registers.
        assert (!f_passed_over[0] || !after0_q);
        assert (!f_passed_over[1] || after0_q);
        assert (valid_d1_q == |f_popped && (!valid_d1_q || picks1_d1_q == f_popped[1] && window_d1_q[f_which] == f_bit));
        assert (!f_measured || bytes_d2_q == f_length);
    end
