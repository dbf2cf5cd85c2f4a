// Stands for the sender of a stream: any words, stable until they are taken.
module offered #(
    parameter W = 1
) (
    input wire clk,
    input wire rst,
    input wire ready,
    output wire valid,
    output wire [W-1:0] payload
);
    (* anyseq *) wire any_valid;
    (* anyseq *) wire [W-1:0] any;
    reg held = 0;
    reg [W-1:0] before;
    assign valid = held | any_valid;
    assign payload = held ? before : any;
    always @(posedge clk) begin
        held <= !rst && valid && !ready;
        before <= payload;
    end
endmodule
