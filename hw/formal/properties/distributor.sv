    // Stands for a distributor: whole frames leave it, stable; the `tuser` of a frame is the same on each of its beats; proved of `egress`,
    // `packet_fifo`, `switch`. It is given whole frames: what its cores are promised.
    offered #(.W(m_axis_0_tdata__bits + m_axis_0_tkeep__bits + m_axis_0_tuser__bits + 1)) f_offered_0 (
        .clk(clk), .rst(rst), .ready(m_axis_0_tready), .valid(m_axis_0_tvalid),
        .payload({m_axis_0_tuser, m_axis_0_tlast, m_axis_0_tkeep, m_axis_0_tdata}));
    frames #(.W(9), .ASSUMED(1)) f_frames_0 (
        .clk(clk), .rst(rst), .valid(m_axis_0_tvalid), .taken(m_axis_0_tvalid & m_axis_0_tready),
        .first(m_axis_0_tdata[0]), .last(m_axis_0_tlast), .index(m_axis_0_tdata[2:1]), .mark({m_axis_0_tdata[3], m_axis_0_tuser[7:0]}));
    offered #(.W(m_axis_1_tdata__bits + m_axis_1_tkeep__bits + m_axis_1_tuser__bits + 1)) f_offered_1 (
        .clk(clk), .rst(rst), .ready(m_axis_1_tready), .valid(m_axis_1_tvalid),
        .payload({m_axis_1_tuser, m_axis_1_tlast, m_axis_1_tkeep, m_axis_1_tdata}));
    frames #(.W(9), .ASSUMED(1)) f_frames_1 (
        .clk(clk), .rst(rst), .valid(m_axis_1_tvalid), .taken(m_axis_1_tvalid & m_axis_1_tready),
        .first(m_axis_1_tdata[0]), .last(m_axis_1_tlast), .index(m_axis_1_tdata[2:1]), .mark({m_axis_1_tdata[3], m_axis_1_tuser[7:0]}));
    offered #(.W(m_axis_host_tdata__bits + m_axis_host_tkeep__bits + m_axis_host_tuser__bits + 1)) f_offered_host (
        .clk(clk), .rst(rst), .ready(m_axis_host_tready), .valid(m_axis_host_tvalid),
        .payload({m_axis_host_tuser, m_axis_host_tlast, m_axis_host_tkeep, m_axis_host_tdata}));
    frames #(.W(9), .ASSUMED(1)) f_frames_host (
        .clk(clk), .rst(rst), .valid(m_axis_host_tvalid), .taken(m_axis_host_tvalid & m_axis_host_tready),
        .first(m_axis_host_tdata[0]), .last(m_axis_host_tlast), .index(m_axis_host_tdata[2:1]),
        .mark({m_axis_host_tdata[3], m_axis_host_tuser[7:0]}));
    (* anyseq *) wire f_ready_0;
    assign s_axis_0_tready = f_ready_0;
    frames f_given_0 (.clk(clk), .rst(rst), .valid(s_axis_0_tvalid), .taken(s_axis_0_tvalid & s_axis_0_tready),
        .first(s_axis_0_tdata[0]), .last(s_axis_0_tlast), .index(s_axis_0_tdata[2:1]), .mark(s_axis_0_tdata[3]));
    (* anyseq *) wire f_ready_1;
    assign s_axis_1_tready = f_ready_1;
    frames f_given_1 (.clk(clk), .rst(rst), .valid(s_axis_1_tvalid), .taken(s_axis_1_tvalid & s_axis_1_tready),
        .first(s_axis_1_tdata[0]), .last(s_axis_1_tlast), .index(s_axis_1_tdata[2:1]), .mark(s_axis_1_tdata[3]));
