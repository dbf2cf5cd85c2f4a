// The shell includes this in its box_250mhz: the distributor is the first of sixteen modules that the shell can reset.
assign mod_rst_done[15:1] = 15'h7fff;

// Function i is port i's, and without the host's queues there is no path to the host. Newer shells can have several QDMA engines, whose
// streams make these ports wider; the parameter that counts them is not in every shell, so the width is asked.
generate if (USE_PHYS_FUNC == 0 || NUM_PHYS_FUNC != NUM_CMAC_PORT || $bits(s_axis_qdma_h2c_tvalid) != NUM_CMAC_PORT) begin
  $fatal(1, "the distributor in box_250mhz needs -use_phys_func 1, -num_qdma 1 and as many functions (-num_phys_func) as ports (-num_cmac_port)");
end
endgenerate

tandem_250mhz #(
  .NUM_PHYS_FUNC (NUM_PHYS_FUNC),
  .NUM_CMAC_PORT (NUM_CMAC_PORT)
) tandem_250mhz_inst (
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

  .s_axis_qdma_h2c_tvalid (s_axis_qdma_h2c_tvalid),
  .s_axis_qdma_h2c_tdata (s_axis_qdma_h2c_tdata),
  .s_axis_qdma_h2c_tkeep (s_axis_qdma_h2c_tkeep),
  .s_axis_qdma_h2c_tlast (s_axis_qdma_h2c_tlast),
  .s_axis_qdma_h2c_tuser_size (s_axis_qdma_h2c_tuser_size),
  .s_axis_qdma_h2c_tuser_src (s_axis_qdma_h2c_tuser_src),
  .s_axis_qdma_h2c_tuser_dst (s_axis_qdma_h2c_tuser_dst),
  .s_axis_qdma_h2c_tready (s_axis_qdma_h2c_tready),

  .m_axis_qdma_c2h_tvalid (m_axis_qdma_c2h_tvalid),
  .m_axis_qdma_c2h_tdata (m_axis_qdma_c2h_tdata),
  .m_axis_qdma_c2h_tkeep (m_axis_qdma_c2h_tkeep),
  .m_axis_qdma_c2h_tlast (m_axis_qdma_c2h_tlast),
  .m_axis_qdma_c2h_tuser_size (m_axis_qdma_c2h_tuser_size),
  .m_axis_qdma_c2h_tuser_src (m_axis_qdma_c2h_tuser_src),
  .m_axis_qdma_c2h_tuser_dst (m_axis_qdma_c2h_tuser_dst),
  .m_axis_qdma_c2h_tready (m_axis_qdma_c2h_tready),

  .m_axis_adap_tx_250mhz_tvalid (m_axis_adap_tx_250mhz_tvalid),
  .m_axis_adap_tx_250mhz_tdata (m_axis_adap_tx_250mhz_tdata),
  .m_axis_adap_tx_250mhz_tkeep (m_axis_adap_tx_250mhz_tkeep),
  .m_axis_adap_tx_250mhz_tlast (m_axis_adap_tx_250mhz_tlast),
  .m_axis_adap_tx_250mhz_tuser_size (m_axis_adap_tx_250mhz_tuser_size),
  .m_axis_adap_tx_250mhz_tuser_src (m_axis_adap_tx_250mhz_tuser_src),
  .m_axis_adap_tx_250mhz_tuser_dst (m_axis_adap_tx_250mhz_tuser_dst),
  .m_axis_adap_tx_250mhz_tready (m_axis_adap_tx_250mhz_tready),

  .s_axis_adap_rx_250mhz_tvalid (s_axis_adap_rx_250mhz_tvalid),
  .s_axis_adap_rx_250mhz_tdata (s_axis_adap_rx_250mhz_tdata),
  .s_axis_adap_rx_250mhz_tkeep (s_axis_adap_rx_250mhz_tkeep),
  .s_axis_adap_rx_250mhz_tlast (s_axis_adap_rx_250mhz_tlast),
  .s_axis_adap_rx_250mhz_tuser_size (s_axis_adap_rx_250mhz_tuser_size),
  .s_axis_adap_rx_250mhz_tuser_src (s_axis_adap_rx_250mhz_tuser_src),
  .s_axis_adap_rx_250mhz_tuser_dst (s_axis_adap_rx_250mhz_tuser_dst),
  .s_axis_adap_rx_250mhz_tready (s_axis_adap_rx_250mhz_tready),

  .mod_rstn     (mod_rstn[0]),
  .mod_rst_done (mod_rst_done[0]),

  .axil_aclk    (axil_aclk),
  .axis_aclk    (axis_aclk)
);
