    // Sender and receiver are reset by `axis_resetn` too, for at least 8 clocks. Frames are whole; the data carry the marks, since nothing here reads
    // the data. The first beat names the one port by which a frame came.
    wire f_rst = !axis_resetn;
    reg [2:0] f_low = 0;
    always @(posedge axis_aclk) f_low <= f_rst ? f_low + (f_low != 7) : 0;
    always @(*) if (f_low != 0 && f_low != 7) assume (f_rst);
    wire [7:0] f_source = s_axis_tuser[23:16];
    frames #(.ASSUMED(1)) f_sent (.clk(axis_aclk), .rst(f_rst), .valid(s_axis_tvalid), .taken(s_axis_tvalid & s_axis_tready),
        .first(s_axis_tdata[0]), .last(s_axis_tlast), .index(s_axis_tdata[2:1]), .mark(s_axis_tdata[3]));
    always @(*) if (s_axis_tvalid && s_axis_tdata[0]) assume (f_source != 0 && (f_source & (f_source - 1'b1)) == 0);

    stable #(.W(37)) f_stable (.clk(axis_aclk), .rst(f_rst), .valid(m_axis_tvalid), .ready(m_axis_tready),
        .payload({m_axis_tlast, m_axis_tuser[31:0], m_axis_tdata[3:0]}));
    frames f_left (.clk(axis_aclk), .rst(f_rst), .valid(m_axis_tvalid), .taken(m_axis_tvalid & m_axis_tready),
        .first(m_axis_tdata[0]), .last(m_axis_tlast), .index(m_axis_tdata[2:1]), .mark(m_axis_tdata[3]));

    // Network ports 0 and 1 are the core's: their frames go to one of these, or to the host's queue of their own. All others go to the other
    // side of their port.
    wire [7:0] f_from = m_axis_tuser[23:16], f_to = m_axis_tuser[31:24];
    wire f_network = f_from == 8'h01 || f_from == 8'h04;
    always @(*) if (!f_rst) begin
        to_one_of_its_ports: assert (!m_axis_tvalid || !m_axis_tdata[0] || f_to == ((f_from & 8'haa) != 0 ? f_from >> 1 : f_from << 1)
            || (f_network && (f_to == 8'h01 || f_to == 8'h04)));
        cover (f_low == 0 && m_axis_tvalid && m_axis_tlast && !m_axis_tdata[0] && f_network && f_to == 8'h04 && s_axis_tvalid && !f_source[0]);
        cover (m_axis_tvalid && m_axis_tlast && !m_axis_tdata[0] && f_from == 8'h02);
    end
