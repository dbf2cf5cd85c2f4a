// An AXI4-Lite master that turns the requests of tandem_axil_slave into accesses of a bus, one at a time.
//
// Shape:     see tandem_axil_slave. `response_ready` may be low; the response then waits on the bus.
// Latency:   one clock for a request, none for a response.
// When full: `request_ready` is low while an access is in progress.
// Reset:     an access in progress is dropped; the slave must be reset too.
module tandem_axil_master #(
    parameter int ADDRESS_W = 12
) (
    input  wire clk,
    input  wire rst,

    input  wire [ADDRESS_W-1:0] request_address,
    input  wire [31:0] request_data,
    input  wire [3:0] request_strobe,
    input  wire request_write,
    input  wire request_valid,
    output wire request_ready,

    output wire [31:0] response_data,
    output wire response_error,
    output wire response_valid,
    input  wire response_ready,

    output logic [ADDRESS_W-1:0] m_axil_awaddr,
    output logic m_axil_awvalid,
    input  wire m_axil_awready,
    output logic [31:0] m_axil_wdata,
    output logic [3:0] m_axil_wstrb,
    output logic m_axil_wvalid,
    input  wire m_axil_wready,
    input  wire [1:0] m_axil_bresp,
    input  wire m_axil_bvalid,
    output wire m_axil_bready,
    output wire [ADDRESS_W-1:0] m_axil_araddr,
    output logic m_axil_arvalid,
    input  wire m_axil_arready,
    input  wire [31:0] m_axil_rdata,
    input  wire [1:0] m_axil_rresp,
    input  wire m_axil_rvalid,
    output wire m_axil_rready
);
    logic busy = 1'b0, writing = 1'b0;
    assign request_ready = !busy && !rst;
    assign m_axil_araddr = m_axil_awaddr;
    assign m_axil_bready = busy && writing && response_ready;
    assign m_axil_rready = busy && !writing && response_ready;
    assign response_valid = busy && (writing ? m_axil_bvalid : m_axil_rvalid);
    assign response_error = writing ? m_axil_bresp[1] : m_axil_rresp[1];
    assign response_data = m_axil_rdata;

    initial {m_axil_awvalid, m_axil_wvalid, m_axil_arvalid} = '0;
    always_ff @(posedge clk) begin
        if (m_axil_awready) m_axil_awvalid <= 1'b0;
        if (m_axil_wready) m_axil_wvalid <= 1'b0;
        if (m_axil_arready) m_axil_arvalid <= 1'b0;
        if (response_valid && response_ready) busy <= 1'b0;
        if (request_valid && request_ready) begin
            busy <= 1'b1;
            writing <= request_write;
            m_axil_awaddr <= request_address;
            m_axil_wdata <= request_data;
            m_axil_wstrb <= request_strobe;
            {m_axil_awvalid, m_axil_wvalid, m_axil_arvalid} <= {request_write, request_write, !request_write};
        end
        if (rst) {busy, m_axil_awvalid, m_axil_wvalid, m_axil_arvalid} <= '0;
    end
endmodule
