    // Adapters and host queues send whole frames, and are not reset. The data carry the marks, since nothing here reads the data; the other bits of
    // a port's beat are wires from `tandem_host_arb_mux` or the distributor.
    genvar g;
    generate for (g = 0; g < PORTS; g = g + 1) begin : f_port
        frames #(.ASSUMED(1)) f_rx (.clk(axis_aclk), .rst(1'b0), .valid(s_axis_adap_rx_250mhz_tvalid[g]),
            .taken(s_axis_adap_rx_250mhz_tvalid[g] & s_axis_adap_rx_250mhz_tready[g]), .first(s_axis_adap_rx_250mhz_tdata[512*g]),
            .last(s_axis_adap_rx_250mhz_tlast[g]), .index(s_axis_adap_rx_250mhz_tdata[512*g+1 +: 2]), .mark(s_axis_adap_rx_250mhz_tdata[512*g+3]));
        frames #(.ASSUMED(1)) f_h2c (.clk(axis_aclk), .rst(1'b0), .valid(s_axis_qdma_h2c_tvalid[g]),
            .taken(s_axis_qdma_h2c_tvalid[g] & s_axis_qdma_h2c_tready[g]), .first(s_axis_qdma_h2c_tdata[512*g]),
            .last(s_axis_qdma_h2c_tlast[g]), .index(s_axis_qdma_h2c_tdata[512*g+1 +: 2]), .mark(s_axis_qdma_h2c_tdata[512*g+3]));

        stable #(.W(5)) f_tx_stable (.clk(axis_aclk), .rst(rst), .valid(m_axis_adap_tx_250mhz_tvalid[g]), .ready(m_axis_adap_tx_250mhz_tready[g]),
            .payload({m_axis_adap_tx_250mhz_tlast[g], m_axis_adap_tx_250mhz_tdata[512*g +: 4]}));
        frames f_tx (
            .clk(axis_aclk), .rst(rst), .valid(m_axis_adap_tx_250mhz_tvalid[g]), .taken(m_axis_adap_tx_250mhz_tvalid[g] & m_axis_adap_tx_250mhz_tready[g]),
            .first(m_axis_adap_tx_250mhz_tdata[512*g]), .last(m_axis_adap_tx_250mhz_tlast[g]),
            .index(m_axis_adap_tx_250mhz_tdata[512*g+1 +: 2]), .mark(m_axis_adap_tx_250mhz_tdata[512*g+3]));
        stable #(.W(5)) f_c2h_stable (.clk(axis_aclk), .rst(rst), .valid(m_axis_qdma_c2h_tvalid[g]), .ready(m_axis_qdma_c2h_tready[g]),
            .payload({m_axis_qdma_c2h_tlast[g], m_axis_qdma_c2h_tdata[512*g +: 4]}));
        frames f_c2h (
            .clk(axis_aclk), .rst(rst), .valid(m_axis_qdma_c2h_tvalid[g]), .taken(m_axis_qdma_c2h_tvalid[g] & m_axis_qdma_c2h_tready[g]),
            .first(m_axis_qdma_c2h_tdata[512*g]), .last(m_axis_qdma_c2h_tlast[g]),
            .index(m_axis_qdma_c2h_tdata[512*g+1 +: 2]), .mark(m_axis_qdma_c2h_tdata[512*g+3]));
    end endgenerate
    always @(*) if (!rst) cover (m_axis_adap_tx_250mhz_tvalid[1] && m_axis_adap_tx_250mhz_tlast[1] && !m_axis_adap_tx_250mhz_tdata[512]
        && m_axis_qdma_c2h_tvalid[1]);
