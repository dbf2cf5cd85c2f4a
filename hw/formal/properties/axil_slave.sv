    // Whoever takes a request answers it once; a reset drops it.
    reg f_open = 0;
    wire f_asks = request_valid & request_ready;
    always @(posedge clk) f_open <= (f_asks | (f_open & !response_valid)) & !rst;
    always @(*) assume (!response_valid || f_open);

    // Transfers accepted and not yet responded to, and of each any one bit: of the first and of the next.
    localparam F = ADDRESS_W + 36;
    (* anyconst *) wire [$clog2(F)-1:0] f_which;
    always @(*) assume (f_which < F);
    reg [1:0] f_writes = 0, f_words = 0, f_reads = 0;
    reg f_write, f_write_behind, f_word, f_word_behind, f_read, f_read_behind;
    wire f_b = s_axil_bvalid & s_axil_bready, f_r = s_axil_rvalid & s_axil_rready;
    wire f_aw = s_axil_awvalid & s_axil_awready, f_w = s_axil_wvalid & s_axil_wready, f_ar = s_axil_arvalid & s_axil_arready;
    wire [F-1:0] f_in_write = s_axil_awaddr, f_in_word = {s_axil_wstrb, s_axil_wdata, {ADDRESS_W{1'b0}}}, f_in_read = s_axil_araddr;
    wire [F-1:0] f_request = {request_strobe, request_data, request_address};
    // The request of the access was taken; the answer to it came before the response on the bus.
    reg f_asked = 0, f_answered = 0, f_error, f_data;
    (* anyconst *) wire [4:0] f_bit;
    // Clocks for which a whole access waits for its response, but for those of the reset and those in which a response is held.
    // An access takes twice the patience where its request is taken just before that ends; another may go first.
    localparam PATIENCE = 2**PATIENCE_W;
    localparam BOUND = 4 * PATIENCE + 4;
    reg [PATIENCE_W+2:0] f_write_age = 0, f_read_age = 0;
    wire f_held = s_axil_bvalid | s_axil_rvalid;
    always @(posedge clk) begin
        f_writes <= f_writes + f_aw - f_b;
        f_words <= f_words + f_w - f_b;
        f_reads <= f_reads + f_ar - f_r;
        if (f_b) {f_write, f_word} <= {f_write_behind, f_word_behind};
        if (f_r) f_read <= f_read_behind;
        if (f_aw && f_writes == f_b) f_write <= f_in_write[f_which];
        if (f_aw) f_write_behind <= f_in_write[f_which];
        if (f_w && f_words == f_b) f_word <= f_in_word[f_which];
        if (f_w) f_word_behind <= f_in_word[f_which];
        if (f_ar && f_reads == f_r) f_read <= f_in_read[f_which];
        if (f_ar) f_read_behind <= f_in_read[f_which];
        if (f_asks) f_asked <= 1;
        if (f_asked && response_valid && !f_held && !rst) {f_answered, f_error, f_data} <= {1'b1, response_error, response_data[f_bit]};
        if (f_b | f_r) {f_asked, f_answered} <= 0;
        if (!f_held && !rst) begin
            f_write_age <= f_write_age + 1;
            f_read_age <= f_read_age + 1;
        end
        if (f_writes == 0 || f_words == 0 || s_axil_bvalid) f_write_age <= 0;
        if (f_reads == 0 || s_axil_rvalid) f_read_age <= 0;
        if (bus_rst) {f_writes, f_words, f_reads, f_asked, f_answered, f_write_age, f_read_age} <= 0;
    end

    stable #(.W(2)) f_stable_b (.clk(clk), .rst(bus_rst), .valid(s_axil_bvalid), .ready(s_axil_bready), .payload(s_axil_bresp));
    stable #(.W(34)) f_stable_r (
        .clk(clk), .rst(bus_rst), .valid(s_axil_rvalid), .ready(s_axil_rready), .payload({s_axil_rresp, s_axil_rdata}));
    always @(*) if (f_started && !bus_rst) begin
        no_write_response_without_a_write: assert (!s_axil_bvalid || (f_writes != 0 && f_words != 0));
        no_read_response_without_a_read: assert (!s_axil_rvalid || f_reads != 0);
        one_response_at_a_time: assert (!(s_axil_bvalid && s_axil_rvalid));
        at_most_one_access_waits_behind_another: assert (f_writes <= 2 && f_words <= 2 && f_reads <= 2);
        a_write_is_answered_in_time: assert (f_write_age < BOUND);
        a_read_is_answered_in_time: assert (f_read_age < BOUND);
        one_request_an_access: assert (!f_asks || (!f_asked && !f_open && (request_write ? f_writes != 0 && f_words != 0 : f_reads != 0)));
        as_the_host_wrote: assert (!request_valid || !request_write || f_request[f_which] == (f_which < ADDRESS_W ? f_write : f_word));
        as_the_host_read: assert (!request_valid || request_write || f_which >= ADDRESS_W || f_request[f_which] == f_read);
        as_it_was_answered: assert (!f_held || !f_answered || ((s_axil_bvalid ? s_axil_bresp : s_axil_rresp) == {f_error, 1'b0}
            && (s_axil_bvalid || f_error || s_axil_rdata[f_bit] == f_data)));
        else_an_error: assert (!f_held || f_answered || (s_axil_bvalid ? s_axil_bresp : s_axil_rresp) == 2);
        cover (s_axil_rvalid && f_answered && !f_error && f_reads == 2 && f_writes == 1);
        cover (s_axil_bvalid && !f_answered && !rst && f_open);
    end

    // How that relates to the registers.
    wire f_busy = state != IDLE, f_under_way = state == REQUEST || state == WAIT;
    wire f_writing = f_busy & request_write, f_reading = f_busy & !request_write;
    wire [F-1:0] f_held_write = awaddr, f_held_word = {wstrb, wdata, {ADDRESS_W{1'b0}}}, f_held_read = araddr;
    wire [PATIENCE_W+2:0] f_spent = wait_count + (state == WAIT ? PATIENCE : 0);
    always @(*) begin
        assert (f_writes == aw_valid + f_writing && f_words == w_valid + f_writing && f_reads == ar_valid + f_reading);
        if (f_which < ADDRESS_W) begin
            assert (!f_writing || f_request[f_which] == f_write);
            assert (!f_reading || f_request[f_which] == f_read);
            assert (!aw_valid || f_held_write[f_which] == (f_writing ? f_write_behind : f_write));
            assert (!ar_valid || f_held_read[f_which] == (f_reading ? f_read_behind : f_read));
        end else begin
            assert (!f_writing || f_request[f_which] == f_word);
            assert (!w_valid || f_held_word[f_which] == (f_writing ? f_word_behind : f_word));
        end
        assert (f_open == (state == WAIT || late_pending) && !(late_pending && f_under_way));
        assert ((state != WAIT || f_asked) && (!f_asked || state == WAIT || state == RESPOND));
        assert (!f_under_way || (error && !f_answered));
        assert (state != RESPOND || (f_answered ? f_asked && error == f_error && (error || data[f_bit] == f_data) : error));
        assert (f_busy || !f_answered);
        assert (f_busy || wait_count == 0 || !(aw_valid || w_valid || ar_valid));
        assert ((f_writes != 0 && f_words != 0) || f_write_age == 0);
        assert (f_reads != 0 || f_read_age == 0);
        assert (f_busy || (request_write ? f_write_age : f_read_age) == 0);
        assert (f_busy || (request_write ? f_read_age : f_write_age) <= 2 * PATIENCE + 1);
        assert (!f_under_way || (request_write ? f_read_age : f_write_age) <= f_spent + 1);
        assert (!f_under_way || (request_write ? f_write_age : f_read_age) <= f_spent + 2 * PATIENCE + 2);
        assert (state != RESPOND || (request_write ? f_read_age : f_write_age) <= 2 * PATIENCE + 1);
        assert (state != RESPOND || (request_write ? f_write_age : f_read_age) <= 4 * PATIENCE + 3);
    end
