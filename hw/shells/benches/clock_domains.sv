// Two clocks of any ratio and a third that requests resets at any time: words cross once and in order, counts are exact, and nothing
// from before a reset is seen after it. Ends with "passed", or with what is wrong.
module clock_domains;
    timeunit 1ps;
    timeprecision 1ps;

    int seed, resets, crossed = 0, compared = 0;
    realtime half [3], phase [3];
    bit [2:0] clk = '0;
    for (genvar i = 0; i < 3; i++) begin : clocks
        initial begin
            #(1ns);   // after the choice of the periods
            #(phase[i]);
            forever #(half[i]) clk[i] = !clk[i];
        end
    end
    wire write_clk = clk[0], read_clk = clk[1];

    bit request = 0;
    wire done;
    wire [1:0] rst, clear;
    tandem_reset #(.DOMAINS(2)) reset (
        .clk(clk[2]), .request(request), .done(done), .idle(), .domain_clk(clk[1:0]), .domain_rst(rst), .domain_clear(clear)
    );

    // A word names its epoch, the number of resets requested before it was written, and its index in it.
    int epoch = 0, write_epoch = 0, read_epoch = 0, sent = 0, received = 0;
    int write_percent = 50, read_percent = 50;
    bit quiet = 0;
    logic [63:0] write_data;
    logic write_valid = 0, read_ready = 0;
    wire write_ready, read_valid;
    wire [63:0] read_data;
    tandem_async_fifo #(.WIDTH(64), .ADDRESS_W(4)) dut (
        .write_clk(write_clk), .write_rst(rst[0]), .write_clear(clear[0]), .write_data(write_data), .write_valid(write_valid),
        .write_ready(write_ready), .read_clk(read_clk), .read_rst(rst[1]), .read_clear(clear[1]), .read_data(read_data),
        .read_valid(read_valid), .read_ready(read_ready)
    );
    always @(posedge write_clk) begin
        if (write_valid && write_ready) sent++;
        if (rst[0]) begin
            sent = 0;
            write_epoch = epoch;
        end
        #1;
        if (!write_valid || write_ready || rst[0]) write_valid = !rst[0] && !quiet && $urandom_range(99) < write_percent;
        write_data = {write_epoch, sent};
        events_now = !rst[0] && !quiet && $urandom_range(99) < write_percent;
    end
    always @(posedge read_clk) begin
        if (read_valid && read_ready && !rst[1]) begin
            if (read_data != {read_epoch, received})
                $fatal(1, "wrong: epoch %0d word %0d, where epoch %0d word %0d is due", read_data[63:32], read_data[31:0], read_epoch, received);
            received++;
            crossed++;
        end
        if (rst[1]) begin
            received = 0;
            read_epoch = epoch;
        end
        #1 read_ready = $urandom_range(99) < read_percent;
    end

    // A simulation cannot show two bits of a pointer arriving apart, so check that only one changes at a time.
    logic [4:0] write_gray_was = '0, read_gray_was = '0;
    always @(posedge write_clk) begin
        if ($countones(dut.write_gray ^ write_gray_was) > 1 && !clear[0]) $fatal(1, "wrong: two bits of the write pointer change at once");
        write_gray_was <= clear[0] ? '0 : dut.write_gray;
    end
    // No side is cleared while the other still moves.
    always @(clear, rst) #1 if (clear != 0 && rst != 2'b11) $fatal(1, "wrong: a side is cleared while the other is not stopped");
    always @(posedge read_clk) begin
        if ($countones(dut.read_gray ^ read_gray_was) > 1 && !clear[1]) $fatal(1, "wrong: two bits of the read pointer change at once");
        read_gray_was <= clear[1] ? '0 : dut.read_gray;
    end

    bit events_now = 0;
    longint events = 0;
    wire [63:0] total;
    tandem_cdc_counter counter (
        .event_clk(write_clk), .event_rst(rst[0]), .event_clear(clear[0]), .event_valid(events_now),
        .read_clk(read_clk), .read_rst(rst[1]), .read_clear(clear[1]), .total(total)
    );
    always @(posedge write_clk) events <= rst[0] ? 0 : events + longint'(events_now);

    initial begin
        if (!$value$plusargs("seed=%d", seed)) seed = 1;
        void'($urandom(seed));
        foreach (half[i]) begin
            half[i] = $urandom_range(5000, 500);
            phase[i] = $urandom_range(10000);
        end
        // Every third run: a few hundred millionths apart, as the clocks of two MACs are.
        if (seed % 3 == 0) half[1] = half[0] + $urandom_range(1);
        if (!$value$plusargs("resets=%d", resets)) resets = 40;
        wait (done);
        repeat (resets) begin
            write_percent = $urandom_range(100);
            read_percent = $urandom_range(100, 1);
            #($urandom_range(4000) * 1ns);
            if ($urandom_range(1) != 0) begin
                quiet = 1;
                read_percent = 100;
                #2us;
                if (received != sent) $fatal(1, "wrong: %0d words went in, %0d came out", sent, received);
                if (total != events) $fatal(1, "wrong: %0d events, counted %0d", events, total);
                compared++;
            end
            quiet = 0;
            @(posedge clk[2]) #1;
            epoch++;
            request = 1;
            @(posedge clk[2]) #1;
            request = 0;
            if (done) $fatal(1, "wrong: a reset is requested, and is done at once");
            // Now and then another while the first is not done.
            if ($urandom_range(3) != 0) wait (done);
            else #($urandom_range(100) * 1ns);
        end
        wait (done);
        if (crossed == 0 || compared == 0) $fatal(1, "wrong: nothing was compared");
        $display("passed: %0d words crossed, %0d counts compared, half periods %0t and %0t", crossed, compared, half[0], half[1]);
        $finish;
    end
endmodule
