// Stands for a shell's RTL: the names of OpenNIC's and NetFPGA's own parts, and plain ones that our structs have, too.

module reset (
    input  wire clk,
    input  wire d,
    output reg  q
);
    always @(posedge clk) q <= d;
endmodule

module egress (
    input  wire clk,
    input  wire d,
    output wire q
);
    reset below (.clk(clk), .d(d), .q(q));
endmodule

module ingress (
    input  wire clk,
    input  wire d,
    output wire q
);
    egress below (.clk(clk), .d(d), .q(q));
endmodule

module switch (
    input  wire clk,
    input  wire d,
    output wire q
);
    ingress below (.clk(clk), .d(d), .q(q));
endmodule
