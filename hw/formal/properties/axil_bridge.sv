    // What the registers promise, proved of `tandem_distributor`: an access is answered once, at most ANSWER clocks after it.
    localparam ANSWER = 32;
    reg f_open = 0;
    reg [5:0] f_age = 0;
    wire f_access = access__write | access__read;
    always @(*) if (f_started && !rst) begin
        assume (!answer__done || f_open);
        assume (!f_open || answer__done || f_age < ANSWER);
    end

    // Transfers accepted and not yet responded to; what was accepted last.
    reg [1:0] f_writes = 0, f_words = 0, f_reads = 0;
    reg [11:0] f_write_address, f_read_address;
    reg [31:0] f_word;
    reg f_whole, f_answered = 0, f_refused;
    reg [31:0] f_data;
    reg f_bvalid = 0, f_rvalid = 0;
    // Clocks for which a whole access waits for its response, but for those in which the host does not take one.
    localparam BOUND = 2 * ANSWER + 8;
    reg [6:0] f_write_age = 0, f_read_age = 0;
    wire f_held = (s_axil_bvalid & !s_axil_bready) | (s_axil_rvalid & !s_axil_rready);
    always @(posedge clk) begin
        f_open <= f_access || (f_open && !answer__done);
        f_age <= f_access ? 1 : f_age + 1;
        f_writes <= f_writes + (s_axil_awvalid & s_axil_awready) - (s_axil_bvalid & s_axil_bready);
        f_words <= f_words + (s_axil_wvalid & s_axil_wready) - (s_axil_bvalid & s_axil_bready);
        f_reads <= f_reads + (s_axil_arvalid & s_axil_arready) - (s_axil_rvalid & s_axil_rready);
        if (s_axil_awvalid & s_axil_awready) f_write_address <= s_axil_awaddr;
        if (s_axil_arvalid & s_axil_arready) f_read_address <= s_axil_araddr;
        if (s_axil_wvalid & s_axil_wready) {f_word, f_whole} <= {s_axil_wdata, s_axil_wstrb == 4'hf};
        f_answered <= answer__done;
        f_refused <= answer__refused;
        f_data <= answer__data;
        f_bvalid <= s_axil_bvalid & !s_axil_bready;
        f_rvalid <= s_axil_rvalid & !s_axil_rready;
        if (!f_held) begin
            f_write_age <= f_write_age + 1;
            f_read_age <= f_read_age + 1;
        end
        if (f_writes == 0 || f_words == 0 || s_axil_bvalid) f_write_age <= 0;
        if (f_reads == 0 || s_axil_rvalid) f_read_age <= 0;
        if (rst) {f_open, f_writes, f_words, f_reads, f_answered, f_bvalid, f_rvalid, f_write_age, f_read_age} <= 0;
    end

    stable #(.W(2)) f_b (.clk(clk), .rst(rst), .valid(s_axil_bvalid), .ready(s_axil_bready), .payload(s_axil_bresp));
    stable #(.W(34)) f_r (.clk(clk), .rst(rst), .valid(s_axil_rvalid), .ready(s_axil_rready), .payload({s_axil_rresp, s_axil_rdata}));
    always @(*) if (f_started && !rst) begin
        no_write_response_without_a_write: assert (!s_axil_bvalid || (f_writes != 0 && f_words != 0));
        no_read_response_without_a_read: assert (!s_axil_rvalid || f_reads != 0);
        one_response_at_a_time: assert (!(s_axil_bvalid && s_axil_rvalid));
        at_most_one_access_waits_behind_another: assert (f_writes <= 2 && f_words <= 2 && f_reads <= 2);
        a_write_is_answered_in_time: assert (f_write_age < BOUND);
        a_read_is_answered_in_time: assert (f_read_age < BOUND);
        one_access_at_a_time: assert (!f_access || (!f_open && !(access__write && access__read)));
        as_the_host_wrote: assert (!access__write || (access__address == f_write_address[11:2] && access__data == f_word && f_whole && f_write_address[1:0] == 0));
        as_the_host_read: assert (!access__read || (access__address == f_read_address[11:2] && f_read_address[1:0] == 0));
        as_the_registers_answered: assert (!f_answered || ((s_axil_bvalid || s_axil_rvalid) && (s_axil_bvalid ? s_axil_bresp : s_axil_rresp) == {f_refused, 1'b0} && (s_axil_bvalid || s_axil_rdata == (f_refused ? 0 : f_data))));
        else_an_error: assert (f_answered || f_bvalid || f_rvalid || !(s_axil_bvalid || s_axil_rvalid) || (s_axil_bvalid ? s_axil_bresp : s_axil_rresp) == 2);
        a_refused_read_shows_nothing: assert (!s_axil_rvalid || s_axil_rresp == 0 || s_axil_rdata == 0);
        cover (f_rvalid && f_writes == 1 && f_words == 1 && f_reads == 2);
    end
    always @(*) if (rst) nothing_is_ready_in_reset: assert (!s_axil_awready && !s_axil_wready && !s_axil_arready);
