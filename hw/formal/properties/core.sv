    // Stands for a core: whole frames leave it, stable, and none after a reset before one came; the `tuser` of a frame is the same on each of its
    // beats; proved of `egress`. It is given whole frames: what it is promised.
    offered #(.W(m_axis_tdata__bits + m_axis_tkeep__bits + m_axis_tuser__bits + 1)) f_offered (
        .clk(clk), .rst(rst), .ready(m_axis_tready), .valid(m_axis_tvalid),
        .payload({m_axis_tuser, m_axis_tlast, m_axis_tkeep, m_axis_tdata}));
    frames #(.W(17), .ASSUMED(1)) f_frames (
        .clk(clk), .rst(rst), .valid(m_axis_tvalid), .taken(m_axis_tvalid & m_axis_tready),
        .first(m_axis_tdata[0]), .last(m_axis_tlast), .index(m_axis_tdata[2:1]), .mark({m_axis_tdata[3], m_axis_tuser[15:0]}));
    (* anyseq *) wire f_ready;
    assign s_axis_tready = f_ready;
    frames f_given (.clk(clk), .rst(rst), .valid(s_axis_tvalid), .taken(s_axis_tvalid & s_axis_tready),
        .first(s_axis_tdata[0]), .last(s_axis_tlast), .index(s_axis_tdata[2:1]), .mark(s_axis_tdata[3]));
    reg f_some = 0;
    always @(posedge clk) f_some <= !rst & (f_some | (s_axis_tvalid & s_axis_tready));
    always @(*) assume (f_some || !m_axis_tvalid);
