// Counts in one clock what happens in another, exactly: events that find the crossing full wait in a number.
//
// Shape:   `event_now` counts every event clock in which it is high; `total` has 64 bits.
// Latency: that of tandem_crossing, and one clock.
// Reset:   to zero.
module tandem_count (
    input  wire event_clk,
    input  wire event_rst,
    input  wire event_clear,
    input  wire event_now,

    input  wire read_clk,
    input  wire read_rst,
    input  wire read_clear,
    output logic [63:0] total
);
    // The reader takes one number a clock: for this one to overflow its clock would have to be thousands of times the slower.
    logic [15:0] waiting = '0;
    wire taken, arrived;
    wire [15:0] arriving;
    wire sends = waiting != '0 && taken;

    always_ff @(posedge event_clk) begin
        if (event_rst) waiting <= '0;
        else waiting <= (sends ? 16'd0 : waiting) + 16'(event_now);
    end

    tandem_crossing #(.WIDTH(16), .ADDRESS_W(4)) crossing (
        .write_clk(event_clk),
        .write_rst(event_rst),
        .write_clear(event_clear),
        .write_data(waiting),
        .write_valid(waiting != '0),
        .write_ready(taken),
        .read_clk(read_clk),
        .read_rst(read_rst),
        .read_clear(read_clear),
        .read_data(arriving),
        .read_valid(arrived),
        .read_ready(1'b1)
    );

    initial total = '0;
    always_ff @(posedge read_clk) begin
        if (read_rst) total <= '0;
        else if (arrived) total <= total + 64'(arriving);
    end
endmodule
