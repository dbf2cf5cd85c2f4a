// Once a frame has begun, `valid` does not fall before its end. ASSUMED chooses whether that is assumed or shown.
module unbroken #(
    parameter ASSUMED = 0
) (
    input wire clk,
    input wire rst,
    input wire valid,
    input wire ready,
    input wire last
);
    reg within = 0;
    always @(posedge clk) within <= !rst & (valid ? !(ready & last) : within);
    generate if (ASSUMED) begin
        always @(*) if (!rst && within) assume (valid);
    end else begin
        always @(*) if (!rst && within) never_falls_inside_a_frame: assert (valid);
    end endgenerate
endmodule
