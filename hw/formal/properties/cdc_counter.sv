    // The read clock is not thousands of times slower.
    always @(*) assume (pending != 16'hffff);

    // Events since a reset; those that are pending when their side is stopped are discarded.
    wire [63:0] f_came; // = fifo.f_came
    wire [63:0] f_left; // = fifo.f_left
    wire [4:0] f_inside; // = fifo.f_inside
    wire f_stopped; // = fifo.f_stopped
    wire f_rst; // = fifo.f_rst
    wire f_event_cleared; // = fifo.f_write_cleared
    wire f_read_cleared; // = fifo.f_read_cleared
    reg [63:0] f_events = 0;
    always @(posedge 1'b1) begin
        if (event_clk) f_events <= event_rst ? f_came : f_events + event_valid;
        if (f_rst) f_events <= 0;
    end
    always @(*) begin
        if (!f_rst) begin
            every_event_is_sent_once: assert (f_events == f_came + pending);
            what_arrives_is_counted_once: assert (f_stopped || total == f_left);
            exact_when_all_arrived: assert (f_stopped || pending != 0 || f_inside != 0 || total == f_events);
            cover (total == 3 && f_events == 3 && f_inside == 0 && pending == 0);
        end

        // How that relates to the registers.
        assert (!f_rst || ((!f_event_cleared || pending == 0) && (!f_read_cleared || total == 0)));
    end
