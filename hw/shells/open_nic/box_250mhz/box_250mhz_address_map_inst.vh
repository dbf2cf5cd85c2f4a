// The shell includes this in its box_250mhz: the distributor has the box's whole window of the BAR.
wire        axil_tandem_awvalid;
wire [31:0] axil_tandem_awaddr;
wire        axil_tandem_awready;
wire        axil_tandem_wvalid;
wire [31:0] axil_tandem_wdata;
wire        axil_tandem_wready;
wire        axil_tandem_bvalid;
wire [1:0]  axil_tandem_bresp;
wire        axil_tandem_bready;
wire        axil_tandem_arvalid;
wire [31:0] axil_tandem_araddr;
wire        axil_tandem_arready;
wire        axil_tandem_rvalid;
wire [31:0] axil_tandem_rdata;
wire [1:0]  axil_tandem_rresp;
wire        axil_tandem_rready;

box_250mhz_address_map address_map_inst (
  .s_axil_awvalid (s_axil_awvalid),
  .s_axil_awaddr (s_axil_awaddr),
  .s_axil_awready (s_axil_awready),
  .s_axil_wvalid (s_axil_wvalid),
  .s_axil_wdata (s_axil_wdata),
  .s_axil_wready (s_axil_wready),
  .s_axil_bvalid (s_axil_bvalid),
  .s_axil_bresp (s_axil_bresp),
  .s_axil_bready (s_axil_bready),
  .s_axil_arvalid (s_axil_arvalid),
  .s_axil_araddr (s_axil_araddr),
  .s_axil_arready (s_axil_arready),
  .s_axil_rvalid (s_axil_rvalid),
  .s_axil_rdata (s_axil_rdata),
  .s_axil_rresp (s_axil_rresp),
  .s_axil_rready (s_axil_rready),

  .m_axil_tandem_awvalid (axil_tandem_awvalid),
  .m_axil_tandem_awaddr (axil_tandem_awaddr),
  .m_axil_tandem_awready (axil_tandem_awready),
  .m_axil_tandem_wvalid (axil_tandem_wvalid),
  .m_axil_tandem_wdata (axil_tandem_wdata),
  .m_axil_tandem_wready (axil_tandem_wready),
  .m_axil_tandem_bvalid (axil_tandem_bvalid),
  .m_axil_tandem_bresp (axil_tandem_bresp),
  .m_axil_tandem_bready (axil_tandem_bready),
  .m_axil_tandem_arvalid (axil_tandem_arvalid),
  .m_axil_tandem_araddr (axil_tandem_araddr),
  .m_axil_tandem_arready (axil_tandem_arready),
  .m_axil_tandem_rvalid (axil_tandem_rvalid),
  .m_axil_tandem_rdata (axil_tandem_rdata),
  .m_axil_tandem_rresp (axil_tandem_rresp),
  .m_axil_tandem_rready (axil_tandem_rready)
);
