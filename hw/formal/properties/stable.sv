// What is offered stays as it is until it is taken.
module stable #(
    parameter W = 1
) (
    input wire clk,
    input wire rst,
    input wire valid,
    input wire ready,
    input wire [W-1:0] payload
);
    reg held = 0;
    reg before;
    (* anyconst *) wire [$clog2(W)-1:0] which;

    always @(*) assume (which < W);

    always @(posedge clk) begin
        held <= !rst && valid && !ready;
        before <= payload[which];
    end
    always @(*) if (held && !rst) stays_until_taken: assert (valid && payload[which] == before);
endmodule
