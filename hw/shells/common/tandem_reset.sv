// Turns one request into a reset of several clock domains, in which no domain clears its FIFOs while another still moves.
//
// 1. Every domain stops (`domain_rst`) and confirms it.
// 2. Every domain clears the words in transit between clocks (`domain_clear`) and confirms it.
// 3. Every domain ends the clearing, then the reset, and `done` is high.
//
// Each step waits for every domain, so the ratio of the clocks does not matter. One reset is made after configuration, too. A clock that
// stands still holds the reset but not whoever waits for it: after 2**PATIENCE_W clocks `done` is high in any case. `idle` is high only when
// no reset is in progress or pending.
//
// Shape:   `request` lasts one clock of `clk` or more, and is one reset however long it lasts. The outputs of a domain are in its own clock.
// Latency: `done` and `idle` fall in the clock of the request.
module tandem_reset #(
    parameter int DOMAINS = 2,
    parameter int STAGES = 3,
    parameter int PATIENCE_W = 16
) (
    input  wire clk,
    input  wire request,
    output wire done,
    output wire idle,
    input  wire [DOMAINS-1:0] domain_clk,
    output wire [DOMAINS-1:0] domain_rst,
    output wire [DOMAINS-1:0] domain_clear
);
    if (STAGES < 2) begin : refused_stages
        $error("tandem_reset: STAGES is below 2: a chain of one flip-flop does not settle what it samples");
    end

    localparam logic [2:0] RUN = 3'd0, STOP = 3'd1, CLEAR = 3'd2, CLEARED = 3'd3, START = 3'd4;

    logic [2:0] state = STOP;
    logic pending = 1'b0;
    logic stop = 1'b1, clear = 1'b0;
    logic [PATIENCE_W-1:0] wait_count = '0;
    wire [DOMAINS-1:0] stopped, cleared;

    assign idle = !request && state == RUN && !pending;
    assign done = idle || (!request && &wait_count);

    always_ff @(posedge clk) begin
        if (request) pending <= 1'b1;
        case (state)
            RUN: if (pending) begin
                stop <= 1'b1;
                state <= STOP;
            end
            STOP: if (&stopped) begin
                clear <= 1'b1;
                state <= CLEAR;
            end
            CLEAR: if (&cleared) begin
                clear <= 1'b0;
                state <= CLEARED;
            end
            // This reset serves every request made until here, and lasts as long as the request does.
            CLEARED: if (!(|cleared) && !request) begin
                pending <= 1'b0;
                stop <= 1'b0;
                state <= START;
            end
            default: if (!(|stopped)) state <= RUN;
        endcase
        if (request || (state == RUN && !pending)) wait_count <= '0;
        else if (!(&wait_count)) wait_count <= wait_count + 1'b1;
    end

    for (genvar i = 0; i < DOMAINS; i++) begin : domain
        // The first stage is bit 0.
        (* ASYNC_REG = "TRUE" *) logic [STAGES-1:0] stop_seen = '1, clear_seen = '0;
        (* ASYNC_REG = "TRUE" *) logic [STAGES-1:0] stopped_seen = '0, cleared_seen = '0;

        always_ff @(posedge domain_clk[i]) begin
            stop_seen <= {stop_seen[STAGES-2:0], stop};
            clear_seen <= {clear_seen[STAGES-2:0], clear};
        end
        assign domain_rst[i] = stop_seen[STAGES-1];
        assign domain_clear[i] = clear_seen[STAGES-1];

        always_ff @(posedge clk) begin
            stopped_seen <= {stopped_seen[STAGES-2:0], domain_rst[i]};
            cleared_seen <= {cleared_seen[STAGES-2:0], domain_clear[i]};
        end
        assign stopped[i] = stopped_seen[STAGES-1];
        assign cleared[i] = cleared_seen[STAGES-1];
    end
endmodule
