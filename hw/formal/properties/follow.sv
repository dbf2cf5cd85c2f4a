// Words leave in the order in which they came, each once and unchanged: any one bit of any one word is followed from its coming to its leaving.
//
// For statements on where the followed bit is inside: it is bit `which` of the word that `ahead` others precede, and its value is `told`.
module follow #(
    parameter W = 1,
    // Bits of the number of words inside.
    parameter N = 3,
    // For how many clocks nothing may be offered while there are words inside; 255 where another property bounds that.
    parameter LATENCY = 1
) (
    input  wire clk,
    input  wire rst,
    input  wire came,
    input  wire [W-1:0] in,
    input  wire valid,
    input  wire left,
    input  wire [W-1:0] out,
    output reg  followed,
    output reg  [N-1:0] ahead,
    output reg  [N-1:0] inside,
    output reg  [7:0] waited,
    output wire [$clog2(W)-1:0] which,
    output reg  told,
    output wire chosen
);
    (* anyconst *) wire [$clog2(W)-1:0] any;
    (* anyseq *) wire choose;
    assign which = any;
    assign chosen = !followed & came & choose;
    initial {followed, ahead, inside, waited} = 0;

    always @(*) assume (which < W);
    always @(posedge clk) begin
        inside <= inside + came - left;
        waited <= inside != 0 && !valid ? waited + 1 : 0;
        if (followed && left) begin
            followed <= ahead != 0;
            ahead <= ahead - 1;
        end
        if (chosen) begin
            followed <= 1;
            told <= in[which];
            ahead <= inside - left;
        end
        if (rst) {followed, ahead, inside, waited} <= 0;
    end
    always @(*) if (!rst) begin
        nothing_comes_from_nowhere: assert (!valid || inside != 0);
        the_followed_word_is_unchanged: assert (!(followed && ahead == 0 && valid) || out[which] == told);
        nothing_stays_inside: assert (waited <= LATENCY);
    end
endmodule
