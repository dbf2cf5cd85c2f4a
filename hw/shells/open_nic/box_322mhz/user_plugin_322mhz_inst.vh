// The shell includes this in its box_322mhz: the distributor is the first of eight modules that the shell can reset.
assign mod_rst_done[7:1] = 7'h7f;

tandem_322mhz #(
  .NUM_CMAC_PORT (NUM_CMAC_PORT)
) tandem_322mhz_inst (
  .s_axil_awvalid (axil_tandem_awvalid),
  .s_axil_awaddr (axil_tandem_awaddr),
  .s_axil_awready (axil_tandem_awready),
  .s_axil_wvalid (axil_tandem_wvalid),
  .s_axil_wdata (axil_tandem_wdata),
  .s_axil_wready (axil_tandem_wready),
  .s_axil_bvalid (axil_tandem_bvalid),
  .s_axil_bresp (axil_tandem_bresp),
  .s_axil_bready (axil_tandem_bready),
  .s_axil_arvalid (axil_tandem_arvalid),
  .s_axil_araddr (axil_tandem_araddr),
  .s_axil_arready (axil_tandem_arready),
  .s_axil_rvalid (axil_tandem_rvalid),
  .s_axil_rdata (axil_tandem_rdata),
  .s_axil_rresp (axil_tandem_rresp),
  .s_axil_rready (axil_tandem_rready),

  .s_axis_adap_tx_322mhz_tvalid (s_axis_adap_tx_322mhz_tvalid),
  .s_axis_adap_tx_322mhz_tdata (s_axis_adap_tx_322mhz_tdata),
  .s_axis_adap_tx_322mhz_tkeep (s_axis_adap_tx_322mhz_tkeep),
  .s_axis_adap_tx_322mhz_tlast (s_axis_adap_tx_322mhz_tlast),
  .s_axis_adap_tx_322mhz_tuser_err (s_axis_adap_tx_322mhz_tuser_err),
  .s_axis_adap_tx_322mhz_tready (s_axis_adap_tx_322mhz_tready),

  .m_axis_adap_rx_322mhz_tvalid (m_axis_adap_rx_322mhz_tvalid),
  .m_axis_adap_rx_322mhz_tdata (m_axis_adap_rx_322mhz_tdata),
  .m_axis_adap_rx_322mhz_tkeep (m_axis_adap_rx_322mhz_tkeep),
  .m_axis_adap_rx_322mhz_tlast (m_axis_adap_rx_322mhz_tlast),
  .m_axis_adap_rx_322mhz_tuser_err (m_axis_adap_rx_322mhz_tuser_err),

  .m_axis_cmac_tx_tvalid (m_axis_cmac_tx_tvalid),
  .m_axis_cmac_tx_tdata (m_axis_cmac_tx_tdata),
  .m_axis_cmac_tx_tkeep (m_axis_cmac_tx_tkeep),
  .m_axis_cmac_tx_tlast (m_axis_cmac_tx_tlast),
  .m_axis_cmac_tx_tuser_err (m_axis_cmac_tx_tuser_err),
  .m_axis_cmac_tx_tready (m_axis_cmac_tx_tready),

  .s_axis_cmac_rx_tvalid (s_axis_cmac_rx_tvalid),
  .s_axis_cmac_rx_tdata (s_axis_cmac_rx_tdata),
  .s_axis_cmac_rx_tkeep (s_axis_cmac_rx_tkeep),
  .s_axis_cmac_rx_tlast (s_axis_cmac_rx_tlast),
  .s_axis_cmac_rx_tuser_err (s_axis_cmac_rx_tuser_err),

  .mod_rstn     (mod_rstn[0]),
  .mod_rst_done (mod_rst_done[0]),

  .axil_aclk    (axil_aclk),
  .cmac_clk     (cmac_clk)
);
