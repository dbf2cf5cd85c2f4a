    // Stands for a frame FIFO: whole frames leave it, stable and unbroken; proved of `tandem_frame_fifo`. Shown here: it is given whole frames, and
    // a reset lasts two clocks or more.
    frames f_given (.clk(clk), .rst(rst), .valid(s_axis_tvalid), .taken(s_axis_tvalid),
        .first(s_axis_tdata[0]), .last(s_axis_tlast), .index(s_axis_tdata[2:1]), .mark(s_axis_tdata[3]));
    offered #(.W(DATA_W + DATA_W / 8 + 1)) f_offered (
        .clk(clk), .rst(rst), .ready(m_axis_tready), .valid(m_axis_tvalid), .payload({m_axis_tlast, m_axis_tkeep, m_axis_tdata}));
    frames #(.ASSUMED(1)) f_frames (.clk(clk), .rst(rst), .valid(m_axis_tvalid), .taken(m_axis_tvalid & m_axis_tready),
        .first(m_axis_tdata[0]), .last(m_axis_tlast), .index(m_axis_tdata[2:1]), .mark(m_axis_tdata[3]));
    unbroken #(.ASSUMED(1)) f_unbroken (.clk(clk), .rst(rst), .valid(m_axis_tvalid), .ready(m_axis_tready), .last(m_axis_tlast));
    (* anyseq *) wire f_room;
    (* anyseq *) wire [1:0] f_dropped;
    assign s_axis_tready = f_room;
    always @(*) {dropped_full, dropped_error} = f_dropped;
    reset_lasts f_reset_lasts (.clk(clk), .rst(rst), .was_rst(), .has_to_last());
    always @(*) cover (!rst && s_axis_tvalid && s_axis_tlast && !s_axis_tdata[0]);
