    // Stands for a store and forward: whole frames leave it, stable and unbroken, in a reset too; proved of `tandem_store_forward`. Shown here: it is
    // given whole frames, and a reset lasts two clocks or more.
    (* anyseq *) wire f_ready;
    assign s_axis_tready = f_ready & !rst;
    frames f_given (.clk(clk), .rst(rst), .valid(s_axis_tvalid & s_axis_tready), .taken(s_axis_tvalid & s_axis_tready),
        .first(s_axis_tdata[0]), .last(s_axis_tlast), .index(s_axis_tdata[2:1]), .mark(s_axis_tdata[3]));
    offered #(.W(DATA_W + DATA_W / 8 + 1)) f_offered (
        .clk(clk), .rst(1'b0), .ready(m_axis_tready), .valid(m_axis_tvalid), .payload({m_axis_tlast, m_axis_tkeep, m_axis_tdata}));
    frames #(.ASSUMED(1)) f_frames (.clk(clk), .rst(1'b0), .valid(m_axis_tvalid), .taken(m_axis_tvalid & m_axis_tready),
        .first(m_axis_tdata[0]), .last(m_axis_tlast), .index(m_axis_tdata[2:1]), .mark(m_axis_tdata[3]));
    unbroken #(.ASSUMED(1)) f_unbroken (.clk(clk), .rst(1'b0), .valid(m_axis_tvalid), .ready(m_axis_tready), .last(m_axis_tlast));
    (* anyseq *) wire f_dropped;
    assign dropped = f_dropped;
    reset_lasts f_reset_lasts (.clk(clk), .rst(rst), .was_rst(), .has_to_last());
    always @(*) cover (!rst && s_axis_tvalid & s_axis_tready && s_axis_tlast && !s_axis_tdata[0]);
