// Beats that carry marks make whole frames: a first beat opens a frame, the last beat ends it, and between them nothing of another frame comes.
//
// A frame's beats all carry the same `mark`, and their number `index` modulo four; marks differ from frame to frame as they like, so that
// beats of two frames that follow each other are told apart for some choice of marks. ASSUMED chooses whether that is assumed or shown.
module frames #(
    parameter W = 1,
    parameter ASSUMED = 0
) (
    input wire clk,
    input wire rst,
    input wire valid,
    input wire taken,
    input wire first,
    input wire last,
    input wire [1:0] index,
    input wire [W-1:0] mark
);
    reg within = 0;
    reg [1:0] index_before;
    reg [W-1:0] mark_before;
    wire right = within ? !first && index == index_before + 2'd1 && mark == mark_before : first && index == 0;

    always @(posedge clk) begin
        if (taken) begin
            within <= !last;
            index_before <= index;
            mark_before <= mark;
        end
        if (rst) within <= 0;
    end
    generate if (ASSUMED) begin
        always @(*) if (!rst && valid) assume (right);
    end else begin
        always @(*) if (!rst && valid) one_whole_frame: assert (right);
    end endgenerate
endmodule
