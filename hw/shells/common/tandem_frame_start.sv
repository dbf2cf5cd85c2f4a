// Says which beats belong to a frame that began in a reset, so that after it nobody takes a frame's rest for a frame.
//
// For a stream whose sender is not reset together with its receiver. It watches the stream during the reset, and is not reset itself.
//
// Shape: `beat` is an accepted beat, `last` its end of frame. While `skip` is high, take the beat and throw it away.
module tandem_frame_start (
    input  wire clk,
    input  wire rst,
    input  wire beat,
    input  wire last,
    output wire skip
);
    logic open = 1'b0, skipping = 1'b0;
    wire open_next = beat ? !last : open;
    assign skip = rst || skipping;

    always_ff @(posedge clk) begin
        open <= open_next;
        if (rst) skipping <= open_next;
        else if (beat && last) skipping <= 1'b0;
    end
endmodule
