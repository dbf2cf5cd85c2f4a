// Counts in one clock the events of another, exactly: events that find the FIFO full are added up until it has room.
//
// Shape:   `event_valid` counts each event clock in which it is high; `total` has 64 bits.
// Latency: that of tandem_async_fifo, and one clock.
// Reset:   to zero.
module tandem_cdc_counter (
    input  wire event_clk,
    input  wire event_rst,
    input  wire event_clear,
    input  wire event_valid,

    input  wire read_clk,
    input  wire read_rst,
    input  wire read_clear,
    output logic [63:0] total
);
    // The reader takes one sum per clock: this one could overflow only if the read clock were thousands of times slower.
    logic [15:0] pending = '0;
    wire fifo_ready, arrived_valid;
    wire [15:0] arrived_count;
    wire send = pending != '0 && fifo_ready;

    always_ff @(posedge event_clk) begin
        if (event_rst) pending <= '0;
        else pending <= (send ? 16'd0 : pending) + 16'(event_valid);
    end

    tandem_async_fifo #(.WIDTH(16), .ADDRESS_W(4)) fifo (
        .write_clk(event_clk),
        .write_rst(event_rst),
        .write_clear(event_clear),
        .write_data(pending),
        .write_valid(pending != '0),
        .write_ready(fifo_ready),
        .read_clk(read_clk),
        .read_rst(read_rst),
        .read_clear(read_clear),
        .read_data(arrived_count),
        .read_valid(arrived_valid),
        .read_ready(1'b1)
    );

    initial total = '0;
    always_ff @(posedge read_clk) begin
        if (read_rst) total <= '0;
        else if (arrived_valid) total <= total + 64'(arrived_count);
    end
endmodule
