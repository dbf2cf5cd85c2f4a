    // Who sends is reset with the lookup, and sends whole frames: their data carry the marks, and `tuser` is not looked at behind the first beat.
    frames #(.ASSUMED(1)) f_in (.clock(axis_aclk), .rst(!axis_resetn), .valid(s_axis_tvalid), .taken(s_axis_tvalid & s_axis_tready),
        .first(s_axis_tdata[0]), .last(s_axis_tlast), .index(s_axis_tdata[2:1]), .mark(s_axis_tdata[3]));
    stable #(.W(5)) f_stable (
        .clock(axis_aclk), .rst(rst), .valid(m_axis_tvalid), .ready(m_axis_tready), .payload({m_axis_tlast, m_axis_tdata[3:0]}));
    frames f_out (.clock(axis_aclk), .rst(rst), .valid(m_axis_tvalid), .taken(m_axis_tvalid & m_axis_tready),
        .first(m_axis_tdata[0]), .last(m_axis_tlast), .index(m_axis_tdata[2:1]), .mark(m_axis_tdata[3]));
    always @(*) if (!rst) cover (m_axis_tvalid && m_axis_tlast && !m_axis_tdata[0] && s_axis_tvalid && s_axis_tready);
