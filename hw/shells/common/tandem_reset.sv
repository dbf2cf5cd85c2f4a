// Turns one request into a reset of several clocks, in which no domain forgets what crosses while another still moves.
//
// 1. Every domain stops (`domain_rst`), and says so.
// 2. Every domain forgets what is on its way between clocks (`domain_clear`), and says so.
// 3. Every domain leaves the clearing, then the reset, and `done` is high.
//
// Each step waits for all answers, so the ratio of the clocks does not matter. A reset is made once after configuration, too. A clock
// that stands still holds the reset, but not the one who waits for it: after 2**PATIENCE_W clocks `done` is high in any case. `idle` is high
// only when no reset is on its way or still owed.
//
// Shape: `request` is one clock of `clk` or more, and one reset however long; `done` and `idle` fall in the same clock. Domains' outputs are in
//        the domains' clocks.
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
    localparam logic [2:0] RUN = 3'd0, STOP = 3'd1, CLEAR = 3'd2, CLEARED = 3'd3, START = 3'd4;

    logic [2:0] step = STOP;
    logic again = 1'b0;
    logic stop = 1'b1, clear = 1'b0;
    logic [PATIENCE_W-1:0] waited = '0;
    wire [DOMAINS-1:0] stopped, cleared;

    assign idle = !request && step == RUN && !again;
    assign done = idle || (!request && &waited);

    always_ff @(posedge clk) begin
        if (request) again <= 1'b1;
        case (step)
            RUN: if (again) begin
                stop <= 1'b1;
                step <= STOP;
            end
            STOP: if (&stopped) begin
                clear <= 1'b1;
                step <= CLEAR;
            end
            CLEAR: if (&cleared) begin
                clear <= 1'b0;
                step <= CLEARED;
            end
            // What has been asked for until here, this reset was; and while it is asked for, it lasts.
            CLEARED: if (!(|cleared) && !request) begin
                again <= 1'b0;
                stop <= 1'b0;
                step <= START;
            end
            default: if (!(|stopped)) step <= RUN;
        endcase
        if (request || (step == RUN && !again)) waited <= '0;
        else if (!(&waited)) waited <= waited + 1'b1;
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
