    // The reader's clock is not thousands of times the slower.
    always @(*) assume (waiting != 16'hffff);

    // Events since a reset; those that wait when their side is stopped are forgotten.
    wire [63:0] f_came; // = crossing.f_came
    wire [63:0] f_left; // = crossing.f_left
    wire [4:0] f_inside; // = crossing.f_inside
    wire f_stopped; // = crossing.f_stopped
    wire f_rst; // = crossing.f_rst
    wire f_event_forgot; // = crossing.f_write_forgot
    wire f_read_forgot; // = crossing.f_read_forgot
    reg [63:0] f_events = 0;
    always @(posedge 1'b1) begin
        if (event_clk) f_events <= event_rst ? f_came : f_events + event_now;
        if (f_rst) f_events <= 0;
    end
    always @(*) begin
        if (!f_rst) begin
            every_event_is_sent_once: assert (f_events == f_came + waiting);
            what_arrives_is_counted_once: assert (f_stopped || total == f_left);
            exact_when_all_arrived: assert (f_stopped || waiting != 0 || f_inside != 0 || total == f_events);
            cover (total == 3 && f_events == 3 && f_inside == 0 && waiting == 0);
        end

        // How that agrees with the registers.
        assert (!f_rst || ((!f_event_forgot || waiting == 0) && (!f_read_forgot || total == 0)));
    end
