// Stands for a network card's RTL, whose modules have the names that everybody gives: those of Corundum's libraries among them.

module arbiter (
    input  wire       clk,
    input  wire [3:0] request,
    output reg  [3:0] grant
);
    always @(posedge clk) grant <= request & (~request + 4'd1);
endmodule

module priority_encoder (
    input  wire [3:0] unencoded,
    output wire [1:0] encoded
);
    assign encoded = unencoded[0] ? 2'd0 : unencoded[1] ? 2'd1 : unencoded[2] ? 2'd2 : 2'd3;
endmodule

module axis_fifo (
    input  wire       clk,
    input  wire [7:0] s_axis_tdata,
    output wire [7:0] m_axis_tdata
);
    fifo queue (.clk(clk), .d(s_axis_tdata), .q(m_axis_tdata));
endmodule

module fifo (
    input  wire       clk,
    input  wire [7:0] d,
    output reg  [7:0] q
);
    always @(posedge clk) q <= d;
endmodule
