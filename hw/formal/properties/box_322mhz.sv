    // MACs and adapters send whole frames, and are not reset. The data carry the marks, since nothing here reads the data; the other bits of a
    // port's beat are wires from `tandem_store_forward`. Each port has its own clock.
    genvar g;
    generate for (g = 0; g < PORTS; g = g + 1) begin : f_port
        frames #(.ASSUMED(1)) f_rx (.clk(cmac_clk[g]), .rst(1'b0), .valid(s_axis_cmac_rx_tvalid[g]), .taken(s_axis_cmac_rx_tvalid[g]),
            .first(s_axis_cmac_rx_tdata[512*g]), .last(s_axis_cmac_rx_tlast[g]), .index(s_axis_cmac_rx_tdata[512*g+1 +: 2]),
            .mark(s_axis_cmac_rx_tdata[512*g+3]));
        frames #(.ASSUMED(1)) f_sent (.clk(cmac_clk[g]), .rst(1'b0), .valid(s_axis_adap_tx_322mhz_tvalid[g]),
            .taken(s_axis_adap_tx_322mhz_tvalid[g] & s_axis_adap_tx_322mhz_tready[g]), .first(s_axis_adap_tx_322mhz_tdata[512*g]),
            .last(s_axis_adap_tx_322mhz_tlast[g]), .index(s_axis_adap_tx_322mhz_tdata[512*g+1 +: 2]),
            .mark(s_axis_adap_tx_322mhz_tdata[512*g+3]));

        // This holds in a reset too: the frame that is leaving leaves to its end.
        wire f_tx_taken = m_axis_cmac_tx_tvalid[g] & m_axis_cmac_tx_tready[g];
        stable #(.W(5)) f_tx_stable (.clk(cmac_clk[g]), .rst(1'b0), .valid(m_axis_cmac_tx_tvalid[g]), .ready(m_axis_cmac_tx_tready[g]),
            .payload({m_axis_cmac_tx_tlast[g], m_axis_cmac_tx_tdata[512*g +: 4]}));
        unbroken f_tx_unbroken (.clk(cmac_clk[g]), .rst(1'b0), .valid(m_axis_cmac_tx_tvalid[g]), .ready(m_axis_cmac_tx_tready[g]),
            .last(m_axis_cmac_tx_tlast[g]));
        frames f_tx (.clk(cmac_clk[g]), .rst(1'b0), .valid(m_axis_cmac_tx_tvalid[g]), .taken(f_tx_taken),
            .first(m_axis_cmac_tx_tdata[512*g]), .last(m_axis_cmac_tx_tlast[g]), .index(m_axis_cmac_tx_tdata[512*g+1 +: 2]),
            .mark(m_axis_cmac_tx_tdata[512*g+3]));
        // An adapter takes what it is shown.
        unbroken f_up_unbroken (.clk(cmac_clk[g]), .rst(1'b0), .valid(m_axis_adap_rx_322mhz_tvalid[g]), .ready(1'b1),
            .last(m_axis_adap_rx_322mhz_tlast[g]));
        frames f_up (.clk(cmac_clk[g]), .rst(1'b0), .valid(m_axis_adap_rx_322mhz_tvalid[g]), .taken(m_axis_adap_rx_322mhz_tvalid[g]),
            .first(m_axis_adap_rx_322mhz_tdata[512*g]), .last(m_axis_adap_rx_322mhz_tlast[g]),
            .index(m_axis_adap_rx_322mhz_tdata[512*g+1 +: 2]), .mark(m_axis_adap_rx_322mhz_tdata[512*g+3]));
    end endgenerate
    always @(*) cover (m_axis_cmac_tx_tvalid[1] && m_axis_cmac_tx_tlast[1] && !m_axis_cmac_tx_tdata[512]);
