// The two sides of an async FIFO are cleared together: a side is cleared only while both are stopped; neither goes on before both are cleared, nor
// before it had CLOCKS clocks since the other was. ASSUMED chooses whether that is assumed or shown.
module cleared_together #(
    parameter CLOCKS = 3,
    parameter ASSUMED = 0
) (
    input wire [1:0] clk,
    input wire [1:0] rst,
    input wire [1:0] clear,
    // Not both are cleared; which are; clocks since the other was; which side has not had CLOCKS of them.
    output wire uncleared,
    output wire [1:0] cleared,
    output wire [3:0] saw,
    output wire [1:0] blind
);
    reg begun = 0, clearing = 0;
    reg [1:0] cleared_q = 0, saw0_q = 0, saw1_q = 0;
    // A side that is cleared again begins anew.
    wire again = clear != 0 && !clearing;
    assign cleared = again ? 0 : cleared_q;
    wire [1:0] saw0 = again ? 0 : saw0_q, saw1 = again ? 0 : saw1_q;
    assign saw = {saw1, saw0};
    assign uncleared = (begun && cleared != 3) || clear != 0;
    assign blind = {begun && saw1 != CLOCKS, begun && saw0 != CLOCKS} | {2{uncleared}};
    always @(posedge 1'b1) begin
        clearing <= clear != 0;
        begun <= blind != 0;
        cleared_q <= (blind == 0 ? 0 : cleared) | (clear & clk);
        saw0_q <= blind == 0 ? 0 : saw0 + (cleared[1] && clk[0] && saw0 != CLOCKS);
        saw1_q <= blind == 0 ? 0 : saw1 + (cleared[0] && clk[1] && saw1 != CLOCKS);
    end
    always @(*) assert ((begun || (cleared_q == 0 && !clearing)) && (cleared_q[1] || saw0_q == 0) && (cleared_q[0] || saw1_q == 0));
    generate if (ASSUMED) begin
        always @(*) assume ((rst & blind) == blind);
    end else begin
        always @(*) stopped_until_both_cleared: assert ((rst & blind) == blind);
    end endgenerate
endmodule
