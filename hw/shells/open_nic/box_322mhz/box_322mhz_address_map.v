// The box's window of the BAR, 0x200000 - 0x2fffff, by offsets. There is one module, so this selects nothing.
//
//   0x00000 - 0x00fff   the distributor's registers (docs/registers.md)
//   0x01000 - 0x01fff   the box's own page: counters of dropped frames
//   0x02000 - 0xfffff   reserved: SLVERR
module box_322mhz_address_map (
  input  wire        s_axil_awvalid,
  input  wire [31:0] s_axil_awaddr,
  output wire        s_axil_awready,
  input  wire        s_axil_wvalid,
  input  wire [31:0] s_axil_wdata,
  output wire        s_axil_wready,
  output wire        s_axil_bvalid,
  output wire [1:0]  s_axil_bresp,
  input  wire        s_axil_bready,
  input  wire        s_axil_arvalid,
  input  wire [31:0] s_axil_araddr,
  output wire        s_axil_arready,
  output wire        s_axil_rvalid,
  output wire [31:0] s_axil_rdata,
  output wire [1:0]  s_axil_rresp,
  input  wire        s_axil_rready,

  output wire        m_axil_tandem_awvalid,
  output wire [31:0] m_axil_tandem_awaddr,
  input  wire        m_axil_tandem_awready,
  output wire        m_axil_tandem_wvalid,
  output wire [31:0] m_axil_tandem_wdata,
  input  wire        m_axil_tandem_wready,
  input  wire        m_axil_tandem_bvalid,
  input  wire [1:0]  m_axil_tandem_bresp,
  output wire        m_axil_tandem_bready,
  output wire        m_axil_tandem_arvalid,
  output wire [31:0] m_axil_tandem_araddr,
  input  wire        m_axil_tandem_arready,
  input  wire        m_axil_tandem_rvalid,
  input  wire [31:0] m_axil_tandem_rdata,
  input  wire [1:0]  m_axil_tandem_rresp,
  output wire        m_axil_tandem_rready
);

  assign m_axil_tandem_awvalid = s_axil_awvalid;
  assign m_axil_tandem_awaddr = s_axil_awaddr;
  assign s_axil_awready = m_axil_tandem_awready;
  assign m_axil_tandem_wvalid = s_axil_wvalid;
  assign m_axil_tandem_wdata = s_axil_wdata;
  assign s_axil_wready = m_axil_tandem_wready;
  assign s_axil_bvalid = m_axil_tandem_bvalid;
  assign s_axil_bresp = m_axil_tandem_bresp;
  assign m_axil_tandem_bready = s_axil_bready;
  assign m_axil_tandem_arvalid = s_axil_arvalid;
  assign m_axil_tandem_araddr = s_axil_araddr;
  assign s_axil_arready = m_axil_tandem_arready;
  assign s_axil_rvalid = m_axil_tandem_rvalid;
  assign s_axil_rdata = m_axil_tandem_rdata;
  assign s_axil_rresp = m_axil_tandem_rresp;
  assign m_axil_tandem_rready = s_axil_rready;

endmodule
