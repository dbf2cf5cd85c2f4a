// An AXI4-Lite slave that turns each access into one request, and answers every access, whatever happens to the request.
//
// Address and data of a write may come in any order. One access is in progress at a time. Whoever takes the requests may run in another
// clock, behind tandem_async_fifo.
//
// Shape:      a request is address, data, strobes and `request_write`; a response is data and `response_error`, which becomes SLVERR.
// When full:  the ready of a channel is low while an access of that channel waits.
// Timeout:    an access gets SLVERR if its request is not taken within 2**PATIENCE_W clocks, or if its response does not come within as
//             many clocks after that, so a clock that stands still does not block the bus. The late response is discarded; until it
//             comes, every further access gets SLVERR at once.
// Reset:      `rst` resets whoever takes the requests: an access in progress gets SLVERR, a new one waits, and late responses are no longer
//             expected, since the FIFOs are emptied. `bus_rst` resets the bus: accesses are dropped without a response.
module tandem_axil_slave #(
    parameter int ADDRESS_W = 12,
    parameter int PATIENCE_W = 14
) (
    input  wire clk,
    input  wire rst,
    input  wire bus_rst,

    input  wire [ADDRESS_W-1:0] s_axil_awaddr,
    input  wire s_axil_awvalid,
    output wire s_axil_awready,
    input  wire [31:0] s_axil_wdata,
    input  wire [3:0] s_axil_wstrb,
    input  wire s_axil_wvalid,
    output wire s_axil_wready,
    output wire [1:0] s_axil_bresp,
    output wire s_axil_bvalid,
    input  wire s_axil_bready,
    input  wire [ADDRESS_W-1:0] s_axil_araddr,
    input  wire s_axil_arvalid,
    output wire s_axil_arready,
    output wire [31:0] s_axil_rdata,
    output wire [1:0] s_axil_rresp,
    output wire s_axil_rvalid,
    input  wire s_axil_rready,

    output logic [ADDRESS_W-1:0] request_address,
    output logic [31:0] request_data,
    output logic [3:0] request_strobe,
    output logic request_write,
    output wire request_valid,
    input  wire request_ready,

    input  wire [31:0] response_data,
    input  wire response_error,
    input  wire response_valid
);
    localparam logic [1:0] IDLE = 2'd0, REQUEST = 2'd1, WAIT = 2'd2, RESPOND = 2'd3;

    // Accesses that wait for their turn.
    logic aw_valid = 1'b0, w_valid = 1'b0, ar_valid = 1'b0;
    logic [ADDRESS_W-1:0] awaddr, araddr;
    logic [31:0] wdata;
    logic [3:0] wstrb;
    assign s_axil_awready = !aw_valid && !bus_rst;
    assign s_axil_wready = !w_valid && !bus_rst;
    assign s_axil_arready = !ar_valid && !bus_rst;

    logic [1:0] state = IDLE;
    logic late_pending = 1'b0, error;
    logic [31:0] data;
    logic [PATIENCE_W-1:0] wait_count = '0;
    // If a read and a write wait, they take turns.
    wire select_write = aw_valid && w_valid && !(ar_valid && request_write);
    wire start = state == IDLE && (select_write || ar_valid) && !rst;
    wire timeout = &wait_count;
    assign request_valid = state == REQUEST && !rst;

    assign s_axil_bvalid = state == RESPOND && request_write && !bus_rst;
    assign s_axil_rvalid = state == RESPOND && !request_write && !bus_rst;
    assign s_axil_bresp = {error, 1'b0};
    assign s_axil_rresp = {error, 1'b0};
    assign s_axil_rdata = data;
    wire response_taken = request_write ? s_axil_bready : s_axil_rready;

    initial request_write = 1'b0;
    always_ff @(posedge clk) begin
        if (s_axil_awvalid && s_axil_awready) {aw_valid, awaddr} <= {1'b1, s_axil_awaddr};
        if (s_axil_wvalid && s_axil_wready) {w_valid, wdata, wstrb} <= {1'b1, s_axil_wdata, s_axil_wstrb};
        if (s_axil_arvalid && s_axil_arready) {ar_valid, araddr} <= {1'b1, s_axil_araddr};
        wait_count <= state == REQUEST || state == WAIT ? wait_count + 1'b1 : '0;
        if (rst || (late_pending && response_valid)) late_pending <= 1'b0;
        case (state)
            IDLE: if (start) begin
                request_write <= select_write;
                request_address <= select_write ? awaddr : araddr;
                request_data <= wdata;
                request_strobe <= wstrb;
                if (select_write) {aw_valid, w_valid} <= 2'b00;
                else ar_valid <= 1'b0;
                {error, data} <= {1'b1, 32'd0};
                state <= late_pending ? RESPOND : REQUEST;
            end
            REQUEST: if (request_valid && request_ready) state <= WAIT;
            else if (timeout) state <= RESPOND;
            WAIT: if (rst) state <= RESPOND;
            else if (response_valid) begin
                {error, data} <= {response_error, response_error ? 32'd0 : response_data};
                state <= RESPOND;
            end else if (timeout) begin
                late_pending <= 1'b1;
                state <= RESPOND;
            end
            default: if (response_taken) state <= IDLE;
        endcase
        if (bus_rst) begin
            {aw_valid, w_valid, ar_valid} <= '0;
            state <= IDLE;
            // A request that was taken will still be answered.
            if (!rst && ((state == REQUEST && request_ready) || (state == WAIT && !response_valid))) late_pending <= 1'b1;
        end
    end
endmodule
