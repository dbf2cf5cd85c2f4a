// An AXI4-Lite slave that makes accesses of a bus single requests, and answers every one of them, whatever becomes of the request.
//
// Address and data of a write may come in any order; one access is on its way at a time. Who takes the request may live in another
// clock, behind crossings.
//
// Shape:      a request is address, data, strobes and `request_write`; an answer is data and `answer_error`, which becomes SLVERR.
// When full:  the ready of a channel is low while one of its accesses waits.
// Timeout:    an access whose request is not taken for 2**PATIENCE_W clocks, or has no answer as long after that, gets SLVERR, so that a
//             clock that stands still does not hold the bus. The answer that is late is thrown away; until it comes, every further access
//             gets SLVERR at once.
// Reset:      `rst` is that of who takes the requests: an access on its way gets SLVERR, one that comes meanwhile waits, and late answers are
//             forgotten, as the crossings forget them. `bus_rst` is that of the bus: accesses are forgotten, and get no answer.
module tandem_axil_front #(
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

    input  wire [31:0] answer_data,
    input  wire answer_error,
    input  wire answer_valid
);
    localparam logic [1:0] IDLE = 2'd0, ASK = 2'd1, WAIT = 2'd2, ANSWER = 2'd3;

    // What has come and waits for its turn.
    logic aw_held = 1'b0, w_held = 1'b0, ar_held = 1'b0;
    logic [ADDRESS_W-1:0] aw, ar;
    logic [31:0] wdata;
    logic [3:0] wstrb;
    assign s_axil_awready = !aw_held && !bus_rst;
    assign s_axil_wready = !w_held && !bus_rst;
    assign s_axil_arready = !ar_held && !bus_rst;

    logic [1:0] step = IDLE;
    logic late = 1'b0, error;
    logic [31:0] data;
    logic [PATIENCE_W-1:0] waited = '0;
    // Reads and writes take turns, if both wait.
    wire writes = aw_held && w_held && !(ar_held && request_write);
    wire starts = step == IDLE && (writes || ar_held) && !rst;
    wire gives_up = &waited;
    assign request_valid = step == ASK && !rst;

    assign s_axil_bvalid = step == ANSWER && request_write && !bus_rst;
    assign s_axil_rvalid = step == ANSWER && !request_write && !bus_rst;
    assign s_axil_bresp = {error, 1'b0};
    assign s_axil_rresp = {error, 1'b0};
    assign s_axil_rdata = data;
    wire answered = request_write ? s_axil_bready : s_axil_rready;

    initial request_write = 1'b0;
    always_ff @(posedge clk) begin
        if (s_axil_awvalid && s_axil_awready) {aw_held, aw} <= {1'b1, s_axil_awaddr};
        if (s_axil_wvalid && s_axil_wready) {w_held, wdata, wstrb} <= {1'b1, s_axil_wdata, s_axil_wstrb};
        if (s_axil_arvalid && s_axil_arready) {ar_held, ar} <= {1'b1, s_axil_araddr};
        waited <= step == ASK || step == WAIT ? waited + 1'b1 : '0;
        if (rst || (late && answer_valid)) late <= 1'b0;
        case (step)
            IDLE: if (starts) begin
                request_write <= writes;
                request_address <= writes ? aw : ar;
                request_data <= wdata;
                request_strobe <= wstrb;
                if (writes) {aw_held, w_held} <= 2'b00;
                else ar_held <= 1'b0;
                {error, data} <= {1'b1, 32'd0};
                step <= late ? ANSWER : ASK;
            end
            ASK: if (request_valid && request_ready) step <= WAIT;
            else if (gives_up) step <= ANSWER;
            WAIT: if (rst) step <= ANSWER;
            else if (answer_valid) begin
                {error, data} <= {answer_error, answer_error ? 32'd0 : answer_data};
                step <= ANSWER;
            end else if (gives_up) begin
                late <= 1'b1;
                step <= ANSWER;
            end
            default: if (answered) step <= IDLE;
        endcase
        if (bus_rst) begin
            {aw_held, w_held, ar_held} <= '0;
            step <= IDLE;
            // What has been asked will still be answered.
            if (!rst && ((step == ASK && request_ready) || (step == WAIT && !answer_valid))) late <= 1'b1;
        end
    end
endmodule
