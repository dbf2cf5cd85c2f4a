// Marks the beats of a frame that began before or during a reset, so that after it no receiver takes the rest of a frame for a frame.
//
// For a stream whose sender is not reset together with its receiver. This module watches the stream during the reset; the tracking itself
// is not reset.
//
// Shape:   `beat` is an accepted beat, `last` its end of frame. While `skip` is high, accept the beat and discard it.
// Latency: `skip` belongs to the beat of the same clock.
module tandem_frame_sync (
    input  wire clk,
    input  wire rst,
    input  wire beat,
    input  wire last,
    output wire skip
);
    logic in_frame = 1'b0, skipping = 1'b0;
    wire in_frame_next = beat ? !last : in_frame;
    assign skip = rst || skipping;

    always_ff @(posedge clk) begin
        in_frame <= in_frame_next;
        if (rst) skipping <= in_frame_next;
        else if (beat && last) skipping <= 1'b0;
    end
endmodule
