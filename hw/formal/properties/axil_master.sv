    // The slave responds once to each access, when it is whole, and holds its response; whoever takes the response takes it at some time.
    reg f_busy = 0, f_writing = 0, f_aw = 0, f_w = 0, f_ar = 0, f_bheld = 0, f_rheld = 0;
    wire f_taken = request_valid & request_ready;
    wire f_whole = f_writing ? f_aw & f_w : f_ar;
    wire f_answer = response_valid & response_ready;
    localparam F = ADDRESS_W + 36;
    (* anyconst *) wire [$clog2(F)-1:0] f_which;
    always @(*) assume (f_which < F);
    wire [F-1:0] f_request = {request_strobe, request_data, request_address}, f_access = {m_axil_wstrb, m_axil_wdata, m_axil_awaddr};
    reg f_told;
    always @(posedge clk) begin
        f_busy <= f_taken | (f_busy & !f_answer);
        if (f_taken) {f_writing, f_told} <= {request_write, f_request[f_which]};
        f_aw <= !f_answer & (f_aw | (m_axil_awvalid & m_axil_awready));
        f_w <= !f_answer & (f_w | (m_axil_wvalid & m_axil_wready));
        f_ar <= !f_answer & (f_ar | (m_axil_arvalid & m_axil_arready));
        f_bheld <= m_axil_bvalid & !m_axil_bready;
        f_rheld <= m_axil_rvalid & !m_axil_rready;
        if (rst) {f_busy, f_aw, f_w, f_ar, f_bheld, f_rheld} <= 0;
    end
    always @(*) begin
        assume (!(m_axil_bvalid || m_axil_rvalid) || (f_busy && f_whole && (f_writing ? !m_axil_rvalid : !m_axil_bvalid)));
        assume ((!f_bheld || m_axil_bvalid) && (!f_rheld || m_axil_rvalid));
    end

    stable #(.W(ADDRESS_W)) f_stable_aw (.clk(clk), .rst(rst), .valid(m_axil_awvalid), .ready(m_axil_awready), .payload(m_axil_awaddr));
    stable #(.W(36)) f_stable_w (
        .clk(clk), .rst(rst), .valid(m_axil_wvalid), .ready(m_axil_wready), .payload({m_axil_wstrb, m_axil_wdata}));
    stable #(.W(ADDRESS_W)) f_stable_ar (.clk(clk), .rst(rst), .valid(m_axil_arvalid), .ready(m_axil_arready), .payload(m_axil_araddr));
    always @(*) if (f_started && !rst) begin
        one_access_at_a_time: assert (!f_taken || !f_busy);
        each_request_is_made_once: assert (m_axil_awvalid == (f_busy && f_writing && !f_aw) && m_axil_wvalid == (f_busy && f_writing && !f_w)
            && m_axil_arvalid == (f_busy && !f_writing && !f_ar));
        as_it_was_asked: assert (!f_busy || (f_which >= ADDRESS_W && !f_writing) || f_access[f_which] == f_told);
        each_response_is_handed_on: assert (response_valid == (m_axil_bvalid || m_axil_rvalid));
        taken_as_it_is_handed_on: assert (f_answer == ((m_axil_bvalid && m_axil_bready) || (m_axil_rvalid && m_axil_rready)));
        as_the_slave_responded: assert (!response_valid || (response_error == (f_writing ? m_axil_bresp[1] : m_axil_rresp[1])
            && (f_writing || response_data == m_axil_rdata)));
        waits_for_nothing_else: assert (request_ready == !f_busy);
        cover (f_answer && f_writing && response_error);
        cover (f_busy && f_aw && m_axil_wvalid);
    end

    // How that relates to the registers.
    always @(*) begin
        assert (f_busy == busy && (f_busy || !(f_aw || f_w || f_ar)));
        assert (!f_busy || f_writing == writing);
        assert (f_busy || !(m_axil_awvalid || m_axil_wvalid || m_axil_arvalid));
    end
