// A reset lasts two clocks or more, as `tandem_reset` makes it. ASSUMED chooses whether that is assumed or shown.
module reset_lasts #(
    parameter ASSUMED = 0
) (
    input wire clk,
    input wire rst,
    // Whether `rst` was high in the clock before, and whether it rose there and so has to last.
    output reg was_rst,
    output reg has_to_last
);
    initial {was_rst, has_to_last} = 0;
    always @(posedge clk) {was_rst, has_to_last} <= {rst, rst & !was_rst};
    generate if (ASSUMED) begin
        always @(*) if (has_to_last) assume (rst);
    end else begin
        always @(*) a_reset_lasts: assert (rst || !has_to_last);
    end endgenerate
endmodule
