// Frames of any size with gaps, errors, stalls and resets through tandem_frame_fifo (+store_forward=1: through tandem_store_forward): whole
// frames leave in order, the others are counted, and valid never falls inside a frame. Ends with "passed", or with what is wrong.
module frames;
    timeunit 1ns;
    timeprecision 1ps;
    localparam int ADDRESS_W = 5, ROOM = 2**ADDRESS_W - 1;

    int seed;
    bit store_forward, rst = 0, clk = 0;
    always #1 clk = !clk;

    // A beat holds its frame's number and length, and its index in it.
    logic [63:0] s_data, m_data [2];
    logic [7:0] s_keep, m_keep [2];
    logic s_last, s_error, s_valid = 0, m_ready = 0;
    wire m_last [2], m_valid [2], s_ready [2];
    wire dropped_full, dropped_error, dropped_store_forward, skip;

    // The sender does not know of resets; beats that it offers in one are not accepted.
    wire taken = s_valid && (!store_forward || s_ready[1] || skip);
    tandem_frame_sync frame_sync (.clk(clk), .rst(rst), .beat(taken), .last(s_last), .skip(skip));
    tandem_frame_fifo #(.DATA_W(64), .ADDRESS_W(ADDRESS_W)) frame_fifo (
        .clk(clk), .rst(rst), .s_axis_tdata(s_data), .s_axis_tkeep(s_keep), .s_axis_tlast(s_last), .s_axis_tuser(s_error),
        .s_axis_tvalid(s_valid && !skip && !store_forward), .s_axis_tready(s_ready[0]), .m_axis_tdata(m_data[0]), .m_axis_tkeep(m_keep[0]),
        .m_axis_tlast(m_last[0]), .m_axis_tvalid(m_valid[0]), .m_axis_tready(m_ready), .dropped_full(dropped_full),
        .dropped_error(dropped_error)
    );
    tandem_store_forward #(.DATA_W(64), .ADDRESS_W(ADDRESS_W)) store_forwarder (
        .clk(clk), .rst(rst), .s_axis_tdata(s_data), .s_axis_tkeep(s_keep), .s_axis_tlast(s_last), .s_axis_tuser(s_last && s_error),
        .s_axis_tvalid(s_valid && !skip && store_forward), .s_axis_tready(s_ready[1]), .m_axis_tdata(m_data[1]), .m_axis_tkeep(m_keep[1]),
        .m_axis_tlast(m_last[1]), .m_axis_tvalid(m_valid[1]), .m_axis_tready(m_ready), .dropped(dropped_store_forward)
    );
    wire [63:0] data = m_data[store_forward];
    wire valid = m_valid[store_forward], last = m_last[store_forward];

    // Sending. What was sent and taken since the last reset:
    int number = 0, length = 1, place = 0, send_percent = 100, take_percent = 100, longest = 8, errors_percent = 0;
    int sent = 0, sent_errors = 0, sent_long = 0, sent_never = 0, fulls = 0, errors = 0, received = 0, all = 0, all_dropped = 0, cut = 0;
    bit stop = 0;
    function automatic void offer();
        s_valid = (place != 0 || !stop) && $urandom_range(99) < send_percent;
        s_data = {number, 16'(length), 16'(place)};
        s_last = place == length - 1;
        s_keep = s_last ? 8'(255 >> number % 8) : 8'hff;
        s_error = s_last ? error : 1'($urandom);   // means something at the last beat only
    endfunction
    bit error = 0;
    always @(posedge clk) begin
        if (taken) begin
            if (s_last && !skip) begin
                sent++;
                sent_errors += 32'(error);
                sent_long += 32'(!error && length > ROOM);
                sent_never += 32'(!error && length > ROOM + 1);
            end
            place++;
            if (s_last) begin
                number++;
                place = 0;
                length = $urandom_range(longest, 1);
                error = $urandom_range(99) < errors_percent && !store_forward;
            end
        end
        #0.1;
        if (!s_valid || taken_before) offer();
    end
    bit taken_before = 0;
    always @(posedge clk) taken_before <= taken;

    // Receiving.
    int first_number = 0, due_place = 0, due_number = 0, open_length = 0;
    bit was_waiting = 0;
    logic [63:0] waiting_data;
    always @(posedge clk) begin
        if (due_place != 0 && !valid && !(rst && !store_forward)) $fatal(1, "wrong: valid falls inside frame %0d", due_number - 1);
        if (was_waiting && !(rst || was_rst) && (!valid || data != waiting_data)) $fatal(1, "wrong: a beat changes while it waits");
        was_waiting = valid && !m_ready;
        waiting_data = data;
        if (valid && m_ready && !(rst && !store_forward)) begin
            if (due_place == 0 && int'(data[63:32]) < due_number) $fatal(1, "wrong: frame %0d comes after %0d", data[63:32], due_number - 1);
            if (due_place != 0 && int'(data[63:32]) != due_number - 1) $fatal(1, "wrong: two frames mix");
            if (int'(data[15:0]) != due_place) $fatal(1, "wrong: beat %0d of frame %0d, where %0d is due", data[15:0], data[63:32], due_place);
            if (last != (data[15:0] == data[31:16] - 1)) $fatal(1, "wrong: frame %0d ends early or late", data[63:32]);
            if (m_keep[store_forward] != (last ? 8'(255 >> data[63:32] % 8) : 8'hff)) $fatal(1, "wrong: tkeep of frame %0d", data[63:32]);
            if (int'(data[63:32]) < first_number) $fatal(1, "wrong: frame %0d survives a reset", data[63:32]);
            due_number = int'(data[63:32]) + 1;
            due_place = last ? 0 : due_place + 1;
            received += 32'(last);
            all += 32'(last);
        end
        fulls += 32'(store_forward ? dropped_store_forward : dropped_full);
        errors += 32'(!store_forward && dropped_error);
        if (rst && !store_forward) due_place = 0;
        was_rst = rst;
        #0.2 m_ready = $urandom_range(99) < take_percent;
    end
    bit was_rst = 0;

    task automatic compare();
        stop = 1;
        send_percent = 100;
        take_percent = 100;
        repeat (400) @(posedge clk);
        if (received != sent - fulls - errors) $fatal(1, "wrong: %0d in, %0d out, %0d and %0d dropped", sent, received, fulls, errors);
        if (errors != sent_errors) $fatal(1, "wrong: %0d frames with errors, %0d counted", sent_errors, errors);
        if (fulls < sent_never) $fatal(1, "wrong: frames that fit nowhere are not dropped");
        if (store_forward && fulls > sent_long) $fatal(1, "wrong: tandem_store_forward drops frames that fit");
        all_dropped += fulls + errors;
        stop = 0;
    endtask

    initial begin
        if (!$value$plusargs("seed=%d", seed)) seed = 1;
        if (!$value$plusargs("store_forward=%d", store_forward)) store_forward = 0;
        void'($urandom(seed));
        repeat (150) begin
            send_percent = $urandom_range(100, 20);
            take_percent = $urandom_range(3) == 0 ? 100 : $urandom_range(100);
            longest = $urandom_range(7) == 0 ? 2 * ROOM : $urandom_range(ROOM, 1);
            errors_percent = $urandom_range(1) == 0 ? 0 : $urandom_range(60);
            repeat ($urandom_range(600, 1)) @(posedge clk);
            if ($urandom_range(1) != 0) compare();
            else begin
                // A reset at any time.
                #0.5 rst = 1;
                repeat ($urandom_range(30, 1)) @(posedge clk);
                cut++;
                if (store_forward) begin
                    // What is leaving leaves; until it has, and its rest is thrown away, nothing can be compared.
                    take_percent = 100;
                    repeat (2 * ROOM + 8) @(posedge clk);
                end
                #0.5;
                sent = 0; sent_errors = 0; sent_long = 0; sent_never = 0; fulls = 0; errors = 0; received = 0;
                first_number = number + 32'(place != 0);
                rst = 0;
            end
        end
        // At full rate with a willing receiver nothing is dropped, whatever the size.
        compare();
        sent = 0; sent_errors = 0; sent_long = 0; sent_never = 0; fulls = 0; errors = 0; received = 0;
        longest = ROOM / 2;
        errors_percent = 0;
        begin   // a frame of the old kind leaves first
            repeat (100) @(posedge clk);
            compare();
            sent = 0; sent_errors = 0; sent_long = 0; sent_never = 0; fulls = 0; errors = 0; received = 0;
        end
        repeat (3000) @(posedge clk);
        compare();
        if (fulls != 0) $fatal(1, "wrong: %0d frames dropped at full rate", fulls);
        if (all == 0 || all_dropped == 0 || cut == 0) $fatal(1, "wrong: nothing was tried");
        $display("passed: %0d frames whole, %0d dropped, %0d resets", all, all_dropped, cut);
        $finish;
    end
endmodule
